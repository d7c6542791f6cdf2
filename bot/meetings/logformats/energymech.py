"""The bot EnergyMech: ZNC's shape, whose brackets may hold a short date as well: `[01Jun 17:01] <nick> text`."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, NICK, REASON, STARRED, TextFormat
from bot.meetings.logformats.reading.stamps import ISO, TIME

FORMAT = TextFormat(
    name="energymech",
    title="EnergyMech",
    sample="[17:01:55] <nick> text",
    stamp=rf"\[({TIME}|{ISO}|\w{{3}} [ \d]\d {TIME}|\d\d\w{{3}} {TIME})\] ",
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
    rank=40,
    day_from="the file's name, or the bracket",
    told_by="`*** Joins:` as ZNC, which comes first; only a date in the bracket sets it apart",
)
