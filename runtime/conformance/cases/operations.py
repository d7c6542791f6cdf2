"""What holds for every operation (runtime.md#operations): who may use it, and what errors, warnings and delete leave."""

import os
from pathlib import Path

from runtime.conformance.cases.cgroups import folder_of
from runtime.conformance.declare import case
from runtime.conformance.trial import Trial


@case("runtime.md#scope-of-a-container runtime.md#operations")
def each_operation_works_from_another_process(t: Trial) -> None:
    """Whoever created a container can use every operation on it: each is asked by a process of its own."""
    container = t.running(t.bundle())
    t.equal("status, asked anew", container.status, "running")
    t.accepted(container.kill("KILL"), "kill")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    t.equal("state after delete", container.state(), {})


@case("runtime.md#errors runtime.md#operations", since="v1.0.0-rc1")
def errors_leave_the_state_as_it_was(t: Trial) -> None:
    """An operation that ends with an error MUST leave the container as if it had never been tried."""
    container = t.running(t.bundle())
    before = container.state()
    groups = container.proc("cgroup")
    t.refused(container.start(), "a second start")
    t.refused(container.delete(), "delete of a running container")
    folder = str(container.bundle.folder)
    t.refused(t.runtime.call("create", "--bundle", folder, container.id), "create with an id in use")
    t.equal("the state after three errors", container.state(), before)
    t.equal("its control groups", container.proc("cgroup"), groups)


@case("runtime.md#warnings config.md#linux-process", since="v1.1.0-rc.1")
def a_warning_changes_nothing(t: Trial) -> None:
    """What is only worth a warning (a capability no kernel has) does not change what else happens."""
    bundle = t.bundle()
    names = ["CAP_KILL", "CAP_OF_NO_KERNEL"]
    bundle.process["capabilities"] = dict.fromkeys(("bounding", "permitted", "effective"), names)
    report = t.report(bundle)
    t.equal("CapBnd", int(report.status("CapBnd"), 16), 1 << 5)
    t.equal("CapEff", int(report.status("CapEff"), 16), 1 << 5)


def _mounts(folder: Path) -> list[str]:
    """The mounts of the host on or below a folder."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [line for line in lines if line.split()[4].startswith(str(folder))]


@case("runtime.md#delete", since="v1.0.0-rc1")
def delete_leaves_no_mount_on_the_host(t: Trial) -> None:
    """What create mounted MUST be gone after delete, and none of it ever appeared on the host."""
    bundle = t.bundle()
    container = t.running(bundle)
    t.check(" /journal " in container.proc("mountinfo"), "the container has no mount on /journal")
    t.equal("mounts on the host while it runs", _mounts(bundle.rootfs), [])
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    t.equal("mounts on the host after delete", _mounts(bundle.rootfs), [])


@case("runtime.md#delete config-linux.md#cgroups-path", since="v1.0.0-rc1", needs=("pids", "cgroup-v1"))
def delete_spares_what_create_did_not_make(t: Trial) -> None:
    """A control group that was there before create MUST NOT be deleted with the container."""
    name = f"conformance-{os.getpid()}-{t.new_id()}"
    before = Path("/sys/fs/cgroup/pids") / name
    before.mkdir()
    try:
        bundle = t.bundle()
        bundle.linux["cgroupsPath"] = f"/{name}"
        container = t.running(bundle)
        t.equal("its group", folder_of(container.pid, "pids"), before)
        container.kill("KILL")
        t.soon("it stops", lambda: container.status == "stopped")
        t.accepted(container.delete(), "delete")
        t.check(before.is_dir(), "delete took away a group that was there before create")
    finally:
        if before.is_dir():
            before.rmdir()
