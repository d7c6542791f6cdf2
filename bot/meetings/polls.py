"""Votes of a meeting: one vote a person, the last one counts, abstaining is allowed, and who could vote is recorded."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.meeting import Choice, Line, Poll

SPLIT = re.compile(r"[^\w+-]+")
ABSTAIN = "abstain"
MOTION_OPTIONS = ("for", "against", ABSTAIN)
MEANT = {
    **dict.fromkeys(("+1", "+", "yes", "aye", "y", "for"), "for"),
    **dict.fromkeys(("-1", "-", "no", "nay", "n", "against"), "against"),
    **dict.fromkeys(("0", "+0", "-0", ABSTAIN, "abstention"), ABSTAIN),
}


def question_and_options(text: str) -> tuple[str, tuple[str, ...]] | None:
    """`Ship it? yes, no, later` as question and options; no options are Yes and No; None without a question mark."""
    head, mark, tail = text.rpartition("?")
    if not mark or not head.strip():
        return None
    options = tuple(dict.fromkeys(each for each in SPLIT.split(tail) if each))
    return head.strip() + "?", options or ("Yes", "No")


@dataclass(slots=True)
class OpenPoll:
    """A vote while it is open, and afterwards. Persons are kept by the meeting's keys, shown by their nicks."""

    id: str
    question: str
    options: tuple[str, ...]
    opened_at: datetime
    motion: bool
    electorate: dict[str, str]  # key -> nick
    closed_list: bool  # #voters named them: nobody else's vote counts
    closed_at: datetime | None = None
    votes: dict[str, list[tuple[Line, str]]] = field(default_factory=dict)

    def option(self, text: str) -> str | None:
        """The option that a voter means, without regard to case; None when there is none."""
        word = text.strip().lower()
        if self.motion:
            return MEANT.get(word.split()[0].rstrip(",.;:!")) if word else None
        known = {option.lower(): option for option in self.options}
        return known.get(word) or (ABSTAIN if word in ("abstain", "abstention") else None)

    def vote(self, key: str, line: Line, option: str) -> None:
        self.votes.setdefault(key, []).append((line, option))
        if not self.closed_list:
            self.electorate.setdefault(key, line.nick)

    def poll(self) -> Poll:
        ballots = tuple(
            Choice(line.nick, option, line.at, line.number, tuple(each for _, each in cast[:-1]), key in self.electorate)
            for key, cast in self.votes.items()
            for line, option in cast[-1:]
        )  # fmt: skip
        options = self.options
        if ABSTAIN not in options and any(ballot.choice == ABSTAIN for ballot in ballots):
            options = (*options, ABSTAIN)
        return Poll(
            self.id, self.question, options, self.opened_at, self.closed_at, tuple(self.electorate.values()), ballots
        )  # fmt: skip

    def result(self) -> str:
        """The outcome in one line, with the names: how somebody voted in the open is no secret."""
        poll = self.poll()
        parts = []
        for option, count in poll.tally().items():
            names = [ballot.by for ballot in poll.ballots if ballot.counts and ballot.choice == option]
            parts.append(f"{option} {count}" + (f" ({', '.join(names)})" if names else ""))
        foreign = [ballot.by for ballot in poll.ballots if not ballot.counts]
        left_out = f"; not counted, as not named by #voters: {', '.join(foreign)}" if foreign else ""
        return f'Voted on "{self.question}": {", ".join(parts)}{left_out}{self._outcome(poll)}'

    def _outcome(self, poll: Poll) -> str:
        """Of a motion: by simple majority of the votes for and against, as hcoop-meetbot counts."""
        if not self.motion:
            return ""
        if not any(ballot.counts for ballot in poll.ballots):
            return " - nobody voted"
        ahead = poll.tally()["for"] - poll.tally()["against"]
        return " - carried" if ahead > 0 else " - lost" if ahead < 0 else " - tied"

    def result_as_meetbot(self) -> str:
        """OpenDev's line: only the options that somebody took, without names."""
        counts = {option: count for option, count in self.poll().tally().items() if count}
        shown = "".join(f", {option}: {count}" for option, count in counts.items())
        return f'Voted on "{self.question}" Results are{shown}'


class Voting:
    """The votes of one meeting, at most one of them open. `warn` takes what was no vote."""

    def __init__(self, key: Callable[[str], str], warn: Callable[[str], None]) -> None:
        self.polls: list[OpenPoll] = []
        self.voters: dict[str, str] | None = None
        self._key, self._warn = key, warn

    def running(self) -> OpenPoll | None:
        return self.polls[-1] if self.polls and self.polls[-1].closed_at is None else None

    def name_voters(self, nicks: Sequence[str]) -> None:
        everyone = [nick.lower() for nick in nicks] in (["everyone"], ["all"])
        self.voters = None if everyone or not nicks else {self._key(nick): nick for nick in nicks}

    def open(self, line: Line, question: str, options: tuple[str, ...], present: Mapping[str, str]) -> None:
        closed_list = self.voters is not None
        electorate = dict(self.voters if self.voters is not None else present)
        motion = options is MOTION_OPTIONS
        self.polls.append(
            OpenPoll(f"L{line.number}", question, options, line.at, motion, electorate, closed_list)
        )

    def vote(self, line: Line, text: str, exact: bool) -> None:
        poll = self.running()
        if poll is None:
            self._warn(f"line {line.number}: {line.nick} voted, but no vote was open")
        elif (option := poll.option(text)) is None or (exact and option not in poll.options):
            said = ", ".join(poll.options)
            self._warn(f"line {line.number}: {text[:80]!r} does not answer {poll.question} ({said})")
        else:
            poll.vote(self._key(line.nick), line, option)

    def close(self, line: Line) -> OpenPoll | None:
        poll = self.running()
        if poll is None:
            self._warn(f"line {line.number}: no vote was open")
        else:
            poll.closed_at = line.at
        return poll
