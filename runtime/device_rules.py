"""The allowed device list: as lines for version 1, as an eBPF program for version 2 (config-linux.md#allowed-device-list)."""

from __future__ import annotations

from runtime import lean_os as os
from runtime import syscalls_rare
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

# What every container may use, since it has these devices by default; last in the list, so that it always holds.
DEFAULTS: list[dict[str, Any]] = [
    {"allow": True, "type": "c", "access": "m"},
    {"allow": True, "type": "b", "access": "m"},
    *(
        {"allow": True, "type": "c", "major": major, "minor": minor, "access": "rwm"}
        for major, minor in ((1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 2), (136, None))
    ),
]
# include/uapi/linux/bpf.h: struct bpf_cgroup_dev_ctx { u32 access_type; u32 major; u32 minor }
TYPES = {"b": 1, "c": 2}
ACCESS = {"m": 1, "r": 2, "w": 4}
ANY = frozenset(("a", "", None))


def apply(folders: dict[str, str], rules: list[dict[str, Any]]) -> None:
    """Puts the rules into effect for the container's group. Raises Fault (config-linux.md#allowed-device-list)."""
    if not rules:
        return
    rules = rules + DEFAULTS
    if "devices" in folders:
        for rule in rules:
            _write(f"{folders['devices']}/devices.{'allow' if rule['allow'] else 'deny'}", line(rule))
    elif "" in folders:
        try:
            _attach(folders[""], program(rules))
        except OSError as failed:
            raise Fault(
                f"linux.resources.devices cannot be applied to {folders['']}: {failed.strerror}"
            ) from None
    else:
        raise Fault("linux.resources.devices needs the devices controller or cgroup version 2")


def line(rule: dict[str, Any]) -> str:
    """A rule in the words of version 1's devices.allow and devices.deny (config-linux.md#allowed-device-list)."""
    kind = rule.get("type") or "a"
    major, minor = (("*" if n is None or n < 0 else n) for n in (rule.get("major"), rule.get("minor")))
    if kind == "a" and major == minor == "*":
        return "a"
    return f"{kind} {major}:{minor} {rule.get('access') or 'rwm'}"


def _write(path: str, value: str) -> None:
    try:
        os.write_once(path, value)
    except OSError as failed:
        raise Fault(f"{path} does not take {value!r}: {failed.strerror}") from None


# --- version 2: struct bpf_insn { u8 code; u8 dst:4, src:4; s16 off; s32 imm }

LOAD_WORD, AND_IMMEDIATE, SHIFT_RIGHT, MOVE_IMMEDIATE = 0x61, 0x54, 0x74, 0xB4
JUMP, JUMP_UNLESS_EQUAL, JUMP_IF_ANY_BIT, EXIT = 0x05, 0x55, 0x45, 0x95
RESULT, CONTEXT, KIND, WISH, MAJOR, MINOR = 0, 1, 2, 3, 4, 5  # registers
BEHIND = 32767  # stands for "behind this rule" until its length is known


def _instruction(code: int, to: int = 0, source: int = 0, offset: int = 0, value: int = 0) -> bytes:
    return (
        bytes((code, source << 4 | to))
        + offset.to_bytes(2, "little", signed=True)
        + (value & 0xFFFFFFFF).to_bytes(4, "little")
    )


def program(rules: list[dict[str, Any]]) -> bytes:
    """An eBPF program that answers 1 for an access that is allowed. The last rule that matches counts, so it is asked first.

    Without a match everything is allowed, as in a new group of version 1.

    See config-linux.md#allowed-device-list.
    """
    found = [
        _instruction(LOAD_WORD, KIND, CONTEXT, 0), _instruction(AND_IMMEDIATE, KIND, value=0xFFFF),
        _instruction(LOAD_WORD, WISH, CONTEXT, 0), _instruction(SHIFT_RIGHT, WISH, value=16),
        _instruction(LOAD_WORD, MAJOR, CONTEXT, 4), _instruction(LOAD_WORD, MINOR, CONTEXT, 8),
    ]  # fmt: skip
    for rule in reversed(rules):
        found += _block(rule)
        if found[-1] == b"":  # a rule for everything: nothing before it can count
            return b"".join(found)
    return b"".join([*found, *_answer(True)])


def _answer(allow: bool) -> list[bytes]:
    return [_instruction(MOVE_IMMEDIATE, RESULT, value=int(allow)), _instruction(EXIT)]


def _block(rule: dict[str, Any]) -> list[bytes]:
    """One rule: it jumps behind itself where it does not match, else it answers."""
    checks = []
    if rule.get("type") not in ANY:
        if rule["type"] not in TYPES:
            raise Fault(f"linux.resources.devices has the unknown type {rule['type']!r}")
        checks.append(_instruction(JUMP_UNLESS_EQUAL, KIND, offset=BEHIND, value=TYPES[rule["type"]]))
    access = sum(ACCESS.get(letter, 0) for letter in set(rule.get("access") or "rwm"))
    if access != 7 and rule["allow"]:  # every wish must be among those allowed
        checks.append(_instruction(JUMP_IF_ANY_BIT, WISH, offset=BEHIND, value=7 & ~access))
    elif access != 7:  # one forbidden wish is enough
        checks += [
            _instruction(JUMP_IF_ANY_BIT, WISH, offset=1, value=access),
            _instruction(JUMP, offset=BEHIND),
        ]
    for register, name in ((MAJOR, "major"), (MINOR, "minor")):
        number = rule.get(name)
        if number is not None and number >= 0:
            checks.append(_instruction(JUMP_UNLESS_EQUAL, register, offset=BEHIND, value=number))
    answer = _answer(rule["allow"])
    if not checks:
        return [*answer, b""]
    for at, each in enumerate(checks):
        if each[2:4] == BEHIND.to_bytes(2, "little"):
            distance = len(checks) - at - 1 + len(answer)
            checks[at] = each[:2] + distance.to_bytes(2, "little") + each[4:]
    return [*checks, *answer]


def _attach(folder: str, code: bytes) -> None:
    """Loads the program and attaches it; those attached before go, so that an update replaces them."""
    group = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        before = syscalls_rare.bpf_prog_query(group)
        loaded = syscalls_rare.bpf_prog_load(code)
        try:
            syscalls_rare.bpf_prog_attach(group, loaded)
        finally:
            os.close(loaded)
        for number in before:
            syscalls_rare.bpf_prog_detach(group, number)
    finally:
        os.close(group)
