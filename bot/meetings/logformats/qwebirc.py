"""qwebirc's window: `[17:01] <nick> text`, `==` before everything that nobody said."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, NICK, REASON, STARRED, TextFormat
from bot.meetings.logformats.reading.stamps import TIME

TOLD = rf"== {NICK} "

FORMAT = TextFormat(
    name="qwebirc",
    title="qwebirc",
    sample="[17:01] <nick> text",
    stamp=rf"\[({TIME})\] ",
    said=ANGLED,
    me=STARRED,
    joined=(rf"{TOLD}{HOST} has joined ",),
    left=(
        rf"{TOLD}{HOST} has left [^\s]++{REASON}",
        rf"{TOLD}{HOST} has quit{REASON}",
        rf"{TOLD}was kicked (.*)",
    ),
    renamed=(rf"{TOLD}is now known as {NICK}",),
    noise=(r"== ?",),
    rank=24,
    day_from="--date, or the file's name",
    told_by="`==`",
)
