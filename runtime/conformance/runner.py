"""Runs the cases of releases on a runtime and counts what came out; whatever happens, nothing is left behind."""

import os
import secrets
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
    driver,
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
    command = driver.resolve(name)
    # On record before it is there: a runner may be killed at any moment.
    folder = Path(tempfile.gettempdir(), f"conformance-{secrets.token_hex(4)}")
    with ledger.entered(folder, trial.mark(), command), _made(folder):
        runtime = driver.Runtime(name, folder)
        attempts = Attempts(runtime, rootfs.with_pattern(source, folder), folder)
        try:
            facts = _prepare(attempts, source, store, held_to, around)
            cells = Cells(attempts, store, ("--claims", held_to) if held_to else ())
            runs = _runs(cells, tags, cases, jobs, say)
        finally:
            if store:
                store.save()
            leftovers.remove(folder, trial.mark(), command)
    return {
        "suite": suite.digest(source),
        "at": cells.at,
        "runtime": _shown(runtime),
        "host": facts,
        "runs": runs,
    }


def default_jobs() -> int:
    """Two for each processor: a case waits half of its time for what it started."""
    return 2 * len(os.sched_getaffinity(0))


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    folder.mkdir()
    try:
        folder.chmod(0o755)  # a mapped user inside must be able to walk through
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(
    attempts: Attempts, source: rootfs.Source, store: Store | None, held_to: str, around: bool
) -> dict[str, Any]:
    """Settles what the runtime is held to and what host it sees, and opens the store. Returns the facts of that host."""
    runtime = attempts.runtime
    told = claims.given(held_to) if held_to else claims.stated(runtime.features)
    facts = {**host.facts(), "rootfs": source.kind}
    if store and told:
        runtime.claims = told
        if store.open(runtime, source, facts):
            return facts  # it is known to run here: nothing of it has to be started
    if around and hybrid.is_here() and not any(map(attempts.takes, attempts.usual())) and hybrid.leave():
        attempts.forget()
        host.lacking.cache_clear()
        facts = {**host.facts(), "rootfs": source.kind, "around": hybrid.AROUND}
    runtime.claims = told or claims.probe(runtime.told, attempts.takes)
    if store:
        store.open(runtime, source, facts)
    return facts


def _shown(runtime: driver.Runtime) -> dict[str, Any]:
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
    tags = tuple(dict.fromkeys(tags))
    made: dict[tuple[str, str], Result] = {}
    for tag, found in _results(cells, [(tag, case) for tag in tags for case in cases], jobs):
        made[tag, found.case] = found
        step = {"release": tag, "case": found.case, "outcome": found.outcome, "level": found.level}
        say(step | {"stored": found.stored, "done": len(made), "total": len(tags) * len(cases)})
    return [_release(cells, tag, [made[tag, case.id] for case in cases]) for tag in tags]


def _results(cells: "Cells", pairs: Sequence[tuple[str, Case]], jobs: int) -> Iterator[tuple[str, Result]]:
    """As they come; those that must be alone come last, one after the other."""
    with ThreadPoolExecutor(jobs) as pool:
        try:
            yield from pool.map(cells.result, [pair for pair in pairs if not pair[1].alone])
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)  # what is under way takes its containers away
            raise
    yield from map(cells.result, [pair for pair in pairs if pair[1].alone])


def _release(cells: "Cells", tag: str, some: Sequence[Result]) -> dict[str, Any]:
    return {
        "release": tag,
        "results": [asdict(each) for each in some],
        "summary": results.summary(some, cells.attempts.containers[tag], cells.version(tag)),
    }


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
