"""Minutes as text, Markdown, HTML and JSON."""

from datetime import UTC, datetime
from typing import Any

from bot.model.meeting import Kind, Meeting
from bot.reports.templates import environment

FORMS = ("text", "markdown", "html", "json")


def render(meeting: Meeting, form: str) -> str:
    """The minutes in one of text, markdown and html."""
    topics: list[tuple[str, list[Any]]] = []
    for item in meeting.items:
        if item.kind is Kind.TOPIC or not topics:
            topics.append((item.text if item.kind is Kind.TOPIC else "", []))
        if item.kind is not Kind.TOPIC:
            topics[-1][1].append(item)
    actions = [item for item in meeting.items if item.kind is Kind.ACTION and item.stands]
    return (
        environment()
        .get_template(f"minutes.{form}.j2")
        .render(meeting=meeting, topics=topics, actions=actions)
    )


def to_json(meeting: Meeting, *, count_lines: bool) -> dict[str, Any]:
    """The document other programs rely on; `count_lines` adds each person's lines, as MeetBot prints them."""
    return {
        "meeting": {
            "name": meeting.name,
            "title": meeting.title,
            "channel": meeting.channel,
            "started_at": stamp(meeting.started_at),
            "ended_at": stamp(meeting.ended_at) if meeting.ended_at else None,
            "chairs": list(meeting.chairs),
        },
        "items": [
            {
                "id": item.id,
                "line": item.line,
                "at": stamp(item.at),
                "kind": item.kind.value,
                "by": item.by,
                "speaker": item.speaker,
                "text": item.text,
                "topic": item.topic,
                "repo": item.repo,
                "assignees": list(item.assignees),
                "references": [
                    {
                        "repo": r.repo,
                        "number": r.number,
                        "kind": r.kind.value,
                        "url": r.url,
                        "rule": r.rule.value,
                    }
                    for r in item.references
                ],
                "status": item.status.value,
            }
            for item in meeting.items
        ],
        "people": [
            {
                "nick": person.nick,
                "present": person.present.value,
                "left_at": stamp(person.left_at) if person.left_at else None,
                **({"lines": person.lines} if count_lines else {}),
            }
            for person in meeting.people
        ],
        "warnings": list(meeting.warnings),
    }


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
