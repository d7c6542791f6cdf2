"""Who is who: what confirms a tie and what ends it, what is a conflict, and names that are only like one another."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.identity import guess, join, nick_in, person_in
from bot.meetings.nearness import likeness, near_names
from bot.meetings.rosters import read_roster, roster_ties
from bot.model.person import Certainty, Means, People, Tie
from tests.meetings.made import meeting, tie, when
from tests.skips import skip_data

NICK, LOGIN, MAIL, NAME = Means.NICK, Means.LOGIN, Means.MAIL, Means.NAME
GUESSED, UNLINKED = Certainty.GUESSED, Certainty.UNLINKED
AT = when("2016-06-01")
LOGIN_OF_ADA = tie("ada", LOGIN, "ada-q")


def joined(*ties: Tie) -> People:
    return join(People(), ties).people


@pytest.mark.parametrize(
    ("ties", "person"),
    [
        pytest.param([tie("ada", NICK, "Ada_")], "ada", id="confirmed, whatever the case"),
        pytest.param([tie("ada", NICK, "ada_", GUESSED)], None, id="a guess is no fact"),
        pytest.param(
            [tie("bo", NICK, "ada_", GUESSED), tie("ada", NICK, "ada_")],
            "ada",
            id="what is confirmed ends the guess",
        ),
        pytest.param(
            [tie("ada", NICK, "ada_"), tie("ada", NICK, "ada_", UNLINKED, by="ada", at="2016-05-02")],
            None,
            id="unlinked at once",
        ),
        pytest.param(
            [tie("ada", NICK, "ada_", UNLINKED, by="ada"), tie("ada", NICK, "ada_")],
            None,
            id="unlinked in the same moment",
        ),
        pytest.param(
            [tie("ada", NICK, "ada_", UNLINKED, by="ada"), tie("ada", NICK, "ada_", at="2016-05-09")],
            None,
            id="a roster does not bring it back",
        ),
        pytest.param(
            [
                LOGIN_OF_ADA,
                tie("ada", NICK, "ada_", UNLINKED, by="ada-q"),
                tie("ada", NICK, "ada_", by="Ada-Q", at="2016-05-09"),
            ],
            "ada",
            id="the person brings it back",
        ),
        pytest.param(
            [tie("ada", NICK, "ada_", UNLINKED, by="ada"), tie("ada", NICK, "ada_", by="ada_", at="2016-05-09")],
            None,
            id="the nick that was let go of cannot take itself back",
        ),
        pytest.param(
            [tie("ada", NICK, "ada", UNLINKED, by="ada-q"), tie("ada", NICK, "ada", by="ada", at="2016-05-09")],
            None,
            id="not even when it is spelled like the person's key",
        ),
        pytest.param(
            [LOGIN_OF_ADA, tie("ada", NICK, "a", UNLINKED, by="ada-q"), tie("ada", NICK, "a", by="ada-q")],
            None,
            id="both in one moment: it is let go of",
        ),
        pytest.param(
            [tie("ada", NICK, "q"), tie("bo", NICK, "Q")], None, id="what two have is nobody's"
        ),
        pytest.param(
            [tie("ada", NICK, "q"), tie("bo", NICK, "q"), tie("bo", NICK, "q", UNLINKED, at="2016-05-09")],
            "ada",
            id="until one of them lets go of it",
        ),
    ],
)  # fmt: skip
def test_a_nick_is_somebody_only_by_what_was_confirmed(ties: Sequence[Tie], person: str | None) -> None:
    assert joined(*ties).person_of(NICK, ties[-1].value) == person


def test_what_is_said_twice_changes_nothing() -> None:
    ties = (LOGIN_OF_ADA, tie("ada", MAIL, "a@x.example"), tie("ada", NICK, "ad", GUESSED))
    once = joined(*ties)
    assert once.ties == ties
    assert join(once, ties).people == once


def test_a_conflict_is_said_and_not_decided() -> None:
    found = join(joined(tie("ada", NICK, "q")), [tie("bo", NICK, "Q", at="2016-05-09")])
    (conflict,) = found.conflicts
    assert (conflict.means, conflict.value, conflict.persons) == (NICK, "q", ("ada", "bo"))
    assert conflict.text == (
        "the nick q is said to be ada and bo: it counts for nobody until all but one let go of it"
    )
    assert found.people.known_as("ada", NICK) == found.people.known_as("bo", NICK) == ()


def test_a_conflict_about_an_address_does_not_say_it() -> None:
    (conflict,) = join(People(), [tie("ada", MAIL, "q@x.example"), tie("bo", MAIL, "q@x.example")]).conflicts
    assert conflict.text.startswith("one mail address is said to be ada and bo")
    assert "q@x.example" not in conflict.text


def test_two_people_may_share_a_name() -> None:
    found = join(People(), [tie("jq", NAME, "John Quay"), tie("johnq", NAME, "John Quay")])
    assert found.conflicts == ()
    assert found.people.known_as("jq", NAME) == ("John Quay",)
    assert found.people.person_of(NAME, "John Quay") is None


TIES = st.builds(
    tie,
    st.sampled_from(["ada", "bo"]),
    st.sampled_from([NICK, LOGIN]),
    st.sampled_from(["a", "A", "b", "ada"]),
    st.sampled_from(list(Certainty)),
    by=st.sampled_from(["a", "b", "ada", "MAINTAINERS"]),
    at=st.sampled_from(["2016-05-01", "2016-05-02", "2016-05-03"]),
)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(TIES, max_size=8))
def test_joining_again_changes_nothing_whatever_was_said(ties: list[Tie]) -> None:
    once = joined(*ties)
    assert join(once, ()).people == once
    assert {each.certainty for each in join(once, ties).people.ties} <= set(Certainty)
    for each in once.ties:
        if each.certainty is GUESSED:
            assert all(
                other.certainty is not Certainty.CONFIRMED
                for other in once.ties
                if (other.means, other.value.casefold()) == (each.means, each.value.casefold())
            )


@settings(deadline=None)  # the machine may be busy
@given(st.lists(TIES, max_size=8), TIES)
def test_what_was_unlinked_last_is_never_a_fact(ties: list[Tie], last: Tie) -> None:
    end = tie(last.person, last.means, last.value, UNLINKED, at="2016-05-04")
    assert joined(*ties, end).person_of(last.means, last.value) != last.person


def test_an_alias_holds_for_its_meeting_alone() -> None:
    people = joined(tie("tianon", NICK, "tianon"))
    spoken = meeting()
    with_alias = replace(spoken, aliases=(("???", "tianon"),))
    assert person_in(with_alias, "???", people) == "tianon"
    assert person_in(spoken, "???", people) is None
    assert nick_in(with_alias.aliases, "Vish") == "Vish"


@pytest.fixture(scope="module")
def maintainers() -> People:
    """The people of runtime-spec's MAINTAINERS at v0.5.0, as they were when the seed meeting met."""
    roster = read_roster(skip_data("spec/v0.5.0/MAINTAINERS").read_text(encoding="utf-8"))
    return joined(*roster_ties(roster, People(), at=AT, source="MAINTAINERS at v0.5.0"))


@pytest.mark.parametrize(
    ("name", "person", "why"),
    [
        pytest.param("Mruanl", "mrunalp", "written almost like Mrunal Patel (76)", id="two letters changed places"),
        pytest.param("Mrunal", "mrunalp", "a part of the name Mrunal Patel (85)", id="a first name"),
        pytest.param("Vish", "vishh", "begins like vishh (78)", id="the beginning of a login"),
        pytest.param("Michael", "crosbymichael", "a part of the name Michael Crosby (85)", id="a first name that ends a login"),
        pytest.param("Brandon", "philips", "a part of the name Brandon Philips (85)", id="a first name unlike the login"),
        pytest.param("dqminh_", "dqminh", "dqminh with something behind it (95)", id="an underscore"),
        pytest.param("vbatts|away", "vbatts", "vbatts with something behind it (95)", id="away"),
        pytest.param("vb", "vbatts", "the first letters of Vincent Batts (70)", id="initials"),
        pytest.param("TIANON", "tianon", "spelled like tianon (98)", id="a login is no nick until it is confirmed"),
        pytest.param("vincent batts", "vbatts", "the same as the name Vincent Batts (92)", id="a whole name"),
        pytest.param("mpatel", "mrunalp", "made of the name Mrunal Patel (80)", id="a letter and a surname"),
        pytest.param("trevor", None, "", id="somebody else: trevor"),
        pytest.param("Julz", None, "", id="somebody else: Julz"),
        pytest.param("wking", None, "", id="somebody else: wking"),
        pytest.param("???", None, "", id="no name at all"),
        pytest.param("in", None, "", id="a word"),
        pytest.param("collabot`", None, "", id="a bot"),
    ],
)  # fmt: skip
def test_names_of_the_seed_meeting_are_guessed_with_a_reason(
    maintainers: People, name: str, person: str | None, why: str
) -> None:
    made = guess([name], maintainers, at=AT, source="seed")
    assert [(each.person, each.why) for each in made] == ([(person, why)] if person else [])
    assert all((each.certainty, each.means, each.value) == (GUESSED, NICK, name) for each in made)
    assert join(maintainers, made).people.person_of(NICK, name) is None


def test_a_guess_that_was_refused_is_never_made_again(maintainers: People) -> None:
    no = tie("vishh", NICK, "vish", UNLINKED, by="vishh")
    assert guess(["Vish"], join(maintainers, [no]).people, at=AT, source="seed") == ()


def test_every_likely_person_is_named_and_none_is_chosen() -> None:
    people = joined(tie("a1", NAME, "Michael Quay"), tie("a2", NAME, "Michael Pier"))
    assert [each.person for each in guess(["michael"], people, at=AT, source="")] == ["a1", "a2"]


def test_nobody_is_guessed_for_a_nick_that_is_known() -> None:
    people = joined(tie("ada", NICK, "Vish"), tie("vishh", LOGIN, "vishh"))
    assert guess(["vish"], people, at=AT, source="") == ()


def test_an_address_is_never_guessed_by() -> None:
    assert guess(["vmarmol"], joined(tie("victor", MAIL, "vmarmol")), at=AT, source="") == ()


def test_of_a_short_name_one_changed_letter_makes_another() -> None:
    assert near_names("pual", ["paul", "anna"]) == ()
    assert near_names("mruanl", ["mrunal"]) == ("mrunal",)


def test_near_names_of_a_meeting_come_likest_first() -> None:
    there = ("wking", "mrunalp", "Mruanl", "RobDolinMS", "duglin", "dug", "Duglin", "vishh", "Vish")
    assert near_names("Mruanl", there) == ("mrunalp",)
    assert near_names("duglin", there) == ("Duglin", "dug")
    assert near_names("wking", there) == ()


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200), st.text(max_size=200), st.booleans())
def test_no_two_names_make_the_likeness_raise(name: str, known: str, is_full_name: bool) -> None:
    score, why = likeness(name, known, is_full_name=is_full_name)
    assert (score == 0) == (why == "")
    assert 0 <= score <= 98
