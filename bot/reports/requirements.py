"""What changed between two releases of a specification: as text for a terminal, as Markdown, as a page."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.reports.templates import environment

TEXTS = "https://github.com/opencontainers/runtime-spec/blob"
TITLES = {
    "added": "Added", "removed": "Removed", "strengthened": "Strengthened", "weakened": "Weakened", "reworded": "Reworded",
    "moved": "Moved",
}  # fmt: skip
STRENGTHS = ("MUST", "SHOULD", "MAY")
EMPHASIS = re.compile(r"\*\*|[*_](?=\()|(?<=\))[*_]")  # **`name`** *(string, REQUIRED)*
SIGNS = {"added": "+", "removed": "-", "moved": ">"}
MARKS = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}  # as wdiff writes them


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement. `words` are ("=", "-" or "+", text) where both sides have a text; `before` where it stood or what it was."""

    sign: str
    id: str
    keywords: str
    name: str
    at: str
    link: str
    about: str
    text: str
    listed: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    before: str
    is_sure: bool

    @property
    def marked(self) -> str:
        """The words on one line: what went in [-...-], what came in {+...+}."""
        return " ".join(MARKS[mark].format(text) for mark, text in self.words)


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    title: str
    count: str
    lines: tuple[Line, ...]


def render(document: Mapping[str, Any], form: str) -> str:
    """The document of `requirements diff --json` as text, markdown or html. What a draft wrote is quoted in each of them."""
    groups = [_group(kind, document[kind], document) for kind in TITLES if document[kind]]
    return environment().get_template(f"requirements.{form}.j2").render(
        before=_name(document["before"]), after=_name(document["after"]), groups=groups,
        headline=", ".join(f"{n} {kind}" for kind, n in document["counts"].items() if n) or "nothing changed",
        is_complete=document["complete"], stylesheet="", home="",
    )  # fmt: skip


def _name(side: Mapping[str, Any]) -> str:
    return str(side["texts"] if side["texts"] and not side["release"] else side["release"])


def _group(kind: str, rows: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> Group:
    side = document["before" if kind == "removed" else "after"]
    counts = Counter(row.get("new", row)["strength"] for row in rows)
    count = ", ".join(f"{counts[word]} {word}" for word in STRENGTHS if counts[word])
    folder = _folder(side, document.get("commits", {}))
    return Group(kind, TITLES[kind], count, tuple(_line(kind, row, folder) for row in rows))


def _folder(side: Mapping[str, Any], commits: Mapping[str, Mapping[str, str]]) -> str:
    """The address below which a side's files are; "" for texts that are nowhere but here."""
    if side["texts"] in commits:
        return commits[side["texts"]]["files"]
    return f"{TEXTS}/{side['release']}" if side["release"] else ""


def _line(kind: str, row: Mapping[str, Any], folder: str) -> Line:
    new, old = row.get("new", row), row.get("old")
    words = "/".join(new["keywords"])
    before = ""
    if old is not None and kind == "moved":
        before = f"{old['at']} {old['property'] or ''}".strip()
    elif old is not None and old["keywords"] != new["keywords"]:
        before = "/".join(old["keywords"])
    return Line(
        SIGNS.get(kind, "~"), row["id"], words, new["property"] or "", new["at"],
        f"{folder}/{new['at']}" if folder else "",
        ", ".join(part for part in (_platform(new["platform"]), f"for the {new['duty']}") if part),
        "" if row.get("words") else _plain(new["text"] or ""), tuple(map(_plain, new["listed"])),
        tuple((mark, text) for mark, text in row.get("words", ())), before, bool(row.get("reviewed", True)),
    )  # fmt: skip


def _plain(text: str) -> str:
    """A sentence of Markdown without its emphasis."""
    return EMPHASIS.sub("", text)


def _platform(name: str) -> str:
    return "" if name == "all" else name if name == "linux" else f"{name} (no host here)"
