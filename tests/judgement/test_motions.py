"""Which vote there is on a release, and which posts are ballots on it: a stranger opens none, and Tallyman's own words are no vote."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.judgement import motions
from bot.judgement.ballots import OCI_WORDS
from bot.judgement.motions import Heads, Proposed
from bot.model.ballot import Kind, Motion, Vote
from bot.model.meeting import Choice, Poll
from bot.model.repository import Comment, Talk
from bot.model.ruling import Act, Ruling
from tests.judgement.made import HEAD, WEB, ago, target

LINE = "[spec VOTE]: tag 1.0.0 (closes 2026-06-20 12:00 UTC)"
MAINTAINERS = ("ada", "bo")
OLD = "b" * 40


def comment(text: str, by: str = "ada", days: float = 5, **more: Any) -> Comment:
    return Comment(int(days * 10), by, ago(days=days), text, f"{WEB}/pull/9#{int(days * 10)}", **more)


def talk(*comments: Comment, body: str = "", by: str = "ada") -> Talk:
    return Talk(9, by, ago(days=7), body, f"{WEB}/pull/9", comments)


def ruling(act: Act, days: float = 3, by: str = "bo", **more: Any) -> Ruling:
    facts: dict[str, Any] = {"about": "", "why": "because", **more}
    return Ruling("spec", "v1.0.0", act, facts.pop("about"), by, ago(days=days), facts.pop("why"), **facts)


def propose(*talks: Talk, rulings: tuple[Ruling, ...] = ()) -> Proposed | None:
    return motions.propose(target(), Kind.SPEC, talks, rulings, lambda by: by in MAINTAINERS, HEAD)


@pytest.mark.parametrize(
    ("given", "opened"),
    [
        pytest.param(talk(body=LINE), 7, id="in the pull request's own text"),
        pytest.param(talk(comment(f"Hello all,\n\n{LINE}\n\nThanks")), 5, id="in a comment"),
        pytest.param(talk(comment("[spec VOTE] tag 0647920 as v1.0.0 (closes Tue Jun 20 05:00:00 UTC 2026)")), 5, id="as the check-list spells it"),
        pytest.param(talk(comment("## [spec VOTE]: tag 1.0.0")), 5, id="without a closing time"),
        pytest.param(talk(comment(LINE, days=5), comment(LINE, days=2, by="bo")), 2, id="the newest of two"),
        pytest.param(talk(comment(LINE, by="guest")), None, id="a stranger opens none"),
        pytest.param(talk(body=LINE, by="guest"), None, id="nor in the text of a pull request"),
        pytest.param(talk(comment(f"> {LINE}")), None, id="a quotation"),
        pytest.param(talk(comment(f"`{LINE}`")), None, id="code"),
        pytest.param(talk(comment(f"Re: {LINE}")), None, id="an answer"),
        pytest.param(talk(comment("[spec VOTE]: tag 1.0.1 (closes 2026-06-20)")), None, id="another version"),
        pytest.param(talk(comment("[spec adopted]: tag 1.0.0 (+6 -0 #3)")), None, id="a tally"),
        pytest.param(talk(comment(f"<!-- tallyman:v1 -->\n{LINE}")), None, id="Tallyman's own report"),
        pytest.param(talk(comment(f"{LINE}\n\n<!-- tallyman:v1 kind=event sequence=1 -->\n")), None, id="with its mark at the end"),
        pytest.param(talk(), None, id="nothing"),
    ],
)  # fmt: skip
def test_a_vote_is_opened_by_a_maintainer_s_line(given: Talk, opened: float | None) -> None:
    found = propose(given)
    assert (found.motion.opened_at if found else None) == (ago(days=opened) if opened is not None else None)
    if found is not None:
        assert (found.motion.commit, found.motion.project, found.roster_at) == (
            HEAD,
            "spec",
            found.motion.opened_at,
        )


def test_the_closing_time_is_the_line_s_unless_it_is_past_already() -> None:
    found = propose(talk(body=LINE))
    assert found is not None
    assert found.motion.closes_at == datetime.fromisoformat("2026-06-20T12:00:00+00:00")
    gone = propose(talk(body=LINE.replace("2026", "2016")))
    assert gone is not None
    assert gone.motion.closes_at is None


def test_a_person_opens_and_cancels_a_vote() -> None:
    closes = ago(days=-4)
    opened = ruling(Act.OPEN, facts={"closes_at": closes.isoformat(), "commit": OLD, "cosponsor": "ada"})
    found = propose(talk(body=LINE), rulings=(opened,))
    assert found is not None
    motion = found.motion
    assert (motion.opened_at, motion.closes_at, motion.commit) == (ago(days=3), closes, OLD)
    assert (motion.proposer, motion.cosponsor, motion.text) == ("bo", "ada", "Tag bbbbbbb as 1.0.0")
    cancelled = ruling(Act.CANCEL, 1)
    assert propose(talk(body=LINE), rulings=(cancelled, opened)) is None
    again = propose(talk(comment(LINE, days=0.5)), rulings=(opened, cancelled))
    assert again is not None
    assert again.motion.opened_at == ago(days=0.5)


def test_the_roster_is_that_of_the_opening_until_a_person_refreshes_it() -> None:
    before, after = ruling(Act.ROSTER, 8), ruling(Act.ROSTER, 1)
    found = propose(talk(body=LINE), rulings=(before,))
    assert found is not None
    assert (found.roster_at, found.refreshed) == (ago(days=7), None)
    at_once = propose(talk(body=LINE), rulings=(ruling(Act.ROSTER, 7),))
    assert at_once is not None
    assert at_once.refreshed is not None
    found = propose(talk(body=LINE), rulings=(before, after))
    assert found is not None
    assert (found.roster_at, found.refreshed) == (ago(days=1), after)


@pytest.mark.parametrize(
    ("days", "head"),
    [
        pytest.param(9, "", id="before anybody looked"),
        pytest.param(7, OLD, id="between two looks at the same head"),
        pytest.param(5, "", id="the head changed some time around it"),
        pytest.param(2, HEAD, id="since the last change"),
    ],
)
def test_a_comment_is_on_the_head_that_there_was(days: float, head: str) -> None:
    heads = Heads(((ago(days=8), OLD), (ago(days=6), OLD), (ago(days=4), HEAD)))
    (post,) = motions.posts_of_talk(talk(comment("LGTM", days=days)), heads)
    assert post.commit == head


def test_comments_and_reviews_are_posts_and_commands_say_nothing() -> None:
    said = talk(
        comment("LGTM", days=4),
        comment("", days=3, by="bo", review="APPROVED", commit=OLD),
        comment("", days=2, review="PENDING"),
        comment("<!-- tallyman:v1 -->\nLGTM", days=1, by="bot"),
        comment("LGTM\n\n<!-- tallyman:v1 kind=event sequence=1 -->\n", days=1, by="bot"),
        comment("/tallyman waive C3 because LGTM\nREJECT: see #4", days=0.5),
    )
    found = motions.posts_of_talk(said, Heads())
    assert [(post.by, post.text, post.review, post.commit) for post in found] == [
        ("ada", "LGTM", "", ""),
        ("bo", "", "APPROVED", OLD),
        ("ada", "\nREJECT: see #4", "", ""),
    ]


MOTION = Motion("spec", "tag 1.0.0", ago(days=7))


def poll(question: str, days: float) -> Poll:
    at = ago(days=days)
    ballots = (
        Choice("ada", "for", at + timedelta(minutes=1), 12),
        Choice("bo", "against", at, 13),
    )
    return Poll("L9", question, ("for", "against", "abstain"), at, None, ("ada", "bo"), ballots)


@pytest.mark.parametrize(
    ("question", "days", "votes"),
    [
        pytest.param("release v1.0.0?", 3, [Vote.LGTM, Vote.REJECT], id="of this release"),
        pytest.param("release v1.0.1?", 3, [], id="of another"),
        pytest.param("shall we meet at noon?", 3, [], id="of something else"),
        pytest.param("release v1.0.0?", 7, [Vote.LGTM, Vote.REJECT], id="at the moment of the opening"),
        pytest.param("release v1.0.0?", 9, [], id="before the opening"),
    ],
)
def test_the_votes_of_a_meeting_count_where_they_are_about_the_release(
    question: str, days: float, votes: list[Vote]
) -> None:
    found = motions.posts((), (), ((poll(question, days), ""),), MOTION, OCI_WORDS, {})
    assert [post.text for post in found] == [vote.value for vote in votes]


def test_posts_from_elsewhere_come_with_all_they_have() -> None:
    row = {"by": "Ada <a@x.example>", "at": ago(days=2).isoformat(), "text": "LGTM", "url": "https://lists.example/1",
           "edited_at": ago(days=1).isoformat(), "earlier": [[ago(days=2).isoformat(), "REJECT"]]}  # fmt: skip
    (post,) = motions.posts((), (ruling(Act.POSTS, facts={"posts": [row]}),), (), MOTION, OCI_WORDS, {})
    assert (post.by, post.text, post.edited_at) == ("Ada <a@x.example>", "LGTM", ago(days=1))
    assert post.earlier == ((ago(days=2), "REJECT"),)


def test_an_early_closing_counts_for_the_vote_it_was_said_of() -> None:
    old, new = ruling(Act.CLOSE, 9), ruling(Act.CLOSE, 1, why="everybody has voted")
    assert motions.early((old,), MOTION) is None
    found = motions.early((new, old), MOTION)
    assert found is not None
    assert (found.by, found.why) == ("bo", "everybody has voted")


def test_a_vote_is_hidden_until_a_person_lifts_that() -> None:
    hidden, lifted = ruling(Act.EMBARGO, 3, about="vote"), ruling(Act.LIFT, 1, about="vote")
    other = ruling(Act.EMBARGO, 3, about="milestone:v1.0.0")
    assert [motions.is_hidden(each) for each in ((hidden,), (hidden, lifted), (other,), ())] == [
        True,
        False,
        False,
        False,
    ]
