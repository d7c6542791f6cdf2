"""The readiness report: whether a release is ready, why, and who can act, as Markdown, HTML, text and JSON."""

from dataclasses import dataclass
from typing import Any

from bot.model.conformance import CaseOutcome, ReleaseRun
from bot.model.release import Readiness, Verdict
from bot.reports.minutes import stamp
from bot.reports.templates import environment
from bot.reports.wording import headline, state

MOST_BYTES = 60_000
# Pieces of evidence shown for each rule, and the longest any text may be: less until the report fits.
SIZES = ((10, 300), (5, 240), (2, 160), (1, 80), (0, 40))
ALWAYS = (CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.ERROR, CaseOutcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class Change:
    """One rule whose answer is another one than in the last report that differed."""

    rule: str
    before: str
    now: str


def render(
    readiness: Readiness, runs: tuple[ReleaseRun, ...], form: str, previous: Readiness | None = None
) -> str:
    """The report in one of markdown, html and text, below 60,000 bytes.

    It holds no time of its own: as long as the facts are the same, so is every byte of it, and a comment stays untouched.
    `previous` is the last judgement that said something else.
    """
    template = environment().get_template(f"readiness.{form}.j2")
    for few, width in SIZES:
        text = template.render(
            readiness=readiness,
            runs=runs,
            columns=columns(runs),
            changes=changes(readiness, previous),
            few=few,
            width=width,
        )
        if len(text.encode()) < MOST_BYTES:
            return text
    raise AssertionError("a report without evidence must fit")  # every text and every list of it is cut


def columns(runs: tuple[ReleaseRun, ...]) -> tuple[CaseOutcome, ...]:
    """The outcomes a table of runs needs: what always matters, and whatever else occurs, so that no case is left out."""
    others = (outcome for outcome in CaseOutcome if outcome not in ALWAYS)
    return (*ALWAYS, *(outcome for outcome in others if any(run.count(outcome) for run in runs)))


def changes(readiness: Readiness, previous: Readiness | None) -> tuple[Change, ...]:
    """Which rules answer differently than in `previous`, and which are asked no more; () without one."""
    if previous is None:
        return ()
    before = {verdict.rule.id: verdict for verdict in previous.verdicts}
    now = {verdict.rule.id: verdict for verdict in readiness.verdicts}
    return tuple(
        Change(id_, _short(before.get(id_)), _short(now.get(id_)))
        for id_ in (*now, *(id_ for id_ in before if id_ not in now))
        if _short(before.get(id_)) != _short(now.get(id_))
    )


def _short(verdict: Verdict | None) -> str:
    return "not asked" if verdict is None else f"{state(verdict)}: {verdict.reason}"


def to_json(readiness: Readiness) -> dict[str, Any]:
    """The judgement as one document."""
    target = readiness.target
    return {
        "project": target.project,
        "release": target.tag,
        "family": readiness.family,
        "at": stamp(readiness.at),
        "synced_at": stamp(readiness.synced_at) if readiness.synced_at else None,
        "ready": readiness.is_ready,
        "headline": headline(readiness),
        "milestone": target.milestone.title if target.milestone else None,
        "issue": target.issue.number if target.issue else None,
        "pull": target.pull.number if target.pull else None,
        "notes": [*target.notes, *([readiness.note] if readiness.note else [])],
        "verdicts": [
            {
                "rule": verdict.rule.id,
                "gate": verdict.rule.gate,
                "force": verdict.rule.force.value,
                "outcome": verdict.outcome.value,
                "blocks": verdict.blocks,
                "reason": verdict.reason,
                "source": verdict.rule.source,
                "url": verdict.rule.url,
                "who": list(verdict.who),
                "links": [{"text": link.text, "url": link.url} for link in verdict.links],
            }
            for verdict in readiness.verdicts
        ],
    }
