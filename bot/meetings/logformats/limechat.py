"""LimeChat: `17:01 nick: text`."""

from bot.meetings.logformats.reading.shapes import MODES, NICK, REASON, TextFormat
from bot.meetings.logformats.reading.stamps import TIME

FORMAT = TextFormat(
    name="limechat",
    title="LimeChat",
    sample="17:01 nick: text",
    stamp=rf"({TIME}) ",
    said=rf"{MODES}([^\s<>:]++): ?(.*)",
    joined=(rf"{NICK} has joined\b",),
    left=(rf"{NICK} has left(?: IRC)?{REASON}", rf"[^\s]++ has kicked {NICK}{REASON}"),
    renamed=(rf"{NICK} is now known as {NICK}",),
    noise=(r"[^\s<>]++ has (?:changed|set) ",),
    rank=45,
    day_from="the file's name, else --date",
    told_by="a colon behind the nick and no bracket anywhere",
)
