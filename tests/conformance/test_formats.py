"""The forms of a document: each can be read by who it is for, and each state is a word and a shape."""

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.conformance.formats import FORMATS, UnknownFormat, asked
from tests.conformance.asking import ARGS, ask, document, row

CAUSE = {"why": "an old bug", "link": "https://example.org/7", "kind": "bug", "anchor": "config.md#mounts"}
HOSTILE = 'a "quoted" <b>tag</b> & # hash \\ slash \x00\x1b[31m \ud83d\n<script>alert(1)</script>'
ROWS = [
    row("a/sails", "passed"),
    row("b/must", "failed", reason=HOSTILE, output=HOSTILE),
    row("b/should", "failed", level="SHOULD"),
    row("b/known", "failed", explained=CAUSE),
    row("b/secret", "failed", private=True, reason="how to get out", output="the way out"),
    row("c/dry", "skipped"),
    row("c/old", "not-applicable"),
    row("c/far", "not-claimed"),
    row("c/odd", "disputed", disputed={"by": "somebody", "link": "https://example.org", "reading": "MUST of whom?", "since": "2026-11-25"}),
    row("d/ours", "error"),
    row("e/kept", "passed", stored="2026-11-24T08:00:00Z", counted=False),
]  # fmt: skip
DOCUMENT = document(*ROWS)
PUBLISHED = ("junit", "tap", "html")


@pytest.mark.parametrize("form", FORMATS)
def test_every_case_is_shown_whatever_it_said(form: str) -> None:
    text = FORMATS[form](DOCUMENT)
    quiet = {"c/old", "c/far", "a/sails", "e/kept"} if form == "text" else set()
    hidden = {"b/secret"} if form in PUBLISHED else set()
    missing = [each["case"] for each in ROWS if each["case"] not in text]
    assert set(missing) == quiet | hidden
    assert "harbour version 2.1" in text
    if form != "json":  # JSON escapes them
        text.encode("utf-8")
        assert ("\x1b" in text, "\x00" in text) == (False, False)


@pytest.mark.parametrize("form", PUBLISHED)
def test_a_way_out_is_not_published(form: str) -> None:
    text = FORMATS[form](DOCUMENT)
    assert ("how to get out" in text, "the way out" in text, "kept private" in text) == (False, False, True)


@pytest.mark.parametrize("form", ["text", "junit", "html"])
def test_a_must_that_is_broken_looks_like_no_should_that_is_missed(form: str) -> None:
    text = FORMATS[form](DOCUMENT)
    assert ("FAILED a MUST" in text, "misses a SHOULD" in text) == (True, True)
    if form != "junit":
        assert ("✖ FAILED" in text, "△ misses" in text) == (True, True)


def test_a_known_cause_stands_beside_its_failure_and_is_no_pass() -> None:
    for form in FORMATS:
        assert "an old bug" in FORMATS[form](DOCUMENT), form
    assert "b/known" in FORMATS["text"](DOCUMENT)
    assert "4 failed (1 explained)" in FORMATS["text"](DOCUMENT)


def test_stored_results_are_named_with_their_time() -> None:
    assert "1 results are stored ones, of 2026-11-24T08:00:00Z" in FORMATS["text"](DOCUMENT)
    assert "stored, of 2026-11-24T08:00:00Z" in FORMATS["html"](DOCUMENT)


# --- JUnit: what both schemas in use demand (Ant's JUnit.xsd and Jenkins' junit-10.xsd)

SUITE = {  # attributes and their types, all required by the stricter of the two
    "package": r".+", "id": r"\d+", "name": r"\S+", "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "hostname": r".+",
    "tests": r"\d+", "failures": r"\d+", "errors": r"\d+", "skipped": r"\d+", "time": r"\d+\.\d+",
}  # fmt: skip


def test_junit_is_what_both_schemas_demand() -> None:
    top = ET.fromstring(FORMATS["junit"](DOCUMENT))
    assert (top.tag, top.attrib) == ("testsuites", {})
    for suite in top:
        assert set(suite.attrib) == set(SUITE)
        assert [name for name, form in SUITE.items() if not re.fullmatch(form, suite.attrib[name])] == []
        kinds = [child.tag for child in suite]
        assert kinds == ["properties", *["testcase"] * len(ROWS), "system-out", "system-err"]
        for property_ in suite[0]:
            assert (property_.tag, set(property_.attrib)) == ("property", {"name", "value"})
        for case in suite.iter("testcase"):
            assert set(case.attrib) == {"classname", "name", "time"}
            assert len(case) <= 1
            for child in case:
                assert child.tag in ("failure", "error", "skipped")
                assert set(child.attrib) == ({"message"} if child.tag == "skipped" else {"type", "message"})


def test_junit_counts_what_it_holds() -> None:
    suite = ET.fromstring(FORMATS["junit"](DOCUMENT))[0]
    for name, tag in (
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
        ("tests", "testcase"),
    ):
        assert int(suite.attrib[name]) == len(list(suite.iter(tag))), name
    assert {failure.attrib["type"] for failure in suite.iter("failure")} == {"MUST", "SHOULD"}


# --- TAP 14


def test_tap_is_a_plan_of_subtests_with_their_points() -> None:
    lines = FORMATS["tap"](DOCUMENT).splitlines()
    assert lines[0] == "TAP version 14"
    assert [line for line in lines if re.match(r"1\.\.\d+$", line)] == ["1..1"]
    assert lines[-1] == "not ok 1 - v1.3.0"
    points = [re.match(r"    (ok|not ok) (\d+) - (.+)$", line) for line in lines]
    found = [point for point in points if point]
    assert [int(point[2]) for point in found] == list(range(1, len(ROWS) + 1))
    assert f"    1..{len(ROWS)}" in lines
    words = {point[3].partition(" # ")[0]: (point[1], " # SKIP " in point[3]) for point in found}
    assert words["a/sails"] == ("ok", False)
    assert words["b/must"] == ("not ok", False)
    assert words["c/odd"] == ("ok", True)
    assert words["c/far"] == ("ok", True)


def test_tap_s_diagnostics_are_yaml() -> None:
    text = FORMATS["tap"](DOCUMENT)
    blocks = re.findall(r"^      ---\n(.*?)^      \.\.\.$", text, re.MULTILINE | re.DOTALL)
    read = [yaml.safe_load(block) for block in blocks]
    assert len(read) == 5
    assert {each["severity"] for each in read} == {"MUST", "SHOULD", "error"}
    assert [each["explained"] for each in read if "explained" in each] == ["an old bug https://example.org/7"]


# --- HTML


class Page(HTMLParser):
    """The tags, and whether each one is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.sources: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href") and tag != "a"]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_needs_nothing_else_and_no_script() -> None:
    text = FORMATS["html"](DOCUMENT)
    page = Page(text)
    assert page.open == []
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert page.sources == []
    assert not re.search(r"url\(|@import", text)
    assert ("prefers-color-scheme: dark" in text, "@media print" in text) == (True, True)


def test_the_page_has_a_word_and_a_shape_in_every_cell() -> None:
    states = re.findall(r'<span class="state (\w+)"[^>]*>([^<]+)</span>', FORMATS["html"](DOCUMENT))
    assert len(states) >= len(ROWS)
    assert [text for _, text in states if not re.match(r"\S+ \S", text)] == []


# --- which file gets which


@pytest.mark.parametrize(
    ("output", "form", "expected"),
    [
        pytest.param("a.xml", "", "junit", id="by its ending"),
        pytest.param("A.HTML", "", "html", id="whatever the case"),
        pytest.param("tap=results", "", "tap", id="by its prefix"),
        pytest.param("a.xml", "tap", "tap", id="by --format"),
    ],
)
def test_a_file_says_what_it_should_be(output: str, form: str, expected: str) -> None:
    path, found = asked(output, form)
    assert (path.name, found) == (output.partition("=")[2] or output, expected)


def test_a_file_that_does_not_say_is_a_wrong_request() -> None:
    with pytest.raises(UnknownFormat, match="end it in"):
        asked("results")


def test_one_run_writes_all_of_them(tmp_path: Path) -> None:
    names = ("a.html", "a.xml", "a.tap", "a.json", "a.txt")
    words = [word for name in names for word in ("--output", tmp_path / name)]
    said = ask("--runtime", "true", "--release", "v1.3.0", "--case", ARGS, *words)
    assert said.code == 1
    assert [name for name in names if ARGS not in (tmp_path / name).read_text()] == []
    found: dict[str, Any] = json.loads((tmp_path / "a.json").read_text())
    assert found["runs"][0]["results"][0]["outcome"] == "failed"
    assert (tmp_path / "a.txt").read_text() == said.out


def test_a_file_that_cannot_be_written_is_known_before_the_run() -> None:
    said = ask("--case", ARGS, "--output", "/proc/nowhere/a.xml")
    assert (said.code, "progress" in said.err) == (2, False), said.err


def test_a_terminal_of_another_encoding_gets_what_it_can_show() -> None:
    said = ask(
        "--runtime", "true", "--release", "v1.3.0", "--case", ARGS, environ={"PYTHONIOENCODING": "ascii"}
    )
    assert (said.code, "FAILED a MUST" in said.out) == (1, True)
