"""Lines to meetings: who was chair when, what became an item, and under which topic it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.meetings import commands, people, references
from bot.meetings.references import Home
from bot.model.meeting import Item, Kind, Line, Meeting, Participant, Rule, Status

START = "#startmeeting"
BOT_SAYS = re.compile(r"Meeting started .*The chair is ")


class Style(StrEnum):
    """MEETBOT gives what the OpenDev fork of MeetBot would have recorded; TALLYMAN also keeps what it dropped."""

    MEETBOT = "meetbot"
    TALLYMAN = "tallyman"


def record(
    lines: Sequence[Line], *, style: Style, home: Home | None, source: str, channel: str = ""
) -> tuple[Meeting, ...]:
    """Every meeting of a log, in order; () when nothing in it starts one. `home` None: guessed from the log's links."""
    found = home or references.guessed_home([line.text for line in lines])
    return tuple(Recorder(part, style, found, source, channel).record() for part in meetings_of(lines))


def meetings_of(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """The lines of each meeting: from its #startmeeting to the next one's, so that a missing end loses nothing."""
    starts = [
        index
        for index, line in enumerate(lines)
        if line.text[: len(START)].lower() == START and not line.emote
    ]
    open_until = -1
    kept: list[int] = []
    for start in starts:
        if start <= open_until:
            continue  # a second start within a running meeting is refused by the bot, and logged by nobody
        kept.append(start)
        open_until = _end_of(lines, start)
    for start, following in zip(kept, [*kept[1:], len(lines)], strict=False):
        yield tuple(lines[start:following])


def _end_of(lines: Sequence[Line], start: int) -> int:
    """Where the meeting that begins at `start` ends: its #endmeeting, or the bot's word that another one started."""
    for index in range(start + 1, len(lines)):
        text = lines[index].text
        if text.lower().startswith("#endmeeting"):
            return index
        if (
            text[: len(START)].lower() == START
            and index + 1 < len(lines)
            and BOT_SAYS.match(lines[index + 1].text)
        ):
            return index - 1
    return len(lines)


class Recorder:
    """The minutes of one meeting while they grow; the functions of commands.py write into it."""

    def __init__(self, lines: Sequence[Line], style: Style, home: Home, source: str, channel: str) -> None:
        self.lines, self.style, self.home, self.source, self.channel = lines, style, home, source, channel
        self.started = lines[0]
        self.owner = self.started.nick
        self.chairs = {self.owner}
        self.title = self.started.text[len(START) :].strip()
        self.name = slug(self.title) or slug(channel) or "meeting"
        self.ended_at: datetime | None = None
        self.items: list[Item] = []
        self.named: list[str] = []
        self.warnings: list[str] = []
        self.topic = self.topic_repo = self.last_repo = ""
        self.status = Status.RECORDED
        self.bot = next((line.nick for line in lines if BOT_SAYS.match(line.text)), None)

    def record(self) -> Meeting:
        for line in self.lines[1:]:
            if self.ended_at is not None:
                break
            if line.nick != self.bot and not line.emote:
                self._hear(line)
        if self.ended_at is None:
            self.warnings.append("the meeting was not ended: no #endmeeting by a chair")
        known = people.participants(self.lines, self.bot)
        return Meeting(
            name=self.name, title=self.title, channel=self.channel, started_at=self.started.at, ended_at=self.ended_at,
            chairs=tuple(sorted(self.chairs)), items=tuple(self._assigned(item, known) for item in self.items),
            people=known, warnings=tuple(self.warnings), source=self.source,
        )  # fmt: skip

    def _hear(self, line: Line) -> None:
        parsed = commands.parse(line.text)
        if parsed is None:
            self._note_repo(line.text)
            return
        name, text = parsed
        if self.style is Style.MEETBOT and name in commands.OURS:
            return
        self.status = Status.RECORDED
        if name in commands.CHAIRS_ONLY and line.nick not in self.chairs:
            if self.style is Style.MEETBOT:
                return
            if name not in commands.ADOPTABLE:
                self.warnings.append(
                    f"line {line.number}: #{name} by {line.nick}, who was not chair, was not followed"
                )
                return
            self.status = Status.ADOPTED if self._is_chaired_later(line) else Status.PENDING
        commands.COMMANDS[name](self, line, text)

    def _is_chaired_later(self, line: Line) -> bool:
        """Whether a chair makes this author chair further down: then they were speaking for the meeting all along."""
        for later in self.lines:
            if later.number <= line.number or (parsed := commands.parse(later.text)) is None:
                continue
            if (
                parsed[0] == "chair"
                and later.nick in self.chairs
                and line.nick in re.split(r"[, ]+", parsed[1])
            ):
                return True
        return False

    def add(self, kind: Kind, line: Line, text: str) -> None:
        found = references.find(text, self.home, self.topic_repo, self.last_repo)
        named = next((ref.repo for ref in found), "")
        self.items.append(
            Item(
                id=f"L{line.number}", line=line.number, at=line.at, kind=kind, by=line.nick,
                speaker=people.speaker(text, line.nick), text=text, topic=self.topic, references=found,
                status=self.status, repo=named or self.topic_repo or self.home.default_repo,
            )
        )  # fmt: skip
        self._note_repo(text)

    def _note_repo(self, text: str) -> None:
        """Remembers the repository that was named last; it is what a bare `#N` means under a topic of no repository."""
        for ref in references.find(text, self.home, "", ""):
            if ref.rule is Rule.EXPLICIT:
                self.last_repo = ref.repo

    def begin_topic(self, line: Line, text: str) -> None:
        if self.status is not Status.PENDING:
            self.topic = text
            self.topic_repo = references.repo_of_topic(text, self.home) or self._kept_repo(text)
        self.add(Kind.TOPIC, line, text)

    def _kept_repo(self, text: str) -> str:
        """A topic that only names `#397` goes on in the repository of the one before."""
        return self.topic_repo if references.BARE.search(text) else ""

    def undo(self, line: Line) -> None:
        standing = [
            index for index, item in enumerate(self.items) if item.stands and item.kind is not Kind.UNDO
        ]
        if not standing:
            self.warnings.append(f"line {line.number}: #undo found nothing to take back")
        elif self.style is Style.MEETBOT:
            del self.items[standing[-1]]
        else:
            taken = self.items[standing[-1]]
            self.items[standing[-1]] = replace(taken, status=Status.UNDONE)
            self.add(Kind.UNDO, line, f"{taken.kind}: {taken.text}")

    def rename(self, text: str) -> None:
        self.name = slug(text) or self.name

    def _assigned(self, item: Item, known: Sequence[Participant]) -> Item:
        if item.kind is not Kind.ACTION:
            return item
        if self.style is Style.MEETBOT:
            typed = [person.nick for person in known if person.lines] + sorted(self.chairs) + self.named
            return replace(
                item, assignees=people.assignees_as_meetbot(item.text, tuple(dict.fromkeys(typed)))
            )
        names = tuple(dict.fromkeys([*(person.nick for person in known), *self.named, *sorted(self.chairs)]))
        return replace(item, assignees=people.assignees(item.text, item.by, names))


def slug(text: str) -> str:
    """A meeting's name as the OpenDev fork makes it: lower case, everything else an underscore."""
    return re.sub(r"[^a-z0-9]", "_", "_".join(text.strip().lower().split()))
