"""mIRC: `[17:01:55] <@nick> text`, `* nick (user@host) has joined`; without stamps, too, and with wrapped lines."""

from bot.meetings.logformats.reading.shapes import ANGLED, HOST, MODES, NICK, REASON, TextFormat
from bot.meetings.logformats.reading.stamps import TIME

TOLD = rf"\*{{1,3}} {MODES}{NICK} "

FORMAT = TextFormat(
    name="mirc",
    title="mIRC",
    sample="[17:01:55] <@nick> text",
    stamp=rf"(?:\d\d)?(?:\[({TIME})\] )?",  # two digits: a colour whose control character was lost in copying
    said=ANGLED,
    me=rf"\* {MODES}{NICK} ?(.*)",
    joined=(rf"{TOLD}{HOST} has joined",),
    left=(
        rf"{TOLD}{HOST} has left #[^\s]++{REASON}",
        rf"{TOLD}{HOST} Quit{REASON}",
        rf"{TOLD}was kicked by [^\s]++{REASON}",
    ),
    renamed=(rf"{TOLD}is now known as {NICK}",),
    noise=(
        r"\* (?:Now talking in |Topic is |Set by |Disconnected|Rejoined |Attempting |[^\s]++ sets mode: |[^\s]++ changes topic )",
        r"-\S+- ",
    ),
    days=(
        r"Session (?:Start|Time|Close)(?: \([^()]*\))?: (.+)",
        r"(Session Ident: |Start of |End of )",
    ),
    wrapped=r" +(\S.*)",
    rank=20,
    day_from="`Session Start: ...`, else the file's name",
    told_by="`Session Start:`, `* nick (user@host) has joined`, lines that go on behind a blank",
    notes="lines without any stamp have the moment of the line before, or the day's beginning",
)
