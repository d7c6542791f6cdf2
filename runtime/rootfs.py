"""The root file system: how it is put together, entered and closed off (config.md#root, config-linux.md#masked-paths)."""

from __future__ import annotations

import _stat as stat  # the C module of the same functions

from runtime import devices, inroot, mount_options, mounts, oldmounts, syscalls
from runtime import lean_os as os
from runtime import syscalls as k
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

NULL_DEVICE = os.makedev(1, 3)


def find(config: dict[str, Any], bundle: str) -> str:
    """The root file system's absolute path. Raises Fault when it is no directory (config.md#root)."""
    path = os.path.realpath(os.path.join(bundle, config["root"]["path"]))
    if not os.path.isdir(path):
        raise Fault(f"root.path {path} is not a directory")
    return path


def prepare(
    config: dict[str, Any], bundle: str, rootfs: str, cgroups: dict[str, str], trees: dict[int, int]
) -> int:
    """Stands up root, mounts and devices in this mount namespace, before it is entered. Returns the root's descriptor.

    See config.md#root, config-linux.md#rootfs-mount-propagation.
    """
    linux = config.get("linux") or {}
    propagation = linux.get("rootfsPropagation") or "slave"
    if propagation not in mount_options.PROPAGATION:
        raise Fault(
            f"linux.rootfsPropagation {propagation!r} is not one of {', '.join(mount_options.PROPAGATION)}"
        )
    # Never shared with the host while it is put together; the asked propagation is set at the end.
    syscalls.mount(None, "/", None, k.MS_SLAVE | k.MS_REC)
    syscalls.mount(rootfs, rootfs, None, k.MS_BIND | k.MS_REC)
    root = os.open(rootfs, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    for at, each in enumerate(config.get("mounts") or []):
        mounts.place(root, each, bundle, cgroups, trees.get(at, -1))
    if linux.get("mountLabel"):
        from runtime import labels

        labels.label_queues(root, config)
    devices.make_all(root, linux.get("devices") or [])
    return root


def enter(root: int, pivot: bool, propagation: str) -> None:
    """Makes the prepared root this process's `/`, lets go of the host's, and sets the asked propagation.

    See config-linux.md#rootfs-mount-propagation.
    """
    os.fchdir(root)
    if pivot:
        # pivot_root(".", "."): the old root ends up under the new one and is taken off from there, with no folder needed.
        old = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        syscalls.pivot_root(".", ".")
        os.fchdir(old)
        syscalls.mount(
            None, ".", None, k.MS_SLAVE | k.MS_REC
        )  # so that taking it off does not reach the host
        syscalls.umount2(".", k.MNT_DETACH)
        os.close(old)
    else:
        syscalls.mount(".", "/", None, k.MS_MOVE)
        os.chroot(".")
    os.chdir("/")
    if propagation:
        syscalls.mount(None, "/", None, mount_options.PROPAGATION[propagation])


def close_off(root: int, config: dict[str, Any]) -> None:
    """Masked and read-only paths and the read-only root, while the host's /proc still gives trustworthy handles.

    See config.md#root.
    """
    linux = config.get("linux") or {}
    for path in linux.get("readonlyPaths") or []:
        _make_readonly(root, path)
    data = None
    if linux.get("mountLabel"):
        from runtime import labels

        data = labels.context(linux["mountLabel"])
    for path in linux.get("maskedPaths") or []:
        _mask(root, path, data)
    if (config.get("root") or {}).get("readonly"):
        mounts.set_attributes(root, "/", k.MOUNT_ATTR_RDONLY)


def _existing(root: int, path: str) -> int | None:
    try:
        return inroot.open_path(root, path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _make_readonly(root: int, path: str) -> None:
    """Makes what stands at a path read-only, with all below it (config-linux.md#readonly-paths)."""
    fd = _existing(root, path)
    if fd is None:
        return
    try:
        if oldmounts.are_needed():
            tree = oldmounts.bind(root, path, inroot.handle(fd), fd, True)
            oldmounts.set_attributes(tree, k.MOUNT_ATTR_RDONLY, 0, 0)
        else:
            tree = syscalls.open_tree(fd, "", k.OPEN_TREE_CLONE | k.AT_RECURSIVE | k.AT_EMPTY_PATH)
            syscalls.mount_setattr(tree, 0, k.MOUNT_ATTR_RDONLY, 0)
            syscalls.move_mount(tree, fd)
        os.close(tree)
    except OSError as failed:
        raise Fault(f"linux.readonlyPaths {path} cannot be made read-only: {failed.strerror}") from None
    finally:
        os.close(fd)


def _mask(root: int, path: str, data: str | None) -> None:
    """Covers a folder with an empty read-only tmpfs and a file with /dev/null, checked to be that (CVE-2025-31133).

    See config-linux.md#masked-paths.
    """
    fd = _existing(root, path)
    if fd is None:
        return
    try:
        if os.path.isdir(inroot.handle(fd)):
            syscalls.mount("tmpfs", inroot.handle(fd), "tmpfs", k.MS_RDONLY, data)
            return
        null = inroot.open_path(root, "/dev/null", os.O_PATH | os.O_NOFOLLOW)
        try:
            found = os.fstat(null)
            if not stat.S_ISCHR(found.st_mode) or found.st_rdev != NULL_DEVICE:
                raise Fault(
                    f"/dev/null in the root file system is not the null device: {path} cannot be masked"
                )
            syscalls.mount(inroot.handle(null), inroot.handle(fd), None, k.MS_BIND)
        finally:
            os.close(null)
    except OSError as failed:
        raise Fault(f"masking {path} failed: {failed.strerror}") from None
    finally:
        os.close(fd)
