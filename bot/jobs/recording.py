"""The errand of recording: a log becomes meetings in the database."""

from collections.abc import Sequence

from bot.jobs.desk import Desk
from bot.meetings.minutes import Follower, Recorder, Style
from bot.meetings.references import Home
from bot.model.errors import BadInput
from bot.model.meeting import Line, Meeting
from bot.records.engine import write_session
from bot.records.meetings import Saved, save_meeting


def run(
    desk: Desk, lines: Sequence[Line], *, home: Home | None, source: str, channel: str = ""
) -> tuple[tuple[Saved, Meeting], ...]:
    """Records every meeting of a log, in one transaction. Raises BadInput when none starts in it."""
    following = Follower(Style.TALLYMAN, home, source=source, channel=channel)
    found: dict[int, tuple[Recorder, list[Line]]] = {}
    for recorder, line in following.feed(lines):
        found.setdefault(id(recorder), (recorder, []))[1].append(line)
        recorder.hear(line)
    if not found:
        raise BadInput(
            f"no meeting starts in {source}", do="a meeting begins with a line that says #startmeeting"
        )
    done = []
    with write_session(desk.engine) as session:
        for recorder, part in found.values():
            meeting = recorder.meeting()
            done.append((save_meeting(session, meeting, part, desk.clock()), meeting))
    return tuple(done)
