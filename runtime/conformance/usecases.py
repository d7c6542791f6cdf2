"""`python -m runtime.conformance usecases`: the recipes of the cookbook, or of any folder of that shape, tried on a runtime at each release."""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from runtime.conformance import bygone, host, kitchen, recipes, releases, rootfs, servings
from runtime.conformance.driver import PATIENCE, NoRuntime, Runtime
from runtime.conformance.recipes import UseCase, Way
from runtime.conformance.requirements import history
from runtime.conformance.rootfs import Source

OUTCOMES = ("passed", "failed", "skipped", "not-applicable", "not-claimed", "error")
Say = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Kitchen:
    """What all scripts of one run share."""

    runtime: Runtime
    source: Source
    place: Path
    folder: Path | None  # None: our own cookbook
    limit: float


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "usecases", help="the recipes of runtime/cookbook, or of another folder, as tests"
    )
    parser.add_argument("--runtime", default="refrun", metavar="COMMAND")
    parser.add_argument("--release", action="append", default=[], metavar="TAG")
    parser.add_argument("--use-case", action="append", default=[], metavar="NAME[/WAY]")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="a repository, or its folder of use cases")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument(
        "--limit", type=float, default=kitchen.LIMIT, metavar="SECONDS", help="for one script"
    )
    parser.add_argument("--rootfs", choices=["busybox", "host"], default="")
    parser.add_argument("--json", action="store_true")


def main(options: argparse.Namespace) -> int:
    """Exit codes: 0 all passed, 1 a script failed, 2 the request was wrong, 3 the host failed or we were stopped."""
    signal.signal(signal.SIGTERM, _stop)
    say = _progress if options.json else _quiet
    try:
        if options.jobs < 1 or options.limit <= 0:
            raise recipes.WrongFolder("--jobs and --limit are numbers above zero")
        document = run(
            options.runtime, options.release, options.use_case, rootfs.find(options.rootfs), options.folder, options.jobs,
            options.limit, say,
        )  # fmt: skip
    except (recipes.WrongFolder, releases.UnknownRelease, NoRuntime, FileNotFoundError) as wrong:
        print(f"conformance: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("conformance: stopped; nothing was left behind", file=sys.stderr)
        return 3
    except OSError as failed:
        print(f"conformance: {failed}", file=sys.stderr)
        return 3
    if options.json:
        json.dump(document, sys.stdout)
    else:
        _table(document)
    return 1 if any(run["summary"]["failed"] + run["summary"]["error"] for run in document["runs"]) else 0


def run(
    name: str, tags: Sequence[str], chosen: Sequence[str], source: Source, folder: Path | None, jobs: int, limit: float, say: Say
) -> dict[str, Any]:  # fmt: skip
    """Every way at every release: the document that `usecases --json` prints. Raises WrongFolder, UnknownRelease, NoRuntime."""
    tags = tags or releases.TAGS
    for tag in tags:
        releases.position(tag)
    cases = recipes.read(recipes.COOKBOOK if folder is None else recipes.find(folder))
    ways = _chosen(cases, chosen)
    place = Path(tempfile.mkdtemp(prefix="usecases-"))
    place.chmod(0o755)  # an ordinary user must be able to walk through
    try:
        shared = Kitchen(Runtime(name, place), source, place, folder, limit)
        rows = list(_all([(way, tag) for tag in tags for way in ways], shared, jobs, say))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return {
        "runtime": {"command": name, "version": shared.runtime.version, "features": shared.runtime.features},
        "host": {**host.facts(), "rootfs": source.kind},
        "folder": "" if folder is None else str(folder),
        "runs": [_run(tag, [row for way_tag, row in rows if way_tag == tag]) for tag in tags],
    }


def _chosen(cases: tuple[UseCase, ...], asked: Sequence[str]) -> list[Way]:
    every = [way for case in cases for way in case.ways]
    unknown = set(asked) - {way.id for way in every} - {case.name for case in cases}
    if unknown:
        raise recipes.WrongFolder(
            f"there is no use case {', '.join(sorted(unknown))}; there are {', '.join(case.name for case in cases)}"
        )
    return [way for way in every if not asked or way.id in asked or way.use_case in asked]


def _run(tag: str, results: list[kitchen.Result]) -> dict[str, Any]:
    counts = {outcome: sum(result.outcome == outcome for result in results) for outcome in OUTCOMES}
    summary = {**counts, "total": len(results), "checks": sum(result.checks for result in results)}
    return {"release": tag, "results": [kitchen.as_row(result) for result in results], "summary": summary}


def _all(
    tasks: list[tuple[Way, str]], shared: Kitchen, jobs: int, say: Say
) -> Iterator[tuple[str, kitchen.Result]]:
    """(release, result) in the order of the tasks. Each is done by a process of its own, `jobs` at once."""
    results: dict[int, kitchen.Result] = {}
    under_way: dict[int, int] = {}  # pid -> number of the task
    waiting = list(enumerate(tasks))
    done = 0
    try:
        while waiting or under_way:
            while waiting and len(under_way) < jobs:
                number, (way, tag) = waiting.pop(0)
                reason = _beforehand(way, tag, shared)
                if reason:
                    results[number] = _row(way, tag, shared, *reason)
                else:
                    under_way[_cook(number, way, tag, shared)] = number
            number = _next(under_way) if under_way else -1
            if number >= 0:
                results[number] = _answer(*tasks[number], number, shared)
                done += 1
                say(_step(results[number], tasks[number][1], done, len(tasks)))
    except BaseException:
        for pid in under_way:
            os.kill(pid, signal.SIGTERM)  # it takes away what its script made
        while under_way:
            _next(under_way)
        raise
    return ((tasks[number][1], results[number]) for number in range(len(tasks)))


def _beforehand(way: Way, tag: str, shared: Kitchen) -> tuple[str, str] | None:
    """The outcome and reason of a way that is not tried here."""
    if not releases.within(tag, way.since, way.until):
        return "not-applicable", f"this way exists from {way.since} to {way.until}"
    if reason := unclaimed(shared.runtime, tag):
        return "not-claimed", reason
    if reason := kitchen.lacking(way, shared.source):
        return "skipped", reason
    return None


def unclaimed(runtime: Runtime, tag: str) -> str:
    """Why a runtime is not held to a release: by `features`, else from v1.0.0 to the `spec:` line of --version (its minor version)."""
    if reason := bygone.unclaimed(runtime, tag):
        return reason
    newest = str(runtime.features.get("ociVersionMax") or "")
    if not newest:
        done = subprocess.run(
            [*runtime.command, "--version"], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        line = re.search(r"^spec: (\d+\.\d+)", done.stdout, re.MULTILINE)
        newest = f"{line[1]}.999" if line else releases.version(releases.NEWEST)
    oldest = str(runtime.features.get("ociVersionMin") or "1.0.0")
    number = history.order(tag)
    if history.order(f"v{oldest}") <= number <= history.order("v" + re.sub(r"[-.]dev.*|\+.*", "", newest)):
        return ""
    return f"{runtime.name} claims v{oldest} to v{newest}"


def _cook(number: int, way: Way, tag: str, shared: Kitchen) -> int:
    """Starts one script in a process of its own and returns that process's pid; it writes what came out into a file."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    place = shared.place / str(number)
    try:
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # the terminal sends it to all of us; who asked us says when to stop
        signal.signal(signal.SIGTERM, _stop)
        kitchen.end_with(parent)  # also after kill -9, then as after SIGTERM
        place.mkdir(mode=0o755)
        version = releases.version(releases.nearest(tag))
        serving = servings.lay(
            way, shared.runtime.command, shared.runtime.name, tag, version, shared.source, place, f"use-{os.getpid()}",
            max(1, int(shared.limit / 6)),
        )  # fmt: skip
        found = kitchen.serve(serving, way, shared.limit)
    except KeyboardInterrupt:
        found = {"outcome": "error", "reason": "stopped"}
    except BaseException as broken:
        found = {"outcome": "error", "reason": f"{type(broken).__name__}: {broken}"}
    try:
        shutil.rmtree(place, ignore_errors=True)
        if os.getppid() == parent:
            (shared.place / f"{number}.json").write_text(json.dumps(found), encoding="utf-8")
        else:
            shutil.rmtree(shared.place, ignore_errors=True)
    finally:
        os._exit(0)


def _next(under_way: dict[int, int]) -> int:
    """Waits for one of the processes, and for no other child of ours; returns the number of its task."""
    while True:
        for pid in under_way:
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG):
                return under_way.pop(pid)
        time.sleep(0.005)


def _answer(way: Way, tag: str, number: int, shared: Kitchen) -> kitchen.Result:
    file = shared.place / f"{number}.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _row(way, tag, shared, "error", "the process that ran the script was ended")
    row = _row(way, tag, shared, found["outcome"], found["reason"])
    kept = found.get("output", "") if found["outcome"] in ("failed", "error", "skipped") else ""
    return replace(
        row, checks=found.get("checks", 0), notes=tuple(found.get("notes", ())), seconds=round(found.get("seconds", 0), 3), output=kept,
    )  # fmt: skip


def _row(way: Way, tag: str, shared: Kitchen, outcome: str, reason: str) -> kitchen.Result:
    words = [
        "tallyman",
        "conformance",
        "usecases",
        "--runtime",
        shared.runtime.name,
        "--release",
        tag,
        "--use-case",
        way.id,
    ]
    if shared.folder is not None:
        words += ["--folder", str(shared.folder)]
    return kitchen.Result(
        way.id, way.use_case, way.name, way.title, outcome, reason, 0, (), 0.0, "", shlex.join(words)
    )


def _step(result: kitchen.Result, tag: str, done: int, total: int) -> dict[str, Any]:
    return {"release": tag, "case": result.case, "outcome": result.outcome, "done": done, "total": total}


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _progress(step: dict[str, Any]) -> None:
    print(json.dumps({"progress": step}), file=sys.stderr, flush=True)


def _quiet(step: dict[str, Any]) -> None:
    if step["outcome"] in ("failed", "error"):
        print(f"{step['release']} {step['case']}: {step['outcome']}", file=sys.stderr, flush=True)


def _table(document: dict[str, Any]) -> None:
    runtime, host_ = document["runtime"], document["host"]
    print(f"{runtime['command']} ({runtime['version']}) on {host_['kernel']}, cgroup {host_['cgroup']}")
    for run_ in document["runs"]:
        for row in run_["results"]:
            if row["outcome"] in ("failed", "error", "skipped"):
                print(f"  {run_['release']:<12} {row['outcome']:<8} {row['case']}: {row['reason']}")
    for run_ in document["runs"]:
        counts = ", ".join(f"{n} {outcome}" for outcome in OUTCOMES if (n := run_["summary"][outcome]))
        print(f"{run_['release']:<12} {counts}; {run_['summary']['checks']} checks")
