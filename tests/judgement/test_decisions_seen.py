"""Which decisions belong to a release, when they are seen in the tracker, and when it is too early or not possible to say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.judgement.gates.decisions_seen import judge
from bot.model.evidence import Evidence
from bot.model.followup import Dismissal, Membership
from bot.model.meeting import Kind
from bot.model.release import Link, Outcome, Said, Verdict
from tests.judgement.made import NOON, REPO, WEB, ago, evidence, issue, milestone, rule, said, target

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN
RELEASE, NEXT = milestone("1.0.0", 1), milestone("v1.1.0", 2)
ISSUES = (
    issue(1),
    issue(2, closed=True),
    issue(3, in_=2),
    issue(4, in_=None),
    issue(5, is_pull=True, closed=True, merged_at=ago(days=1)),
    issue(6, is_pull=True, closed=True),
    issue(7, is_pull=True),
)
LATE = "1 decision is not seen in the tracker yet"
SEEN = "the decision is seen"
UNCLEAR = "1 decision is not plain enough to compare with the tracker"
NONE = "no decision asks anything of this release's issues"
MONTH = {"days": 30}


def decided(*texts: str, **age: float) -> list[Said]:
    return [said(text, ago(**(age or MONTH))) for text in texts]


def given(decisions: list[Said], **more: Any) -> Evidence:
    facts: dict[str, Any] = {
        "target": target(milestone=RELEASE), "milestones": (RELEASE, NEXT), "issues": ISSUES, **more,
    }  # fmt: skip
    return evidence(decisions=tuple(decisions), **facts)


def asked(decisions: list[Said], **more: Any) -> Verdict:
    return judge(given(decisions, **more), rule("decisions_seen", grace_days=7))


@pytest.mark.parametrize(
    ("texts", "outcome", "reason", "why"),
    [
        pytest.param([], PASSED, NONE, "", id="no decision"),
        pytest.param(["Move #1 out of 1.0"], FAILED, LATE, "#1 is still in 1.0.0", id="still in"),
        pytest.param(["Move #4 out of 1.0"], PASSED, SEEN, "", id="in no milestone"),
        pytest.param(["Move #3 out of 1.0"], PASSED, SEEN, "", id="in another milestone"),
        pytest.param(
            ["Move #3 and #1 out of 1.0"], FAILED, LATE, "#1 is still in 1.0.0", id="one of two is still in"
        ),
        pytest.param(["Move #3 into 1.0"], FAILED, LATE, "#3 is not in 1.0.0", id="not in yet"),
        pytest.param(["Move #1 to 1.0"], PASSED, SEEN, "", id="in"),
        pytest.param(["Move #3 from 1.0 to 1.1"], PASSED, SEEN, "", id="from here to there"),
        pytest.param(
            ["Move #4 from 1.0 to 1.1"], FAILED, LATE, "#4 is not in v1.1.0", id="out, but not there"
        ),
        pytest.param(["Close #1"], FAILED, LATE, "#1 is open", id="not closed"),
        pytest.param(["Close #2"], PASSED, SEEN, "", id="closed"),
        pytest.param(["Merge #5"], PASSED, SEEN, "", id="merged"),
        pytest.param(["Merge #7"], FAILED, LATE, "#7 is open", id="not merged"),
        pytest.param(
            ["Merge #6"],
            FAILED,
            LATE,
            "#6 is closed, and no merge of it is recorded",
            id="closed without a merge",
        ),
        pytest.param(
            ["Merge #2"],
            UNKNOWN,
            UNCLEAR,
            "#2 is a closed issue; which pull request it means is not clear",
            id="an issue that was closed is no merge",
        ),
        pytest.param(
            ["Move #99 out of 1.0"], UNKNOWN, UNCLEAR, "#99 is not recorded", id="an issue not recorded"
        ),
        pytest.param(
            ["Move #1 to 1.2"], UNKNOWN, UNCLEAR, "there is no milestone 1.2", id="no such milestone"
        ),
        pytest.param(
            ["Move #1 out of the way"],
            UNKNOWN,
            UNCLEAR,
            "which milestone it means is not clear",
            id="out of no milestone",
        ),
        pytest.param(
            ["The text of #1 is fine"], UNKNOWN, UNCLEAR, "it names no move, closing or merge", id="no act"
        ),
        pytest.param(
            ["Do not close #1"], UNKNOWN, UNCLEAR, "it says what is not to be done", id="a negation"
        ),
        pytest.param(
            ["Close #2 and #1 is fine; do not merge #7"],
            UNKNOWN,
            UNCLEAR,
            "which issue it means is not clear",
            id="half",
        ),
        pytest.param(
            ["Merge #7 once it has two approvals"],
            UNKNOWN,
            UNCLEAR,
            "#7 is open; it sets a condition",
            id="a condition",
        ),
        pytest.param(
            ["Merge #5 once it has two approvals"], PASSED, SEEN, "", id="a condition that came true"
        ),
        pytest.param(["Close #2", "Merge #5"], PASSED, "all 2 decisions are seen", "", id="two are seen"),
        pytest.param(
            ["Close #1", "Merge #7", "Close #2"],
            FAILED,
            "2 decisions are not seen in the tracker yet",
            "",
            id="two are not",
        ),
        pytest.param(["Close #1", "#7 is fine"], FAILED, LATE, "", id="not seen outweighs unclear"),
        pytest.param(["Label #3 as 1.0.0"], PASSED, NONE, "", id="a label that is called like the milestone"),
        pytest.param(["Close other#1"], PASSED, NONE, "", id="#1 of another repository"),
        pytest.param(
            ["Close #3", "Move #3 out of 1.1", "Close it"], PASSED, NONE, "", id="another release's"
        ),
        pytest.param(["Move #4 out of 1.0.0-rc1"], PASSED, NONE, "", id="a candidate is another release"),
    ],
)
def test_a_month_old_decision_against_the_tracker(
    texts: list[str], outcome: Outcome, reason: str, why: str
) -> None:
    verdict = asked(decided(*texts))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    if why:
        assert [link.text for link in verdict.links] == [f"{texts[0]} (weekly, 2026-06-03): {why}"]


@pytest.mark.parametrize("title", ["1.0.0", "v1.0.0", "1.0", "v1.0"])
def test_1_0_is_the_milestone_however_it_is_spelled(title: str) -> None:
    release = milestone(title)
    verdict = asked(decided("Move #1 out of 1.0"), target=target(milestone=release), milestones=(release,))
    assert verdict.outcome is FAILED


def test_of_two_milestones_of_one_name_the_one_it_is_in_is_named() -> None:
    two = (milestone("1.0.0", 5), milestone("v1.0", 1))
    verdict = asked(decided("Move #1 out of 1.0"), target=target(milestone=two[1]), milestones=two)
    assert verdict.links[0].text.endswith("#1 is still in v1.0")


@pytest.mark.parametrize(
    ("age", "read_after", "outcome", "reason"),
    [
        pytest.param(
            timedelta(days=7), None, PASSED, "1 of the last 7 days may still be carried out", id="a week"
        ),
        pytest.param(timedelta(days=7, seconds=1), None, FAILED, LATE, id="a week and a second"),
        pytest.param(
            timedelta(days=9),
            timedelta(days=7),
            UNKNOWN,
            "1 decision is not seen yet, and the tracker was not read since; run `tallyman sync`",
            id="the tracker was read within the week of grace",
        ),
        pytest.param(
            timedelta(days=9),
            timedelta(days=7, seconds=1),
            FAILED,
            LATE,
            id="the tracker was read after the week",
        ),
        pytest.param(
            timedelta(days=3),
            timedelta(days=-1),
            PASSED,
            "1 of the last 7 days may still be carried out",
            id="decided after the tracker was read",
        ),
    ],
)
def test_a_decision_has_a_week(
    age: timedelta, read_after: timedelta | None, outcome: Outcome, reason: str
) -> None:
    synced_at = NOON if read_after is None else NOON - age + read_after
    verdict = asked(decided("Close #1", seconds=age.total_seconds()), synced_at=synced_at)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_the_days_of_grace_are_the_rule_sets_say() -> None:
    three_days_old = given(decided("Close #1", days=3))
    outcomes = [judge(three_days_old, rule("decisions_seen", grace_days=days)).outcome for days in (3, 2)]
    assert outcomes == [PASSED, FAILED]
    unsaid = [judge(given(decided("Close #1", days=days)), rule("decisions_seen")).outcome for days in (7, 8)]
    assert unsaid == [PASSED, FAILED], "a week where the rule set is silent"


def test_within_the_week_a_condition_may_still_come_true() -> None:
    verdict = asked(decided("Merge #7 once it has two approvals", days=2) + decided("Close #2", "Merge #5"))
    assert verdict.outcome is PASSED
    assert verdict.reason == "1 of the last 7 days may still be carried out; 2 more can be seen"
    text = "Merge #7 once it has two approvals (weekly, 2026-06-03): #7 is open; it sets a condition; it has until 2026-06-20"
    assert [link.text for link in verdict.links] == [text]


@pytest.mark.parametrize(
    ("earlier", "later", "outcome", "reason"),
    [
        pytest.param("Move #1 out of 1.0", "Move #1 back into 1.0", PASSED, SEEN, id="moved back"),
        pytest.param("Move #4 into 1.0", "Move #4 out of 1.0", PASSED, SEEN, id="moved out again"),
        pytest.param(
            "Move #1 and #4 into 1.0",
            "Move #4 out of 1.0",
            PASSED,
            "all 2 decisions are seen",
            id="half of it",
        ),
        pytest.param("Move #1 out of 1.0", "Close #2", FAILED, LATE, id="another matter replaces nothing"),
        pytest.param("Close #1", "Move #1 to 1.0", FAILED, LATE, id="a move does not replace a closing"),
    ],
)
def test_a_later_move_takes_the_place_of_an_earlier_one(
    earlier: str, later: str, outcome: Outcome, reason: str
) -> None:
    # Given youngest first: their dates count, not their order.
    verdict = asked(decided(later, days=20) + decided(earlier, days=30))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_what_was_rejected_asks_for_nothing() -> None:
    verdict = asked([said("Close #1", ago(days=30), Kind.REJECTED)])
    assert (verdict.outcome, verdict.reason) == (PASSED, NONE)


OTHER_WAY = (
    Membership(REPO, 1, "v1.1.0", ago(days=40), ago(days=20)),
    Membership(REPO, 1, "1.0.0", ago(days=20), None),
)


@pytest.mark.parametrize(
    ("texts", "reason", "why"),
    [
        pytest.param(
            ["Move #1 out of 1.0"],
            "1 decision is seen the other way",
            "#1 was moved into 1.0.0, seen there on 26 May 2026",
            id="moved in instead",
        ),
        pytest.param(
            ["Move #1 out of 1.0", "Close #7"],
            "1 decision is not seen in the tracker yet, 1 is seen the other way",
            "#7 is open",
            id="one of each",
        ),
    ],
)
def test_what_is_seen_the_other_way_is_said_to_be(texts: list[str], reason: str, why: str) -> None:
    verdict = asked(decided(*texts), memberships=OTHER_WAY)
    assert (verdict.outcome, verdict.reason) == (FAILED, reason)
    assert any(link.text.endswith(f": {why}") for link in verdict.links)


@pytest.mark.parametrize(
    ("texts", "outcome", "reason"),
    [
        pytest.param(["Close #1"], PASSED, "1 decision is dismissed by a chair", id="it alone"),
        pytest.param(
            ["Close #1", "Close #2"],
            PASSED,
            "the decision is seen; 1 dismissed by a chair",
            id="beside a seen one",
        ),
        pytest.param(["Close #1", "Merge #7"], FAILED, LATE, id="beside a late one"),
    ],
)
def test_what_a_chair_dismissed_is_not_asked_again(texts: list[str], outcome: Outcome, reason: str) -> None:
    decisions = decided(*texts)
    first = replace(decisions[0], item=replace(decisions[0].item, id="L1"))
    word = Dismissal(1, "L1", ago(days=1), "ada", "it was settled on the list")
    verdict = asked([first, *decisions[1:]], dismissals=(word,))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_an_archived_meeting_s_decision_is_not_judged() -> None:
    archived = [replace(each, archived=True) for each in decided("Close #1")]
    assert (asked(archived).outcome, asked(archived).reason) == (PASSED, NONE)


def test_what_was_accepted_counts_as_agreed() -> None:
    assert asked([said("Close #1", ago(days=30), Kind.ACCEPTED)]).outcome is FAILED


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        pytest.param("Close #4", FAILED, id="its issue"),
        pytest.param("Merge #7", FAILED, id="its pull request"),
        pytest.param("Close #3", PASSED, id="neither"),
    ],
)
def test_the_releases_own_issue_and_pull_request_belong_to_it(text: str, outcome: Outcome) -> None:
    own = target(milestone=RELEASE, issue=ISSUES[3], pull=ISSUES[6])
    assert asked(decided(text), target=own).outcome is outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        pytest.param("Close #4", FAILED, id="not seen"),
        pytest.param("Merge #5", UNKNOWN, id="seen, but others may be about the release"),
    ],
)
def test_without_its_milestone_a_release_is_not_called_in_order(text: str, outcome: Outcome) -> None:
    lost = target(milestone=None, issue=ISSUES[3], pull=ISSUES[4], notes=("no milestone matches 1.0.0",))
    assert asked(decided(text), target=lost).outcome is outcome


def test_a_repository_s_name_knows_no_case() -> None:
    loud = replace(target(milestone=RELEASE), repo="Quay/SPEC")
    assert asked(decided("Close #1"), target=loud).reason == LATE


def test_without_a_recorded_meeting_nothing_is_known() -> None:
    verdict = asked([], meetings=0)
    assert (verdict.outcome, verdict.reason) == (
        UNKNOWN,
        "no meeting about quay/spec is recorded; `tallyman meeting import` reads its log",
    )


def test_a_finding_leads_to_the_trackers_own_page_and_names_who_recorded_it() -> None:
    verdict = asked(decided("Close other#9 and move #1 out of 1.0"))
    assert verdict.who == ("bo",)
    assert verdict.links == (
        Link(
            "Close other#9 and move #1 out of 1.0 (weekly, 2026-06-03): #1 is still in 1.0.0",
            f"{WEB}/issues/1",
        ),
    )
