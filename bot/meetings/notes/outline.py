"""One file of notes, many meetings: where each begins, and on which day it was."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.meetings.notes.days import Found, Order, find_day, is_guess, order_of
from bot.meetings.notes.markdown import Row, Shape
from bot.meetings.notes.placing import BOLD_RANK, LABEL_RANK
from bot.meetings.notes.words import Part, label_of, part_of

WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?", re.IGNORECASE)
CLOCK = re.compile(
    r"\b\d{1,2}(?::\d\d)?\s?(?:[ap]\.?m\.?)?\b|\b(?:UTC|GMT|[ECMP][SD]?T)\b|\bat\b", re.IGNORECASE
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
BARE_YEAR = re.compile(r"\W{0,5}((?:19|20)\d\d)\W{0,5}")
AT_FRONT = 16  # characters before a day that leave it in front: `Wednesday, `
LONGEST_HEADING = 200
LONGEST_LINE = 60  # of a day that stands on a line of its own, without being a heading
LOOKED_AT = 60  # rows in which a file without dated headings may say its day


@dataclass(frozen=True, slots=True)
class Section:
    """The notes of one meeting. `head` is its heading, or the first row of a file that is one meeting.

    `beside` is what the heading says besides the day; lines are counted from `first_line` on, so that a newer meeting on top
    of the file moves nothing. `is_guess`: day and month may be the other way round.
    """

    head: Row
    found: Found
    beside: str
    rows: tuple[Row, ...]
    first_line: int
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """The meetings of a file in its order; `preamble` are the rows of none, which may list people all the same."""

    sections: tuple[Section, ...]
    preamble: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """A row with a day, which may open a meeting. `leads`: the day stands in front."""

    at: int
    rank: int
    found: Found
    leads: bool


def outline(rows: Sequence[Row], name: str, matter: Mapping[str, str]) -> Outline:
    """`name` is the file's path or address, `matter` its front matter: both may say the day of a single meeting."""
    order = order_of(row.text for row in rows if _rank(row) <= BOLD_RANK)
    heads = list(_heads(rows, name, order))
    rank = _meeting_rank(heads)
    if rank is None:
        return _one_meeting(rows, name, matter, order)
    opening = {head.at: head for head in heads if head.rank == rank or (head.rank < rank and head.leads)}
    preamble: list[Row] = []
    opened: list[tuple[Row, Found, list[Row]]] = []
    here = preamble
    for at, row in enumerate(rows):
        if (head := opening.get(at)) is not None:
            here = []
            opened.append((row, head.found, here))
        else:
            if _rank(row) < rank or (_rank(row) == rank and part_of(row.text) is Part.OUTSIDE):
                here = preamble
            here.append(row)
    sections = tuple(_section(row, found, inside, order) for row, found, inside in opened if not row.hidden)
    return Outline(sections, tuple(preamble))


def _section(row: Row, found: Found, inside: Sequence[Row], order: Order) -> Section:
    words = row.text[: found.start] + " " + row.text[found.end :]
    beside = WEEKDAY.sub(" ", words[:LONGEST_HEADING])
    return Section(row, found, " ".join(beside.split()), tuple(inside), row.number, is_guess(row.text, order))


def _rank(row: Row) -> int:
    """How much a row holds together: the smaller the more. Whatever is no heading holds nothing."""
    if row.shape is Shape.HEADING:
        return row.level
    if row.shape is Shape.BOLD:
        return BOLD_RANK
    return (
        LABEL_RANK
        if row.shape is Shape.TEXT and 0 <= row.level < 4 and len(row.text) <= LONGEST_LINE
        else LABEL_RANK + 1
    )


def _heads(rows: Sequence[Row], name: str, order: Order) -> Iterator[Head]:
    of_name = YEAR.findall(name)
    year = int(of_name[-1]) if of_name else None
    for at, row in enumerate(rows):
        rank = _rank(row)
        if rank > LABEL_RANK or len(row.text) > LONGEST_HEADING:
            continue
        if rank < BOLD_RANK and (bare := BARE_YEAR.fullmatch(row.text)) is not None:
            year = int(bare[1])  # `# 2019` above `## December 19`
        found = find_day(row.text, year=year, order=order)
        if found is None:
            continue
        if rank == LABEL_RANK and not _is_only_a_day(row.text, found):
            continue
        yield Head(at, rank, found, len(WEEKDAY.sub("", row.text[: found.start])) <= AT_FRONT)


def _is_only_a_day(text: str, found: Found) -> bool:
    rest = CLOCK.sub(" ", WEEKDAY.sub(" ", text[: found.start] + " " + text[found.end :]))
    return re.search(r"\w", rest) is None


def _meeting_rank(heads: Sequence[Head]) -> int | None:
    """The rank of the headings that open meetings: the highest with a day in front.

    A single one above several others is the title of the file (`# Notes, last changed 2020-04-01`), and several days that
    stand further back (`# Board meeting 2018-07-18`) rank before days in front further down.
    """
    leading = sorted({head.rank for head in heads if head.leads})
    trailing = sorted({head.rank for head in heads if not head.leads})
    count = {rank: sum(head.rank == rank for head in heads) for rank in {*leading, *trailing}}
    many = [rank for rank in trailing if count[rank] > 1 and (not leading or rank < leading[0])]
    if many:
        return many[0]
    if not leading:
        return trailing[0] if trailing else None
    if (
        count[leading[0]] == 1
        and len(leading) > 1
        and sum(h.leads and h.rank == leading[1] for h in heads) > 1
    ):
        return leading[1]
    return leading[0]


def _one_meeting(rows: Sequence[Row], name: str, matter: Mapping[str, str], order: Order) -> Outline:
    """A file without dated headings is one meeting, if anything says of which day."""
    found = _told_day(rows, order) or find_day(matter.get("date", ""), order=order) or day_of_name(name)
    shown = [row for row in rows if not row.hidden]
    if found is None or not shown:
        return Outline((), tuple(rows))
    head = next((row for row in shown if row.shape is Shape.HEADING), shown[0])
    is_heading = head is shown[0] and head.shape is Shape.HEADING and part_of(head.text) is None
    inside = [row for row in rows if not (is_heading and row is head)]
    return Outline(
        (Section(head if is_heading else shown[0], found, head.text if is_heading else "", tuple(inside), 1),)
    )


def _told_day(rows: Sequence[Row], order: Order) -> Found | None:
    for row in rows[:LOOKED_AT]:
        label = None if row.hidden else label_of(" : ".join(row.cells[:2]) if row.cells else row.text)
        if label is not None and label.part is Part.DATE and (found := find_day(label.rest, order=order)):
            return found
    return None


def day_of_name(name: str) -> Found | None:
    """The day in a file's name, with the year of its folder if need be: `2023/debugging-01-26.md`, `2019-03/mar-26.md`."""
    path = name.partition("://")[2] or name
    last = path.rpartition("/")[2]
    for name_ in (last, *reversed(path.split("/")[:-1])):
        if (found := find_day(name_)) is not None:
            return found
    years = YEAR.findall(path)
    if not years:
        return None
    year = int(years[-1])
    month_and_day = re.search(r"(?<!\d)([01]?\d)[-_.]([0-3]?\d)(?!\d)", last)
    named = find_day(last.replace("_", " "), year=year)
    return named or (find_day(f"{year}-{month_and_day[1]}-{month_and_day[2]}") if month_and_day else None)
