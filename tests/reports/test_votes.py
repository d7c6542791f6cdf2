"""The texts of a vote, as people read them, to the byte."""

from datetime import timedelta
from typing import Any

from bot.jobs import voting
from bot.jobs.voting import Counted
from bot.judgement import rules
from bot.judgement.concerns import Resolution
from bot.judgement.votes import Said
from bot.model.ballot import Post
from tests import goldens
from tests.judgement.voting import OPENED, after, count, motion, post, roster

GOLDENS = {"tally.adopted.txt", "tally.full.txt", "tally.no-rules.txt", "vote.opening.txt", "vote.opening-bare.txt", "vote.reminder.txt"}  # fmt: skip
POSTS = [
    post(1, "L", 1, url="https://example.org/pull/42#1", commit="f1a1f1a"),
    post(2, "REJECT: hooks hang when PATH is unset, see #7", 2, url="https://example.org/pull/42#2"),
    post(3, "REJECT", 3),
    post(3, "L", 30, commit="01de" * 10),
    post(4, "LGTM once CI passes", 4, url="https://example.org/pull/42#5"),
    post(5, "A", 5),
    post(6, "REJECT", 6),
    post("guest", "L", 7),
    post("M 9 <new@example.net>", "R", 8),
    post(7, "L", 169),
]


def counted(posts: list[Post], hours: float = 170, **more: Any) -> Counted:
    tally = count(posts, hours=hours, **more)
    clauses = rules.load_clauses("oci", tally.motion.opened_at, project="runtime-spec")
    return Counted(tally, clauses, roster(9))


def test_an_adopted_motion() -> None:
    six = [post(n, "L", n) for n in range(1, 7)]
    goldens.check(
        "tally.adopted.txt", voting.text(counted(six, motion=motion(proposer="m1", cosponsor="m2")))
    )


def test_everything_that_can_be_said_of_a_tally() -> None:
    met = Said(resolutions=(Resolution("m2", "m1", after(9), "hooks were mended in #8"),))
    short = motion(closes_at=OPENED + timedelta(days=6))
    found = counted(POSTS, said=met, motion=short, same_change=lambda voted, final: False)
    goldens.check("tally.full.txt", voting.text(found))


def test_a_motion_from_before_any_rule() -> None:
    early = motion(opened_at=OPENED.replace(year=2016, month=6), closes_at=None)
    goldens.check("tally.no-rules.txt", voting.text(counted(POSTS, motion=early)))


def test_the_opening() -> None:
    facts = {
        "pulls": "42",
        "since": "v1.2.1",
        "compare": "https://example.org/compare",
        "pull": "https://example.org/pull/42",
    }
    draft = voting.opening(counted([], hours=0), facts)
    goldens.check("vote.opening.txt", f"{draft.subject}\n\n{draft.body}")


def test_an_opening_of_which_little_is_known() -> None:
    draft = voting.opening(counted([], hours=0, motion=motion(commit="")), {"pulls": "42", "since": "", "pull": "", "compare": ""})  # fmt: skip
    goldens.check("vote.opening-bare.txt", f"{draft.subject}\n\n{draft.body}")


def test_the_reminder() -> None:
    draft = voting.reminder(counted(POSTS, hours=100))
    assert draft is not None
    goldens.check("vote.reminder.txt", f"{draft.subject}\n\n{draft.body}")
