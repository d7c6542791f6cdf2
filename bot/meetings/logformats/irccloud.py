"""IRCCloud's exports: `[2016-06-01 17:01:55] <nick> text`, arrows for coming and going."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, NICK, TextFormat

FORMAT = TextFormat(
    name="irccloud",
    title="IRCCloud",
    sample="[2016-06-01 17:01:55] <nick> text",
    stamp=r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] ",
    said=ANGLED,
    me=rf"— {NICK} ?(.*)",
    joined=(rf"→ {NICK} joined\b",),
    left=(rf"⇐ {NICK} quit (?:{HOST})?:? ?(.*)", rf"← {NICK} (?:left|was kicked)\b ?(?:{HOST})?:? ?(.*)"),
    renamed=(rf"\* {NICK} → {NICK}",),
    noise=(r"[→←⇐↔⇒*] ?",),
    rank=7,
    day_from="every line",
    told_by="a day in the bracket; the arrows",
)
