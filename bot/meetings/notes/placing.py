"""Where each row of a meeting stands: in which part of the notes, under which topic, nested in which line."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.meetings.notes.days import is_only_an_hour
from bot.meetings.notes.markdown import Row, Shape
from bot.meetings.notes.marks import LOGIN, LONE_LINK, Mark, mark_of
from bot.meetings.notes.words import Label, Part, label_of, part_of, plain, says_nothing
from bot.model.meeting import Kind

# Below the six ranks of headings; a bullet's column is added to its rank
BOLD_RANK = 7
LABEL_RANK = 8
BULLET_RANK = 9
SAYS_WHO = frozenset({Part.PEOPLE, Part.ABSENT, Part.CHAIR, Part.SCRIBE})
NO_ITEMS = SAYS_WHO | {Part.DATE, Part.TIME, Part.OUTSIDE}
FACTS = NO_ITEMS | {Part.ASIDE}  # told on a line of their own, and done with
LISTS = frozenset({Part.PEOPLE, Part.ABSENT, Part.ACTIONS, Part.OLD_ACTIONS, Part.DECISIONS, Part.QUESTIONS})
OF_PEOPLE = re.compile(r"\b(?:members?|guests?|observers?|others?|represent\w*|team|staff|remote|voting|contributors?|maintainers?)\b")  # fmt: skip
LISTED = re.compile(rf"[^:()@]{{2,60}}\s\(?{LOGIN}(?:\)|\s|$)")
LONGEST_BOLD = 10  # words; a longer line in bold is a sentence
TOPIC = re.compile(r"topic\s?:\s?(?=\S)", re.IGNORECASE)


class Placed(NamedTuple):
    """A row and where it stands. `topic` and `parent` are places in the list of placed rows, -1 for none.

    `mark.kind` None says that the row is no item: a name, a day. `leads`: something is nested in it. `head` is the first
    row of its table, `owner` the sub-heading it stands under among actions.
    """

    row: Row
    part: Part
    mark: Mark
    topic: int = -1
    parent: int = -1
    leads: bool = False
    head: tuple[str, ...] = ()
    owner: str = ""


class Frame(NamedTuple):
    """What is open: a heading, a label, a bullet. `bullet` and `topic` are its place in the list, -1 if it is none."""

    rank: int
    part: Part
    topic: int = -1
    bullet: int = -1
    owner: str = ""


def place(rows: Sequence[Row]) -> tuple[Placed, ...]:
    """Every row that is not off the record and says something, in order."""
    shown = [row for row in rows if not row.hidden]
    listed = _listed_at_once(shown)
    walk = _Walk(Part.PEOPLE if listed else Part.NOTES)
    for index, row in enumerate(shown):
        if index == listed > 0:
            walk.open = [Frame(0, Part.NOTES)]
        following = shown[index + 1] if index + 1 < len(shown) else None
        leads = row.shape is Shape.BULLET and following is not None and _is_nested(following, row)
        walk.take(row, leads)
    return tuple(walk.placed)


def _listed_at_once(rows: Sequence[Row]) -> int:
    """How many bullets with logins open the notes: people whom no heading calls attendees."""
    count = next((n for n, row in enumerate(rows) if row.shape is not Shape.BULLET), len(rows))
    return count if count > 1 and all(LISTED.match(row.text) for row in rows[:count]) else 0


def _is_nested(row: Row, above: Row) -> bool:
    return row.shape is Shape.BULLET and row.level > above.level


class _Walk:
    """One way through the rows of a meeting, with what is open at each."""

    def __init__(self, part: Part) -> None:
        self.placed: list[Placed] = []
        self.open: list[Frame] = [Frame(0, part)]
        self.head: tuple[str, ...] = ()

    def take(self, row: Row, leads: bool) -> None:
        if row.shape is Shape.TABLE:
            self._table(row)
            return
        self.head = ()
        if row.shape is Shape.HEADING or (row.shape is Shape.BOLD and len(row.text.split()) <= LONGEST_BOLD):
            self._heading(row)
        elif row.shape is Shape.BULLET:
            self._bullet(row, leads)
        elif not says_nothing(row.text):
            self._text(row)

    def _heading(self, row: Row) -> None:
        rank = row.level if row.shape is Shape.HEADING else BOLD_RANK
        self._close(rank)
        here = self.open[-1].part
        label = label_of(row.text)
        if is_only_an_hour(row.text):
            self._labelled(row, Label(Part.TIME, row.text))
        elif (part := part_of(row.text)) is not None:
            self.open.append(Frame(rank, part))
        elif label is not None and label.rest and not TOPIC.match(row.text):
            self._labelled(row, label)
        elif here in LISTS and (row.shape is Shape.HEADING or _goes_on(here, row)):
            self.open.append(Frame(rank, here, owner=row.text))
        elif not says_nothing(row.text):
            self._topic(row, rank, TOPIC.sub("", row.text, count=1))

    def _bullet(self, row: Row, leads: bool) -> None:
        rank = BULLET_RANK + row.level
        self._close(rank)
        label = label_of(row.text)
        opens = label.part if label is not None and not label.rest else part_of(row.text) if leads else None
        if opens is not None:
            self.open.append(Frame(rank, opens))  # `Topics:` is only a label for what is nested in it
            return
        if says_nothing(row.text) and not leads:
            return
        above, at = self.open[-1], len(self.placed)
        if label is not None and label.part in FACTS:
            self._labelled(row, label)
            self.open.append(Frame(rank, label.part, bullet=at))
            return
        mark = self._mark(row.text, row.checked)
        if self._is_topic(mark, leads):
            self._topic(row, rank, mark.words, leads, bullet=at)
        else:
            self._said(row, mark, leads)
            self.open.append(Frame(rank, Part.NOTES if above.part is Part.AGENDA else above.part, bullet=at))

    def _is_topic(self, mark: Mark, leads: bool) -> bool:
        """Whether a bullet is a topic: one that is nested in none and leads others, and any of an agenda."""
        above = self.open[-1]
        if above.bullet >= 0 or above.part not in (Part.AGENDA, Part.NOTES):
            return False
        is_agenda = above.part is Part.AGENDA and self._topic_at() < 0
        return leads if mark.kind is Kind.LINK else mark.kind is None and (leads or is_agenda)

    def _text(self, row: Row) -> None:
        if row.level < 2:
            self._close(BULLET_RANK)
        label = (label_of(row.text) or _bare_label(row)) if row.level >= 0 else None
        if label is not None and not label.rest:
            self._close(LABEL_RANK)
            self.open.append(Frame(LABEL_RANK, label.part))
        elif label is not None and TOPIC.match(row.text):
            self._close(LABEL_RANK)
            self._topic(row, LABEL_RANK, label.rest)
        elif label is not None and label.part in FACTS:
            self._close(LABEL_RANK)
            self._labelled(row, label)
        else:
            self._said(row, self._mark(row.text, None), False)

    def _table(self, row: Row) -> None:
        self._close(BULLET_RANK)
        is_head = row.level == 0 and _part_of_table(row.cells) is not None
        part = part_of(row.cells[0]) if len(row.cells) == 2 and not is_head else None
        cells = [cell for cell in row.cells if not says_nothing(cell)]
        if part is not None and len(cells) == 2:
            self._labelled(row, Label(part, row.cells[1]))
        elif row.level == 0:
            self.head = row.cells
        elif cells:
            part = _part_of_table(self.head) or self.open[-1].part
            kept = part in SAYS_WHO or part is Part.ACTIONS
            kind = Kind.ACTION if part is Part.ACTIONS else None
            mark = Mark(kind, row.text) if kept else mark_of(" | ".join(cells), None, part)
            self._said(row, mark, False, part)

    def _topic(self, row: Row, rank: int, words: str, leads: bool = False, bullet: int = -1) -> None:
        """A topic; within another one it is a subtopic, and the outer one goes on."""
        outer, at = self._topic_at(), len(self.placed)
        mark = Mark(Kind.TOPIC if outer < 0 else Kind.SUBTOPIC, words)
        self.placed.append(Placed(row, self.open[-1].part, mark, at if outer < 0 else outer, -1, leads))
        self.open.append(Frame(rank, Part.NOTES, at if outer < 0 else -1, bullet))

    def _said(self, row: Row, mark: Mark, leads: bool, part: Part | None = None) -> None:
        """A line that is no topic; a name or a day is no item either."""
        above = self.open[-1]
        part = part or above.part
        if mark.kind is None and part not in NO_ITEMS:
            mark = mark._replace(kind=Kind.LINK if LONE_LINK.fullmatch(mark.words[:2500]) else Kind.INFO)
        if part in NO_ITEMS:
            mark = Mark(None, row.text, done=row.checked is True)
        topic = -1 if part in (Part.ASIDE, Part.LINKS) else self._topic_at()
        self.placed.append(Placed(row, part, mark, topic, above.bullet, leads, self.head, above.owner))

    def _labelled(self, row: Row, label: Label) -> None:
        if label.part in NO_ITEMS:
            mark = Mark(None, label.rest)
        elif label.part is Part.ASIDE:
            mark = Mark(Kind.INFO, row.text)
        else:
            mark = mark_of(label.rest, row.checked, label.part)
            mark = mark._replace(kind=mark.kind or Kind.INFO)
        topic = -1 if label.part is Part.ASIDE else self._topic_at()
        self.placed.append(Placed(row, label.part, mark, topic))

    def _mark(self, text: str, checked: bool | None) -> Mark:
        """What is nested in a decision or question tells of it and is not one itself."""
        above = self.open[-1]
        if above.part is Part.AGENDA:
            return mark_of(text, None, above.part)
        if above.bullet >= 0 and checked is None and above.part in (Part.DECISIONS, Part.QUESTIONS):
            return mark_of(text, None, Part.NOTES)
        return mark_of(text, checked, above.part)

    def _topic_at(self) -> int:
        return next((frame.topic for frame in self.open if frame.topic >= 0), -1)

    def _close(self, rank: int) -> None:
        while len(self.open) > 1 and self.open[-1].rank >= rank:
            self.open.pop()


def _bare_label(row: Row) -> Label | None:
    """`Attendees` or an hour on a line of its own."""
    if is_only_an_hour(row.text):
        return Label(Part.TIME, row.text)
    part = part_of(row.text)
    return None if part is None else Label(part, "")


def _goes_on(part: Part, row: Row) -> bool:
    """Whether a bold line within a list only groups it; among people it does when it speaks of people."""
    return part not in (Part.PEOPLE, Part.ABSENT) or OF_PEOPLE.search(plain(row.text)) is not None


def _part_of_table(head: Sequence[str]) -> Part | None:
    """What the rows of a table are, by its titles."""
    words = {plain(cell) for cell in head}
    if words & {"action", "action item", "task", "actions"} and words & {
        "owner",
        "owners",
        "assignee",
        "assigned to",
        "who",
    }:
        return Part.ACTIONS
    if words & {"name", "names", "attendee", "participant"} and not words & {"action", "topic", "task"}:
        return Part.PEOPLE
    return None
