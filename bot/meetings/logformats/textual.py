"""Textual: `[2016-06-01T17:01:55+0200] <nick> text`, before that `[17:01:55] nick: text`."""

from bot.meetings.logformats.reading.shapes import HOST, MODES, NICK, TextFormat
from bot.meetings.logformats.reading.stamps import ISO, TIME

FORMAT = TextFormat(
    name="textual",
    title="Textual",
    sample="[2016-06-01T17:01:55+0200] <nick> text",
    stamp=rf"\[({ISO}|{TIME})\] ",
    said=rf"(?=<[^\s>]++>|[^\s:]++: )<?{MODES}([^\s<>:]++)[>:] ?(.*)",
    me=rf"[•*] {MODES}([^\s<>:]++):? ?(.*)",
    joined=(rf"{NICK} {HOST} joined the channel",),
    left=(
        rf"{NICK} (?:{HOST} )?left (?:the channel|IRC)\.? ?(.*)",
        rf"[^\s]++ kicked {NICK} from the channel\.? ?(.*)",
    ),
    renamed=(rf"{NICK} is now known as {NICK}",),
    noise=(r"[^\s<>]++ (?:sets mode|changed the topic|set the mode)",),
    days=(r"-{5,} (?:Begin|End) Session (-)",),
    rank=21,
    day_from="every line; of the older shape the file's name",
    told_by="`joined the channel`, `left IRC`, a zone in the bracket, a colon behind the nick",
)
