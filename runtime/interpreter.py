"""The interpreter's own file, which no container may ever write to (CVE-2019-5736), and the one place that sees to it.

A container reaches its runtime's program over /proc/PID/exe in two ways, and each has an answer that fits its price.

It is *executed*: args, a script's first line or a link that was swapped a moment ago lead to /proc/self/exe. So `aim`
finds the program's folder and reads scripts here, and `become` takes the last step on the folder's descriptor, without
following a link: the kernel is never asked to look up a name that could have become one.

It is *looked at* while refrun is in its pid namespace. refrun is not dumpable by then, so that needs CAP_SYS_PTRACE in
our own user namespace (or what includes it). Only where a container may hold that, `seal` executes the interpreter once
more in a private mount namespace in which everything is read-only, and goes back to its place. The program, its libraries
and modules were then opened on mounts that no container can reach to change them: writing is EROFS even for a full root.
A sealed memfd would cost a copy of the interpreter more, and would protect the program alone.

User and system time of `refrun run`, medians of 60 alternating runs on a busy Linux 6.18: 39.2 ms without the first answer,
39.4 with it, 54.8 with the second: it is one more start of the interpreter.
"""

from __future__ import annotations

import errno

from runtime import capabilities, namespaces, stepwise, syscalls
from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

PLACE = b"_REFRUN_PLACE"  # descriptors of the mount namespace, root and folder to go back to after `seal`
# What reaches into a process that is not dumpable: ptrace_may_access(), /proc/PID/map_files, or all of it at once.
SEEING = sum(
    1 << capabilities.NUMBERS[f"CAP_{name}"] for name in ("SYS_PTRACE", "SYS_ADMIN", "CHECKPOINT_RESTORE")
)
# C modules that refrun may read later, when their files are on mounts that can be written to again.
LIBRARIES = ("_ctypes", "_json", "_socket", "fcntl", "resource", "select", "termios")
HANDLERS = "/proc/sys/fs/binfmt_misc"
DEPTH = 5  # scripts of scripts, as many as execve(2) follows
FIRST_LINE = 256  # bytes of it that the kernel reads


def protect_in_create(config: dict[str, Any]) -> bool:
    """Seals where the new container could see us: it holds the right to, or it enters a pid namespace with others in it.

    Returns whether the program may be executed by its name.
    """
    kinds = namespaces.wanted(config)
    masks = (config.get("process") or {}).get("capabilities")
    held = -1 if masks is None else _mask(masks.get("bounding")) | _mask(masks.get("permitted"))
    return _protect(config, bool(kinds.get("pid")) or bool("user" not in kinds and held & SEEING))


def protect_in_exec(config: dict[str, Any], pids: Iterable[int], ours: bool) -> bool:
    """Seals where a process of the container could see us. `ours`: it shares our user namespace. Returns as above."""
    return _protect(config, ours and any(_bounds(pid) & SEEING for pid in pids))


def _protect(config: dict[str, Any], seen: bool) -> bool:
    forbidden = _forbids_execveat((config.get("linux") or {}).get("seccomp") or {})
    if seen or forbidden or _has_handlers():
        seal()
    # A user who may not write to the interpreter cannot lend a container the right to.
    return forbidden or is_sealed() or (os.geteuid() != 0 and not os.access("/proc/self/exe", os.W_OK))


def _forbids_execveat(seccomp: dict[str, Any]) -> bool:
    """Whether a filter stands in the way of `become`, which is then done by name."""
    said = [each["action"] for each in seccomp.get("syscalls") or [] if "execveat" in each["names"]]
    return any(
        action not in ("SCMP_ACT_ALLOW", "SCMP_ACT_LOG")
        for action in said or [seccomp.get("defaultAction", "SCMP_ACT_ALLOW")]
    )


def _has_handlers() -> bool:
    """Whether the host runs programs of other kinds by binfmt_misc; those can only be executed by name."""
    try:
        return len(os.listdir(HANDLERS)) > 2  # besides register and status
    except OSError:
        return False


def _mask(names: list[str] | None) -> int:
    return sum(1 << capabilities.NUMBERS[name] for name in set(names or ()) if name in capabilities.NUMBERS)


def _bounds(pid: int) -> int:
    """The capabilities that a process may ever hold."""
    try:
        status = os.read_whole(f"/proc/{pid}/status")
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it ended meanwhile
    return int(status.partition(b"CapBnd:")[2].split(None, 1)[0], 16)


def is_sealed() -> bool:
    return bool(os.statvfs("/proc/self/exe").f_flag & os.ST_RDONLY)


def seal() -> None:
    """Returns with the interpreter on a read-only mount; where it is not yet, executes it anew, to come here again.

    To be called before anything is changed or any descriptor opened. Raises Fault. Without root there is nothing to do:
    a user namespace has no power over a process that was started outside it.
    """
    if PLACE in os.environ:
        _go_back()
        return
    if os.geteuid() != 0 or is_sealed():
        return
    paths = ("/proc/self/ns/mnt", "/", ".")
    held = [os.open(path, os.O_RDONLY) for path in paths]
    try:
        syscalls.unshare(namespaces.NAMESPACES["mount"][0])
        syscalls.mount(None, "/", None, syscalls.MS_SLAVE | syscalls.MS_REC)
        _all_readonly()
        for fd in held:
            os.set_inheritable(fd, True)
        words = _command()
        os.execve(words[0], words, {**os.environ, PLACE: ",".join(map(str, held)).encode()})
    except OSError as failed:
        raise Fault(f"the interpreter could not be sealed: {failed.strerror}") from None


def _command() -> list[str]:
    import sys

    return [sys.executable, *sys.orig_argv[1:]]


def _all_readonly() -> None:
    root = os.open("/", os.O_PATH | os.O_CLOEXEC)
    try:
        syscalls.mount_setattr(root, syscalls.AT_RECURSIVE, syscalls.MOUNT_ATTR_RDONLY, 0)
    except OSError as failed:
        if failed.errno not in (errno.ENOSYS, errno.EPERM):
            raise
        _each_readonly()  # a kernel before 5.12
    finally:
        os.close(root)


def _each_readonly() -> None:
    lines = os.fsdecode(os.read_whole("/proc/self/mountinfo")).splitlines()
    points = {line.split()[4].replace("\\040", " ") for line in lines}
    for point in sorted(points):
        try:
            syscalls.mount(
                None, point, None, syscalls.MS_REMOUNT | syscalls.MS_BIND | syscalls.MS_RDONLY | _kept(point)
            )
        except OSError:
            continue  # what lies under another mount cannot be named; `is_sealed` has the last word


def _kept(point: str) -> int:
    """The flags of a mount that a remount would take away."""
    flags = os.statvfs(point).f_flag
    return flags & (syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC)


def _go_back() -> None:
    """The second interpreter's part of `seal`, once all that is a library is loaded. Raises Fault when it was in vain."""
    for name in LIBRARIES:
        __import__(name)
    held = [int(fd) for fd in os.environ.pop(PLACE).split(b",")]
    mounts, root, folder = held
    syscalls.setns(mounts, namespaces.NAMESPACES["mount"][0], "the mount namespace")
    os.fchdir(root)
    os.chroot(".")  # the caller may have been in one: joining the namespace led to its root
    os.fchdir(folder)
    for fd in held:
        os.close(fd)
    if not is_sealed():
        raise Fault("the interpreter could not be sealed: its mount stays writable")


def aim(path: str, args: list[str]) -> tuple[int, str, list[str]]:
    """(the program's folder, its name there, its arguments) for what lies at a path; scripts lead on as in execve(2)."""
    root = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for _ in range(DEPTH + 1):
            folder, name = stepwise.last_step(root, path)
            words = _first_line(folder, name)
            if not words:
                return folder, name, args
            os.close(folder)
            args = [*words, path, *args[1:]]
            path = os.path.join(os.getcwd(), words[0])
    finally:
        os.close(root)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)


def become(folder: int, name: str, args: list[str], environ: dict[str, str]) -> None:
    """Becomes the program; comes back only with an OSError.

    The folder is close-on-exec, with which the kernel itself refuses a script that took the program's place meanwhile.
    """
    syscalls.execveat(folder, name, args, environ, syscalls.AT_SYMLINK_NOFOLLOW)


def _first_line(folder: int, name: str) -> list[str]:
    """The interpreter and the one argument that a script asks for; none for a program, or for what may not be read."""
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=folder)
    except PermissionError:
        return []
    try:
        first, _, _ = os.read(fd, FIRST_LINE).partition(b"\n")
    finally:
        os.close(fd)
    if not first.startswith(b"#!"):
        return []
    words = os.fsdecode(first[2:]).strip(" \t").split(None, 1)
    if not words:
        raise OSError(errno.ENOEXEC, os.strerror(errno.ENOEXEC), name)
    return words
