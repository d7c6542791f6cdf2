"""The matrix in words: a question as people type it, a cell and a tally as they read it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.model.conformance import CaseOutcome, Level, ReleaseRun
from bot.model.errors import WrongRequest
from bot.reports.matrix import By, Cell, Filter, Question, Tally
from bot.reports.templates import clock

FILTERS = {
    "differs": Filter.DIFFERS, "differ": Filter.DIFFERS, "regressed": Filter.REGRESSED, "regressions": Filter.REGRESSED,
    "one-fails": Filter.ONE_FAILS, "untested": Filter.UNTESTED, "explained": Filter.EXPLAINED, "disputed": Filter.DISPUTED,
}  # fmt: skip
SMALL = {"what", "which", "where", "is", "are", "at", "of", "on", "in", "for", "the", "and", "only"}
# A MUST and a SHOULD must not look alike to anybody: another word, another sign, and in HTML another outline.
FAILED = {Level.MUST: "FAILS", Level.SHOULD: "falls short", Level.MAY: "does otherwise"}
FAILED_KIND = {Level.MUST: "fails", Level.SHOULD: "short", Level.MAY: "otherwise"}
CAUSES = {"bug": "a known bug", "kernel": "a limit of the kernel"}
SIGNS = {"passes": "✅", "fails": "❌", "short": "⚠️", "otherwise": "ℹ️", "error": "💥", "quiet": "➖"}


def read_question(words: Iterable[str], question: Question | None = None) -> Question:
    """`differs runc v1.3.0`, `only one fails config.md`: a filter, whose cell it is about, releases, places, cases and ids.

    Raises WrongRequest when two filters are asked for.
    """
    found = question or Question()
    text = " ".join(words).replace(",", " ")
    text = re.sub(r"\b(only\s+)?one\s+fails\b", "one-fails", text, flags=re.I)
    for word in text.split():
        found = _read(word, found)
    return found


def _read(word: str, found: Question) -> Question:
    if word.casefold() in FILTERS:
        if found.filter is not None:
            raise WrongRequest(
                f"two filters at once ({found.filter} and {word})", do="ask for one, then for the other"
            )
        return replace(found, filter=FILTERS[word.casefold()])
    if word.casefold() in SMALL:
        return found
    if re.fullmatch(r"v\d+\.\d+\.\d+\S*", word):
        return replace(found, releases=(*found.releases, word))
    if re.search(r"\.md(#|$)|^#", word):
        return replace(found, sections=(*found.sections, word))
    if re.fullmatch(r"[0-9a-f]{10}", word):
        return replace(found, requirements=(*found.requirements, word))
    if re.fullmatch(r"[a-z][\w-]*/[\w-]+", word):
        return replace(found, cases=(*found.cases, word))
    if found.filter is not None and not found.whose:
        return replace(found, whose=word)
    return replace(found, runtimes=(*found.runtimes, word))


def asked(question: Question) -> str:
    """What of the matrix is shown, "" for all of it."""
    parts = (
        [question.filter.value + (f" {question.whose}" if question.whose else "")] if question.filter else []
    )
    parts += [
        *question.releases,
        *question.runtimes,
        *question.sections,
        *question.requirements,
        *question.cases,
    ]
    parts += [f"by {question.by.value}"] if question.by is not By.RELEASE else []
    return ", ".join(parts)


def cell_kind(cell: Cell) -> str:
    if cell.result is None:
        return "quiet"
    match cell.result.outcome:
        case CaseOutcome.PASSED:
            return "passes"
        case CaseOutcome.FAILED:
            return FAILED_KIND[cell.result.level]
        case CaseOutcome.ERROR:
            return "error"
    return "quiet"


def cell_word(cell: Cell) -> str:
    """One word for a cell. Missing is not failing."""
    if cell.result is None:
        return "no result"
    match cell.result.outcome:
        case CaseOutcome.PASSED:
            return "passes"
        case CaseOutcome.FAILED:
            return FAILED[cell.result.level]
        case CaseOutcome.ERROR:
            return "our error"
    return cell.result.outcome.value.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Note:
    words: str
    link: str = ""


def cell_notes(cell: Cell) -> tuple[Note, ...]:
    """What is known of a cell besides its word and its reason."""
    notes = []
    if result := cell.result:
        if said := result.explained:
            kind = CAUSES.get(said.kind, said.kind)
            place = f" ({said.anchor})" if said.anchor else ""
            notes.append(Note(f"explained, {kind}: {said.why}{place}", said.link))
        if dispute := result.disputed:
            was = f"; the case gave {dispute.was.value}" if dispute.was else ""
            since = f" since {dispute.since}" if dispute.since else ""
            notes.append(Note(f"disputed{since} by {dispute.by}: {dispute.reading}{was}", dispute.link))
        if result.private:
            notes.append(Note("PRIVATE: not for others' eyes"))
    if cell.regressed:
        notes.append(Note(f"regressed: it passed in {cell.regressed}"))
    if cell.fell:
        notes.append(Note(f"regressed: it passes at {cell.fell}"))
    return tuple(notes)


def tally_kind(tally: Tally) -> str:
    for level, kind in FAILED_KIND.items():
        if tally.failed[level]:
            return kind
    if tally.errors:
        return "error"
    return "passes" if tally.passed else "quiet"


def tally_words(tally: Tally) -> str:
    """`139 of 169 pass; 29 MUST FAIL, 1 SHOULD falls short, 12 of them explained; 1 skipped; 3 regressed`."""
    others = {outcome: n for outcome, n in tally.others.items() if outcome is not CaseOutcome.ERROR}
    others.pop(CaseOutcome.NOT_APPLICABLE, None)
    if not tally.tested:
        if not others and not tally.none:
            return "nothing applies"
        if not others:
            return "no result"
        if set(others) == {CaseOutcome.NOT_CLAIMED}:
            return "not claimed"
    parts = [
        f"all {tally.passed} pass"
        if tally.passed == tally.tested
        else f"{tally.passed} of {tally.tested} pass"
    ]
    parts = parts if tally.tested else []
    bad = [_failing(level, n) for level, n in tally.failed.items() if n]
    bad += [f"{tally.errors} {'is' if tally.errors == 1 else 'are'} our error"] if tally.errors else []
    bad += [f"{tally.explained} of them explained"] if tally.explained else []
    parts += [", ".join(bad)] if bad else []
    aside = [f"{n} {outcome.value.replace('-', ' ')}" for outcome, n in sorted(others.items())]
    aside += [f"{tally.none} without a result"] if tally.none else []
    parts += [", ".join(aside)] if aside else []
    parts += [f"{tally.regressed} regressed"] if tally.regressed else []
    return "; ".join(parts)


def _failing(level: Level, n: int) -> str:
    one, many = {
        Level.MUST: ("FAILS", "FAIL"),
        Level.SHOULD: ("falls short", "fall short"),
        Level.MAY: ("does otherwise", "do otherwise"),
    }[level]
    return f"{n} {level.value} {one if n == 1 else many}"


def where(run: ReleaseRun) -> tuple[str, ...]:
    """Everything a column's results depend on, and by whose word it is."""
    said = []
    if run.vouched:
        why = f": {run.vouched.why}" if run.vouched.why else ""
        said.append(f"not run here, vouched for by {run.vouched.by} on {run.vouched.at:%Y-%m-%d}{why}")
    if run.runtime not in (run.program, ""):
        said.append(f"as `{run.runtime}`")
    said.append(run.host)
    if run.facts and run.facts.rights == "root":
        said.append("as root")
    said.append(f"{f'run {run.document}' if run.document else 'run'} of {clock(run.at)}")
    if run.suite:
        said.append(f"suite {short(run.suite)}")
    if run.digest:
        said.append(f"program {short(run.digest)}")
    if run.claims:
        said.append(
            f"claims {run.claims.min} to {run.claims.max}" + (f" ({run.claims.by})" if run.claims.by else "")
        )
    return tuple(said)


def short(digest: str) -> str:
    """Enough of a digest to tell two apart."""
    kind, _, rest = digest.rpartition(":")
    return f"{kind}:{rest[:12]}" if kind else rest[:12]


def span(releases: Sequence[str]) -> str:
    """Releases, newest first, as people say them."""
    return releases[0] if len(releases) == 1 else f"{releases[-1]} to {releases[0]}"
