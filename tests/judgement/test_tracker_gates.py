"""The gates that look at the tracker alone, at each outcome and each boundary: due date, freshness, issues, release pull."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.judgement.gates import gates
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Verdict
from bot.model.tracker import State
from tests.judgement.made import NOON, WEB, ago, evidence, issue, milestone, rule, target

PASSED, FAILED, UNKNOWN, NOT_APPLICABLE = (
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.UNKNOWN,
    Outcome.NOT_APPLICABLE,
)
NEVER_READ = "the tracker was never read; run `tallyman sync`"
NO_MATCH = "no milestone matches ^v?{version}$ for 1.0.0"


def asked(gate: str, given: Evidence, hours: int = 24) -> Verdict:
    return gates()[gate](given, rule(gate, hours=hours))


def due(moment: datetime | None) -> Evidence:
    return evidence(target=target(milestone=milestone(due_on=moment)))


def unread() -> Evidence:
    return evidence(synced_at=None, target=target(milestone=None, notes=(NO_MATCH,)))


def unmatched() -> Evidence:
    return evidence(target=target(milestone=None, notes=(NO_MATCH, "no open issue is titled as the release")))


TRACKER = (
    "decisions_seen", "due_date", "freshness", "open_actions", "open_issues", "release_pull", "review_state",
    "required_checks", "signed_off", "changelog_complete",
)  # fmt: skip


@pytest.mark.parametrize("gate", TRACKER)
def test_without_a_tracker_no_gate_knows_anything(gate: str) -> None:
    verdict = asked(gate, unread())
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, NEVER_READ)


@pytest.mark.parametrize("gate", ["open_issues", "open_actions", "review_state", "decisions_seen"])
def test_without_a_milestone_nothing_is_called_in_order(gate: str) -> None:
    own = issue(9, in_=None, title="Release v1.0.0")
    given = evidence(issues=(own,), target=target(milestone=None, issue=own, notes=(NO_MATCH,)))
    verdict = asked(gate, given)
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, NO_MATCH)


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        pytest.param(due(None), FAILED, "the milestone v1.0.0 has no due date yet", id="no date"),
        pytest.param(unmatched(), FAILED, NO_MATCH, id="no milestone"),
        pytest.param(due(datetime(2026, 6, 30, 7, tzinfo=UTC)), PASSED, "due 2026-06-30", id="a day to come"),
        pytest.param(
            due(datetime(2026, 6, 15, 7, tzinfo=UTC)), PASSED, "due 2026-06-15", id="today, all day"
        ),
        pytest.param(
            due(datetime(2026, 6, 14, 23, tzinfo=UTC)),
            PASSED,
            "due 2026-06-14, which has passed: set a new date if it slipped",
            id="yesterday",
        ),
    ],
)
def test_a_milestone_needs_a_due_date(given: Evidence, outcome: Outcome, reason: str) -> None:
    verdict = asked("due_date", given)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    milestone = given.target.milestone
    assert verdict.links == ((Link("v1.0.0", f"{WEB}/milestone/1"),) if milestone else ())


@pytest.mark.parametrize(
    ("age", "hours", "outcome", "reason"),
    [
        pytest.param(timedelta(hours=24), 24, PASSED, "read within the last 24 hours", id="to the second"),
        pytest.param(
            timedelta(hours=24, seconds=1),
            24,
            UNKNOWN,
            "the tracker was last read more than 24 hours ago; run `tallyman sync`",
            id="a second late",
        ),
        pytest.param(
            timedelta(hours=3),
            2,
            UNKNOWN,
            "the tracker was last read more than 2 hours ago; run `tallyman sync`",
            id="the rule's own hours",
        ),
        pytest.param(
            -timedelta(minutes=5),
            24,
            PASSED,
            "read within the last 24 hours",
            id="two clocks, a little apart",
        ),
        pytest.param(
            -timedelta(days=2),
            24,
            UNKNOWN,
            "the tracker was read more than 24 hours after the time of judgement; check the clocks",
            id="read in the future",
        ),
    ],
)
def test_an_old_tracker_is_no_ground_to_judge_on(
    age: timedelta, hours: int, outcome: Outcome, reason: str
) -> None:
    verdict = asked("freshness", evidence(synced_at=NOON - age), hours=hours)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_day_is_fresh_where_the_rule_set_is_silent() -> None:
    judge, silent = gates()["freshness"], rule("freshness")
    outcomes = [judge(evidence(synced_at=ago(hours=hours)), silent).outcome for hours in (24, 24.5)]
    assert outcomes == [PASSED, UNKNOWN]


OWN_ISSUE = issue(8, title="Release v1.0.0")
OWN_PULL = issue(9, title="version: release v1.0.0", is_pull=True)


@pytest.mark.parametrize(
    ("members", "outcome", "reason", "who"),
    [
        pytest.param(
            [], NOT_APPLICABLE, "the milestone holds nothing besides the release itself", (), id="empty"
        ),
        pytest.param(
            [OWN_ISSUE, OWN_PULL],
            NOT_APPLICABLE,
            "the milestone holds nothing besides the release itself",
            (),
            id="only the release's own issue and pull request",
        ),
        pytest.param([issue(1, closed=True), OWN_PULL], PASSED, "1 of 1 is closed", (), id="all closed"),
        pytest.param(
            [issue(1, closed="completed"), issue(2, closed="not_planned"), issue(3, closed="duplicate")],
            PASSED,
            "3 of 3 are closed, 2 of them without being done",
            (),
            id="closed without being done is said",
        ),
        pytest.param(
            [issue(1), issue(2, closed=True), issue(3, in_=None), issue(4, in_=2)],
            FAILED,
            "1 of 2 is open",
            (),
            id="other milestones' issues do not count",
        ),
        pytest.param(
            [issue(1, assignees=("cyd", "bo")), issue(2, assignees=("bo",), is_pull=True)],
            FAILED,
            "2 of 2 are open",
            ("cyd", "bo"),
            id="who is assigned can act, each once",
        ),
    ],
)
def test_open_issues_are_counted(
    members: list[object], outcome: Outcome, reason: str, who: tuple[str, ...]
) -> None:
    given = evidence(issues=tuple(members), target=target(issue=OWN_ISSUE, pull=OWN_PULL))
    verdict = asked("open_issues", given)
    assert (verdict.outcome, verdict.reason, verdict.who) == (outcome, reason, who)


def test_an_open_issue_is_shown_with_its_title_and_address() -> None:
    verdict = asked("open_issues", evidence(issues=(issue(5, title="Umask?"),)))
    assert verdict.links == (Link("#5 Umask?", f"{WEB}/issues/5"),)


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        pytest.param(evidence(target=target(pull=OWN_PULL)), PASSED, "#9 is open", id="there is one"),
        pytest.param(
            evidence(target=target(issue=OWN_ISSUE)),
            FAILED,
            "no open pull request is titled as the release of v1.0.0 yet",
            id="an issue is not enough",
        ),
    ],
)
def test_a_release_has_a_pull_request(given: Evidence, outcome: Outcome, reason: str) -> None:
    verdict = asked("release_pull", given)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_closed_milestone_keeps_its_due_date() -> None:
    closed = milestone(state=State.CLOSED, due_on=ago(days=40))
    assert asked("due_date", evidence(target=target(milestone=closed))).outcome is PASSED


@pytest.mark.parametrize("make", [unread, unmatched])
def test_no_fact_is_no_green(make: Callable[[], Evidence]) -> None:
    given = make()
    green = {gate for gate in gates() if asked(gate, given).outcome is PASSED}
    assert green <= {"freshness"}, (
        "only the sync itself can be in order when nothing of the release was found"
    )
