"""Quassel, copied from its window: `[17:01:55] <nick> text`, arrows of dashes for coming and going, any date's form."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, NICK, REASON, TextFormat

GONE = rf"<-- {NICK} (?:{HOST} )?"

FORMAT = TextFormat(
    name="quassel",
    title="Quassel",
    sample="[17:01:55] <nick> text",
    stamp=r"\[([^\[\]<>]{0,30}\d:\d\d[^\[\]<>]{0,20})\] ",
    said=rf"(?!<->){ANGLED}",
    me=rf"-\*- {NICK} ?(.*)",
    joined=(rf"--> {NICK} (?:{HOST} )?has joined ",),
    left=(
        rf"{GONE}has left [^\s]++{REASON}",
        rf"{GONE}has quit{REASON}",
        rf"<-\* [^\s]++ has kicked {NICK}(.*)",
    ),
    renamed=(rf"<-> {NICK} is now known as {NICK}",),
    noise=(r"(?:-->|<--|<->|<-\*|\*\*\*|\*|=>|<=) ",),
    days=(r"(?:\[[^\[\]]{0,60}\] )?- \{Day changed to (.+)\}",),
    rank=25,
    day_from="`{Day changed to ...}`, or the bracket",
    told_by="`-->`, `<--`, `<->`, `-*-`; a 12-hour clock in the bracket",
)
