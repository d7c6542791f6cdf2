"""The document of `conformance run --json`, read strictly: from the runner, from a file, or from somebody else's machine."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from bot.model.conformance import (
    CaseOutcome,
    CaseResult,
    Claims,
    Disputed,
    Explained,
    HostFacts,
    Level,
    ReleaseRun,
)
from bot.model.errors import BadInput

MOST_BYTES = 128 * 1024 * 1024  # all releases with every bundle that failed are a tenth of this
MOST_CONFIG = 512 * 1024
AHEAD = timedelta(days=1)  # how far another host's clock may go before ours
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
RELEASE = r"^v\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$"


@dataclass(frozen=True, slots=True)
class Results:
    """A document without what cannot be kept, and its runs. `notes` are what had to be assumed."""

    document: dict[str, Any]
    runs: tuple[ReleaseRun, ...]
    notes: tuple[str, ...]


def read_file(path: Path, now: datetime) -> Results:
    """Raises BadInput with what is wrong with the file, and where."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as failed:
        raise BadInput(f"{path} cannot be read ({failed.strerror})", do="check the path") from None
    if len(raw) > MOST_BYTES:
        raise BadInput(f"{path} is larger than {MOST_BYTES >> 20} MB", do="import its releases one by one")
    try:
        return read(raw, now)
    except Unreadable as wrong:
        raise BadInput(
            f"{path}: {wrong}", do="give a document of `tallyman conformance run --json`"
        ) from None


class Unreadable(ValueError):
    """The text is no document of results; the words say where."""


def read(raw: bytes | str, now: datetime) -> Results:
    """The document and its runs; `now` is the time of one that has none. Raises Unreadable."""
    if not raw.strip():
        raise Unreadable("it is empty")
    try:
        document = _cleaned(json.loads(raw))
        found = _Document.model_validate_json(json.dumps(document), strict=True)
    except ValidationError as wrong:
        raise Unreadable(_in_words(wrong.errors(include_url=False))) from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    except ValueError as wrong:
        raise Unreadable(f"it is no JSON ({wrong})") from None
    notes = []
    if found.at is None:
        notes.append("it does not say when it was made; the time of reading is taken")
    elif found.at > now + AHEAD:
        raise Unreadable(f"it was made in the future ({found.at.isoformat()}): mend the clock of that host")
    for what, names in (("release", [run.release for run in found.runs]), *_cases(found)):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise Unreadable(f"the {what} {twice[0]} is there twice")
    return Results(document, tuple(_run(found, run, found.at or now) for run in found.runs), tuple(notes))


def _cases(found: "_Document") -> list[tuple[str, list[str]]]:
    return [(f"case of {run.release}", [each.case for each in run.results]) for run in found.runs]


def _in_words(problems: Sequence[ErrorDetails]) -> str:
    """The first problem with its place, and how many there are."""
    first = problems[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
    said = f"{place}: {first['msg']}" if place else first["msg"]
    if first["type"] == "missing":
        said = f"{place} is missing"
    more = f", and {len(problems) - 1} more problems" if len(problems) > 1 else ""
    return f"{said[:300]}{more}"


# --- the shape


def _cleaned(value: Any) -> Any:
    """Without what no database takes, and a program under test may print: a NUL, half a surrogate pair, a number that is none."""
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def _small(config: dict[str, JsonValue] | None) -> dict[str, JsonValue] | None:
    if config is not None and len(json.dumps(config)) > MOST_CONFIG:
        raise ValueError(f"it is larger than {MOST_CONFIG >> 10} kB")
    return config


Word = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"\S")]
Text = Annotated[str, Field(max_length=20_000)]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d\d-\d\d.*)?$", max_length=40)]


class _Part(BaseModel):
    """What is not known is left alone: a later runner may say more."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _Claims(_Part):
    min: Word
    max: Word
    by: Word = Field("", alias="from")


class _Runtime(_Part):
    command: Name
    version: Word
    name: Word = ""
    build: Word = ""
    digest: Word = ""
    claims: _Claims | None = None


class _Host(_Part):
    kernel: Name
    machine: Name
    cgroup: Word
    rights: Word = ""
    euid: int | None = None
    rootfs: Word = ""
    lsms: tuple[Word, ...] = ()
    facts: dict[Word, Literal[True] | Word] = {}


class _Explained(_Part):
    why: Text
    link: Word
    kind: Word = ""
    anchor: Word = ""


class _Disputed(_Part):
    by: Word
    link: Word
    reading: Text
    since: Day = ""
    seen: Literal["passed", "failed", "skipped", "error", ""] = ""


class _Result(_Part):
    case: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*(/[\w.-]+)*$", max_length=200)]
    requirements: tuple[Word, ...]
    sections: tuple[Word, ...] = ()
    level: Literal["MUST", "SHOULD", "MAY"]
    outcome: Literal["passed", "failed", "skipped", "not-applicable", "not-claimed", "disputed", "error"]
    reason: Text
    seconds: Annotated[float, Field(ge=0, le=86_400)]
    counted: bool = False
    explained: _Explained | None = None
    disputed: _Disputed | None = None
    private: bool = False
    stored: AwareDatetime | None = None
    output: Text = ""
    config: Annotated[dict[str, JsonValue] | None, AfterValidator(_small)] = None
    repeat: Text = ""


class _Summary(_Part):
    containers_created: Annotated[int, Field(ge=0)] = 0


class _Run(_Part):
    release: Annotated[str, Field(pattern=RELEASE, max_length=60)]
    results: Annotated[tuple[_Result, ...], Field(max_length=20_000)]
    summary: _Summary = _Summary()
    like: Word | None = None
    untested: tuple[Word, ...] | None = None


class _Document(_Part):
    suite: Word = ""
    at: AwareDatetime | None = None
    runtime: _Runtime
    host: _Host
    runs: Annotated[tuple[_Run, ...], Field(min_length=1, max_length=200)]


# --- as the model's values


def _run(document: _Document, run: _Run, at: datetime) -> ReleaseRun:
    runtime, claims = document.runtime, document.runtime.claims
    facts = _facts(document.host)
    return ReleaseRun(
        run.release, runtime.command, runtime.version, _in_a_few_words(facts), at, tuple(map(_result, run.results)),
        name=runtime.name, build=runtime.build, digest=runtime.digest,
        claims=Claims(claims.min, claims.max, claims.by) if claims else None,
        suite=document.suite, facts=facts, like=run.like or "", untested=run.untested or (),
        containers=run.summary.containers_created,
    )  # fmt: skip


def _facts(host: _Host) -> HostFacts:
    rights = host.rights or {None: "", 0: "root"}.get(host.euid, "user")
    facts = tuple(
        sorted((fact, "" if why is True else why or "it does not") for fact, why in host.facts.items())
    )
    return HostFacts(host.kernel, host.machine, host.cgroup, rights, host.rootfs, host.lsms, facts)


def _in_a_few_words(host: HostFacts) -> str:
    words = [f"Linux {host.kernel} {host.machine}", f"cgroup {host.cgroup}"]
    words += [f"LSM {'+'.join(host.lsms)}"] if host.lsms else []
    words += ["an ordinary user"] if host.rights == "user" else []
    return ", ".join(words)


def _result(raw: _Result) -> CaseResult:
    cause, dispute = raw.explained, raw.disputed
    explained = Explained(cause.why, cause.link, cause.kind, cause.anchor) if cause else None
    disputed = None
    if dispute:
        was = CaseOutcome(dispute.seen) if dispute.seen else None
        disputed = Disputed(dispute.by, dispute.link, dispute.reading, dispute.since, was)
    return CaseResult(
        raw.case, raw.requirements, Level(raw.level), CaseOutcome(raw.outcome), raw.reason, raw.seconds,
        raw.sections, raw.counted, raw.private, explained, disputed, raw.stored, raw.output, raw.config, raw.repeat,
    )  # fmt: skip
