"""update [--resources FILE|-] [--memory N] [--pids-limit N] and the other limits of runc's update ID: changes limits."""

from __future__ import annotations

import sys

from runtime import operations, shape
from runtime.faults import Fault
from runtime.jsontext import loads
from runtime.options import Given, one_id, parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

    from runtime.cli import Log

LIMITS = {  # option -> (section, property, how its value reads)
    "--blkio-weight": ("blockIO", "weight", "number"),
    "--cpu-period": ("cpu", "period", "number"),
    "--cpu-quota": ("cpu", "quota", "number"),
    "--cpu-burst": ("cpu", "burst", "number"),
    "--cpu-share": ("cpu", "shares", "number"),
    "--cpu-rt-period": ("cpu", "realtimePeriod", "number"),
    "--cpu-rt-runtime": ("cpu", "realtimeRuntime", "number"),
    "--cpu-idle": ("cpu", "idle", "number"),
    "--cpuset-cpus": ("cpu", "cpus", "text"),
    "--cpuset-mems": ("cpu", "mems", "text"),
    "--memory": ("memory", "limit", "size"),
    "--memory-reservation": ("memory", "reservation", "size"),
    "--memory-swap": ("memory", "swap", "size"),
    "--kernel-memory": ("memory", "kernel", "size"),
    "--kernel-memory-tcp": ("memory", "kernelTCP", "size"),
    "--pids-limit": ("pids", "limit", "number"),
}
SCHEMAS = ("--l3-cache-schema", "--mem-bw-schema")  # linux.intelRdt, in the order they are written
SUFFIXES = {"b": 0, "k": 10, "m": 20, "g": 30, "t": 40}  # powers of two


def command(root: str, args: list[str], log: Log) -> None:
    given, words = parse(args, (), {"--resources", *LIMITS, *SCHEMAS}, {"-r": "--resources"})
    container = Container(root, one_id(words))
    schemas = [given.get(name) for name in SCHEMAS]
    if any(schemas):
        from runtime import intelrdt

        intelrdt.update(container.load().facts.get("resctrl_tasks") or [], *schemas)
        if not any(option in given for option in (*LIMITS, "--resources")):
            return
    operations.update(
        container, _from_file(given["--resources"]) if "--resources" in given else _from_options(given)
    )


def _from_file(path: str) -> dict[str, Any]:
    try:
        if path == "-":
            found = loads(sys.stdin.read(), "standard input")
        else:
            with open(path, encoding="utf-8") as file:
                found = loads(file.read(), path)
    except OSError as failed:
        raise Fault(f"--resources {path} cannot be read: {failed.strerror}") from None
    shape.check(found, shape.RESOURCES, "resources")
    return dict(found)


def _from_options(given: Given) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for option, (section, name, kind) in LIMITS.items():
        if option in given:
            found.setdefault(section, {})[name] = _read(option, given[option], kind)
    if not found:
        raise Fault("update needs a limit to change")
    shape.check(found, shape.RESOURCES, "resources")
    return found


def _read(option: str, text: str, kind: str) -> object:
    """A text, a whole number (-1 for none), or a size with one of the suffixes b, k, m, g, t. Raises Fault."""
    if kind == "text":
        return text
    power = 0
    if kind == "size":
        lower = text.lower()
        lower = lower.removesuffix("b") if len(lower) > 1 and lower[-2] in SUFFIXES else lower
        if lower[-1:] in SUFFIXES:
            power, text = SUFFIXES[lower[-1]], lower[:-1]
    digits = text.removeprefix("-")
    if not (digits.isdecimal() and digits.isascii()):
        raise Fault(f"{option} {text or '(nothing)'} is not a {kind}")
    return int(text) << power
