"""What can be typed: MeetBot's vocabulary, its forks' and ours, one function for each; its docstring is the help."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.model.meeting import Kind, Line

if TYPE_CHECKING:
    from bot.meetings.recorder import Recorder

Command = Callable[["Recorder", Line, str], None]
WORD = re.compile(r"#(\w+)[ \t]*(.*)", re.DOTALL)
BARE_LINKS = frozenset({"http:", "https:", "irc:", "ftp:", "mailto:", "ssh:"})
NAMES = re.compile(r"[,\s]+")

COMMANDS: dict[str, Command] = {}
CHAIRS_ONLY: set[str] = set()
MEETBOT = frozenset(  # what the OpenDev fork knows; the rest is ours or another fork's
    "topic meetingtopic agreed agree accepted accept rejected reject action info idea help halp link nick chair unchair undo "
    "endmeeting meetingname save restrictlogs lurk unlurk commands startvote vote showvote endvote".split()
)
# A chair's command by somebody who is not chair is kept as pending; these can be adopted, the others are only noted.
ADOPTABLE = frozenset(
    "topic subtopic agreed agree accepted accept rejected reject meetingtopic motion startvote".split()
)


def command(*names: str, chairs: bool = False) -> Callable[[Command], Command]:
    def declared(function: Command) -> Command:
        for name in names:
            COMMANDS[name] = function
        if chairs:
            CHAIRS_ONLY.update(names)
        return function

    return declared


def parse(text: str, exact: bool = False) -> tuple[str, str] | None:
    """The command and its text, or None: `#449 looks ok` is talk, and so is a `#` behind a blank.

    `exact` keeps MeetBot's slip: a line that is nothing but `https:` is a link to it.
    """
    if text[:1] == "#":
        found = WORD.match(text)
        if found is None:
            return None
        name = found[1].lower()
        return (name, found[2].strip()) if name in COMMANDS else None
    if ":" not in text[:8]:
        return None
    before, slashes, _ = text.partition("//")
    return ("link", text.strip()) if (slashes or exact) and before in BARE_LINKS else None


def names_in(text: str) -> list[str]:
    return [name for name in NAMES.split(text) if name]


def _records(name: str, kind: Kind, help_: str, *others: str, chairs: bool = False) -> None:
    """A command that does no more than write its text into the minutes."""

    def record(minutes: "Recorder", line: Line, text: str) -> None:
        minutes.add(kind, line, text)

    record.__doc__ = help_
    command(name, *others, chairs=chairs)(record)


_records("subtopic", Kind.SUBTOPIC, "Begin a part of the present topic.", chairs=True)
_records(
    "action", Kind.ACTION, "Record what somebody will do: `#action ada to file the pull request by Friday`."
)
_records("agreed", Kind.AGREED, "Record what was agreed.", "agree", chairs=True)
_records("info", Kind.INFO, "Record something worth knowing.")
_records("idea", Kind.IDEA, "Record an idea.")
_records("help", Kind.HELP, "Record where help is wanted.", "halp")
_records("question", Kind.QUESTION, "Record a question; it stays open until `#answer`.")
_records("link", Kind.LINK, "Record a link; a line that begins with one is recorded without the word.")


@command("topic", chairs=True)
def topic(minutes: "Recorder", line: Line, text: str) -> None:
    """Begin a new topic, or take one up again."""
    minutes.add(Kind.TOPIC, line, text)


@command("accepted", "accept", chairs=True)
def accepted(minutes: "Recorder", line: Line, text: str) -> None:
    """Record what was accepted; it closes an open motion."""
    minutes.decide(Kind.ACCEPTED, line, text)


@command("rejected", "reject", "failed", chairs=True)
def rejected(minutes: "Recorder", line: Line, text: str) -> None:
    """Record what was rejected; it closes an open motion."""
    minutes.decide(Kind.REJECTED, line, text)


@command("answer")
def answer(minutes: "Recorder", line: Line, text: str) -> None:
    """Answer the last open question, or the one named: `#answer L48 in June`."""
    minutes.answer(line, text)


@command("motion", chairs=True)
def motion(minutes: "Recorder", line: Line, text: str) -> None:
    """Put a motion to the vote: `#vote +1`, `#vote -1` or `#vote abstain` answer it, `#close` counts."""
    minutes.open_motion(line, text)


@command("startvote", chairs=True)
def startvote(minutes: "Recorder", line: Line, text: str) -> None:
    """Open a vote: `#startvote Ship it? yes, no, later`; without options Yes and No."""
    minutes.open_vote(line, text)


@command("voters", chairs=True)
def voters(minutes: "Recorder", line: Line, text: str) -> None:
    """Name those who may vote; `#voters everyone` opens votes to all again."""
    minutes.voting.name_voters(names_in(text))


@command("vote")
def vote(minutes: "Recorder", line: Line, text: str) -> None:
    """Vote; the last one of each person counts, and abstaining is a vote of its own."""
    minutes.vote(line, text)


@command("endvote", "close", chairs=True)
def endvote(minutes: "Recorder", line: Line, text: str) -> None:
    """Close the vote and record its result, with names."""
    minutes.close_vote(line)


@command("chair", chairs=True)
def chair(minutes: "Recorder", line: Line, text: str) -> None:
    """Make others chair too: `#chair ada bo`. What they asked for before is adopted."""
    minutes.make_chairs(names_in(text))


@command("unchair", chairs=True)
def unchair(minutes: "Recorder", line: Line, text: str) -> None:
    """Take the chair back; whoever started the meeting keeps it."""
    minutes.take_chairs(text.split())


@command("adopt", chairs=True)
def adopt(minutes: "Recorder", line: Line, text: str) -> None:
    """Adopt what is pending: all of it, one item (`#adopt L48`) or one person's (`#adopt bo`)."""
    minutes.adopt(line, text)


@command("undo")
def undo(minutes: "Recorder", line: Line, text: str) -> None:
    """Take back the last item, or one by its line (`#undo L48`): your own, as chair anybody's."""
    minutes.undo(line, text)


@command("redo")
def redo(minutes: "Recorder", line: Line, text: str) -> None:
    """Bring back what was undone last, or the item named."""
    minutes.redo(line, text)


@command("scribe")
def scribe(minutes: "Recorder", line: Line, text: str) -> None:
    """Hand the notes over: `#scribe bo`; alone, you take them."""
    minutes.hand_over(line, names_in(text))


@command("meetingname")
def meeting_name(minutes: "Recorder", line: Line, text: str) -> None:
    """Name the meeting."""
    minutes.rename(text)


@command("meetingtopic", chairs=True)
def meeting_topic(minutes: "Recorder", line: Line, text: str) -> None:
    """Say what the whole meeting is about."""
    minutes.retitle(line, text)


@command("nick")
def nick(minutes: "Recorder", line: Line, text: str) -> None:
    """Name somebody who takes part without typing, so that actions can be given to them."""
    minutes.attendance.name(names_in(text))


@command("here")
def here(minutes: "Recorder", line: Line, text: str) -> None:
    """Say that you are here, and by which other name you are known: `#here Ada L`."""
    minutes.attendance.is_here(line.nick, text)


@command("endmeeting")
def end_meeting(minutes: "Recorder", line: Line, text: str) -> None:
    """End the meeting; after an hour anybody who took part may."""
    minutes.end(line)


@command("save", "lurk", "unlurk", "restrictlogs", chairs=True)
@command("commands", "showvote")
def service(minutes: "Recorder", line: Line, text: str) -> None:
    """Speaks to the bot; nothing for the minutes."""
