"""The matrix: what each release's cases gave on each runtime, in one version on one host by one voucher a column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.conformance import ANSWERS, BAD, CaseOutcome, CaseResult, Level, ReleaseRun, age
from bot.model.errors import WrongRequest
from bot.reports.quoting import cut


class Filter(StrEnum):
    DIFFERS = "differs"
    REGRESSED = "regressed"
    ONE_FAILS = "one-fails"
    UNTESTED = "untested"
    EXPLAINED = "explained"
    DISPUTED = "disputed"


class By(StrEnum):
    RELEASE = "release"
    FILE = "file"
    SECTION = "section"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be shown; empty means all. `whose` is the runtime whose cell the filter asks about, "" for any."""

    filter: Filter | None = None
    whose: str = ""
    releases: tuple[str, ...] = ()
    runtimes: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    by: By = By.RELEASE

    @property
    def lists_cases(self) -> bool:
        return self.by is By.CASE or self.filter is not None or self.is_close

    @property
    def is_close(self) -> bool:
        """Whether single cases are looked at, so that what they saw is to be shown too."""
        return bool(self.cases or self.requirements)


@dataclass(frozen=True, slots=True)
class Column:
    """`number` is its name on the page; `runs` are the newest ones, by release."""

    number: int
    head: ReleaseRun
    runs: Mapping[str, ReleaseRun]

    @property
    def title(self) -> str:
        """Results of others are never taken for our own: the name says so wherever it stands."""
        vouched = self.head.vouched
        title = cut(self.head.title, 80)
        return f"{title} (vouched for by {cut(vouched.by, 40)})" if vouched else title

    def is_of(self, runtime: str) -> bool:
        head = self.head
        return runtime.casefold() in {
            each.casefold() for each in (head.runtime, head.program, head.title, f"[{self.number}]")
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """`regressed` names the earlier run in which the case passed, `fell` the release before at which it still passes."""

    result: CaseResult | None = None
    regressed: str = ""
    fell: str = ""

    @property
    def outcome(self) -> CaseOutcome | None:
        return self.result.outcome if self.result else None

    @property
    def has_answer(self) -> bool:
        return self.outcome in ANSWERS

    @property
    def is_bad(self) -> bool:
        return self.outcome in BAD


@dataclass(frozen=True, slots=True)
class Row:
    """One case at one release: a cell for each column."""

    release: str
    case: str
    level: Level
    sections: tuple[str, ...]
    requirements: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(slots=True)
class Tally:
    """How many cells are what. `failed` is by level, so that a MUST and a SHOULD never become one number."""

    passed: int = 0
    failed: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    others: dict[CaseOutcome, int] = field(default_factory=dict)
    none: int = 0
    explained: int = 0
    regressed: int = 0

    def add(self, cell: Cell) -> None:
        result = cell.result
        if result is None:
            self.none += 1
        elif result.outcome is CaseOutcome.PASSED:
            self.passed += 1
        elif result.outcome is CaseOutcome.FAILED:
            self.failed[result.level] += 1
            self.explained += result.explained is not None
        else:
            self.others[result.outcome] = self.others.get(result.outcome, 0) + 1
        self.regressed += bool(cell.regressed or cell.fell)

    @property
    def errors(self) -> int:
        return self.others.get(CaseOutcome.ERROR, 0)

    @property
    def tested(self) -> int:
        return self.passed + sum(self.failed.values()) + self.errors


@dataclass(frozen=True, slots=True)
class Matrix:
    question: Question
    columns: tuple[Column, ...]
    releases: tuple[str, ...]  # newest first
    rows: tuple[Row, ...]

    def totals(self, by: By) -> dict[tuple[str, str], tuple[Tally, ...]]:
        """{(release, place): a tally for each column}; a case of two sections counts in both. Place is "" by release."""
        found: dict[tuple[str, str], tuple[Tally, ...]] = {}
        for row in self.rows:
            for place in _places(row, by):
                tallies = found.setdefault((row.release, place), tuple(Tally() for _ in self.columns))
                for tally, cell in zip(tallies, row.cells, strict=True):
                    tally.add(cell)
        return found


def _places(row: Row, by: By) -> tuple[str, ...]:
    if by is By.RELEASE:
        return ("",)
    sections = row.sections or ("elsewhere",)
    return tuple(dict.fromkeys(each.partition("#")[0] for each in sections)) if by is By.FILE else sections


def build(
    runs: Iterable[ReleaseRun], question: Question, earlier: Mapping[int, Sequence[ReleaseRun]] | None = None
) -> Matrix:
    """The matrix of the newest runs; `earlier` are the runs before each, by id. Raises WrongRequest for what is not there."""
    every = _columns(runs)
    columns = _chosen(every, question)
    releases = sorted({release for column in columns for release in column.runs}, key=age, reverse=True)
    _refuse_unknown(releases, question)
    if question.releases:
        releases = [release for release in releases if release in question.releases]
    cells = [_cells(column, earlier or {}) for column in columns]
    rows = [row for release in releases for row in _rows(release, cells) if _is_asked(row, question, columns)]
    return Matrix(question, columns, tuple(releases), tuple(rows))


def _columns(runs: Iterable[ReleaseRun]) -> tuple[Column, ...]:
    found: dict[tuple[str, ...], dict[str, ReleaseRun]] = {}
    for run in sorted(runs, key=lambda run: (run.at, run.id)):
        vouched = run.vouched.by if run.vouched else ""
        key = (vouched, run.program, run.title, run.host, run.runtime)
        found.setdefault(key, {})[run.release] = run
    made = (found[key] for key in sorted(found, key=lambda key: (bool(key[0]), *key[1:], key[0])))
    return tuple(
        Column(n, max(by_release.values(), key=lambda run: (run.at, age(run.release))), by_release)
        for n, by_release in enumerate(made, start=1)
    )


def _chosen(columns: tuple[Column, ...], question: Question) -> tuple[Column, ...]:
    for name in (*question.runtimes, *([question.whose] if question.whose else ())):
        if not any(column.is_of(name) for column in columns):
            here = sorted({column.head.program for column in columns})
            raise WrongRequest(
                f"no run of {name} is recorded",
                do=f"there are runs of {', '.join(here)}"
                if here
                else "run `tallyman conformance run --save` first",
            )
    if not question.runtimes:
        return columns
    return tuple(column for column in columns if any(map(column.is_of, question.runtimes)))


def _refuse_unknown(releases: Sequence[str], question: Question) -> None:
    for release in question.releases:
        if release not in releases:
            raise WrongRequest(
                f"no run of {release} is recorded",
                do=f"there are runs of {', '.join(releases)}"
                if releases
                else "run `tallyman conformance run --save` first",
            )


def _cells(column: Column, earlier: Mapping[int, Sequence[ReleaseRun]]) -> dict[str, dict[str, Cell]]:
    """{release: {case: cell}} of a column. A failure is marked where the case passed before: in an earlier run, or at the
    last release before at which it gave an answer."""
    found: dict[str, dict[str, Cell]] = {}
    last: dict[str, tuple[str, CaseOutcome]] = {}
    for release in sorted(column.runs, key=age):
        run = column.runs[release]
        before = [(old, {result.case: result for result in old.results}) for old in earlier.get(run.id, ())]
        cells = found.setdefault(release, {})
        for result in run.results:
            regressed = fell = ""
            if result.is_bad:
                regressed = next(
                    (_named(old, run) for old, results in before if _passed(results.get(result.case))), ""
                )
                where, was = last.get(result.case, ("", None))
                fell = where if was is CaseOutcome.PASSED else ""
            cells[result.case] = Cell(result, regressed, fell)
            if result.outcome in ANSWERS:
                last[result.case] = (release, result.outcome)
    return found


def _passed(result: CaseResult | None) -> bool:
    return result is not None and result.outcome is CaseOutcome.PASSED


def _named(old: ReleaseRun, run: ReleaseRun) -> str:
    return f"run {old.document}" + (f", {old.title}" if old.title != run.title else "")


def _rows(release: str, columns: Sequence[Mapping[str, Mapping[str, Cell]]]) -> Iterable[Row]:
    here = [column.get(release, {}) for column in columns]
    for case in sorted({case for cells in here for case in cells}):
        cells = tuple(each.get(case, Cell()) for each in here)
        first = next(cell.result for cell in cells if cell.result is not None)
        yield Row(release, case, first.level, first.sections, first.requirements, cells)


def _is_asked(row: Row, question: Question, columns: Sequence[Column]) -> bool:
    if question.cases and row.case not in question.cases:
        return False
    if question.requirements and not set(question.requirements) & set(row.requirements):
        return False
    if question.sections and not any(
        _is_within(place, asked) for place in row.sections for asked in question.sections
    ):
        return False
    if question.filter is None:
        return True
    own = [
        cell
        for cell, column in zip(row.cells, columns, strict=True)
        if not question.whose or column.is_of(question.whose)
    ]
    return _holds(question.filter, row.cells, own)


def _is_within(place: str, asked: str) -> bool:
    """`config.md` has all of its sections, `#seccomp` is that section of whatever file."""
    return (
        place == asked or place.startswith(f"{asked}#") or (asked.startswith("#") and place.endswith(asked))
    )


def _holds(asked: Filter, cells: Sequence[Cell], own: Sequence[Cell]) -> bool:
    """Whether a filter holds for `own` cells of a row. What gave no answer neither differs nor fails."""
    answers = [cell for cell in cells if cell.has_answer]
    bad = [cell for cell in answers if cell.is_bad]
    match asked:
        case Filter.DIFFERS:
            return any(
                cell.has_answer and any(cell.is_bad != other.is_bad for other in answers) for cell in own
            )
        case Filter.ONE_FAILS:
            return len(bad) == 1 < len(answers) and any(cell is bad[0] for cell in own)
        case Filter.REGRESSED:
            return any(cell.regressed or cell.fell for cell in own)
        case Filter.UNTESTED:
            return any(cell.outcome in (None, CaseOutcome.SKIPPED) for cell in own)
        case Filter.EXPLAINED:
            return any(cell.result is not None and cell.result.explained is not None for cell in own)
        case Filter.DISPUTED:
            return any(cell.outcome is CaseOutcome.DISPUTED for cell in own)
