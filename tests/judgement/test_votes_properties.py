"""Whatever is posted, in whatever order and how often, a tally is what a count on fingers gives, and never wrongly green."""

from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.ballot import Outcome, Post
from tests.judgement.voting import CLOSES, OPENED, count, motion, worded

SIZE = 6
TWO_THIRDS = Fraction(2, 3)
PLAIN = ["L", "R", "A"]
TEXTS = [*PLAIN, "?", "-", "> LGTM", "`REJECT`", "LGTM\nREJECT", "not LGTM", "thanks for the LGTM"]


def made(by: st.SearchStrategy[str], texts: list[str]) -> st.SearchStrategy[Post]:
    """Posts at few different hours, so that many fall together, some before the window and some behind it."""
    hours = st.integers(-2, 12).map(lambda n: timedelta(hours=n * 16))
    return st.builds(
        lambda who, hour, text, n: Post(who, OPENED + hour, worded(text), "", f"https://x.example/{n}"),
        by,
        hours,
        st.sampled_from(texts),
        st.integers(0, 3),
    )


MEMBERS = st.integers(1, SIZE).map(lambda n: f"m{n}")
STRANGERS = st.sampled_from(
    ["guest", "m0", "m11", "M1x", "m1@example.net", "m1 <m1@example.net>", "ｍ1", "", "m1,m2"]
)


def facts(posts: list[Post]) -> tuple[object, ...]:
    found = count(posts, SIZE)
    return (
        found.outcome,
        found.lgtm,
        found.reject,
        found.abstain,
        found.ballots,
        found.reasons,
        found.held,
        found.tally_line,
    )


@given(st.lists(made(MEMBERS, TEXTS), max_size=14), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_in_which_posts_are_given_changes_nothing(posts: list[Post], random: object) -> None:
    shuffled = list(posts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert facts(shuffled) == facts(posts)


@given(st.lists(made(MEMBERS, TEXTS), max_size=14), st.integers(0, 20))
@settings(max_examples=100, deadline=None)
def test_posts_given_twice_change_nothing(posts: list[Post], again: int) -> None:
    assert facts([*posts, *posts[:again]]) == facts(posts)


@given(st.lists(made(MEMBERS, TEXTS), max_size=10), st.lists(made(STRANGERS, TEXTS), max_size=6))
@settings(max_examples=150, deadline=None)
def test_strangers_change_no_number_and_no_outcome(posts: list[Post], others: list[Post]) -> None:
    with_them, without = count([*posts, *others], SIZE), count(posts, SIZE)
    assert with_them.ballots == without.ballots
    assert (with_them.outcome, with_them.tally_line) == (without.outcome, without.tally_line)


@given(st.lists(made(MEMBERS, PLAIN), max_size=14, unique_by=lambda post: (post.by, post.at)))
@settings(max_examples=200, deadline=None)
def test_plain_votes_are_counted_as_on_fingers(posts: list[Post]) -> None:
    last: dict[str, str] = {}
    for post in sorted(posts, key=lambda each: each.at):
        if OPENED <= post.at <= CLOSES:
            last[post.by] = post.text[0]
    yes, no = (list(last.values()).count(letter) for letter in "LR")
    adopted = Fraction(yes + no, SIZE) >= TWO_THIRDS and Fraction(yes, yes + no) >= TWO_THIRDS
    found = count(posts, SIZE, hours=400)
    assert (found.lgtm, found.reject, found.adopted) == (yes, no, adopted)
    assert found.outcome in (Outcome.ADOPTED, Outcome.NOT_ADOPTED)


@given(st.lists(made(MEMBERS, TEXTS), max_size=12))
@settings(max_examples=200, deadline=None)
def test_what_is_green_stays_green_whatever_the_held_remarks_turn_out_to_mean(posts: list[Post]) -> None:
    found = count(posts, SIZE)
    if found.outcome is Outcome.UNKNOWN:
        return
    for held in found.held:
        for vote in held.may_be:
            settled = [*posts, Post(held.by, CLOSES, vote.value)]
            assert count(settled, SIZE).outcome is found.outcome


@given(
    made(MEMBERS, TEXTS),
    st.sampled_from(TEXTS),
    st.integers(169, 300),
    st.lists(made(MEMBERS, PLAIN), max_size=10),
)
@settings(max_examples=150, deadline=None)
def test_an_edit_after_the_closing_never_decides(
    post: Post, text: str, hours: int, others: list[Post]
) -> None:
    edited_at = OPENED + timedelta(hours=hours)
    new = worded(text)
    known = Post(post.by, post.at, new, "", post.url, edited_at, ((post.at, post.text),))
    before, after = count([post, *others], SIZE, hours=400), count([known, *others], SIZE, hours=400)
    assert (before.outcome, before.lgtm, before.reject) == (after.outcome, after.lgtm, after.reject)
    untold = count([Post(post.by, post.at, new, "", post.url, edited_at), *others], SIZE, hours=400)
    assert untold.outcome in (before.outcome, Outcome.UNKNOWN)


@given(st.lists(made(MEMBERS, TEXTS), max_size=12), st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_what_comes_later_is_not_seen_earlier(posts: list[Post], hours: int) -> None:
    moment = OPENED + timedelta(hours=hours)
    then = count(posts, SIZE, hours=hours)
    assert then.ballots == count([post for post in posts if post.at <= moment], SIZE, hours=hours).ballots
    assert (then.outcome is Outcome.OPEN) is (moment < CLOSES)


@given(st.lists(made(MEMBERS, TEXTS), max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_motion_is_never_adopted_before_its_window_ends_without_a_person(posts: list[Post]) -> None:
    assert (
        count(posts, SIZE, motion=motion(closes_at=OPENED + timedelta(hours=999)), hours=200).outcome
        is Outcome.OPEN
    )
