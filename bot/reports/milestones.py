"""A milestone's story as JSON and as a text page. Each fact has the address where it can be seen."""

from datetime import datetime
from typing import Any

from bot.model.followup import SeenDecision
from bot.model.history import Turn
from bot.model.milestone import Member, Promise, ScopeChange, Slip, Story
from bot.model.tracker import Milestone
from bot.reports import milestone_words as words
from bot.reports.milestone_words import Outlook
from bot.reports.minutes_json import stamp
from bot.reports.templates import day, environment

OFTEN = 3  # moves from which on an issue is named as moved often


def text(milestone: Milestone, story: Story, outlook: Outlook) -> str:
    promise = story.promise
    return (
        environment()
        .get_template("milestone.text.j2")
        .render(
            milestone=milestone,
            story=story,
            outlook=list(words.outlook(outlook)),
            slips=[words.slip(each) for each in story.slips],
            promised=words.kept(promise.promised) if promise else "",
            added=words.kept(promise.added) if promise else "",
            members=[(f"#{each.issue.number}", words.member(each)) for each in story.open],
            changes=[(day(each.turn.at), words.change(each)) for each in story.changes],
        )
    )


def to_json(story: Story, outlook: Outlook) -> dict[str, Any]:
    """`days` are the ends of UTC days; `ages` are days; every turn says how it is known and where to look."""
    return {
        "at": stamp(story.at),
        "frozen": story.is_frozen,
        "scope": story.scope,
        "done": story.done,
        "remaining": story.remaining,
        "burn_up": [
            {"on": each.on.isoformat(), "scope": each.scope, "done": each.done} for each in story.days
        ],
        "flow": [
            {"week_of": week.start.isoformat(), "done": week.done, "grown": week.grown}
            for week in story.weeks
        ],
        "changes": [_change(each) for each in story.changes],
        "commitment": _promise(story.promise) if story.promise else None,
        "slips": [_slip(each) for each in story.slips],
        "open": [_member(each, story.at) for each in story.open],
        "moved_often": [each.issue.number for each in story.moved_often(OFTEN)],
        "unowned": [each.issue.number for each in story.open if not each.issue.assignees],
        "forecast": _outlook(outlook),
    }


def _change(change: ScopeChange) -> dict[str, Any]:
    return {
        "what": change.what.value,
        "number": change.number,
        "milestone": change.other or None,
        "decision": _decision(change.decision) if change.decision else None,
        **_turn(change.turn),
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {"at": stamp(turn.at), "by": turn.by or None, "known_from": turn.known.value, "url": turn.url}


def _decision(decision: SeenDecision) -> dict[str, Any]:
    return {
        "meeting": decision.meeting,
        "meeting_id": decision.meeting_id,
        "item": decision.item.id,
        "text": decision.item.text,
        "at": stamp(decision.item.at),
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "on": stamp(promise.on),
        "promised": {kept.value: list(numbers) for kept, numbers in promise.promised.items()},
        "added": {kept.value: list(numbers) for kept, numbers in promise.added.items()},
    }


def _slip(slip: Slip) -> dict[str, Any]:
    return {"from": _date(slip.before), "to": _date(slip.after), "seen_at": stamp(slip.seen_at)}


def _date(moment: datetime | None) -> str | None:
    return stamp(moment) if moment is not None else None


def _member(member: Member, at: datetime) -> dict[str, Any]:
    issue = member.issue
    return {
        "number": issue.number,
        "title": issue.title,
        "is_pull": issue.is_pull,
        "assignees": list(issue.assignees),
        "since": stamp(member.since),
        "days_here": (at - member.since).days,
        "days_open": (at - issue.created_at).days,
        "carried": member.carried,
        "through": list(member.through),
        "waits_for": member.waits_for or None,
        "url": issue.url,
    }


def _outlook(outlook: Outlook) -> dict[str, Any]:
    days = {name: getattr(outlook, name) for name in ("p50", "p85", "p95", "since")}
    return {
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "chance_of_due_date": outlook.by_due,
        "done_by_due_date": outlook.done_by_due,
        "weeks": outlook.weeks,
        "refused": outlook.refused or None,
    }
