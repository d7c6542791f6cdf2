"""Control groups: where a container's groups are on version 1, hybrid and version 2; made, found and taken away (config-linux.md#control-groups)."""

from __future__ import annotations

import errno
import time

from runtime import lean_os as os
from runtime import syscalls
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

BASE = "refrun"
UNIFIED = ""  # the controller name under which the version 2 tree is kept
RESOURCES = ("memory", "cpu", "pids", "devices", "unified", "blockIO", "hugepageLimits", "network", "rdma")
NO_RIGHT = (errno.EPERM, errno.EACCES, errno.EROFS)


def hierarchies() -> dict[str, str]:
    """Controller -> mount point, one for each on version 1 (name=systemd too); "" -> the version 2 tree, alone or beside them.

    See config-linux.md#control-groups.
    """
    found: dict[str, str] = {}
    unified = ""
    for line in os.fsdecode(os.read_whole("/proc/self/mountinfo")).split("\n"):
        if " - cgroup" not in line:
            continue
        before, _, after = line.partition(" - ")
        point = before.split()[4]
        fstype, _, options = after.split()[:3]
        if fstype == "cgroup2":
            unified = unified or point
        elif fstype == "cgroup":
            for option in options.split(","):
                if option.startswith("name=") or option in os.path.basename(point).split(","):
                    found.setdefault(option, point)
    return {**found, UNIFIED: unified} if unified else found


def paths(config: dict[str, Any], id_: str) -> dict[str, str]:
    """Controller -> this container's folder. An absolute cgroupsPath is read from the mount point, a relative one from ours.

    See config-linux.md#cgroups-path.
    """
    asked = (config.get("linux") or {}).get("cgroupsPath") or ""
    if ".." in asked.split("/"):
        raise Fault(f"linux.cgroupsPath {asked} must not contain ..")
    named = "/".join(part for part in asked.split("/") if part not in ("", "."))
    inside = named if asked.startswith("/") else f"{BASE}/{named}" if named else f"{BASE}-{id_}"
    if not inside:
        raise Fault(f"linux.cgroupsPath {asked} is the host's own group")
    return {controller: f"{point}/{inside}" for controller, point in hierarchies().items()}


def missing(folders: dict[str, str]) -> list[str]:
    """The folders that `make` would make, parents first: kept in writing before anything is made."""
    found: list[str] = []
    for folder in folders.values():
        above: list[str] = []
        while folder not in found and not os.path.isdir(folder):
            above.append(folder)
            folder = os.path.dirname(folder)
        found += reversed(above)
    return found


def split(folders: dict[str, str], begins_inside: bool) -> tuple[dict[str, str], dict[str, str]]:
    """The groups that a first process needs to begin in, and those that can be made while it begins: only version 2 has the former.

    Making the nine of version 1 takes 0.3 ms of a `run`.
    """
    if not begins_inside:
        return folders, {}
    first = {each: folder for each, folder in folders.items() if each == UNIFIED}
    return first, {each: folder for each, folder in folders.items() if each != UNIFIED}


def make(folders: dict[str, str], required: bool, tolerant: bool = True) -> tuple[dict[str, str], list[str]]:
    """Makes the groups. Returns those that may be used, and the folders that were made for them. Raises Fault.

    Where there is no right to (an ordinary user) none is made, unless limits were asked for and there is none at all, or
    `tolerant` is off: then it is a Fault.

    See config-linux.md#control-groups, config-linux.md#cgroup-ownership.
    """
    usable: dict[str, str] = {}
    made: list[str] = []
    refused = ""
    try:
        for controller, folder in folders.items():
            try:
                _make_folder(controller, folder, made)
                usable[controller] = folder
            except OSError as failed:
                _refused(folder, failed, not tolerant)
                refused = refused or f"{folder} cannot be made: {failed.strerror}"
        if required and not usable:
            raise Fault(f"the limits in linux.resources need a cgroup, and {refused or 'there is none here'}")
    except Fault:
        remove(usable, made)
        raise
    return usable, made


def _refused(folder: str, failed: OSError, required: bool) -> None:
    """What it means that a group cannot be used: nothing for an ordinary user who need not have it, else a Fault."""
    if failed.errno not in NO_RIGHT or required:
        raise Fault(f"the cgroup {folder} cannot be used: {failed.strerror}") from None


def fork(folders: dict[str, str], namespaces: int) -> tuple[int, bool]:
    """Forks; the child begins in the version 2 group and in new namespaces (CLONE_NEW flags) where the kernel can do that.

    Returns the pid, and whether it could: Linux 5.7, and this user may. Moving into the group afterwards costs what
    `enter` says; a pid namespace entered afterwards counts for children only, so that it takes another process.
    """
    group = -1
    try:
        if UNIFIED in folders:
            group = os.open(folders[UNIFIED], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return syscalls.clone3(namespaces, group), True
    except OSError:
        return syscalls.fork(), False
    finally:
        if group >= 0:
            os.close(group)


def enter(folder: str) -> None:
    """Moves the calling process, which has one thread, into a group. Raises OSError.

    `tasks` of version 1 moves a single thread, and `0` is the caller: then the kernel need not hold all forks and exits
    (cgroup_threadgroup_rwsem), for which it would wait through an RCU grace period. Measured on Linux 6.18: 0.03 ms
    instead of 8 to 20.
    """
    try:
        write(f"{folder}/tasks", "0")
    except FileNotFoundError:
        write(f"{folder}/cgroup.procs", "0")


def enter_all(folders: dict[str, str], forked_into: bool, required: bool) -> list[str]:
    """Enters every group. Returns the controllers whose group this user may not enter; with `required` that is a Fault."""
    refused = []
    for controller, folder in folders.items():
        if controller == UNIFIED and forked_into:
            continue
        try:
            enter(folder)
        except OSError as failed:
            _refused(folder, failed, required)
            refused.append(controller)
    return refused


def asks_for_limits(config: dict[str, Any]) -> bool:
    resources = (config.get("linux") or {}).get("resources") or {}
    return any(resources.get(name) for name in RESOURCES)


def _make_folder(controller: str, folder: str, made: list[str]) -> None:
    """Makes one group with its parents. Another refrun may take an empty parent away in between: then once more."""
    for attempt in range(50):
        try:
            _make_with_parents(folder, made)
            if controller == "cpuset":
                _inherit_cpuset(folder)
            return
        except OSError as failed:
            if failed.errno not in (errno.ENOENT, errno.ENODEV) or attempt == 49:
                raise


def _make_with_parents(folder: str, made: list[str]) -> None:
    try:
        os.mkdir(folder, 0o755)
    except FileExistsError:
        return
    except FileNotFoundError:
        _make_with_parents(os.path.dirname(folder), made)
        _make_with_parents(folder, made)  # by now it may be another refrun's
        return
    made.append(folder)


def _inherit_cpuset(folder: str) -> None:
    """A new cpuset of version 1 is empty and takes no process until it has its parent's cpus and mems."""
    for file in ("cpuset.cpus", "cpuset.mems"):
        if read(f"{folder}/{file}"):
            continue
        parent = os.path.dirname(folder)
        if not read(f"{parent}/{file}"):
            _inherit_cpuset(parent)
        write(f"{folder}/{file}", read(f"{parent}/{file}"))


def enable(folder: str, mount_point: str, controllers: set[str], needed: set[str]) -> None:
    """Hands controllers of version 2 down from the mount point to a folder. Raises Fault for a needed one that cannot be."""
    above = [mount_point]
    for part in folder.removeprefix(mount_point).strip("/").split("/")[:-1]:
        above.append(f"{above[-1]}/{part}")
    for parent in above:
        here = set(read(f"{parent}/cgroup.subtree_control").split())
        for controller in sorted(controllers - here):
            try:
                write(f"{parent}/cgroup.subtree_control", f"+{controller}")
            except OSError as failed:
                if controller not in needed:
                    continue  # it would only have counted
                raise Fault(
                    f"the {controller} controller cannot be enabled in {parent}: {failed.strerror}"
                ) from None


def tree(folder: str) -> list[str]:
    """A group and all groups below it (which the container may have made), the deepest first."""
    return list(os.tree(folder))


def processes(folders: dict[str, str]) -> list[int]:
    """Every process in the container's groups and below."""
    found: set[int] = set()
    for folder in folders.values():
        for group in tree(folder):
            try:
                with open(f"{group}/cgroup.procs", encoding="ascii") as file:
                    found.update(int(line) for line in file)
            except OSError:
                continue
    return sorted(found)


def kill(folders: dict[str, str]) -> None:
    """Ends every process of the version 2 group at once (Linux 5.14); others are ended one by one by the caller."""
    if UNIFIED in folders:
        try:
            write(f"{folders[UNIFIED]}/cgroup.kill", "1")
        except OSError:
            return


def remove_empty(folders: dict[str, str], made: list[str]) -> bool:
    """`remove` for a container whose processes are gone already. Whether all of its groups were empty and are gone now."""
    own = set(folders.values())
    for folder in reversed(made):
        try:
            os.rmdir(folder)
        except FileNotFoundError:
            continue
        except OSError:
            if folder in own:
                return False
        if os.path.basename(os.path.dirname(folder)) == BASE:
            _rmdir_if_empty(os.path.dirname(folder))
    return True


def remove(folders: dict[str, str], made: list[str]) -> None:
    """Takes away the groups that were made for the container, with those it made itself, once their processes are gone.

    A group that was there before is not ours to delete (runtime.md#delete); neither is a parent that others use.

    See config-linux.md#control-groups.
    """
    own = set(folders.values())
    for folder in reversed(made):
        if folder not in own:
            _rmdir_if_empty(folder)  # a parent: what is in it by now is other containers'
            continue
        for _ in range(100):
            if _rmdir_tree(folder):
                break
            time.sleep(0.01)  # the kernel needs a moment
        parent = os.path.dirname(folder)
        if os.path.basename(parent) == BASE:
            _rmdir_if_empty(parent)


def _rmdir_if_empty(folder: str) -> None:
    try:
        os.rmdir(folder)
    except OSError:
        pass  # it is gone, or another container's groups are in it


def _rmdir_tree(folder: str) -> bool:
    try:
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError:
        for each in tree(folder)[:-1]:
            try:
                os.rmdir(each)
            except OSError:
                return False
        return False
    return True


def read(path: str) -> str:
    return os.read_whole(path).decode("ascii", "replace").strip()


def write(path: str, value: str) -> None:
    os.write_once(path, value)
