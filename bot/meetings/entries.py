"""What was recorded, as it was typed, and how it becomes items: under which topic, naming what, given to whom.

Entries are settled only when the minutes are asked for: an adopted topic, an undo or a link further down then counts for
what stands above it as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.meetings import people, references
from bot.meetings.attendance import Attendance
from bot.meetings.dates import find_due
from bot.meetings.references import Home
from bot.model.meeting import DECISIONS, STANDING, Item, Kind, Reference, Status, Topic

SPOKEN_KINDS = frozenset({Kind.INFO, Kind.IDEA, Kind.HELP, Kind.QUESTION, Kind.ANSWER, Kind.AGREED})
OUTCOMES = DECISIONS | {Kind.ACTION, Kind.VOTE}


@dataclass(slots=True)
class Entry:
    """One recorded line. `last_named` is the repository that was named last when it was typed, as it was written."""

    line: int
    at: datetime
    kind: Kind
    by: str
    text: str
    status: Status = Status.RECORDED
    note: str = ""
    gloss: str = ""
    closes: str = ""
    last_named: str = ""
    before: Status = Status.RECORDED  # what a redo restores
    talk: int = 0  # of a topic: lines of talk until the next one
    named: dict[str, str] = field(
        default_factory=dict
    )  # of a topic: what its talk names -> last_named at that time

    @property
    def id(self) -> str:
        return f"L{self.line}"

    @property
    def stands(self) -> bool:
        return self.status in STANDING


@dataclass(slots=True)
class Section:
    """A topic while its items are gathered."""

    id: str
    text: str
    repo: str
    opened_at: datetime
    talk: int
    outcomes: int = 0
    items: int = 0
    mentions: dict[tuple[str, int | None, str], Reference] = field(default_factory=dict)

    def mention(self, found: Sequence[Reference]) -> None:
        for ref in found:
            self.mentions.setdefault((ref.repo.lower(), ref.number, "" if ref.number else ref.url), ref)


@dataclass(frozen=True, slots=True)
class Settled:
    items: tuple[Item, ...]
    topics: tuple[Topic, ...]


Assign = Callable[[str, str], tuple[str, ...]]


class Settling:
    """One pass over the entries, from the first to the last."""

    def __init__(self, home: Home, attendance: Attendance, assign: Assign, exact: bool) -> None:
        self.home, self.attendance, self.assign, self.exact = home, attendance, assign, exact
        self.scribes = {each.nick for each in attendance.scribes().values()}
        self.heard = {person.nick.lower() for person in attendance.participants()}
        self.near = {person.nick.lower(): person.near for person in attendance.participants()}
        self.nicks = attendance.nicks()
        self.sections: dict[tuple[str, str], Section] = {}
        self.section: Section | None = None

    def settle(self, entries: Sequence[Entry]) -> Settled:
        items = []
        for entry in entries:
            if entry.kind is Kind.TOPIC and entry.stands:
                self._begin(entry)
            items.append(self._item(entry))
            if entry.kind is Kind.TOPIC:
                self._talk(entry)
        topics = tuple(
            Topic(s.id, s.text, s.repo, s.opened_at, s.outcomes == 0 and bool(s.talk or s.items), tuple(s.mentions.values()))
            for s in self.sections.values()
        )  # fmt: skip
        return Settled(tuple(items), topics)

    def _begin(self, entry: Entry) -> None:
        """A topic that was had before is taken up again; one that only names `#397` keeps the repository before it.

        MeetBot knows no taking up again.
        """
        repo = references.repo_of_topic(entry.text, self.home)
        if not repo and references.BARE.search(entry.text) and self.section is not None:
            repo = self.section.repo
        key = (entry.id if self.exact else " ".join(entry.text.split()).casefold(), repo)
        found = self.sections.get(key)
        if found is None:
            found = self.sections[key] = Section(entry.id, entry.text, repo, entry.at, 0)
        self.section = found

    def _talk(self, entry: Entry) -> None:
        section = self.section
        if section is None:
            return
        section.talk += entry.talk
        for text, last in entry.named.items():
            section.mention(
                references.find(text, self.home, section.repo, self.home.known(last) if last else "")
            )

    def _item(self, entry: Entry) -> Item:
        section = self.section
        topic_repo = section.repo if section else ""
        last = self.home.known(entry.last_named) if entry.last_named else ""
        found = references.find(entry.text, self.home, topic_repo, last)
        if entry.gloss:
            found = references.each_once([*found, *references.find(entry.gloss, self.home, topic_repo, last)])
        named = next((ref.repo for ref in found), "")
        status, note = entry.status, entry.note
        assignees: tuple[str, ...] = ()
        due = None
        if entry.kind is Kind.ACTION:
            assignees = self.assign(entry.text, entry.by)
            if not self.exact:
                assignees, guess = self._certain(assignees)
                if guess and status is Status.RECORDED:
                    status, note = Status.UNCERTAIN, guess
                if (read := find_due(entry.text, entry.at.date())) is not None:
                    due = read.day
        if section is not None and entry.stands and entry.kind is not Kind.TOPIC:
            section.items += entry.kind is not Kind.UNDO
            section.outcomes += entry.kind in OUTCOMES
            section.mention(found)
        speaker = self._speaker(entry)
        if speaker.startswith("?") and status is Status.RECORDED:
            status, note = Status.UNCERTAIN, "who said it is not known; `??? = nick` tells"
        return Item(
            id=entry.id, line=entry.line, at=entry.at, kind=entry.kind, by=entry.by, speaker=speaker,
            text=entry.text, topic=section.text if section else "", assignees=assignees, references=found, status=status,
            repo=named or topic_repo or self.home.default_repo, due=due, gloss=entry.gloss, closes=entry.closes, note=note,
        )  # fmt: skip

    def _speaker(self, entry: Entry) -> str:
        """Whoever typed it, unless a scribe put the speaker's name in front."""
        if self.exact or entry.kind not in SPOKEN_KINDS or (said := people.spoken(entry.text)) is None:
            return entry.by
        name = said[0]
        if entry.by in self.scribes or name.lower() in self.heard:
            return self.attendance.person(name, entry.line)
        return entry.by

    def _certain(self, assignees: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """The persons behind the names, and what remains a guess."""
        meant, guesses = [], []
        for name in assignees:
            nick = self.attendance.person(name)
            meant.append(nick)
            near = self.near.get(nick.lower())
            if near is None and nick.lower() not in self.heard:
                near = self.attendance.near(nick, self.nicks)
            if near:
                guesses.append(f"{nick} may be {' or '.join(near)}; nobody has confirmed it")
        return tuple(dict.fromkeys(meant)), "; ".join(guesses)
