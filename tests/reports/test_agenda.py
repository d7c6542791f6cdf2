"""The agenda in its four forms, to the byte; ages in words; nothing that sounds like blame."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.model.followup import Agenda
from bot.reports import agenda
from tests import goldens
from tests.reports.reading import Page
from tests.reports.samples import ACTIONS, AGENDA, NEXT, NO_AGENDA

ENDINGS = {"text": "txt", "markdown": "md", "html": "html"}
AGENDAS = {"full": AGENDA, "empty": NO_AGENDA}
GOLDENS = frozenset(f"agenda.{name}.{end}" for name in AGENDAS for end in (*ENDINGS.values(), "json"))


def shown(found: Agenda, form: str) -> str:
    return agenda.render(
        found,
        form,
        at=NEXT,
        url_of=lambda meeting, item: f"/meetings/{meeting}#{item}",
        stylesheet="tallyman.css",
    )


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", AGENDAS)
def test_an_agenda_looks_like_its_golden_file(name: str, form: str) -> None:
    goldens.check(f"agenda.{name}.{ENDINGS[form]}", shown(AGENDAS[name], form))


@pytest.mark.parametrize("name", AGENDAS)
def test_an_agenda_as_json_looks_like_its_golden_file(name: str) -> None:
    document = agenda.to_json(AGENDAS[name], at=NEXT)
    goldens.check(f"agenda.{name}.json", json.dumps(document, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("form", ENDINGS)
def test_what_was_left_open_comes_first(form: str) -> None:
    text = shown(AGENDA, form)
    order = ["Left open last time", "Open actions", "Decisions beside the tracker", "In the next milestone", "Pull requests that wait", "tallyman sync"]  # fmt: skip
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)


@pytest.mark.parametrize("form", ENDINGS)
def test_what_the_machine_found_reads_as_a_question(form: str) -> None:
    text = shown(AGENDA, form)
    assert "may be done" in text
    assert "not seen in the tracker yet" in text
    assert [word for word in ("overdue", "late", "failed", "missed", "forgot") if word in text.split()] == []


@pytest.mark.parametrize("form", [*ENDINGS, "json"])
def test_no_mail_address_is_shown(form: str) -> None:
    text = json.dumps(agenda.to_json(AGENDA, at=NEXT)) if form == "json" else shown(AGENDA, form)
    assert "mary" in text
    assert "mary@" not in text


def test_links_lead_to_the_item_and_to_the_evidence() -> None:
    page = Page(shown(AGENDA, "html"))
    assert {"/meetings/3#L10", "https://github.com/example/runtime-spec/pull/480"} <= set(page.links)
    alone = Page(agenda.render(AGENDA, "html", at=NEXT, stylesheet="tallyman.css"))
    assert [link for link in alone.links if not link.startswith("https://")] == ["tallyman.css"]


@pytest.mark.parametrize("form", ENDINGS)
def test_an_agenda_of_nothing_says_so(form: str) -> None:
    assert "Nothing is open from before." in shown(NO_AGENDA, form)
    assert "Nothing is open" not in shown(replace(NO_AGENDA, topics=(("x", "y"),)), form)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "today"), (0, "today"), (1, "yesterday"), (2, "2 days ago"), (13, "13 days ago"), (14, "2 weeks ago"),
        (59, "8 weeks ago"), (60, "2 months ago"), (729, "24 months ago"), (730, "2 years ago"), (9000, "24 years ago"),
    ],
)  # fmt: skip
def test_an_age_is_said_as_people_say_it(days: int, words: str) -> None:
    assert agenda.age(NEXT - timedelta(days=days), NEXT) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        pytest.param(date(2016, 6, 10), "was due Friday 10 June 2016", id="over"),
        pytest.param(date(2016, 6, 15), "due Wednesday 15 June 2016", id="today"),
        pytest.param(date(2016, 6, 17), "due Friday 17 June 2016", id="to come"),
    ],
)
def test_a_due_date_has_its_weekday(day: date, words: str) -> None:
    assert agenda.due(day, NEXT.date()) == words


def test_an_action_of_two_stands_under_both() -> None:
    found = shown(replace(AGENDA, actions=((ACTIONS[1], None),)), "text")
    assert found.count("3/L12") == 2
