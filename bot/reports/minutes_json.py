"""Minutes as the JSON document that other programs rely on (DESIGN, The commands)."""

from datetime import UTC, datetime
from typing import Any

from bot.model.meeting import Item, Meeting, Offer, Participant, Poll, Reference, Topic


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def to_json(meeting: Meeting, *, count_lines: bool) -> dict[str, Any]:
    """The document; `count_lines` adds each person's lines, as MeetBot prints them."""
    return {
        "meeting": {
            "name": meeting.name,
            "title": meeting.title,
            "channel": meeting.channel,
            "started_at": stamp(meeting.started_at),
            "ended_at": stamp(meeting.ended_at) if meeting.ended_at else None,
            "chairs": list(meeting.chairs),
        },
        "items": [item_json(item) for item in meeting.items],
        "people": [_person(person, count_lines) for person in meeting.people],
        "warnings": list(meeting.warnings),
        "topics": [_topic(topic) for topic in meeting.topics],
        "polls": [_poll(poll) for poll in meeting.polls],
        "offers": [_offer(offer) for offer in meeting.offers],
        "scribes": list(meeting.scribes),
        "aliases": [{"name": name, "nick": nick} for name, nick in meeting.aliases],
        "source": meeting.source,
        "day_only": meeting.day_only,
    }


def item_json(item: Item) -> dict[str, Any]:
    return {
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
        "references": [reference_json(reference) for reference in item.references],
        "status": item.status.value,
        "due": item.due.isoformat() if item.due else None,
        "gloss": item.gloss,
        "closes": item.closes,
        "note": item.note,
        "done": item.done,
    }


def reference_json(reference: Reference) -> dict[str, Any]:
    return {
        "repo": reference.repo,
        "number": reference.number,
        "kind": reference.kind.value,
        "url": reference.url,
        "rule": reference.rule.value,
    }


def _person(person: Participant, count_lines: bool) -> dict[str, Any]:
    return {
        "nick": person.nick,
        "present": person.present.value,
        "left_at": stamp(person.left_at) if person.left_at else None,
        "also": list(person.also),
        "near": list(person.near),
        "affiliation": person.affiliation,
        **({"lines": person.lines} if count_lines else {}),
    }


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "text": topic.text,
        "repo": topic.repo,
        "opened_at": stamp(topic.opened_at),
        "left_open": topic.left_open,
        "mentions": [reference_json(reference) for reference in topic.mentions],
    }


def _poll(poll: Poll) -> dict[str, Any]:
    return {
        "id": poll.id,
        "question": poll.question,
        "options": list(poll.options),
        "opened_at": stamp(poll.opened_at),
        "closed_at": stamp(poll.closed_at) if poll.closed_at else None,
        "electorate": list(poll.electorate),
        "tally": poll.tally(),
        "ballots": [
            {
                "by": ballot.by,
                "choice": ballot.choice,
                "at": stamp(ballot.at),
                "line": ballot.line,
                "history": list(ballot.history),
                "counts": ballot.counts,
            }
            for ballot in poll.ballots
        ],
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "kind": offer.kind,
        "lines": list(offer.lines),
        "about": list(offer.about),
        "text": offer.text,
    }
