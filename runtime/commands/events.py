"""events [--stats] [--interval DURATION] ID: what a container uses, one JSON line each; without --stats until it ends."""

from __future__ import annotations

import time

from runtime import stats
from runtime.faults import Fault
from runtime.jsontext import dumps
from runtime.options import one_id, parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def command(root: str, args: list[str], log: Log) -> None:
    given, words = parse(args, {"--stats"}, {"--interval"})
    container = Container(root, one_id(words)).load()
    interval = _seconds(given.get("--interval", "5s"))
    status = container.status()
    if status not in ("created", "running", "paused"):
        raise Fault(f"the container {container.id} is {status}: it uses nothing")
    killed = 0
    while True:
        data = stats.of(container.facts["cgroups"])
        print(dumps({"type": "stats", "id": container.id, "data": data}), flush=True)
        if "--stats" in given:
            return
        time.sleep(interval)
        if container.status() == "stopped":
            return
        now = stats.out_of_memory(container.facts["cgroups"])
        if now > killed:
            print(dumps({"type": "oom", "id": container.id}), flush=True)
        killed = now


def _seconds(text: str) -> float:
    """5s, 100ms, 1m: a number and a unit. Raises Fault."""
    digits = text.rstrip("mshµ")
    unit = text[len(digits) :]
    if not digits.isdecimal() or unit not in UNITS or not int(digits):
        raise Fault(f"--interval {text} is not a duration such as 5s")
    return int(digits) * UNITS[unit]
