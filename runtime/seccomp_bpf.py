"""Compiles system call rules to classic BPF: for each architecture a binary search over the numbers, then the rule's answer.

Rules are asked in the order of the config and the first that matches answers. Every path ends in a return, so that a piece
of program is only ever jumped over, never into.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterable

    Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, k: struct sock_filter
    Condition = tuple[int, str, int, int]  # argument, operator, value, valueTwo
    Clause = tuple[tuple[Condition, ...], int]  # all conditions hold -> this answer
    # AUDIT_ARCH value, whether arguments are 64 bits wide, number -> clauses, the first number that is none or None
    Table = tuple[int, bool, dict[int, list[Clause]], int | None]

LOAD, RETURN, JUMP, AND = 0x20, 0x06, 0x05, 0x54
IF_EQUAL, IF_GREATER, IF_AT_LEAST = 0x15, 0x25, 0x35
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
MAX_INSTRUCTIONS = 4096
FAIL = -1  # a jump to behind the clause, until its length is known


def compile_program(tables: Iterable[Table], default: int, stranger: int) -> bytes:
    """The program of all architectures. `stranger` answers calls of one that is not listed, and numbers beyond a table's end.

    Raises ValueError when the kernel would not take it.

    See config-linux.md#seccomp.
    """
    program: list[Instruction] = [(LOAD, 0, 0, ARCHITECTURE)]
    for audit, wide, clauses, end in tables:
        ranges = _ranges(clauses, default)
        if end is not None:
            ranges.append((end, [((), stranger)]))
        body = [(LOAD, 0, 0, NUMBER), *_search(ranges, wide, default)]
        program += [(IF_EQUAL, 1, 0, audit), (JUMP, 0, 0, len(body)), *body]
    program.append((RETURN, 0, 0, stranger))
    if len(program) > MAX_INSTRUCTIONS:
        raise ValueError(f"{len(program)} instructions, and the kernel takes {MAX_INSTRUCTIONS}")
    return b"".join(
        code.to_bytes(2, "little") + bytes((yes, no)) + k.to_bytes(4, "little")
        for code, yes, no, k in program
    )


def _ranges(clauses: dict[int, list[Clause]], default: int) -> list[tuple[int, list[Clause]]]:
    """(first number, its clauses) in order; numbers without a rule have the default, equal neighbours become one."""
    found: list[tuple[int, list[Clause]]] = [(0, [])]
    for number in sorted(clauses):
        for start, answers in ((number, clauses[number]), (number + 1, [])):
            if found[-1][0] == start:
                found.pop()
            if not found or _plain(found[-1][1], default) != _plain(answers, default):
                found.append((start, answers))
    return found


def _plain(clauses: list[Clause], default: int) -> object:
    """What tells two ranges apart: the answer alone where it does not depend on arguments."""
    if not clauses:
        return default
    return clauses[0][1] if not clauses[0][0] else tuple(clauses)


def _search(ranges: list[tuple[int, list[Clause]]], wide: bool, default: int) -> list[Instruction]:
    if len(ranges) == 1:
        return _answer(ranges[0][1], wide, default)
    middle = len(ranges) // 2
    below, above = _search(ranges[:middle], wide, default), _search(ranges[middle:], wide, default)
    if len(below) <= 255:
        return [(IF_AT_LEAST, len(below), 0, ranges[middle][0]), *below, *above]
    return [(IF_AT_LEAST, 0, 1, ranges[middle][0]), (JUMP, 0, 0, len(below)), *below, *above]


def _answer(clauses: list[Clause], wide: bool, default: int) -> list[Instruction]:
    found: list[Instruction] = []
    for conditions, answer in clauses:
        piece = [each for condition in conditions for each in _condition(condition, wide)]
        piece.append((RETURN, 0, 0, answer))
        found += [_resolved(each, len(piece) - at - 1) for at, each in enumerate(piece)]
        if not conditions:
            return found  # nothing behind it can be asked
    return [*found, (RETURN, 0, 0, default)]


def _resolved(each: Instruction, behind: int) -> Instruction:
    code, yes, no, k = each
    return code, behind if yes == FAIL else yes, behind if no == FAIL else no, k


def _condition(condition: Condition, wide: bool) -> list[Instruction]:
    """Goes on behind itself where the condition holds, else to FAIL. The kernel shows an argument as two 32-bit halves."""
    argument, operator, value, value_two = condition
    low = (LOAD, 0, 0, ARGUMENTS + 8 * argument)  # both architectures are little-endian
    high = (LOAD, 0, 0, ARGUMENTS + 8 * argument + 4)
    mask = value if operator == "SCMP_CMP_MASKED_EQ" else 2**64 - 1
    value = value_two & mask if operator == "SCMP_CMP_MASKED_EQ" else value
    (mask_high, mask_low), (value_high, value_low) = divmod(mask, 2**32), divmod(value, 2**32)
    and_low = [(AND, 0, 0, mask_low)] if mask_low != 2**32 - 1 else []
    and_high = [(AND, 0, 0, mask_high)] if mask_high != 2**32 - 1 else []
    if operator in ("SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ"):
        found = [low, *and_low, (IF_EQUAL, 0, FAIL, value_low)]
        return [high, *and_high, (IF_EQUAL, 0, FAIL, value_high), *found] if wide else found
    if operator == "SCMP_CMP_NE":
        last = [low, (IF_EQUAL, FAIL, 0, value_low)]
        return [high, (IF_EQUAL, 0, len(last), value_high), *last] if wide else last
    test, wanted = ORDER[operator]
    last = [low, (test, 0, FAIL, value_low) if wanted else (test, FAIL, 0, value_low)]
    if not wide:
        return last
    if wanted:  # greater: a greater high half is enough, a smaller one fails
        return [high, (IF_GREATER, len(last) + 1, 0, value_high), (IF_EQUAL, 0, FAIL, value_high), *last]
    return [high, (IF_GREATER, FAIL, 0, value_high), (IF_EQUAL, 0, len(last), value_high), *last]


ORDER = {  # operator -> (the test of the low half, whether it must hold)
    "SCMP_CMP_GT": (IF_GREATER, True), "SCMP_CMP_GE": (IF_AT_LEAST, True),
    "SCMP_CMP_LE": (IF_GREATER, False), "SCMP_CMP_LT": (IF_AT_LEAST, False),
}  # fmt: skip
OPERATORS = ("SCMP_CMP_NE", "SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ", *ORDER)
