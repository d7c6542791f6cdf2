"""The seed meeting a week and a summer later: its promises and its decision beside the tracker, with hand-made facts.

Numbers, titles and authors are runtime-spec's own (#299, #391, #473, #483); the days of syncs and closings are made up.
"""

from dataclasses import replace
from datetime import UTC

import pytest

from bot.judgement.seen import Books, see
from bot.meetings import logformats
from bot.meetings.agenda import Facts, agenda
from bot.meetings.evidence import Activity, best, proposals
from bot.meetings.followup import actions_of, by_owner, label, wants_issue
from bot.meetings.identity import guess, join
from bot.meetings.minutes import Style, record
from bot.meetings.rosters import read_roster, roster_ties
from bot.model.followup import Membership, Sight
from bot.model.meeting import DECISIONS, Meeting
from bot.model.person import Means, People
from bot.model.release import Said
from bot.model.tracker import Issue
from tests.meetings.made import issue, milestone, tie, when
from tests.skips import skip_data

SPEC, TOOLS = "opencontainers/runtime-spec", "opencontainers/ocitools"
HOOKS = "wking to file a hook-dropping PR"
REROLL = "wking to reroll runtime-spec#391 to include multiple examples and add it to a runtime-spec subdir"
ROLL_BACK = "wking to roll back #412 namespace description"
DISCUSS = "more discussion in ocitools#83"
ISSUES = (
    issue(299, "Support container sandbox lifecycle from that of the processes inside it", by="vishh", opened="2016-01-12", repo=SPEC),
    issue(391, "examples/exec: Describe how to emulate 'exec' with 'start'", by="wking", is_pull=True,
          opened="2016-04-20", closed="2016-05-11", updated="2016-06-02", repo=SPEC),
    issue(473, "Drop hooks (now that we have a create/start split)", by="wking", opened="2016-05-27", repo=SPEC),
    issue(483, "*: Remove hooks", by="wking", is_pull=True, opened="2016-06-02", repo=SPEC),
    issue(83, "A title", by="wking", updated="2016-06-03", repo=TOOLS),
)  # fmt: skip
RELEASE = milestone(1, "1.0.0", repo=SPEC)
MOVED = Membership(SPEC, 299, "1.0.0", when("2016-03-01"), when("2016-06-08"))
WKING = (tie("wking", Means.NICK, "wking", by="wking"), tie("wking", Means.LOGIN, "wking", by="wking"))


@pytest.fixture(scope="module")
def spoken() -> Meeting:
    path = skip_data("seed/2016-06-01-meeting.log")
    lines = logformats.read(
        logformats.decode(path.read_bytes()), name=path.name, form=None, on=None, zone=UTC
    )
    (found,) = record(lines, style=Style.TALLYMAN, home=None, source="seed")
    return found


@pytest.fixture(scope="module")
def people() -> People:
    roster = read_roster(skip_data("spec/v0.5.0/MAINTAINERS").read_text(encoding="utf-8"))
    ties = roster_ties(roster, People(), at=when("2016-05-31"), source="MAINTAINERS at v0.5.0")
    return join(People(), ties).people


def kept(
    spoken: Meeting, people: People, issues: tuple[Issue, ...] = ISSUES
) -> dict[str, list[tuple[str, int]]]:
    """What is proposed for each action, best first: the issue's name and the score."""
    names = {each.url: each.name.partition("/")[2] for each in issues}
    return {
        action.item.text: [
            (names[each.url], each.score) for each in proposals(action, Activity(issues), people)
        ]
        for action in actions_of(1, spoken, {}, people)
    }


def test_three_actions_are_wking_s_and_one_is_nobody_s(spoken: Meeting, people: People) -> None:
    found = by_owner(actions_of(1, spoken, {}, people))
    assert [(owner, [each.item.text for each in actions]) for owner, actions in found] == [
        ("wking", [ROLL_BACK, HOOKS, REROLL]),
        ("nobody", [DISCUSS]),
    ]
    # a nick is a person's only when somebody confirmed it, and MAINTAINERS knows no nicks
    assert all(each.persons == () for _, actions in found for each in actions)


def test_a_week_later_the_pull_request_about_hooks_is_found_for_chairs(
    spoken: Meeting, people: People
) -> None:
    assert kept(spoken, people) == {
        ROLL_BACK: [],
        HOOKS: [("runtime-spec#483", 79)],
        REROLL: [],
        DISCUSS: [("ocitools#83", 100)],
    }
    hooks = next(each for each in actions_of(1, spoken, {}, people) if each.item.text == HOOKS)
    found = proposals(hooks, Activity(ISSUES), people)
    assert best(found) is None
    assert found[0].why == (
        "opened by wking after the meeting, fits the words (99 of 100); "
        "that wking is wking is a guess (wking is spelled like it)"
    )


def test_once_wking_confirmed_who_he_is_everybody_may_see_it(spoken: Meeting, people: People) -> None:
    confirmed = join(people, WKING).people
    assert kept(spoken, confirmed)[HOOKS] == [("runtime-spec#483", 99)]


def test_at_the_end_of_the_summer_the_closed_issue_behind_it_fits_too(
    spoken: Meeting, people: People
) -> None:
    autumn = tuple(
        replace(each, closed_at=when("2016-08-18"), state=ISSUES[1].state) if each.number == 473 else each
        for each in ISSUES
    )
    found = kept(spoken, join(people, WKING).people, autumn)
    assert found[HOOKS] == [("runtime-spec#483", 99), ("runtime-spec#473", 78)]


def said(spoken: Meeting) -> list[Said]:
    return [Said(1, label(spoken), each) for each in spoken.items if each.kind in DECISIONS and each.stands]


@pytest.mark.parametrize(
    ("milestone_now", "spells", "day", "sight", "why"),
    [
        pytest.param(
            None, (MOVED,), "2016-06-09", Sight.CARRIED_OUT,
            "#299 was in 1.0.0 on 1 June 2016, not on 8 June 2016", id="moved out within the week",
        ),
        pytest.param(1, (replace(MOVED, gone_at=None),), "2016-06-09", Sight.NOT_SEEN_YET, "#299 is still in 1.0.0", id="not yet"),
        pytest.param(
            1, (MOVED, Membership(SPEC, 299, "1.0.0", when("2016-06-15"), None)), "2016-06-22", Sight.OTHER_WAY,
            "#299 was moved into 1.0.0, seen there on 15 June 2016", id="out, and in again",
        ),
    ],
)  # fmt: skip
def test_move_299_out_of_1_0(
    spoken: Meeting,
    milestone_now: int | None,
    spells: tuple[Membership, ...],
    day: str,
    sight: Sight,
    why: str,
) -> None:
    moved = replace(ISSUES[0], milestone=milestone_now)
    books = Books(SPEC, when(day), {299: moved}, (RELEASE,), spells)
    (found,) = see(said(spoken), books, at=when(day))
    assert (found.item.text, found.sight, found.why) == ("Move #299 out of 1.0", sight, why)


def test_the_names_a_scribe_wrote_are_guesses_for_chairs(spoken: Meeting, people: People) -> None:
    made = guess([each.nick for each in spoken.people], people, at=when("2016-06-01"), source=spoken.name)
    scribed = {each.value: each.person for each in made if each.value != each.person}
    assert scribed == {
        "dqminh_": "dqminh",
        "Mruanl": "mrunalp",
        "mrunal": "mrunalp",
        "Michael": "crosbymichael",
        "Vish": "vishh",
        "Brandon": "philips",
    }
    assert join(people, made).conflicts == ()


def test_the_next_agenda_has_what_is_open_and_says_what_it_does_not_know(
    spoken: Meeting, people: People
) -> None:
    actions = actions_of(1, spoken, {}, people)
    still_in = (replace(ISSUES[0], milestone=1), *ISSUES[1:])
    decisions = see(
        said(spoken), Books(SPEC, when("2016-06-09"), {299: still_in[0]}, (RELEASE,)), at=when("2016-06-09")
    )
    found = agenda(
        "runtime-spec", repos=(SPEC, TOOLS), meetings=[spoken], actions=actions, decisions=decisions,
        tracker=Facts(SPEC, when("2016-06-09"), (RELEASE,), still_in), at=when("2016-06-09"),
        roster=[each.value for each in people.ties if each.means is Means.LOGIN],
        evidence={
            (each.meeting_id, each.item.id): proof
            for each in actions
            if (proof := best(proposals(each, Activity(ISSUES), people)))
        },
    )  # fmt: skip
    assert [(each.item.text, proof.score if proof else None) for each, proof in found.actions] == [
        (ROLL_BACK, None),
        (HOOKS, None),
        (REROLL, None),
        (DISCUSS, 100),
    ]
    assert [each.item.text for each in found.decisions] == ["Move #299 out of 1.0"]
    assert [each.number for each in found.still] == [299]
    assert found.unknown == ("the reviews of #483 are not recorded",)


def test_an_issue_is_offered_for_the_action_that_names_none(spoken: Meeting) -> None:
    assert [each.text for each in spoken.items if wants_issue(each)] == [HOOKS]
