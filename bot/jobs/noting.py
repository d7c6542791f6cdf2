"""The errand of reading notes: a file of Markdown becomes meetings, and an edited line stays the line it was."""

from dataclasses import replace

from bot.jobs.desk import Desk
from bot.jobs.recording import ARCHIVED_AFTER
from bot.meetings.notes import read_notes
from bot.meetings.references import Home
from bot.model.errors import BadInput
from bot.model.meeting import Meeting
from bot.records.engine import Session, write_session
from bot.records.meetings import Saved, archive, load_meeting, load_noted, open_meeting, save_minutes
from bot.records.redactions import load_redactions


def run(
    desk: Desk, text: str, *, name: str, home: Home | None, archived: bool | None = None
) -> tuple[tuple[Saved, Meeting], ...]:
    """Records every meeting of a file of notes, in one transaction; reading it again adds only what changed.

    `name` is the file's path or the page's address, by which its meetings are known again. Raises BadInput when nothing in
    it says of which day it is.
    """
    with write_session(desk.engine) as session:
        previous = tuple(replace(load_meeting(session, id_), channel="") for id_ in load_noted(session, name))
        marks = {each.mark for id_ in load_noted(session, name) for each in load_redactions(session, id_)}
        found = read_notes(text, name=name, home=home, previous=previous, redacted=marks)
        if not found:
            raise BadInput(
                f"no meeting is dated in {name}", do="give each a heading such as `## March 25, 2020`"
            )
        return tuple(_save(session, desk, each, name, archived) for each in found)


def _save(
    session: Session, desk: Desk, meeting: Meeting, name: str, archived: bool | None
) -> tuple[Saved, Meeting]:
    old = desk.clock() - meeting.started_at > ARCHIVED_AFTER
    # Two meetings of one day are told apart by the names that reading gave them, which stay.
    key = f"{name} {meeting.name}"
    id_, is_new = open_meeting(
        session, key, meeting.started_at, form="notes", archived=old if archived is None else archived
    )
    if archived is not None:
        archive(session, id_, archived)
    return Saved(id_, is_new, save_minutes(session, id_, meeting, desk.clock())), meeting
