"""A meeting of the sample community that ended yesterday, for errands that follow it."""

from datetime import timedelta

from bot.demo.community import RUNTIME
from bot.jobs import recording
from bot.jobs.desk import Desk
from bot.meetings.references import Home
from bot.model.meeting import Line, Meeting

SAID = (
    "#startmeeting quayside", "#topic hooks", "#agreed Move #36 out of 1.3", "#action bo to mend #36 and tell #42",
    "#info nothing about anything", "#agreed we meet again", "#endmeeting",
)  # fmt: skip


def record(desk: Desk, *, days: float = 1, said: tuple[str, ...] = SAID) -> tuple[int, Meeting]:
    """Records it and gives its id; ada chairs."""
    start = desk.clock().replace(microsecond=0) - timedelta(days=days)
    lines = [Line(n, start + timedelta(seconds=n), "ada", text) for n, text in enumerate(said, start=1)]
    reading = recording.Reading(Home(RUNTIME, (RUNTIME,)), "quayside.log", "#quayside")
    ((saved, meeting),) = recording.run(desk, lines, reading)
    return saved.id, meeting
