"""An action from its line to its end: owners, steps in any order, and who has promised what."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.followup import actions_of, by_owner, days_open, follow, wants_issue
from bot.model.followup import Action, State, Step
from bot.model.meeting import Item, Kind, Status
from bot.model.person import Certainty, Means, People
from tests.meetings.made import MEETING, REPO, item, meeting, tie, when

NOBODY_KNOWN = People()
DUE = date(2016, 6, 10)


def step(
    what: str, *, at: str = "2016-06-02", to: str = "", due: date | None = None, link: str = "", why: str = ""
) -> Step:
    return Step(when(at), "ada", what, why, to, due, link)


def folded(*steps: Step, said: Item | None = None, people: People = NOBODY_KNOWN) -> Action:
    return follow(1, "weekly", said or item("wking to close #5", to=("wking",)), steps, people)


@pytest.mark.parametrize(
    ("steps", "state", "owners"),
    [
        pytest.param([], State.OPEN, ("wking",), id="as it was said"),
        pytest.param([step("done")], State.DONE, ("wking",), id="done"),
        pytest.param([step("dropped", why="not wanted any more")], State.DROPPED, ("wking",), id="dropped"),
        pytest.param([step("done"), step("open", at="2016-06-03")], State.OPEN, ("wking",), id="opened again"),
        pytest.param([step("open"), step("done", at="2016-06-03")], State.DONE, ("wking",), id="done after all"),
        pytest.param([step("handed-over", to="bo")], State.HANDED_OVER, ("bo",), id="handed over"),
        pytest.param([step("handed-over", to="bo and cyd, dot")], State.HANDED_OVER, ("bo", "cyd", "dot"), id="to three"),
        pytest.param([step("handed-over", to="nobody")], State.HANDED_OVER, (), id="given back"),
        pytest.param([step("handed-over", to="")], State.HANDED_OVER, (), id="given back without a word"),
        pytest.param(
            [step("handed-over", to="bo"), step("handed-over", at="2016-06-03", to="wking")],
            State.OPEN, ("wking",), id="there and back",
        ),
        pytest.param(
            [step("done"), step("handed-over", at="2016-06-03", to="bo")],
            State.DONE, ("bo",), id="handing over what is done does not open it",
        ),
        pytest.param(
            [step("done"), step("handed-over", at="2016-06-03", to="bo"), step("open", at="2016-06-04")],
            State.HANDED_OVER, ("bo",), id="and opened then it is the other's",
        ),
        pytest.param([step("done"), step("open")], State.OPEN, ("wking",), id="in one moment the visible one counts"),
        pytest.param([step("open"), step("done")], State.OPEN, ("wking",), id="whichever was written first"),
        pytest.param([step("sung")], State.OPEN, ("wking",), id="a word that is none changes nothing"),
    ],
)  # fmt: skip
def test_an_action_stands_as_its_last_step_left_it(
    steps: Sequence[Step], state: State, owners: tuple[str, ...]
) -> None:
    action = folded(*steps)
    assert (action.state, action.owners) == (state, owners)
    assert len(action.history) == len(steps)
    assert action.is_open is (state in (State.OPEN, State.HANDED_OVER))


@pytest.mark.parametrize(
    ("steps", "due"),
    [
        pytest.param([], DUE, id="from the words"),
        pytest.param([step("due", due=date(2016, 7, 1))], date(2016, 7, 1), id="a new date"),
        pytest.param([step("due")], None, id="no date any more"),
    ],
)
def test_the_date_is_the_last_one_said(steps: Sequence[Step], due: date | None) -> None:
    assert folded(*steps, said=item("ada to write", to=("ada",), due=DUE)).due == due


def test_links_are_added_to_the_references_each_once() -> None:
    action = folded(
        step("linked", link="https://github.com/quayside/image-spec/pull/7"),
        step("linked", link=f"{REPO}#5"),
        step("linked", link="see the mailing list"),
    )
    assert [(ref.repo, ref.number) for ref in action.references] == [(REPO, 5), ("quayside/image-spec", 7)]


@pytest.mark.parametrize(
    ("assignees", "owners", "persons"),
    [
        pytest.param(("mrunal",), ("mrunalp",), ("mrunalp",), id="a confirmed nick is a person"),
        pytest.param(("MRUNAL",), ("mrunalp",), ("mrunalp",), id="whatever its case"),
        pytest.param(("mrunalp",), ("mrunalp",), (), id="a nick that is spelled like a key is still a nick"),
        pytest.param(("@mrunalp",), ("mrunalp",), ("mrunalp",), id="a login in so many words"),
        pytest.param(("Vish",), ("Vish",), (), id="a guess is a nick"),
        pytest.param(("???",), ("tianon",), (), id="an alias of this meeting"),
        pytest.param((), (), (), id="nobody"),
        pytest.param(("mrunal", "@mrunalp"), ("mrunalp",), ("mrunalp",), id="one person under two names"),
    ],
)
def test_an_owner_is_a_person_only_when_confirmed(
    assignees: tuple[str, ...], owners: tuple[str, ...], persons: tuple[str, ...]
) -> None:
    people = People(
        (
            tie("mrunalp", Means.NICK, "mrunal"),
            tie("mrunalp", Means.LOGIN, "mrunalp"),
            tie("vishh", Means.NICK, "Vish", Certainty.GUESSED),
        )
    )
    said = item("somebody will look into it", to=assignees)
    action = follow(1, "weekly", said, (), people, (("???", "tianon"),))
    assert (action.owners, action.persons) == (owners, persons)


STEPS = st.builds(
    Step,
    at=st.sampled_from([when("2016-06-02"), when("2016-06-03")]),
    by=st.sampled_from(["ada", "bo"]),
    what=st.sampled_from(["done", "dropped", "open", "handed-over", "due", "linked", "?"]),
    why=st.sampled_from(["", "because"]),
    to=st.text(max_size=9) | st.sampled_from(["bo", "cyd and dot", "nobody"]),
    due=st.none() | st.dates(),
    link=st.text(max_size=9) | st.just("quayside/image-spec#7"),
)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(STEPS, max_size=6).flatmap(lambda steps: st.tuples(st.just(steps), st.permutations(steps))))
def test_the_order_in_which_steps_are_read_changes_nothing(both: tuple[list[Step], list[Step]]) -> None:
    one, other = both
    assert folded(*one) == folded(*other)
    assert folded(*one).is_open is (folded(*one).state in (State.OPEN, State.HANDED_OVER))


@settings(deadline=None)  # the machine may be busy
@given(st.lists(STEPS, max_size=4))
def test_opening_it_last_always_makes_it_visible(steps: list[Step]) -> None:
    assert folded(*steps, step("open", at="2016-06-04")).is_open


def test_a_meeting_s_actions_are_those_that_stand() -> None:
    spoken = meeting(
        items=[
            item("ada to write", line=1, to=("ada",)),
            item("bo to read", line=2, to=("bo",), status=Status.UNDONE),
            item("the sea is blue", Kind.INFO, line=3),
            item("read again", line=4, status=Status.UNCERTAIN),
        ]
    )
    found = actions_of(7, spoken, {"L1": (step("done"),)}, NOBODY_KNOWN, archived=True)
    assert [(each.item.id, each.state, each.meeting, each.archived) for each in found] == [
        ("L1", State.DONE, "weekly, 2016-06-01", True),
        ("L4", State.OPEN, "weekly, 2016-06-01", True),
    ]


def test_nobody_is_a_person_too_and_comes_last() -> None:
    spoken = [
        folded(said=item(text, to=to))
        for text, to in (("one", ()), ("two", ("bo", "Ada")), ("three", ("zoe",)), ("four", ("bo",)))
    ]
    found = [(owner, [each.item.text for each in actions]) for owner, actions in by_owner(spoken)]
    assert found == [("Ada", ["two"]), ("bo", ["two", "four"]), ("zoe", ["three"]), ("nobody", ["one"])]


def test_age_is_counted_in_whole_days() -> None:
    assert days_open(folded(), when("2016-06-08 17:19")) == 6
    assert days_open(folded(), when("2016-06-08 17:20")) == 7
    assert days_open(folded(), MEETING.replace(year=2015)) == 0


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        pytest.param(item("wking to file a hook-dropping PR"), True, id="an action without an issue"),
        pytest.param(item("Publish on Wednesdays", Kind.AGREED), True, id="a decision without an issue"),
        pytest.param(item("Move #299 out of 1.0", Kind.AGREED), False, id="it names one"),
        pytest.param(
            item("https://github.com/a/b/milestones/1.0 is full"), True, id="a milestone is no issue"
        ),
        pytest.param(item("the sea is blue", Kind.INFO), False, id="neither action nor decision"),
        pytest.param(item("ada to write", status=Status.PENDING), False, id="it does not stand"),
    ],
)
def test_an_issue_is_offered_for_what_names_none(said: Item, wanted: bool) -> None:
    assert wants_issue(said) is wanted
