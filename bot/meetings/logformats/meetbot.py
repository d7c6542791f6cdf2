"""MeetBot's .log.txt and its kin: `17:01:55 <nick> text`, with the day in the bot's own line or in the file's name."""

from bot.meetings.logformats.reading.shapes import ANGLED, STARRED, TextFormat

FORMAT = TextFormat(
    name="meetbot",
    title="MeetBot",
    sample="17:01:55 <nick> text",
    stamp=r"(\d{1,2}:\d\d:\d\d) +",
    said=ANGLED,
    me=STARRED,
    rank=1,
    day_from="the bot's line `Meeting started ... UTC`, else the file's name",
    told_by="nothing but talk and /me: no joins, no headings",
)
