"""Mounts: how each entry of `mounts` comes to stand in the root file system (config.md#mounts).

A bind mount is a detached tree that gets its attributes before anybody can see it, and is then put on a descriptor.
"""

from __future__ import annotations

from errno import EPERM

from runtime import copyup, inroot, mount_options, oldmounts, syscalls
from runtime import lean_os as os
from runtime import syscalls as k
from runtime.cgroups import hierarchies
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

RESERVED = (
    "/proc",
    "/sys",
)  # only their own file systems may stand there, on an ordinary directory (CVE-2023-27561)
OWN = {"/proc": ("proc",), "/sys": ("sysfs",)}
# lxcfs and the like lay single files over these
INSIDE_PROC = frozenset(f"/proc/{name}" for name in ("cpuinfo", "diskstats", "loadavg", "meminfo", "slabinfo", "stat", "swaps", "uptime", "net/dev"))  # fmt: skip


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """A destination that is empty or, where the release wants it absolute, relative; options that contradict each other.

    See config.md#mounts.
    """
    for each in config.get("mounts") or []:
        destination = each["destination"]
        if not destination:
            yield "a mount's destination is empty"
        if not destination.startswith("/") and not rules["relative_destination"]:
            yield f"the mount destination {destination} is not absolute (it may be relative since v1.2.0)"
        try:
            mount_options.check(each)
        except Fault as fault:
            yield str(fault)


def place(root: int, each: dict[str, Any], bundle: str, cgroups: dict[str, str], tree: int = -1) -> None:
    """Mounts one entry. `cgroups`: controller -> the container's folder, for type cgroup; `tree`: one with mapped ids, or -1.

    See config.md#mounts, config-linux.md#default-filesystems.
    """
    destination = "/" + os.path.normpath(each["destination"]).lstrip("/")
    options = mount_options.parse(each.get("options") or [])
    fstype, source = each.get("type") or "", each.get("source") or ""
    _guard(destination, fstype)
    if fstype == "cgroup":
        _cgroup(root, destination, options, cgroups)
        return
    if mount_options.is_bind(each, options):
        bind(root, destination, os.path.join(bundle, source), options, tree)
    else:
        _file_system(root, destination, fstype, source, options)
        if options.all_set or options.all_cleared:
            set_attributes(root, destination, options.all_set, options.all_cleared, k.AT_RECURSIVE)
    if options.propagation:
        on_top = inroot.open_path(root, destination)
        syscalls.mount(None, inroot.handle(on_top), None, options.propagation)
        os.close(on_top)


def _guard(destination: str, fstype: str) -> None:
    """Refuses what would let the container stand in for /proc (CVE-2019-16884, CVE-2019-19921)."""
    if destination == "/proc" and fstype not in OWN["/proc"]:
        raise Fault(f"only proc may be mounted on /proc, not {fstype or 'a bind mount'}")
    if destination.startswith("/proc/") and destination not in INSIDE_PROC:
        raise Fault(f"nothing may be mounted inside /proc: {destination}")


def _directory(root: int, destination: str) -> int:
    """The directory to mount on, made where missing; /proc and /sys must not be links (CVE-2023-27561). Raises Fault."""
    if destination not in RESERVED:
        return inroot.make_directory(root, destination)
    name = destination.strip("/")
    try:
        os.mkdir(name, 0o755, dir_fd=root)
    except FileExistsError:
        pass  # as in most images
    try:
        return os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=root)
    except OSError:
        raise Fault(
            f"{destination} must be mounted on an ordinary directory of the root file system"
        ) from None


def _refuse_procfs(target: int, destination: str) -> None:
    """Refuses a destination that a link of the image's led into procfs (CVE-2019-19921, CVE-2023-28642)."""
    if destination not in INSIDE_PROC and k.fstatfs(target) == k.PROC_SUPER_MAGIC:
        raise Fault(f"nothing may be mounted inside /proc, to which {destination} leads")


def bind(root: int, destination: str, source: str, options: mount_options.Options, tree: int = -1) -> None:
    """Binds a file or directory of the host; `tree` stands for it when its ids were mapped already. Raises Fault.

    See config.md#posix-platform-mounts.
    """
    if options.data:
        raise Fault(
            f"the mount option {','.join(options.data)} is not known for the bind mount on {destination}"
        )
    recursive = bool(options.flags & k.MS_REC)
    old = oldmounts.are_needed()
    try:
        is_directory = os.stat(source).st_mode & 0o170000 == 0o040000
        if tree < 0 and not old:
            tree = syscalls.open_tree(
                k.AT_FDCWD, source, k.OPEN_TREE_CLONE | (k.AT_RECURSIVE if recursive else 0)
            )
    except OSError as failed:
        raise Fault(
            f"the source {source} of the mount on {destination} cannot be read: {failed.strerror}"
        ) from None
    target = _directory(root, destination) if is_directory else inroot.make_file(root, destination)
    try:
        _refuse_procfs(target, destination)
        if old:
            tree = oldmounts.bind(root, destination, source, target, recursive)
        _set_all(tree, destination, options)
        if not old:
            syscalls.move_mount(tree, target)
    except OSError as failed:
        raise Fault(f"binding {source} on {destination} failed: {failed.strerror}") from None
    finally:
        os.close(target)
        if tree >= 0:
            os.close(tree)


def _set_all(tree: int, destination: str, options: mount_options.Options) -> None:
    """Gives a tree what its options ask for, before anybody can use it."""
    wanted, cleared = mount_options.attributes(options)
    _set_attributes(tree, wanted, cleared)
    # A read-only /sys has the control groups below it, which an ordinary user may have been given (CVE-2023-25809).
    if f"{destination}/".startswith("/sys/") and options.flags & k.MS_REC and wanted & k.MOUNT_ATTR_RDONLY:
        _set_attributes(tree, k.MOUNT_ATTR_RDONLY, 0, k.AT_RECURSIVE)
    _set_attributes(tree, options.all_set, options.all_cleared, k.AT_RECURSIVE)


def _set_attributes(fd: int, wanted: int, cleared: int, flags: int = 0) -> None:
    """What was turned off by name may be locked by the host in a user namespace: then it stays as it is."""
    if not wanted and not cleared:
        return
    try:
        syscalls.mount_setattr(fd, flags, wanted, cleared)
    except OSError as failed:
        if failed.errno in oldmounts.MISSING and oldmounts.are_needed():
            oldmounts.set_attributes(fd, wanted, cleared, flags)
        elif failed.errno == EPERM and cleared & ~k.MOUNT_ATTR__ATIME:
            syscalls.mount_setattr(fd, flags, wanted, cleared & k.MOUNT_ATTR__ATIME)
        else:
            raise


def _file_system(
    root: int, destination: str, fstype: str, source: str, options: mount_options.Options
) -> None:
    """Mounts a file system of its own (config.md#mounts)."""
    target = _directory(root, destination)
    below = -1
    try:
        if destination not in RESERVED:
            _refuse_procfs(target, destination)
        if options.copy_up:
            below = os.open(inroot.handle(target), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        flags = options.flags & ~k.MS_RDONLY if options.copy_up else options.flags
        data = ",".join(options.data) or None
        syscalls.mount(source or fstype, inroot.handle(target), fstype or None, flags, data)
        if below >= 0:
            _copy_up(root, destination, below)
            if options.flags & k.MS_RDONLY:
                set_attributes(root, destination, k.MOUNT_ATTR_RDONLY)
    except OSError as failed:
        raise Fault(f"mounting {fstype or source} on {destination} failed: {failed.strerror}") from None
    finally:
        os.close(target)
        if below >= 0:
            os.close(below)


def _copy_up(root: int, destination: str, below: int) -> None:
    above = inroot.open_path(root, destination, os.O_RDONLY | os.O_DIRECTORY)
    try:
        copyup.copy_tree(below, above)
    finally:
        os.close(above)


def set_attributes(root: int, destination: str, wanted: int, cleared: int = 0, flags: int = 0) -> None:
    """Changes the mount that stands on `destination` (mount_setattr(2)). Raises Fault."""
    fd = inroot.open_path(root, destination)
    try:
        _set_attributes(fd, wanted, cleared, flags)
    except OSError as failed:
        raise Fault(
            f"the attributes of the mount on {destination} cannot be changed: {failed.strerror}"
        ) from None
    finally:
        os.close(fd)


def _cgroup(root: int, destination: str, options: mount_options.Options, cgroups: dict[str, str]) -> None:
    """Version 2: the unified tree itself. Version 1: a small tmpfs with the container's own folder of each controller."""
    target = inroot.make_directory(root, destination)
    _refuse_procfs(target, destination)
    if set(cgroups or hierarchies()) == {""}:
        try:
            syscalls.mount("cgroup2", inroot.handle(target), "cgroup2", options.flags)
        except PermissionError:
            # In a user namespace but the host's cgroup namespace the kernel shows no tree: then the container's own group alone.
            bind(root, destination, (cgroups or hierarchies())[""], options)
        finally:
            os.close(target)
        return
    base = k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC
    syscalls.mount("tmpfs", inroot.handle(target), "tmpfs", base, "mode=755")
    os.close(target)
    own = mount_options.Options()
    own.flags = base | options.flags & k.MS_RDONLY
    own_tmpfs = inroot.open_path(root, destination, os.O_PATH | os.O_DIRECTORY)
    try:
        for controller, folder in cgroups.items():
            if controller:  # not the version 2 tree beside version 1
                bind(own_tmpfs, f"/{controller.removeprefix('name=')}", folder, own)
    finally:
        os.close(own_tmpfs)
    if options.flags & k.MS_RDONLY:
        set_attributes(root, destination, k.MOUNT_ATTR_RDONLY)
