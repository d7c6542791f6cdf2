"""The blocks of a Markdown file: paragraphs, list items, table rows, quotes and footnotes, each as one joined line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runtime.conformance.requirements.markdown import HEADING, prose

ITEM = re.compile(r"( *)(?:[*+-]|\d{1,9}[.)])( +)(.*)$")
DELIMITER = re.compile(r"\|?(?: *:?-{2,}:? *\|)+(?: *:?-{2,}:? *)?\|?$")
DEFINITION = re.compile(r" {0,3}\[([^\]^]+)\]: ")
FOOTNOTE = re.compile(r" {0,3}\[\^[^\]]+\]: ?(.*)$")
QUOTE = re.compile(r" {0,3}> ?(.*)$")
TAB = 4
DEEPEST = 16  # nobody nests a list deeper; what is further out is left out


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is paragraph, item, row, quote or footnote; `text` its lines joined, still with its markup.

    `cells` are a row's, `head` the table's first row. `above` are the list items around it, outermost first; an item is
    not among its own. `line` is 1-based.
    """

    kind: str
    text: str
    line: int
    above: tuple["Block", ...] = ()
    cells: tuple[str, ...] = ()
    head: tuple[str, ...] = ()


def blocks(text: str) -> tuple[Block, ...]:
    """Every block outside fences, in order. Hard-wrapped lines are joined; a table needs no blank line before it."""
    return tuple(_Reader(text).read())


def definitions(text: str) -> frozenset[str]:
    """The labels, in lower case, that a file gives an address to: `[label]` alone is then a link."""
    return frozenset(
        match[1].lower() for _, line in prose(text.splitlines()) if (match := DEFINITION.match(line))
    )


class _Reader:
    """Line by line; `pending` is the block being joined, `items` the open list items with their indentation."""

    def __init__(self, text: str) -> None:
        self.lines = [(number, line.expandtabs(TAB)) for number, line in prose(text.splitlines())]
        self.items: list[tuple[int, Block]] = []
        self.pending: tuple[str, list[str], int, int] | None = None  # kind, lines, first line, indentation
        self.head: tuple[str, ...] = ()

    def read(self) -> Iterator[Block]:
        before = 0
        for place, (number, line) in enumerate(self.lines):
            if number != before + 1 or not line.strip():
                yield from self._close()
                self.head = ()
            before = number
            following = self.lines[place + 1][1] if place + 1 < len(self.lines) else ""
            if line.strip():
                yield from self._take(number, line, following)
        yield from self._close()

    def _take(self, number: int, line: str, following: str) -> Iterator[Block]:
        if HEADING.match(line):
            yield from self._close()
            self.items.clear()
        elif DEFINITION.match(line):
            yield from self._close()
        elif "|" in line and DELIMITER.match(following.strip()):
            yield from self._close()
            self.head = _cells(line)
        elif self.head and "|" in line:
            if not DELIMITER.match(line.strip()):
                yield self._block("row", line.strip(), number, cells=_cells(line), head=self.head)
        elif footnote := FOOTNOTE.match(line):
            yield from self._close()
            self.pending = ("footnote", [footnote[1]], number, 0)
        elif item := ITEM.match(line):
            yield from self._close()
            self.pending = ("item", [item[3]], number, len(item[1]))
        elif quote := QUOTE.match(line):
            yield from self._continue("quote", quote[1], number, 0)
        else:
            yield from self._continue("paragraph", line.strip(), number, len(line) - len(line.lstrip()))

    def _continue(self, kind: str, words: str, number: int, indent: int) -> Iterator[Block]:
        """A further line of what is open, whatever its indentation; else the first one of a paragraph or quote."""
        if self.pending is not None and (kind == "paragraph" or self.pending[0] == kind):
            self.pending[1].append(words)
            return
        yield from self._close()
        self.pending = (kind, [words], number, indent)

    def _close(self) -> Iterator[Block]:
        if self.pending is None:
            return
        kind, lines, number, indent = self.pending
        self.pending = None
        while self.items and indent <= self.items[-1][0]:
            self.items.pop()
        block = self._block(kind, " ".join(" ".join(lines).split()), number)
        if kind == "item":
            self.items.append((indent, block))
        yield block

    def _block(
        self, kind: str, text: str, line: int, cells: tuple[str, ...] = (), head: tuple[str, ...] = ()
    ) -> Block:
        above = tuple(item for _, item in self.items[-DEEPEST:])
        return Block(kind, text, line, above, cells, head)


def _cells(line: str) -> tuple[str, ...]:
    """A row's cells. A bar in code or after a backslash is not a border."""
    inside = re.sub(r"`[^`]*`", lambda code: code[0].replace("|", "\0"), line.strip().replace("\\|", "\0"))
    return tuple(cell.strip().replace("\0", "|") for cell in inside.strip("|").split("|"))
