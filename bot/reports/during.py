"""A meeting beside the tracker, as a text page and as JSON."""

from itertools import groupby
from typing import Any

from bot.model.followup import SeenDecision
from bot.model.history import Event, What
from bot.model.meeting import Item
from bot.reports.minutes_json import stamp
from bot.reports.plain import hang, short, underlined

WORDS = {
    What.MILESTONED: "put into {}",
    What.DEMILESTONED: "taken out of {}",
    What.CLOSED: "closed",
    What.REOPENED: "reopened",
    What.TRANSFERRED: "transferred",
    What.MERGED: "merged",
}
Row = tuple[str, Event, str, Item | None]  # repository, event, topic, the line of the minutes that names it


def text(rows: list[Row], unseen: list[SeenDecision]) -> str:
    """Under each topic what happened, and whether it was said; then what was said and is not seen."""
    lines: list[str] = []
    for topic, found in groupby(rows, key=lambda row: row[2]):
        lines += [underlined(short(topic) or "before the first topic"), *(_line(*row) for row in found), ""]
    if unseen:
        lines += [underlined("Said but not seen in the tracker yet")]
        lines += [hang(f"{short(each.item.text)} ({each.why})", f"  {each.item.id}  ") for each in unseen]
    return "\n".join(lines).rstrip() + "\n" if lines else "the tracker did nothing in that time\n"


def _line(repo: str, event: Event, _topic: str, item: Item | None) -> str:
    said = f"said and seen: {item.id} {short(item.text, 120)}" if item else "seen but not said"
    by = f" by {event.by}" if event.by else ""
    return hang(f"{repo}#{event.number} {_what(event)}{by}; {said}", f"  {event.at:%H:%M}  ")


def _what(event: Event) -> str:
    return WORDS[event.what].format(short(event.milestone, 60))


def to_json(rows: list[Row], unseen: list[SeenDecision]) -> dict[str, Any]:
    """`said` is the id of the line of the minutes that names the issue, null when none does."""
    return {
        "happened": [
            {
                "topic": topic, "repo": repo, "number": event.number, "what": event.what.value,
                "milestone": event.milestone or None, "by": event.by or None, "at": stamp(event.at), "url": event.url,
                "said": item.id if item else None,
            }
            for repo, event, topic, item in rows
        ],
        "said_not_seen": [
            {"item": each.item.id, "text": each.item.text, "why": each.why, "in_grace": each.in_grace} for each in unseen
        ],
    }  # fmt: skip
