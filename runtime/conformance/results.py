"""What came out of one case at one release, and the totals of a release: the shape of `results` and `summary` in the document."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.conformance import covers, known
from runtime.conformance.declare import Case
from runtime.conformance.driver import Runtime

OUTCOMES = ("passed", "failed", "skipped", "not-applicable", "not-claimed", "disputed", "error")
BAD = ("failed", "error")
LAST_WORDS = 4096  # bytes of output that a result keeps


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ended: what can be kept and taken over by a later run. `counted`: it is an execution, since a container process
    was seen or a refusal was tested. `stored` is the time of the run that it was taken over from."""

    outcome: str
    reason: str = ""
    seconds: float = 0.0
    counted: bool = False
    output: str = ""
    config: str = ""
    slow: bool = False  # a call did not end in time: perhaps the host's doing
    stored: str | None = None


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
    counted: bool = False
    explained: dict[str, str] | None = None
    disputed: dict[str, str] | None = None
    private: bool = False
    stored: str | None = None
    output: str = ""
    config: dict[str, Any] | None = field(default=None)
    repeat: str = ""


def result(case: Case, tag: str, runtime: Runtime, came: Outcome, repeat: str) -> Result:
    """An outcome with what is known of it: its requirements, cause or dispute, and how it is repeated."""
    made = Result(
        case.id, covers.of(case.id, tag), case.spec, case.level, came.outcome, came.reason, came.seconds,
        counted=came.counted and came.stored is None,
        stored=came.stored, output=came.output, config=_config(came.config), repeat=repeat,
    )  # fmt: skip
    name = runtime.build.name
    dispute = known.disputed(case.id, tag, name)
    if dispute and came.outcome in ("passed", "failed"):
        return replace(made, outcome="disputed", disputed=dispute | {"seen": came.outcome})
    if came.outcome == "failed":
        cause = known.explained(case.id, tag, name, runtime.version, came.reason)
        return replace(made, explained=cause, private=case.escape and name != "refrun")
    return made


def repeat_words(name: str, tag: str, case: str, *more: str) -> str:
    """The command that runs one cell again."""
    words = ["tallyman", "conformance", "run", "--runtime", name, *more, "--release", tag, "--case", case]
    return shlex.join(words)


def summary(results: Sequence[Result], containers: int, oci_version: str) -> dict[str, Any]:
    """The totals of one release. Stored, skipped and not-applicable rows are no executions."""
    counts: dict[str, Any] = {
        outcome: sum(each.outcome == outcome for each in results) for outcome in OUTCOMES
    }
    return counts | {
        "total": len(results),
        "containers_created": containers,
        "oci_version": oci_version,
        "executions": sum(each.counted for each in results),
        "explained": sum(each.explained is not None for each in results),
        "stored": sum(each.stored is not None for each in results),
    }


def _config(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
