"""A Matrix room as text: `2016-06-01 17:01:55 <@nick:server> text`."""

from bot.meetings.logformats.reading.nicks import Localparts
from bot.meetings.logformats.reading.shapes import TextFormat
from bot.meetings.logformats.reading.stamps import ISO

WHO = r"(@[^\s<>:]++:[^\s<>]++)"

FORMAT = TextFormat(
    name="matrix-text",
    title="Matrix, as text",
    sample="2016-06-01 17:01:55 <@nick:server> text",
    stamp=rf"({ISO}) ",
    said=rf"<{WHO}> ?(.*)",
    me=rf"\* {WHO} ?(.*)",
    nicks=Localparts,
    rank=1,
    day_from="every line",
    told_by="whole Matrix names in the brackets",
    notes="`@nick:server` becomes nick, the second person with the same nick keeps the whole name",
)
