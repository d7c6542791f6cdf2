"""Control groups (config-linux.md#control-groups): where the container is put, and its limits."""

import os
from pathlib import Path

from runtime.conformance import host
from runtime.conformance.declare import case
from runtime.conformance.trial import Trial


def _folder(pid: int, controller: str) -> Path:
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
    folder = _folder(container.pid, "pids")
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
    t.equal("pids.max", (_folder(container.pid, "pids") / "pids.max").read_text().strip(), "33")


@case("config-linux.md#memory", needs=("memory",))
def the_memory_limit_is_the_config_s(t: Trial) -> None:
    """resources.memory.limit is the group's limit, in bytes."""
    bundle = t.bundle()
    bundle.linux["resources"] = {"memory": {"limit": 64 << 20}}
    container = t.running(bundle)
    file = "memory.max" if host.cgroup_layout() == "v2" else "memory.limit_in_bytes"
    t.equal(file, (_folder(container.pid, "memory") / file).read_text().strip(), str(64 << 20))


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
    allowed = (_folder(container.pid, "devices") / "devices.list").read_text().splitlines()
    t.check("c 10:229 rw" in allowed, f"c 10:229 rw is not among {allowed}")
    t.check("a *:* rwm" not in allowed, "everything is still allowed")
