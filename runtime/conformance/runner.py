"""Runs the cases of releases on a runtime and counts what came out; whatever happens, nothing is left behind."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runtime.conformance import bygone, covers, host, releases
from runtime.conformance.declare import Case, Failed, NotApplicable, Skipped
from runtime.conformance.driver import Runtime, TooSlow
from runtime.conformance.rootfs import Source
from runtime.conformance.trial import Trial

OUTCOMES = ("passed", "failed", "skipped", "not-applicable", "not-claimed", "disputed", "error")
FALLBACK_VERSION = "1.0.2"  # what a runtime with a closed list of versions is most likely to take


@dataclass(frozen=True, slots=True)
class Result:
    """One case at one release; the shape of `results` in the JSON document. `requirements` are the ids that it covers there,
    `sections` the places (file#anchor) that it is about."""

    case: str
    requirements: tuple[str, ...]
    sections: tuple[str, ...]
    level: str
    outcome: str
    reason: str
    seconds: float


def run(
    name: str,
    tags: Sequence[str],
    cases: Sequence[Case],
    source: Source,
    jobs: int,
    say: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    """Every case at every release. Returns the document that `conformance run --json` prints."""
    folder = Path(tempfile.mkdtemp(prefix="conformance-"))
    folder.chmod(0o755)  # a mapped user inside must be able to walk through
    try:
        runtime = Runtime(name, folder)
        runs = [_release(runtime, tag, cases, source, folder, jobs, say) for tag in tags]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "runtime": {"command": name, "version": runtime.version, "features": runtime.features},
        "host": {**host.facts(), "rootfs": source.kind},
        "runs": runs,
    }


def _release(
    runtime: Runtime,
    tag: str,
    cases: Sequence[Case],
    source: Source,
    folder: Path,
    jobs: int,
    say: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    before = runtime.created
    oci_version = _accepted_version(runtime, tag, source, folder)
    results: list[Result] = []
    with ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(lambda case: _try(case, runtime, tag, oci_version, source, folder), cases):
            results.append(result)
            say(
                {
                    "release": tag,
                    "case": result.case,
                    "outcome": result.outcome,
                    "done": len(results),
                    "total": len(cases),
                }
            )
    counts = {outcome: sum(result.outcome == outcome for result in results) for outcome in OUTCOMES}
    summary = {
        **counts,
        "total": len(results),
        "containers_created": runtime.created - before,
        "oci_version": oci_version,
    }
    return {"release": tag, "results": [asdict(result) for result in results], "summary": summary}


def _accepted_version(runtime: Runtime, tag: str, source: Source, folder: Path) -> str:
    """The release's own version if the runtime runs a bundle that carries it, else one that it takes (its `features`)."""
    own = releases.version(tag)
    if host.lacking("containers") or bygone.unclaimed(runtime, tag):
        return own
    others = dict.fromkeys((own, str(runtime.features.get("ociVersionMax")), FALLBACK_VERSION))
    for n, version in enumerate((own, *others)):  # its own twice: one mishap must not change what is tested
        trial = Trial(runtime, tag, version, source, folder / f"version-{tag}-{version}-{n}")
        try:
            if trial.run(trial.bundle().args("exit", "0")).ok:
                return version
        except TooSlow:
            continue
        finally:
            _close(trial)
    return FALLBACK_VERSION  # it runs nothing at all: then its errors should not be about the version


def _try(case: Case, runtime: Runtime, tag: str, oci_version: str, source: Source, folder: Path) -> Result:
    began = time.monotonic()
    outcome, reason = _outcome(case, runtime, tag, oci_version, source, folder / tag / case.id)
    seconds = round(time.monotonic() - began, 3)
    return Result(case.id, covers.of(case.id, tag), case.spec, case.level, outcome, reason, seconds)


def _outcome(
    case: Case, runtime: Runtime, tag: str, oci_version: str, source: Source, folder: Path
) -> tuple[str, str]:
    if not releases.within(tag, case.since, case.until):
        return "not-applicable", f"holds from {case.since} to {case.until}"
    if unclaimed := bygone.unclaimed(runtime, tag):
        return "not-claimed", unclaimed
    for fact in ("containers", *case.needs):
        if lacking := host.lacking(fact):
            return "skipped", lacking
    trial = Trial(runtime, tag, oci_version, source, folder)
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
    finally:
        _close(trial)
    return ("passed", "") if trial.asserted else ("error", "the case asserted nothing")


def _close(trial: Trial) -> None:
    try:
        trial.close()
    except TooSlow:
        pass  # the runtime hangs even in delete --force; the case has said so already
    shutil.rmtree(trial.folder, ignore_errors=True)


def default_jobs() -> int:
    return os.cpu_count() or 1
