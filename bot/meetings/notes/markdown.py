"""Markdown to rows: what each line is and its bare words; code, comments, front matter and `[off]` lines stay outside."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from bot.meetings.notes.bare import bare

FENCE = re.compile(r"[ \t>]{0,100}(?:[-*+][ \t]+)?(`{3,}|~{3,})([^`]{0,200})$")
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
BULLET = re.compile(r"[ \t]{0,100}(?:[-*+•‣▪◦○●–]|\d{1,3}[.)])(?:[ \t]+|$)")
# Google Docs escapes a dash that somebody typed, and the brackets of a box
TYPED_BULLET = re.compile(r"([ \t]{0,100})\\([-*+])(?=[ \t])|([ \t]{0,100}\d{1,3})\\([.)])(?=[ \t])")
BOX = re.compile(r"\\?\[([ xX✓✔]?)\\?\][ \t]+(?=\S)|\\?\[([ xX✓✔])\\?\]$")
OFF = re.compile(r"(?:[*_>~\s]|\\(?=\[)){0,20}\\?\[off\\?\]", re.IGNORECASE)
RULER = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,}|(?:[-*_][ \t]){2,40}[-*_])[ \t]*$")
UNDERLINE = re.compile(r" {0,3}(?:(={2,200})|-{2,200})[ \t]*$")
DEFINITION = re.compile(
    r" {0,3}\[([^\[\]]{1,100})\]:[ \t]{0,9}<?((?:https?:|mailto:|data:|[./#])[^\s<>]{0,2000})"
)
ANCHOR = re.compile(r"[ \t]*\{#[^{}\s]{0,200}\}[ \t]*$")
DELIMITER = re.compile(r"[ \t]*:?-{1,200}:?[ \t]*")
STRUCK = re.compile(r"\s{0,100}(?:[^:~]{1,60}:\s*)?~~[^~]{1,2000}~~\s*$")
STAMPED = re.compile(r"[ \t]{0,100}\d{1,2}:\d{2}")  # a line of a pasted chat
WRAPPED = 60  # a line of a paragraph this long was broken by an editor; a shorter one by its author
TAB = 4
MOST_CELLS = 100


class Shape(Enum):
    HEADING = "heading"
    BOLD = "a line all in bold"
    BULLET = "bullet"
    TEXT = "text"
    TABLE = "row of a table"


class Row(NamedTuple):
    """One line as a reader sees it, with the lines that continue it. `number` is 1-based in the file.

    `level` is a heading's (1 to 6), the column of a bullet's mark, how far other lines are indented (-1: quoted), and 0 for
    the head of a table.
    `checked` is None without a box; `struck` means that all of it is struck out; `hidden` that it is marked `[off]`.
    """

    number: int
    shape: Shape
    level: int
    text: str
    checked: bool | None = None
    struck: bool = False
    cells: tuple[str, ...] = ()
    hidden: bool = False


class Raw(NamedTuple):
    """A line before its words are made bare; `more` are the lines that continue it."""

    number: int
    shape: Shape
    level: int
    words: str
    more: list[str]
    checked: bool | None = None


def rows_of(text: str) -> tuple[Row, ...]:
    """The rows of a text, in order. `[off]` rows are among them, marked: their words serve to recognise, never to keep."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    definitions = dict(_definitions(lines))
    raws = list(_raw_rows(list(_visible(lines))))
    return tuple(_without_hidden_parts(_row(raw, definitions) for raw in raws))


def front_matter(text: str) -> Mapping[str, str]:
    """The simple `key: value` lines between the two `---` that may open a file; keys in small letters."""
    found: dict[str, str] = {}
    lines = text[:20_000].lstrip("\ufeff").splitlines()
    if not lines or lines[0].strip() not in ("---", "+++"):
        return found
    for line in lines[1:]:
        if line.strip() == lines[0].strip():
            return found
        key, mark, value = re.sub(r"^([\w-]{1,40})\s{0,9}=", r"\1:", line).partition(":")
        if mark and re.fullmatch(r"[\w-]{1,40}", key):
            found.setdefault(key.lower(), value.strip().strip("\"'"))
    return {}


def _visible(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The numbered lines that are not front matter, code or comments; those become empty, so that nothing runs together."""
    start = _after_front_matter(lines)
    closers = _longest_fence_after(lines)
    fence, in_comment = "", False
    for index in range(start, len(lines)):
        line = lines[index]
        found = None if in_comment else FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            if found is not None and found[1].startswith(fence) and not found[2].strip():
                fence = ""
            yield index + 1, ""
            continue
        if found is not None and closers[index].get(found[1][0], 0) >= len(found[1]):
            fence = found[1]
            yield index + 1, ""
            continue
        if in_comment or "<!--" in line:
            line, in_comment = _without_comments(line, in_comment)
        yield index + 1, line


def _after_front_matter(lines: list[str]) -> int:
    if lines and lines[0].lstrip("\ufeff").strip() in ("---", "+++"):
        for index in range(1, min(len(lines), 200)):
            if lines[index].strip() == lines[0].lstrip("\ufeff").strip():
                return index + 1
    return 0


def _longest_fence_after(lines: list[str]) -> list[dict[str, int]]:
    """For each line the longest bare fence below it, by its character: a fence that nothing closes opens no code."""
    below: list[dict[str, int]] = [{}] * len(lines)
    longest: dict[str, int] = {}
    for index in range(len(lines) - 1, -1, -1):
        below[index] = longest
        line = lines[index]
        if "```" in line or "~~~" in line:
            found = FENCE.match(line)
            if found is not None and not found[2].strip():
                longest = {**longest, found[1][0]: max(longest.get(found[1][0], 0), len(found[1]))}
    return below


def _without_comments(line: str, inside: bool) -> tuple[str, bool]:
    """A comment that is never closed hides the rest of the file, as every viewer of Markdown shows it."""
    kept: list[str] = []
    at = 0
    while True:
        mark = line.find("-->" if inside else "<!--", at)
        if mark < 0:
            return "".join([*kept, "" if inside else line[at:]]), inside
        if not inside:
            kept.append(line[at:mark])
        at, inside = mark + (3 if inside else 4), not inside


def _definitions(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if _is_definition(line) and (found := DEFINITION.match(line)) and not found[2].startswith("data:"):
            yield found[1].lower(), found[2]


def _is_definition(line: str) -> bool:
    """`[1]: https://...`, or a picture that Google Docs wrote out, megabytes of it on one line."""
    return line[:4].lstrip().startswith("[") and "]:" in line[:110] and DEFINITION.match(line) is not None


def _raw_rows(lines: list[tuple[int, str]]) -> Iterator[Raw]:
    """Rows with their continuations still apart."""
    row: Raw | None = None
    blank = True  # whether the line above was empty
    for index, (number, line) in enumerate(lines):
        if row is not None and not blank and _is_underline(row, line):
            row = row._replace(shape=Shape.HEADING, level=1 if "=" in line[:10] else 2)
            blank = True
        elif not line.strip() or RULER.match(line[:200]):
            blank = True
        elif row is not None and not blank and _continues(row, line):
            row.more.append(line)
        elif not _is_definition(line):
            if row is not None:
                yield row
            row = _begin(number, line)
            if row.shape is Shape.TABLE and index + 1 < len(lines) and _is_delimiter(lines[index + 1][1]):
                row = row._replace(level=0)
            blank = False
    if row is not None:
        yield row


def _is_underline(row: Raw, line: str) -> bool:
    """Whether the line makes a heading of the single line above it."""
    return (
        row.shape is Shape.TEXT
        and not row.more
        and len(row.words) <= 120
        and not row.words.rstrip().endswith(":")
        and UNDERLINE.match(line[:210]) is not None
    )


def _is_delimiter(line: str) -> bool:
    cells = line[:2000].strip().strip("|").split("|")
    return "|" in line[:2000] and all(DELIMITER.fullmatch(cell) for cell in cells)


def _begin(number: int, line: str) -> Raw:
    line = line.lstrip("\ufeff")
    if line.lstrip()[:1] == ">":
        return Raw(number, Shape.TEXT, -1, line.lstrip("> \t"), [])
    if (typed := TYPED_BULLET.match(line)) is not None:
        line = "".join(part or "" for part in typed.groups()) + line[typed.end() :]
    if (found := HEADING.match(line)) is not None:
        return Raw(
            number, Shape.HEADING, len(found[1]), ANCHOR.sub("", line[found.end() :]).rstrip(" \t#"), []
        )
    if line.lstrip()[:1] == "|":
        return Raw(number, Shape.TABLE, 1, line, [])
    if (found := BULLET.match(line)) is not None:
        words = line[found.end() :]
        checked = None
        if (box := BOX.match(words)) is not None:
            checked = (box[1] or box[2] or " ").strip() != ""
            words = words[box.end() :]
        column = len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(TAB))
        return Raw(number, Shape.BULLET, column, words, [], checked)
    indent = min(len(line) - len(line.lstrip(" \t")), 100)
    return Raw(number, Shape.BOLD if _is_bold(line) else Shape.TEXT, indent, line, [])


def _is_bold(line: str) -> bool:
    words = line[:401].strip().rstrip(":").rstrip()
    return len(line) <= 400 and any(
        len(words) > 2 * len(mark) and words.startswith(mark) and words.endswith(mark)
        and mark not in words[len(mark) : -len(mark)]
        for mark in ("**", "__")
    )  # fmt: skip


def _continues(row: Raw, line: str) -> bool:
    """Whether the line goes on with the row: a bullet's wrapped words, or a paragraph that an editor broke."""
    if row.shape not in (Shape.BULLET, Shape.TEXT):
        return False
    if line.lstrip()[:1] in (">", "|"):
        return False
    if HEADING.match(line) or BULLET.match(line) or TYPED_BULLET.match(line) or _is_bold(line):
        return False
    if STAMPED.match(line):
        return False
    last = row.more[-1] if row.more else row.words
    if row.shape is Shape.BULLET:
        return bool(row.words.strip()) and (line[:1] in " \t" or len(last) >= WRAPPED)
    return len(last) >= WRAPPED and not last.endswith(("  ", "\\"))


def _row(raw: Raw, definitions: Mapping[str, str]) -> Row:
    hidden = OFF.match(raw.words) is not None
    if raw.shape is Shape.TABLE:
        cells = _cells(raw.words, definitions)
        hidden = any(OFF.match(cell) for cell in cells)
        return Row(raw.number, raw.shape, raw.level, " | ".join(cells), cells=cells, hidden=hidden)
    words = " ".join([raw.words, *raw.more]) if raw.more else raw.words
    text = bare(words, definitions)
    struck = STRUCK.match(words) is not None
    return Row(raw.number, raw.shape, raw.level, text, raw.checked, struck, hidden=hidden)


def _cells(line: str, definitions: Mapping[str, str]) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|").removesuffix("|").replace("\\|", "\u0000")
    return tuple(bare(cell.replace("\u0000", "|"), definitions) for cell in inner.split("|", MOST_CELLS))


def _without_hidden_parts(rows: Iterator[Row]) -> Iterator[Row]:
    """What stands under an `[off]` heading or bullet is off the record with it."""
    over: Row | None = None
    for row in rows:
        if over is not None and not _stands_under(row, over):
            over = None
        if over is None and row.hidden and row.shape in (Shape.HEADING, Shape.BULLET, Shape.BOLD):
            over = row
        yield row._replace(hidden=True) if over is not None else row


def _stands_under(row: Row, over: Row) -> bool:
    if over.shape is Shape.HEADING:
        return row.shape is not Shape.HEADING or row.level > over.level
    if over.shape is Shape.BOLD:
        return row.shape not in (Shape.HEADING, Shape.BOLD)
    return row.shape is Shape.BULLET and row.level > over.level
