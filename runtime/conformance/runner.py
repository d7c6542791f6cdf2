"""Runs the cases of releases on a runtime and counts what came out; whatever happens, nothing is left behind."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runtime.conformance import claims, host, releases, results, suite
from runtime.conformance.declare import Case, Failed, NotApplicable, Skipped
from runtime.conformance.driver import Runtime, TooSlow
from runtime.conformance.results import OUTCOMES, Outcome, Result
from runtime.conformance.rootfs import Source
from runtime.conformance.trial import Trial

__all__ = ["OUTCOMES", "Result", "default_jobs", "run"]
FALLBACK_VERSION = "1.0.2"  # what a runtime with a closed list of versions is most likely to take
Say = Callable[[dict[str, Any]], None]


def run(
    name: str,
    tags: Sequence[str],
    cases: Sequence[Case],
    source: Source,
    jobs: int,
    say: Say,
    held_to: str = "",
) -> dict[str, Any]:
    """Every case at every release. `held_to` is what --claims says. Returns the document that `conformance run --json` prints."""
    folder = Path(tempfile.mkdtemp(prefix="conformance-"))
    folder.chmod(0o755)  # a mapped user inside must be able to walk through
    try:
        run_ = _Run(name, source, folder, held_to)
        runs = [run_.release(tag, cases, jobs, say) for tag in tags]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    runtime = run_.runtime
    return {
        "suite": suite.digest(source),
        "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "runtime": {
            "command": name,
            "version": runtime.version,
            "features": runtime.features,
            "name": runtime.build.name,
            "build": runtime.build.build,
            "digest": runtime.build.digest,
            "claims": {
                "min": runtime.claims.oldest,
                "max": runtime.claims.newest,
                "from": runtime.claims.told,
            },
        },
        "host": {**host.facts(), "rootfs": source.kind},
        "runs": runs,
    }


class _Run:
    """One run of one runtime: what all its cases share."""

    def __init__(self, name: str, source: Source, folder: Path, held_to: str) -> None:
        self.source, self.folder = source, folder
        self.more = ("--claims", held_to) if held_to else ()
        self.runtime = Runtime(name, folder)
        self.created = 0
        self.taken: dict[str, bool] = {}  # by the version in ociVersion
        self.runtime.claims = (
            claims.given(held_to)
            if held_to
            else claims.stated(self.runtime.features) or claims.probe(self.runtime.told, self.takes)
        )

    def release(self, tag: str, cases: Sequence[Case], jobs: int, say: Say) -> dict[str, Any]:
        before = self.created
        version = self.version_for(tag)
        made: list[Result] = []
        with ThreadPoolExecutor(jobs) as pool:
            for result in pool.map(lambda case: self.result(case, tag, version), cases):
                made.append(result)
                step = {"release": tag, "case": result.case, "outcome": result.outcome}
                say(step | {"done": len(made), "total": len(cases)})
        totals = results.summary(made, self.created - before, version)
        return {"release": tag, "results": [asdict(result) for result in made], "summary": totals}

    def version_for(self, tag: str) -> str:
        """The release's own version if the runtime runs a bundle that carries it, else one that it takes."""
        own = releases.version(tag)
        if host.lacking("containers") or not self.runtime.claims.hold(tag):
            return own
        others = (own, str(self.runtime.features.get("ociVersionMax")), FALLBACK_VERSION)
        # When it runs nothing at all its errors should not be about the version.
        return next((version for version in dict.fromkeys(others) if self.takes(version)), FALLBACK_VERSION)

    def takes(self, version: str) -> bool:
        """Whether it runs a bundle with this ociVersion; tried twice, since one mishap must not change what is tested."""
        if version not in self.taken:
            self.taken[version] = not host.lacking("containers") and any(
                self._takes(version, n) for n in range(2)
            )
        return self.taken[version]

    def _takes(self, version: str, n: int) -> bool:
        tag = f"v{version}" if f"v{version}" in releases.TAGS else releases.NEWEST
        trial = Trial(self.runtime, tag, version, self.source, self.folder / f"version-{version}-{n}")
        try:
            return trial.run(trial.bundle().args("exit", "0")).ok
        except TooSlow:
            return False
        finally:
            self._close(trial)

    def result(self, case: Case, tag: str, version: str) -> Result:
        began = time.monotonic()
        came = self._outcome(case, tag, version)
        came = Outcome(
            came.outcome,
            came.reason,
            round(time.monotonic() - began, 3),
            came.counted,
            came.output,
            came.config,
        )
        return results.result(
            case, tag, self.runtime, came, results.repeat_words(self.runtime.name, tag, case.id, *self.more)
        )

    def _outcome(self, case: Case, tag: str, version: str) -> Outcome:
        if not releases.within(tag, case.since, case.until):
            return Outcome("not-applicable", f"holds from {case.since} to {case.until}")
        if unclaimed := self.runtime.claims.beyond(tag, self.runtime.name):
            return Outcome("not-claimed", unclaimed)
        for fact in ("containers", *case.needs):
            if lacking := host.lacking(fact):
                return Outcome("skipped", lacking)
        trial = Trial(self.runtime, tag, version, self.source, self.folder / tag / case.id)
        try:
            outcome, reason = _tried(case, trial)
            return _told(outcome, reason, trial)
        finally:
            self._close(trial)

    def _close(self, trial: Trial) -> None:
        self.created += trial.runtime.created
        try:
            trial.close()
        except TooSlow:
            pass  # the runtime hangs even in delete --force; the case has said so already
        shutil.rmtree(trial.folder, ignore_errors=True)


def _tried(case: Case, trial: Trial) -> tuple[str, str]:
    try:
        case.run(trial)
    except Failed as failed:
        return "failed", str(failed)
    except Skipped as skipped:
        return "skipped", str(skipped)
    except NotApplicable as not_applicable:
        return "not-applicable", str(not_applicable)
    except TooSlow as slow:
        return "failed", str(slow)
    except (
        Exception
    ) as broken:  # a fault of the case itself must not pass for one of the runtime, nor stop the others
        return "error", f"{type(broken).__name__}: {broken}"
    return ("passed", "") if trial.asserted else ("error", "the case asserted nothing")


def _told(outcome: str, reason: str, trial: Trial) -> Outcome:
    """With the output and the config, where somebody will want to look."""
    counted = outcome in ("passed", "failed") and trial.executed
    output = config = ""
    if outcome in ("failed", "error", "skipped"):
        output = "".join(trial.runtime.said).encode()[-results.LAST_WORDS :].decode(errors="replace")
    if outcome in results.BAD:
        config = trial.written()
    return Outcome(outcome, reason, 0.0, counted, output, config)


def default_jobs() -> int:
    return os.cpu_count() or 1
