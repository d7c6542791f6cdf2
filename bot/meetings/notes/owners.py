"""Whose an action is and when it is due, by its words: `TODO(vb) ...`, `Josh to ...`, `... - Timo`, `@login ... by June 10`."""

import re
from datetime import date
from typing import NamedTuple

from bot.meetings.notes.days import find_day
from bot.meetings.notes.marks import LOGIN, split_names
from bot.meetings.notes.placing import Placed
from bot.meetings.notes.roster import LONGEST_NAME, Roster
from bot.meetings.notes.words import plain

TAG = re.compile(r"[(\[]\s?([^()\[\]]{1,40})\s?[)\]]\s?:?\s?(?=\S)")  # `(vb) ...`, `[Josh]: ...`
PROMISE = re.compile(r"([^:()\[\]]{1,60}?)(?<!,)\s(?:to|will|shall)\s(?!be\b|have\b|not\b|the\b)(?=[a-z])")
IN_FRONT = re.compile(r"([^:()\[\]]{1,60}?)\s?(?:\s(?:to|will|shall)\s|:\s|\s[–—-]\s)")
STRANGER = re.compile(r"([A-Z][\w'’-]{1,30}(?:\s[A-Z][\w'’-]{1,30})?)\s(?:to|will|shall)\s(?=[a-z])")
NO_STRANGERS = frozenset(
    "All Anybody Anyone Everybody Everyone Maintainers Need Needs Nobody Plan Somebody Someone They This We".split()
)
LOGINS = re.compile(rf"{LOGIN}(?:(?:\s?[,&/]\s?|\s?,?\sand\s|\s){LOGIN}){{0,9}}(?![\w-])", re.IGNORECASE)
OWNED = re.compile(
    r"(?:owners?|assigned\sto|assignees?|who)\s?:\s?([^:,;()]{1,60}?(?:,\s?@[^:,;()]{1,60})?)(?=\s?[,;()]|\s[–—-]\s|$)",
    re.IGNORECASE,
)
LAST_BRACKETS = re.compile(r"[(\[]\s?([^()\[\]]{1,60})\s?[)\]][.\s]{0,3}$")
LAST_MARKS = ("→", "⇒", "->", "=>", " — ", " – ", " - ")
DUE = re.compile(r"\b(?:due|by|until|before|deadline)\b\s?:?\s?(?:on\s|the\s)?(?=\w)", re.IGNORECASE)
WHAT = ("action", "action item", "task", "actions")
WHO = ("owner", "owners", "assignee", "assigned to", "who")
WHEN = ("due", "due date", "deadline", "by", "when")
DONE_WORDS = frozenset({"done", "completed", "complete", "closed", "finished", "yes", "x", "✅", "✔"})
LOOKED_AT = 400  # characters in which names and days are looked for


class Told(NamedTuple):
    """What a row of a table of actions says."""

    text: str
    names: tuple[str, ...]
    due: date | None
    is_done: bool


def names_in(text: str, roster: Roster) -> tuple[str, ...]:
    """The names in front, else those said to own it, else the one at its end, else every login; () is nobody."""
    head, tail = text[:LOOKED_AT], text[-LOOKED_AT:]
    if (found := LOGINS.match(head)) is not None:
        return tuple(re.findall(LOGIN, found[0]))
    if (
        (found := IN_FRONT.match(head)) is not None
        and (names := split_names(found[1]))
        and _may_be(names, roster)
    ):
        return names
    if (found := STRANGER.match(head)) is not None and found[1] not in NO_STRANGERS:
        return (found[1],)  # somebody who is in no list can be given an action
    if (found := OWNED.search(tail)) is not None:
        return split_names(found[1])
    brackets = LAST_BRACKETS.search(tail)
    last = [tail.rpartition(mark)[2] for mark in LAST_MARKS if mark in tail]
    for words in [brackets[1], *last] if brackets else last:
        names = split_names(words) if len(words) <= LONGEST_NAME else ()
        if names and _are_known(names, roster):
            return names
    return tuple(dict.fromkeys(re.findall(rf"(?<![\w.]){LOGIN}", head)))


def tagged(text: str, roster: Roster) -> tuple[tuple[str, ...], str]:
    """The names in brackets in front, and the text without them."""
    found = TAG.match(text[:LOOKED_AT])
    names = split_names(found[1]) if found else ()
    return (names, text[found.end() :]) if found and names and _may_be(names, roster) else ((), text)


def is_promise(text: str, roster: Roster) -> bool:
    """`Josh to write it down`, when the list of attendees has a Josh."""
    found = PROMISE.match(text[:LOOKED_AT])
    names = split_names(found[1]) if found else ()
    return bool(names) and _are_known(names, roster)


def only_names(text: str, roster: Roster) -> tuple[str, ...]:
    """The names of a line that is nothing else, such as `Bo:` above what Bo promised."""
    names = split_names(text.rstrip(":")) if len(text) <= LOOKED_AT else ()
    return names if _may_be(names, roster) else ()


def of_cells(each: Placed, day: date) -> Told:
    cells = {plain(title): cell for title, cell in zip(each.head, each.row.cells, strict=False)}
    what, who, when = (next((cells[t] for t in titles if cells.get(t)), "") for titles in (WHAT, WHO, WHEN))
    found = find_day(when, year=day.year)
    is_done = any(cell.strip().lower() in DONE_WORDS for cell in each.row.cells[1:])
    return Told(what or each.mark.words, split_names(who), found.day if found else None, is_done)


def due_in(text: str, day: date) -> date | None:
    """`due 2020-04-01`, `by April 3`: the next such day when the year is left out."""
    tail = text[-LOOKED_AT:]
    for mark in DUE.finditer(tail):
        words = tail[mark.end() : mark.end() + 30]
        found = find_day(words, year=day.year)
        if found is None or found.start > 0:
            continue
        if found.day < day and str(found.day.year) not in words:
            found = find_day(words, year=day.year + 1)
        return found.day if found else None
    return None


def _may_be(names: tuple[str, ...], roster: Roster) -> bool:
    return all(roster.meant(name) is not None for name in names)


def _are_known(names: tuple[str, ...], roster: Roster) -> bool:
    return all((meant := roster.meant(name)) is not None and meant.is_known for name in names)
