"""A WeeChat window copied as it stands: `17:01:55      nick | text`, nicks to the right, long lines wrapped."""

from bot.meetings.logformats.reading.shapes import HOST, MODES, NICK, REASON, TextFormat
from bot.meetings.logformats.reading.stamps import TIME

BAR = r" \|? ?"
GONE = rf"<--{BAR}{NICK} {HOST} "

FORMAT = TextFormat(
    name="weechat-pasted",
    title="WeeChat, pasted",
    sample="17:01:55      nick | text",
    stamp=rf"({TIME}) ++",
    said=rf"{MODES}(?!(?:-->|<--|--|=!=|\*) )([^\s<>]++) \| ?(.*)",
    me=rf"\*{BAR}{MODES}{NICK} ?(.*)",
    joined=(rf"-->{BAR}{NICK} {HOST} has joined ",),
    left=(
        rf"{GONE}has left [^\s]++{REASON}",
        rf"{GONE}has quit{REASON}",
        rf"<--{BAR}[^\s]++ has kicked {NICK}{REASON}",
    ),
    renamed=(rf"--{BAR}{NICK} is now known as {NICK}",),
    noise=(r"(?:-->|<--|--|=!=) ",),
    days=(r" *-- (\w{3}, .+) --",),
    wrapped=r" {6,}(?:\| )?(\S.*)",
    rank=6,
    day_from="`-- Thu, 02 Jun 2016 --` where a day ends, else --date",
    told_by="blank, bar, blank between nick and text",
)
