"""Limnoria's ChannelLogger: `2016-06-01T17:01:55  <nick> text`, with two blanks."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, NICK, REASON, STARRED, TextFormat
from bot.meetings.logformats.reading.stamps import ISO

TOLD = rf"\*\*\* {NICK} "

FORMAT = TextFormat(
    name="limnoria",
    title="Limnoria",
    sample="2016-06-01T17:01:55  <nick> text",
    stamp=rf"({ISO})  ",
    said=ANGLED,
    me=STARRED,
    joined=(rf"{TOLD}(?:{HOST} )?has joined ",),
    left=(
        rf"{TOLD}(?:{HOST} )?has left #[^\s]++{REASON}",
        rf"{TOLD}(?:{HOST} )?has quit IRC{REASON}",
        rf"{TOLD}was kicked by [^\s]++{REASON}",
    ),
    renamed=(rf"{TOLD}is now known as {NICK}",),
    noise=(r"\*\*\* ", r"-\S+- "),
    rank=10,
    day_from="every line",
    told_by="two blanks behind the stamp, `*** nick <nick!user@host> has joined`",
)
