"""Which actions belong to a release, and when they are open, done or not to be told."""

from dataclasses import replace

import pytest

from bot.judgement.gates.open_actions import judge
from bot.model.meeting import Kind
from bot.model.release import Link, Outcome, Said
from tests.judgement.made import WEB, ago, evidence, issue, rule, said, target

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN
ISSUES = (issue(1), issue(2, closed=True), issue(3, in_=None), issue(4, in_=2))
OWN_ISSUE, OWN_PULL = issue(8, in_=None), issue(9, in_=None, is_pull=True)


def action(text: str, *assignees: str, is_done: bool = False) -> Said:
    return said(text, ago(days=5), Kind.ACTION, assignees=assignees, done_at=ago(days=1) if is_done else None)


@pytest.mark.parametrize(
    ("actions", "outcome", "reason"),
    [
        pytest.param([], PASSED, "no action names this release's issues", id="none"),
        pytest.param([action("bo to mend #1")], FAILED, "1 action is not called done yet", id="one is open"),
        pytest.param(
            [action("bo to mend #1"), action("cyd to read #2"), action("eli to mend #2", is_done=True)],
            FAILED,
            "2 actions are not called done yet",
            id="a closed issue does not end an action by itself",
        ),
        pytest.param([action("bo to mend #1", is_done=True)], PASSED, "the action is done", id="done"),
        pytest.param(
            [action("bo to mend #1", is_done=True), action("bo to mend #2", is_done=True)],
            PASSED,
            "all 2 actions are done",
            id="all done",
        ),
        pytest.param(
            [action("x to mend #3"), action("x to mend #4"), action("x to mend #99"), action("x to mend it")],
            PASSED,
            "no action names this release's issues",
            id="other milestones, no milestone, unknown and unnamed",
        ),
        pytest.param(
            [action("bo to mend other#1")], PASSED, "no action names this release's issues", id="#1 elsewhere"
        ),
        pytest.param(
            [action("bo to cut it as #8")],
            FAILED,
            "1 action is not called done yet",
            id="the release's issue",
        ),
        pytest.param(
            [action("bo to read #9")], FAILED, "1 action is not called done yet", id="its pull request"
        ),
    ],
)
def test_actions_that_name_the_release_are_counted(
    actions: list[Said], outcome: Outcome, reason: str
) -> None:
    given = evidence(
        issues=(*ISSUES, OWN_ISSUE, OWN_PULL),
        actions=tuple(actions),
        target=target(issue=OWN_ISSUE, pull=OWN_PULL),
    )
    verdict = judge(given, rule("open_actions"))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_an_action_is_perhaps_done_only_when_all_it_names_is_closed() -> None:
    verdict = judge(evidence(issues=ISSUES, actions=(action("mend #2 and #1"),)), rule("open_actions"))
    assert [link.text for link in verdict.links] == ["mend #2 and #1 (nobody named; weekly, 2026-06-03)"]


def test_a_repository_s_name_knows_no_case() -> None:
    loud = replace(target(), repo="Quay/SPEC")
    given = evidence(issues=ISSUES, actions=(action("mend #1"),), target=loud)
    assert judge(given, rule("open_actions")).outcome is FAILED


def test_without_a_recorded_meeting_nothing_is_known() -> None:
    verdict = judge(evidence(meetings=0, issues=ISSUES), rule("open_actions"))
    assert verdict.outcome is UNKNOWN
    assert verdict.reason == "no meeting about quay/spec is recorded; `tallyman meeting import` reads its log"


def test_an_open_action_is_shown_even_when_the_milestone_is_not_found() -> None:
    given = evidence(
        issues=(OWN_ISSUE,),
        actions=(action("bo to read #8", "bo"),),
        target=target(milestone=None, issue=OWN_ISSUE, notes=("no milestone matches x for 1.0.0",)),
    )
    assert judge(given, rule("open_actions")).outcome is FAILED


def test_an_action_is_shown_with_who_took_it_where_it_was_said_and_the_trackers_own_address() -> None:
    given = evidence(
        issues=ISSUES,
        actions=(
            action("bo and cyd to mend #1", "bo", "cyd"),
            action("read #2"),
            action("bo to mend #2", "bo"),
        ),
    )
    verdict = judge(given, rule("open_actions"))
    assert verdict.who == ("bo", "cyd")
    assert verdict.links == (
        Link("bo and cyd to mend #1 (bo, cyd; weekly, 2026-06-03)", f"{WEB}/issues/1"),
        Link(
            "read #2 (nobody named; weekly, 2026-06-03; perhaps done: what it names is closed)",
            f"{WEB}/issues/2",
        ),
        Link(
            "bo to mend #2 (bo; weekly, 2026-06-03; perhaps done: what it names is closed)", f"{WEB}/issues/2"
        ),
    )
