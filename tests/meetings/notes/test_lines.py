"""What single lines of notes become: actions with owners, decisions, questions, links, topics; and what they do not."""

from datetime import date

import pytest

from bot.meetings.notes import read_notes
from bot.meetings.references import Home
from bot.model.meeting import Item, Kind, Meeting, Status

HEAD = "## 2026-06-03\n\nAttendees: Ada Quay, Bo Lund, Cyd Marsh\n\n"


def read(text: str) -> Meeting:
    (meeting,) = read_notes(HEAD + text, name="notes.md")
    return meeting


def only(text: str) -> Item:
    (item,) = read(text).items
    return item


@pytest.mark.parametrize(
    ("line", "text", "owners"),
    [
        pytest.param("TODO(ada) oil the gate", "oil the gate", ("Ada Quay",), id="TODO with a name"),
        pytest.param("TODO: oil the gate", "oil the gate", (), id="TODO with a colon"),
        pytest.param("TODO oil the gate (ada, bo)", "oil the gate (ada, bo)", ("Ada Quay", "Bo Lund"), id="TODO, names last"),
        pytest.param("todo - oil the gate", "oil the gate", (), id="in small letters"),
        pytest.param("AI: Ada to oil the gate", "Ada to oil the gate", ("Ada Quay",), id="AI"),
        pytest.param("AI(bo): oil the gate", "oil the gate", ("Bo Lund",), id="AI with a name"),
        pytest.param("Action: Bo will oil the gate", "Bo will oil the gate", ("Bo Lund",), id="Action"),
        pytest.param("**Action item:** @adaq to oil it", "@adaq to oil it", ("adaq",), id="bold"),
        pytest.param("ACTION, Cyd Marsh: oil the gate", "oil the gate", ("Cyd Marsh",), id="a name before the colon"),
        pytest.param("ACTION(ada/bo): oil the gate", "oil the gate", ("Ada Quay", "Bo Lund"), id="two names"),
        pytest.param("[ACTION] oil the gate", "oil the gate", (), id="in square brackets"),
        pytest.param("[AI: Ada] oil the gate", "oil the gate", ("Ada Quay",), id="in square brackets with a name"),
        pytest.param("@adaq to oil the gate", "@adaq to oil the gate", ("adaq",), id="a login to do"),
        pytest.param("@adaq and @bolund will oil it", "@adaq and @bolund will oil it", ("adaq", "bolund"), id="two logins"),
        pytest.param("[ ] oil the gate", "oil the gate", (), id="a box"),
        pytest.param("[ ] @adaq", "@adaq", ("adaq",), id="a box and a login, no more"),
        pytest.param("Ada to oil the gate", "Ada to oil the gate", ("Ada Quay",), id="an attendee to do"),
    ],
)  # fmt: skip
def test_a_line_that_says_so_is_an_action(line: str, text: str, owners: tuple[str, ...]) -> None:
    item = only(f"### Notes\n- {line}")
    assert (item.kind, item.text, item.assignees, item.done) == (Kind.ACTION, text, owners, False)


@pytest.mark.parametrize(
    ("line", "owners"),
    [
        pytest.param("oil the gate - Ada", ("Ada Quay",), id="a name last"),
        pytest.param("oil the gate (Ada)", ("Ada Quay",), id="a name last in brackets"),
        pytest.param("oil the gate → @adaq", ("adaq",), id="an arrow"),
        pytest.param("**@adaq** — oil the gate — due 2026-06-10", ("adaq",), id="a bold login in front"),
        pytest.param("oil the gate → Owner: @adaq, Due: 2026-06-10", ("adaq",), id="an owner by name"),
        pytest.param("oil the gate, assigned to: Bo", ("Bo Lund",), id="assigned"),
        pytest.param("Ada & Bo: oil the gate", ("Ada Quay", "Bo Lund"), id="two names in front"),
        pytest.param("[Ada] oil the gate", ("Ada Quay",), id="a name in square brackets in front"),
        pytest.param("Dee to oil the gate", ("Dee",), id="somebody whom nobody knows"),
        pytest.param("Everybody to oil the gate", (), id="everybody is nobody"),
        pytest.param("Dee: oil the gate", (), id="a colon alone does not make an owner"),
        pytest.param("ask Ada about the gate", (), id="a name in passing is not an owner"),
        pytest.param("oil the gate with @adaq", ("adaq",), id="a login in passing, if no name says more"),
    ],
)
def test_the_owner_of_an_action_item_is_found(line: str, owners: tuple[str, ...]) -> None:
    item = only(f"### Action Items:\n- [ ] {line}")
    assert (item.kind, item.assignees) == (Kind.ACTION, owners)


def test_an_action_that_only_its_words_show_says_so() -> None:
    said = only("### Notes\n- Ada to oil the gate")
    assert said.note == "the notes do not mark it as an action; its words say so"
    assert only("### Notes\n- @adaq to oil the gate").note == ""


@pytest.mark.parametrize(
    "line",
    ["Dee to oil the gate", "Ada will be away", "Ada to the rescue", "AI is not the topic", "actions speak", "Ada, to oil or not"],
)  # fmt: skip
def test_other_lines_are_no_actions(line: str) -> None:
    assert only(f"### Notes\n- {line}").kind is Kind.INFO


@pytest.mark.parametrize(
    "line",
    [
        "[x] oil the gate",
        "[X] oil the gate",
        r"\[x\] oil the gate",
        "[ ] oil the gate ✅",
        "[ ] oil the gate [done]",
    ],
)
def test_a_checked_box_means_that_it_was_said_to_be_done(line: str) -> None:
    item = only(f"### Action items\n- {line}")
    assert (item.kind, item.text, item.done) == (Kind.ACTION, "oil the gate", True)


def test_what_was_promised_before_is_no_action_of_this_meeting() -> None:
    (item,) = read("### Action items from last week\n- [x] Ada to oil the gate\n").items
    assert (item.kind, item.done, item.note) == (Kind.INFO, True, "promised at an earlier meeting")


@pytest.mark.parametrize(
    "line", ["None", "_none_", "N/A", "TBD", "...", "-", "[ ]", "No action items.", "_add your items_"]
)
def test_a_place_to_write_is_no_action(line: str) -> None:
    assert read(f"### Action items\n- {line}").items == ()


def test_what_is_nested_in_an_action_tells_of_it() -> None:
    items = read(
        "### Action items\n- [ ] @adaq oil the gate\n  - with the good oil\n  - [ ] @bolund hold the lamp\n"
    ).items
    assert [(item.kind, item.assignees) for item in items] == [
        (Kind.ACTION, ("adaq",)),
        (Kind.INFO, ()),
        (Kind.ACTION, ("bolund",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("### Action items\n- Ada\n  - oil the gate\n", id="nested in a name"),
        pytest.param("### Action items\n#### Ada\n- oil the gate\n", id="under a name"),
        pytest.param("| Action | Owner |\n|---|---|\n| oil the gate | Ada |\n", id="in a table"),
        pytest.param("### Action items\n**Ada**\n- oil the gate\n", id="under a bold name"),
    ],
)
def test_actions_are_listed_by_person(text: str) -> None:
    item = only(text)
    assert (item.kind, item.text, item.assignees) == (Kind.ACTION, "oil the gate", ("Ada Quay",))


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("by June 10", date(2026, 6, 10)),
        ("due 2026-06-10", date(2026, 6, 10)),
        ("(due: June 10th, 2026)", date(2026, 6, 10)),
        ("until January 5", date(2027, 1, 5)),
        ("by hand", None),
        ("as agreed on June 1", None),
    ],
)
def test_a_due_date_is_read(words: str, due: date | None) -> None:
    assert only(f"### Action items\n- oil the gate {words}").due == due


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("Decision: a new lamp", Kind.AGREED, "a new lamp"),
        ("**Decision**: a new lamp", Kind.AGREED, "a new lamp"),
        ("**Decision:** a new lamp", Kind.AGREED, "a new lamp"),
        ("AGREED: a new lamp", Kind.AGREED, "a new lamp"),
        ("**Agreed** – a new lamp", Kind.AGREED, "a new lamp"),
        ("RESOLVED: a new lamp", Kind.AGREED, "a new lamp"),
        ("Consensus: a new lamp", Kind.AGREED, "a new lamp"),
        ("[DECISION] a new lamp", Kind.AGREED, "a new lamp"),
        ("Decision (unanimous): a new lamp", Kind.AGREED, "a new lamp"),
        ("Accepted: a new lamp", Kind.ACCEPTED, "a new lamp"),
        ("Rejected: a new lamp", Kind.REJECTED, "a new lamp"),
        ("We agreed to buy a lamp", Kind.AGREED, "We agreed to buy a lamp"),
        ("It was decided that we buy a lamp", Kind.AGREED, "It was decided that we buy a lamp"),
        ("Decision: none", Kind.INFO, "Decision: none"),
        ("General agreement on lamps", Kind.INFO, "General agreement on lamps"),
        ("everybody agreed", Kind.INFO, "everybody agreed"),
        ("Q: how bright?", Kind.QUESTION, "how bright?"),
        ("Question from bo: how bright?", Kind.QUESTION, "how bright?"),
        ("https://example.org/lamp", Kind.LINK, "https://example.org/lamp"),
        ("<https://example.org/lamp>", Kind.LINK, "https://example.org/lamp"),
        ("[Slides](https://example.org/lamp)", Kind.LINK, "Slides (https://example.org/lamp)"),
        ("Recording: https://example.org/lamp", Kind.LINK, "Recording: https://example.org/lamp"),
        (
            "the lamp (https://example.org/lamp) is out",
            Kind.INFO,
            "the lamp (https://example.org/lamp) is out",
        ),
    ],
)
def test_decisions_questions_and_links(line: str, kind: Kind, text: str) -> None:
    item = only(f"### Notes\n- {line}")
    assert (item.kind, item.text) == (kind, text)


def test_an_answer_closes_its_question() -> None:
    question, answer = read("### Notes\n- Q: how bright?\n- A: very\n").items
    assert (answer.kind, answer.closes) == (Kind.ANSWER, question.id)


def test_an_answer_without_a_question_was_only_said() -> None:
    assert only("### Notes\n- A: very").kind is Kind.INFO


@pytest.mark.parametrize(
    "heading", ["### Decisions", "**Decisions**", "Decisions:", "### Key decisions ✅", "### 3. Resolutions"]
)
def test_a_list_of_decisions_holds_decisions(heading: str) -> None:
    assert only(f"{heading}\n\n- a new lamp").kind is Kind.AGREED


def test_a_struck_out_line_no_longer_stands() -> None:
    item = only("### Action items\n- ~~oil the gate~~")
    assert (item.status, item.note) == (Status.UNDONE, "it is struck out in the notes")


def test_topics_are_headings_bold_lines_and_bullets_that_lead_others() -> None:
    meeting = read(
        "### Notes\n**Lamp**\n- it is out\n\n#### Gate\n- it squeaks\n\n### Discussion\n- Rope\n  - it is worn\n- the end\n"
    )
    assert [(t.text, t.left_open) for t in meeting.topics] == [("Lamp", True), ("Gate", True), ("Rope", True)]
    assert [(i.text, i.topic) for i in meeting.items if i.kind is Kind.INFO] == [
        ("it is out", "Lamp"),
        ("it squeaks", "Gate"),
        ("it is worn", "Rope"),
        ("the end", ""),
    ]


def test_a_topic_with_a_decision_or_an_action_is_not_left_open() -> None:
    meeting = read("### Notes\n- Gate\n  - Decision: oil\n- Lamp\n  - TODO(ada) buy\n- Rope\n  - hm\n")
    assert [(t.text, t.left_open) for t in meeting.topics] == [
        ("Gate", False),
        ("Lamp", False),
        ("Rope", True),
    ]


def test_an_item_of_the_agenda_is_taken_up_under_fewer_words() -> None:
    meeting = read(
        "### Agenda\n- (bo) The gate oil, once more\n- Lamps\n\n### Notes\n- Gate oil\n  - Decision: buy\n- lamps\n  - out\n"
    )
    assert [(t.text, t.left_open) for t in meeting.topics] == [
        ("The gate oil, once more", False),
        ("Lamps", True),
    ]
    assert [(i.kind, i.text, i.topic) for i in meeting.items[2:4]] == [
        (Kind.SUBTOPIC, "Gate oil", "The gate oil, once more"),
        (Kind.AGREED, "buy", "The gate oil, once more"),
    ]


def test_how_meetings_go_is_not_left_open() -> None:
    meeting = read("### Agenda\n1. Opening, welcome and roll call\n1. Lamps\n1. Closure\n")
    assert [(t.text, t.left_open) for t in meeting.topics][1:] == [("Lamps", True), ("Closure", False)]
    assert not meeting.topics[0].left_open


def test_a_sentence_in_bold_is_no_topic() -> None:
    item = only("**Please remember that this call is recorded and will be shown to everybody who asks**")
    assert item.kind is Kind.INFO


def test_references_take_the_repository_of_their_topic() -> None:
    text = HEAD + "### Notes\n- image-spec\n  - see #5 and quay/lamps#7\n"
    home = Home("quay/runtime-spec", ("quay/runtime-spec", "quay/image-spec"))
    (meeting,) = read_notes(text, name="notes.md", home=home)
    assert [(ref.repo, ref.number) for ref in meeting.items[1].references] == [
        ("quay/image-spec", 5),
        ("quay/lamps", 7),
    ]
    assert [ref.number for ref in meeting.topics[0].mentions] == [5, 7]


def test_a_number_that_links_elsewhere_is_not_taken_for_one_of_the_topic() -> None:
    item = only("### Notes\n- see [#117](https://github.com/quay/lamps/issues/117)")
    assert [(ref.repo, ref.number) for ref in item.references] == [("quay/lamps", 117)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<!-- oil -->\n", id="a comment"),
        pytest.param("- a <!-- oil --> b\n", id="a comment within a line"),
        pytest.param("<!--\n- oil\n\n- more oil\n-->\n", id="a comment over lines"),
        pytest.param("- a\n<!-- oil\n", id="a comment that is never closed"),
        pytest.param("```\n- oil\n```\n", id="code"),
        pytest.param("~~~ sh\n- oil\n~~~\n", id="code between other marks"),
        pytest.param("- a\n  ````\n  ```\n  oil\n  ````\n", id="code within a bullet, with longer marks"),
        pytest.param("- [off] oil\n", id="off the record"),
        pytest.param("[OFF] oil\n", id="off the record in capitals"),
        pytest.param("- **[off]** oil\n", id="off the record in bold"),
        pytest.param("- \\[off\\] oil\n  - more oil\n    oil\n", id="off the record with all that is nested"),
        pytest.param("### [off] oil\n- more oil\n", id="off the record by heading"),
        pytest.param("| a | b |\n|---|---|\n| [off] oil | oil |\n", id="off the record in a table"),
        pytest.param("Attendees:\n- [off] Oil Man\n", id="off the record among people"),
        pytest.param("[1]: https://example.org/oil\n", id="the address of a link"),
        pytest.param("[image1]: <data:image/png;base64,oiloiloil>\n", id="a picture written out"),
        pytest.param("- a ![oil](https://example.org/oil.png)\n", id="a picture"),
        pytest.param("- a ![](data:image/png;base64," + "oil" * 2_000 + ") b\n", id="a picture in place"),
    ],
)
def test_what_is_not_to_be_read_is_not_read(text: str) -> None:
    assert "oil" not in repr(read("### Notes\n" + text)).lower()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (r"the crane \- finally", "the crane - finally"),
        ("the crane&nbsp;&amp; the rope", "the crane & the rope"),
        (r"snake\_case and \#5", "snake_case and #5"),
        ("the **big** crane", "the big crane"),
        ("_the crane_", "the crane"),
        ("a __dunder__ stays", "a __dunder__ stays"),
        ("one<br>two", "one two"),
        ("the “big” crane’s", "the “big” crane’s"),
        ("the crane  ", "the crane"),
        ('[the crane](https://example.org/c "title") is back', "the crane (https://example.org/c) is back"),
        ("[the crane][c] is back", "the crane (https://example.org/c) is back"),
        ("`[code](x)` stays readable", "`code (x)` stays readable"),
    ],
)
def test_the_words_are_bare(line: str, text: str) -> None:
    assert only(f"### Notes\n- {line}\n\n[c]: https://example.org/c\n").text == text


def test_a_fence_that_nothing_closes_hides_nothing() -> None:
    assert only("### Notes\n```\n- oil the gate").text == "oil the gate"


def test_a_wrapped_line_is_one_line_and_a_short_one_is_not() -> None:
    wrapped = "- the crane is back in service, which took much longer than\n  anybody thought\n"
    assert (
        only(f"### Notes\n{wrapped}").text
        == "the crane is back in service, which took much longer than anybody thought"
    )
    assert [item.text for item in read("### Notes\nthe crane\nthe rope\n").items] == ["the crane", "the rope"]
