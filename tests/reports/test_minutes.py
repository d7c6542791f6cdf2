"""Minutes in their four forms, to the byte; what stands where in them, and what never does."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from bot.model.meeting import Item, Kind, Meeting, Status, Topic
from bot.reports import minutes
from bot.reports.outline import by_person, outline, sections
from bot.reports.plain import width
from tests import goldens
from tests.reports.reading import Page
from tests.reports.samples import EMPTY, FULL, HOOKS, NAMES, NOTES, START, item

ENDINGS = {"text": "txt", "markdown": "md", "html": "html"}
MEETINGS = {"full": FULL, "empty": EMPTY, "notes": NOTES, "everybody": minutes.for_everybody(FULL)}
GOLDENS = frozenset(f"minutes.{name}.{end}" for name in MEETINGS for end in (*ENDINGS.values(), "json"))


def shown(meeting: Meeting, form: str) -> str:
    return minutes.render(meeting, form, stylesheet="tallyman.css")


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", MEETINGS)
def test_minutes_look_like_their_golden_file(name: str, form: str) -> None:
    goldens.check(f"minutes.{name}.{ENDINGS[form]}", shown(MEETINGS[name], form))


@pytest.mark.parametrize("name", MEETINGS)
def test_minutes_as_json_look_like_their_golden_file(name: str) -> None:
    document = minutes.to_json(MEETINGS[name], count_lines=False)
    goldens.check(f"minutes.{name}.json", json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def test_lines_are_counted_only_when_asked_for() -> None:
    for count_lines in (True, False):
        people = minutes.to_json(FULL, count_lines=count_lines)["people"]
        assert [person.get("lines") for person in people] == [
            person.lines if count_lines else None for person in FULL.people
        ]


@pytest.mark.parametrize("form", ENDINGS)
def test_what_a_chair_looks_for_comes_first(form: str) -> None:
    text = shown(FULL, form)
    order = ["Decisions", "Actions", "Waiting for a chair", "Questions left open", "Topics left open", "Before the first topic", "Votes", "People", "For the chairs"]  # fmt: skip
    assert [text.index(heading) for heading in order] == sorted(text.index(heading) for heading in order)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_every_item_leads_to_its_line_of_the_log(form: str) -> None:
    text = minutes.render(FULL, form, log="https://example.org/log.html")
    assert {each.line for each in FULL.items} == {
        each.line for each in FULL.items if f"https://example.org/log.html#L{each.line}" in text
    }


def test_without_a_log_page_no_link_leads_nowhere() -> None:
    assert not [link for link in Page(minutes.render(FULL, "html", log="")).links if "log" in link]
    assert "log.html" not in minutes.render(FULL, "markdown", log="") + minutes.render(FULL, "text", log="")


def test_a_page_on_its_own_brings_its_style_and_needs_no_other_file() -> None:
    alone = Page(minutes.render(FULL, "html", log=""))
    assert "style" in alone.tags
    assert [link for link in alone.links if not link.startswith(("https://", "#"))] == []


def test_an_element_has_one_id_and_every_inner_link_finds_its_own() -> None:
    page = Page(shown(FULL, "html"))
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {each.id for each in FULL.items if each.kind is not Kind.TOPIC} <= set(page.ids)


def test_no_line_of_the_text_is_wider_than_a_hundred_columns() -> None:
    long = replace(
        FULL, items=tuple(replace(each, text=f"{each.text} {'словом 言葉 ' * 40}") for each in FULL.items)
    )
    lines = shown(long, "text").splitlines()
    assert [line for line in lines if width(line) > 100 and "://" not in line] == []
    assert any(width(line) > 90 for line in lines), "and it is filled"


def test_a_topic_taken_up_again_is_one_section() -> None:
    found = {section.text: section for section in sections(FULL)}
    assert list(found) == ["", HOOKS, NAMES, "cutting the next release"]
    assert [turn.id for turn in found[HOOKS].turns] == ["L4", "L24"]
    assert found[HOOKS].items[-1].kind is Kind.REJECTED, "which was said after it was taken up again"


@pytest.mark.parametrize(
    "meeting", [FULL, replace(FULL, topics=())], ids=["with topics", "before topics were kept"]
)
def test_every_item_is_in_exactly_one_section(meeting: Meeting) -> None:
    found = [each.id for section in sections(meeting) for each in (*section.turns, *section.items)]
    assert sorted(found) == sorted(each.id for each in meeting.items)


def test_topics_of_old_data_are_put_together_by_their_text() -> None:
    now, old = sections(FULL), sections(replace(FULL, topics=()))
    assert [(s.text, s.turns, s.items) for s in old] == [(s.text, s.turns, s.items) for s in now]
    assert [section.text for section in old if section.left_open] == [NAMES, "cutting the next release"]


def test_a_topic_whose_words_were_corrected_keeps_its_items() -> None:
    corrected = replace(
        FULL, topics=(Topic("L4", "hooks in 1.0.0", "", START, left_open=False), *FULL.topics[1:])
    )
    found = {section.text: [each.id for each in section.items] for section in sections(corrected)}
    assert found["hooks in 1.0.0"] == ["L6", "L8", "L9", "L10", "L12", "L14", "L15", "L26"]
    assert HOOKS not in found


@pytest.mark.parametrize("status", [Status.UNDONE, Status.PENDING])
def test_a_topic_that_did_not_count_is_told_of_where_it_was_said(status: Status) -> None:
    off = item(5, Kind.TOPIC, "lunch", topic="lunch", status=status)
    found = sections(replace(FULL, items=(*FULL.items[:2], off, *FULL.items[2:])))
    assert "lunch" not in [section.text for section in found]
    assert off in found[1].items


@pytest.mark.parametrize(
    ("given", "under"),
    [
        pytest.param([("wking",), ("ada",)], ["ada", "wking"], id="by name"),
        pytest.param([(), ("ada",)], ["ada", "nobody"], id="nobody comes last"),
        pytest.param([("bo", "Ada")], ["Ada", "bo"], id="under everybody it was given to"),
        pytest.param([("bo", "bo")], ["bo"], id="once"),
        pytest.param([("",)], ["nobody"], id="a name of no letter is nobody's"),
    ],
)
def test_actions_stand_under_their_people(given: list[tuple[str, ...]], under: list[str]) -> None:
    actions: list[Item] = [item(n, Kind.ACTION, "x", assignees=names) for n, names in enumerate(given)]
    assert [name for name, _ in by_person(actions, lambda each: each.assignees)] == under


def test_a_question_is_open_until_an_answer_that_stands() -> None:
    assert [each.id for each in outline(FULL).questions] == ["L18"]
    withdrawn = tuple(replace(i, status=Status.UNDONE) if i.kind is Kind.ANSWER else i for i in FULL.items)
    assert [each.id for each in outline(replace(FULL, items=withdrawn)).questions] == ["L18", "L20"]


def test_what_does_not_stand_is_no_decision_and_no_action() -> None:
    found = outline(replace(FULL, items=tuple(replace(each, status=Status.UNDONE) for each in FULL.items)))
    assert (found.decisions, found.actions) == ((), ())


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("status", [each for each in Status if each is not Status.RECORDED])
def test_every_status_is_a_word_with_its_reason(status: Status, form: str) -> None:
    told = replace(FULL, items=(item(8, Kind.INFO, "x", status=status, note="since bo said so on 3 June"),))
    text = shown(told, form)
    assert status.value in text
    assert "since bo said so on 3 June" in text


@pytest.mark.parametrize("form", [*ENDINGS, "json"])
def test_a_page_for_everybody_has_no_guess_about_who_is_who(form: str) -> None:
    meeting = minutes.for_everybody(FULL)
    text = json.dumps(minutes.to_json(meeting, count_lines=False)) if form == "json" else shown(meeting, form)
    assert "may be mary_" not in text
    assert "perhaps" not in text
    assert "asked to be chair" in text, "what is no guess about a person stays"


@pytest.mark.parametrize("form", ENDINGS)
def test_people_are_named_in_the_order_in_which_they_were_heard(form: str) -> None:
    text = shown(FULL, form)
    people = text[text.rindex("People") :]
    assert [people.index(name) for name in ("bo (left", "cy (also", "eve")] == sorted(
        people.index(name) for name in ("bo (left", "cy (also", "eve")
    )
    assert "30" not in people.replace("left 00:30", ""), "and nobody's lines are counted"


@pytest.mark.parametrize(
    ("started", "ended", "words"),
    [
        pytest.param("2016-06-01T17:01:55", "2016-06-01T18:12:55", "Wednesday 1 June 2016, 17:01 to 18:12 UTC", id="a day"),
        pytest.param("2016-06-01T23:50:00", "2016-06-02T00:35:00", "Wednesday 1 June 2016, 23:50 UTC to Thursday 2 June 2016, 00:35 UTC", id="over midnight"),
        pytest.param("2016-06-01T17:01:55", None, "Wednesday 1 June 2016, from 17:01 UTC; no end was recorded", id="unfinished"),
    ],
)  # fmt: skip
def test_when_it_was(started: str, ended: str | None, words: str) -> None:
    begin = datetime.fromisoformat(f"{started}+00:00")
    end = datetime.fromisoformat(f"{ended}+00:00") if ended else None
    assert minutes.when(replace(EMPTY, started_at=begin, ended_at=end)) == words


def test_of_notes_only_the_day_is_known() -> None:
    assert minutes.when(NOTES) == "Wednesday 1 June 2016"


def test_what_the_notes_call_done_is_said_to_be_done() -> None:
    assert "- [x] @\u200bada file the issue" in minutes.render(NOTES, "markdown", log="")
    assert shown(NOTES, "text").count("said to be done") == 2, "under its person and under its topic"
    assert shown(NOTES, "html").count("said to be done") == 2
