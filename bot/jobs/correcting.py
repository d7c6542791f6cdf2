"""The errand of correcting a meeting after it was published: amended visibly, or a line taken out everywhere."""

from dataclasses import replace

from bot.jobs import judging
from bot.jobs.desk import Desk
from bot.jobs.recording import Reading, derive
from bot.meetings import people, references
from bot.meetings.notes import fingerprint
from bot.meetings.references import Home
from bot.model.errors import WrongRequest
from bot.model.meeting import Item, Kind, Line, Meeting, Status
from bot.records.engine import write_session
from bot.records.meetings import find_item, load_meeting, save_amendment, save_minutes
from bot.records.redactions import Redaction, find_line, save_redaction


def amend(desk: Desk, id_: int, item: str, text: str, *, by: str, why: str, home: Home | None) -> Item:
    """Gives an item new words, with who and when; its references and assignees are read from them anew.

    Raises WrongRequest for an unknown item, or for no words.
    """
    if not text.strip():
        raise WrongRequest(
            "an item cannot be amended to nothing", do="take its line out with `meeting redact`"
        )
    at = desk.clock()
    with write_session(desk.engine) as session:
        before = find_item(session, id_, item)
        meeting = load_meeting(session, id_)
        known = home or references.guessed_home([each.text for each in meeting.items])
        topic = next((t.repo for t in meeting.topics if t.text == before.topic), before.repo)
        found = references.find(text, known, topic, before.repo)
        names = tuple(person.nick for person in meeting.people)
        given = people.assignees(text, before.by, names) if before.kind is Kind.ACTION else ()
        now = replace(
            before, text=text.strip(), references=found, assignees=given, status=Status.AMENDED, note=""
        )
        if found:
            now = replace(now, repo=found[0].repo)
        save_amendment(session, id_, now, by, why, at)
        return find_item(session, id_, item)


def redact(desk: Desk, id_: int, name: str, *, by: str, why: str, reading: Reading) -> tuple[str, ...]:
    """Takes a line out, at the word of its speaker or of a chair, and judges anew what had quoted it.

    `name` is a line of the log (`48`, `L48`) or an item of notes (`N7`). Returns the releases (`project release`) whose posted
    comments the next publication corrects. Raises WrongRequest for anybody else, and for a line that is not there.
    """
    at = desk.clock()
    with write_session(desk.engine) as session:
        meeting = load_meeting(session, id_)
        if name.startswith("N"):
            item = find_item(session, id_, name)
            found = Line(int(name[1:]), item.at, item.by, item.text)
            said = Redaction(id_, found.number, by, at, why, fingerprint(item.text))
        else:
            found = find_line(session, id_, int(name.removeprefix("L")))
            said = Redaction(id_, found.number, by, at, why)
        _may_take_out(meeting, said, found)
        touched = save_redaction(session, said, found)
        session.flush()
        save_minutes(session, id_, _named(derive(session, id_, reading), meeting), at)
    for place in touched:
        project, _, release = place.partition(" ")
        judging.queue(desk, judging.judge(desk, desk.settings.named(project), release))
    return touched


def _may_take_out(meeting: Meeting, said: Redaction, line: Line) -> None:
    """Its speaker or a chair; where nobody is known to have chaired, anybody who was there. Raises WrongRequest."""
    speakers = {line.nick, *(item.speaker for item in meeting.items if item.id == said.item)}
    chairs = meeting.chairs or tuple(person.nick for person in meeting.people)
    if said.by.casefold() not in {name.casefold() for name in (*speakers, *chairs) if name}:
        raise WrongRequest(
            f"{said.by} neither said {said.item} nor chaired the meeting",
            do=f"its speaker or one of {', '.join(chairs)} can take it out",
        )


def _named(now: Meeting, before: Meeting) -> Meeting:
    """A meeting whose first line was taken out keeps its name: it is known by it."""
    return replace(now, name=before.name)
