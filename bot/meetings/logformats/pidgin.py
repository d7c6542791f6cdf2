"""Pidgin: `(05:01:55 PM) nick: text`, the day in its first line."""

from bot.meetings.logformats.reading.shapes import HOST, MODES, NICK, REASON, TextFormat
from bot.meetings.logformats.reading.stamps import TIME, TWELVE

FORMAT = TextFormat(
    name="pidgin",
    title="Pidgin",
    sample="(05:01:55 PM) nick: text",
    stamp=rf"\(({TWELVE}|{TIME})\) ",
    said=rf"(?!\*\*\*){MODES}([^\s<>:]++): ?(.*)",
    me=rf"\*\*\* ?{MODES}{NICK} ?(.*)",
    joined=(rf"{NICK} (?:{HOST} )?entered the room",),
    left=(rf"{NICK} left the room{REASON}",),
    renamed=(rf"{NICK} is now known as ([^\s<>.]++)",),
    noise=(r"The topic for #", r"mode \(", r"[^\s]++ (?:has|was) "),
    days=(r"Conversation with [^\s]++ at (.+) on ",),
    rank=13,
    day_from="`Conversation with #channel at Wed 01 Jun 2016 ...`",
    told_by="the time in round brackets",
)
