"""A log's lines to its meetings: where each begins and ends, and one recorder after the other that hears them."""

from collections.abc import Iterable, Iterator, Mapping

from bot.meetings.recorder import BOT_SAYS, START, Recorder, Style
from bot.meetings.references import Home
from bot.model.meeting import Line, Meeting

OFF = "[off]"  # in front of a line: it is never kept

__all__ = ["Follower", "Recorder", "Style", "record"]


def record(
    lines: Iterable[Line], *, style: Style, home: Home | None, source: str, channel: str = "",
    aliases: Mapping[str, str] | None = None, w3c: bool = False,
) -> tuple[Meeting, ...]:  # fmt: skip
    """Every meeting of a log, in order; () when nothing in it starts one. `home` None: guessed from the log's links."""
    following = Follower(style, home, source=source, channel=channel, aliases=aliases, w3c=w3c)
    found: dict[int, Recorder] = {}
    for recorder, line in following.feed(lines):
        found[id(recorder)] = recorder
        recorder.hear(line)
    return tuple(recorder.meeting() for recorder in found.values())


class Follower:
    """Tells which line belongs to which meeting, one line at a time."""

    def __init__(
        self, style: Style, home: Home | None, *, source: str, channel: str = "",
        aliases: Mapping[str, str] | None = None, w3c: bool = False,
    ) -> None:  # fmt: skip
        self.style, self.home, self.source, self.channel = style, home, source, channel
        self.aliases, self.w3c = aliases, w3c
        self.current: Recorder | None = None

    def feed(self, lines: Iterable[Line]) -> Iterator[tuple[Recorder, Line]]:
        """Each line of a meeting with its recorder, which has not heard it yet; the rest of the log is passed over.

        Lines off the record are nobody's. A second #startmeeting within a running meeting is refused by the bot. If the
        bot says all the same that a meeting started, the end of the one before was not heard, and a new one begins.
        """
        held: Line | None = None
        for line in lines:
            text = line.text
            if text[:1] == "[" and text[:5].lower() == OFF:
                continue  # off the record
            if held is not None:
                if BOT_SAYS.match(text):
                    yield self.begin(held), held
                elif self.current is not None:
                    yield self.current, held
                held = None
            running = self.current
            if text[:1] == "#" and self.is_start(line):
                if (running is not None and running.ended_at is None) or not self._is_enough(line):
                    held = line
                    continue
                yield self.begin(line), line
            elif running is not None and (running.ended_at is None or line.nick == running.bot):
                yield running, line
            else:
                self.current = None
        if held is not None and self.current is not None:
            yield self.current, held

    def is_start(self, line: Line) -> bool:
        if line.emote or line.event:
            return False
        if self.style is Style.MEETBOT:
            return line.text.startswith(START)
        head, following = line.text[: len(START)], line.text[len(START) : len(START) + 1]
        return head.lower() == START and not (following.isalnum() or following == "_")

    def _is_enough(self, line: Line) -> bool:
        """OpenDev's fork wants a name; without one only the bot's own word tells that the meeting began."""
        return self.style is not Style.MEETBOT or bool(line.text[len(START) :].strip())

    def begin(self, line: Line) -> Recorder:
        """The meeting that this line starts."""
        self.current = Recorder(
            line, self.style, self.home, source=self.source, channel=self.channel, aliases=self.aliases, w3c_forms=self.w3c
        )  # fmt: skip
        return self.current
