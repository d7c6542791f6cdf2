"""A result that people read differently: out of every total until a person closes the dispute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model.conformance import CaseOutcome, CaseResult, Disputed, ReleaseRun

DISPUTABLE = (CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.ERROR, CaseOutcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class Dispute:
    """`runtime` and `release` "" stand for all of them. `closed_by` is "" while the dispute is open."""

    id: int
    case: str
    runtime: str
    release: str
    by: str
    at: datetime
    link: str
    reading: str
    closed_by: str = ""
    closed_at: datetime | None = None
    closed_why: str = ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def touches(self, run: ReleaseRun) -> bool:
        """Whether it is about this runtime (by its command, its name, or name and version) and this release."""
        return self.release in ("", run.release) and self.runtime in (
            "",
            run.runtime,
            run.program,
            run.title,
        )


def apply(disputes: Sequence[Dispute], run: ReleaseRun) -> ReleaseRun:
    """The run with the results of open disputes as disputed; each keeps what the case gave."""
    open_ = {each.case: each for each in disputes if each.is_open and each.touches(run)}
    if not open_:
        return run
    return replace(run, results=tuple(_result(open_.get(each.case), each) for each in run.results))


def _result(dispute: Dispute | None, result: CaseResult) -> CaseResult:
    if dispute is None or result.outcome not in DISPUTABLE:
        return result
    said = Disputed(dispute.by, dispute.link, dispute.reading, f"{dispute.at:%Y-%m-%d}", result.outcome)
    return replace(result, outcome=CaseOutcome.DISPUTED, disputed=said)
