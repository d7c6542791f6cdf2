"""The issue that is offered for what named none: its title, its text, and that it does nothing by itself."""

from dataclasses import replace
from datetime import date

import pytest

from bot.model.meeting import Kind
from bot.reports.new_issue import offer
from tests.goldens import check
from tests.meetings.made import item

GOLDENS = {"new_issue.action.md", "new_issue.decision.md", "new_issue.hostile.md"}
LOG = "https://tally.example.org/meetings/1/log#L83"
SAYS = "opencontainers, 2016-06-01"
HOOKS = replace(item("wking to file a hook-dropping PR", to=("wking",), line=83), topic="runtime 1.0 issues")
HOSTILE = "@everybody: fixes #1 ![x](https://x.example/y) <script> | `a` $b$\n# heading https://x.example"


def test_an_action_is_offered_with_its_owner_its_topic_and_its_date() -> None:
    found = offer(replace(HOOKS, due=date(2016, 6, 10)), meeting=SAYS, log_url=LOG)
    assert (found.repo, found.title) == (HOOKS.repo, "File a hook-dropping PR")
    check("new_issue.action.md", found.body)


def test_a_decision_is_offered_as_such() -> None:
    decision = item("Publish the notes on Wednesdays", Kind.AGREED, line=83)
    check("new_issue.decision.md", offer(decision, meeting=SAYS, log_url=LOG).body)


def test_what_was_typed_pings_nobody_and_closes_nothing() -> None:
    found = offer(
        replace(item(HOSTILE, to=("@x",), line=83), topic=HOSTILE),
        meeting=HOSTILE,
        log_url="javascript:alert(1)",
    )
    check("new_issue.hostile.md", found.body)
    for text in (found.title, found.body):
        assert "@e" not in text
        assert "#1" not in text
        assert "javascript" not in text


@pytest.mark.parametrize(
    ("text", "owners", "title"),
    [
        pytest.param("bo, cyd and dot to read it", ("bo", "cyd", "dot"), "Read it", id="several owners"),
        pytest.param("@bo: read it", ("bo",), "Read it", id="a colon"),
        pytest.param("Bo will read it", ("bo",), "Read it", id="will"),
        pytest.param("bo to", ("bo",), "Bo to", id="nothing behind the owner"),
        pytest.param("read what bo wrote", ("bo",), "Read what bo wrote", id="an owner who is not in front"),
        pytest.param("boring to read", ("bo",), "Boring to read", id="a word that begins like the owner"),
        pytest.param("a (b", ("(b",), "A (b", id="an owner of signs"),
        pytest.param("read " * 30, (), "Read " + "read " * 13 + "read…", id="cut at a word"),
        pytest.param("", (), "(an item without words)", id="no words"),
    ],
)
def test_the_title_is_the_work(text: str, owners: tuple[str, ...], title: str) -> None:
    assert offer(item(text, to=owners), meeting=SAYS, log_url=LOG).title == title


def test_an_endless_item_gives_an_issue_that_fits() -> None:
    found = offer(item("read " * 10**5, to=("bo",)), meeting=SAYS, log_url=LOG)
    assert len(found.body) < 4_000
