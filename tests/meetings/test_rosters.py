"""Roster files as projects have them: MAINTAINERS of every release, EMERITUS, CODEOWNERS, TOML, and lines that are none."""

import time

import pytest

from bot.meetings.identity import join
from bot.meetings.rosters import Entry, new_key, read_roster, roster_ties
from bot.model.person import Means, People
from tests.meetings.made import tie, when
from tests.skips import skip_data

AT = when("2016-06-01")
TOML = """
# a comment
[Org]
  [Org.Maintainers]
  people = ["ada"]
[People]
  [people.ada]
  Name = "Ada Quay"
  Email = "ada@quayside.example"
  GitHub = "Ada-Q"
  [People.bo]
  Name = "Bo"
"""


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        pytest.param("Ada Quay <a@x.example> (@adaq)", Entry("Ada Quay", "a@x.example", "adaq"), id="OCI's own form"),
        pytest.param("Daniel, Dao <d@x.example> (@DD-9)", Entry("Daniel, Dao", "d@x.example", "DD-9"), id="a name with a comma"),
        pytest.param("- Ada Quay (@adaq)", Entry("Ada Quay", "", "adaq"), id="EMERITUS: no address"),
        pytest.param("* Ada Quay <a@x.example> (@adaq) [lead]", Entry("Ada Quay", "a@x.example", "adaq"), id="a list with a role"),
        pytest.param("1. Ada Quay ([@adaq](https://x.example/adaq))", Entry("Ada Quay", "", "adaq"), id="a linked login"),
        pytest.param("Ada Quay <a@x.example>", Entry("Ada Quay", "a@x.example", ""), id="no login"),
        pytest.param("Ada Quay <a+oci@x.example> @adaq", Entry("Ada Quay", "a+oci@x.example", "adaq"), id="no brackets"),
        pytest.param("@adaq", Entry("", "", "adaq"), id="a login alone"),
        pytest.param("/docs/*.md @adaq", Entry("", "", "adaq"), id="an owner of files"),
        pytest.param("  Zoë Müller-Łaś <z@x.example> (@zoe)\r", Entry("Zoë Müller-Łaś", "z@x.example", "zoe"), id="letters of all kinds"),
    ],
)  # fmt: skip
def test_a_line_names_one_person(line: str, entry: Entry) -> None:
    assert read_roster(line).entries == (entry,)


@pytest.mark.parametrize(
    ("text", "entries", "unread"),
    [
        pytest.param("# Emeritus\n\nWe thank these members.\n", 0, 0, id="headings and thanks name nobody"),
        pytest.param("# @adaq was here", 0, 0, id="a comment names nobody"),
        pytest.param("* @ada @bo @org/team", 2, 0, id="a line of owners; a team is nobody"),
        pytest.param("Ada <a at x.example> @", 0, 1, id="a line that cannot be read is kept as such"),
        pytest.param("Ada <a@x.example> (@a)\nAda <a@x.example> (@a)", 1, 0, id="the same line twice"),
        pytest.param("x" * 600 + " (@ada)", 0, 1, id="a line too long for a person"),
        pytest.param("", 0, 0, id="an empty file"),
        pytest.param(TOML, 1, 0, id="TOML tables; a name without a login or an address is nobody yet"),
        pytest.param("[people.ada]\nName = oops (@ada)", 1, 0, id="nearly TOML is read by lines"),
    ],
)
def test_a_file_gives_its_people_and_says_what_it_could_not_read(
    text: str, entries: int, unread: int
) -> None:
    roster = read_roster(text)
    assert (len(roster.entries), len(roster.unread)) == (entries, unread)


def test_toml_names_are_read_whatever_their_case() -> None:
    assert read_roster(TOML).entries[0] == Entry("Ada Quay", "ada@quayside.example", "Ada-Q")


SIZES = {"v0.1.1": 8, "v0.2.0": 9, "v1.0.0-rc5": 9, "v1.0.0-rc6": 8, "v1.0.2": 6, "v1.1.0": 12, "v1.3.0": 11}


@pytest.mark.parametrize("tag", SIZES)
def test_the_rosters_of_real_releases_are_read_whole(tag: str) -> None:
    roster = read_roster(skip_data(f"spec/{tag}/MAINTAINERS").read_text(encoding="utf-8"))
    assert (len(roster.entries), roster.unread) == (SIZES[tag], ())
    assert all(entry.name and entry.mail and entry.login for entry in roster.entries)


def test_maintainers_stay_the_same_persons_over_ten_years_of_rosters() -> None:
    people = People()
    for tag in (*SIZES, "v1.2.1"):
        for name in ("MAINTAINERS", "EMERITUS.md"):
            path = skip_data(f"spec/{tag}/MAINTAINERS").with_name(name)
            if path.exists():
                roster = read_roster(path.read_text(encoding="utf-8"))
                joined = join(people, roster_ties(roster, people, at=AT, source=f"{name} at {tag}"))
                assert joined.conflicts == ()
                people = joined.people
    assert len({each.person for each in people.ties}) == 17  # 18 different lines: one address changed
    assert people.known_as("vbatts", Means.MAIL) == ("vbatts@redhat.com", "vbatts@hashbangbash.com")
    assert people.person_of(Means.LOGIN, "lk4d4") == "lk4d4"


def test_somebody_whose_login_is_corrected_keeps_their_key() -> None:
    wrong = read_roster("Ada Quay <ada@x.example> (@adda)")
    right = read_roster("Ada Quay <ada@x.example> (@ada)")
    people = join(People(), roster_ties(wrong, People(), at=AT, source="MAINTAINERS")).people
    people = join(people, roster_ties(right, people, at=AT, source="MAINTAINERS")).people
    assert people.person_of(Means.LOGIN, "ADA") == "adda"
    assert people.known_as("adda", Means.LOGIN) == ("adda", "ada")


def test_a_login_that_two_persons_claim_makes_no_third() -> None:
    roster = read_roster("Ada Quay (@ada)")
    people = join(People(), roster_ties(roster, People(), at=AT, source="")).people
    people = join(people, [tie("bo", Means.LOGIN, "Ada")]).people
    again = join(people, roster_ties(roster, people, at=AT, source=""))
    assert again.people == people
    assert [each.persons for each in again.conflicts] == [("ada", "bo")]


def test_a_name_alone_joins_nobody() -> None:
    two = read_roster("John Quay <j@x.example> (@jq)\nJohn Quay <j2@x.example> (@johnq)\nJohn Quay")
    ties = roster_ties(two, People(), at=AT, source="MAINTAINERS")
    assert {each.person for each in ties} == {"jq", "johnq"}


def test_an_address_that_two_logins_share_in_one_roster_is_one_person() -> None:
    ties = roster_ties(
        read_roster("A <a@x.example> (@a)\nA <a@x.example> (@a-old)"), People(), at=AT, source=""
    )
    assert {each.person for each in ties} == {"a"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        pytest.param("vbatts", "vbatts-2", id="taken"),
        pytest.param("LK4D4", "lk4d4", id="without case"),
        pytest.param("Ada Quay", "ada-quay", id="a name"),
        pytest.param("???", "person", id="nothing to make it of"),
    ],
)
def test_a_new_person_gets_a_key_that_nobody_has(name: str, key: str) -> None:
    assert new_key(name, {"vbatts"}) == key


@pytest.mark.parametrize("line", ["<" * 10**6 + "@", "@" * 10**6, "<a@" * 10**6, "- " * 10**6 + "@a"])
def test_an_endless_line_costs_no_time(line: str) -> None:
    before = time.perf_counter()
    read_roster(line)
    assert time.perf_counter() - before < 1
