"""The word and the shape of each state; a MUST that is broken looks like no SHOULD that is missed."""

from collections.abc import Mapping
from typing import Any

STATES = {  # outcome -> shape, word, and the class by which a page colours it
    "passed": ("✔", "passed", "passed"),
    "skipped": ("○", "skipped", "untold"),
    "not-applicable": ("–", "n/a", "untold"),
    "not-claimed": ("·", "not claimed", "untold"),
    "disputed": ("⁇", "disputed", "untold"),
    "error": ("!!", "ERROR of ours", "error"),
}
FAILED = {
    "MUST": ("✖", "FAILED a MUST", "failed"),
    "SHOULD": ("△", "misses a SHOULD", "missed"),
    "MAY": ("◇", "differs in a MAY", "missed"),
}
PRIVATE = "kept private"
WHY_PRIVATE = (
    "it shows a way out of the container: tell the runtime's own project first; the JSON document has it"
)


def shape(result: Mapping[str, Any]) -> str:
    return _state(result)[0]


def word(result: Mapping[str, Any]) -> str:
    """What stands beside the shape, with a known cause or an earlier run named."""
    found = _state(result)[1]
    if result.get("explained"):
        return f"{found}, explained"
    return found


def kind(result: Mapping[str, Any]) -> str:
    return _state(result)[2]


def title(document: Mapping[str, Any]) -> str:
    """The runtime with its exact version and build: a distribution's old package is never just `runc`."""
    runtime = document["runtime"]
    build = f", build {runtime['build']}" if runtime.get("build") else ""
    return f"{runtime['version']}{build}"


def host(document: Mapping[str, Any]) -> str:
    found = document["host"]
    around = f", in {found['around']}" if found.get("around") else ""
    return f"Linux {found['kernel']} {found['machine']}, cgroup {found['cgroup']}, as {found.get('rights', 'root')}{around}"


def claims(document: Mapping[str, Any]) -> str:
    found = document["runtime"]["claims"]
    return f"{found['min']} to {found['max']}, by {found['from']}"


def totals(summary: Mapping[str, Any]) -> str:
    """`139 passed, 27 failed (12 explained), 3 SHOULD missed, ...` of one release."""
    parts = []
    for outcome in ("passed", "failed", "error", "disputed", "skipped", "not-applicable", "not-claimed"):
        if summary[outcome]:
            more = (
                f" ({summary['explained']} explained)"
                if outcome == "failed" and summary.get("explained")
                else ""
            )
            parts.append(f"{summary[outcome]} {outcome}{more}")
    return ", ".join(parts) or "nothing"


def published(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The result as a file shows it that others may read."""
    if not result.get("private"):
        return result
    hidden = {"case": PRIVATE, "reason": WHY_PRIVATE, "output": "", "config": None, "repeat": ""}
    return {**result, **hidden, "requirements": [], "sections": [], "explained": None}


def _state(result: Mapping[str, Any]) -> tuple[str, str, str]:
    return FAILED[result["level"]] if result["outcome"] == "failed" else STATES[result["outcome"]]
