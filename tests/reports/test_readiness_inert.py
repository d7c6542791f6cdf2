"""What strangers type does nothing in a report: no ping, no reference, no link of theirs, no tag, and not another structure;
and whatever the project's size, the report fits into a comment."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.model.release import Beside, Outcome
from bot.reports.readiness import MOST_BYTES, SIZES, Report, left_out, render
from tests.judgement.made import NOON, WEB
from tests.reports.strategies import TEXTS
from tests.reports.test_hostile import HOSTILE, filled, moves_a_cursor
from tests.reports.test_quoting import ACTS, Page
from tests.reports.test_quoting import HOSTILE as CORPUS
from tests.reports.variants import everything, judged, many, moved, promised, said
from tests.soaking import ALWAYS_THE_SAME, seeds

EVERY = [pytest.param(text, id=name) for name, text in HOSTILE.items()] + CORPUS
OURS = re.compile(r"</?(details|summary|sub)>")
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HARMLESS = "words"


def written(text: str) -> str:
    return render(filled(everything(), text), "markdown")


def tokens(markdown: str) -> list[Token]:
    return [inner for token in PARSER.parse(markdown) for inner in (token, *(token.children or ()))]


def structure(markdown: str) -> list[str]:
    return [token.type for token in PARSER.parse(markdown)]


def check_inert(text: str) -> None:
    markdown = written(text)
    assert len(markdown.encode()) < MOST_BYTES
    found = tokens(markdown)
    for token in found:
        if token.type.startswith("html_"):
            assert re.sub(r"[^<>]", "", OURS.sub("", token.content)) == "", token.content
    links = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
    assert [link for link in links if not link.startswith((WEB, "https://example.org/pull/42"))] == []
    assert [token.type for token in found if token.type == "image"] == []
    assert all(token.info == "mermaid" for token in found if token.type == "fence")
    page = Page(PARSER.render(markdown))
    for what, pattern in ACTS.items():
        assert re.findall(pattern, page.searched) == [], what
    assert not any(moves_a_cursor(character) for character in markdown)


@pytest.mark.parametrize("text", EVERY)
def test_nothing_of_it_acts(text: str) -> None:
    check_inert(text)


@pytest.mark.parametrize("text", [each for each in EVERY if len(str(each.values[0])) < 1000])
def test_the_structure_is_that_of_harmless_words(text: str) -> None:
    if text.strip():
        assert structure(written(text)) == structure(written(HARMLESS))


@settings(max_examples=seeds(60, 2_000), derandomize=ALWAYS_THE_SAME, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4).map(" ".join))
def test_nothing_of_any_text_acts(text: str) -> None:
    check_inert(text)


class Tags(HTMLParser):
    """Every tag of a page with its attributes, but for the text of an id or a label that a person may have chosen."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))
        self.links += [str(value) for name, value in attrs if name == "href"]


@pytest.mark.parametrize("text", [each for each in EVERY if len(str(each.values[0])) < 1000])
def test_a_page_has_only_our_tags_and_links(text: str) -> None:
    page = Tags(render(filled(everything(), text), "html"))
    assert all(link.startswith((WEB, "https://example.org/pull/42", "#", "/")) for link in page.links)
    if text.strip():
        assert page.found == Tags(render(filled(everything(), HARMLESS), "html")).found


@pytest.mark.parametrize("text", EVERY)
def test_text_moves_no_cursor_and_keeps_its_lines(text: str) -> None:
    found = render(filled(everything(), text), "text")
    assert not any(moves_a_cursor(character) for character in found)
    if len(text) < 1000 and text.strip():
        assert found.count("\n") == render(filled(everything(), HARMLESS), "text").count("\n")


COUNTS = st.integers(0, 10_000)
LONG = st.builds(lambda text, times: text * times, TEXTS.filter(bool), st.integers(1, 3_000))


@settings(max_examples=seeds(12, 150), derandomize=ALWAYS_THE_SAME, deadline=None)
@given(issues=COUNTS, votes=COUNTS, moves=COUNTS, actions=COUNTS, rules=st.integers(1, 90), text=LONG)
def test_whatever_the_size_of_a_project_its_report_fits_and_counts_the_rest(
    issues: int, votes: int, moves: int, actions: int, rules: int, text: str
) -> None:
    report = sized(issues, votes, moves, actions, rules, text)
    for form in ("markdown", "html", "text"):
        found = render(report, form)
        assert len(found.encode()) < MOST_BYTES
        rest = [left_out(report, few, most) for few, most, _ in SIZES]
        assert any(", ".join(each) in found for each in rest), "what is missing is counted"
        for n in range(rules):
            assert f"R{n}" in found, "every rule is there"


def sized(issues: int, votes: int, moves: int, actions: int, rules: int, text: str) -> Report:
    whole = everything()
    verdict = said("OPEN", Outcome.FAILED, text, *many(issues, text), who=(text, text))
    vote = whole.readiness.beside.vote
    assert vote is not None
    assert whole.scope is not None
    ballot = replace(vote.tally.ballots[0], by=text)
    crowd = replace(vote, heading=text, tally=replace(vote.tally, ballots=(ballot,) * votes))
    verdicts = (replace(verdict, rule=replace(verdict.rule, id=f"R{n}")) for n in range(rules))
    readiness = replace(
        judged(*verdicts, notes=(text,) * 3), beside=Beside(None, crowd, whole.readiness.beside.sources)
    )
    scope = replace(
        whole.scope, milestone=text, added=(moved(1, text),) * moves, removed=(moved(2, text, text),) * moves
    )
    return replace(
        whole, readiness=readiness, scope=scope,
        actions=(promised(text, text, due=date(2026, 6, 1), meeting=text),) * actions,
    )  # fmt: skip


def test_a_report_says_what_the_dashboard_has_beyond_it() -> None:
    report = sized(10_000, 500, 300, 200, 2, "a long title " * 20)
    assert report.readiness.at == NOON
    found = render(report, "markdown")
    assert re.search(r"Left out here: \d+ pieces of evidence, \d+ votes, \d+ moves, \d+ actions\.", found)
    assert "[The dashboard](https://tallyman.example.org) has all of it" in found
