"""The normative statements of a release's text: sentences, rows and property lines that hold an RFC 2119 keyword."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from runtime.conformance.requirements import scope
from runtime.conformance.requirements.blocks import Block, blocks, definitions
from runtime.conformance.requirements.keywords import keywords, strength
from runtime.conformance.requirements.markdown import Section, sections
from runtime.conformance.requirements.properties import Places, head
from runtime.conformance.requirements.sentences import comparable, readable, sentences

# README, spec.md and principles.md explain; spec.md also defines the keywords themselves.
NORMATIVE = re.compile(
    r"(?:bundle|runtime|runtime-linux|runtime-config(?:-\w+)?|config|config-(?:linux|solaris|windows|vm|zos|freebsd)"
    r"|features|features-linux|glossary)\.md$"
)
# A table's introduction that names three levels: the rows say which of them holds for what.
INTRODUCTION = re.compile(r"\bMUST/SHOULD/MAY\b")
# The last releases before v1.0.0-rc3 wrote the property lines in small letters.
SMALL = re.compile(r"\b(required|optional)\b")
# "The following ... MUST be supplied:", with or without its colon.
ANNOUNCES = re.compile(r":$|\bfollowing\b")
LONGEST_LIST = 200  # the longest of any release, FreeBSD's jail parameters, has 39
INVALID = re.compile(r"\bMUST generate an error when invalid or unsupported values\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """`path` is the property path, `kind` property, sentence or row. `text` is readable Markdown; `same` what two releases' wordings are compared by.

    `anchors` are its section's, the first for linking. `small` says that the keyword was written in small letters.
    `refused` says that the duty is the author's, but that the runtime must refuse what breaks it. `listed` are the items or
    rows below a sentence that announces them: part of what it asks, though not of its fingerprint.
    """

    file: str
    line: int
    anchors: tuple[str, ...]
    path: str
    kind: str
    text: str
    same: str
    keywords: tuple[str, ...]
    strength: str
    platform: str
    duty: str
    refused: bool = False
    small: bool = False
    listed: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """`config.md#configRoot`, as the specification itself links to it."""
        return f"{self.file}#{self.anchors[0]}" if self.anchors else self.file

    @property
    def whole(self) -> str:
        """The comparable text with what it lists."""
        return " ".join((self.same, "; ".join(map(comparable, self.listed)))).strip()


def extract(texts: Mapping[str, str]) -> tuple[Statement, ...]:
    """Every statement of a release's files, given by name (`config.md`), in the order of file and line.

    Files that are not normative are left out. Fenced blocks, headings and the introduction of the table of mount options
    are no statements (https://github.com/opencontainers/runtime-spec/blob/v1.3.0/spec.md#notational-conventions).
    """
    strict = any(INVALID.search(comparable(" ".join(text.split()))) for text in texts.values())
    return tuple(
        statement
        for file in sorted(texts)
        if NORMATIVE.fullmatch(file)
        for statement in _file(file, texts[file], strict)
    )


def _file(file: str, text: str, strict: bool) -> Iterator[Statement]:
    labels, places, around = definitions(text), Places(file), _Sections(text).around
    every = blocks(text)
    for number, block in enumerate(every):
        section = around(block.line)
        seen = readable(block.text, labels)
        path = places.path(block, section, seen)
        for kind, words, small in _statements(block, seen, labels):
            named = places.second(words) if kind == "second" else path
            kind = "property" if kind == "second" else kind
            made = _statement(file, block, section, named, kind, words, small, strict)
            announces = seen.endswith(words) and ANNOUNCES.search(words)
            yield replace(made, listed=_listed(every, number, labels)) if announces else made


def _listed(every: tuple[Block, ...], number: int, labels: frozenset[str]) -> tuple[str, ...]:
    """The rows or items right below a block, without those that are properties or statements of their own."""
    block, found = every[number], []
    inside = (*block.above, block) if block.kind == "item" else block.above
    for later in every[number + 1 : number + 1 + LONGEST_LIST]:
        below = later.kind == "item" and later.above[: len(inside)] == inside
        if later.kind != "row" and not below:
            break
        words = readable(" | ".join(later.cells) if later.cells else later.text, labels)
        if not keywords(words) and head(words) is None:
            found.append(words)
    return tuple(found)


def _statements(block: Block, seen: str, labels: frozenset[str]) -> Iterator[tuple[str, str, bool]]:
    """Kind, text and whether the keyword is in small letters, for each statement of a block."""
    if block.kind == "row":
        yield from _row(block, labels)
        return
    for place, sentence in enumerate(sentences(seen)):
        property_ = head(sentence)
        kind = "sentence" if property_ is None else "second" if place else "property"
        small = property_ is not None and bool(SMALL.search(property_.type))
        if (keywords(sentence) or small) and not INTRODUCTION.search(sentence):
            yield kind, sentence, small


def _row(block: Block, labels: frozenset[str]) -> Iterator[tuple[str, str, bool]]:
    """A cell that is a keyword alone makes its row a statement; each sentence of the other cells may be one too."""
    for cell in block.cells:
        if keywords(cell) == (cell,):
            yield "row", f"{readable(block.cells[0], labels)}: {cell}", False
        else:
            yield from (("sentence", s, False) for s in sentences(readable(cell, labels)) if keywords(s))


def _statement(
    file: str,
    block: Block,
    section: Section | None,
    path: str,
    kind: str,
    text: str,
    small: bool,
    strict: bool,
) -> Statement:
    same = comparable(text)
    if small:
        start, end = same.split(")", 1) if ")" in same else (same, "")
        same = SMALL.sub(lambda word: word[0].upper(), start) + (")" + end if ")" in text else "")
    words = keywords(same)
    titles = (*section.parents, section.title) if section else ()
    items = (block.text, *(readable(item.text) for item in reversed(block.above)))
    platform = scope.platform(file, path, titles, text, items)
    duty = scope.duty(file, path, kind, text)
    refused = strict and scope.is_refused(file, path, duty, strength(words))
    return Statement(
        file, block.line, section.anchors if section else (), path, kind, text, same, words, strength(words), platform, duty,
        refused, small,
    )  # fmt: skip


class _Sections:
    """The innermost section around a line that is no example: what stands below an example is about what is above it."""

    def __init__(self, text: str) -> None:
        self._all = [section for section in sections(text) if not section.title.startswith("Example")]
        self._open: list[Section] = []
        self._next = 0

    def around(self, line: int) -> Section | None:
        """Lines are asked for in their order."""
        while self._next < len(self._all) and self._all[self._next].line <= line:
            self._open.append(self._all[self._next])
            self._next += 1
        while self._open and self._open[-1].end < line:
            self._open.pop()
        return self._open[-1] if self._open else None
