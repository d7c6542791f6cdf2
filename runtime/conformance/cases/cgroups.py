"""Control groups (config-linux.md#control-groups): where the container is put, and its limits."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runtime.conformance import host
from runtime.conformance.declare import Skipped, case
from runtime.conformance.trial import Container, Trial


def folder_of(pid: int, controller: str) -> Path:
    """The process's group of a controller, as the kernel tells it."""
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        if host.cgroup_layout() == "v2" and not names:
            return Path(f"/sys/fs/cgroup{path}")
        if controller in names.split(","):
            return Path(f"/sys/fs/cgroup/{controller}{path}")
    raise FileNotFoundError(f"pid {pid} has no {controller} group")


@case("config-linux.md#cgroups-path", needs=("pids",))
def the_program_is_in_the_group_of_cgroups_path(t: Trial) -> None:
    """An absolute cgroupsPath is where the program is, below the mount point; it is gone after delete."""
    path = f"/conformance-{os.getpid()}-{t.new_id()}"
    bundle = t.bundle()
    bundle.linux["cgroupsPath"] = path
    container = t.running(bundle)
    folder = folder_of(container.pid, "pids")
    t.check(str(folder).endswith(path), f"expected a group that ends in {path}, saw {folder}")
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    t.check(not folder.exists(), f"{folder} is still there after delete")


@case("config-linux.md#pids", needs=("pids",))
def the_pids_limit_is_the_config_s(t: Trial) -> None:
    """resources.pids.limit is the group's limit."""
    bundle = t.bundle()
    bundle.linux["resources"] = {"pids": {"limit": 33}}
    container = t.running(bundle)
    t.equal("pids.max", (folder_of(container.pid, "pids") / "pids.max").read_text().strip(), "33")


@case("config-linux.md#memory", needs=("memory",))
def the_memory_limit_is_the_config_s(t: Trial) -> None:
    """resources.memory.limit is the group's limit, in bytes."""
    bundle = t.bundle()
    bundle.linux["resources"] = {"memory": {"limit": 64 << 20}}
    container = t.running(bundle)
    file = "memory.max" if host.cgroup_layout() == "v2" else "memory.limit_in_bytes"
    t.equal(file, (folder_of(container.pid, "memory") / file).read_text().strip(), str(64 << 20))


@case("config-linux.md#allowed-device-list", needs=("cgroup-v1",))
def the_device_list_is_applied_in_order(t: Trial) -> None:
    """resources.devices: entries are applied in the listed order."""
    bundle = t.bundle()
    bundle.linux["resources"] = {
        "devices": [
            {"allow": False, "access": "rwm"},
            {"allow": True, "type": "c", "major": 10, "minor": 229, "access": "rw"},
        ]
    }
    container = t.running(bundle)
    allowed = (folder_of(container.pid, "devices") / "devices.list").read_text().splitlines()
    t.check("c 10:229 rw" in allowed, f"c 10:229 rw is not among {allowed}")
    t.check("a *:* rwm" not in allowed, "everything is still allowed")


def _reads(t: Trial, container: Container, controller: str, file: str, expected: str) -> None:
    t.equal(file, (folder_of(container.pid, controller) / file).read_text().strip(), expected)


@case("config-linux.md#cgroups-path config-linux.md#control-groups", needs=("pids",))
def the_same_path_is_the_same_group(t: Trial) -> None:
    """The runtime MUST attach to the same place given the same cgroupsPath, and a second container is in it or refused."""
    path = f"conformance-{os.getpid()}-{t.new_id()}"
    bundle = t.bundle()
    bundle.linux["cgroupsPath"] = path
    first = t.running(bundle)
    folder = folder_of(first.pid, "pids")
    t.check(folder != folder_of(os.getpid(), "pids"), "the program is in the runtime's own group")
    t.check(folder.name.endswith(path), f"expected a group that ends in {path}, saw {folder}")
    again = t.bundle()
    again.linux["cgroupsPath"] = path
    second, answer = t.create(again.args("stay"))
    if answer.ok:  # a runtime may find that the group is not fit for a second one
        t.equal("the second container's group", folder_of(second.pid, "pids"), folder)


@case("config-linux.md#cgroup-ownership", level="SHOULD", since="v1.1.0-rc.1", needs=("pids", "cgroup-v1"))
def groups_of_version_1_stay_the_host_s(t: Trial) -> None:
    """Runtimes SHOULD NOT change the ownership of container cgroups when version 1 is in use."""
    if t.source.kind == "host" and not host.world_may_reach(sys.executable):
        raise Skipped(f"the interpreter {sys.executable} lies where a mapped user cannot reach it")
    bundle = t.bundle()
    bundle.namespaces("pid", "ipc", "uts", "network", "mount", "cgroup", "user")
    for name in ("uidMappings", "gidMappings"):
        bundle.linux[name] = [{"containerID": 0, "hostID": 100000, "size": 1000}]
    for path in (bundle.folder, bundle.rootfs):
        os.chmod(path, 0o777)
    bundle.mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev")
    bundle.mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev")
    container = t.running(bundle)
    for name in ("", "cgroup.procs", "pids.max"):
        t.equal(
            f"owner of {name or 'the folder'}", (folder_of(container.pid, "pids") / name).stat().st_uid, 0
        )


@case("config-linux.md#pids", needs=("pids",))
def a_negative_pids_limit_is_none(t: Trial) -> None:
    """pids.limit -1 is no limit; since v1.3.0 0 is one, whether a runtime can make a container with it or not."""
    bundle = t.bundle().args("stay")
    bundle.linux["resources"] = {"pids": {"limit": -1}}
    _reads(t, t.created(bundle), "pids", "pids.max", "max")
    if t.since("v1.3.0"):
        bundle = t.bundle().args("stay")
        bundle.linux["resources"] = {"pids": {"limit": 0}}
        container, answer = t.create(bundle)
        if answer.ok:  # a runtime may need one more process than none
            _reads(t, container, "pids", "pids.max", "0")


@case("config-linux.md#memory", needs=("memory", "cgroup-v1"))
def each_memory_property_is_the_config_s(t: Trial) -> None:
    """reservation, swappiness and disableOOMKiller (until rc6 beside memory) are the group's."""
    bundle = t.bundle()
    memory = {"limit": 64 << 20, "reservation": 32 << 20, "swappiness": 7}
    bundle.linux["resources"] = {"memory": memory}
    if t.since("v1.0.0") or t.tells_releases_apart:
        memory["disableOOMKiller"] = True
    container = t.running(bundle)
    _reads(t, container, "memory", "memory.limit_in_bytes", str(64 << 20))
    _reads(t, container, "memory", "memory.soft_limit_in_bytes", str(32 << 20))
    _reads(t, container, "memory", "memory.swappiness", "7")
    if "disableOOMKiller" in memory:
        control = (folder_of(container.pid, "memory") / "memory.oom_control").read_text().split()
        t.equal("oom_kill_disable", control[1], "1")


@case("config-linux.md#cpu", needs=("cpu", "cgroup-v1"))
def shares_quota_and_period_are_the_config_s(t: Trial) -> None:
    """resources.cpu: shares, quota and period are the group's."""
    bundle = t.bundle()
    bundle.linux["resources"] = {"cpu": {"shares": 512, "quota": 25000, "period": 50000}}
    container = t.running(bundle)
    for file, expected in (
        ("cpu.shares", "512"),
        ("cpu.cfs_quota_us", "25000"),
        ("cpu.cfs_period_us", "50000"),
    ):
        _reads(t, container, "cpu", file, expected)


@case("config-linux.md#cpu", since="v1.1.0-rc.1", needs=("cpu", "cgroup-v1"), alone=True)
def idle_is_the_config_s(t: Trial) -> None:
    """resources.cpu.idle (since v1.1) makes the group's processes idle ones."""
    bundle = t.bundle()
    bundle.linux["resources"] = {"cpu": {"idle": 1}}
    container = t.running(bundle, within=60)  # on a busy host an idle program waits for everybody else
    if not (folder_of(container.pid, "cpu") / "cpu.idle").exists():
        raise Skipped("this kernel has no cpu.idle")
    _reads(t, container, "cpu", "cpu.idle", "1")


@case("config-linux.md#cpu", needs=("cpuset", "cgroup-v1"))
def cpus_and_mems_are_the_config_s(t: Trial) -> None:
    """resources.cpu.cpus and mems are where the program may run and have its memory."""
    cpu = str(min(os.sched_getaffinity(0)))
    bundle = t.bundle()
    bundle.linux["resources"] = {"cpu": {"cpus": cpu, "mems": "0"}}
    container = t.running(bundle)
    seen = {
        name: value.strip()
        for name, _, value in (line.partition(":") for line in container.proc("status").splitlines())
    }
    t.equal("Cpus_allowed_list", seen["Cpus_allowed_list"], cpu)
    t.equal("Mems_allowed_list", seen["Mems_allowed_list"], "0")


@case("config-linux.md#block-io", needs=("blkio", "cgroup-v1"))
def throttles_are_the_config_s(t: Trial) -> None:
    """resources.blockIO: the four throttles of a device are the group's."""
    t.speaks("blkioThrottle...", until="v1.0.0-rc5")
    disk = next(
        (path for path in sorted(Path("/sys/block").iterdir()) if not path.name.startswith("zram")), None
    )
    if disk is None:
        raise Skipped("this host has no block device")
    major, minor = (int(word) for word in (disk / "dev").read_text().split(":"))
    files = {
        "throttleReadBpsDevice": "read_bps", "throttleWriteBpsDevice": "write_bps",
        "throttleReadIOPSDevice": "read_iops", "throttleWriteIOPSDevice": "write_iops",
    }  # fmt: skip
    bundle = t.bundle()
    bundle.linux["resources"] = {
        "blockIO": {
            name: [{"major": major, "minor": minor, "rate": 1048576 + n}] for n, name in enumerate(files)
        }
    }
    container = t.running(bundle)
    for n, word in enumerate(files.values()):
        _reads(t, container, "blkio", f"blkio.throttle.{word}_device", f"{major}:{minor} {1048576 + n}")


@case("config-linux.md#block-io", since="v1.0.0-rc6", needs=("blkio", "cgroup-v1"))
def weights_are_the_config_s(t: Trial) -> None:
    """resources.blockIO: weight is the group's, and weightDevice that of a device, where the kernel has weights for it."""
    bundle = t.bundle()
    with a_weighed_device() as (major, minor):
        weights = [{"major": major, "minor": minor, "weight": 300}]
        bundle.linux["resources"] = {"blockIO": {"weight": 200, "weightDevice": weights}}
        container = t.running(bundle)
        folder = folder_of(container.pid, "blkio")
        t.equal("blkio.bfq.weight", (folder / "blkio.bfq.weight").read_text().split()[-1], "200")
        rows = (folder / "blkio.bfq.weight_device").read_text().splitlines()
        t.check(f"{major}:{minor} 300" in rows, f"{major}:{minor} 300 is not among {rows}")


@case("config-linux.md#huge-page-limits", needs=("hugetlb",))
def huge_page_limits_are_the_config_s(t: Trial) -> None:
    """resources.hugepageLimits: the limit of a page size is the group's."""
    sizes = sorted(
        path.name.removeprefix("hugepages-").removesuffix("kB")
        for path in Path("/sys/kernel/mm/hugepages").glob("hugepages-*")
    )
    if not sizes:
        raise Skipped("this kernel has no huge pages")
    kilobytes = int(sizes[-1])
    size = f"{kilobytes >> 10}MB" if kilobytes < 1 << 20 else f"{kilobytes >> 20}GB"
    bundle = t.bundle()
    bundle.linux["resources"] = {"hugepageLimits": [{"pageSize": size, "limit": kilobytes << 10}]}
    container = t.running(bundle)
    files = [
        *_unified(container.pid, f"hugetlb.{size}.max"),
        *_first(container.pid, f"hugetlb.{size}.limit_in_bytes"),
    ]
    t.check(bool(files), "the program's groups have no hugetlb controller")
    t.equal(files[0].name, files[0].read_text().strip(), str(kilobytes << 10))


@contextmanager
def a_weighed_device() -> Iterator[tuple[int, int]]:
    """The number of a block device whose scheduler has weights: one that has it, else a loop device that nobody uses, for a while.

    Whoever chooses a scheduler holds a lock on the file that names it, so that two cases do not take it from each other.
    """
    disks = [disk for disk in sorted(Path("/sys/block").iterdir()) if (disk / "queue" / "scheduler").exists()]
    idle = [
        disk
        for disk in disks
        if disk.name.startswith("loop") and not (disk / "loop" / "backing_file").exists()
    ]
    weighed = [
        disk for disk in disks if disk not in idle and "[bfq]" in (disk / "queue" / "scheduler").read_text()
    ]
    chosen = next(
        (disk for disk in (*weighed, *idle[::-1]) if "bfq" in (disk / "queue" / "scheduler").read_text()),
        None,
    )
    if chosen is None:
        raise Skipped("no block device of this host can have the scheduler bfq, which alone has weights")
    major, minor = (chosen / "dev").read_text().split(":")
    with (chosen / "queue" / "scheduler").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = file.read().partition("[")[2].partition("]")[0]
        if before == "bfq":
            yield int(major), int(minor)
            return
        (chosen / "queue" / "scheduler").write_text("bfq")
        try:
            yield int(major), int(minor)
        finally:
            (chosen / "queue" / "scheduler").write_text(before)


def _unified(pid: int, file: str) -> list[Path]:
    """A file of the process's group on the version 2 tree, where there is one."""
    path = next(
        (line[3:] for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines() if line.startswith("0::")),
        None,
    )
    found = Path(f"{host.cgroup2()}{path}/{file}")
    return [found] if path is not None and host.cgroup2() and found.exists() else []


def _first(pid: int, file: str) -> list[Path]:
    """A file of the process's group on version 1, where there is one."""
    try:
        found = folder_of(pid, file.partition(".")[0]) / file
    except FileNotFoundError:
        return []
    return [found] if found.exists() else []


@case("config-linux.md#unified", since="v1.1.0-rc.1", needs=("cgroup2",))
def unified_values_are_written(t: Trial) -> None:
    """linux.resources.unified (since v1.1): a value is written to the file of its name on the version 2 tree."""
    bundle = t.bundle()
    bundle.linux["resources"] = {"unified": {"cgroup.max.depth": "7"}}
    files = _unified(t.running(bundle).pid, "cgroup.max.depth")
    t.equal("cgroup.max.depth", files and files[0].read_text().strip(), "7")


@case("config-linux.md#unified", since="v1.1.0-rc.1", needs=("cgroup2", "hugetlb"))
def the_controller_of_a_unified_value_is_enabled(t: Trial) -> None:
    """The runtime MUST enable the controller that a value of linux.resources.unified needs."""
    if "hugetlb" not in Path(f"{host.cgroup2()}/cgroup.controllers").read_text().split():
        raise Skipped("this host's cgroup version 2 tree has no hugetlb controller")
    bundle = t.bundle()
    bundle.linux["resources"] = {"unified": {"hugetlb.2MB.max": "4194304"}}
    files = _unified(t.running(bundle).pid, "hugetlb.2MB.max")
    t.equal("hugetlb.2MB.max", files and files[0].read_text().strip(), "4194304")


@case("config-linux.md#unified", since="v1.1.0-rc.1", needs=("root",))
def unified_of_no_controller_is_an_error(t: Trial) -> None:
    """A value for a controller that is not present MUST be an error."""
    bundle = t.bundle()
    bundle.linux["resources"] = {"unified": {"planet.max": "7"}}
    t.refused(t.run(bundle), "unified of a controller that there is not")


def _set_or_refused(t: Trial, resources: dict[str, Any], controller: str, file: str, expected: str) -> None:
    """Without the controller the runtime MUST generate an error, since it cannot apply the property."""
    bundle = t.bundle()
    bundle.linux["resources"] = resources
    if host.has_controller(controller):
        _reads(t, t.running(bundle), controller, file, expected)
    else:
        t.refused(t.run(bundle), f"{', '.join(resources)} without the {controller} controller")


@case("config-linux.md#network runtime.md#create", since="v1.0.0-rc6", needs=("root", "cgroup-v1"))
def network_classes_are_set_or_refused(t: Trial) -> None:
    """resources.network.classID and priorities are the group's; without net_cls or net_prio they MUST be errors."""
    _set_or_refused(t, {"network": {"classID": 1048577}}, "net_cls", "net_cls.classid", "1048577")
    priorities = [{"name": "lo", "priority": 5}]
    _set_or_refused(t, {"network": {"priorities": priorities}}, "net_prio", "net_prio.ifpriomap", "lo 5")


@case("config-linux.md#rdma runtime.md#create", since="v1.0.2", needs=("root", "cgroup-v1"))
def rdma_limits_are_set_or_refused(t: Trial) -> None:
    """resources.rdma (since v1.0.2) is the group's; without the rdma controller it MUST be an error."""
    rdma = {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}}
    _set_or_refused(t, {"rdma": rdma}, "rdma", "rdma.max", "mlx5_1 hca_handle=3 hca_object=10000")


@case("config-linux.md#allowed-device-list config-linux.md#devices", needs=("root", "pids"), escape=True)
def a_device_that_is_not_allowed_cannot_be_opened(t: Trial) -> None:
    """A device that the list denies cannot be opened, and the same one can when it is allowed."""
    for allowed in (True, False):
        bundle = t.bundle().args("touch", "/dev/log")
        bundle.linux["devices"] = [
            {"path": "/dev/log", "type": "c", "major": 1, "minor": 11, "fileMode": 0o666}
        ]
        rules = [
            {"allow": False, "access": "rwm"},
            {"allow": True, "type": "c", "major": 1, "minor": 11, "access": "rwm"},
        ]
        bundle.linux["resources"] = {"devices": rules if allowed else [*rules, {**rules[1], "allow": False}]}
        t.equal(f"opening it, allowed: {allowed}", t.output(bundle).strip(), "yes" if allowed else "no")
