"""Scheduler, I/O priority, CPU affinity and memory policy of a process (config.md#linux-process, config-linux.md#memory-policy)."""

from __future__ import annotations

from runtime import lean_os as os
from runtime import syscalls_rare
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

# include/uapi/linux/sched.h
POLICIES = {
    "SCHED_OTHER": 0,
    "SCHED_FIFO": 1,
    "SCHED_RR": 2,
    "SCHED_BATCH": 3,
    "SCHED_ISO": 4,
    "SCHED_IDLE": 5,
    "SCHED_DEADLINE": 6,
}
REAL_TIME = ("SCHED_FIFO", "SCHED_RR")
SCHEDULER_FLAGS = {
    "SCHED_FLAG_RESET_ON_FORK": 0x01, "SCHED_FLAG_RECLAIM": 0x02, "SCHED_FLAG_DL_OVERRUN": 0x04, "SCHED_FLAG_KEEP_POLICY": 0x08,
    "SCHED_FLAG_KEEP_PARAMS": 0x10, "SCHED_FLAG_UTIL_CLAMP_MIN": 0x20, "SCHED_FLAG_UTIL_CLAMP_MAX": 0x40,
}  # fmt: skip
IO_CLASSES = {
    "IOPRIO_CLASS_RT": 1,
    "IOPRIO_CLASS_BE": 2,
    "IOPRIO_CLASS_IDLE": 3,
}  # include/uapi/linux/ioprio.h
# include/uapi/linux/mempolicy.h
MEMORY_MODES = {
    "MPOL_DEFAULT": 0, "MPOL_PREFERRED": 1, "MPOL_BIND": 2, "MPOL_INTERLEAVE": 3, "MPOL_LOCAL": 4, "MPOL_PREFERRED_MANY": 5,
    "MPOL_WEIGHTED_INTERLEAVE": 6,
}  # fmt: skip
MEMORY_FLAGS = {
    "MPOL_F_STATIC_NODES": 1 << 15,
    "MPOL_F_RELATIVE_NODES": 1 << 14,
    "MPOL_F_NUMA_BALANCING": 1 << 13,
}
WITHOUT_NODES, WITH_NODES = ("MPOL_DEFAULT", "MPOL_LOCAL"), ("MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE")  # fmt: skip
HIGHEST = 4095  # no kernel knows more CPUs or nodes


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    yield from process_problems(config.get("process") or {})
    policy = (config.get("linux") or {}).get("memoryPolicy")
    if policy:
        yield from _memory_problems(policy)


def process_problems(process: dict[str, Any]) -> Iterator[str]:
    """Names that are not in the specification, and values that belong to another policy.

    See config.md#linux-process.
    """
    wanted = process.get("scheduler")
    if wanted:
        policy = wanted["policy"]
        if policy not in POLICIES:
            yield f"process.scheduler.policy {policy!r} is not one of {', '.join(POLICIES)}"
        for flag in wanted.get("flags") or []:
            if flag not in SCHEDULER_FLAGS:
                yield f"process.scheduler.flags {flag!r} is not one of {', '.join(SCHEDULER_FLAGS)}"
        if wanted.get("priority") and policy not in REAL_TIME:
            yield f"process.scheduler.priority is for {' and '.join(REAL_TIME)}, not for {policy}"
        for name in ("runtime", "deadline", "period"):
            if wanted.get(name) and policy != "SCHED_DEADLINE":
                yield f"process.scheduler.{name} is for SCHED_DEADLINE, not for {policy}"
        if not -20 <= (wanted.get("nice") or 0) <= 19:
            yield f"process.scheduler.nice {wanted['nice']} is not a number from -20 to 19"
    io = process.get("ioPriority")
    if io and io["class"] not in IO_CLASSES:
        yield f"process.ioPriority.class {io['class']!r} is not one of {', '.join(IO_CLASSES)}"
    if io and not 0 <= (io.get("priority") or 0) <= 7:
        yield f"process.ioPriority.priority {io['priority']} is not a number from 0 to 7"
    for name, text in (process.get("execCPUAffinity") or {}).items():
        if name in ("initial", "final") and text and numbers(text) is None:
            yield f"process.execCPUAffinity.{name} {text!r} is not a list such as 0-3,7"


def _memory_problems(policy: dict[str, Any]) -> Iterator[str]:
    """Names that are not in the specification, and nodes that do not fit the mode (config-linux.md#memory-policy)."""
    mode, nodes = policy.get("mode"), policy.get("nodes") or ""
    if mode not in MEMORY_MODES:
        yield f"linux.memoryPolicy.mode {mode!r} is not one of {', '.join(MEMORY_MODES)}"
    if nodes and numbers(nodes) is None:
        yield f"linux.memoryPolicy.nodes {nodes!r} is not a list such as 0-3,7"
    if nodes and mode in WITHOUT_NODES:
        yield f"linux.memoryPolicy.nodes must be empty for {mode}"
    if not nodes and mode in WITH_NODES:
        yield f"linux.memoryPolicy.nodes must name at least one node for {mode}"
    for flag in policy.get("flags") or []:
        if flag not in MEMORY_FLAGS:
            yield f"linux.memoryPolicy.flags {flag!r} is not one of {', '.join(MEMORY_FLAGS)}"


def numbers(text: str) -> list[int] | None:
    """`0-3,7` as numbers; None when it is not such a list."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        words = (first, last) if dash else (first,)
        if not all(word.isdecimal() and word.isascii() and int(word) <= HIGHEST for word in words) or int(
            words[-1]
        ) < int(first):
            return None
        found += range(int(first), int(words[-1]) + 1)
    return found


def apply(process: dict[str, Any], linux: dict[str, Any]) -> None:
    """Sets what the config asks for on this process; before its capabilities go. Raises Fault with the property.

    See config.md#linux-process, config-linux.md#memory-policy.
    """
    wanted, io, memory = process.get("scheduler"), process.get("ioPriority"), linux.get("memoryPolicy")
    where = ""
    try:
        if wanted:
            where = f"process.scheduler {wanted['policy']}"
            flags = sum(SCHEDULER_FLAGS[flag] for flag in wanted.get("flags") or [])
            syscalls_rare.sched_setattr(
                POLICIES[wanted["policy"]], flags, wanted.get("nice") or 0, wanted.get("priority") or 0, wanted.get("runtime") or 0,
                wanted.get("deadline") or 0, wanted.get("period") or 0,
            )  # fmt: skip
        if io:
            where = f"process.ioPriority {io['class']}"
            syscalls_rare.ioprio_set_group(IO_CLASSES[io["class"]] << 13 | (io.get("priority") or 0))
        if memory:
            where = f"linux.memoryPolicy {memory['mode']}"
            mode = MEMORY_MODES[memory["mode"]] | sum(
                MEMORY_FLAGS[flag] for flag in memory.get("flags") or []
            )
            syscalls_rare.set_mempolicy(mode, numbers(memory["nodes"]) or [] if memory.get("nodes") else [])
    except OSError as failed:
        raise Fault(f"{where} cannot be applied: {failed.strerror}") from None


def pin(process: dict[str, Any], name: str) -> None:
    """execCPUAffinity.initial before the container's cgroup is joined, .final behind it (exec only). Raises Fault.

    See config.md#linux-process.
    """
    text = (process.get("execCPUAffinity") or {}).get(name)
    if not text:
        return
    try:
        os.sched_setaffinity(0, numbers(text) or [])
    except OSError as failed:
        raise Fault(f"process.execCPUAffinity.{name} {text} cannot be applied: {failed.strerror}") from None
