"""Where runtimes differ: what recorded runs say of each requirement, by the cases that cover it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.conformance import covers, known

# What a case gave, in the words of a conformance document and in those of `make peers`. Everything else is no answer: a property
# that came after the runtime's own claim, a host that cannot tell.
KEPT = {"passed": True, "yes": True, "failed": False, "no": False, "not always": False}


class NoResults(Exception):
    """A file that holds neither a conformance document nor a record of `make peers`; the text says which."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """One build of one runtime on one day."""

    name: str
    version: str
    at: str
    host: str

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Tried:
    """One case at one release. `why` and `link` are the known cause of a failure, "" for none."""

    runtime: Runtime
    release: str
    case: str
    kept: bool
    seen: str
    why: str = ""
    link: str = ""


def read(paths: Iterable[Path]) -> tuple[Tried, ...]:
    """What the documents say. Raises NoResults and OSError."""
    return tuple(tried for path in paths for tried in _read(path))


def by_requirement(found: Iterable[Tried]) -> dict[str, list[Tried]]:
    """id -> the newest answers of each runtime, for the requirements that some runtime does not keep and another does.

    A runtime that keeps it is there with one of its cases.
    """
    every: dict[str, list[Tried]] = {}
    for tried in _newest(found):
        for id_ in covers.of(tried.case, tried.release):
            every.setdefault(id_, []).append(tried)
    return {
        id_: rows
        for id_, rows in every.items()
        if {row.kept for row in rows} == {True, False} and _differ(rows)
    }


def _differ(rows: Sequence[Tried]) -> bool:
    """Whether one runtime fails where another keeps everything: a runtime that differs from itself only is no difference."""
    failing = {row.runtime.name for row in rows if not row.kept}
    return bool({row.runtime.name for row in rows} - failing)


def _newest(found: Iterable[Tried]) -> list[Tried]:
    """Of each runtime and case the answer at the newest release: what a runtime claims today is what it is asked for."""
    from runtime.conformance.requirements.history import order

    newest: dict[tuple[str, str], Tried] = {}
    for tried in found:
        key = (tried.runtime.title, tried.case)
        if key not in newest or order(newest[key].release) < order(tried.release):
            newest[key] = tried
    return list(newest.values())


def _read(path: Path) -> Iterator[Tried]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = list(_of_peers(document) if "behaviours" in document else _of_runs(document))
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise NoResults(
            f"{path} holds no results ({type(broken).__name__}: {broken}); give a document of `conformance run --json`"
        ) from None
    yield from found


def _of_runs(document: Mapping[str, Any]) -> Iterator[Tried]:
    told, host = document["runtime"], document["host"]
    name = told.get("name") or Path(told["command"].split()[0]).name
    version = told["version"].removeprefix(f"{name} version ")
    runtime = Runtime(
        name, version, document.get("at", "")[:10], f"Linux {host['kernel']}, cgroup {host['cgroup']}"
    )
    for run in document["runs"]:
        for result in run["results"]:
            if result["outcome"] in KEPT and not result.get("private"):
                yield Tried(
                    runtime, run["release"], result["case"], KEPT[result["outcome"]], result["reason"],
                    *_said(result.get("explained")),
                )  # fmt: skip


def _of_peers(document: Mapping[str, Any]) -> Iterator[Tried]:
    runtimes = {
        name: Runtime(name, told["told"], document["at"][:10], f"{document['host'].partition(',')[0]}, cgroup {document['cgroup']}")
        for name, told in document["runtimes"].items()
    }  # fmt: skip
    for row in document["behaviours"]:
        for name, cell in row["cells"].items():
            if cell["word"] in KEPT:
                seen, release, kept = cell["seen"], cell["release"], KEPT[cell["word"]]
                cause = None
                if not kept:
                    cause = known.explained(row["case"], release, name, runtimes[name].version, seen)
                yield Tried(runtimes[name], release, row["case"], kept, seen, *_said(cause))


def _said(cause: Mapping[str, str] | None) -> tuple[str, str]:
    return (cause["why"], cause["link"]) if cause else ("", "")
