"""The readiness report: whether a release is ready, why, and who can act, as Markdown, HTML, text and JSON."""

from dataclasses import dataclass
from typing import Any

from bot.model.conformance import ReleaseRun
from bot.model.release import Force, Outcome, Readiness, Verdict
from bot.reports.minutes import stamp
from bot.reports.templates import environment

MOST_BYTES = 60_000
LENGTHS = (10, 5, 2, 0)  # pieces of evidence shown for each gate; fewer until the report fits
FORMS = ("markdown", "html", "text", "json")
SIGNS = {
    Outcome.PASSED: "✅",
    Outcome.FAILED: "❌",
    Outcome.UNKNOWN: "❓",
    Outcome.WAIVED: "➖",
    Outcome.NOT_APPLICABLE: "➖",
}
MILD = {Force.SHOULD: "⚠️", Force.INFO: "ℹ️"}  # what does not stand in the way must not look as if it did
WORDS = {outcome: outcome.value.replace("_", " ").lower() for outcome in Outcome}


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
    for few in LENGTHS:
        text = template.render(
            readiness=readiness,
            runs=runs,
            changes=changes(readiness, previous),
            few=few,
            sign=sign,
            words=WORDS,
            headline=headline(readiness),
        )
        if len(text.encode()) < MOST_BYTES:
            return text
    raise AssertionError("a report without evidence must fit")  # the rule sets and notes are ours and short


def sign(verdict: Verdict) -> str:
    """A picture beside the word: the word is what counts."""
    if verdict.outcome is Outcome.FAILED:
        return MILD.get(verdict.rule.force, SIGNS[verdict.outcome])
    return SIGNS[verdict.outcome]


def headline(readiness: Readiness) -> str:
    """The verdict in one line, with its reason."""
    if not readiness.verdicts:
        return f"Unknown: {readiness.note or 'no rule was applied'}"
    if readiness.is_ready:
        open_ = [
            verdict for verdict in readiness.verdicts if verdict.outcome in (Outcome.FAILED, Outcome.UNKNOWN)
        ]
        return "Ready: nothing that must hold is missing" + (
            f"; {len(open_)} more to look at" if open_ else ""
        )
    count = len(readiness.blocking)
    return f"Not ready: {count} of {_musts(readiness)} that must hold {'is' if count == 1 else 'are'} missing"


def _musts(readiness: Readiness) -> int:
    return sum(verdict.rule.force == "MUST" for verdict in readiness.verdicts)


def changes(readiness: Readiness, previous: Readiness | None) -> tuple[Change, ...]:
    """Which rules answer differently than in `previous`; () without one."""
    if previous is None:
        return ()
    before = {verdict.rule.id: verdict for verdict in previous.verdicts}
    return tuple(
        Change(verdict.rule.id, _short(before.get(verdict.rule.id)), _short(verdict))
        for verdict in readiness.verdicts
        if _short(before.get(verdict.rule.id)) != _short(verdict)
    )


def _short(verdict: Verdict | None) -> str:
    return "not asked" if verdict is None else f"{WORDS[verdict.outcome]}: {verdict.reason}"


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
