"""When a pull request of the release waits, for what, and whose turn it is."""

from typing import Any

import pytest

from bot.judgement.gates.review_state import judge
from bot.model.evidence import Evidence
from bot.model.release import Outcome, Verdict
from bot.model.tracker import Issue, Pull
from tests.judgement.made import evidence, issue, pull, rule, target

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN
APPROVED = "bo+ cyd+"


def asked(given: Evidence, approvals: int = 2) -> Verdict:
    return judge(given, rule("review_state", approvals=approvals))


def one(reviews: str, **more: Any) -> Verdict:
    """The verdict on one pull request of ada's, with 2 approvals needed."""
    return asked(evidence(issues=(issue(4, is_pull=True),), pulls=(pull(4, reviews, **more),)))


def waits_for(verdict: Verdict) -> str:
    """What the only link says behind the title."""
    (link,) = verdict.links
    return link.text.removeprefix("#4 the matter of 4: ")


@pytest.mark.parametrize(
    ("reviews", "outcome", "why"),
    [
        pytest.param("bo+ cyd+", PASSED, "", id="two approvals"),
        pytest.param("bo+ cyd+ eli+", PASSED, "", id="more than enough"),
        pytest.param("bo+", FAILED, "1 of 2 approvals", id="one too few"),
        pytest.param("", FAILED, "0 of 2 approvals", id="nobody looked"),
        pytest.param("bo+ ada+", FAILED, "1 of 2 approvals", id="the author's own does not count"),
        pytest.param("bo+ ADA+", FAILED, "1 of 2 approvals", id="in whatever letters"),
        pytest.param("bo+ BO+", FAILED, "1 of 2 approvals", id="one person counts once"),
        pytest.param("bo- bo+ cyd+", PASSED, "", id="the last word counts"),
        pytest.param("bo+ cyd+ bo~", PASSED, "", id="a comment takes nothing back"),
        pytest.param("bo+ cyd+ bo/", FAILED, "1 of 2 approvals", id="a dismissed one does not count"),
        pytest.param(
            "bo+ cyd+ eli-", FAILED, "changes requested by eli", id="changes wanted outweigh approvals"
        ),
        pytest.param(
            "bo- cyd-old",
            FAILED,
            "changes requested by bo; changes requested by cyd on an older commit; 0 of 2 approvals",
            id="all that is missing is said",
        ),
        pytest.param(
            "bo+ cyd+old", UNKNOWN, "1 of 2 approvals given on an older commit", id="an older commit"
        ),
        pytest.param(
            "bo+old",
            FAILED,
            "1 of 2 approvals; 1 of 1 approval given on an older commit",
            id="too few, and on an older commit",
        ),
    ],
)
def test_approvals_are_counted_once_for_each_reviewer(reviews: str, outcome: Outcome, why: str) -> None:
    verdict = one(reviews)
    assert (verdict.outcome, waits_for(verdict) if why else verdict.links) == (outcome, why or ())


@pytest.mark.parametrize(
    ("mergeable", "state", "outcome", "why"),
    [
        pytest.param(True, "clean", PASSED, "", id="clean"),
        pytest.param(True, "has_hooks", PASSED, "", id="hooks run first"),
        pytest.param(False, "dirty", FAILED, "has conflicts", id="conflicts"),
        pytest.param(True, "behind", FAILED, "is behind its base", id="behind"),
        pytest.param(
            True, "blocked", FAILED, "is blocked by a required check or review", id="blocked by protection"
        ),
        pytest.param(
            True, "unstable", FAILED, "has a check that fails or still runs", id="a check is not green"
        ),
        pytest.param(False, "unknown", FAILED, "cannot be merged", id="cannot, and GitHub does not say why"),
        pytest.param(
            None,
            "unknown",
            UNKNOWN,
            "GitHub has not said yet whether it can be merged",
            id="not worked out yet",
        ),
    ],
)
def test_a_merge_must_be_possible(mergeable: bool | None, state: str, outcome: Outcome, why: str) -> None:
    verdict = one(APPROVED, mergeable=mergeable, mergeable_state=state)
    assert (verdict.outcome, waits_for(verdict) if why else verdict.links) == (outcome, why or ())


def test_a_draft_waits_for_its_author_and_for_nothing_else() -> None:
    verdict = one("bo-", draft=True, mergeable=False, mergeable_state="draft", requested_reviewers=("cyd",))
    assert (waits_for(verdict), verdict.who) == ("is a draft", ("ada",))


@pytest.mark.parametrize(
    ("reviews", "more", "who"),
    [
        pytest.param(
            "bo+", {"requested_reviewers": ("cyd", "eli")}, ("cyd", "eli"), id="those who were asked"
        ),
        pytest.param("bo+", {}, ("ada",), id="nobody was asked: the author can ask"),
        pytest.param("bo-", {"requested_reviewers": ("cyd",)}, ("ada",), id="changes wanted: the author"),
        pytest.param(
            "bo-old", {"requested_reviewers": ("cyd",)}, ("bo", "cyd"), id="pushed since: the reviewer again"
        ),
        pytest.param("bo-old", {"requested_reviewers": ("bo",)}, ("bo",), id="each once"),
        pytest.param(
            "bo-old", {"mergeable": False, "mergeable_state": "dirty"}, ("ada",), id="conflicts: the author"
        ),
        pytest.param(APPROVED, {"mergeable_state": "behind"}, ("ada",), id="behind: the author"),
    ],
)
def test_whose_turn_it_is(reviews: str, more: dict[str, Any], who: tuple[str, ...]) -> None:
    assert one(reviews, **more).who == who


@pytest.mark.parametrize(
    ("issues", "pulls", "outcome", "reason"),
    [
        pytest.param([], [], PASSED, "no pull request of this release is open", id="none"),
        pytest.param(
            [issue(1), issue(2, is_pull=True, closed=True), issue(3, is_pull=True, in_=2)],
            [],
            PASSED,
            "no pull request of this release is open",
            id="issues, closed ones and other milestones' are none",
        ),
        pytest.param(
            [issue(1, is_pull=True)],
            [],
            UNKNOWN,
            "#1: its reviews were not read; run `tallyman sync`",
            id="one that was not read",
        ),
        pytest.param(
            [issue(1, is_pull=True), issue(2, is_pull=True)],
            [pull(2, "bo+")],
            FAILED,
            "1 of 2 open pull requests waits",
            id="one that waits outweighs one that was not read",
        ),
        pytest.param(
            [issue(1, is_pull=True), issue(2, is_pull=True)],
            [pull(1, APPROVED), pull(2, APPROVED)],
            PASSED,
            "2 open, with 2 approvals or more, can be merged",
            id="all in order",
        ),
    ],
)
def test_the_release_has_several_pull_requests(
    issues: list[Issue], pulls: list[Pull], outcome: Outcome, reason: str
) -> None:
    verdict = asked(evidence(issues=tuple(issues), pulls=tuple(pulls)))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_the_release_pull_request_counts_outside_the_milestone_too_and_once() -> None:
    for place in (None, 1):
        own = issue(9, is_pull=True, in_=place, title="version: release v1.0.0")
        verdict = asked(evidence(issues=(own,), pulls=(pull(9, "bo+"),), target=target(pull=own)))
        assert (verdict.outcome, verdict.reason) == (FAILED, "1 of 1 open pull request waits")


def test_how_many_approvals_are_needed_is_the_rule_sets_say() -> None:
    given = evidence(issues=(issue(4, is_pull=True),), pulls=(pull(4, "bo+"),))
    assert [asked(given, needed).outcome for needed in (0, 1, 2)] == [PASSED, PASSED, FAILED]
    assert judge(given, rule("review_state")).outcome is FAILED, "two where the rule set is silent"
