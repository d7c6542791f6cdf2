"""Rows to items in the making: the words of each, who said it, whose it is, under which topic it stands."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from bot.meetings.notes.attendance import Meant, Roster, is_remark
from bot.meetings.notes.days import find_day
from bot.meetings.notes.marks import LOGIN, split_names
from bot.meetings.notes.placing import Placed
from bot.meetings.notes.words import Part, plain
from bot.model.meeting import Kind

TAG = re.compile(r"[(\[]\s?([^()\[\]]{1,40})\s?[)\]]\s?:?\s?(?=\S)")
PREFIX = re.compile(r"(@?[^:()\[\]@]{1,40}):\s(?=\S)")
CHATTED = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?\s(?:From\s)?([^:]{1,60}?)\s?:\s(?=\S)"
)  # a line of a video call's chat
LAST_TAG = re.compile(r"\s[(\[]\s?([^()\[\]]{1,40})\s?[)\]]$")
GIVEN = re.compile(r"([^:()\[\]]{1,60}?)(?<!,)\s(?:to|will|shall)\s(?!be\b|have\b|not\b|the\b)(?=[a-z])")
GIVEN_FIRST = re.compile(r"([^:()\[\]]{1,60}?)\s?(?:\s(?:to|will|shall)\s|:\s|\s[–—-]\s)")
GIVEN_STRANGER = re.compile(r"([A-Z][\w'’-]{1,30}(?:\s[A-Z][\w'’-]{1,30})?)\s(?:to|will|shall)\s(?=[a-z])")
NO_STRANGERS = frozenset(
    "All Anybody Anyone Everybody Everyone Maintainers Need Needs Nobody Plan Somebody Someone They This We".split()
)
LOGINS_FIRST = re.compile(
    rf"{LOGIN}(?:(?:\s?[,&/]\s?|\s?,?\sand\s|\s){LOGIN}){{0,9}}(?![\w-])", re.IGNORECASE
)
OWNED = re.compile(
    r"(?:owners?|assigned\sto|assignees?|who)\s?:\s?([^:,;()]{1,60}?(?:,\s?@[^:,;()]{1,60})?)(?=\s?[,;()]|\s[–—-]\s|$)",
    re.I,
)
OWNER_BRACKETED = re.compile(r"[(\[]\s?([^()\[\]]{1,60})\s?[)\]][.\s]{0,3}$")
OWNER_MARKS = ("→", "⇒", "->", "=>", " — ", " – ", " - ")
DUE = re.compile(r"\b(?:due|by|until|before|deadline)\b\s?:?\s?(?:on\s|the\s)?(?=\w)", re.IGNORECASE)
DONE_WORDS = frozenset({"done", "completed", "complete", "closed", "finished", "yes", "x", "✅", "✔"})
LOOKED_AT = 400  # characters in which names and days are looked for
COMMON = frozenset("a an and for from in is of on or our s the to we with".split())


@dataclass(slots=True)
class Draft:
    """An item before it has its identity. `line` is the row's, `closes` the place of the question it answers, -1 for none."""

    kind: Kind
    text: str
    line: int
    topic: str = ""
    speaker: str = ""
    assignees: tuple[str, ...] = ()
    done: bool = False
    due: date | None = None
    closes: int = -1
    note: str = ""
    is_unsure: bool = False
    is_struck: bool = False
    unsure_of: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a name as written, and who may be meant


def drafts_of(
    placed: Sequence[Placed], roster: Roster, day: date, redacted: Collection[str] = ()
) -> list[Draft]:
    """The items of a meeting in the order of its lines, without those whose fingerprints are among the redacted."""
    return _Drafting(placed, roster, day, redacted).run()


def fingerprint(words: str) -> str:
    """What is kept of a redacted line, so that it is known when it is read again."""
    return sha256(" ".join(words.casefold().split()).encode(errors="replace")).hexdigest()


class _Drafting:
    def __init__(
        self, placed: Sequence[Placed], roster: Roster, day: date, redacted: Collection[str]
    ) -> None:
        self.placed, self.roster, self.day, self.redacted = placed, roster, day, redacted
        self.drafts: list[Draft] = []
        self.topics: dict[int, str] = {}  # place of a topic -> what the items under it call it
        self.by_words: dict[str, str] = {}  # its plain words -> the same
        self.planned: dict[str, set[str]] = {}  # a word -> topics of the agenda that have it
        self.owners: dict[int, tuple[str, ...]] = {}  # place of a line that is only a name -> whose it is
        self.questions: dict[str, int] = {}  # topic -> the question that waits for an answer

    def run(self) -> list[Draft]:
        for at, each in enumerate(self.placed):
            if is_remark(each):
                self._add(Draft(Kind.INFO, each.mark.words, each.row.number, self._topic(each)))
            elif each.mark.kind is not None and each.mark.words:
                self._take(at, each)
        return self.drafts

    def _take(self, at: int, each: Placed) -> None:
        draft = Draft(
            each.mark.kind or Kind.INFO, each.mark.words, each.row.number, self._topic(each), done=each.mark.done,
            is_struck=each.row.struck,
        )  # fmt: skip
        if (
            draft.kind is Kind.ACTION
            and each.mark.by_part
            and each.parent >= 0
            and each.parent not in self.owners
        ):
            draft.kind = Kind.INFO  # it tells of the action it is nested in
        if draft.kind is Kind.ACTION:
            self._action(at, each, draft)
        elif draft.kind in (Kind.TOPIC, Kind.SUBTOPIC):
            draft.text = draft.text.rstrip(":").rstrip() or draft.text
            self._say_who(draft)
            self._begin(at, each, draft)
        elif draft.kind is Kind.INFO and self._is_promise(each, draft):
            draft.note = "the notes do not mark it as an action; its words say so"
            self._action(at, each, draft)
        else:
            if each.mark.who:
                self._credit(draft, each.mark.who[0])
            else:
                self._say_who(draft)
            self._close(draft)
            self._add(draft)

    def _add(self, draft: Draft) -> None:
        if self._is_redacted(draft.text):
            return
        if draft.kind is Kind.QUESTION:
            self.questions[draft.topic] = len(self.drafts)
        self.drafts.append(draft)

    def _is_redacted(self, words: str) -> bool:
        return bool(self.redacted) and fingerprint(words) in self.redacted

    def _topic(self, each: Placed) -> str:
        return self.topics.get(each.topic, "")

    # --- topics

    def _begin(self, at: int, each: Placed, draft: Draft) -> None:
        """A topic that was on the agenda is taken up, not opened anew."""
        if draft.kind is Kind.SUBTOPIC:
            self._add(draft)
            return
        if self._is_redacted(draft.text):
            return  # what was said under it stands under no topic
        words = plain(draft.text)
        before = self.by_words.get(words) or (
            self._announced(words) if each.part is not Part.AGENDA else None
        )
        self.topics[at] = draft.topic = before or draft.text
        if before is None:
            self.by_words[words] = draft.text
            if each.part is Part.AGENDA:
                for word in _telling(words):
                    self.planned.setdefault(word, set()).add(draft.text)
        elif before != draft.text:
            draft.kind = Kind.SUBTOPIC
        self._add(draft)

    def _announced(self, words: str) -> str | None:
        """The one topic of the agenda that has all of these words, at least two."""
        telling = _telling(words)
        if len(telling) < 2:
            return None
        found = set.intersection(*(self.planned.get(word, set()) for word in telling))
        return found.pop() if len(found) == 1 else None

    # --- who said it

    def _say_who(self, draft: Draft) -> None:
        """Takes the name of the speaker off the words, where the notes name one that is known."""
        head = draft.text[:LOOKED_AT]
        forms = [(form, form.match(head)) for form in (TAG, PREFIX, CHATTED)]
        if draft.kind in (Kind.TOPIC, Kind.SUBTOPIC):
            forms.append((LAST_TAG, LAST_TAG.search(draft.text[-LOOKED_AT:])))
        for form, found in forms:
            if (
                found is None
                or len(split_names(found[1])) != 1
                or (meant := self.roster.meant(found[1])) is None
            ):
                continue
            draft.speaker = meant.nick
            self._doubt(draft, found[1], meant)
            if not meant.is_known:
                pass  # the name stays where it is, for the reader to judge
            elif form is LAST_TAG:
                draft.text = draft.text[: len(draft.text) - len(found[0])].rstrip() or draft.text
            else:
                draft.text = draft.text[found.end() :]
            return

    def _credit(self, draft: Draft, name: str) -> None:
        meant = self.roster.meant(name)
        draft.speaker = meant.nick if meant else name.strip()
        if meant:
            self._doubt(draft, name, meant)

    def _doubt(self, draft: Draft, name: str, meant: Meant) -> None:
        """What a person should confirm; only a guess makes the item itself uncertain."""
        if meant.candidates:
            draft.unsure_of = (*draft.unsure_of, (name.strip().removeprefix("@"), meant.candidates))
        if not meant.is_known:
            draft.is_unsure = True
            draft.note = f"{draft.note}; {meant.note}" if draft.note else meant.note

    # --- whose it is

    def _is_promise(self, each: Placed, draft: Draft) -> bool:
        """`Josh to write it down`, when the list of attendees has a Josh."""
        if each.part not in (Part.NOTES, Part.AGENDA):
            return False
        found = GIVEN.match(draft.text[:LOOKED_AT])
        names = split_names(found[1]) if found else ()
        meant = [self.roster.meant(name) for name in names]
        if not meant or not all(m is not None and m.is_known for m in meant):
            return False
        draft.kind = Kind.ACTION
        return True

    def _action(self, at: int, each: Placed, draft: Draft) -> None:
        if each.head and each.row.cells:
            names = self._from_cells(each, draft)
        else:
            names = each.mark.who or self._tagged(draft) or self._names_in(draft.text)
        if each.leads and self._only_names(draft.text):
            self.owners[at] = self._resolved(draft, split_names(draft.text))
            return
        if names:
            draft.assignees = self._resolved(draft, names)
        else:
            draft.assignees = self.owners.get(each.parent) or self._of_heading(each)
        draft.due = draft.due or self._due(draft.text)
        self._add(draft)

    def _tagged(self, draft: Draft) -> tuple[str, ...]:
        """The names in brackets in front, which are taken off."""
        found = TAG.match(draft.text[:LOOKED_AT])
        names = split_names(found[1]) if found else ()
        if found is None or not names or any(self.roster.meant(name) is None for name in names):
            return ()
        draft.text = draft.text[found.end() :]
        return names

    def _only_names(self, text: str) -> bool:
        names = split_names(text.rstrip(":")[:LOOKED_AT])
        return bool(names) and all(self.roster.meant(name) is not None for name in names)

    def _of_heading(self, each: Placed) -> tuple[str, ...]:
        meant = self.roster.meant(each.owner.rstrip(":")) if each.owner else None
        return (meant.nick,) if meant is not None and meant.is_known else ()

    def _names_in(self, text: str) -> tuple[str, ...]:
        """The names in front, else those said to own it, else the one at its end, else every login."""
        head, tail = text[:LOOKED_AT], text[-LOOKED_AT:]
        if (found := LOGINS_FIRST.match(head)) is not None:
            return tuple(re.findall(LOGIN, found[0]))
        if (found := GIVEN_FIRST.match(head)) is not None:
            names = split_names(found[1])
            if names and all(self.roster.meant(name) is not None for name in names):
                return names
        if (found := GIVEN_STRANGER.match(head)) is not None and found[1] not in NO_STRANGERS:
            return (found[1],)
        if (found := OWNED.search(tail)) is not None:
            return split_names(found[1])
        bracketed = OWNER_BRACKETED.search(tail)
        for last in (
            bracketed[1] if bracketed else "",
            *(tail.rpartition(mark)[2] for mark in OWNER_MARKS if mark in tail),
        ):
            names = split_names(last) if len(last) <= 60 else ()
            if names and all(self._is_listed(name) for name in names):
                return names
        return tuple(dict.fromkeys(re.findall(rf"(?<![\w.]){LOGIN}", head)))

    def _is_listed(self, name: str) -> bool:
        meant = self.roster.meant(name)
        return meant is not None and meant.is_known

    def _resolved(self, draft: Draft, names: Sequence[str]) -> tuple[str, ...]:
        """Nicks for names; a name of nobody known stays as it is written, for people outside the meeting get actions too."""
        nicks = []
        for name in names:
            meant = self.roster.meant(name)
            if meant is not None:
                self._doubt(draft, name, meant)
            nicks.append(meant.nick if meant else name.strip())
        return tuple(dict.fromkeys(nick for nick in nicks if nick))

    def _from_cells(self, each: Placed, draft: Draft) -> tuple[str, ...]:
        cells = {plain(title): cell for title, cell in zip(each.head, each.row.cells, strict=False)}
        owner = next(
            (cells[t] for t in ("owner", "owners", "assignee", "assigned to", "who") if cells.get(t)), ""
        )
        what = next((cells[t] for t in ("action", "action item", "task", "actions") if cells.get(t)), "")
        due = next(
            (cell for title, cell in cells.items() if title in ("due", "due date", "deadline", "by", "when")),
            "",
        )
        found = find_day(due, year=self.day.year)
        draft.text, draft.due = what or draft.text, found.day if found else None
        draft.done = draft.done or any(cell.strip().lower() in DONE_WORDS for cell in each.row.cells[1:])
        return split_names(owner)

    def _due(self, text: str) -> date | None:
        """`due 2020-04-01`, `by April 3`: the next such day when the year is left out."""
        for mark in DUE.finditer(text[-LOOKED_AT:]):
            words = text[-LOOKED_AT:][mark.end() : mark.end() + 30]
            found = find_day(words, year=self.day.year)
            if found is not None and found.start == 0:
                if found.day < self.day and str(found.day.year) not in words:
                    found = find_day(words, year=self.day.year + 1)
                return found.day if found else None
        return None

    # --- questions

    def _close(self, draft: Draft) -> None:
        """An answer belongs to the question before it; without one it is something that was said."""
        if draft.kind is Kind.ANSWER:
            draft.closes = self.questions.pop(draft.topic, -1)
            if draft.closes < 0:
                draft.kind = Kind.INFO


def _telling(words: str) -> frozenset[str]:
    return frozenset(words.split()) - COMMON
