"""Seccomp: the compiled program is asked instruction by instruction, and by the kernel from inside a container."""

import array
import errno
import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from runtime import seccomp, seccomp_bpf, syscall_numbers
from runtime.faults import Fault
from tests.runtime.conftest import Yard
from tests.skips import skip_data, skip_host

ALLOW, KILL, KILL_PROCESS = 0x7FFF0000, 0, 0x80000000
X86_64, X86, AARCH64 = 0xC000003E, 0x40000003, 0xC00000B7
ERRNO = 0x00050000


def answer(program: bytes, arch: int, number: int, *args: int) -> int:
    """What the kernel would answer: classic BPF over struct seccomp_data."""
    data = number.to_bytes(4, "little") + arch.to_bytes(4, "little") + bytes(8)
    data += b"".join(arg.to_bytes(8, "little") for arg in (*args, *[0] * (6 - len(args))))
    at = accumulator = 0
    while True:
        code = int.from_bytes(program[8 * at : 8 * at + 2], "little")
        yes, no = program[8 * at + 2], program[8 * at + 3]
        k = int.from_bytes(program[8 * at + 4 : 8 * at + 8], "little")
        at += 1
        if code == 0x20:
            accumulator = int.from_bytes(data[k : k + 4], "little")
        elif code == 0x54:
            accumulator &= k
        elif code == 0x05:
            at += k
        elif code == 0x06:
            return k
        else:
            holds = {0x15: accumulator == k, 0x25: accumulator > k, 0x35: accumulator >= k}[code]
            at += yes if holds else no


def rule(*names: str, action: str = "SCMP_ACT_ALLOW", **more: Any) -> dict[str, Any]:
    return {"names": list(names), "action": action, **more}


def compiled(
    *rules: dict[str, Any], default: str = "SCMP_ACT_ERRNO", machine: str = "x86_64", **more: Any
) -> bytes:
    return seccomp.compile_rules({"defaultAction": default, "syscalls": list(rules), **more}, machine)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("read", ALLOW),
        ("write", ALLOW),
        ("open", ERRNO | errno.EPERM),
        ("mseal", ERRNO | 38),
        ("clone3", KILL_PROCESS),
    ],
)
def test_a_call_is_answered_by_its_rule_or_the_default(name: str, expected: int) -> None:
    program = compiled(
        rule("read", "write"), rule("mseal", action="SCMP_ACT_ERRNO", errnoRet=38), rule("clone3", action="SCMP_ACT_KILL_PROCESS"),
        rule("no_such_call"),
    )  # fmt: skip
    assert answer(program, X86_64, syscall_numbers.table(syscall_numbers.X86_64)[name]) == expected


def test_every_number_of_a_long_list_is_answered_as_it_says() -> None:
    numbers = syscall_numbers.table(syscall_numbers.X86_64)
    allowed = sorted(numbers)[::3]
    program = compiled(rule(*allowed))
    wrong = [
        name for name, number in numbers.items()
        if answer(program, X86_64, number) != (ALLOW if name in allowed else ERRNO | errno.EPERM)
    ]  # fmt: skip
    assert wrong == []
    assert answer(program, X86_64, 3000) == ERRNO | errno.EPERM
    assert len(program) // 8 < 1000


BIG = 0x1_0000_0005
CONDITIONS = [  # operator, value, valueTwo, the arguments that match, those that do not
    ("SCMP_CMP_EQ", BIG, 0, [BIG], [5, BIG + 1, BIG + 2**32]),
    ("SCMP_CMP_NE", BIG, 0, [5, BIG + 1, 0, 2**64 - 1], [BIG]),
    ("SCMP_CMP_GT", BIG, 0, [BIG + 1, 0x2_0000_0000, 2**64 - 1], [BIG, 5, 0xFFFFFFFF, 0x1_0000_0000]),
    ("SCMP_CMP_GE", BIG, 0, [BIG, BIG + 1, 0x2_0000_0000], [BIG - 1, 0xFFFFFFFF, 0]),
    ("SCMP_CMP_LT", BIG, 0, [BIG - 1, 0, 0xFFFFFFFF], [BIG, BIG + 1, 0x2_0000_0000]),
    ("SCMP_CMP_LE", BIG, 0, [BIG, BIG - 1, 0xFFFFFFFF], [BIG + 1, 0x2_0000_0000]),
    ("SCMP_CMP_MASKED_EQ", 0xF0, 0x20, [0x20, 0x2F, 0xF_0000_0025], [0x30, 0, 0xFF]),
    ("SCMP_CMP_MASKED_EQ", 0x1_0000_000F, 0x1_0000_0001, [BIG - 4, 0x3_0000_00F1], [1, BIG]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("op", "value", "two", "matching", "others"),
    CONDITIONS,
    ids=[f"{row[0]} {row[1]:x}" for row in CONDITIONS],
)
def test_an_argument_is_compared_in_all_its_64_bits(
    op: str, value: int, two: int, matching: list[int], others: list[int]
) -> None:
    program = compiled(rule("ioctl", args=[{"index": 1, "value": value, "valueTwo": two, "op": op}]))
    assert {answer(program, X86_64, 16, 0, each) for each in matching} == {ALLOW}
    assert {answer(program, X86_64, 16, 0, each) for each in others} == {ERRNO | errno.EPERM}


def test_all_conditions_of_a_rule_must_hold_and_the_first_rule_that_does_answers() -> None:
    def equal(index: int, value: int) -> dict[str, Any]:
        return {"index": index, "value": value, "op": "SCMP_CMP_EQ"}

    program = compiled(
        rule("socket", args=[equal(0, 1), equal(1, 2)]), rule("socket", action="SCMP_ACT_ERRNO", errnoRet=5, args=[equal(0, 1)]),
        rule("socket", action="SCMP_ACT_KILL_PROCESS"),
    )  # fmt: skip
    assert [answer(program, X86_64, 41, *args) for args in ((1, 2), (1, 3), (2, 2))] == [
        ALLOW,
        ERRNO | 5,
        KILL_PROCESS,
    ]


@pytest.mark.parametrize(
    ("architectures", "arch", "number", "expected"),
    [
        pytest.param([], X86_64, 39, ALLOW, id="the native one"),
        pytest.param([], X86, 20, KILL, id="32 bits, not listed"),
        pytest.param(["SCMP_ARCH_X86"], X86, 20, ALLOW, id="32 bits, listed"),
        pytest.param(["SCMP_ARCH_X86"], X86, 39, ERRNO | errno.EPERM, id="32 bits has numbers of its own"),
        pytest.param([], X86_64, 0x40000000 | 39, KILL, id="x32, not listed"),
        pytest.param(["SCMP_ARCH_X32"], X86_64, 0x40000000 | 39, ALLOW, id="x32, listed"),
        pytest.param(["SCMP_ARCH_X32"], X86_64, 0x40000000 | 3, ERRNO | errno.EPERM, id="x32, another call"),
        pytest.param([], AARCH64, 172, KILL, id="a machine that is not this one"),
    ],
)  # fmt: skip
def test_each_architecture_has_its_own_numbers(
    architectures: list[str], arch: int, number: int, expected: int
) -> None:
    assert answer(compiled(rule("getpid"), architectures=architectures), arch, number) == expected


def test_aarch64_is_compiled_with_its_own_numbers() -> None:
    program = compiled(rule("getpid", "openat"), machine="aarch64")
    assert [answer(program, AARCH64, number) for number in (172, 56, 39)] == [ALLOW, ALLOW, ERRNO | 1]
    assert answer(program, X86_64, 39) == KILL


def test_another_machine_is_a_fault() -> None:
    with pytest.raises(Fault, match="cannot be compiled for riscv64"):
        compiled(rule("getpid"), machine="riscv64")


WRONG = [
    ({"defaultAction": "SCMP_ACT_MAYBE"}, "linux.seccomp.defaultAction 'SCMP_ACT_MAYBE' is not one of"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1}, "SCMP_ACT_ALLOW carries no errno, but one is given"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule("a", action="SCMP_ACT_KILL", errnoRet=1)]}, "linux.seccomp.syscalls[0].action SCMP_ACT_KILL carries no errno"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_M68K"]}, "'SCMP_ARCH_M68K' is not one that refrun compiles"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "flags": ["FLAG"]}, "linux.seccomp.flags 'FLAG'"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule("a", args=[{"index": 6, "value": 0, "op": "SCMP_CMP_EQ"}])]}, "asks for argument 6"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule("a", args=[{"index": 0, "value": 0, "op": "LIKE"}])]}, "the unknown operator 'LIKE'"),
    ({"defaultAction": "SCMP_ACT_NOTIFY"}, "defaultAction cannot be SCMP_ACT_NOTIFY"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule("sendmsg", action="SCMP_ACT_NOTIFY")]}, "cannot answer sendmsg"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "x"}, "listenerMetadata needs listenerPath"),
    ({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule("a", action="SCMP_ACT_NOTIFY")]}, "listenerPath (not set) cannot be connected to"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "said"), WRONG, ids=[row[1] for row in WRONG])
def test_a_wrong_filter_is_refused_in_words(yard: Yard, asked: dict[str, Any], said: str) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.linux["seccomp"] = asked
    answered = yard.trial.run(bundle)
    assert (answered.code, said in answered.err, yard.ids()) == (1, True, []), answered.err


def test_the_actions_architectures_and_flags_are_the_schema_s() -> None:
    definitions = json.loads(skip_data("spec/v1.3.0/schema/defs-linux.json").read_text())["definitions"]
    assert set(definitions["SeccompAction"]["enum"]) == set(seccomp.ACTIONS)
    assert set(definitions["SeccompFlag"]["enum"]) == set(seccomp.FLAGS)
    assert set(definitions["SeccompOperators"]["enum"]) == set(seccomp_bpf.OPERATORS)
    assert set(seccomp.ARCHITECTURES) < set(definitions["SeccompArch"]["enum"])


# --- on the kernel


@pytest.mark.parametrize("no_new_privileges", [True, False])
@pytest.mark.parametrize("how", ["run", "exec"])
def test_a_forbidden_call_fails_inside(yard: Yard, how: str, no_new_privileges: bool) -> None:
    bundle = yard.trial.bundle()
    bundle.process["noNewPrivileges"] = no_new_privileges
    bundle.linux["seccomp"] = {
        "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] if os.uname().machine == "x86_64" else [],
        "syscalls": [rule("mkdir", "mkdirat", action="SCMP_ACT_ERRNO", errnoRet=errno.ENOTEMPTY)],
    }  # fmt: skip
    words = ["/bin/sh", "-c", "mkdir /tmp/x; echo $?; touch /tmp/y; echo $?"]
    if how == "run":
        bundle.process["args"] = words
        answered = yard.trial.run(bundle)
    else:
        answered = yard.call("exec", yard.trial.running(bundle).id, *words)
    if yard.trial.source.kind == "host":
        skip_host("no-root", "the host's interpreter has no mkdir to call")
    assert (answered.out, "not empty" in answered.err.lower()) == ("1\n0\n", True), answered.err


def test_a_killing_filter_ends_the_program_by_a_signal(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    bundle.linux["seccomp"] = {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [rule("mkdir", "mkdirat", action="SCMP_ACT_KILL_PROCESS")],
    }
    bundle.process["args"] = ["/bin/sh", "-c", "mkdir /tmp/x; echo $?"]
    assert yard.trial.run(bundle).out == "159\n"  # 128 + SIGSYS, of the shell's child


def test_the_filter_is_on_the_program_when_status_is_asked(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG"]}
    status = yard.trial.running(bundle).proc("status")
    assert "\nSeccomp:\t2\n" in status


def test_the_listener_goes_to_the_agent_with_the_process_state(yard: Yard, tmp_path: Path) -> None:
    agent = socket.socket(socket.AF_UNIX)
    agent.bind(str(tmp_path / "agent"))
    agent.listen()
    agent.settimeout(15)
    bundle = yard.trial.bundle()
    bundle.linux["seccomp"] = {
        "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": str(tmp_path / "agent"), "listenerMetadata": "crane",
        "syscalls": [rule("sched_rr_get_interval", action="SCMP_ACT_NOTIFY")],
    }  # fmt: skip
    container = yard.trial.running(bundle)
    connection, _ = agent.accept()
    text, rights, _, _ = connection.recvmsg(65536, socket.CMSG_SPACE(4))
    fds = array.array("i")
    fds.frombytes(rights[0][2][:4])
    told = json.loads(text)
    assert (told["fds"], told["metadata"], told["pid"]) == (["seccompFd"], "crane", container.pid)
    assert (told["state"]["id"], told["state"]["pid"], told["ociVersion"]) == (
        container.id,
        container.pid,
        "1.3.0",
    )
    assert os.readlink(f"/proc/self/fd/{fds[0]}") == "anon_inode:seccomp notify"
    for each in (fds[0],):
        os.close(each)
    connection.close()
    agent.close()
