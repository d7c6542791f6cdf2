"""Some scribes' bots: `[2016-06-01T17:01:55.000Z]`, nick and text with tabs between them."""

from bot.meetings.logformats.reading.shapes import HOST, MODES, NICK, REASON, TextFormat
from bot.meetings.logformats.reading.stamps import ISO

TOLD = rf"(?:\*+|-!-|[<>-]{{2,3}})[\t ]{NICK} (?:{HOST} )?"

FORMAT = TextFormat(
    name="iso-tab",
    title="bracket and tabs",
    sample="[2016-06-01T17:01:55.000Z]\t<nick>\ttext",
    stamp=rf"\[({ISO})\]\t",
    said=rf"<{MODES}{NICK}>\t(.*)",
    me=rf"\*[\t ]{MODES}{NICK}[\t ]?(.*)",
    joined=(rf"{TOLD}has joined\b",),
    left=(rf"{TOLD}has left(?: #[^\s]++)?{REASON}", rf"{TOLD}has quit{REASON}"),
    renamed=(rf"{TOLD}is now known as {NICK}",),
    rank=14,
    day_from="every line",
    told_by="a tab behind the bracket",
)
