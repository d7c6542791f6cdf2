"""What outlasts an edit: which meeting of the earlier reading a section is, which id a line has, what became of the others."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from bot.meetings.notes.items import Draft
from bot.meetings.notes.same import Known, matched
from bot.model.meeting import Item, Meeting, Status

GONE = "it is no longer in the notes"
TAKEN_OFF = "the notes now mark it [off]"
COMMON_LINE = 5  # a line that stands in more meetings than this tells none of them
LONGEST_NAME = 60
FILLING = frozenset("a agenda call for meeting meetings minutes notes of on the".split())


class Seen(NamedTuple):
    """A section as far as a meeting can be told by it."""

    day: date
    title: str
    lines: frozenset[str]


def meetings_before(seen: Sequence[Seen], previous: Sequence[Meeting], source: str) -> list[Meeting | None]:
    """For each section the meeting that it was in the last reading.

    It is the one of the same day and source; of several, or of another day (the date was corrected) or source (the notes
    were moved), the one with whose lines it shares half.
    """
    lines_of = [frozenset(item.text for item in m.items if item.text and item.stands) for m in previous]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for at, lines in enumerate(lines_of):
        for line in lines:
            holders[line].append(at)
    days: defaultdict[date, list[int]] = defaultdict(list)
    for at, meeting in enumerate(previous):
        days[meeting.started_at.date()].append(at)
    pairs = []
    for number, section in enumerate(seen):
        shared = Counter(at for line in section.lines for at in holders.get(line, ())[:COMMON_LINE])
        near = (
            {at for off in (0, -1, 1) for at in days.get(section.day + timedelta(off), ())}
            if _has_neighbours(section.day)
            else set(days.get(section.day, ()))
        )
        for at in near | set(shared):
            rank = _alike(section, previous[at], shared[at], lines_of[at], source)
            if rank:
                pairs.append((-rank, -shared[at], abs(number - at), number, at))
    found: list[Meeting | None] = [None] * len(seen)
    used: set[int] = set()
    for *_, number, at in sorted(pairs):
        if found[number] is None and at not in used:
            found[number] = previous[at]
            used.add(at)
    return found


def _has_neighbours(day: date) -> bool:
    return date.min < day < date.max


def _alike(section: Seen, meeting: Meeting, shared: int, lines: Collection[str], source: str) -> int:
    """How surely they are one meeting; 0 when they are not."""
    half = shared * 2 >= min(len(lines), len(section.lines)) and shared >= min(2, len(lines))
    same_day = meeting.started_at.date() == section.day
    # an hour in a western zone may fall on the next day of UTC
    is_day = same_day or (not meeting.day_only and meeting.title == section.title)
    own = meeting.source == source
    if is_day and own and meeting.title == section.title:
        return 4 if half or not lines else 3
    if is_day and own:
        return 3 if half else 2
    return 1 if half and shared > 0 else 0


def ids_of(drafts: Sequence[Draft], before: Meeting | None) -> list[str]:
    """The ids the lines had, and for new lines `N` and a number that no line of this meeting ever had."""
    old = before.items if before else ()
    new = [Known(draft.kind.value, draft.topic, draft.text) for draft in drafts]
    known = [
        Known(i.kind.value, i.topic, i.text, i.status is not Status.UNDONE or i.note != GONE) for i in old
    ]
    highest = max((_number(item.id) for item in old), default=0)
    ids = []
    for at in matched(new, known):
        if at < 0:
            highest += 1
        ids.append(old[at].id if at >= 0 else f"N{highest}")
    return ids


def gone(before: Meeting | None, kept: Collection[str], hidden: Sequence[str]) -> list[Item]:
    """The lines that are no longer there, as undone. Those which the notes now mark `[off]` lose their words as well."""
    old = [item for item in before.items if item.id not in kept] if before else []
    off = [Known("", "", _said(words)) for words in hidden]
    silenced = {at for at in matched(off, [Known("", "", _said(item.text)) for item in old]) if at >= 0}
    items = []
    for at, item in enumerate(old):
        if at in silenced:
            item = replace(item, text="", references=(), note=TAKEN_OFF, speaker=item.by, assignees=())
        items.append(replace(item, status=Status.UNDONE, note=item.note if item.note == TAKEN_OFF else GONE))
    return items


def new_name(day: date, beside: str, source: str, taken: Collection[str]) -> str:
    """A machine's name: the day, and what the heading says besides it or else the file is called."""
    told = re.sub(r"\(?https?://\S{1,2000}", " ", beside[: LONGEST_NAME * 4])
    is_telling = any(word not in FILLING for word in re.findall(r"\w+", told.lower()))
    words = (_slug(told) if is_telling else "") or _slug(_stem(source)) or "notes"
    name = f"{day:%Y_%m_%d}_{words}"
    numbers = (f"{name}_{n}" for n in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in numbers if other not in taken)


def _stem(source: str) -> str:
    """A file's name without its ending and its day; an address has none that says anything."""
    if "://" in source:
        return ""
    last = source.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"(?<!\d)\d{4}[-_.]?\d{2}[-_.]?\d{2}(?!\d)", "", last)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words[:200].lower()).strip("_")[:LONGEST_NAME].strip("_")


def _said(words: str) -> str:
    """A line without its mark and the speaker's name in front."""
    words = re.sub(r"^\W{0,3}\[off\]\s{0,3}", "", words, flags=re.IGNORECASE)
    return re.sub(r"^[(\[][^()\[\]]{1,40}[)\]]\s{0,3}", "", words)


def _number(id_: str) -> int:
    return int(id_[1:]) if id_[:1] == "N" and id_[1:].isdecimal() else 0
