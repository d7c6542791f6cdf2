"""The gates about a vote: adopted or not, its window, the commit it was on, concerns and holds; nothing recorded is never green."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.judgement.gates import gates
from bot.judgement.votes import Said
from bot.model.ballot import Early, Voted
from bot.model.release import Link, Outcome, Verdict
from bot.model.repository import Change
from bot.model.ruling import Act, Ruling
from tests.judgement.made import ago, evidence, repository, rule, voted
from tests.judgement.voting import CLOSES, FINAL, after, motion, post

PASSED, FAILED, UNKNOWN, NOT_APPLICABLE = (
    Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE,
)  # fmt: skip
OLD = "0bad" * 10


def asked(gate: str, vote: Voted | None, **more: object) -> Verdict:
    return gates()[gate](evidence(vote=vote, **more), rule(gate))


@pytest.mark.parametrize(
    ("vote", "outcome", "reason"),
    [
        pytest.param(voted("LLLLLLL"), PASSED, "adopted: 7 of 9 voted, 6 needed; 7 in favour, 0 against, 0 abstained, 2 silent", id="adopted"),
        pytest.param(voted("LLLRRR"), FAILED, "not adopted: 6 of 9 voted, 6 needed; 3 in favour, 3 against, 0 abstained, 3 silent", id="not adopted"),
        pytest.param(voted("LLL"), FAILED, "not adopted: 3 of 9 voted, 6 needed; 3 in favour, 0 against, 0 abstained, 6 silent", id="no quorum"),
        pytest.param(
            voted("LLLLLLL", hours=100), UNKNOWN,
            "the vote is open until 2025-11-10 12:00 UTC: 7 of 9 voted, 6 needed; 7 in favour, 0 against, 0 abstained, 2 silent",
            id="it still runs, whatever the count",
        ),
        pytest.param(
            voted("LLLL?L"), UNKNOWN,
            "the outcome is not known: what is held for a person could change the outcome: ask, and count again",
            id="a remark could change it",
        ),
    ],
)  # fmt: skip
def test_a_release_is_adopted_by_its_vote(vote: Voted, outcome: Outcome, reason: str) -> None:
    verdict = asked("vote", vote)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_vote_that_nobody_recorded_is_unknown_and_says_how_to_open_one() -> None:
    verdict = asked("vote", None)
    assert verdict.outcome is UNKNOWN
    assert verdict.reason.startswith(
        "no ballots are recorded: a maintainer opens the vote with a line `[spec VOTE]: tag 1.0.0"
    )


def test_a_vote_shows_the_motion_what_is_held_and_what_is_open() -> None:
    posts = [post(1, "R", 1, url="https://x.example/r"), post(2, "?", 2, url="https://x.example/q")]
    assert [link.url for link in asked("vote", voted(posts)).links] == [
        "",
        "https://x.example/q",
        "https://x.example/r",
    ]


@pytest.mark.parametrize("gate", ["vote_window", "vote_commit", "concerns"])
def test_without_a_vote_its_other_gates_know_nothing(gate: str) -> None:
    verdict = asked(gate, None)
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, "no vote is recorded")


@pytest.mark.parametrize(
    ("opened", "closes", "outcome"),
    [
        pytest.param(0, CLOSES, PASSED, id="a week to the minute"),
        pytest.param(59, CLOSES, PASSED, id="the seconds of the opening are not written in a closing time"),
        pytest.param(0, CLOSES - timedelta(minutes=1), FAILED, id="a minute short"),
    ],
)  # fmt: skip
def test_voting_stays_open_for_a_week(opened: int, closes: object, outcome: Outcome) -> None:
    asks = motion(opened_at=after(0) + timedelta(seconds=opened), closes_at=closes)
    assert asked("vote_window", voted("LLLLLLL", motion=asks)).outcome is outcome


def test_a_vote_that_a_person_closed_early_was_not_open_for_a_week() -> None:
    early = Said(Early("m1", "everybody has voted"))
    verdict = asked("vote_window", voted("LLLLLLL", hours=100, said=early))
    assert (verdict.outcome, verdict.reason) == (
        FAILED,
        "a person closed it early; the window was 168 hours, 168 asked for",
    )
    assert asked("vote_window", voted("LLLLLLL", hours=168)).outcome is PASSED


@pytest.mark.parametrize(
    ("commits", "changes", "outcome", "reason"),
    [
        pytest.param((FINAL, FINAL), (), PASSED, "all 2 votes on f1a1f1a1f1a1, or a rebase of it", id="on that commit"),
        pytest.param((FINAL, FINAL[:12]), (), PASSED, "all 2 votes on f1a1f1a1f1a1, or a rebase of it", id="a short name"),
        pytest.param((FINAL, OLD), (), UNKNOWN, "1 of 2 votes: on which change is not known", id="nobody compared"),
        pytest.param((FINAL, OLD), ("one", "one"), PASSED, "all 2 votes on f1a1f1a1f1a1, or a rebase of it", id="a plain rebase"),
        pytest.param((OLD, OLD), ("one", "two"), FAILED, "2 of 2 votes on another change than f1a1f1a1f1a1", id="another change"),
        pytest.param((FINAL, ""), ("one", "two"), UNKNOWN, "1 of 2 votes: on which change is not known", id="a comment nobody knows the head of"),
        pytest.param((), (), NOT_APPLICABLE, "nobody has voted yet", id="no votes"),
    ],
)  # fmt: skip
def test_votes_are_on_the_change_that_is_released(
    commits: tuple[str, ...], changes: tuple[str, ...], outcome: Outcome, reason: str
) -> None:
    known = repository(changes=tuple(map(Change, (FINAL, OLD), changes)))
    posts = [post(n, "L", commit=commit) for n, commit in enumerate(commits, 1)]
    vote = voted(posts, same_change=known.same_change)
    verdict = asked("vote_commit", vote, repository=known)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_motion_without_a_commit_binds_no_vote() -> None:
    assert asked("vote_commit", voted("LLL", motion=motion(commit=""))).outcome is UNKNOWN


def test_what_those_who_reject_ask_for_is_followed() -> None:
    vote = voted([post(1, "R", 1, url="https://x.example/1"), post(2, "R", 2), post(2, "L", 3)])
    verdict = asked("concerns", vote)
    assert (verdict.outcome, verdict.reason, verdict.who) == (FAILED, "1 of 2 is open", ("m1",))
    assert verdict.links == (Link("m1: REJECT: it hangs, see #7", "https://x.example/1"),)
    met = voted([post(2, "R", 2), post(2, "L", 3)])
    assert (asked("concerns", met).outcome, asked("concerns", met).reason) == (PASSED, "all 1 are resolved")
    assert asked("concerns", voted("LLL")).outcome is PASSED


def test_who_asks_for_more_time_is_named_with_the_reason() -> None:
    hold = Ruling("spec", "v1.0.0", Act.HOLD, "bo", "bo", ago(days=1), "reading it tonight")
    verdict = asked("holds", None, holds=(hold, replace(hold, by="ada")))
    assert (verdict.outcome, verdict.reason, verdict.who) == (
        FAILED,
        "bo and ada ask for more time",
        ("bo", "ada"),
    )
    assert verdict.links[0].text == "bo, 2026-06-14: reading it tonight"
    assert asked("holds", None).outcome is NOT_APPLICABLE
