"""Konversation: `[Wednesday 1 June 2016] [17:01:55] <nick> text`."""

from bot.meetings.logformats.reading.shapes import HOST, MODES, NICK, REASON, TextFormat

FORMAT = TextFormat(
    name="konversation",
    title="Konversation",
    sample="[Wednesday 1 June 2016] [17:01:55] <nick> text",
    stamp=r"\[([^\[\]]{6,40}\] \[\d\d:\d\d:\d\d)\] ",
    said=rf"<{MODES}{NICK}>[\t ](.*)",
    me=rf"\*[\t ]{MODES}{NICK} ?(.*)",
    joined=(rf"Join[\t ]{NICK} (?:{HOST} )?has joined ",),
    left=(
        rf"(?:Part|Leave)[\t ]{NICK} (?:{HOST} )?has left (?:the channel )?[^\s]++{REASON}",
        rf"Quit[\t ]{NICK} (?:{HOST} )?has (?:left this server|quit){REASON}",
        rf"Kick[\t ]{NICK} has been kicked(.*)",
    ),
    renamed=(rf"Nick[\t ]{NICK} is now known as ([^\s<>.]++)",),
    noise=(
        r"(?:Mode|Topic|Nick|Join|Part|Quit|Kick|Created|Notice|Info|Error|Away|URL|CTCP|Invite|Names|Welcome)[\t ]",
    ),
    rank=11,
    day_from="every line",
    told_by="two brackets, the first with the day in words",
)
