"""The kernel's calls that few containers need (scheduling, seccomp, device programs, labels), apart so that the others need not read them."""

from __future__ import annotations

from runtime import lean_os as os
from runtime.kernel import address, buffer, number_bytes, syscall

IOPRIO_WHO_PGRP = 2
SECCOMP_SET_MODE_FILTER = 1


def sched_setattr(
    policy: int, flags: int, nice: int, priority: int, runtime: int, deadline: int, period: int
) -> None:
    attr = number_bytes(
        (56, 4), (policy, 4), (flags, 8), (nice, 4), (priority, 4), (runtime, 8), (deadline, 8), (period, 8), (0, 8)
    )  # fmt: skip
    syscall("sched_setattr", "sched_setattr", 0, attr, 0)


def ioprio_set_group(priority: int) -> None:
    """For the calling process's group."""
    syscall("ioprio_set", "ioprio_set", IOPRIO_WHO_PGRP, 0, priority)


def set_mempolicy(mode: int, nodes: list[int]) -> None:
    size = 512 if nodes else 0
    mask = number_bytes((sum(1 << node for node in set(nodes)), size)) if nodes else None
    syscall("set_mempolicy", "set_mempolicy", mode, mask, size * 8)


def seccomp_set_mode_filter(flags: int, program: bytes) -> int:
    """Loads a filter for this thread. Returns its listener when the flags ask for one."""
    held = buffer(program)
    described = number_bytes(
        (len(program) // 8, 8), (address(held), 8)
    )  # struct sock_fprog, with its padding
    return syscall("seccomp", "seccomp", SECCOMP_SET_MODE_FILTER, flags, described)


# include/uapi/linux/bpf.h
BPF_PROG_LOAD, BPF_PROG_ATTACH, BPF_PROG_DETACH, BPF_PROG_GET_FD_BY_ID, BPF_PROG_QUERY = 5, 8, 9, 13, 16
BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI = 15, 6, 2


def _bpf(command: int, *words: tuple[int, int]) -> tuple[int, bytes]:
    """`words`: (value, size in bytes) of union bpf_attr, in order. Returns the result and the union afterwards."""
    attr = buffer(number_bytes(*words).ljust(144, b"\0"))
    result = syscall("bpf", "bpf", command, attr, 144)
    return result, attr.raw


def bpf_prog_load(code: bytes) -> int:
    """A descriptor of a device program for a cgroup."""
    held, licence = buffer(code), buffer(b"Apache-2.0\0")
    kind, count = (BPF_PROG_TYPE_CGROUP_DEVICE, 4), (len(code) // 8, 4)
    fd, _ = _bpf(BPF_PROG_LOAD, kind, count, (address(held), 8), (address(licence), 8))
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
    ids = buffer(256)
    kind, flags = (BPF_CGROUP_DEVICE, 4), (0, 4)
    _, raw = _bpf(BPF_PROG_QUERY, (group, 4), kind, flags, (0, 4), (address(ids), 8), (64, 4))
    count = int.from_bytes(raw[24:28], "little")
    return [int.from_bytes(ids.raw[4 * at : 4 * at + 4], "little") for at in range(count)]
