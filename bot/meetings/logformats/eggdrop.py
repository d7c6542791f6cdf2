"""The bot Eggdrop: `[17:01] <nick> text`, `Action: nick text`, `Nick change: a -> b`."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, MODES, NICK, TextFormat
from bot.meetings.logformats.reading.stamps import TIME

FORMAT = TextFormat(
    name="eggdrop",
    title="Eggdrop",
    sample="[17:01] <nick> text",
    stamp=rf"\[({TIME})\] ",
    said=ANGLED,
    me=rf"Action: {MODES}{NICK} ?(.*)",
    joined=(rf"{NICK} {HOST} joined #",),
    left=(
        rf"{NICK} {HOST} left (?:irc|#[^\s:(.]++)[.:]? ?\(?(.*)",
        rf"{NICK} {HOST} got (?:netsplit|lost in the net-split)(.*)",
        rf"{NICK} kicked from #[^\s]++ by [^\s]++ ?(.*)",
    ),
    renamed=(rf"Nick change: {NICK} -> {NICK}",),
    noise=(r"#\S+: mode change ", r"Topic changed on ", rf"[^\s<>]++ {HOST} (?:returned|requested) "),
    days=(r"\[\d\d:\d\d(?::\d\d)?\] --- (.+)",),
    rank=22,
    day_from="`[00:00] --- Wed Jun  1 2016`",
    told_by="`Action:`, `Nick change:`, `joined #channel.`",
)
