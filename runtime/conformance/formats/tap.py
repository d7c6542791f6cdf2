"""The Test Anything Protocol, version 14: a subtest for each release."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from runtime.conformance.formats import words

GOOD = ("passed", "skipped", "not-applicable", "not-claimed", "disputed")
SOME = 600  # characters of output; the JSON document has more


def page(document: dict[str, Any]) -> str:
    return "\n".join(_lines(document)) + "\n"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield "TAP version 14"
    yield f"# {_plain(words.title(document))} on {_plain(words.host(document))}"
    yield f"# held to {words.claims(document)}"
    yield f"1..{len(document['runs'])}"
    for number, run in enumerate(document["runs"], 1):
        yield f"# Subtest: {run['release']}"
        yield from (f"    {line}" for line in _subtest(run["results"]))
        good = all(each["outcome"] in GOOD for each in run["results"])
        yield f"{'ok' if good else 'not ok'} {number} - {run['release']}"


def _subtest(results: list[dict[str, Any]]) -> Iterator[str]:
    yield f"1..{len(results)}"
    for number, each in enumerate(results, 1):
        result = words.published(each)
        outcome = result["outcome"]
        skip = (
            ""
            if outcome in ("passed", "failed", "error")
            else f" # SKIP {outcome}: {_plain(result['reason'])}"
        )
        yield f"{'ok' if outcome in GOOD else 'not ok'} {number} - {_escaped(result['case'])}{skip}"
        if outcome not in GOOD:
            yield from _diagnostics(result)


def _diagnostics(result: Mapping[str, Any]) -> Iterator[str]:
    """A block of YAML; its scalars are JSON's, which YAML reads as they are."""
    yield "  ---"
    rows = {
        "message": result["reason"],
        "severity": result["level"] if result["outcome"] == "failed" else "error",
    }
    rows |= {"sections": result["sections"], "repeat": result["repeat"], "output": result["output"][-SOME:]}
    if cause := result["explained"]:
        rows["explained"] = f"{cause['why']} {cause['link']}".strip()
    for name, value in rows.items():
        if value:
            yield f"  {name}: {json.dumps(value)}"
    yield "  ..."


def _plain(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("#", "\\#")
