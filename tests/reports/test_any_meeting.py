"""Whatever the types allow can be shown: nothing raises, HTML parses with our tags alone, JSON says all there is."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from icalendar import Calendar

from bot.model.followup import Action, Agenda
from bot.model.meeting import Line, Meeting
from bot.reports import agenda as agendas
from bot.reports import minutes
from bot.reports.duedates import calendar
from bot.reports.feed import Entry, feed
from bot.reports.log import log_page, log_text
from tests.reports.reading import Page, from_json
from tests.reports.strategies import any_of
from tests.soaking import ALWAYS_THE_SAME, seeds

NOW = datetime(2016, 6, 15, tzinfo=UTC)
few = settings(
    max_examples=seeds(40, 600),
    deadline=None,
    database=None,
    derandomize=ALWAYS_THE_SAME,
    suppress_health_check=list(HealthCheck),
)
PAGE = {"log": "log.html", "home": "", "stylesheet": "tallyman.css"}


@few
@given(any_of(Meeting))
def test_minutes_of_any_meeting_can_be_read(meeting: Meeting) -> None:
    for form in ("text", "markdown"):
        text = minutes.render(meeting, form)
        text.encode()
        assert text == minutes.render(meeting, form), "the same meeting, the same bytes"
    Page(minutes.render(meeting, "html", stylesheet="tallyman.css"))


@few
@given(any_of(Meeting))
def test_json_holds_the_whole_meeting(meeting: Meeting) -> None:
    document = minutes.to_json(meeting, count_lines=True)
    again = from_json(json.loads(json.dumps(document)))
    assert again == meeting
    assert minutes.to_json(again, count_lines=True) == document


@few
@given(any_of(Meeting), any_of(tuple[Line, ...]))
def test_any_log_can_be_read(meeting: Meeting, lines: tuple[Line, ...]) -> None:
    page = Page("".join(log_page(lines, meeting, stylesheet="tallyman.css")))
    assert [id_ for id_ in page.ids if id_[1:].isdigit()] == [f"L{line.number}" for line in lines]
    text = "".join(log_text(lines))
    text.encode()
    assert text.count("\n") == len(lines)


@few
@given(any_of(tuple[Meeting, ...]))
def test_any_meetings_make_a_feed(meetings: tuple[Meeting, ...]) -> None:
    entries = [Entry(meeting, NOW, "https://example.org/1") for meeting in meetings]
    text = feed(
        entries, project="p", repo="a/b", url="https://example.org/f", site="https://example.org", at=NOW
    )
    assert len(ElementTree.fromstring(text.encode()).findall("{*}entry")) == len(meetings)


@few
@given(any_of(tuple[Action, ...]))
def test_any_actions_make_a_calendar(actions: tuple[Action, ...]) -> None:
    made = calendar(actions, project="p", repo="a/b", url_of=lambda action: "https://example.org/1")
    due = [action for action in actions if action.due and action.is_open and not action.archived]
    assert len(Calendar.from_ical(made).walk("VEVENT")) == len(due)


@few
@given(any_of(Agenda))
def test_any_agenda_can_be_read(agenda: Agenda) -> None:
    for form in ("text", "markdown"):
        agendas.render(agenda, form, at=NOW).encode()
    Page(agendas.render(agenda, "html", at=NOW, stylesheet="tallyman.css"))
    json.dumps(agendas.to_json(agenda, at=NOW))
