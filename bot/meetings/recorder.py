"""The minutes of one meeting while they grow: line after line is heard, and the meeting may be asked for at any time.

What is held grows with what is recorded and with the people, never with the talk.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bot.meetings import commands, people, references, w3c
from bot.meetings.attendance import Attendance
from bot.meetings.entries import Assign, Entry, Settling
from bot.meetings.ledger import Ledger
from bot.meetings.polls import MOTION_OPTIONS, Voting, question_and_options
from bot.meetings.references import Home
from bot.model.meeting import Kind, Line, Meeting, Offer, Status

START = "#startmeeting"
BOT_SAYS = re.compile(r"Meeting started .*The chair is ")
CHAIR_ME = re.compile(r"(?:^|[^\w#])#?chair me\b", re.IGNORECASE)
ANYBODY_ENDS = timedelta(minutes=60)  # OpenDev's rule, so that a forgotten meeting ends
MOST_WARNINGS = 1000  # then one more says how many there were
MOST_NAMED = 1000  # things that the talk of one topic names


class Style(StrEnum):
    """MEETBOT gives what the OpenDev fork of MeetBot would have recorded; TALLYMAN also keeps what it dropped."""

    MEETBOT = "meetbot"
    TALLYMAN = "tallyman"


class Recorder:
    """One meeting. The functions of commands.py write into it."""

    def __init__(
        self, first: Line, style: Style, home: Home | None, *, source: str, channel: str = "",
        aliases: Mapping[str, str] | None = None, w3c_forms: bool = False,
    ) -> None:  # fmt: skip
        """`first` is the line that started it. `home` None: guessed from the links. `aliases`: confirmed name -> nick."""
        self.exact = style is Style.MEETBOT
        self.home, self.source, self.channel, self.w3c = home, source, channel, w3c_forms
        self.title = first.text[len(START) :].strip()
        self.name = slug(self.title) or slug(channel) or "meeting"
        self.started_at, self.owner = first.at, first.nick
        self.ended_at: datetime | None = None
        self.bot: str | None = None
        self.warnings: list[str] = []
        self._unwarned = 0
        self.attendance = Attendance(follow=not self.exact, aliases=aliases or {})
        self.ledger = Ledger(self.attendance.key, self.warn)
        self.voting = Voting(self.attendance.key, self.warn)
        self.chairs = {self.attendance.key(first.nick): first.nick}
        self._asked: dict[str, Offer] = {}
        self._retitles: list[tuple[str, str]] = []  # asked for by somebody who was no chair: who, title
        self._last_named = ""
        self._linked: dict[str, int] = {}
        self._status = Status.RECORDED
        self._topic = Entry(
            first.number, first.at, Kind.TOPIC, first.nick, ""
        )  # takes the talk before the first topic
        self.first = first
        self._note_named(self.title)

    # --- hearing

    def hear(self, line: Line) -> None:
        """Takes in one line of the log. Lines after the end change nothing."""
        if self.ended_at is not None:
            return
        if line.event:
            self.attendance.happened(line)
            return
        text = line.text
        if self.bot is None and text.startswith("Meeting started ") and BOT_SAYS.match(text):
            self.bot = line.nick
        if line.nick == self.bot:
            if self.exact:
                self.attendance.typed(line)  # MeetBot counts itself
            return
        if text[:1] == "#" and text[: len(START)].lower() == START:
            self._start_again(line)
            return
        person = self.attendance.typed(line)
        if line.emote:
            return  # MeetBot hears no command in a /me
        parsed = commands.parse(text, self.exact)
        if parsed is not None:
            self._obey(line, *parsed)
        elif not self.exact and not (self.w3c and self._obey_w3c(line)):
            self.attendance.talked(person, line)
            self._talk(line)

    def _start_again(self, line: Line) -> None:
        if line is self.first or not self.exact:  # a second one is refused by MeetBot, and not even logged
            self.attendance.typed(line)
        if line is not self.first:
            self.warn(f"line {line.number}: {line.nick} started a meeting, but this one was running")

    def _obey(self, line: Line, name: str, text: str) -> None:
        if self.exact and name not in commands.MEETBOT:
            return
        if not self.exact and text[:1] == ":":
            text = text[1:].strip()  # `#action: bo to ...`
        self._status = Status.RECORDED
        if name in commands.CHAIRS_ONLY and not self.is_chair(line.nick):
            if self.exact:
                return
            if name not in commands.ADOPTABLE:
                self.warn(f"line {line.number}: #{name} by {line.nick}, who was not chair, was not followed")
                return
            self._status = Status.PENDING
        commands.COMMANDS[name](self, line, text)
        self._note_named(text)

    def _obey_w3c(self, line: Line) -> bool:
        """W3C's forms are anybody's to type; whether the line was one."""
        if (parsed := w3c.command_of(line.text)) is not None:
            self._status = Status.RECORDED
            commands.COMMANDS[parsed[0]](self, line, parsed[1])
            self._note_named(parsed[1])
            return True
        correction = w3c.correction_of(line.text)
        return correction is not None and self.ledger.correct(line, correction)

    def _talk(self, line: Line) -> None:
        self._topic.talk += 1
        text = line.text
        if text[:1] == "^":
            self.ledger.gloss(text)
        if references.names_something(text):
            if len(self._topic.named) < MOST_NAMED:
                for token in references.tokens(text):
                    self._topic.named.setdefault(token, self._last_named)
            self._note_named(text)
        if "hair me" in text and CHAIR_ME.search(text) and not self.is_chair(line.nick):
            offer = Offer(
                "chair", (line.number,), (line.nick,), f"{line.nick} asks to be chair: `#chair {line.nick}`"
            )
            self._asked.setdefault(self.attendance.key(line.nick), offer)

    def _note_named(self, text: str) -> None:
        """Remembers the repository that was named last; it is what a bare `#N` means under a topic of no repository."""
        if not references.names_something(text):
            return
        if self.home is None:
            references.count_repos(text, self._linked)
        self._last_named = references.last_named(text) or self._last_named

    # --- recording, called by commands.py

    def add(self, kind: Kind, line: Line, text: str, *, closes: str = "", note: str = "") -> Entry:
        if self._status is Status.PENDING:
            note = f"{line.nick} was not chair when it was typed"
        entry = Entry(
            line.number,
            line.at,
            kind,
            line.nick,
            text,
            self._status,
            note,
            closes=closes,
            last_named=self._last_named,
        )
        self.ledger.add(entry)
        if kind is Kind.TOPIC:
            self._topic = entry
        elif kind is Kind.INFO and not self.exact and (said := people.spoken(text)) is not None:
            self.attendance.compare(line, *said)
        return entry

    def decide(self, kind: Kind, line: Line, text: str) -> None:
        """A decision; of a chair, it also closes an open motion and takes its words if it has none."""
        poll = self.voting.running()
        if self.exact or poll is None or not poll.motion or self._status is Status.PENDING:
            self.add(kind, line, text)
            return
        self.voting.close(line)
        self.add(kind, line, text or poll.question, closes=poll.id, note=poll.result() if poll.votes else "")

    def answer(self, line: Line, text: str) -> None:
        question, words = self.ledger.question(text)
        if question is None:
            self.warn(f"line {line.number}: #answer found no open question; it is kept without one")
        self.add(Kind.ANSWER, line, words, closes=question.id if question else "")

    def open_motion(self, line: Line, text: str) -> None:
        self._open(line, text, MOTION_OPTIONS)

    def open_vote(self, line: Line, text: str) -> None:
        parsed = question_and_options(text)
        if parsed is None:
            self.warn(
                f"line {line.number}: #startvote needs a question with a question mark, then the options"
            )
        else:
            self._open(line, *parsed)

    def _open(self, line: Line, question: str, options: tuple[str, ...]) -> None:
        running = self.voting.running()
        if running is not None and self._status is not Status.PENDING:
            self.warn(
                f"line {line.number}: a vote is open already ({running.question}); close it with #endvote"
            )
            return
        if not self.exact:
            self.add(Kind.MOTION, line, question)
        if self._status is not Status.PENDING:
            self.voting.open(line, question, options, self.attendance.present())

    def vote(self, line: Line, text: str) -> None:
        self.voting.vote(line, text, self.exact)

    def close_vote(self, line: Line) -> None:
        poll = self.voting.close(line)
        if poll is not None:
            text = poll.result_as_meetbot() if self.exact else poll.result()
            self.add(Kind.VOTE, line, text, closes="" if self.exact else poll.id)

    def undo(self, line: Line, text: str) -> None:
        """The last standing item or the named one, by its author or a chair."""
        if self.exact:
            if self.is_chair(line.nick):
                self.ledger.drop_last()
            return
        found = self.ledger.find(text)
        if found is None:
            self.warn(f"line {line.number}: #undo found nothing to take back")
        elif self._may(line, found, "#undo"):
            self.ledger.undo(found, lambda words, closes: self.add(Kind.UNDO, line, words, closes=closes))

    def redo(self, line: Line, text: str) -> None:
        found = self.ledger.undone(text)
        if found is None:
            self.warn(f"line {line.number}: #redo found nothing that was undone")
        elif self._may(line, found, "#redo"):
            self.ledger.redo(found)

    def _may(self, line: Line, entry: Entry, what: str) -> bool:
        if self.is_chair(line.nick) or self.attendance.key(entry.by) == self.attendance.key(line.nick):
            return True
        self.warn(
            f"line {line.number}: {what} by {line.nick} was not followed: {entry.id} is {entry.by}'s, or a chair's to change"
        )
        return False

    # --- chairs, scribes and people

    def is_chair(self, nick: str) -> bool:
        return self.attendance.key(nick) in self.chairs

    def make_chairs(self, nicks: Sequence[str]) -> None:
        for each in nicks:
            nick = each if self.exact else each.lstrip("@")
            if not nick:
                continue
            self.attendance.someone(nick)
            key = self.attendance.key(nick)
            self.chairs[key] = nick
            self._asked.pop(key, None)
            self.ledger.adopt_of(key, f"{nick} was made chair later")
            for who, title in self._retitles:
                if self.attendance.key(who) == key:
                    self.title = title
            self._retitles = [pair for pair in self._retitles if self.attendance.key(pair[0]) != key]

    def take_chairs(self, nicks: Sequence[str]) -> None:
        for nick in nicks:
            if self.attendance.key(nick) != self.attendance.key(self.owner):
                self.chairs.pop(self.attendance.key(nick), None)

    def adopt(self, line: Line, text: str) -> None:
        if not self.ledger.adopt(text, f"{line.nick} adopted it"):
            self.warn(f"line {line.number}: #adopt found nothing pending")

    def hand_over(self, line: Line, nicks: Sequence[str]) -> None:
        for nick in nicks or [line.nick]:
            self.attendance.scribe(nick)

    # --- the meeting itself

    def rename(self, text: str) -> None:
        self.name = slug(text) or self.name

    def retitle(self, line: Line, text: str) -> None:
        if self._status is Status.PENDING:
            self._retitles.append((line.nick, text))
        else:
            self.title = "" if text.lower() in ("none", "unset") else text

    def end(self, line: Line) -> None:
        if self.is_chair(line.nick) or line.at - self.started_at > ANYBODY_ENDS:
            self.ended_at = line.at
        elif not self.exact:
            self.warn(
                f"line {line.number}: #endmeeting by {line.nick}, who was not chair, was not followed; after an hour anybody may"
            )

    def warn(self, text: str) -> None:
        if self.exact:
            return  # MeetBot says nothing
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(text)
        else:
            self._unwarned += 1

    def meeting(self) -> Meeting:
        """The meeting as it stands now."""
        home = self.home or references.home_of(self._linked)
        settled = Settling(home, self.attendance, self._assign(), self.exact).settle(self.ledger.entries)
        return Meeting(
            name=self.name, title=self.title, channel=self.channel, started_at=self.started_at, ended_at=self.ended_at,
            chairs=tuple(sorted(self.chairs.values())), items=settled.items,
            people=self.attendance.as_meetbot() if self.exact else self.attendance.participants(),
            warnings=self._warnings(), source=self.source, topics=() if self.exact else settled.topics,
            polls=tuple(poll.poll() for poll in self.voting.polls),
            offers=() if self.exact else (*self._asked.values(), *self.attendance.offers()),
            scribes=() if self.exact else tuple(each.nick for each in self.attendance.scribes().values()),
            aliases=self.attendance.aliases(),
        )  # fmt: skip

    def _warnings(self) -> tuple[str, ...]:
        found = [*self.warnings]
        if self._unwarned:
            found.append(f"{self._unwarned} more notes were left out of this list")
        if not self.exact and (poll := self.voting.running()) is not None:
            found.append(f"the vote on {poll.question} was never closed")
        if left := self.ledger.pending():
            found.append(
                f"{left} of the items are pending: whoever typed them was not chair; `#adopt` takes them in"
            )
        if self.ended_at is None:
            found.append("the meeting was not ended: no #endmeeting by a chair")
        return tuple(found)

    def _assign(self) -> Assign:
        if self.exact:
            nicks = [each.nick for each in self.attendance.seen.values()]
            return lambda text, _by: people.assignees_as_meetbot(text, nicks)
        known = [person.nick for person in self.attendance.participants()]
        names = tuple(dict.fromkeys([*known, *self.chairs.values()]))
        return lambda text, by: people.assignees(text, by, names)


def slug(text: str) -> str:
    """A meeting's name as the OpenDev fork makes it: lower case, everything else an underscore."""
    return re.sub(r"[^a-z0-9]", "_", "_".join(text.strip().lower().split()))[:200]
