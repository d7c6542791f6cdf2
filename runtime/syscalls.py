"""The kernel's calls that Python 3.11 lacks: one function each, the kernel's name and argument order, every result checked."""

import ctypes
import os
import sys

from runtime.faults import Fault

_libc = ctypes.CDLL(None, use_errno=True)
_c = ctypes.c_char_p

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
# The same numbers on every architecture that came after 2019's table was unified (asm-generic and x86-64).
_NR_OPENAT2, _NR_CLOSE_RANGE = 437, 436
_NR_OPEN_TREE, _NR_MOVE_MOUNT, _NR_MOUNT_SETATTR = 428, 429, 442
_NR_PIVOT_ROOT = {
    "x86_64": 155,
    "aarch64": 41,
    "riscv64": 41,
    "loongarch64": 41,
    "s390x": 217,
    "ppc64le": 203,
}
_NR_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "loongarch64": 219, "s390x": 280, "ppc64le": 271}
CLOSE_RANGE_CLOEXEC = 4
_CAPABILITY_VERSION_3 = 0x20080522


def _bytes(text: "str | None") -> "bytes | None":
    return None if text is None else os.fsencode(text)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def unshare(flags: int) -> None:
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def setns(fd: int, kind: int, path: str) -> None:
    _checked(_libc.setns(ctypes.c_int(fd), ctypes.c_int(kind)), path)


def mount(
    source: "str | None", target: str, fstype: "str | None", flags: int, data: "str | None" = None
) -> None:
    _checked(
        _libc.mount(
            _c(_bytes(source)),
            _c(_bytes(target)),
            _c(_bytes(fstype)),
            ctypes.c_ulong(flags),
            _c(_bytes(data)),
        ),
        target,
    )


def umount2(target: str, flags: int) -> None:
    _checked(_libc.umount2(_c(_bytes(target)), ctypes.c_int(flags)), target)


def open_tree(dirfd: int, path: str, flags: int) -> int:
    """A detached copy of the mount at `path` (OPEN_TREE_CLONE), close-on-exec."""
    number = ctypes.c_long(_NR_OPEN_TREE)
    return _checked(
        _libc.syscall(number, ctypes.c_int(dirfd), _c(_bytes(path)), ctypes.c_uint(flags | os.O_CLOEXEC)),
        path,
    )


def move_mount(tree: int, target: int) -> None:
    """Puts a detached tree on what `target` holds."""
    flags = ctypes.c_uint(MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)
    number = ctypes.c_long(_NR_MOVE_MOUNT)
    _checked(
        _libc.syscall(number, ctypes.c_int(tree), _c(b""), ctypes.c_int(target), _c(b""), flags), "move_mount"
    )


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("attr_set", "attr_clr", "propagation", "userns_fd")]


def mount_setattr(fd: int, flags: int, attr_set: int, attr_clr: int, userns_fd: int = 0) -> None:
    """Changes the attributes of the mount a descriptor stands for; with AT_RECURSIVE of all below too (Linux 5.12)."""
    attr = _MountAttr(attr_set, attr_clr, 0, userns_fd)
    number, size = ctypes.c_long(_NR_MOUNT_SETATTR), ctypes.c_size_t(ctypes.sizeof(_MountAttr))
    where = (ctypes.c_int(fd), _c(b""), ctypes.c_uint(flags | AT_EMPTY_PATH))
    _checked(_libc.syscall(number, *where, ctypes.byref(attr), size), "mount_setattr")


def pivot_root(new_root: str, put_old: str) -> None:
    machine = os.uname().machine
    if machine not in _NR_PIVOT_ROOT:
        raise Fault(f"pivot_root has no known number on {machine}: use --no-pivot")
    _checked(
        _libc.syscall(ctypes.c_long(_NR_PIVOT_ROOT[machine]), _c(_bytes(new_root)), _c(_bytes(put_old))),
        new_root,
    )


def prctl(option: int, arg2: int = 0, arg3: int = 0) -> int:
    return _checked(
        _libc.prctl(
            ctypes.c_int(option),
            ctypes.c_ulong(arg2),
            ctypes.c_ulong(arg3),
            ctypes.c_ulong(0),
            ctypes.c_ulong(0),
        ),
        f"prctl({option}, {arg2})",
    )


def sethostname(name: str) -> None:
    raw = os.fsencode(name)
    _checked(_libc.sethostname(_c(raw), ctypes.c_size_t(len(raw))), f"hostname {name}")


def setdomainname(name: str) -> None:
    raw = os.fsencode(name)
    _checked(_libc.setdomainname(_c(raw), ctypes.c_size_t(len(raw))), f"domainname {name}")


def keyctl_join_session_keyring(name: str) -> None:
    machine = os.uname().machine
    if machine not in _NR_KEYCTL:
        return
    _checked(
        _libc.syscall(
            ctypes.c_long(_NR_KEYCTL[machine]), ctypes.c_int(1), _c(_bytes(name)), None, None, None
        ),
        "keyctl",
    )


def personality(persona: int) -> None:
    _checked(_libc.personality(ctypes.c_ulong(persona)), "personality")


def close_range_cloexec(first: int) -> None:
    """Marks every descriptor from `first` on close-on-exec (CVE-2024-21626); kernels before 5.11 are answered by hand."""
    result = _libc.syscall(
        ctypes.c_long(_NR_CLOSE_RANGE),
        ctypes.c_uint(first),
        ctypes.c_uint(0xFFFFFFFF),
        ctypes.c_uint(CLOSE_RANGE_CLOEXEC),
    )
    if result == 0:
        return
    for name in os.listdir("/proc/self/fd"):
        if int(name) >= first:
            try:
                os.set_inheritable(int(name), False)
            except OSError:
                continue  # the descriptor of the listing itself is closed by now


class _OpenHow(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]


def openat2(dirfd: int, path: str, flags: int, resolve: int) -> int:
    how = _OpenHow(flags | os.O_CLOEXEC, 0, resolve)
    return _checked(
        _libc.syscall(
            ctypes.c_long(_NR_OPENAT2),
            ctypes.c_int(dirfd),
            _c(_bytes(path)),
            ctypes.byref(how),
            ctypes.c_size_t(24),
        ),
        path,
    )


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapabilityData(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def capset(effective: int, permitted: int, inheritable: int) -> None:
    """Sets the calling thread's three sets, given as 64-bit masks."""
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    data = (_CapabilityData * 2)()
    for half in (0, 1):
        shift = 32 * half
        data[half].effective = effective >> shift & 0xFFFFFFFF
        data[half].permitted = permitted >> shift & 0xFFFFFFFF
        data[half].inheritable = inheritable >> shift & 0xFFFFFFFF
    _checked(_libc.capset(ctypes.byref(header), ctypes.byref(data)), "capset")


def capget() -> "tuple[int, int, int]":
    """The calling thread's effective, permitted and inheritable sets."""
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    data = (_CapabilityData * 2)()
    _checked(_libc.capget(ctypes.byref(header), ctypes.byref(data)), "capget")

    def joined(name: str) -> int:
        return int(getattr(data[0], name)) | int(getattr(data[1], name)) << 32

    return joined("effective"), joined("permitted"), joined("inheritable")


_NR_SCHED_SETATTR = {
    "x86_64": 314,
    "aarch64": 274,
    "riscv64": 274,
    "loongarch64": 274,
    "s390x": 345,
    "ppc64le": 355,
}
_NR_IOPRIO_SET = {
    "x86_64": 251,
    "aarch64": 30,
    "riscv64": 30,
    "loongarch64": 30,
    "s390x": 282,
    "ppc64le": 273,
}
_NR_SET_MEMPOLICY = {
    "x86_64": 238,
    "aarch64": 237,
    "riscv64": 237,
    "loongarch64": 237,
    "s390x": 270,
    "ppc64le": 261,
}
IOPRIO_WHO_PGRP = 2


def _number(table: dict[str, int], name: str) -> ctypes.c_long:
    machine = os.uname().machine
    if machine not in table:
        raise Fault(f"{name} has no known number on {machine}")
    return ctypes.c_long(table[machine])


def sched_setattr(
    policy: int, flags: int, nice: int, priority: int, runtime: int, deadline: int, period: int
) -> None:
    fields = (
        (56, 4),
        (policy, 4),
        (flags, 8),
        (nice, 4),
        (priority, 4),
        (runtime, 8),
        (deadline, 8),
        (period, 8),
        (0, 8),
    )
    attr = b"".join(value.to_bytes(size, sys.byteorder, signed=value < 0) for value, size in fields)
    number = _number(_NR_SCHED_SETATTR, "sched_setattr")
    _checked(_libc.syscall(number, ctypes.c_int(0), ctypes.c_char_p(attr), ctypes.c_uint(0)), "sched_setattr")


def ioprio_set_group(priority: int) -> None:
    """For the calling process's group."""
    number = _number(_NR_IOPRIO_SET, "ioprio_set")
    _checked(
        _libc.syscall(number, ctypes.c_int(IOPRIO_WHO_PGRP), ctypes.c_int(0), ctypes.c_int(priority)),
        "ioprio_set",
    )


def set_mempolicy(mode: int, nodes: list[int]) -> None:
    size = 512 if nodes else 0
    mask = sum(1 << node for node in set(nodes)).to_bytes(size, sys.byteorder) if nodes else None
    number = _number(_NR_SET_MEMPOLICY, "set_mempolicy")
    _checked(
        _libc.syscall(number, ctypes.c_int(mode), ctypes.c_char_p(mask), ctypes.c_ulong(size * 8)),
        "set_mempolicy",
    )


_NR_SECCOMP = {"x86_64": 317, "aarch64": 277}
SECCOMP_SET_MODE_FILTER = 1


class _SockFprog(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def seccomp_set_mode_filter(flags: int, program: bytes) -> int:
    """Loads a filter for this thread. Returns its listener when the flags ask for one."""
    held = ctypes.create_string_buffer(program, len(program))
    described = _SockFprog(len(program) // 8, ctypes.addressof(held))
    number = ctypes.c_long(_NR_SECCOMP[os.uname().machine])
    command = ctypes.c_uint(SECCOMP_SET_MODE_FILTER)
    return _checked(_libc.syscall(number, command, ctypes.c_uint(flags), ctypes.byref(described)), "seccomp")


# include/uapi/linux/bpf.h
_NR_BPF = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "loongarch64": 280, "s390x": 351, "ppc64le": 361}
BPF_PROG_LOAD, BPF_PROG_ATTACH, BPF_PROG_DETACH, BPF_PROG_GET_FD_BY_ID, BPF_PROG_QUERY = 5, 8, 9, 13, 16
BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI = 15, 6, 2


def _bpf(command: int, *words: tuple[int, int]) -> tuple[int, bytes]:
    """`words`: (value, size in bytes) of union bpf_attr, in order. Returns the result and the union afterwards."""
    machine = os.uname().machine
    if machine not in _NR_BPF:
        raise Fault(f"bpf has no known number on {machine}")
    attr = ctypes.create_string_buffer(b"".join(value.to_bytes(size, "little") for value, size in words), 144)
    result = _libc.syscall(
        ctypes.c_long(_NR_BPF[machine]), ctypes.c_int(command), ctypes.byref(attr), ctypes.c_uint(len(attr))
    )
    return _checked(result, "bpf"), attr.raw


def bpf_prog_load(code: bytes) -> int:
    """A descriptor of a device program for a cgroup."""
    held, licence = ctypes.create_string_buffer(code, len(code)), ctypes.create_string_buffer(b"Apache-2.0")
    kind, count = (BPF_PROG_TYPE_CGROUP_DEVICE, 4), (len(code) // 8, 4)
    fd, _ = _bpf(BPF_PROG_LOAD, kind, count, (ctypes.addressof(held), 8), (ctypes.addressof(licence), 8))
    os.set_inheritable(fd, False)
    return fd


def bpf_prog_attach(group: int, program: int) -> None:
    _bpf(BPF_PROG_ATTACH, (group, 4), (program, 4), (BPF_CGROUP_DEVICE, 4), (BPF_F_ALLOW_MULTI, 4))


def bpf_prog_detach(group: int, number: int) -> None:
    """Detaches the program with this id."""
    fd, _ = _bpf(BPF_PROG_GET_FD_BY_ID, (number, 4))
    try:
        _bpf(BPF_PROG_DETACH, (group, 4), (fd, 4), (BPF_CGROUP_DEVICE, 4))
    finally:
        os.close(fd)


def bpf_prog_query(group: int) -> list[int]:
    """The ids of the device programs that are attached to a group."""
    ids = (ctypes.c_uint32 * 64)()
    kind, flags = (BPF_CGROUP_DEVICE, 4), (0, 4)
    _, raw = _bpf(BPF_PROG_QUERY, (group, 4), kind, flags, (0, 4), (ctypes.addressof(ids), 8), (len(ids), 4))
    return list(ids[: int.from_bytes(raw[24:28], "little")])
