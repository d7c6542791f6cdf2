"""What changed between two texts, as a terminal, GitHub and a browser show it; what a draft wrote stays text in each."""

from typing import Any

import pytest

from bot.reports.requirements import render
from tests import goldens

HOSTILE = "Runtimes MUST @team <script>alert(1)</script> | [x](javascript:1) fixes #12 \x1b[2J ~~x~~ **y**"


def row(text: str, keyword: str = "MUST", **more: Any) -> dict[str, Any]:
    strength = "MAY" if keyword == "OPTIONAL" else keyword.split()[0]
    usual = {
        "id": "aaaaaaaaaa", "at": "config.md#configRoot", "property": "root.path", "keywords": [keyword], "strength": strength,
        "platform": "all", "duty": "runtime", "text": text, "listed": [],
    }  # fmt: skip
    return usual | more


def change(
    words: list[list[str]], old: dict[str, Any], new: dict[str, Any], reviewed: bool = True
) -> dict[str, Any]:
    return {"id": "bbbbbbbbbb", "old": old, "new": new, "words": words, "reviewed": reviewed}


def full() -> dict[str, Any]:
    words = [["=", "The value"], ["-", "SHOULD"], ["+", "MUST"], ["=", "be an absolute path."]]
    lists: dict[str, list[Any]] = {
        "added": [
            row("**`path`** *(string, REQUIRED)* is the folder:", "REQUIRED", strength="MUST", listed=["of the `root`", "of nothing else"]),
            row(HOSTILE, platform="windows", property=None, at="config-windows.md#x"),
        ],
        "removed": [row("It MAY whistle.", "MAY")],
        "strengthened": [change(words, row("", "SHOULD"), row(""))],
        "weakened": [],
        "reworded": [change([["-", HOSTILE], ["+", "Runtimes MUST hum."]], row(""), row(""), reviewed=False)],
        "moved": [change([], row("", at="runtime.md#x", property=None), row("It MUST stay."))],
    }  # fmt: skip
    return {
        "before": {"release": "v1.2.1", "like": "v1.2.1", "texts": None},
        "after": {"release": None, "like": "v1.3.0", "texts": "quayside/runtime-spec#43"},
        "commits": {"quayside/runtime-spec#43": {"commit": "c0ffee", "files": "https://github.com/quayside/runtime-spec/blob/c0ffee"}},
        "complete": False,
        "counts": {kind: len(rows) for kind, rows in lists.items()},
        **lists,
    }  # fmt: skip


def empty() -> dict[str, Any]:
    kinds: dict[str, Any] = {kind: [] for kind in full()["counts"]}
    side = {"release": "v1.1.0", "like": "v1.1.0", "texts": None}
    return {"before": side, "after": side, "complete": True, "counts": dict.fromkeys(kinds, 0), **kinds}


FORMS = {"text": "txt", "markdown": "md", "html": "html"}
PAGES = {"full": full, "empty": empty}
GOLDENS = {f"requirements.{name}.{ending}" for name in PAGES for ending in FORMS.values()}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_comparison(name: str, form: str) -> None:
    goldens.check(f"requirements.{name}.{FORMS[form]}", render(PAGES[name](), form))


@pytest.mark.parametrize(
    ("form", "never"),
    [
        pytest.param("text", "\x1b", id="a terminal's command"),
        pytest.param("markdown", "@team", id="a mention"),
        pytest.param("markdown", "#12", id="a reference"),
        pytest.param("markdown", " <script", id="a script in Markdown"),
        pytest.param("markdown", " [x](", id="a link"),
        pytest.param("html", "<script>", id="a script in a page"),
    ],
)
def test_what_a_draft_wrote_does_nothing(form: str, never: str) -> None:
    assert never not in render(full(), form)
