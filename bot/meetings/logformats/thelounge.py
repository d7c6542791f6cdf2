"""The Lounge's text logs: `[2016-06-01T17:01:55.000Z] <@nick> text`."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, NICK, STARRED, TextFormat, Zone

TOLD = rf"\*\*\* {NICK} "

FORMAT = TextFormat(
    name="thelounge",
    title="The Lounge",
    sample="[2016-06-01T17:01:55.000Z] <@nick> text",
    stamp=r"\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)\] ",
    said=ANGLED,
    me=STARRED,
    joined=(rf"{TOLD}{HOST} joined",),
    left=(rf"{TOLD}{HOST} (?:left|quit)(?: \((.*))?", rf"{TOLD}was kicked by [^\s]++(?: \((.*))?"),
    renamed=(rf"{TOLD}changed nick to {NICK}",),
    noise=(r"\*\*\* ", r"-\S+- "),
    zone=Zone.STATED,
    rank=8,
    day_from="every line",
    told_by="a stamp in UTC with a Z in the bracket",
)
