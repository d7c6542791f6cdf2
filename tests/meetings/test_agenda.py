"""What the next meeting has before it, in which order, and what the agenda says that it could not know."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.meetings.agenda import Facts, agenda, next_milestone
from bot.meetings.followup import follow
from bot.model.followup import Action, Agenda, Dismissal, Proposal, SeenDecision, Sight, Step
from bot.model.meeting import Item, Kind, Topic
from bot.model.person import People
from bot.model.tracker import Milestone, ReviewState, State
from tests.meetings.made import (
    REPO,
    issue,
    item,
    meeting,
    milestone,
    pull,
    review,
    spell,
    when,
)

AT = when("2016-06-22 15:00")
FIRST, SECOND = when("2016-06-08 17:00"), when("2016-06-15 17:00")
RELEASE = milestone(2, "1.0.0", due="2016-07-01")
TRACKER = Facts(REPO, AT, (RELEASE,))


def made(**more: Any) -> Agenda:
    facts: dict[str, Any] = {
        "repos": (REPO, "quayside/tools"), "meetings": [meeting("weekly", SECOND)], "actions": (), "decisions": (),
        "tracker": TRACKER, "roster": ("ada", "bo"), "at": AT, **more,
    }  # fmt: skip
    return agenda("runtime-spec", **facts)


def tracker(**more: Any) -> Facts:
    return replace(TRACKER, **more)


def topic(text: str, *, left_open: bool, repo: str = REPO) -> Topic:
    return Topic(text, text, repo, FIRST, left_open)


def action(text: str, *, line: int = 1, at: datetime = FIRST, number: int = 1, **more: Any) -> Action:
    archived = more.pop("archived", False)
    steps: tuple[Step, ...] = more.pop("steps", ())
    said = item(text, line=line, at=at, **more)
    return follow(number, "weekly", said, steps, People(), archived=archived)


def decision(
    text: str, sight: Sight = Sight.NOT_SEEN_YET, *, at: datetime = FIRST, **more: Any
) -> SeenDecision:
    said: Item = item(text, Kind.AGREED, at=at, line=more.pop("line", 1), repo=more.pop("repo", REPO))
    return SeenDecision(1, "weekly", said, sight, "why", more.pop("in_grace", False), **more)


def test_an_agenda_of_nothing_says_only_what_it_could_not_know() -> None:
    nothing = Facts(REPO, None)
    assert made(meetings=(), tracker=nothing, roster=()) == Agenda(
        "runtime-spec", (), (), (), (), (),
        (
            "no meeting is recorded",
            "the tracker of quayside/runtime-spec was never read; run `tallyman sync`",
            "no roster is recorded, so that it is not known whose review is asked for",
        ),
    )  # fmt: skip


def test_topics_left_open_come_once_the_newest_meeting_s_first() -> None:
    old = meeting("first", FIRST, topics=[
        topic("Hooks", left_open=True), topic("Names", left_open=True), topic("Dates", left_open=True),
        topic("Elsewhere", left_open=True, repo="quayside/image-spec"), topic("Anything else", left_open=True, repo=""),
    ])  # fmt: skip
    new = meeting("second", SECOND, topics=[
        topic("Schema", left_open=True), topic("hooks ", left_open=True), topic("Names", left_open=False),
        topic("Tools", left_open=True, repo="Quayside/Tools"),
    ])  # fmt: skip
    assert made(meetings=[new, old]).topics == (
        ("Schema", "second, 2016-06-15"),
        ("hooks ", "second, 2016-06-15"),
        ("Tools", "second, 2016-06-15"),
        ("Dates", "first, 2016-06-08"),
        ("Anything else", "first, 2016-06-08"),
    )


def test_a_topic_of_a_meeting_that_is_still_to_come_is_none() -> None:
    later = meeting("later", when("2016-06-29"), topics=[topic("Hooks", left_open=True)])
    assert made(meetings=[later]).topics == ()


def test_open_actions_of_the_project_come_oldest_first_with_their_evidence() -> None:
    proof = Proposal("https://x.example/1", "Close #5", AT, 100, "closed after the meeting, names #5")
    done = (Step(AT, "ada", "done"),)
    handed = (Step(AT, "ada", "handed-over", to="bo"),)
    found = made(
        actions=[
            action("new", at=SECOND, line=3),
            action("old", line=2),
            action("older", line=1),
            action("done", steps=done),
            action("handed over", line=9, steps=handed),
            action("archived", archived=True),
            action("elsewhere", repo="quayside/image-spec"),
            action("about quayside/runtime-spec#5", repo="quayside/image-spec", line=10),
            action("about nothing", repo="", line=11),
        ],
        evidence={(1, "L2"): proof},
    )
    assert [(each.item.text, proposal) for each, proposal in found.actions] == [
        ("older", None),
        ("old", proof),
        ("handed over", None),
        ("about quayside/runtime-spec#5", None),
        ("about nothing", None),
        ("new", None),
    ]


NO = Dismissal(1, "L1", AT, "ada", "settled")


@pytest.mark.parametrize(
    ("given", "is_there"),
    [
        pytest.param(decision("Close #5"), True, id="not seen yet"),
        pytest.param(decision("Close #5", Sight.OTHER_WAY), True, id="seen the other way"),
        pytest.param(decision("Close #5", chairs_only=True), True, id="for chairs, who prepare the agenda"),
        pytest.param(decision("Close #5", in_grace=True), False, id="within the week of grace"),
        pytest.param(decision("Close #5", dismissed=NO), False, id="dismissed"),
        pytest.param(decision("Close #5", Sight.CARRIED_OUT), False, id="carried out"),
        pytest.param(decision("Close it", Sight.CANNOT_TELL), False, id="not comparable"),
        pytest.param(decision("Close it", repo="quayside/image-spec"), False, id="another project's"),
    ],
)
def test_decisions_that_are_not_seen_are_asked_for(given: SeenDecision, is_there: bool) -> None:
    assert made(decisions=[given]).decisions == ((given,) if is_there else ())


def test_decisions_come_in_the_order_of_time() -> None:
    new, old, older = decision("c", at=SECOND), decision("b", line=2), decision("a", line=1)
    assert made(decisions=[new, old, older]).decisions == (older, old, new)


@pytest.mark.parametrize(
    ("milestones", "number"),
    [
        pytest.param([milestone(3, "1.1", due="2016-09-01"), milestone(4, "1.0", due="2016-07-01")], 4, id="due first"),
        pytest.param([milestone(1, "later"), milestone(3, "1.1", due="2016-09-01")], 3, id="a date before none"),
        pytest.param([milestone(7, "b"), milestone(5, "a")], 5, id="without dates the older one"),
        pytest.param([milestone(1, "0.9", due="2016-01-01", state=State.CLOSED), milestone(2, "1.0")], 2, id="not a closed one"),
        pytest.param([milestone(1, "0.9", state=State.CLOSED)], None, id="none is open"),
    ],
)  # fmt: skip
def test_the_next_milestone_is_the_open_one_that_is_due_first(
    milestones: list[Milestone], number: int | None
) -> None:
    found = next_milestone(milestones)
    assert (found.number if found else None) == number


@pytest.mark.parametrize(
    ("updated", "met", "is_still"),
    [
        pytest.param("2016-06-15 16:59", [SECOND], False, id="within the week, though before the meeting"),
        pytest.param("2016-06-15 14:59", [SECOND], True, id="not for a week, nor since the meeting"),
        pytest.param("2016-06-08 16:59", [FIRST], True, id="not since the last meeting"),
        pytest.param("2016-06-08 17:00", [FIRST], False, id="in the last meeting"),
        pytest.param("2016-06-09", [FIRST, SECOND], True, id="not since the last of two meetings"),
        pytest.param("2016-06-09", [], False, id="without a meeting two weeks count"),
        pytest.param("2016-06-08 14:59", [], True, id="not for two weeks"),
    ],
)
def test_an_issue_is_without_movement_since_the_last_meeting_but_a_week_at_least(
    updated: str, met: list[datetime], is_still: bool
) -> None:
    quiet = issue(5, updated=updated, milestone=2)
    found = made(meetings=[meeting("m", at) for at in met], tracker=tracker(issues=(quiet,)))
    assert found.still == ((quiet,) if is_still else ())


def test_without_movement_are_open_issues_of_the_next_milestone_the_quietest_first() -> None:
    quiet, quieter = issue(5, updated="2016-05-09", milestone=2), issue(6, updated="2016-05-08", milestone=2)
    others = (
        issue(7, milestone=3),
        issue(8),
        issue(9, milestone=2, closed="2016-05-05"),
        issue(10, milestone=2),
        issue(11, milestone=2),
        issue(12, milestone=2, is_pull=True),
        issue(13, milestone=2, is_pull=True, updated="2016-05-10"),
    )
    facts = tracker(
        issues=(quiet, *others, quieter),
        pulls=(pull(12, asked=("ada",)), pull(13, draft=True)),
        memberships=(
            spell(5, "1.0.0", "2016-05-01"),
            spell(10, "1.0.0", "2016-06-20"),
            spell(11, "1.0.0", "2016-06-16"),
        ),
    )
    found = made(tracker=facts)
    assert [each.number for each in found.still] == [6, 5, 13]
    assert [each.number for each in found.waiting] == [12]


def test_what_the_very_first_sync_found_in_the_milestone_has_not_moved() -> None:
    quiet = issue(5, milestone=2)
    facts = tracker(issues=(quiet,), memberships=(spell(5, "1.0.0", "2016-06-20"),))
    assert made(tracker=facts).still == (quiet,)


@pytest.mark.parametrize(
    ("given", "is_waiting"),
    [
        pytest.param(pull(5, asked=("ADA",)), True, id="one of the group is asked"),
        pytest.param(pull(5, asked=("Ada",), reviews=(review("bo", "2016-06-01"),)), True, id="asked again"),
        pytest.param(pull(5), True, id="nobody has reviewed it"),
        pytest.param(pull(5, asked=("zoe",)), True, id="somebody else is asked, and nobody has reviewed it"),
        pytest.param(pull(5, reviews=(review("zoe", "2016-06-01"),)), False, id="reviewed"),
        pytest.param(pull(5, asked=("zoe",), reviews=(review("bo", "2016-06-01"),)), False, id="it awaits others"),
        pytest.param(pull(5, reviews=(review("Cyd", "2016-06-01"),)), True, id="the author's own word is no review"),
        pytest.param(pull(5, reviews=(review("bo", "2016-06-01", ReviewState.PENDING),)), True, id="a review not sent"),
        pytest.param(pull(5, asked=("ada",), draft=True), False, id="a draft"),
    ],
)  # fmt: skip
def test_pull_requests_wait_for_the_group(given: Any, is_waiting: bool) -> None:
    opened = issue(5, by="cyd", is_pull=True)
    found = made(tracker=tracker(issues=(opened,), pulls=(given,)))
    assert found.waiting == ((opened,) if is_waiting else ())


def test_waiting_pull_requests_come_in_the_order_of_time() -> None:
    issues = (
        issue(9, is_pull=True),
        issue(7, is_pull=True, opened="2016-05-02"),
        issue(8, is_pull=True),
        issue(6, is_pull=True, closed="2016-06-01"),
    )
    found = made(tracker=tracker(issues=issues, pulls=tuple(pull(number) for number in (6, 7, 8, 9))))
    assert [each.number for each in found.waiting] == [8, 9, 7]


@pytest.mark.parametrize(
    ("more", "unknown"),
    [
        pytest.param({}, (), id="everything is known"),
        pytest.param(
            {"tracker": tracker(synced_at=FIRST)},
            ("the tracker of quayside/runtime-spec was last read before the last meeting; run `tallyman sync`",),
            id="read before the meeting",
        ),
        pytest.param(
            {"tracker": tracker(milestones=())},
            ("no milestone of quayside/runtime-spec is open, so that nothing in it can be without movement",),
            id="no milestone",
        ),
        pytest.param(
            {"tracker": tracker(issues=(issue(5, is_pull=True), issue(6, is_pull=True)))},
            ("the reviews of #5, #6 are not recorded",),
            id="reviews",
        ),
        pytest.param(
            {"decisions": [decision("x", Sight.CANNOT_TELL), decision("y", Sight.CANNOT_TELL, dismissed=NO)]},
            ("1 decision cannot be compared with the tracker",),
            id="a decision",
        ),
        pytest.param(
            {"decisions": [decision("x", Sight.CANNOT_TELL), decision("y", Sight.CANNOT_TELL)]},
            ("2 decisions cannot be compared with the tracker",),
            id="decisions",
        ),
    ],
)  # fmt: skip
def test_an_agenda_names_what_it_could_not_know(more: dict[str, Any], unknown: tuple[str, ...]) -> None:
    assert made(**more).unknown == unknown
