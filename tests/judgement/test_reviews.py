"""Votes by review and in meetings: an approval is one, a request for changes may be one, an option of its own is none."""

import pytest

from bot.judgement.ballots import OCI_WORDS, Reading, Words
from bot.judgement.reviews import posts_of_poll, posts_of_reviews, read_post
from bot.model.ballot import Outcome, Vote
from bot.model.meeting import Choice, Poll
from tests.judgement.made import HEAD, pull
from tests.judgement.voting import OPENED, after, count, motion, post

L, R, A = Vote.LGTM, Vote.REJECT, Vote.ABSTAIN


@pytest.mark.parametrize(
    ("state", "text", "vote", "may_be"),
    [
        pytest.param("APPROVED", "", L, (), id="an approval"),
        pytest.param("APPROVED", "Nice work on the hooks.", L, (), id="an approval with a remark"),
        pytest.param("APPROVED", "LGTM", L, (), id="an approval that says so"),
        pytest.param("APPROVED", "LGTM once CI passes", None, (L,), id="an approval with a condition"),
        pytest.param("APPROVED", "REJECT #7", None, (L, R), id="an approval that rejects"),
        pytest.param("CHANGES_REQUESTED", "", None, (R,), id="changes asked for"),
        pytest.param("CHANGES_REQUESTED", "REJECT #7", R, (), id="a rejection in writing"),
        pytest.param("CHANGES_REQUESTED", "LGTM", None, (L, R), id="changes asked for, in favour"),
        pytest.param("COMMENTED", "LGTM", L, (), id="a comment"),
        pytest.param("COMMENTED", "", None, (), id="an empty comment"),
        pytest.param("DISMISSED", "", None, (), id="dismissed"),
        pytest.param("DISMISSED", "LGTM", None, (L,), id="dismissed, with a vote in words"),
        pytest.param("", "LGTM", L, (), id="no review"),
    ],
)
def test_what_a_review_says(state: str, text: str, vote: Vote | None, may_be: tuple[Vote, ...]) -> None:
    found = read_post(post(1, text, review=state), text, OCI_WORDS)
    assert (found.vote, found.may_be) == (vote, may_be)
    assert bool(found.why) is bool(may_be)
    assert isinstance(found, Reading)


def test_reviews_are_counted_with_their_commits() -> None:
    posts = posts_of_reviews(pull(43, "m1+ m2+ m3+ m4+ m5+01de01de m6- m7~ m8/"))
    about = motion(opened_at=posts[0].at, closes_at=posts[-1].at, commit=HEAD)
    found = count(posts, motion=about, hours=9_999, same_change=lambda voted, final: False)
    assert (found.lgtm, found.reject, found.outcome) == (5, 0, Outcome.UNKNOWN)
    assert [ballot.on_other_commit for ballot in found.ballots] == [False, False, False, False, True]
    assert [held.by for held in found.held] == ["m6"], "a request for changes could be the sixth vote"


def poll(*options: str) -> Poll:
    ballots = tuple(Choice(f"m{n}", options[n % len(options)], after(1), 100 + n) for n in range(1, 7))
    return Poll("L99", "Ship it?", options, OPENED, after(2), (), ballots)


def test_a_meeting_s_votes_on_a_motion_are_posts() -> None:
    posts = posts_of_poll(poll("for", "against", "abstain"), OCI_WORDS, "https://x.example/log")
    assert [each.text for each in posts] == ["REJECT", "ABSTAIN", "LGTM"] * 2
    assert posts[0].url == "https://x.example/log#L101"
    found = count(posts)
    assert (found.lgtm, found.reject, found.abstain) == (2, 2, 2)
    plus = Words.of(("+1",), ("-1",), ("0",))
    assert [each.text for each in posts_of_poll(poll("for", "against", "abstain"), plus)][:3] == [
        "-1",
        "0",
        "+1",
    ]


def test_a_poll_with_options_of_its_own_is_no_motion() -> None:
    assert posts_of_poll(poll("red", "blue"), OCI_WORDS) == ()
    assert posts_of_poll(poll("for", "later"), OCI_WORDS) == ()
