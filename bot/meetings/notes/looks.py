"""Whether a text is meeting notes, told from its first lines: parts of a meeting by name, a day, lists; not a chat's log."""

import re

from bot.meetings.notes.days import find_day
from bot.meetings.notes.markdown import Shape, rows_of
from bot.meetings.notes.words import Part, label_of, part_of

LINES = 400
CHARACTERS = 300  # of a line
# A time in front of every line, or a nick in angle brackets: a chat's log
LOGGED = re.compile(r"\s{0,4}(?:[\[(]?(?:\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d|<[ @+%~&!]?[^<>\s]{1,40}>)")
TELLING = frozenset(
    {Part.PEOPLE, Part.AGENDA, Part.NOTES, Part.ACTIONS, Part.DECISIONS, Part.ABSENT, Part.SCRIBE}
)


def looks_like_notes(text: str) -> bool:
    """Whether `read_notes` is the way to read it. A text that is both (a log pasted into notes) counts as what most lines are."""
    lines = [
        line[:CHARACTERS] for line in text[: LINES * CHARACTERS].split("\n", LINES)[:LINES] if line.strip()
    ]
    if sum(LOGGED.match(line) is not None for line in lines) * 2 > len(lines):
        return False
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "<") and "\n#" not in text[: LINES * CHARACTERS]:
        return False  # JSON, HTML, XML
    rows = rows_of("\n".join(lines))
    parts = {
        part
        for row in rows
        if (part := part_of(row.text) if row.shape in (Shape.HEADING, Shape.BOLD) else _labelled(row.text))
    }
    has_day = any(row.shape in (Shape.HEADING, Shape.BOLD) and find_day(row.text) for row in rows)
    is_marked = has_day or any(row.shape in (Shape.HEADING, Shape.BULLET) for row in rows)
    return is_marked and len(parts & TELLING) + (2 if has_day else 0) >= 2


def _labelled(text: str) -> Part | None:
    label = label_of(text)
    return label.part if label else None
