"""One shift in the kitchen: all the scripts of a run, some at once, each kept by a process of its own that cleans up after it."""

import json
import os
import shlex
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from runtime.conformance import claims, host, hybrid, kitchen, releases, servings
from runtime.conformance.attempt import Attempts
from runtime.conformance.driver import Runtime
from runtime.conformance.recipes import Way
from runtime.conformance.rootfs import Source

Task = tuple[Way, str]


@dataclass(frozen=True, slots=True)
class Shift:
    """What all scripts of one run share. `more` are the options that a repeated run needs too."""

    runtime: Runtime
    attempts: Attempts
    source: Source
    host: dict[str, Any]
    place: Path
    more: tuple[str, ...]
    limit: float


def begin(name: str, source: Source, place: Path, held_to: str, folder: Path | None, limit: float) -> Shift:
    """Learns of the runtime what has to be known before: its claims, and whether it takes this host. Raises NoRuntime, WrongClaims."""
    runtime = Runtime(name, place)
    attempts = Attempts(runtime, source, place)
    facts = {**host.facts(), "rootfs": source.kind}
    if hybrid.is_here() and not any(map(attempts.takes, attempts.usual())) and hybrid.leave():
        attempts.forget()
        facts["around"] = hybrid.AROUND
    stated = claims.given(held_to) if held_to else claims.stated(runtime.features)
    runtime.claims = stated or claims.probe(runtime.told, attempts.takes)
    more = (*(("--claims", held_to) if held_to else ()), *(("--folder", str(folder)) if folder else ()))
    return Shift(runtime, attempts, source, facts, place, more, limit)


def work(
    tasks: Sequence[Task], shift: Shift, jobs: int, say: Callable[[dict[str, Any]], None]
) -> list[tuple[str, kitchen.Result]]:
    """(release, result) in the order of the tasks, `jobs` at once. No thread of this process may run: it forks."""
    results: dict[int, kitchen.Result] = {}
    under_way: dict[int, int] = {}  # pid -> number of the task
    waiting = list(enumerate(tasks))
    try:
        while waiting or under_way:
            if waiting and len(under_way) < jobs:
                number, (way, tag) = waiting.pop(0)
                if reason := _beforehand(way, tag, shift):
                    results[number] = _row(way, tag, shift, *reason)
                else:
                    under_way[_cook(number, way, tag, shift)] = number
                    continue
            else:
                number = _next(under_way)
                results[number] = _answer(*tasks[number], number, shift)
            result, tag = results[number], tasks[number][1]
            step = {"release": tag, "case": result.case, "outcome": result.outcome}
            say(step | {"done": len(results), "total": len(tasks)})
    except BaseException:
        for pid in under_way:
            os.kill(pid, signal.SIGTERM)  # it takes away what its script made
        while under_way:
            _next(under_way)
        raise
    return [(tag, results[number]) for number, (_, tag) in enumerate(tasks)]


def stop(_number: int, _frame: object) -> NoReturn:
    """For SIGTERM: as after Ctrl-C, everything is taken away."""
    raise KeyboardInterrupt


def _beforehand(way: Way, tag: str, shift: Shift) -> tuple[str, str] | None:
    """The outcome and reason of a way that is not tried here."""
    if not releases.within(tag, way.since, way.until):
        return "not-applicable", f"this way exists from {way.since} to {way.until}"
    if reason := shift.runtime.claims.beyond(tag, shift.runtime.name):
        return "not-claimed", reason
    if reason := kitchen.lacking(way, shift.source):
        return "skipped", reason
    return None


def _cook(number: int, way: Way, tag: str, shift: Shift) -> int:
    """Starts one script in a process of its own and returns that process's pid; it writes what came out into a file."""
    version = shift.attempts.version(tag)
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    place = shift.place / str(number)
    found: dict[str, Any] = {"outcome": "error", "reason": "stopped"}
    try:
        # The terminal sends SIGINT to all of us; whoever asked us says when to stop, also by being killed.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, stop)
        kitchen.end_with(parent)
        place.mkdir(mode=0o755)
        serving = servings.lay(
            way, shift.runtime.command, shift.runtime.name, tag, version, shift.source, place, f"use-{os.getpid()}", _soon(shift.limit)
        )  # fmt: skip
        found = kitchen.serve(serving, way, shift.limit)
    except KeyboardInterrupt:
        pass
    except BaseException as broken:  # a fault of ours must not pass for one of the runtime
        found |= {"reason": f"{type(broken).__name__}: {broken}"}
    try:
        shutil.rmtree(place, ignore_errors=True)
        if os.getppid() == parent:
            (shift.place / f"{number}.json").write_text(json.dumps(found), encoding="utf-8")
        else:
            shutil.rmtree(shift.place, ignore_errors=True)  # nobody else is left to do it
    finally:
        os._exit(0)


def _soon(limit: float) -> int:
    """How long a script waits for what should happen at once: there must be time for more than one of them."""
    return max(1, int(limit / 6))


def _next(under_way: dict[int, int]) -> int:
    """Waits for one of the processes, and for no other child of ours; returns the number of its task."""
    while True:
        for pid in under_way:
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG):
                return under_way.pop(pid)
        time.sleep(0.005)


def _answer(way: Way, tag: str, number: int, shift: Shift) -> kitchen.Result:
    try:
        found = json.loads((shift.place / f"{number}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _row(way, tag, shift, "error", "the process that ran the script was ended")
    row = _row(way, tag, shift, found["outcome"], found["reason"])
    kept = found.get("output", "") if found["outcome"] in ("failed", "error", "skipped") else ""
    notes, seconds = tuple(found.get("notes", ())), round(found.get("seconds", 0.0), 3)
    return replace(row, checks=found.get("checks", 0), notes=notes, seconds=seconds, output=kept)


def _row(way: Way, tag: str, shift: Shift, outcome: str, reason: str) -> kitchen.Result:
    options = ("--runtime", shift.runtime.name, "--release", tag, "--use-case", way.id, *shift.more)
    repeat = shlex.join(("tallyman", "conformance", "usecases", *options))
    return kitchen.Result(way.id, way.use_case, way.name, way.title, outcome, reason, 0, (), 0.0, "", repeat)
