"""A milestone's page: one with moves, slips, drops and reopenings, a closed one, and those without a forecast."""

import json
from dataclasses import replace

import pytest

from bot.judgement.milestones import tell
from bot.model.milestone import Story
from bot.model.tracker import Milestone
from bot.reports import milestone_words as words
from bot.reports import milestones as reports
from bot.reports.milestone_words import Outlook
from tests import goldens
from tests.judgement.made import NOON, issue, milestone, pull
from tests.judgement.telling import books, events, versions
from tests.judgement.test_milestones import decision
from tests.reports.strategies import ODD

GOLDENS = {"story.full.txt", "story.full.json", "story.closed.txt", "story.empty.txt"}
SPREAD = Outlook(NOON.date(), NOON.date().replace(month=7), None, 40, 3, 12, NOON.date().replace(month=3), "")
REFUSED = Outlook(None, None, None, None, None, 2, None, "2 whole weeks of history; 10 are needed")
KNOWN = versions(
    "100 1 v1.0.0", "100 2 v1.1.0", "100 3 v0.9.0",
    "60 1 v1.0.0 due 10", "20 1 v1.0.0 due 40", "8 1 v1.0.0", "6 1 v1.0.0 due 50",
)  # fmt: skip
HAPPENED = events(
    "70 #1 + v1.0.0 ada", "70 #2 + v1.0.0 ada", "70 #3 + v0.9.0 bo", "70 #4 + v1.0.0 bo", "65 #6 + v1.0.0 ada",
    "30 #3 - v0.9.0 bo", "30 #3 + v1.0.0 bo", "25 #1 x ada", "20 #2 x ada", "15 #2 o bo", "14 #4 x not_planned bo",
    "9 #5 + v1.0.0 ada", "5 #6 - v1.0.0 bo", "5 #6 + v1.1.0 bo",
)  # fmt: skip
ISSUES = [
    issue(1, closed="completed"), issue(2, assignees=("ada", "bo")), issue(3), issue(4, closed="not_planned"),
    issue(5, is_pull=True), issue(6, in_=2), issue(7),
]  # fmt: skip


def story(at: int = 1) -> Story:
    asked = [decision("Move #6 to v1.1.0", 6)]
    pulls = [pull(5, requested_reviewers=("cyd",))]
    return tell(at, books(ISSUES, HAPPENED, KNOWN, pulls=pulls, decisions=asked), at=NOON)


def due() -> Milestone:
    return milestone(due_on=NOON)


def test_the_whole_story() -> None:
    goldens.check("story.full.txt", reports.text(due(), story(), SPREAD))
    document = reports.to_json(story(), SPREAD)
    goldens.check("story.full.json", json.dumps(document, indent=1) + "\n")


def test_a_closed_one() -> None:
    known = (*KNOWN, *versions("3 1 v1.0.0 closed"))
    closed = tell(1, books(ISSUES, HAPPENED, known), at=NOON)
    goldens.check("story.closed.txt", reports.text(due(), closed, REFUSED))


def test_an_empty_one() -> None:
    nothing = tell(9, books(ISSUES, HAPPENED, KNOWN), at=NOON)
    assert reports.to_json(nothing, REFUSED)["scope"] == 0
    goldens.check("story.empty.txt", reports.text(replace(due(), due_on=None), nothing, REFUSED))


def test_every_fact_has_its_address() -> None:
    document = reports.to_json(story(), SPREAD)
    assert all(each["url"].startswith("https://") for each in document["changes"] + document["open"])
    assert document["unowned"] == [3, 5, 7]
    assert [each["known_from"] for each in document["changes"] if each["number"] == 7] == ["snapshot"]


@pytest.mark.parametrize(
    ("outlook", "expected"),
    [
        pytest.param(REFUSED, ["no forecast: 2 whole weeks of history; 10 are needed"], id="refused"),
        pytest.param(
            replace(SPREAD, p50=None, p85=None, p95=None, by_due=0, done_by_due=0),
            [
                "no forecast: the scope grows as fast as the work is done",
                "chance of the due date: 0 of 100; by then 0 more are done in 85 of 100 futures",
            ],
            id="no end in sight",
        ),
        pytest.param(
            replace(SPREAD, by_due=None),
            [
                "work forecast from 12 weeks: half of the futures are done by 2026-06-15, 85 of 100 by 2026-07-15,"
                " 95 of 100 not within five years"
            ],
            id="a spread, no due date",
        ),
    ],
)
def test_the_forecast_in_words(outlook: Outlook, expected: list[str]) -> None:
    assert list(words.outlook(outlook)) == expected


@pytest.mark.parametrize("text", ODD)
def test_what_people_typed_stays_on_its_line(text: str) -> None:
    """A title, a milestone's name or a decision adds no line and moves no cursor."""
    plain = reports.text(due(), story(), SPREAD)
    typed = [replace(each, title=text) for each in ISSUES]
    hostile = tell(1, books(typed, HAPPENED, KNOWN), at=NOON)
    shown = reports.text(milestone(title=text, due_on=NOON), hostile, SPREAD)
    assert "\x1b" not in shown
    headings = [line for line in shown.splitlines() if set(line) == {"-"}]
    assert len(headings) == len([line for line in plain.splitlines() if set(line) == {"-"}])
