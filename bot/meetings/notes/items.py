"""Rows to items in the making: the words of each, who said it, whose it is, under which topic it stands."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from bot.meetings.notes import owners
from bot.meetings.notes.attendance import is_remark
from bot.meetings.notes.marks import split_names
from bot.meetings.notes.placing import Placed
from bot.meetings.notes.roster import Meant, Roster
from bot.meetings.notes.words import Part, plain
from bot.model.meeting import Kind

PREFIX = re.compile(r"(@?[^:()\[\]@]{1,40}):\s(?=\S)")
CHAT = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?\s(?:From\s)?([^:]{1,60}?)\s?:\s(?=\S)"
)  # pasted from a video call
LAST_TAG = re.compile(r"\s[(\[]\s?([^()\[\]]{1,40})\s?[)\]]$")
COMMON = frozenset("a an and for from in is of on or our s the to we with".split())
CARRIED_OVER = "promised at an earlier meeting"
PROMISED = "the notes do not mark it as an action; its words say so"


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
        draft = Draft(each.mark.kind or Kind.INFO, each.mark.words, each.row.number, self._topic(each))
        draft.done, draft.is_struck = each.mark.done, each.row.struck
        draft.note = CARRIED_OVER if each.part is Part.OLD_ACTIONS else ""
        if draft.kind is Kind.ACTION and self._tells_of_another(each):
            draft.kind = Kind.INFO
        if (
            draft.kind is Kind.INFO
            and each.part in (Part.NOTES, Part.AGENDA)
            and owners.is_promise(draft.text, self.roster)
        ):
            draft.kind, draft.note = Kind.ACTION, PROMISED
        if draft.kind is Kind.ACTION:
            self._action(at, each, draft)
        elif draft.kind in (Kind.TOPIC, Kind.SUBTOPIC):
            draft.text = draft.text.rstrip(":").rstrip() or draft.text
            self._say_who(draft)
            self._begin(at, each, draft)
        else:
            if each.mark.who:
                self._credit(draft, each.mark.who[0])
            else:
                self._say_who(draft)
            self._close(draft)
            self._add(draft)

    def _tells_of_another(self, each: Placed) -> bool:
        """Whether a line in a list of actions is nested in another action, and not in a mere name."""
        return each.mark.by_part and each.parent >= 0 and each.parent not in self.owners

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
        head = draft.text[: owners.LOOKED_AT]
        forms = [form.match(head) for form in (owners.TAG, PREFIX, CHAT)]
        if draft.kind in (Kind.TOPIC, Kind.SUBTOPIC):
            forms.append(LAST_TAG.search(draft.text, max(len(draft.text) - owners.LOOKED_AT, 0)))
        for found in forms:
            if (
                found is None
                or len(split_names(found[1])) != 1
                or (meant := self.roster.meant(found[1])) is None
            ):
                continue
            draft.speaker = meant.nick
            self._doubt(draft, found[1], meant)
            if meant.is_known:  # else the name stays where it is, for the reader to judge
                draft.text = (draft.text[: found.start()] + draft.text[found.end() :]).strip() or draft.text
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

    def _action(self, at: int, each: Placed, draft: Draft) -> None:
        names = each.mark.who
        if each.head and each.row.cells:
            draft.text, names, draft.due, is_done = owners.of_cells(each, self.day)
            draft.done = draft.done or is_done
        elif not names:
            names, draft.text = owners.tagged(draft.text, self.roster)
        names = names or owners.names_in(draft.text, self.roster)
        if each.leads and (alone := owners.only_names(draft.text, self.roster)):
            self.owners[at] = self._resolved(draft, alone)
            return
        draft.assignees = (
            self._resolved(draft, names) or self.owners.get(each.parent) or self._of_heading(each)
        )
        draft.due = draft.due or owners.due_in(draft.text, self.day)
        self._add(draft)

    def _of_heading(self, each: Placed) -> tuple[str, ...]:
        meant = self.roster.meant(each.owner.rstrip(":")) if each.owner else None
        return (meant.nick,) if meant is not None and meant.is_known else ()

    def _resolved(self, draft: Draft, names: Sequence[str]) -> tuple[str, ...]:
        """Nicks for names; a name that no list has stays as it is written."""
        nicks = []
        for name in names:
            meant = self.roster.meant(name)
            if meant is not None:
                self._doubt(draft, name, meant)
            nicks.append(meant.nick if meant else name.strip())
        return tuple(dict.fromkeys(nick for nick in nicks if nick))

    # --- questions

    def _close(self, draft: Draft) -> None:
        """An answer belongs to the question before it; without one it is something that was said."""
        if draft.kind is Kind.ANSWER:
            draft.closes = self.questions.pop(draft.topic, -1)
            if draft.closes < 0:
                draft.kind = Kind.INFO


def _telling(words: str) -> frozenset[str]:
    return frozenset(words.split()) - COMMON
