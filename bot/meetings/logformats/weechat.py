"""WeeChat's log files: `2016-06-01 17:01:55`, nick and text with tabs between them."""

from bot.meetings.logformats.reading.shapes import HOST, MODES, NICK, REASON, TextFormat
from bot.meetings.logformats.reading.stamps import ISO

GONE = rf"<--\t{NICK} {HOST} "

FORMAT = TextFormat(
    name="weechat",
    title="WeeChat",
    sample="2016-06-01 17:01:55\t@nick\ttext",
    stamp=rf"({ISO})\t ?+",
    said=rf"(?!(?:-->|<--|--|=!=|\*)\t)<?{MODES}([^\s<>]++)>?\t(.*)",
    me=rf"\*\t{MODES}{NICK} ?(.*)",
    joined=(rf"-->\t{NICK} {HOST} has joined ",),
    left=(
        rf"{GONE}has left [^\s]++{REASON}",
        rf"{GONE}has quit{REASON}",
        rf"<--\t[^\s]++ has kicked {NICK}{REASON}",
    ),
    renamed=(rf"--\t{NICK} is now known as {NICK}",),
    noise=(r"(?:-->|<--|--|=!=)\t", r"\t"),
    rank=5,
    day_from="every line",
    told_by="tabs behind the stamp and behind the nick",
)
