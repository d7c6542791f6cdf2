"""The log module of the bouncer ZNC: `[17:01:55] <nick> text`, one file a day, the day in its name."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, NICK, REASON, STARRED, TextFormat
from bot.meetings.logformats.reading.stamps import TIME

FORMAT = TextFormat(
    name="znc",
    title="ZNC",
    sample="[17:01:55] <nick> text",
    stamp=rf"\[({TIME})\] ",
    said=ANGLED,
    me=STARRED,
    joined=(rf"\*\*\* Joins: {NICK} ",),
    left=(
        rf"\*\*\* Parts: {NICK} {HOST}{REASON}",
        rf"\*\*\* Quits: {NICK} {HOST}{REASON}",
        rf"\*\*\* {NICK} was kicked by [^\s]++{REASON}",
    ),
    renamed=(rf"\*\*\* {NICK} is now known as {NICK}",),
    noise=(r"\*\*\* ", r"-\S+- "),
    rank=4,
    day_from="the file's name: `2016-06-01.log`, `#channel_20160601.log`",
    told_by="`*** Joins:`, `*** Parts:`, `*** Quits:`",
)
