"""The run as a terminal shows it: what is not as it should be, then the totals of each release."""

from collections.abc import Iterator
from typing import Any

from runtime.conformance.formats import words

QUIET = ("passed", "not-applicable", "not-claimed")


def page(document: dict[str, Any]) -> str:
    return "\n".join(_lines(document)) + "\n"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"{words.title(document)} on {words.host(document)}"
    yield f"held to {words.claims(document)}"
    for run in document["runs"]:
        for result in run["results"]:
            if result["outcome"] not in QUIET:
                yield from _row(run["release"], result)
    for run in document["runs"]:
        summary = run["summary"]
        yield f"{run['release']:<12} {words.totals(summary)}; {summary['containers_created']} containers, {summary['executions']} executions"
        if "like" in run:
            new = (
                "what it adds"
                if run["untested"] is None
                else f"{len(run['untested'])} requirements that it adds"
            )
            yield f"{'':<12} tested as {run['like']}; {new}: untested"
    yield from _stored(document)
    yield from _expected(document.get("expect"))


def _row(release: str, result: dict[str, Any]) -> Iterator[str]:
    private = f" ({words.PRIVATE})" if result["private"] else ""
    yield f"  {release:<12} {words.shape(result)} {words.word(result):<16} {result['case']}: {result['reason']}{private}"
    if cause := result["explained"]:
        yield f"{'':<15} because {cause['why']} {cause['link']}".rstrip()
    if dispute := result["disputed"]:
        yield f"{'':<15} {dispute['by']} since {dispute['since']}: {dispute['reading']} {dispute['link']}".rstrip()


def _stored(document: dict[str, Any]) -> Iterator[str]:
    times = sorted({each["stored"] for run in document["runs"] for each in run["results"] if each["stored"]})
    if times:
        count = sum(run["summary"]["stored"] for run in document["runs"])
        when = times[0] if len(times) == 1 else f"{times[0]} to {times[-1]}"
        yield (
            f"{count} results are stored ones, of {when}: runtime, suite, release and host are unchanged; --fresh runs them again"
        )


def _expected(expect: dict[str, Any] | None) -> Iterator[str]:
    if expect is None:
        return
    for change in expect["changes"]:
        yield f"  {change['release']:<12} {change['what']}: {change['case']} (expected {change['expected']}, saw {change['seen']})"
    for each in expect["notes"]:
        yield f"  {each}"
    yield (
        f"{len(expect['changes'])} changes against {expect['file']}"
        if expect["changes"]
        else f"as {expect['file']} expects"
    )
