"""Recording a log: once is enough, a second time adds nothing, and a log without a meeting is refused whole."""

from datetime import UTC, date

import pytest

from bot.jobs import recording
from bot.jobs.desk import Desk
from bot.meetings import logformats
from bot.meetings.references import Home
from bot.model.errors import BadInput
from bot.model.meeting import Line
from bot.records.engine import read_session
from bot.records.meetings import load_actions, load_meetings

HOME = Home("quayside/runtime-spec", ("quayside/runtime-spec",))
LOG = """\
16:00:03 <ada> #startmeeting quayside weekly
16:00:10 <ada> #action bo to close #31
16:01:00 <ada> #agreed Move #34 out of v1.3.0
16:02:00 <ada> #endmeeting
"""


def lines(text: str) -> tuple[Line, ...]:
    return logformats.read(text, name="quayside.log", form=None, on=date(2026, 6, 3), zone=UTC)


def test_recording_the_same_log_twice_changes_nothing(desk: Desk) -> None:
    ((first, meeting),) = recording.run(desk, lines(LOG), home=HOME, source="quayside.log")
    ((second, _),) = recording.run(desk, lines(LOG), home=HOME, source="quayside.log")
    assert first.is_new
    assert (second.id, second.is_new, second.added) == (first.id, False, 0)
    with read_session(desk.engine) as session:
        assert [(id_, kept.items) for id_, kept in load_meetings(session)] == [(first.id, meeting.items)]
        assert len(load_actions(session)) == 1


def test_a_log_without_a_meeting_is_refused_and_keeps_nothing(desk: Desk) -> None:
    with pytest.raises(BadInput, match=r"no meeting starts in quiet\.log"):
        recording.run(desk, lines("16:00:03 <ada> good morning\n"), home=HOME, source="quiet.log")
    with read_session(desk.engine) as session:
        assert load_meetings(session) == ()
