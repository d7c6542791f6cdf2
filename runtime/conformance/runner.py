"""Runs the cases of releases on a runtime and counts what came out; whatever happens, nothing is left behind."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runtime.conformance import (
    claims,
    host,
    hybrid,
    ledger,
    leftovers,
    releases,
    results,
    rootfs,
    suite,
    trial,
)
from runtime.conformance.attempt import Attempts
from runtime.conformance.declare import Case
from runtime.conformance.driver import Runtime
from runtime.conformance.results import OUTCOMES, Outcome, Result
from runtime.conformance.stored import Store

__all__ = ["OUTCOMES", "Result", "default_jobs", "run"]
Say = Callable[[dict[str, Any]], None]


def run(
    name: str,
    tags: Sequence[str],
    cases: Sequence[Case],
    source: rootfs.Source,
    jobs: int,
    say: Say,
    held_to: str = "",
    store: Store | None = None,
    around: bool = False,
) -> dict[str, Any]:
    """Every case at every release, `jobs` at once. Returns the document that `conformance run --json` prints.

    `held_to` is what --claims says; without a store everything runs. `around`: where the runtime refuses the host's layout of
    control groups the process may go into a mount namespace without the half that it does not know; the document says so.
    """
    with _folder() as folder:
        runtime = Runtime(name, folder)
        attempts = Attempts(runtime, rootfs.with_pattern(source, folder), folder)
        with ledger.entered(folder, trial.mark(), runtime.command):
            facts = _settle(attempts, source, around)
            runtime.claims = _claims(attempts, held_to)
            if store:
                store.open(runtime, source, facts)
            cells = Cells(attempts, store, ("--claims", held_to) if held_to else ())
            try:
                runs = _runs(cells, tags, cases, jobs, say)
            finally:
                if store:
                    store.save()
                leftovers.remove(folder, trial.mark(), runtime.command)
    return {
        "suite": suite.digest(source),
        "at": _now(),
        "runtime": _shown(runtime),
        "host": facts,
        "runs": runs,
    }


def default_jobs() -> int:
    """Two for each processor: a case waits half of its time for what it started."""
    return 2 * len(os.sched_getaffinity(0))


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="conformance-"))
    try:
        folder.chmod(0o755)  # a mapped user inside must be able to walk through
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settle(attempts: Attempts, source: rootfs.Source, around: bool) -> dict[str, Any]:
    """The host as the cases see it."""
    if around and hybrid.is_here() and not any(map(attempts.takes, attempts.usual())) and hybrid.leave():
        attempts.forget()
        return {**host.facts(), "rootfs": source.kind, "around": hybrid.AROUND}
    return {**host.facts(), "rootfs": source.kind}


def _claims(attempts: Attempts, held_to: str) -> claims.Claims:
    if held_to:
        return claims.given(held_to)
    runtime = attempts.runtime
    return claims.stated(runtime.features) or claims.probe(runtime.told, attempts.takes)


def _shown(runtime: Runtime) -> dict[str, Any]:
    return {
        "command": runtime.name,
        "version": runtime.version,
        "features": runtime.features,
        "name": runtime.build.name,
        "build": runtime.build.build,
        "digest": runtime.build.digest,
        "claims": {"min": runtime.claims.oldest, "max": runtime.claims.newest, "from": runtime.claims.told},
    }


def _runs(
    cells: "Cells", tags: Sequence[str], cases: Sequence[Case], jobs: int, say: Say
) -> list[dict[str, Any]]:
    """All releases share the workers, so that none waits for the last case of another."""
    pairs = [(tag, case) for tag in dict.fromkeys(tags) for case in cases]
    made: dict[str, list[Result]] = {tag: [] for tag, _ in pairs}
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for done, (tag, result) in enumerate(pool.map(cells.result, pairs), 1):
                made[tag].append(result)
                step = {"release": tag, "case": result.case, "outcome": result.outcome, "level": result.level}
                say(step | {"stored": result.stored, "done": done, "total": len(pairs)})
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)  # what is under way takes its containers away
            raise
    return [
        {
            "release": tag,
            "results": [asdict(each) for each in some],
            "summary": results.summary(some, cells.attempts.containers[tag], cells.version(tag)),
        }
        for tag, some in made.items()
    ]


class Cells:
    """What stands in each cell, of a case and a release: tried now, taken over from the store, or why it is neither."""

    def __init__(self, attempts: Attempts, store: Store | None, more: tuple[str, ...]) -> None:
        self.attempts, self.store, self.more = attempts, store, more
        self.at = _now()

    def result(self, cell: tuple[str, Case]) -> tuple[str, Result]:
        tag, case = cell
        runtime = self.attempts.runtime
        repeat = results.repeat_words(runtime.name, tag, case.id, *self.more)
        came = self._untried(tag, case) or self._stored(tag, case) or self._tried(tag, case)
        return tag, results.result(case, tag, runtime, came, repeat)

    def version(self, tag: str) -> str:
        if not self.attempts.runtime.claims.hold(tag) or host.lacking("containers"):
            return releases.version(tag)
        return (self.store.version(tag) if self.store else "") or self.attempts.version(tag)

    def _untried(self, tag: str, case: Case) -> Outcome | None:
        if not releases.within(tag, case.since, case.until):
            return Outcome("not-applicable", f"holds from {case.since} to {case.until}")
        if unclaimed := self.attempts.runtime.claims.beyond(tag, self.attempts.runtime.name):
            return Outcome("not-claimed", unclaimed)
        lacking = next(filter(None, map(host.lacking, ("containers", *case.needs))), "")
        return Outcome("skipped", lacking) if lacking else None

    def _stored(self, tag: str, case: Case) -> Outcome | None:
        return self.store.outcome(tag, case.id) if self.store else None

    def _tried(self, tag: str, case: Case) -> Outcome:
        came = self.attempts.case(case, tag)
        if self.store:
            self.store.keep(tag, self.attempts.version(tag), case.id, came, self.at)
        return came


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
