"""The readiness report: whether a release is ready, why, by when, and who can act, as Markdown, HTML, text and JSON."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from bot.model.conformance import CaseOutcome, ReleaseRun
from bot.model.release import Readiness, Said, Verdict
from bot.model.telling import Correction, Moved, Scope
from bot.reports import told
from bot.reports.minutes_json import stamp
from bot.reports.templates import environment
from bot.reports.votes import OUTCOMES, tally_json
from bot.reports.wording import evidence, headline, state

MOST_BYTES = 60_000
# Pieces of evidence for each rule, rows of each other list, and the longest any text may be: less until the report fits.
SIZES = ((10, 40, 300), (5, 20, 240), (2, 10, 160), (1, 5, 80), (0, 3, 40), (0, 2, 16))
MOST_RULES = 100
BLANK_LINES = re.compile(r"\n{3,}")
ALWAYS = (CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.ERROR, CaseOutcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is made of. `previous` is the last judgement that said something else; `dashboard` is its page's address."""

    readiness: Readiness
    runs: tuple[ReleaseRun, ...] = ()
    previous: Readiness | None = None
    scope: Scope | None = None
    actions: tuple[Said, ...] = ()
    corrections: tuple[Correction, ...] = ()
    dashboard: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One rule whose answer is another one than in the last report that differed."""

    rule: str
    before: str
    now: str


def render(report: Report, form: str) -> str:
    """The report in one of markdown, html and text, below 60,000 bytes.

    It holds no time of its own, and of its sources only the day: as long as the facts are the same, so is every byte of it,
    and a comment stays untouched.
    """
    template = environment().get_template(f"readiness.{form}.j2")
    readiness = report.readiness
    for few, most, width in SIZES:
        text = template.render(
            report=report,
            readiness=readiness,
            runs=report.runs,
            columns=columns(report.runs),
            changes=changes(readiness, report.previous),
            vote=readiness.beside.vote,
            outcomes=OUTCOMES,
            left_out=left_out(report, few, most),
            few=few,
            most=most,
            width=width,
            rules=MOST_RULES,
        )
        text = BLANK_LINES.sub("\n\n", text)  # where an optional part was left out
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


def left_out(report: Report, few: int, most: int) -> tuple[str, ...]:
    """What the lists of this size do not show, counted: `9990 pieces of evidence`."""
    readiness, vote = report.readiness, report.readiness.beside.vote
    scope = report.scope
    counted = (
        ("rule", max(len(readiness.verdicts) - MOST_RULES, 0)),
        ("piece", sum(max(len(evidence(verdict)) - few, 0) for verdict in readiness.verdicts)),
        ("vote", max(len(vote.tally.ballots) - most, 0) if vote else 0),
        ("concern", max(len(vote.tally.concerns) - most, 0) if vote else 0),
        ("move", sum(max(len(moves) - most, 0) for moves in (scope.added, scope.removed)) if scope else 0),
        ("action", max(len(report.actions) - most, 0)),
        ("run", max(len(report.runs) - told.RUNS, 0)),
    )
    plural = {"piece": "pieces of evidence"}
    singular = {"piece": "piece of evidence"}
    return tuple(
        f"{count} {singular.get(what, what) if count == 1 else plural.get(what, what + 's')}"
        for what, count in counted
        if count
    )


def to_json(report: Report) -> dict[str, Any]:
    """The report as one document, with nothing left out."""
    readiness = report.readiness
    target, beside = readiness.target, readiness.beside
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
        "verdicts": [_verdict(verdict) for verdict in readiness.verdicts],
        "earliest": {
            "at": stamp(beside.earliest.at) if beside.earliest.at else None,
            "why": beside.earliest.why,
            "rules_at": stamp(beside.earliest.rules_at) if beside.earliest.rules_at else None,
            "work_at": stamp(beside.earliest.work_at) if beside.earliest.work_at else None,
        }
        if beside.earliest
        else None,
        "changes": [asdict(change) for change in changes(readiness, report.previous)],
        "vote": {
            **tally_json(beside.vote.tally),
            "motion": beside.vote.heading,
            "closes_at": stamp(beside.vote.closes_at),
        }
        if beside.vote
        else None,
        "scope": _scope(report.scope) if report.scope else None,
        "actions": [
            {
                "action": told.action_name(said), "text": said.item.text, "who": list(said.item.assignees),
                "due": str(said.item.due) if said.item.due else None, "meeting": said.meeting,
            }
            for said in report.actions
        ],
        "conformance": [
            {
                "runtime": run.runtime, "version": run.runtime_version, "host": run.host, "at": stamp(run.at),
                **{column.value: run.count(column) for column in CaseOutcome},
            }
            for run in report.runs
        ],
        "sources": [
            {"name": source.name, "at": stamp(source.at) if source.at else None, "problem": source.problem}
            for source in beside.sources
        ],
        "corrections": [
            {"said": each.said, "since": stamp(each.since), "by": each.by, "at": stamp(each.at), "why": each.why}
            for each in report.corrections
        ],
    }  # fmt: skip


def _verdict(verdict: Verdict) -> dict[str, Any]:
    waiver = verdict.waiver
    return {
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
        **(
            {"waiver": {"by": waiver.by, "at": stamp(waiver.at), "why": waiver.why, "was": waiver.was}}
            if waiver
            else {}
        ),
    }


def _scope(scope: Scope) -> dict[str, Any]:
    def moved(each: Moved) -> dict[str, Any]:
        return {
            "number": each.number,
            "title": each.title,
            "url": each.url,
            "on": str(each.on),
            "to": each.to or None,
        }

    return {
        "milestone": scope.milestone,
        "open": scope.open,
        "done": scope.done,
        "set_aside": scope.set_aside,
        "since": str(scope.since) if scope.since else None,
        "added": [moved(each) for each in scope.added],
        "removed": [moved(each) for each in scope.removed],
    }
