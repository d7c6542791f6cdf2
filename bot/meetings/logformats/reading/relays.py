"""Bridges: a nick that only passes on what people say elsewhere, as in `<bridge> <alice> text`; alice is the speaker."""

import re
from collections import Counter

from bot.meetings.logformats.reading.decoding import Source, blocks
from bot.meetings.logformats.reading.shapes import Shapes

PASSED_ON = re.compile(r"<[@+%~&! ]*+([^<>]{1,64})> ?(.*)")
WAVED = re.compile(r"\* ([^\s<>]{1,64}) (.*)")
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060"))  # put into nicks so that nobody is pinged
MANY = 3  # lines of `<inner> text`
MOSTLY = 0.75  # of what the nick says: somebody who quotes others also says something


def bridges(stream: Source, name: str, shapes: Shapes) -> frozenset[str]:
    """The nicks that begin at least three lines with another name in angle brackets and hardly speak for themselves.

    It looks at the whole log first, so that a bridge's first line is read like its last one.
    """
    spoke: Counter[str] = Counter()
    named: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for block in blocks(stream, name):
        for raw in block.split("\n"):
            if found := shapes.said.match(raw):
                _, nick, text = found.groups()
                spoke[nick] += 1
                told = relayed(text)
                named[nick] += told is not None and text[0] == "<"
                passed[nick] += told is not None
    return frozenset(nick for nick, n in named.items() if n >= MANY and passed[nick] >= MOSTLY * spoke[nick])


def relayed(text: str) -> tuple[str, str, bool] | None:
    """Who said it, what, and whether it is a /me; None when the bridge speaks for itself."""
    if found := PASSED_ON.match(text):
        nick = found[1].translate(UNSEEN).strip()
        return (nick, found[2], False) if nick else None
    if found := WAVED.match(text):
        return found[1].translate(UNSEEN), found[2], True
    return None
