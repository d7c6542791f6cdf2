"""The text logs of W3C's RRSAgent: `17:01:55 <nick> text`, where people also say that they come and go; in UTC."""

from bot.meetings.logformats.reading.shapes import ANGLED, STARRED, TextFormat, Zone
from bot.model.meeting import Event


def aside(nick: str, text: str) -> tuple[Event, str] | None:
    """`<ada> ada has joined #css` is no talk."""
    if not text.startswith(nick) or text[len(nick) : len(nick) + 1] != " ":
        return None
    rest = text[len(nick) + 1 : len(nick) + 80]
    if rest.startswith("has joined #"):
        return Event.JOINED, ""
    if rest.startswith(("has left #", "has quit")):
        return Event.LEFT, rest.partition(" (")[2].removesuffix(")")
    if rest.startswith("is now known as "):
        return Event.RENAMED, rest[len("is now known as ") :].strip()
    return None


FORMAT = TextFormat(
    name="rrsagent",
    title="RRSAgent",
    sample="17:01:55 <nick> text",
    stamp=r"(\d{1,2}:\d\d:\d\d) +",
    said=rf"(?!<RRSAgent> logging to ){ANGLED}",
    me=STARRED,
    zone=Zone.UTC,
    rank=3,
    days=(r"\d{1,2}:\d\d:\d\d +<RRSAgent> logging to \S*?(\d{4}/\d\d/\d\d)",),
    aside=aside,
    day_from="`<RRSAgent> logging to https://.../2016/06/01-channel-irc`, else the file's name",
    told_by="`<nick> nick has joined #channel`",
)
