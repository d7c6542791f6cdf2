"""irssi's logs, with its own stamps or longer ones: `17:01 <@nick> text`, `-!-` before everything that nobody said."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, NICK, REASON, TextFormat
from bot.meetings.logformats.reading.stamps import ISO, TIME

TOLD = rf"-!- {NICK} "

FORMAT = TextFormat(
    name="irssi",
    title="irssi",
    sample="17:01 <@nick> text",
    stamp=rf"\[?({ISO}|{TIME})\]? ?",
    said=ANGLED,
    me=r" ?\* ([^\s<>]++) ?(.*)",
    joined=(rf"{TOLD}{HOST} has joined ",),
    left=(
        rf"{TOLD}{HOST} has left [^\s]++{REASON}",
        rf"{TOLD}{HOST} has quit{REASON}",
        rf"{TOLD}was kicked from [^\s]++(.*)",
    ),
    renamed=(rf"{TOLD}is now known as {NICK}",),
    noise=(r"-!- ", r"!\S+ ", r"-[^\s!]\S*- "),
    days=(r"--- (?:Log opened|Log closed|Day changed) (.+)",),
    rank=9,
    day_from="`--- Log opened ...`, `--- Day changed ...`, or in the stamp where that is set up so",
    told_by="`-!-`, `--- Log opened`, two blanks before the `*` of a /me",
)
