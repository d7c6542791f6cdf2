"""Runs a command one system call at a time (ptrace(2)) and kills one of its processes before a chosen one.

A process is named by its ancestry: "0" is the command itself, "0.2" its second child, "0.2.1" that one's first. Only calls
that change something are steps: to be killed before a call that changes nothing is to be killed before the next that does.

    python stepping.py ROLE STEP VICTIM COMMAND...    prints {"code", "steps": {ROLE: [NAMES]}, "killed"}

ROLE "" counts all steps and kills nobody. VICTIM is a pid that dies instead of the process that takes the step, or 0.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# sys/ptrace.h
TRACEME, SYSCALL, DETACH, SETOPTIONS, GETEVENTMSG, GET_SYSCALL_INFO = 0, 24, 17, 0x4200, 0x4201, 0x420E
SYSGOOD, FORKS, EXECS = 0x01, 0x02 | 0x04 | 0x08, 0x10
FORK_EVENTS, EXEC_EVENT, ENTRY, WALL = (1, 2, 3), 4, 1, 0x40000000
CHANGE_NOTHING = frozenset("""
    read pread64 readv stat fstat newfstatat lstat statx lseek mmap munmap mprotect mremap brk madvise rt_sigaction rt_sigprocmask
    rt_sigreturn sigaltstack getpid gettid getppid getuid geteuid getgid getegid getresuid getresgid getgroups getdents64 readlink
    readlinkat access faccessat faccessat2 ioctl poll ppoll select pselect6 clock_nanosleep nanosleep clock_gettime getrandom
    futex fcntl prlimit64 set_tid_address set_robust_list rseq arch_prctl sched_getaffinity uname getcwd sysinfo dup close
    wait4 waitid pidfd_open epoll_create1 exit exit_group statfs fstatfs getrlimit capget getpgrp socketpair pipe2 pipe
""".split())  # fmt: skip
CHANGES_A_FILE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


@dataclass(frozen=True, slots=True)
class Walk:
    """What came of one run. `killed`: the system call before which somebody died, "" when it was never reached."""

    code: int
    steps: dict[str, list[str]]
    killed: str
    said: str


def walk(
    command: Sequence[str], env: Mapping[str, str], role: str = "", step: int = 0, victim: int = 0
) -> Walk:
    """Runs the command in a process of its own, which is the tracer."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        subprocess.run(  # into files: a container keeps what it inherits open, and a pipe would never end
            [sys.executable, __file__, role, str(step), str(victim), *command],
            env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=60, check=True,
        )  # fmt: skip
        out.seek(0)
        err.seek(0)
        found = json.loads(out.read().rpartition("\n\0")[2])
        return Walk(found["code"], found["steps"], found["killed"], err.read())


def _ptrace(
    request: int, pid: int, data: "int | ctypes.Array[ctypes.c_char] | None" = 0, address: int = 0
) -> int:
    return int(
        _libc.ptrace(
            request,
            pid,
            address,
            ctypes.cast(data, ctypes.c_void_p) if isinstance(data, ctypes.Array) else data,
        )
    )


class _Tracer:
    def __init__(self, role: str, step: int, victim: int) -> None:
        self.role, self.step, self.victim = role, step, victim
        self.names = _names()
        self.roles: dict[int, str] = {}
        self.children: dict[int, int] = {}
        self.waiting: set[int] = set()  # stopped before their parent told of them
        self.steps: dict[str, list[str]] = {}
        self.killed = ""
        self.code = 0

    def run(self, command: list[str]) -> None:
        first = os.fork()
        if first == 0:
            _ptrace(TRACEME, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
            os.execvp(command[0], command)
        os.waitpid(first, 0)
        _ptrace(SETOPTIONS, first, SYSGOOD | FORKS | EXECS)
        self.roles[first] = "0"
        _ptrace(SYSCALL, first)
        while True:
            pid, status = os.waitpid(-1, WALL)
            if os.WIFSTOPPED(status):
                self._stopped(pid, status)
            elif pid == first:
                self.code = os.waitstatus_to_exitcode(status)
                return  # whoever is left goes on untraced

    def _stopped(self, pid: int, status: int) -> None:
        number, event = os.WSTOPSIG(status), status >> 16
        if pid not in self.roles:
            self.waiting.add(pid)
            return
        if event in FORK_EVENTS:
            self._born(pid)
            number = 0
        elif number == signal.SIGTRAP | 0x80:
            number = 0
            self._call(pid)
        elif event or number == signal.SIGTRAP:
            number = 0
        _ptrace(DETACH if self.killed else SYSCALL, pid, number)

    def _born(self, parent: int) -> None:
        message = ctypes.create_string_buffer(8)
        _ptrace(GETEVENTMSG, parent, message)
        child = int.from_bytes(message.raw, sys.byteorder)
        self.children[parent] = self.children.get(parent, 0) + 1
        self.roles[child] = f"{self.roles[parent]}.{self.children[parent]}"
        if child not in self.waiting:
            os.waitpid(child, WALL)
        self.waiting.discard(child)
        _ptrace(DETACH if self.killed else SYSCALL, child)

    def _call(self, pid: int) -> None:
        info = ctypes.create_string_buffer(88)
        _ptrace(GET_SYSCALL_INFO, pid, info, 88)
        if info.raw[0] != ENTRY:
            return
        nr, _, _, flags = (int.from_bytes(info.raw[at : at + 8], sys.byteorder) for at in (24, 32, 40, 48))
        name = self.names.get(nr, str(nr))
        if name in CHANGE_NOTHING or (name == "openat" and not flags & CHANGES_A_FILE):
            return
        taken = self.steps.setdefault(self.roles[pid], [])
        taken.append(name)
        if self.roles[pid] == self.role and len(taken) - 1 == self.step and not self.killed:
            self.killed = name
            os.kill(self.victim or pid, signal.SIGKILL)


def _names() -> dict[int, str]:
    sys.path.insert(0, str(ROOT))
    from runtime import syscall_numbers

    text = {"x86_64": syscall_numbers.X86_64, "aarch64": syscall_numbers.AARCH64}[os.uname().machine]
    return {int(number): name for name, _, number in (pair.partition("=") for pair in text.split())}


if __name__ == "__main__":
    tracer = _Tracer(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    tracer.run(sys.argv[4:])
    print(
        "\n\0" + json.dumps({"code": tracer.code, "steps": tracer.steps, "killed": tracer.killed}), flush=True
    )
