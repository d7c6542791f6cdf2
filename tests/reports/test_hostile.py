"""What people type is shown and does nothing: no tag, no link that runs, no heading, no ping, no cursor that moves."""

import dataclasses
import re
from datetime import datetime
from enum import Enum
from typing import Any
from unicodedata import category
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.model.meeting import Line, Meeting, Reference
from bot.reports import agenda, minutes
from bot.reports.duedates import calendar
from bot.reports.feed import Entry, feed
from bot.reports.log import log_page, log_text
from tests.reports.reading import Page
from tests.reports.samples import ACTIONS, AGENDA, FULL, LINES, NEXT

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an open tag": "</span></li><!-- <a href='",
    "quotes": "\"' onmouseover='alert(1)' x=\"",
    "entities": "&lt;b&gt; &#60;script&#62; &amp;",
    "a script address": "javascript:alert(1) data:text/html,<b>x</b> [x](javascript:alert(1))",
    "an address with a tag": 'https://example.org/"onclick="alert(1)<b>',
    "an address with brackets": "https://example.org/](javascript:alert(1)) (https://example.org/a)b)",
    "Markdown": "# x **b** `c` [a](b) ![i](https://example.org/i.png) | t | ~~s~~ <b> \\",
    "a list": "- [ ] x",
    "a number": "1. x",
    "a rule": "---",
    "another rule": "***",
    "a fence": "```sh\nrm -rf /\n```",
    "a definition": "[x]: https://example.org",
    "new lines": "a\n\n# b\r\nc\u2028d\u2029e\x85f\x0bg\x0ch",
    "controls": "\x00\x01\x1b[31mred\x1b[0m\x07\x08\x9b2J\x7f",
    "turned round": "\u202eabc\u202d \u2066x",
    "right to left": "مرحبا بالعالم",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 e\u0301\u0301\u0301",
    "a lone surrogate": "a\ud800b\udfff",
    "nothing": "",
    "a blank": " ",
    "a megabyte": "<b>title " * 120_000,
}
FORMS = ("text", "markdown", "html")


def filled(value: Any, text: str) -> Any:
    """The same value with every text in it replaced; ids, addresses and what is no text stay."""
    if isinstance(value, Enum | datetime) or value is None or isinstance(value, Reference):
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, tuple) and not isinstance(value, Line):
        return tuple(filled(each, text) for each in value)
    if isinstance(value, Line):
        return value._replace(nick=text, text=text)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = ("id", "closes", "url", "kind")
        new = {
            f.name: filled(getattr(value, f.name), text)
            for f in dataclasses.fields(value)
            if f.name not in kept
        }
        return dataclasses.replace(value, **new)
    return value


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def text(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def all_of(meeting: Meeting, form: str) -> str:
    return minutes.render(meeting, form, stylesheet="tallyman.css")


def is_inert(page: Page) -> bool:
    return all(
        link.startswith(("https://", "#", "log.html", "minutes.html", "tallyman.css")) for link in page.links
    )


def test_html_has_only_our_tags(text: str) -> None:
    meeting = filled(FULL, text)
    assert is_inert(Page(all_of(meeting, "html")))
    assert is_inert(Page("".join(log_page(filled(LINES, text), meeting, stylesheet="tallyman.css"))))
    assert is_inert(Page(agenda.render(filled(AGENDA, text), "html", at=NEXT, stylesheet="tallyman.css")))


def test_html_shows_every_word_of_it(text: str) -> None:
    words = [word for word in re.findall(r"[\w<>&;#\"']+", text) if word.isprintable()][:20]
    page = Page(all_of(filled(FULL, text), "html"))
    assert [word for word in words if word not in page.text] == []


def test_every_human_text_finds_its_own_direction() -> None:
    meeting = filled(FULL, "HUMAN")
    pages = [
        all_of(meeting, "html"),
        "".join(log_page(filled(LINES, "HUMAN"), meeting, stylesheet="tallyman.css")),
        agenda.render(filled(AGENDA, "HUMAN"), "html", at=NEXT, stylesheet="tallyman.css"),
    ]
    texts = [found for page in pages for found in Page(page).texts]
    assert sum("HUMAN" in found for found, _ in texts) > 100
    assert [found for found, is_free in texts if "HUMAN" in found and not is_free] == []


def blocks(markdown: str) -> list[str]:
    return [
        token.type for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    ]


def inline(markdown: str) -> list[Token]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return [child for token in tokens for child in token.children or ()]


@pytest.mark.parametrize("form", ["minutes", "agenda"])
def test_markdown_has_the_shape_it_has_with_harmless_words(text: str, form: str) -> None:
    def written(words: str) -> str:
        if form == "minutes":
            return all_of(filled(FULL, words), "markdown")
        return agenda.render(filled(AGENDA, words), "markdown", at=NEXT)

    harmless = "x" if text.strip() and text.isprintable() else text and "x"
    found = written(text)
    if text.strip():
        assert blocks(found) == blocks(written(harmless))
    tokens = inline(found)
    assert {token.type for token in tokens} <= {
        "text", "text_special", "softbreak", "strong_open", "strong_close", "em_open", "em_close", "s_open", "s_close",
        "link_open", "link_close", "code_inline",  # a commit's name, which GitHub would link
    }  # fmt: skip
    assert [
        t.content for t in tokens if t.type == "code_inline" and not re.fullmatch("[0-9a-f]{7,40}", t.content)
    ] == []
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert [link for link in links if not link.startswith(("https://", "log.html"))] == []


@pytest.mark.parametrize("ping", ["@ada", "@org/team", "fixes #12", "a/b#12", "GH-12"])
def test_markdown_neither_pings_nor_closes(ping: str) -> None:
    assert ping not in all_of(filled(FULL, f"see {ping} now"), "markdown")
    assert ping not in agenda.render(filled(AGENDA, f"see {ping} now"), "markdown", at=NEXT)


def moves_a_cursor(character: str) -> bool:
    is_turned = character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
    return (category(character) in ("Cc", "Cs") and character != "\n") or is_turned


def test_text_moves_no_cursor(text: str) -> None:
    meeting = filled(FULL, text)
    pages = [
        *(all_of(meeting, form) for form in FORMS),
        *(agenda.render(filled(AGENDA, text), form, at=NEXT) for form in FORMS),
        "".join(log_text(filled(LINES, text))),
    ]
    for page in pages:
        assert {character for character in set(page) if moves_a_cursor(character)} == set()
        page.encode()


def test_a_log_as_text_keeps_one_line_for_each(text: str) -> None:
    assert "".join(log_text(filled(LINES, text))).count("\n") == len(LINES)


def test_a_feed_is_xml_and_its_summary_has_only_our_tags(text: str) -> None:
    entry = Entry(filled(FULL, text), NEXT, "https://example.org/1")
    made = feed(
        [entry], project=text, repo="a/b", url="https://example.org/f", site="https://example.org", at=NEXT
    )
    summary = ElementTree.fromstring(made.encode()).findtext("{*}entry/{*}summary")
    assert summary is not None
    assert is_inert(Page(summary.replace("h4>", "h3>")))


def test_a_calendar_can_be_read_back(text: str) -> None:
    actions = [dataclasses.replace(filled(action, text), owners=("ada",)) for action in ACTIONS]
    found = Calendar.from_ical(calendar(actions, project=text, repo="a/b", url_of=lambda action: text))
    assert [str(event["uid"]) for event in found.walk("VEVENT")] == [
        str(event["uid"])
        for event in Calendar.from_ical(
            calendar(ACTIONS, project=text, repo="a/b", url_of=lambda action: "")
        ).walk("VEVENT")
    ]


def test_a_megabyte_is_cut_where_it_is_not_the_log() -> None:
    meeting, found = filled(FULL, HOSTILE["a megabyte"]), filled(AGENDA, HOSTILE["a megabyte"])
    for form in FORMS:
        assert len(all_of(meeting, form)) < 500_000
        assert len(agenda.render(found, form, at=NEXT)) < 150_000
