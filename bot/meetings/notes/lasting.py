"""What outlasts an edit: which meeting of the earlier reading a section is, which id a line has, what became of the others."""

import re
from collections import Counter, defaultdict, deque
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
SAME_DAY = 20  # meetings of one day among which an edited one is looked for
LONGEST_NAME = 60
FILLING = frozenset("a agenda call for meeting meetings minutes notes of on the".split())


class Seen(NamedTuple):
    """A section as far as a meeting can be told by it."""

    day: date
    title: str
    lines: frozenset[str]
    people: frozenset[str]
    is_empty: bool = False


def meetings_before(seen: Sequence[Seen], previous: Sequence[Meeting], source: str) -> list[Meeting | None]:
    """For each section the meeting that it was in the last reading.

    It is the one of the same day and source; of several, or of another day (the date was corrected) or source (the notes
    were moved), the one with whose lines it shares half. A section that says nothing comes last: it may have been emptied.
    """
    was = [_seen(meeting) for meeting in previous]
    found: list[int] = [-1] * len(seen)
    free = set(range(len(previous)))

    def take(number: int, at: int) -> None:
        found[number] = at
        free.discard(at)

    unchanged: defaultdict[Seen, deque[int]] = defaultdict(deque)
    for at, meeting in enumerate(previous):
        if meeting.source == source:
            unchanged[was[at]].append(at)
    for number, section in enumerate(seen):
        if not section.is_empty and (waiting := unchanged.get(section)):
            take(number, waiting.popleft())
    for is_empty in (False, True):
        open_ = [n for n, section in enumerate(seen) if found[n] < 0 and section.is_empty is is_empty]
        for number, at in _pairs(seen, open_, previous, was, free, source):
            if found[number] < 0 and at in free:
                take(number, at)
    return [previous[at] if at >= 0 else None for at in found]


def _seen(meeting: Meeting) -> Seen:
    lines = frozenset(item.text for item in meeting.items if item.text and item.note != GONE)
    people = frozenset(person.nick for person in meeting.people)
    return Seen(meeting.started_at.date(), meeting.title, lines, people)


def _pairs(
    seen: Sequence[Seen],
    numbers: Sequence[int],
    previous: Sequence[Meeting],
    was: Sequence[Seen],
    free: Collection[int],
    source: str,
) -> list[tuple[int, int]]:
    """Sections and meetings that may be the same, the surest first."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    days: defaultdict[date, list[int]] = defaultdict(list)
    for at in sorted(free):
        days[was[at].day].append(at)
        for line in was[at].lines:
            holders[line].append(at)
    ranked = []
    for number in numbers:
        section = seen[number]
        shared = Counter(at for line in section.lines for at in holders.get(line, ())[:COMMON_LINE])
        near = [at for day in _days_around(section.day) for at in days.get(day, ())[:SAME_DAY]]
        for at in {*near, *shared}:
            rank = _alike(section, was[at], shared[at], previous[at], source)
            if rank:
                ranked.append((-rank, -shared[at], number, at))
    return [(number, at) for _, _, number, at in sorted(ranked)]


def _days_around(day: date) -> list[date]:
    """An evening in a western zone is the next day of UTC."""
    return [day + timedelta(n) for n in (-1, 0, 1)] if date.min < day < date.max else [day]


def _alike(section: Seen, was: Seen, shared: int, meeting: Meeting, source: str) -> int:
    """How surely they are one meeting; 0 when they are not."""
    fewer = min(len(was.lines), len(section.lines))
    half = shared * 2 >= fewer and shared >= min(2, len(was.lines))
    off = abs((was.day - section.day).days)
    is_titled = was.title == section.title
    is_day = off == 0 or (off == 1 and not meeting.day_only and is_titled)
    if is_day and meeting.source == source and is_titled:
        return 4 if half else 3
    if is_day and meeting.source == source and (shared or fewer < 3):
        return 3 if half else 2
    return 1 if half and shared else 0


def ids_of(drafts: Sequence[Draft], before: Meeting | None) -> list[str]:
    """The ids the lines had, and for new lines `N` and a number that no line of this meeting ever had."""
    old = before.items if before else ()
    new = [Known(draft.kind.value, draft.topic, draft.text) for draft in drafts]
    known = [Known(item.kind.value, item.topic, item.text, item.note != GONE) for item in old]
    highest = max((_number(item.id) for item in old), default=0)
    ids = []
    for at in matched(new, known):
        if at < 0:
            highest += 1
        ids.append(old[at].id if at >= 0 else f"N{highest}")
    return ids


def gone(before: Meeting | None, kept: Collection[str], hidden: Sequence[str]) -> list[Item]:
    """The lines that are no longer there, as undone. Those which the notes now mark `[off]` lose their words as well; those
    without words (redacted, or taken off before) stay as they are.
    """
    old = [item for item in before.items if item.id not in kept] if before else []
    off = [Known("", "", _said(words)) for words in hidden]
    silenced = {at for at in matched(off, [Known("", "", _said(item.text)) for item in old]) if at >= 0}
    unsaid = {old[at].text for at in silenced}
    items = []
    for at, item in enumerate(old):
        if item.topic in unsaid:
            item = replace(item, topic="")
        if not item.text:
            items.append(item)
        elif at in silenced:
            bare = replace(item, text="", speaker="", assignees=(), references=(), due=None)
            items.append(replace(bare, status=Status.UNDONE, note=TAKEN_OFF))
        else:
            items.append(replace(item, status=Status.UNDONE, note=GONE))
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
