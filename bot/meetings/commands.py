"""What can be typed: MeetBot's vocabulary and ours, one function for each; its docstring is the help."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.model.meeting import Kind, Line

if TYPE_CHECKING:
    from bot.meetings.minutes import Recorder

Command = Callable[["Recorder", Line, str], None]
WORD = re.compile(r"#(\w+)[ \t]*(.*)", re.DOTALL)
BARE_LINKS = frozenset({"http:", "https:", "irc:", "ftp:", "mailto:", "ssh:"})

COMMANDS: dict[str, Command] = {}
CHAIRS_ONLY: set[str] = set()
ADOPTABLE = frozenset(
    {"topic", "subtopic", "agreed", "agree", "accepted", "accept", "rejected", "reject", "meetingtopic"}
)
OURS = frozenset({"question", "subtopic"})  # not in MeetBot's vocabulary


def command(*names: str, chairs: bool = False) -> Callable[[Command], Command]:
    def declared(function: Command) -> Command:
        for name in names:
            COMMANDS[name] = function
        if chairs:
            CHAIRS_ONLY.update(names)
        return function

    return declared


def parse(text: str) -> tuple[str, str] | None:
    """The command and its text, or None: `#449 looks ok` is talk, and so is a `#` behind a blank."""
    found = WORD.match(text)
    if found is not None:
        name = found[1].lower()
        return (name, found[2].strip()) if name in COMMANDS else None
    return ("link", text) if text.split("//")[0] in BARE_LINKS and "//" in text else None


@command("topic", chairs=True)
def topic(minutes: "Recorder", line: Line, text: str) -> None:
    """Begin a new topic."""
    minutes.begin_topic(line, text)


@command("subtopic", chairs=True)
def subtopic(minutes: "Recorder", line: Line, text: str) -> None:
    """Begin a part of the present topic."""
    minutes.add(Kind.SUBTOPIC, line, text)


@command("action")
def action(minutes: "Recorder", line: Line, text: str) -> None:
    """Record what somebody will do: `#action ada to file the pull request`."""
    minutes.add(Kind.ACTION, line, text)


@command("agreed", "agree", chairs=True)
def agreed(minutes: "Recorder", line: Line, text: str) -> None:
    """Record what was agreed."""
    minutes.add(Kind.AGREED, line, text)


@command("accepted", "accept", chairs=True)
def accepted(minutes: "Recorder", line: Line, text: str) -> None:
    """Record a motion that was accepted."""
    minutes.add(Kind.ACCEPTED, line, text)


@command("rejected", "reject", chairs=True)
def rejected(minutes: "Recorder", line: Line, text: str) -> None:
    """Record a motion that was rejected."""
    minutes.add(Kind.REJECTED, line, text)


@command("info")
def info(minutes: "Recorder", line: Line, text: str) -> None:
    """Record something worth knowing."""
    minutes.add(Kind.INFO, line, text)


@command("idea")
def idea(minutes: "Recorder", line: Line, text: str) -> None:
    """Record an idea."""
    minutes.add(Kind.IDEA, line, text)


@command("help", "halp")
def help_wanted(minutes: "Recorder", line: Line, text: str) -> None:
    """Record where help is wanted."""
    minutes.add(Kind.HELP, line, text)


@command("question")
def question(minutes: "Recorder", line: Line, text: str) -> None:
    """Record a question that stays open until it is answered."""
    minutes.add(Kind.QUESTION, line, text)


@command("link")
def link(minutes: "Recorder", line: Line, text: str) -> None:
    """Record a link; a line that begins with one is recorded without the word."""
    minutes.add(Kind.LINK, line, text)


@command("chair", chairs=True)
def chair(minutes: "Recorder", line: Line, text: str) -> None:
    """Make others chair too: `#chair ada bo`."""
    minutes.chairs.update(name for name in re.split(r"[, ]+", text) if name)


@command("unchair", chairs=True)
def unchair(minutes: "Recorder", line: Line, text: str) -> None:
    """Take the chair back; whoever started the meeting keeps it."""
    minutes.chairs.difference_update(set(text.split()) - {minutes.owner})


@command("undo", chairs=True)
def undo(minutes: "Recorder", line: Line, text: str) -> None:
    """Take back the last item of the minutes."""
    minutes.undo(line)


@command("meetingname")
def meeting_name(minutes: "Recorder", line: Line, text: str) -> None:
    """Name the meeting."""
    minutes.rename(text)


@command("meetingtopic", chairs=True)
def meeting_topic(minutes: "Recorder", line: Line, text: str) -> None:
    """Say what the whole meeting is about."""
    minutes.title = text


@command("nick")
def nick(minutes: "Recorder", line: Line, text: str) -> None:
    """Name somebody who takes part without typing, so that actions can be given to them."""
    minutes.named.extend(text.split())


@command("endmeeting", chairs=True)
def end_meeting(minutes: "Recorder", line: Line, text: str) -> None:
    """End the meeting."""
    minutes.ended_at = line.at


@command("save", "lurk", "unlurk", "restrictlogs", chairs=True)
@command("commands")
def service(minutes: "Recorder", line: Line, text: str) -> None:
    """Speaks to the bot of that time; nothing for the minutes."""
