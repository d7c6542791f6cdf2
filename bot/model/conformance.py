"""What the cases of one spec release gave on one runtime."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class CaseResult:
    case: str
    requirements: tuple[str, ...]
    level: Level
    outcome: CaseOutcome
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ReleaseRun:
    """One run of one release's cases. `runtime` is the command as it was given, `at` when the run ended."""

    release: str
    runtime: str
    runtime_version: str
    host: str  # kernel and cgroup layout in a few words
    at: datetime
    results: tuple[CaseResult, ...]

    def count(self, outcome: CaseOutcome) -> int:
        return sum(result.outcome == outcome for result in self.results)

    @property
    def tested(self) -> int:
        """Cases that truly gave an answer; skipped and not-applicable ones did not."""
        return self.count(CaseOutcome.PASSED) + self.count(CaseOutcome.FAILED) + self.count(CaseOutcome.ERROR)
