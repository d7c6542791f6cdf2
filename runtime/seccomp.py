"""Seccomp: from linux.seccomp to a loaded filter, compiled here without any library (config-linux.md#seccomp)."""

from __future__ import annotations

import _socket
import sys

from runtime import lean_os as os
from runtime import seccomp_bpf, syscall_numbers, syscalls_rare
from runtime.faults import Fault
from runtime.jsontext import dumps

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

EPERM = 1
ACTIONS = {  # name -> (the kernel's SECCOMP_RET_ value, whether it carries an errno)
    "SCMP_ACT_KILL": (0x00000000, False),
    "SCMP_ACT_KILL_THREAD": (0x00000000, False),
    "SCMP_ACT_KILL_PROCESS": (0x80000000, False),
    "SCMP_ACT_TRAP": (0x00030000, False),
    "SCMP_ACT_ERRNO": (0x00050000, True),
    "SCMP_ACT_NOTIFY": (0x7FC00000, False),
    "SCMP_ACT_TRACE": (0x7FF00000, True),
    "SCMP_ACT_LOG": (0x7FFC0000, False),
    "SCMP_ACT_ALLOW": (0x7FFF0000, False),
}
FLAGS = {
    "SECCOMP_FILTER_FLAG_TSYNC": 1,
    "SECCOMP_FILTER_FLAG_LOG": 2,
    "SECCOMP_FILTER_FLAG_SPEC_ALLOW": 4,
    "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV": 32,
}
NEW_LISTENER = 8
ARCHITECTURES = {  # name -> AUDIT_ARCH_ value
    "SCMP_ARCH_X86_64": 0xC000003E,
    "SCMP_ARCH_X32": 0xC000003E,
    "SCMP_ARCH_X86": 0x40000003,
    "SCMP_ARCH_AARCH64": 0xC00000B7,
}
NATIVE = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64"}
X32_BIT = 0x40000000


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """Names that are not in the specification, and errno values for actions that carry none.

    See config-linux.md#seccomp.
    """
    asked = (config.get("linux") or {}).get("seccomp")
    if not asked:
        return
    entries = [("linux.seccomp.defaultAction", asked["defaultAction"], asked.get("defaultErrnoRet"))]
    entries += [
        (f"linux.seccomp.syscalls[{n}].action", each["action"], each.get("errnoRet"))
        for n, each in enumerate(asked.get("syscalls") or [])
    ]
    for where, action, errno in entries:
        if action not in ACTIONS:
            yield f"{where} {action!r} is not one of {', '.join(ACTIONS)}"
        elif errno is not None and not ACTIONS[action][1]:
            yield f"{where} {action} carries no errno, but one is given"
        elif errno is not None and errno > 0xFFFF:
            yield f"{where} has the errno {errno}, which is above 65535"
    for name in asked.get("architectures") or []:
        if name not in ARCHITECTURES:
            yield f"linux.seccomp.architectures {name!r} is not one that refrun compiles: {', '.join(ARCHITECTURES)}"
    for name in asked.get("flags") or []:
        if name not in FLAGS:
            yield f"linux.seccomp.flags {name!r} is not one of {', '.join(FLAGS)}"
    for n, each in enumerate(asked.get("syscalls") or []):
        if not each["names"]:
            yield f"linux.seccomp.syscalls[{n}].names is empty: it must name at least one system call"
        for arg in each.get("args") or []:
            if arg["op"] not in seccomp_bpf.OPERATORS:
                yield f"linux.seccomp.syscalls[{n}] has the unknown operator {arg['op']!r}"
            if arg["index"] > 5:
                yield f"linux.seccomp.syscalls[{n}] asks for argument {arg['index']}; there are 0 to 5"
        if each["action"] == "SCMP_ACT_NOTIFY" and "sendmsg" in each["names"]:
            yield "linux.seccomp: SCMP_ACT_NOTIFY cannot answer sendmsg, with which the listener itself is sent"
    if asked["defaultAction"] == "SCMP_ACT_NOTIFY":
        yield "linux.seccomp.defaultAction cannot be SCMP_ACT_NOTIFY: nobody could send the listener"
    if asked.get("listenerMetadata") and not asked.get("listenerPath"):
        yield "linux.seccomp.listenerMetadata needs listenerPath"


class Filter:
    """A compiled filter, and where its listener goes. Made before the container is entered.

    See config-linux.md#seccomp.
    """

    def __init__(self, asked: dict[str, Any]) -> None:
        self.program = compile_rules(asked, os.uname().machine)
        self.flags = sum(FLAGS[name] for name in asked.get("flags") or [])
        self.metadata = asked.get("listenerMetadata") or ""
        self.agent = -1
        if any(each["action"] == "SCMP_ACT_NOTIFY" for each in asked.get("syscalls") or []):
            self.flags |= NEW_LISTENER
            self.agent = _connect(asked.get("listenerPath") or "")

    def load(self, state: dict[str, Any], pid: int) -> None:
        """Puts the filter on this process and, with SCMP_ACT_NOTIFY, sends its listener to the agent. Raises Fault.

        See config-linux.md#seccomp, config-linux.md#the-container-process-state.
        """
        try:
            listener = syscalls_rare.seccomp_set_mode_filter(self.flags, self.program)
        except OSError as failed:
            raise Fault(f"linux.seccomp cannot be applied: {failed.strerror}") from None
        if self.agent >= 0:
            about = {
                "ociVersion": state.get("ociVersion", ""),
                "fds": ["seccompFd"],
                "pid": pid,
                "metadata": self.metadata,
                "state": state,
            }
            connection = _socket.socket(fileno=self.agent)
            rights = listener.to_bytes(4, sys.byteorder)
            connection.sendmsg([dumps(about).encode()], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
            connection.close()
            os.close(listener)


def of(config: dict[str, Any]) -> Filter | None:
    asked = (config.get("linux") or {}).get("seccomp")
    return Filter(asked) if asked else None


def _connect(path: str) -> int:
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(path)
    except OSError as failed:
        raise Fault(
            f"linux.seccomp.listenerPath {path or '(not set)'} cannot be connected to: {failed.strerror}"
        ) from None
    return connection.detach()


def compile_rules(asked: dict[str, Any], machine: str) -> bytes:
    """The program for `machine` and the other architectures that are listed. Raises Fault.

    See config-linux.md#seccomp.
    """
    if machine not in NATIVE:
        raise Fault(f"linux.seccomp cannot be compiled for {machine}: refrun knows {' and '.join(NATIVE)}")
    default = _answer(asked["defaultAction"], asked.get("defaultErrnoRet"))
    names = list(dict.fromkeys([NATIVE[machine], *(asked.get("architectures") or [])]))
    kill = ACTIONS["SCMP_ACT_KILL"][0]
    tables = []
    for name in names:
        if name == "SCMP_ARCH_X32":
            continue  # its calls come with x86-64's number, told apart by one bit
        clauses = _clauses(asked, _numbers(name))
        if name == "SCMP_ARCH_X86_64" and "SCMP_ARCH_X32" in names:
            clauses.update(_clauses(asked, _x32()))
        end = X32_BIT if name == "SCMP_ARCH_X86_64" and "SCMP_ARCH_X32" not in names else None
        tables.append((ARCHITECTURES[name], name != "SCMP_ARCH_X86", clauses, end))
    try:
        return seccomp_bpf.compile_program(tables, default, kill)
    except ValueError as large:
        raise Fault(f"linux.seccomp is too large: {large}") from None


def _answer(action: str, errno: int | None) -> int:
    value, carries = ACTIONS[action]
    return value | (EPERM if errno is None else errno) if carries else value


def _clauses(asked: dict[str, Any], numbers: dict[str, int]) -> dict[int, list[seccomp_bpf.Clause]]:
    """Number -> its clauses in order; a name that the architecture does not have is none of its calls."""
    found: dict[int, list[seccomp_bpf.Clause]] = {}
    for each in asked.get("syscalls") or []:
        conditions = tuple(
            (arg["index"], arg["op"], arg["value"], arg.get("valueTwo") or 0)
            for arg in each.get("args") or []
        )
        answer = _answer(each["action"], each.get("errnoRet"))
        for name in each["names"]:
            if name in numbers:
                found.setdefault(numbers[name], []).append((conditions, answer))
    return found


def _numbers(name: str) -> dict[str, int]:
    texts = {
        "SCMP_ARCH_X86_64": syscall_numbers.X86_64,
        "SCMP_ARCH_X86": syscall_numbers.X86,
        "SCMP_ARCH_AARCH64": syscall_numbers.AARCH64,
    }
    return syscall_numbers.table(texts[name])


def _x32() -> dict[str, int]:
    """x32 has x86-64's numbers but for some, and all carry one more bit."""
    numbers = {
        **syscall_numbers.table(syscall_numbers.X86_64),
        **syscall_numbers.table(syscall_numbers.X32_OTHER),
    }
    return {
        name: number | X32_BIT for name, number in numbers.items() if name not in syscall_numbers.X32_ABSENT
    }
