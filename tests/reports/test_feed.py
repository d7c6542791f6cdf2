"""The Atom feed: valid by RFC 4287, ids that outlive the site's address, and what was decided in each entry."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from bot.model.meeting import Meeting
from bot.reports.feed import ATOM, MOST, Entry, feed, tag
from tests import goldens
from tests.reports.reading import Page
from tests.reports.samples import EMPTY, FULL, START, at

GOLDENS = frozenset({"feed.atom"})
NOW = datetime(2016, 6, 15, tzinfo=UTC)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
TAG_URI = re.compile(
    r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[\w./~!$&'()*+,;=:@?%-]*"
)  # RFC 4151, section 2.1


def made(*meetings: Meeting, site: str = "https://books.example.org/p") -> str:
    entries = [Entry(meeting, at(100 + n), f"{site}/meetings/{n}") for n, meeting in enumerate(meetings)]
    return feed(
        entries,
        project="runtime-spec",
        repo="example/runtime-spec",
        url=f"{site}/feed.atom",
        site=site,
        at=NOW,
    )


def parsed(text: str) -> Element:
    return ElementTree.fromstring(text.encode())


def at_another_time(meeting: Meeting, days: int) -> Meeting:
    return replace(meeting, started_at=START + timedelta(days=days))


def test_a_feed_looks_like_its_golden_file() -> None:
    goldens.check("feed.atom", made(FULL, EMPTY))


def check(element: Element, *, required: set[str], once: set[str]) -> None:
    """The rules of RFC 4287, sections 4.1.1 and 4.1.2, that can be broken here."""
    names = [child.tag.removeprefix(f"{{{ATOM}}}") for child in element]
    assert required <= set(names)
    assert [name for name in once if names.count(name) > 1] == []
    links = [(link.get("rel"), link.get("type")) for link in element.findall("{*}link")]
    assert links.count(("alternate", "text/html")) == 1, "an entry without content needs one"
    for name in ("updated", "published"):
        assert all(MOMENT.fullmatch(found.text or "") for found in element.findall(f"{{*}}{name}"))
    assert TAG_URI.fullmatch(element.findtext("{*}id") or "")


@pytest.mark.parametrize("meetings", [(), (FULL,), (EMPTY, FULL)], ids=["empty", "one", "two"])
def test_a_feed_is_valid_atom(meetings: tuple[Meeting, ...]) -> None:
    root = parsed(made(*meetings))
    assert root.tag == f"{{{ATOM}}}feed"
    check(
        root,
        required={"id", "title", "updated", "author", "link"},
        once={"id", "title", "updated", "generator"},
    )
    for entry in root.findall("{*}entry"):
        check(
            entry,
            required={"id", "title", "updated", "summary", "link"},
            once={"id", "title", "updated", "published", "summary"},
        )
        summary = entry.find("{*}summary")
        assert summary is not None
        assert summary.get("type") == "html"
    ids = [found.text for found in root.iter(f"{{{ATOM}}}id")]
    assert len(ids) == len(set(ids)) == len(meetings) + 1


def test_an_id_stays_when_the_site_moves_and_the_minutes_change() -> None:
    changed = replace(FULL, items=FULL.items[:5], title="Another title", ended_at=None)
    before, after = (
        parsed(text) for text in (made(FULL), made(changed, site="https://elsewhere.example.net"))
    )
    assert [e.text for e in before.iter(f"{{{ATOM}}}id")] == [e.text for e in after.iter(f"{{{ATOM}}}id")]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(FULL, started_at=at(1)), id="another time"),
        pytest.param(replace(FULL, name="weekly_call_2"), id="another name"),
        pytest.param(replace(FULL, channel="#other"), id="another channel"),
        pytest.param(replace(FULL, channel="#spec/weekly_call", name=""), id="the same letters otherwise"),
    ],
)
def test_another_meeting_has_another_id(other: Meeting) -> None:
    ids = [found.text for found in parsed(made(FULL, other)).iter(f"{{{ATOM}}}id")]
    assert len(set(ids)) == 3


def test_the_newest_meeting_comes_first_and_fifty_are_enough() -> None:
    found = parsed(made(*(at_another_time(EMPTY, days) for days in range(60)))).findall(
        "{*}entry/{*}published"
    )
    moments = [element.text or "" for element in found]
    assert moments == sorted(moments, reverse=True)
    assert (len(moments), moments[0][:10]) == (MOST, "2016-07-30")


def test_a_feed_is_as_new_as_its_last_change() -> None:
    assert parsed(made(FULL, EMPTY)).findtext("{*}updated") == "2016-06-02T01:31:00Z"
    assert parsed(made()).findtext("{*}updated") == "2016-06-15T00:00:00Z"


def test_a_summary_says_what_was_decided_and_promised() -> None:
    page = Page((parsed(made(FULL)).findtext("{*}entry/{*}summary") or "").replace("h4>", "h3>"))
    for words in (
        "Move #299 out of 1.0",
        "ada to roll back #412",
        "due Friday 10 June 2016",
        "nobody",
        "names of images",
    ):
        assert words in page.text
    assert "https://books.example.org/p/meetings/0#L8" in page.links
    assert "amended: “July” until bo corrected it on 3 June 2016" in page.text
    assert "may be mary_" not in page.text, "a feed is for everybody"


def test_an_address_that_no_browser_may_open_is_no_link() -> None:
    text = feed([Entry(FULL, NOW, "javascript:alert(1)")], project="p", repo="a/b", url="", site="", at=NOW)
    assert list(parsed(text).iter(f"{{{ATOM}}}link")) == []
    assert "javascript" not in text


@pytest.mark.parametrize(
    ("repo", "expected"),
    [
        pytest.param(
            "OpenContainers/runtime-spec",
            "tag:opencontainers.github.io,2026:p/x%2Fy",
            id="an owner in any case",
        ),
        pytest.param("", "tag:tallyman.github.io,2026:p/x%2Fy", id="no owner"),
    ],
)
def test_a_tag_is_in_the_name_of_the_owner(repo: str, expected: str) -> None:
    assert tag(repo, "p", "x/y") == expected
