"""Mounts: the table of options, and how each entry of `mounts` comes to stand in the root file system (config.md#mounts)."""

from __future__ import annotations

import os

from runtime import inroot, syscalls
from runtime import syscalls as k
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

SET, CLEAR = True, False
OPTIONS = {  # option -> (set or clear, flags); config.md#configLinuxMountOptions
    "async": (CLEAR, k.MS_SYNCHRONOUS), "sync": (SET, k.MS_SYNCHRONOUS),
    "atime": (CLEAR, k.MS_NOATIME), "noatime": (SET, k.MS_NOATIME),
    "bind": (SET, k.MS_BIND), "rbind": (SET, k.MS_BIND | k.MS_REC),
    "defaults": (SET, 0),
    "dev": (CLEAR, k.MS_NODEV), "nodev": (SET, k.MS_NODEV),
    "diratime": (CLEAR, k.MS_NODIRATIME), "nodiratime": (SET, k.MS_NODIRATIME),
    "dirsync": (SET, k.MS_DIRSYNC),
    "exec": (CLEAR, k.MS_NOEXEC), "noexec": (SET, k.MS_NOEXEC),
    "iversion": (SET, k.MS_I_VERSION), "noiversion": (CLEAR, k.MS_I_VERSION),
    "lazytime": (SET, k.MS_LAZYTIME), "nolazytime": (CLEAR, k.MS_LAZYTIME),
    "loud": (CLEAR, k.MS_SILENT), "silent": (SET, k.MS_SILENT),
    "mand": (SET, k.MS_MANDLOCK), "nomand": (CLEAR, k.MS_MANDLOCK),
    "relatime": (SET, k.MS_RELATIME), "norelatime": (CLEAR, k.MS_RELATIME),
    "remount": (SET, k.MS_REMOUNT),
    "ro": (SET, k.MS_RDONLY), "rw": (CLEAR, k.MS_RDONLY),
    "strictatime": (SET, k.MS_STRICTATIME), "nostrictatime": (CLEAR, k.MS_STRICTATIME),
    "suid": (CLEAR, k.MS_NOSUID), "nosuid": (SET, k.MS_NOSUID),
    "symfollow": (CLEAR, k.MS_NOSYMFOLLOW), "nosymfollow": (SET, k.MS_NOSYMFOLLOW),
}  # fmt: skip
PROPAGATION = {
    "shared": k.MS_SHARED, "rshared": k.MS_SHARED | k.MS_REC, "slave": k.MS_SLAVE, "rslave": k.MS_SLAVE | k.MS_REC,
    "private": k.MS_PRIVATE, "rprivate": k.MS_PRIVATE | k.MS_REC,
    "unbindable": k.MS_UNBINDABLE, "runbindable": k.MS_UNBINDABLE | k.MS_REC,
}  # fmt: skip
NOT_YET = frozenset({"idmap", "ridmap", "tmpcopyup"} | {f"r{name}" for name in OPTIONS} - {"rbind"})
RESERVED = (
    "/proc",
    "/sys",
)  # only their own file systems may stand there, on an ordinary directory (CVE-2023-27561)
OWN = {"/proc": ("proc",), "/sys": ("sysfs",)}
# lxcfs and the like lay single files over these
INSIDE_PROC = frozenset(f"/proc/{name}" for name in ("cpuinfo", "diskstats", "loadavg", "meminfo", "slabinfo", "stat", "swaps", "uptime", "net/dev"))  # fmt: skip
# statfs(2) flags of a mount that a remount in a user namespace must repeat, since they are locked
LOCKED = (
    (os.ST_RDONLY, k.MS_RDONLY), (os.ST_NOSUID, k.MS_NOSUID), (os.ST_NODEV, k.MS_NODEV),
    (os.ST_NOEXEC, k.MS_NOEXEC), (os.ST_NOATIME, k.MS_NOATIME), (os.ST_RELATIME, k.MS_RELATIME),
)  # fmt: skip


def parse(options: list[str]) -> tuple[int, int, str]:
    """Mount flags, propagation flags to apply afterwards, and what is left as the file system's own data."""
    flags, later, data = 0, 0, []
    for option in options:
        if option in OPTIONS:
            on, bits = OPTIONS[option]
            flags = flags | bits if on else flags & ~bits
        elif option in PROPAGATION:
            later = PROPAGATION[option]
        elif option in NOT_YET:
            raise Fault(f"the mount option {option} cannot be applied by this refrun")
        else:
            data.append(option)
    return flags, later, ",".join(data)


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """A destination that is empty or, where the release wants it absolute, relative; options that contradict each other."""
    for each in config.get("mounts") or []:
        destination = each["destination"]
        if not destination:
            yield "a mount's destination is empty"
        if not destination.startswith("/") and not rules["relative_destination"]:
            yield f"the mount destination {destination} is not absolute (it may be relative since v1.2.0)"
        try:
            parse(each.get("options") or [])
        except Fault as fault:
            yield str(fault)


def place(root: int, each: dict[str, Any], bundle: str, cgroups: dict[str, str]) -> None:
    """Mounts one entry. `cgroups` maps a controller to this container's folder, for a mount of type cgroup."""
    destination = "/" + os.path.normpath(each["destination"]).lstrip("/")
    flags, later, data = parse(each.get("options") or [])
    fstype, source = each.get("type") or "", each.get("source") or ""
    _guard(root, destination, fstype)
    if fstype == "cgroup":
        _cgroup(root, destination, flags, cgroups)
        return
    if flags & k.MS_BIND:
        _bind(root, destination, os.path.join(bundle, source), flags, data)
    else:
        target = inroot.make_directory(root, destination)
        try:
            syscalls.mount(source or fstype, inroot.handle(target), fstype or None, flags, data or None)
        except OSError as failed:
            raise Fault(f"mounting {fstype or source} on {destination} failed: {failed.strerror}") from None
        finally:
            os.close(target)
    if later:
        with_mount = inroot.open_path(root, destination)
        syscalls.mount(None, inroot.handle(with_mount), None, later)
        os.close(with_mount)


def _guard(root: int, destination: str, fstype: str) -> None:
    """Refuses what would let the container stand in for /proc or /sys (CVE-2019-16884, -19921, CVE-2023-28642)."""
    if destination in RESERVED:
        try:
            entry = os.stat(destination.lstrip("/"), dir_fd=root, follow_symlinks=False)
        except FileNotFoundError:
            entry = None
        if entry is not None and entry.st_mode & 0o170000 != 0o040000:
            raise Fault(f"{destination} must be mounted on an ordinary directory of the root file system")
    if destination == "/proc" and fstype not in OWN["/proc"]:
        raise Fault(f"only proc may be mounted on /proc, not {fstype or 'a bind mount'}")
    if destination.startswith("/proc/") and destination not in INSIDE_PROC:
        raise Fault(f"nothing may be mounted inside /proc: {destination}")


def _bind(root: int, destination: str, source: str, flags: int, data: str) -> None:
    if data:
        raise Fault(f"the mount option {data} is not known for the bind mount on {destination}")
    try:
        is_directory = os.path.isdir(source) if os.stat(source) else False
    except OSError as failed:
        raise Fault(
            f"the source {source} of the mount on {destination} cannot be read: {failed.strerror}"
        ) from None
    target = inroot.make_directory(root, destination) if is_directory else inroot.make_file(root, destination)
    try:
        syscalls.mount(source, inroot.handle(target), None, flags & (k.MS_BIND | k.MS_REC))
    except OSError as failed:
        raise Fault(f"binding {source} on {destination} failed: {failed.strerror}") from None
    finally:
        os.close(target)
    wanted = flags & ~(k.MS_BIND | k.MS_REC)
    if wanted:
        remount(root, destination, wanted)


def remount(root: int, destination: str, flags: int) -> None:
    """Adds flags to the mount that stands on `destination`; what the kernel locked in a user namespace is repeated."""
    fd = inroot.open_path(root, destination)
    try:
        path = inroot.handle(fd)
        try:
            syscalls.mount(None, path, None, k.MS_REMOUNT | k.MS_BIND | flags)
        except PermissionError:
            held = os.fstatvfs(fd).f_flag
            locked = sum(mount_flag for stat_flag, mount_flag in LOCKED if held & stat_flag)
            syscalls.mount(None, path, None, k.MS_REMOUNT | k.MS_BIND | flags | locked)
    except OSError as failed:
        raise Fault(f"remounting {destination} failed: {failed.strerror}") from None
    finally:
        os.close(fd)


def _cgroup(root: int, destination: str, flags: int, cgroups: dict[str, str]) -> None:
    """Version 2: the unified tree itself. Version 1: a small tmpfs with the container's own folder of each controller."""
    target = inroot.make_directory(root, destination)
    if set(cgroups) == {""}:
        syscalls.mount("cgroup2", inroot.handle(target), "cgroup2", flags)
        os.close(target)
        return
    base = k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC
    syscalls.mount("tmpfs", inroot.handle(target), "tmpfs", base, "mode=755")
    os.close(target)
    for controller, folder in cgroups.items():
        if not controller:
            continue  # the version 2 tree beside version 1
        inside = f"{destination}/{controller.removeprefix('name=')}"
        os.close(inroot.make_directory(root, inside))
        _bind(root, inside, folder, k.MS_BIND | base | flags & k.MS_RDONLY, "")
    if flags & k.MS_RDONLY:
        remount(root, destination, base | k.MS_RDONLY)
