"""The errand of recording: a log becomes meetings in the database."""

from collections.abc import Sequence

from bot.jobs.desk import Desk
from bot.meetings.minutes import Style, meetings_of, record
from bot.meetings.references import Home
from bot.model.errors import BadInput
from bot.model.meeting import Line, Meeting
from bot.records.engine import write_session
from bot.records.meetings import Saved, save_meeting


def run(
    desk: Desk, lines: Sequence[Line], *, home: Home | None, source: str, channel: str = ""
) -> tuple[tuple[Saved, Meeting], ...]:
    """Records every meeting of a log, in one transaction. Raises BadInput when none starts in it."""
    found = record(lines, style=Style.TALLYMAN, home=home, source=source, channel=channel)
    if not found:
        raise BadInput(
            f"no meeting starts in {source}", do="a meeting begins with a line that says #startmeeting"
        )
    with write_session(desk.engine) as session:
        parts = zip(found, meetings_of(lines), strict=True)
        return tuple((save_meeting(session, meeting, part, desk.clock()), meeting) for meeting, part in parts)
