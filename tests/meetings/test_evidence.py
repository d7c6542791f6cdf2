"""What looks like a promise kept: whose it is, what it names, when it came about, and how sure anybody can be."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.evidence import Activity, best, proposals
from bot.meetings.followup import follow
from bot.model.followup import Action, Step
from bot.model.person import Certainty, Means, People, Tie
from bot.model.tracker import Issue, Pull, ReviewState
from tests.meetings.made import issue, item, pull, review, tie, when

WKING = (tie("trevor", Means.NICK, "wking"), tie("trevor", Means.LOGIN, "wking"))
BO = (tie("bo", Means.NICK, "bo"), tie("bo", Means.LOGIN, "bo-q"))
HOOKS = item("wking to file a hook-dropping PR", to=("wking",))
SILENT = Activity(())


def of(
    said: object, ties: Sequence[Tie] = WKING, steps: Sequence[Step] = (), *, archived: bool = False
) -> Action:
    assert isinstance(said, type(HOOKS))
    return follow(1, "weekly", said, steps, People(tuple(ties)), archived=archived)


def proposed(
    action: Action, *tracker: Issue | Pull, ties: Sequence[Tie] = WKING
) -> list[tuple[int, int, str]]:
    """Number, score and reason of each proposal, best first."""
    issues = [each for each in tracker if isinstance(each, Issue)]
    activity = Activity(issues, [each for each in tracker if isinstance(each, Pull)])
    found = proposals(action, activity, People(tuple(ties)))
    return [(int(each.url.rpartition("/")[2]), each.score, each.why) for each in found]


@pytest.mark.parametrize(
    ("text", "tracker", "found"),
    [
        pytest.param(
            "wking to close #5", [issue(5, by="wking", closed="2016-06-03")],
            [(5, 100, "wking's, closed after the meeting, names #5")], id="the issue it names, closed since",
        ),
        pytest.param(
            "wking to reroll #5", [issue(5, by="wking", is_pull=True, closed="2016-06-03"), pull(5, merged="2016-06-03")],
            [(5, 100, "wking's, merged after the meeting, names #5")], id="the pull request it names, merged since",
        ),
        pytest.param(
            "wking to fix #5", [issue(9, "Fix #5", by="WKing", opened="2016-06-02", is_pull=True)],
            [(9, 100, "opened by wking after the meeting, names #5")], id="a pull request that names the same issue",
        ),
        pytest.param(
            "wking to fix #5", [issue(9, "Fix #5", by="wking", opened="2016-06-02", closed="2016-06-03", is_pull=True)],
            [(9, 100, "opened and closed by wking after the meeting, names #5")], id="opened and closed since",
        ),
        pytest.param(
            "wking to file a hook-dropping PR", [issue(483, "*: Remove hooks", by="wking", opened="2016-06-02")],
            [(483, 99, "opened by wking after the meeting, fits the words (99 of 100)")], id="no reference, but the words fit",
        ),
        pytest.param("wking to close #5", [issue(5, by="wking")], [], id="still open"),
        pytest.param("wking to close #5", [issue(5, by="wking", closed="2016-06-01 17:19")], [], id="closed before the meeting"),
        pytest.param("wking to close #5", [issue(5, by="wking", closed="2016-06-01 17:20")], [], id="closed in that very minute"),
        pytest.param("wking to fix #5", [issue(9, "Fix #5", by="wking", opened="2016-05-31")], [], id="opened before the meeting"),
        pytest.param("wking to fix #5", [issue(9, "Fix #5", by="bo", opened="2016-06-02")], [], id="somebody else's"),
        pytest.param("wking to fix #5", [issue(9, "Fix #55", by="wking", opened="2016-06-02")], [], id="another number"),
        pytest.param(
            "wking to fix #5", [issue(9, "Fix #5", by="wking", opened="2016-06-02", repo="quayside/image-spec")],
            [], id="the same number of another repository",
        ),
        pytest.param(
            "wking to fix #5", [issue(9, "Fix quayside/runtime-spec#5", by="wking", opened="2016-06-02", repo="quayside/image-spec")],
            [(9, 100, "opened by wking after the meeting, names #5")], id="named from another repository",
        ),
        pytest.param(
            "wking to file a hook-dropping PR", [issue(9, "Hooks are fun", by="wking", opened="2016-06-02")],
            [], id="one word in common is too few",
        ),
        pytest.param(
            "wking to file a hook-dropping PR",
            [
                issue(473, "Drop hooks (now that we have a create/start split)", by="wking", opened="2016-05-27", closed="2016-08-18"),
                issue(483, "*: Remove hooks", by="wking", opened="2016-06-02"),
                issue(484, "*: Remove hooks", by="wking", opened="2016-06-02"),
                issue(482, "*: Remove hooks", by="wking", opened="2016-06-03"),
            ],
            [
                (483, 99, "opened by wking after the meeting, fits the words (99 of 100)"),
                (484, 99, "opened by wking after the meeting, fits the words (99 of 100)"),
                (482, 99, "opened by wking after the meeting, fits the words (99 of 100)"),
                (473, 78, "wking's, closed after the meeting, fits the words (78 of 100)"),
            ],
            id="several: the likest, then the first",
        ),
    ],
)  # fmt: skip
def test_an_owner_s_work_after_the_meeting_is_proposed(
    text: str, tracker: list[Issue | Pull], found: list[tuple[int, int, str]]
) -> None:
    action = of(item(text, to=("wking",)))
    assert proposed(action, *tracker) == found
    assert proposed(action, *reversed(tracker)) == found


@pytest.mark.parametrize(
    ("text", "tracker", "found"),
    [
        pytest.param(
            "more discussion in #83", [issue(83, by="bo", updated="2016-06-03")],
            [(83, 100, "#83 was active after the meeting; nobody was named")], id="talked about since",
        ),
        pytest.param(
            "more discussion in #83", [issue(83, by="bo", closed="2016-06-03")],
            [(83, 100, "#83 was closed after the meeting; nobody was named")], id="closed since",
        ),
        pytest.param("more discussion in #83", [issue(83, updated="2016-06-01")], [], id="quiet since"),
        pytest.param("more discussion in #83", [], [], id="not recorded"),
        pytest.param("more discussion", [issue(83, "More discussion", updated="2016-06-03")], [], id="it names nothing"),
    ],
)  # fmt: skip
def test_an_action_of_nobody_takes_what_happens_in_its_reference(
    text: str, tracker: list[Issue | Pull], found: list[tuple[int, int, str]]
) -> None:
    assert proposed(of(item(text)), *tracker) == found


def test_an_action_of_somebody_does_not_take_what_others_did_in_its_reference() -> None:
    assert (
        proposed(of(item("wking to close #83", to=("wking",))), issue(83, by="bo", closed="2016-06-03")) == []
    )


REMOVED = issue(483, "*: Remove hooks", by="wking", opened="2016-06-02")
LIKE = "; that wking is wking is a guess (wking is spelled like it)"


@pytest.mark.parametrize(
    ("ties", "score", "doubt"),
    [
        pytest.param(WKING, 99, "", id="confirmed"),
        pytest.param((), 79, LIKE, id="a login spelled like the nick"),
        pytest.param(
            (tie("trevor", Means.LOGIN, "wking"),), 79, LIKE, id="a maintainer's login spelled like the nick"
        ),
        pytest.param(
            (tie("wking", Means.LOGIN, "wking"),), 79, LIKE, id="a maintainer's key spelled like the nick"
        ),
        pytest.param(
            (tie("trevor", Means.NICK, "wking"),), 79,
            "; that wking is trevor is a guess (wking is spelled like it)", id="a person whose login nobody stated",
        ),
        pytest.param(
            (tie("k", Means.LOGIN, "WKing"), tie("k", Means.NICK, "wking", Certainty.GUESSED, why="the first letters of W King (70)")), 79,
            "; that WKing is wking is a guess (the first letters of W King (70))", id="a guessed person",
        ),
        pytest.param(
            (tie("k", Means.LOGIN, "WKing"), tie("k", Means.NICK, "wking", Certainty.GUESSED)), 79,
            "; that WKing is wking is a guess (wking may be k)", id="a guessed person, nobody knows why",
        ),
        pytest.param(
            (tie("trevor", Means.LOGIN, "wking"), tie("trevor", Means.NICK, "wking", Certainty.UNLINKED)),
            None, "", id="unlinked by the person",
        ),
        pytest.param(
            (tie("trevor", Means.NICK, "wking"), tie("trevor", Means.LOGIN, "wking", Certainty.UNLINKED)),
            None, "", id="the login unlinked by the person",
        ),
        pytest.param(
            (tie("trevor", Means.NICK, "wking"), tie("other", Means.LOGIN, "wking")), None, "", id="somebody else's login",
        ),
    ],
)  # fmt: skip
def test_a_guessed_login_counts_less_says_so_and_is_for_chairs(
    ties: tuple[Tie, ...], score: int | None, doubt: str
) -> None:
    found = proposals(of(HOOKS, ties), Activity([REMOVED]), People(ties))
    assert [each.score for each in found] == ([] if score is None else [score])
    if score is not None:
        assert found[0].why.endswith(f"fits the words (99 of 100){doubt}")
        assert found[0].guessed is bool(doubt)
        assert best(found, for_chairs=True) == found[0]
        assert best(found) == (None if doubt else found[0])


@pytest.mark.parametrize(
    ("text", "review_by", "at", "why"),
    [
        pytest.param("wking and bo to review #5", "bo-q", "2016-06-02", "reviewed by bo-q after the meeting, names #5; of trevor it says nothing", id="one of two"),
        pytest.param("wking and bo to review #5", "bo-q", "2016-05-31", "", id="before the meeting"),
        pytest.param("wking and bo to review #5", "cyd", "2016-06-02", "", id="by somebody else"),
        pytest.param("wking and bo to rebase #5", "bo-q", "2016-06-02", "", id="a review is no rebase"),
    ],
)  # fmt: skip
def test_a_promised_review_is_found(text: str, review_by: str, at: str, why: str) -> None:
    ties = (*WKING, *BO)
    action = of(item(text, to=("wking", "bo")), ties)
    pulls = pull(5, reviews=(review(review_by, at),))
    found = proposed(action, issue(5, by="ada", is_pull=True), pulls, ties=ties)
    assert [each[2] for each in found] == ([why] if why else [])


def test_a_review_that_was_not_sent_is_none() -> None:
    action = of(item("wking to review #5", to=("wking",)))
    pulls = pull(5, reviews=(review("wking", "2016-06-02", ReviewState.PENDING),))
    assert proposed(action, issue(5, is_pull=True), pulls) == []


def test_a_reference_that_was_linked_later_counts_too() -> None:
    linked = Step(when("2016-06-05"), "ada", "linked", link="quayside/runtime-spec#9")
    action = of(HOOKS, steps=[linked])
    assert proposed(action, issue(9, "Nothing of the kind", by="wking", opened="2016-06-02"))[0][:2] == (
        9,
        100,
    )


def test_nothing_is_proposed_for_what_is_done_or_archived() -> None:
    done = Step(when("2016-06-05"), "ada", "done")
    assert proposed(of(HOOKS, steps=[done]), REMOVED) == []
    assert proposed(of(HOOKS, archived=True), REMOVED) == []
    assert proposed(of(HOOKS), REMOVED) != []


def test_the_one_handed_over_to_is_the_owner() -> None:
    handed = Step(when("2016-06-05"), "ada", "handed-over", to="bo")
    ties = (*WKING, *BO)
    theirs = issue(490, "Drop the hooks", by="bo-q", opened="2016-06-06")
    assert [each[0] for each in proposed(of(HOOKS, ties, [handed]), REMOVED, theirs, ties=ties)] == [490]


@settings(deadline=None)  # the machine may be busy
@given(
    st.text(max_size=60), st.lists(st.text(max_size=9), max_size=3), st.text(max_size=60), st.text(max_size=9)
)
def test_no_words_and_no_names_make_it_raise(text: str, owners: list[str], title: str, author: str) -> None:
    action = of(item(text, to=tuple(owners)), ())
    found = proposals(action, Activity([issue(5, title, by=author, opened="2016-06-02")]), People())
    assert all(0 < each.score <= 100 for each in found)
    assert proposals(action, SILENT, People()) == ()
