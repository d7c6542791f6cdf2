"""HexChat and XChat: `Jun 01 17:01:55 <nick>`, a tab and the text; the year stands in the headings only."""

from bot.meetings.logformats.reading.shapes import HOST, MODES, NICK, REASON, TextFormat
from bot.meetings.logformats.reading.stamps import ISO, MONTH_DAY

TOLD = rf"\*[\t ] *{NICK} "

FORMAT = TextFormat(
    name="hexchat",
    title="HexChat",
    sample="Jun 01 17:01:55 <nick>\ttext",
    stamp=rf"({MONTH_DAY}|{ISO}) ",
    said=rf"<{MODES}{NICK}>[\t ](.*)",
    me=rf"\*[\t ] *{MODES}{NICK} ?(.*)",
    joined=(rf"{TOLD}{HOST} has joined",),
    left=(
        rf"{TOLD}{HOST} has left{REASON}",
        rf"{TOLD}has quit{REASON}",
        rf"\*[\t ] *[^\s]++ has kicked {NICK} from [^\s]++{REASON}",
    ),
    renamed=(rf"{TOLD}is now known as {NICK}",),
    noise=(
        r"\*[\t ] *(?:Now talking |Topic for |You are |You have |Disconnected|[^\s]++ (?:gives|sets|removes) )",
        r"-[^\s!]\S*- ?",
    ),
    days=(r"\*{4} (?:BEGIN|ENDING) LOGGING AT (.+)",),
    rank=15,
    day_from="day and month from every line, the year from `**** BEGIN LOGGING AT ...`",
    told_by="month and day before the time",
)
