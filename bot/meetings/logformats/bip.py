"""The proxy bip: `01-06-2016 17:01:55 < nick!user@host: text`, `>` for what its own user says."""

from bot.meetings.logformats.reading.shapes import REASON, TextFormat

# A host may hold colons: the one before a blank, or at the end, is the nick's. No possessive group: Python before 3.11.4
# reads those wrongly (python/cpython#101955).
WHO = r"([^\s!:<>]+)(?:!(?:(?!: )\S)*)?"

FORMAT = TextFormat(
    name="bip",
    title="bip",
    sample="01-06-2016 17:01:55 < nick: text",
    stamp=r"(\d\d-\d\d-\d{4} \d\d:\d\d:\d\d) ",
    said=rf"[<>] {WHO}:(?: |$)(.*)",
    me=rf"[<>] \* {WHO} ?(.*)",
    joined=(rf"-!- {WHO} has joined ",),
    left=(
        rf"-!- {WHO} has left [^\s]++{REASON}",
        rf"-!- {WHO} has quit{REASON}",
        rf"-!- {WHO} has been kicked(.*)",
    ),
    renamed=(rf"-!- {WHO} is now known as {WHO}",),
    noise=(r"-!- ", r"[<>] -"),
    rank=12,
    day_from="every line, day first",
    told_by="the day before the month, `<` or `>` before the nick",
)
