"""The whole log as a page and as text: every line with its own address, streamed, whatever its length."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.meetings.logformats import open_log
from bot.model.meeting import Event, Line
from bot.reports.log import log_page, log_text
from tests import goldens
from tests.reports.reading import Page
from tests.reports.samples import FULL, LINES, START

GOLDENS = frozenset({"log.full.html", "log.full.txt"})


def page(*lines: Line, **links: str) -> str:
    return "".join(log_page(lines, FULL, **{"stylesheet": "tallyman.css", **links}))


def said(
    text: str, nick: str = "eve", number: int = 50, *, emote: bool = False, event: Event = Event.SAID
) -> Line:
    return Line(number, START, nick, text, emote, event)


def element(line: Line, **links: str) -> str:
    (found,) = [row for row in page(line, **links).splitlines() if f'id="L{line.number}"' in row]
    return found


def test_the_page_looks_like_its_golden_file() -> None:
    goldens.check("log.full.html", page(*LINES))


def test_the_text_looks_like_its_golden_file() -> None:
    goldens.check("log.full.txt", "".join(log_text(LINES)))


def test_the_text_can_be_read_again() -> None:
    text = "".join(log_text(LINES))
    read = open_log(io.BytesIO(text.encode()), name="log.txt")
    again = list(read.lines)
    assert read.format == "thelounge"
    assert [(line.at, line.nick, line.emote, line.event) for line in again] == [
        (line.at, line.nick, line.emote, line.event) for line in LINES
    ]
    assert [line.text for line in again if not line.event] == [
        line.text.replace("\n", " ") for line in LINES if not line.event
    ]


def test_every_line_has_its_address_and_links_to_it() -> None:
    found = Page(page(*LINES))
    assert found.ids == [f"L{line.number}" for line in LINES]
    assert [link for link in found.links if link.startswith("#")] == [f"#{id_}" for id_ in found.ids]


def test_a_new_day_is_announced_once() -> None:
    text = page(*LINES)
    assert text.count('class="day"') == 2
    assert text.index("Thursday 2 June 2016") < text.index('id="L22"')


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(said("waves", emote=True), 'class="emote"', id="an emote"),
        pytest.param(said("x", event=Event.JOINED), 'class="event"', id="an event is dimmed"),
        pytest.param(said("[redacted by ada: why]"), 'class="tombstone"', id="a tombstone is shown as one"),
        pytest.param(said("x", number=8), '<i><span class="word agreed"><a href="minutes.html#L8">agreed</a></span></i>', id="an item with its kind"),
        pytest.param(said("x", number=22), ">idea, undone<", id="an item that was taken back"),
        pytest.param(said("x", number=15), '<q dir="auto">cy</q>', id="who said what a scribe wrote"),
        pytest.param(said("dee: yes", nick="bo"), "<b>dee</b>: yes", id="a scribe's prefix"),
        pytest.param(said("???: yes", nick="bo"), "<b>???</b>: yes", id="a scribe's prefix for an alias"),
        pytest.param(said("dee: yes", nick="eve"), ">dee: yes<", id="eve is no scribe"),
        pytest.param(said("note: yes", nick="bo"), ">note: yes<", id="a word that is nobody's name"),
        pytest.param(said("see https://example.org/a?b=1&c."), '<a href="https://example.org/a?b=1&amp;c" rel="nofollow">https://example.org/a?b=1&amp;c</a>.', id="a link"),
        pytest.param(said("mailto:a@example.org irc://x"), ">mailto:a@example.org irc://x<", id="no link that is not of the web"),
    ],
)  # fmt: skip
def test_a_line_looks_like_what_it_is(line: Line, expected: str) -> None:
    assert expected in element(line)


def test_line_breaks_of_a_message_are_kept() -> None:
    assert '<span dir="auto">a\nb</span>' in page(said("a\r\nb"))


@pytest.mark.parametrize("event", [event for event in Event if event])
def test_what_the_log_tells_besides_talk_names_no_host(event: Event) -> None:
    line = said("ada!~ada@192.0.2.1 (a@example.org)", event=event)
    assert "@" not in element(line)
    assert "@" not in "".join(log_text([line])) or event is Event.RENAMED


def test_without_minutes_a_mark_leads_nowhere() -> None:
    assert element(said("x", number=8), minutes="").count("href") == 1, "its own address"


def test_lines_are_passed_on_as_they_come() -> None:
    taken: list[int] = []

    def lines() -> Iterator[Line]:
        for number in range(1000):
            taken.append(number)
            yield said("x", number=number)

    parts = log_page(lines(), FULL)
    for _ in range(5):
        next(parts)
    assert len(taken) < 5


def test_memory_does_not_grow_with_the_log() -> None:
    def lines() -> Iterator[Line]:
        for number in range(50_000):
            yield Line(number, START + timedelta(seconds=number), f"nick{number}", f"talk {number}")

    tracemalloc.start()
    for _ in log_page(lines(), FULL):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000, "the page is 9 million bytes long"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("http" * 2_500_000, id="the beginning of a link, again and again"),
        pytest.param("https://" + "(" * 5_000_000 + ")" * 5_000_000, id="a link of brackets"),
        pytest.param("https://x" + ".)" * 5_000_000, id="a link with many ends"),
        pytest.param("a" * 9_999_999 + ":", id="a scribe's prefix without end"),
        pytest.param("#" * 10_000_000, id="signs of a number"),
    ],
)
def test_ten_million_characters_on_one_line_are_read_once(text: str) -> None:
    assert len(page(said(text, nick="bo"))) > 10_000_000
