"""Lists of attendees in the forms people write them, and whom a name means by them."""

import pytest

from bot.meetings.notes import read_notes
from bot.model.meeting import Meeting, Status

ADA_BO = ("Ada Quay", "Bo Lund")


def read(text: str) -> Meeting:
    (meeting,) = read_notes(f"## 2026-06-03\n\n{text}", name="notes.md")
    return meeting


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("### Attendees:\n- Ada Quay\n- Bo Lund\n- _add yourself_", id="bullets and a place to write"),
        pytest.param("Attendees: Ada Quay, Bo Lund", id="a line with commas"),
        pytest.param("**Present:** Ada Quay; Bo Lund", id="a bold label"),
        pytest.param("### Attendees: Ada Quay and Bo Lund", id="in the heading itself"),
        pytest.param("Attendees\n\n* Ada Quay\n* Bo Lund", id="a label without a colon"),
        pytest.param("* Attendees:\n    * Ada Quay\n    * Bo Lund", id="nested in a bullet"),
        pytest.param("### Participants\nAda Quay, Bo Lund", id="a line below the heading"),
        pytest.param("### Present\n#### Voting members\n- Ada Quay\n#### Guests\n- Bo Lund", id="groups"),
        pytest.param("### Attendees\n**TSC members**\n- Ada Quay\n**Other members**\n- Bo Lund", id="bold groups"),
        pytest.param("### Attendees\n- Ada Quay\n- ~~Cyd Marsh~~\n- Bo Lund", id="who did not come is struck out"),
        pytest.param("### Attendees\n- [x] Ada Quay\n- [ ] Cyd Marsh\n- [x] Bo Lund", id="boxes"),
        pytest.param("### Attendees\n- [ ] Ada Quay\n- [ ] Bo Lund", id="boxes that nobody ticked"),
        pytest.param("### Attendees\n- Ada Quay - present\n- Bo Lund\n- Cyd Marsh - not present", id="said in words"),
        pytest.param("### Attendees\n- Ada Quay\n- Bo Lund\n### Absent\n- Cyd Marsh", id="a list of the absent"),
        pytest.param("### Attendees\n- Ada Quay\n- Bo Lund\n- Cyd Marsh\n### Regrets: Cyd Marsh", id="listed, then excused"),
        pytest.param("**Attendees:** [Ada Quay](mailto:a@example.org) [Bo Lund](mailto:b@example.org)", id="Google's people"),
        pytest.param("### Attendees\n- [Ada Quay](ada@example.org)\n- Bo Lund <bo@example.org>", id="mail addresses"),
        pytest.param("| Name | Present |\n|---|---|\n| Ada Quay | x |\n| Cyd Marsh | |\n| Bo Lund | yes |", id="a table"),
        pytest.param("### Attendees\n- [x] Ada Quay\n- [x] Bo Lund\n\nQuorum: yes", id="and a quorum"),
        pytest.param("| **Attendees** | Ada Quay, Bo Lund |\n|---|---|\n| **Purpose** | talk |", id="a table of facts"),
        pytest.param("### Attendees\n- Ada Quay\n- Bo Lund\n    - \"sorry, I am in another call and will be late\"", id="a remark"),
    ],
)  # fmt: skip
def test_those_who_were_there_are_read(text: str) -> None:
    assert tuple(person.nick for person in read(text).people) == ADA_BO


@pytest.mark.parametrize(
    ("entry", "nick", "also", "affiliation"),
    [
        pytest.param("Ada Quay (Dock Ltd)", "Ada Quay", (), "Dock Ltd", id="a company in brackets"),
        pytest.param("Ada Quay - Dock Ltd", "Ada Quay", (), "Dock Ltd", id="a company behind a dash"),
        pytest.param("Ada Quay | Dock Ltd | Rotterdam", "Ada Quay", (), "Dock Ltd", id="a company behind a stroke"),
        pytest.param("Ada Quay, Dock Ltd", "Ada Quay", (), "Dock Ltd", id="a company behind a comma"),
        pytest.param("Ada Quay (@adaq)", "adaq", ("Ada Quay",), "", id="a login"),
        pytest.param("Ada Quay @adaq (HSC)", "adaq", ("Ada Quay",), "HSC", id="a login and a committee"),
        pytest.param("Ada Quay ([@adaq](https://github.com/adaq)) (Dock Ltd)", "adaq", ("Ada Quay",), "Dock Ltd", id="linked"),
        pytest.param("@adaq", "adaq", (), "", id="only a login"),
        pytest.param("aq: Ada Quay", "Ada Quay", ("aq",), "", id="initials in front"),
        pytest.param("Ada Quay (AQ)", "Ada Quay", ("AQ",), "", id="initials in brackets"),
        pytest.param("Ada Quay (IBM)", "Ada Quay", (), "IBM", id="a short company"),
        pytest.param("Ada Quay (she/her)", "Ada Quay", (), "", id="what is no company"),
        pytest.param("Ada Quay (just long enough to hear the end ;.;)", "Ada Quay", (), "", id="a remark in brackets"),
        pytest.param("**Ada Quay** (chair)", "Ada Quay", (), "", id="bold, with a role"),
    ],
)  # fmt: skip
def test_an_entry_is_taken_apart(entry: str, nick: str, also: tuple[str, ...], affiliation: str) -> None:
    (person,) = read(f"### Attendees\n- {entry}").people
    assert (person.nick, person.also, person.affiliation) == (nick, also, affiliation)


def test_brackets_are_initials_when_the_whole_list_has_them() -> None:
    listed = "Attendees: Ada Quay (AQY), Bo Lund (BLD), Cyd Marsh (XY)"
    assert read(listed).aliases == (("AQY", "Ada Quay"), ("BLD", "Bo Lund"), ("XY", "Cyd Marsh"))


def test_brackets_are_companies_when_they_repeat() -> None:
    meeting = read("### Attendees\n- Andrew Sharon (AWS)\n- Sam Karp (AWS)\n- Mike Brown (IBM)")
    assert meeting.aliases == ()
    assert [person.affiliation for person in meeting.people] == ["AWS", "AWS", "IBM"]
    alike = read("### Attendees\n- Andrew Sharon (AWS)\n- Alf Quint (AWS)\n- Ida Boom (IBM)")
    assert alike.aliases == ()


@pytest.mark.parametrize(
    "name",
    ["Ada", "ada", "quay", "aq", "AQ", "aquay", "adaquay", "Ada Q", "Ada Quay"],
)
def test_a_name_means_the_attendee_it_can_only_mean(name: str) -> None:
    item = read(f"Attendees: Ada Quay, Bo Lund\n\n### Notes\n- ({name}) the gate squeaks").items[0]
    assert (item.speaker, item.text, item.status) == ("Ada Quay", "the gate squeaks", Status.RECORDED)


@pytest.mark.parametrize(
    "line",
    ["(aq) the gate", "[aq] the gate", "[aq]: the gate", "aq: the gate", "17:21:08 From aq : the gate"],
)
def test_the_speaker_stands_in_front_in_many_ways(line: str) -> None:
    item = read(f"Attendees: Ada Quay, Bo Lund\n\n### Notes\n- {line}").items[0]
    assert (item.speaker, item.text) == ("Ada Quay", "the gate")


def test_brackets_in_front_that_name_nobody_stay() -> None:
    item = read("Attendees: Ada Quay\n\n### Notes\n- (draft) the gate").items[0]
    assert (item.speaker, item.text) == ("", "(draft) the gate")


def test_a_name_of_two_people_is_left_to_a_person() -> None:
    meeting = read("Attendees: Ada Quay, Alf Quint\n\n### Notes\n- TODO(aq) oil the gate")
    action = meeting.items[0]
    assert (action.status, action.assignees) == (Status.UNCERTAIN, ("aq",))
    assert action.note == "aq may be Ada Quay or Alf Quint"
    assert [(offer.kind, offer.about) for offer in meeting.offers] == [
        ("same-person", ("aq", "Ada Quay", "Alf Quint"))
    ]


def test_initials_that_the_list_states_win_over_those_a_name_could_have() -> None:
    action = read("Attendees: aq: Ada Quay, Alf Quint\n\n### Notes\n- TODO(aq) oil the gate").items[0]
    assert (action.status, action.assignees) == (Status.RECORDED, ("Ada Quay",))


def test_a_login_stays_a_login_and_whose_it_may_be_is_offered() -> None:
    meeting = read("Attendees: Ada Quay\n\n### Action items\n- [ ] @aquay oil the gate")
    assert (meeting.items[0].assignees, meeting.items[0].status) == (("aquay",), Status.RECORDED)
    assert [offer.about for offer in meeting.offers] == [("aquay", "Ada Quay")]


def test_a_login_given_once_is_the_person_in_later_meetings() -> None:
    text = (
        "## 2026-06-10\nAttendees: Ada Quay\n\n- TODO(ada) go\n\n## 2026-06-03\nAttendees: Ada Quay (@adaq)\n"
    )
    later = read_notes(text, name="notes.md")[1]
    assert [person.nick for person in later.people] == ["adaq"]
    assert later.items[0].assignees == ("adaq",)


def test_a_name_whose_login_became_known_is_one_person() -> None:
    text = "## 2026-06-03\nAttendees: Ada Quay\n\n## 2026-06-10\nAttendees: Ada Quay (@adaq)\n\n## 2026-06-17\nAttendees: Bo\n\n- TODO(ada) go\n"
    action = read_notes(text, name="notes.md")[2].items[0]
    assert (action.assignees, action.note) == (
        ("adaq",),
        "ada is in no list of this meeting; an earlier one has adaq",
    )


def test_a_person_of_an_earlier_meeting_is_only_a_guess() -> None:
    text = "## 2026-06-10\nAttendees: Ada Quay\n\n- TODO(bl) go\n\n## 2026-06-03\nAttendees: Bo Lund\n"
    action = read_notes(text, name="notes.md")[1].items[0]
    assert (action.assignees, action.status) == (("Bo Lund",), Status.UNCERTAIN)
    assert action.note == "bl is in no list of this meeting; an earlier one has Bo Lund"


def test_a_later_list_changes_nothing_of_an_earlier_meeting() -> None:
    earlier = "## 2026-06-03\nAttendees: Cyd Marsh\n\n- TODO(bl) go\n"
    alone = read_notes(earlier, name="notes.md")
    assert read_notes(f"## 2026-06-10\nAttendees: Bo Lund\n\n{earlier}", name="notes.md")[:1] == alone


def test_a_list_above_all_meetings_explains_initials() -> None:
    text = "# Notes\n\n## Members\n- aq: Ada Quay\n\n# 2026-06-10\n- TODO(aq) go\n"
    action = read_notes(text, name="notes.md")[0].items[0]
    assert (action.assignees, action.status) == (("Ada Quay",), Status.UNCERTAIN)


def test_chair_and_scribe_were_there_too() -> None:
    meeting = read("Chair: Ada\nNote taker: @bolund\n\nAttendees: Ada Quay\n\n### Notes\n- the gate")
    assert (meeting.chairs, meeting.scribes) == (("Ada Quay",), ("bolund",))
    assert [person.nick for person in meeting.people] == ["Ada Quay", "bolund"]
    assert meeting.items[0].by == "bolund"


def test_people_with_logins_who_open_the_notes_are_attendees() -> None:
    meeting = read(
        "- Ada Quay ([@adaq](https://github.com/adaq))\n- Bo Lund (@bolund) (Dock Ltd)\n\n### Notes\n- the gate"
    )
    assert [person.nick for person in meeting.people] == ["adaq", "bolund"]
    assert [item.text for item in meeting.items] == ["the gate"]
    bare = read("- Ada Quay (@adaq)\n- Bo Lund (@bolund)\n\nThe gate squeaks.")
    assert [item.text for item in bare.items] == ["The gate squeaks."]


def test_mail_addresses_are_not_kept() -> None:
    meeting = read(
        "### Attendees\n- Ada Quay <ada@example.org>\n- [Bo](mailto:bo@example.org)\n### Notes\n- [Cyd](mailto:c@example.org) called"
    )
    assert "example.org" not in repr(meeting)
