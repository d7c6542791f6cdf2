"""Devices: the defaults every container has, those of the config, and the links in /dev (config-linux.md#default-devices)."""

from __future__ import annotations

import _stat as stat  # the C module of the same functions

from runtime import inroot, syscalls
from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

DEFAULTS = (  # path, major, minor
    ("/dev/null", 1, 3), ("/dev/zero", 1, 5), ("/dev/full", 1, 7),
    ("/dev/random", 1, 8), ("/dev/urandom", 1, 9), ("/dev/tty", 5, 0),
)  # fmt: skip
LINKS = (
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
)
KINDS = {"c": stat.S_IFCHR, "u": stat.S_IFCHR, "b": stat.S_IFBLK, "p": stat.S_IFIFO}


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """A device without the number that its kind has (config-linux.md#devices)."""
    for each in (config.get("linux") or {}).get("devices") or []:
        for name in ("major", "minor") if each["type"] != "p" else ():
            if each.get(name) is None:
                yield f"linux.devices {each['path']} has no {name} number, which is required unless its type is p"


def make_all(root: int, asked: list[dict[str, Any]]) -> None:
    """Makes the config's devices, then the defaults that are still missing, then the links and ptmx.

    See config-linux.md#devices, config-linux.md#default-devices, runtime-linux.md#dev-symbolic-links.
    """
    folders: dict[str, int] = {}  # path -> descriptor
    before = os.umask(0)  # so that a node has the mode it is made with
    try:
        for device in asked:
            make(root, device, folders)
        named = {device["path"] for device in asked}
        for path, major, minor in DEFAULTS:
            if path not in named:
                device = {"path": path, "type": "c", "major": major, "minor": minor, "fileMode": 0o666}
                make(root, device, folders)
        _link_all(root, _folder(root, "/dev", folders))
    finally:
        os.umask(before)
        for fd in folders.values():
            os.close(fd)


def _folder(root: int, path: str, folders: dict[str, int]) -> int:
    if path not in folders:
        folders[path] = inroot.make_directory(root, path)
    return folders[path]


def _link_all(root: int, dev: int) -> None:
    for name, target in LINKS:
        _link(dev, name, target)
    try:
        os.close(inroot.open_path(root, "/dev/pts/ptmx"))
    except OSError:
        return  # no devpts, no ptmx
    _link(dev, "ptmx", "pts/ptmx")


def _link(dev: int, name: str, target: str) -> None:
    """Makes one link in /dev (runtime-linux.md#dev-symbolic-links)."""
    try:
        os.symlink(target, name, dir_fd=dev)
    except FileExistsError:
        pass  # the image brought its own


def make(root: int, device: dict[str, Any], folders: dict[str, int]) -> None:
    """Makes one device node inside the root; where the kernel does not allow mknod, the host's node is bound there.

    See config-linux.md#devices.
    """
    path, kind = device.get("path", ""), device.get("type", "")
    if not path.startswith("/") or kind not in KINDS:
        raise Fault(
            f"linux.devices has an entry without an absolute path or a known type: {path or '?'} {kind or '?'}"
        )
    major, minor = device.get("major", 0), device.get("minor", 0)
    if not (0 <= major < 2**12 and 0 <= minor < 2**20):
        raise Fault(
            f"linux.devices {path} has the number {major}:{minor}; the kernel knows 0:0 to 4095:1048575"
        )
    number = os.makedev(major, minor)
    mode = device.get("fileMode", 0o666) & 0o7777
    folder, _, name = path.rpartition("/")
    parent = _folder(root, folder, folders)
    try:
        found = _existing(parent, name)
        if found is not None:
            if found.st_rdev != number or stat.S_IFMT(found.st_mode) != KINDS[kind]:
                raise Fault(f"{path} exists in the root file system and is another device")
            return
        os.mknod(name, KINDS[kind] | mode, number, dir_fd=parent)
        _own(parent, name, mode, device)
    except PermissionError:  # a user namespace may not make devices
        _bind_from_host(root, path, number, KINDS[kind])


def _existing(parent: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _own(parent: int, name: str, mode: int, device: dict[str, Any]) -> None:
    os.chown(name, device.get("uid", 0), device.get("gid", 0), dir_fd=parent, follow_symlinks=False)
    if mode & 0o6000:  # which a change of the owner takes away
        fd = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
        try:
            os.chmod(inroot.handle(fd), mode)
        finally:
            os.close(fd)


def _bind_from_host(root: int, path: str, number: int, kind: int) -> None:
    source = target = -1
    try:
        source = os.open(path, os.O_PATH | os.O_CLOEXEC)
        found = os.fstat(source)
        if stat.S_IFMT(found.st_mode) != kind or found.st_rdev != number:
            raise Fault(f"the device {path} cannot be made here, and the host's {path} is another one")
        target = inroot.make_file(root, path)
        syscalls.mount(inroot.handle(source), inroot.handle(target), None, syscalls.MS_BIND)
    except OSError as failed:
        raise Fault(
            f"the device {path} can neither be made nor bound from the host: {failed.strerror}"
        ) from None
    finally:
        for fd in (source, target):
            if fd >= 0:
                os.close(fd)
