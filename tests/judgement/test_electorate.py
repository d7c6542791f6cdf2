"""Who may vote: one person under all their names, and nobody who merely looks like them."""

from datetime import UTC, datetime

import pytest

from bot.judgement.electorate import electorate, shown
from bot.model.person import Certainty, Means, People, Tie

ROSTER = [
    ("Ada Byron", "ada@example.org", "ada"),
    ("Bo, Bao Kim", "bo@example.org", "LK4D4"),
    ("Cy Okoro", "cy@example.org", ""),
]
AT = datetime(2026, 6, 1, tzinfo=UTC)


def tie(person: str, means: Means, value: str, certainty: Certainty = Certainty.CONFIRMED) -> Tie:
    return Tie(person, means, value, certainty, "MAINTAINERS", AT, "MAINTAINERS")


@pytest.mark.parametrize(
    ("by", "name"),
    [
        pytest.param("ada", "ada", id="a login"),
        pytest.param("@Ada", "ada", id="with an @, in another case"),
        pytest.param("lk4d4", "LK4D4", id="a login with capitals"),
        pytest.param("ADA@example.org", "ada", id="an address"),
        pytest.param("Anybody <bo@Example.org>", "LK4D4", id="an address with another name"),
        pytest.param("Bo, Bao Kim <bo@example.org>", "LK4D4", id="a name with a comma"),
        pytest.param("cy@example.org", "Cy Okoro", id="somebody without a login"),
        pytest.param(" ada ", "ada", id="blanks around"),
        pytest.param("Ada Byron", None, id="a name alone"),
        pytest.param("Ada Byron <other@example.org>", None, id="their name, another address"),
        pytest.param("ada@example.org <evil@example.net>", None, id="their address as a name"),
        pytest.param('"ada@example.org" <evil@example.net>', None, id="their address in quotes"),
        pytest.param("adа", None, id="a Cyrillic a"),
        pytest.param("L\u212a4D4", None, id="a Kelvin sign"),
        pytest.param("ada\u200b", None, id="a letter nobody sees"),
        pytest.param("ada-evil", None, id="a longer login"),
        pytest.param("", None, id="nobody"),
        pytest.param("@", None, id="an @ alone"),
    ],
)
def test_whose_post_it_is(by: str, name: str | None) -> None:
    voter = electorate([ROSTER]).voter(by)
    assert (voter.name if voter else None) == name


def test_a_known_name_from_an_unknown_address_is_a_perhaps() -> None:
    who = electorate([ROSTER])
    assert [one and one.name for one in map(who.alike, ("Ada Byron <new@example.org>", "byron, ADA <x@y.org>", "ada"))] == ["ada", None, None]  # fmt: skip


def test_a_name_that_two_maintainers_share_is_nobody_s() -> None:
    two = [("Ada Byron", "ada@example.org", "ada"), ("Ada Byron", "byron@example.org", "byron")]
    assert electorate([two]).alike("Ada Byron <new@example.org>") is None


def test_nicks_and_new_addresses_join_by_what_people_stated() -> None:
    people = People(
        (
            tie("ada", Means.LOGIN, "ada"),
            tie("ada", Means.NICK, "countess"),
            tie("ada", Means.MAIL, "new@example.org"),
            tie("ada", Means.NICK, "guessed", Certainty.GUESSED),
        )
    )
    who = electorate([ROSTER], people)
    assert [one and one.name for one in map(who.voter, ("Countess", "new@example.org", "guessed"))] == ["ada", "ada", None]  # fmt: skip


def test_what_two_maintainers_are_known_by_is_nobody_s() -> None:
    both = [("Ada", "team@example.org", "ada"), ("Bo", "team@example.org", "bo")]
    joined = electorate([both])
    assert len(joined.maintainers) == 1, "one address in two lines of a roster is one voter"
    people = People((tie("ada", Means.LOGIN, "ada"), tie("bo", Means.LOGIN, "bo"), tie("ada", Means.NICK, "us"), tie("bo", Means.NICK, "us")))  # fmt: skip
    assert electorate([[("Ada", "", "ada"), ("Bo", "", "bo")]], people).voter("us") is None


def test_the_maintainers_of_several_projects_are_counted_once() -> None:
    other = [("Ada B.", "ada@work.example", "ADA"), ("Dee", "dee@example.org", "dee")]
    who = electorate([ROSTER, other])
    assert (len(who.maintainers), who.rosters) == (4, 2)
    assert who.voter("ada@work.example") is who.voter("ada@example.org")


def test_an_address_is_never_shown() -> None:
    forms = ("@ada", "Ada Byron <ada@example.org>", "ada@example.org", "a@b <c@d>", "<c@d.org>", "ada")
    assert [shown(by) for by in forms] == [
        "ada",
        "Ada Byron",
        "somebody by mail",
        "somebody by mail",
        "somebody by mail",
        "ada",
    ]
