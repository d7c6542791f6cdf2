"""docs/runtime.md is what the code says today, and every section of the specification has its code and its case."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from runtime.conformance import contents, declare, headings
from runtime.conformance.headings import Heading
from runtime.conformance.releases import NEWEST
from tests.skips import skip_data

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "runtime.md").read_text(encoding="utf-8")
COMMAND = [sys.executable, "-m", "runtime.conformance.contents"]


def test_the_page_is_the_one_the_code_gives() -> None:
    printed = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed == PAGE, "print it anew: python -m runtime.conformance.contents > docs/runtime.md"


def test_every_section_has_its_code_and_its_case() -> None:
    assert contents.gaps(headings.load(), contents.citations(contents.CODE), contents.tested()) == []


def test_every_function_and_case_on_the_page_exists() -> None:
    functions = set(re.findall(r"\[`([\w.]+)`\]\(\.\./runtime/", PAGE))
    missing = []
    for name in functions:
        words = f"runtime.{name}".split(".")
        depth = next(
            n for n in range(len(words), 1, -1) if (ROOT / "/".join(words[:n])).with_suffix(".py").exists()
        )
        found: object = importlib.import_module(".".join(words[:depth]))
        for word in words[depth:]:
            found = getattr(found, word, None)
        if not (callable(found) or isinstance(found, ModuleType)):
            missing.append(name)
    assert missing == []
    assert len(functions) > 60
    cases = set(re.findall(r"`([\w-]+/[\w-]+)`", PAGE.partition("\n## ")[2]))
    assert cases - {case.id for case in declare.all_cases()} == set()
    assert len(cases) > 150


def test_each_link_of_the_page_leads_to_a_file() -> None:
    missing = [
        link for link in re.findall(r"\]\((\.\./[^)]+)\)", PAGE) if not (ROOT / "docs" / link).exists()
    ]
    assert missing == []


def test_the_sections_are_those_of_the_texts() -> None:
    assert headings.draw(skip_data("spec")) == headings.load()


def test_the_newest_release_has_no_section_that_the_table_lacks() -> None:
    """Read another way: every heading line of the files for Linux is a section of the table, an example or for others."""
    known = {each.place for each in headings.load()}
    lost = []
    for file in headings.FILES:
        text = re.sub(
            r"```.*?```", "", skip_data(f"spec/{NEWEST}/{file}").read_text(encoding="utf-8"), flags=re.DOTALL
        )
        for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
            title = re.sub(r"<[^>]*>", "", line).strip()
            place = f"{file}#{re.sub(r'[^a-z0-9 _-]', '', title.lower()).replace(' ', '-')}"
            if place not in known and not re.search(r"Example|Windows|z/OS|Moving a device", title):
                lost.append(place)
    assert lost == []


BARGE = Heading("config.md", "barge", "Barge", 2, "v1.0.0", NEWEST, ("lighter",))
CODE, CASE = {"config.md#barge": ["ship.load"]}, {"config.md#barge": ["ship/loads"]}


@pytest.mark.parametrize(
    ("code", "cases", "found"),
    [
        pytest.param(CODE, CASE, [], id="both"),
        pytest.param({}, CASE, ["config.md#barge has no code"], id="no code"),
        pytest.param(CODE, {}, ["config.md#barge has no case"], id="no case"),
        pytest.param({"config.md#lighter": ["ship.load"]}, CASE, [], id="code that cites an earlier name"),
        pytest.param(
            {**CODE, "config.md#raft": ["ship.sink"]},
            CASE,
            ["ship.sink: there is no config.md#raft"],
            id="code of nothing",
        ),
        pytest.param(
            CODE,
            {**CASE, "config.md#raft": ["ship/sinks"]},
            ["ship/sinks: there is no config.md#raft"],
            id="a case of nothing",
        ),
    ],
)
def test_a_gap_is_seen(code: dict[str, list[str]], cases: dict[str, list[str]], found: list[str]) -> None:
    assert contents.gaps([BARGE], code, cases) == found


def test_citations_are_read_from_functions_and_classes_and_else_from_the_module(tmp_path: Path) -> None:
    (tmp_path / "ship.py").write_text(
        '"""A module (config.md#mounts, config.md#root)."""\n\n\ndef load():\n    """Loads (config.md#root, config-linux.md#devices)."""\n\n\n'
        'class Hold:\n    """A hold (config.md#root)."""\n\n    def fill(self):\n        """See runtime.md#create."""\n'
    )
    assert contents.citations(tmp_path) == {
        "config.md#root": ["ship.load", "ship.Hold"],
        "config-linux.md#devices": ["ship.load"],
        "runtime.md#create": ["ship.Hold.fill"],
        "config.md#mounts": ["ship"],
    }


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("v0.5.0", "v1.0.0-rc1"),
        ("v1.0.0-rc6", "v1.0.0"),
        ("v1.1.0-rc.3", "v1.1.0"),
        ("v1.0.2", "v1.1.0-rc.1"),
    ],
)
def test_tags_compare_by_age(older: str, newer: str) -> None:
    assert headings.age(older) < headings.age(newer)


def test_a_folder_that_is_no_tag_is_named() -> None:
    with pytest.raises(ValueError, match="harbour is not a release's tag"):
        headings.age("harbour")
