"""The kernel's calls that Python 3.11 lacks: one function each, the kernel's name and argument order, every result checked."""

from __future__ import annotations

from sys import byteorder

from runtime import lean_os as os
from runtime.kernel import address, buffer, call, number_bytes, syscall

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

# include/uapi/linux/mount.h
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_SYNCHRONOUS, MS_REMOUNT = 1, 2, 4, 8, 16, 32
MS_MANDLOCK, MS_DIRSYNC, MS_NOSYMFOLLOW, MS_NOATIME, MS_NODIRATIME = 64, 128, 256, 1024, 2048
MS_BIND, MS_MOVE, MS_REC, MS_SILENT = 4096, 8192, 16384, 32768
MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED = 1 << 17, 1 << 18, 1 << 19, 1 << 20
MS_RELATIME, MS_I_VERSION, MS_STRICTATIME, MS_LAZYTIME = 1 << 21, 1 << 23, 1 << 24, 1 << 25
MNT_DETACH = 2

AT_FDCWD, AT_RECURSIVE, AT_EMPTY_PATH = -100, 0x8000, 0x1000
OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH = 1, 0x04, 0x40
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
MOUNT_ATTR__ATIME, MOUNT_ATTR_RELATIME, MOUNT_ATTR_NOATIME, MOUNT_ATTR_STRICTATIME = 0x70, 0, 0x10, 0x20
MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_IDMAP, MOUNT_ATTR_NOSYMFOLLOW = 0x80, 0x100000, 0x200000

PR_SET_PDEATHSIG = 1
PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_KEEPCAPS = 23, 24, 8
PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 4, 36, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, PR_CAP_AMBIENT_CLEAR_ALL = 47, 2, 4

RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_IN_ROOT = 0x01, 0x02, 0x10
CLOSE_RANGE_CLOEXEC = 4
OURS = 1024  # far more descriptors than refrun ever has
AT_SYMLINK_NOFOLLOW = 0x100
PROC_SUPER_MAGIC, DEVPTS_SUPER_MAGIC = 0x9FA0, 0x1CD1  # include/uapi/linux/magic.h
LOCK_EX, POLLIN, POLLOUT = 2, 1, 4
CLONE_INTO_CGROUP, SIGCHLD = 0x200000000, 17
AF_INET, SOCK_DGRAM = 2, 2
_CAPABILITY_HEADER = number_bytes((0x20080522, 4), (0, 4))  # version 3, the calling thread


def fork() -> int:
    try:
        return os.fork()
    except OSError as failed:  # a limit of the user's, of a cgroup or of the host
        raise OSError(failed.errno, os.strerror(failed.errno or 0), "a new process") from None


def unshare(flags: int) -> None:
    call("unshare", "unshare", flags)


def setns(fd: int, kind: int, path: str) -> None:
    call("setns", path, fd, kind)


def mount(source: str | None, target: str, fstype: str | None, flags: int, data: str | None = None) -> None:
    call("mount", target, source, target, fstype, flags, data)


def umount2(target: str, flags: int) -> None:
    call("umount2", target, target, flags)


def open_tree(dirfd: int, path: str, flags: int) -> int:
    """A detached copy of the mount at `path` (OPEN_TREE_CLONE), close-on-exec."""
    return syscall("open_tree", path, dirfd, path, flags | os.O_CLOEXEC)


def move_mount(tree: int, target: int) -> None:
    """Puts a detached tree on what `target` holds."""
    flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH
    syscall("move_mount", "move_mount", tree, b"", target, b"", flags)


def mount_setattr(fd: int, flags: int, attr_set: int, attr_clr: int, userns_fd: int = 0) -> None:
    """Changes the attributes of the mount a descriptor stands for; with AT_RECURSIVE of all below too (Linux 5.12)."""
    attr = number_bytes((attr_set, 8), (attr_clr, 8), (0, 8), (userns_fd, 8))
    syscall("mount_setattr", "mount_setattr", fd, b"", flags | AT_EMPTY_PATH, attr, len(attr))


def pivot_root(new_root: str, put_old: str) -> None:
    syscall("pivot_root", new_root, new_root, put_old)


def prctl(option: int, arg2: int = 0, arg3: int = 0) -> int:
    return call("prctl", "prctl", option, arg2, arg3, 0, 0)


def sethostname(name: str) -> None:
    raw = os.fsencode(name)
    call("sethostname", f"hostname {name}", raw, len(raw))


def setdomainname(name: str) -> None:
    raw = os.fsencode(name)
    call("setdomainname", f"domainname {name}", raw, len(raw))


def flock(fd: int, operation: int, path: str) -> None:
    while True:
        try:
            call("flock", path, fd, operation)
            return
        except InterruptedError:
            continue  # a signal was handled: wait on (PEP 475)


def ioctl(fd: int, request: int, argument: Any) -> int:
    """`argument`: a number, or a buffer the kernel reads and writes."""
    return call("ioctl", "ioctl", fd, request, argument)


def socket(family: int, kind: int) -> int:
    """A socket's descriptor, close-on-exec."""
    return call("socket", "socket", family, kind | os.O_CLOEXEC, 0)


def setrlimit(resource: int, soft: int, hard: int) -> None:
    """The limits as the kernel's unsigned 64 bits; 2^64-1 is no limit."""
    call("setrlimit", "setrlimit", resource, number_bytes((soft, 8), (hard, 8)))


def poll(watched: dict[int, int], timeout: int) -> dict[int, int]:
    """Waits until something happens to a descriptor. `watched`: descriptor -> POLLIN or POLLOUT; `timeout`: ms, -1 for ever.

    Returns descriptor -> what happened, {} at the timeout or after a signal was handled.
    """
    held = buffer(b"".join([number_bytes((fd, 4), (events, 2), (0, 2)) for fd, events in watched.items()]))
    try:
        call("poll", "poll", held, len(watched), timeout)
    except InterruptedError:
        return {}  # the caller knows how much of its time is left
    raw = held.raw
    told = {fd: int.from_bytes(raw[8 * at + 6 : 8 * at + 8], byteorder) for at, fd in enumerate(watched)}
    return {fd: events for fd, events in told.items() if events}


def clone3(flags: int, group: int) -> int:
    """fork(2) into new namespaces and, unless it is -1, a version 2 group. Returns the child's pid, 0 in the child.

    refrun has one thread, so that nothing of what Python does around os.fork is missed.
    """
    if group >= 0:
        flags |= CLONE_INTO_CGROUP
    # struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup
    arguments = number_bytes((flags, 8), (0, 24), (SIGCHLD, 8), (0, 40), (max(group, 0), 8))
    return syscall("clone3", "clone3", arguments, len(arguments))


def keyctl_join_session_keyring(name: str) -> None:
    syscall("keyctl", "keyctl", 1, name, 0, 0, 0)


def personality(persona: int) -> None:
    call("personality", "personality", persona)


def close_range(first: int) -> None:
    """Closes every descriptor from `first` on; kernels before 5.9 are answered one by one, by the host's own /proc."""
    try:
        syscall("close_range", "close_range", first, 0xFFFFFFFF, 0)
    except OSError:
        for name in os.listdir("/proc/self/fd"):
            if int(name) >= first:
                try:
                    os.close(int(name))
                except OSError:
                    continue  # the listing's own


def close_range_cloexec(first: int) -> None:
    """Marks every descriptor from `first` on close-on-exec (CVE-2024-21626).

    Kernels before 5.11 are answered one by one: with the caller's gone, ours have the lowest numbers there are.
    """
    try:
        syscall("close_range", "close_range", first, 0xFFFFFFFF, CLOSE_RANGE_CLOEXEC)
    except OSError:
        for fd in range(first, first + OURS):
            try:
                os.set_inheritable(fd, False)
            except OSError:
                continue  # not open


def openat2(dirfd: int, path: str, flags: int, resolve: int) -> int:
    how = number_bytes((flags | os.O_CLOEXEC, 8), (0, 8), (resolve, 8))
    return syscall("openat2", path, dirfd, path, how, len(how))


def fstatfs(fd: int) -> int:
    """The magic number of the file system that a descriptor is on: f_type, the structure's first field."""
    data: Any = buffer(256)
    call("fstatfs", "fstatfs", fd, data)
    return int.from_bytes(data.raw[:4], byteorder)


def execveat(dirfd: int, path: str, args: list[str], environ: dict[str, str], flags: int) -> None:
    """Becomes a program; comes back only with an OSError."""
    texts = [[os.fsencode(each) + b"\0" for each in args], [os.fsencode(f"{k}={v}") + b"\0" for k, v in environ.items()]]  # fmt: skip
    held = [[buffer(text) for text in group] for group in texts]
    vectors = [number_bytes(*[(address(each), 8) for each in group], (0, 8)) for group in held]
    syscall("execveat", path, dirfd, path, *vectors, flags)


def capset(effective: int, permitted: int, inheritable: int) -> None:
    """Sets the calling thread's three sets, given as 64-bit masks."""
    sets = (effective, permitted, inheritable)
    data = number_bytes(*[(mask >> shift & 0xFFFFFFFF, 4) for shift in (0, 32) for mask in sets])
    call("capset", "capset", _CAPABILITY_HEADER, data)


def capget() -> tuple[int, int, int]:
    """The calling thread's effective, permitted and inheritable sets."""
    data: Any = buffer(24)
    call("capget", "capget", _CAPABILITY_HEADER, data)
    words = [int.from_bytes(data.raw[at : at + 4], byteorder) for at in range(0, 24, 4)]
    return words[0] | words[3] << 32, words[1] | words[4] << 32, words[2] | words[5] << 32
