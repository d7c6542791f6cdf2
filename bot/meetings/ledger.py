"""What was recorded so far, and how it is taken back, brought back, adopted and corrected. Nothing is ever erased."""

import re
from collections.abc import Callable

from bot.meetings.entries import Entry
from bot.meetings.w3c import Correction
from bot.model.meeting import Kind, Line, Status

GLOSS = re.compile(r"(\^{1,3})[ \t]*(\S.*)", re.DOTALL)
NEARBY = 100  # entries among which a gloss finds its link and a correction its words


def ids(text: str) -> str | None:
    """The item that `L48`, `48` or `#48` names, else None."""
    found = re.fullmatch(r"[#L]?(\d{1,9})", text.strip())
    return f"L{int(found[1])}" if found else None


class Ledger:
    """The entries in the order of the log. `warn` takes what could not be followed; `key` tells persons apart."""

    def __init__(self, key: Callable[[str], str], warn: Callable[[str], None]) -> None:
        self.entries: list[Entry] = []
        self.by_id: dict[str, Entry] = {}
        self._key, self._warn = key, warn
        self._last: list[Entry] = []  # what an #undo finds, newest at the end
        self._undone: list[Entry] = []
        self._undo_of: dict[str, Entry] = {}
        self._pending: dict[str, list[Entry]] = {}
        self._questions: list[Entry] = []

    def add(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        self.by_id[entry.id] = entry
        if entry.kind is not Kind.UNDO:
            self._last.append(entry)
        if entry.status is Status.PENDING:
            self._pending.setdefault(self._key(entry.by), []).append(entry)
        if entry.kind is Kind.QUESTION:
            self._questions.append(entry)
        return entry

    def drop_last(self) -> None:
        """MeetBot's undo: the last item is gone, whatever and whosever it was."""
        if self.entries:
            self.by_id.pop(self.entries.pop().id, None)

    # --- pending

    def pending(self) -> int:
        return sum(entry.status is Status.PENDING for each in self._pending.values() for entry in each)

    def adopt_of(self, person: str, why: str) -> int:
        """Adopts everything of one person that is pending; how many that were."""
        return sum(_adopt(entry, why) for entry in self._pending.pop(person, ()))

    def adopt(self, text: str, why: str) -> int:
        """Adopts one item by its id, one person's, or (without text) all."""
        if not text:
            return sum(self.adopt_of(person, why) for person in list(self._pending))
        if (id_ := ids(text)) is not None and id_ in self.by_id:
            return _adopt(self.by_id[id_], why)
        return self.adopt_of(self._key(text), why)

    # --- taking back

    def find(self, text: str) -> Entry | None:
        """The entry that `#undo TEXT` means: the named one, or the last that was not taken back."""
        if (id_ := ids(text)) is not None:
            found = self.by_id.get(id_)
            return (
                None if found is None or found.kind is Kind.UNDO or found.status is Status.UNDONE else found
            )
        while self._last and self._last[-1].status is Status.UNDONE:
            self._last.pop()
        return self._last[-1] if self._last else None

    def undo(self, taken: Entry, record: Callable[[str, str], Entry]) -> None:
        """Takes an entry back; `record(text, closes)` writes that down."""
        taken.before, taken.status = taken.status, Status.UNDONE
        self._undone.append(taken)
        self._undo_of[taken.id] = record(f"{taken.kind}: {taken.text}", taken.id)

    def undone(self, text: str) -> Entry | None:
        """The entry that `#redo TEXT` means."""
        if (id_ := ids(text)) is None:
            return self._undone[-1] if self._undone else None
        return next((entry for entry in reversed(self._undone) if entry.id == id_), None)

    def redo(self, back: Entry) -> None:
        """Brings an undone entry back as it was, and takes the record of the undo away."""
        self._undone.remove(back)
        back.status = back.before
        self._last.append(back)
        self._undo_of.pop(back.id).status = Status.UNDONE

    # --- adding to what is there

    def gloss(self, text: str) -> None:
        """`^ text` says something of the link before it, `^^ text` of the one before that, whoever gave it."""
        found = GLOSS.match(text)
        if found is None:
            return
        links = [e for e in reversed(self.entries[-NEARBY:]) if e.kind is Kind.LINK and e.stands]
        if len(links) >= len(found[1]):
            link = links[len(found[1]) - 1]
            link.gloss = f"{link.gloss}; {found[2].strip()}" if link.gloss else found[2].strip()

    def question(self, text: str) -> tuple[Entry | None, str]:
        """The question an `#answer` means and the words of the answer: the one named first, else the last open one."""
        first, _, rest = text.partition(" ")
        named = self.by_id.get(ids(first) or "")
        if named is not None and named.kind is Kind.QUESTION:
            return named, rest.strip()
        answered = {e.closes for e in self.entries[-NEARBY:] if e.kind is Kind.ANSWER and e.stands}
        open_ = [q for q in self._questions[-NEARBY:] if q.stands and q.id not in answered]
        return (open_[-1] if open_ else None), text

    def correct(self, line: Line, correction: Correction) -> bool:
        """Puts the new words into the last item that holds the old ones; whether there was one."""
        nearby = reversed(self.entries[-NEARBY:])
        matching = [e for e in nearby if e.stands and e.kind is not Kind.UNDO and correction.old in e.text]
        for entry in matching if correction.everywhere else matching[:1]:
            entry.text = entry.text.replace(
                correction.old, correction.new, -1 if correction.everywhere else 1
            )
            entry.status = Status.AMENDED
            entry.note = f"{line.nick} corrected it in line {line.number}"
        return bool(matching)


def _adopt(entry: Entry, why: str) -> int:
    if entry.status is not Status.PENDING:
        return 0
    entry.status, entry.note = Status.ADOPTED, why
    return 1
