"""What the cases of one spec release gave on one runtime, where, and who says so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class CaseOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not-applicable"
    NOT_CLAIMED = "not-claimed"
    DISPUTED = "disputed"
    ERROR = "error"


class Level(StrEnum):
    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


ANSWERS = (CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.ERROR)  # the case truly gave one
BAD = (CaseOutcome.FAILED, CaseOutcome.ERROR)


@dataclass(frozen=True, slots=True)
class Explained:
    """A known cause of a failure: a `bug` with its link, or a limit of the `kernel`. The result stays failed.

    `anchor` is the specification's own place (config.md#hooks), "" where nobody named it.
    """

    why: str
    link: str
    kind: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Disputed:
    """Which reading of the sentence is in dispute, by whom, and where it is talked about; `was` is what the case gave."""

    by: str
    link: str
    reading: str
    since: str = ""  # a day, or "" where the suite's own list has none
    was: CaseOutcome | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """`requirements` are the ids that the case covers at this release, `sections` the places (file#anchor) it is about.

    `counted`: the runtime made a container process, or the case tests a refusal. `stored`: taken over from a run of that time.
    `private`: the case shows an escape in a runtime that is not ours; only the operator sees it.
    """

    case: str
    requirements: tuple[str, ...]
    level: Level
    outcome: CaseOutcome
    reason: str
    seconds: float
    sections: tuple[str, ...] = ()
    counted: bool = False
    private: bool = False
    explained: Explained | None = None
    disputed: Disputed | None = None
    stored: datetime | None = None
    output: str = ""
    config: Mapping[str, Any] | None = None
    repeat: str = ""

    @property
    def is_bad(self) -> bool:
        return self.outcome in BAD


@dataclass(frozen=True, slots=True)
class Claims:
    """The releases that a runtime is held to, both ends included; `by` is --claims, features or probing."""

    min: str
    max: str
    by: str


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What the results depend on besides the runtime. `facts` are (fact, "" where it holds, else why not)."""

    kernel: str
    machine: str
    cgroup: str
    rights: str = ""
    rootfs: str = ""
    lsms: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Vouch:
    """Who says that results of another host are true, why, and when that was said."""

    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseRun:
    """One run of one release's cases. `runtime` is the command as it was given, `at` when the run ended.

    `digest` is of the program, `suite` of the cases: the same digest is the same thing. `vouched` None: our own run.
    `id` is the record's and `document` that of the run of all releases, by which `conformance diff` knows it; 0 for what is not kept. `like` is the release as which
    an unknown one was tested, `untested` the ids that it adds.
    """

    release: str
    runtime: str
    runtime_version: str
    host: str  # kernel and cgroup layout in a few words
    at: datetime
    results: tuple[CaseResult, ...]
    name: str = ""
    build: str = ""
    digest: str = ""
    claims: Claims | None = None
    suite: str = ""
    facts: HostFacts | None = None
    vouched: Vouch | None = None
    like: str = ""
    untested: tuple[str, ...] = ()
    containers: int = 0
    id: int = field(default=0, compare=False)
    document: int = field(default=0, compare=False)

    def count(self, outcome: CaseOutcome) -> int:
        return sum(result.outcome == outcome for result in self.results)

    @property
    def tested(self) -> int:
        """Cases that truly gave an answer; skipped, disputed and not-applicable ones did not."""
        return sum(result.outcome in ANSWERS for result in self.results)

    @property
    def executions(self) -> int:
        """Results for which a container process was made or a refusal was tried in this very run."""
        return sum(result.counted and result.stored is None for result in self.results)

    @property
    def program(self) -> str:
        """The runtime as people call it: `runc`, also when it was given as /usr/sbin/runc."""
        return self.name or self.runtime

    @property
    def title(self) -> str:
        """Never a bare name: the exact version, and the build where that says more."""
        version = self.runtime_version
        for words in (f"{self.program} version ", f"{self.program} ", "version "):
            version = version.removeprefix(words)
        told = f"{self.program} {version}" if version else f"{self.program}, version not told"
        return told if not self.build or self.build in version else f"{told}, build {self.build}"

    @property
    def public(self) -> "ReleaseRun":
        """The run as everybody may see it: a private result leaves no trace in it, not even a count."""
        if not any(result.private for result in self.results):
            return self
        return replace(self, results=tuple(result for result in self.results if not result.private))


def age(tag: str) -> tuple[int, ...]:
    """A release's tag as numbers that compare: v1.0.0-rc6 comes before v1.0.0; what is no tag comes first."""
    match = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)(?:-rc\.?(\d+))?.*", tag)
    if match is None:
        return (-1,)
    major, minor, patch, candidate = match.groups()
    return int(major), int(minor), int(patch), int(candidate or 1000)
