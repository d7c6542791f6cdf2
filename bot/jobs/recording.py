"""The errand of recording: a log becomes meetings in the database, all of it or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.jobs.desk import Desk
from bot.meetings.minutes import Follower, Recorder, Style
from bot.meetings.references import Home
from bot.model.errors import BadInput
from bot.model.meeting import Line, Meeting
from bot.records.engine import Session, write_session
from bot.records.lines import TOMBSTONE, LineKeeper, load_lines
from bot.records.meetings import Saved, archive, load_meeting, open_meeting, save_minutes

ARCHIVED_AFTER = timedelta(days=60)  # an older meeting is history: nobody is reminded of it


@dataclass(frozen=True, slots=True)
class Reading:
    """How a log is to be understood: `aliases` are confirmed names (name -> nick), `archived` None goes by its age."""

    home: Home | None
    source: str
    channel: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    w3c: bool = False
    archived: bool | None = None

    def follower(self) -> Follower:
        return Follower(
            Style.TALLYMAN, self.home, source=self.source, channel=self.channel, aliases=self.aliases, w3c=self.w3c
        )  # fmt: skip


def run(desk: Desk, lines: Iterable[Line], reading: Reading) -> tuple[tuple[Saved, Meeting], ...]:
    """Records every meeting of a log, in one transaction. Raises BadInput when none starts in it.

    Lines are kept as they come, so that a log of any length needs little memory.
    """
    following = reading.follower()
    done: list[tuple[Saved, Meeting]] = []
    now: _Recording | None = None
    with write_session(desk.engine) as session:
        for recorder, line in following.feed(lines):
            if now is None or now.recorder is not recorder:
                if now is not None:
                    done.append(now.finish())
                now = _Recording(session, desk, reading, recorder)
            now.take(line)
        if now is None:
            raise BadInput(
                f"no meeting starts in {reading.source}",
                do="a meeting begins with a line that says #startmeeting",
            )
        done.append(now.finish())
    return tuple(done)


class _Recording:
    """One meeting on its way into the database."""

    def __init__(self, session: Session, desk: Desk, reading: Reading, recorder: Recorder) -> None:
        self.session, self.desk, self.reading, self.recorder = session, desk, reading, recorder
        old = desk.clock() - recorder.started_at > ARCHIVED_AFTER
        archived = old if reading.archived is None else reading.archived
        self.id, self.is_new = open_meeting(session, reading.channel, recorder.started_at, archived=archived)
        if reading.archived is not None:
            archive(session, self.id, archived)
        self.keeper = LineKeeper(session, self.id, self.is_new)

    def take(self, line: Line) -> None:
        self.keeper.add(line)
        self.recorder.hear(line)

    def finish(self) -> tuple[Saved, Meeting]:
        self.keeper.flush()
        added = self.keeper.added
        if not self.is_new and not added:
            return Saved(self.id, False, 0), load_meeting(self.session, self.id, embargoed=True)
        meeting = self.recorder.meeting() if self.is_new else derive(self.session, self.id, self.reading)
        added += save_minutes(self.session, self.id, meeting, self.desk.clock())
        return Saved(self.id, self.is_new, added), meeting


def derive(session: Session, id_: int, reading: Reading) -> Meeting:
    """The minutes of a meeting from all of its lines that are kept, whichever files they came from."""
    recorder: Recorder | None = None
    for line in load_lines(session, id_, embargoed=True):
        if recorder is None:
            recorder = reading.follower().begin(line)
        if line.nick != TOMBSTONE:  # what was taken out was said by nobody
            recorder.hear(line)
    if recorder is None:
        return load_meeting(session, id_, embargoed=True)  # notes, or a meeting whose lines were never kept
    return recorder.meeting()
