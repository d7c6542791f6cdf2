"""A Matrix room as Element exports it: edits and redactions followed, replies without what they quote."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from urllib.parse import unquote

from bot.meetings.logformats.reading.entries import entries
from bot.meetings.logformats.reading.nicks import Localparts
from bot.meetings.logformats.reading.saying import Teller, dict_of, text_of
from bot.meetings.logformats.reading.shapes import Document, JsonFormat
from bot.meetings.logformats.reading.versions import Versions, mentions
from bot.model.meeting import Event, Line

MILLISECOND = timedelta(milliseconds=1)
TALK = frozenset({"m.text", "m.notice", "m.emote"})
LATER = ("m.replace", "redact")  # an export without these words has nothing that changes what came before
PILL = re.compile(r'<a href="https://matrix\.to/#/((?:@|%40)[^"?]{1,255}+)[^"]{0,255}+">([^<]{1,255}+)</a>')
PILLS = 50  # people whom one message names; the rest keep their display names
QUOTE = ("> <", "> * <")


def fits(key: str, entry: Any) -> bool:
    return key == "messages" and isinstance(entry, dict) and "type" in entry and "origin_server_ts" in entry


def read(document: Document) -> Iterator[Line]:
    """The lines of a room; an edited message stands where it was first said, in its last version."""
    versions = _versions(document) if mentions(document.stream, LATER) else Versions()
    room = _Room(document, versions)
    for key, entry in entries(document.stream, document.name):
        if key == "room_name":
            document.learn_channel(text_of(entry))
        elif key == "messages":
            yield from room.lines(dict_of(entry))
    if room.unreadable:
        document.warn(f"{room.unreadable} messages could not be decrypted when the room was exported")


def _versions(document: Document) -> Versions:
    found = Versions()
    for key, entry in entries(document.stream, document.name):
        if key != "messages":
            continue
        event = dict_of(entry)
        content = dict_of(event.get("content"))
        relation = dict_of(content.get("m.relates_to"))
        if relation.get("rel_type") == "m.replace":
            new = dict_of(content.get("m.new_content"))
            found.edited(_id(relation), text_of(event.get("event_id")), text_of(event.get("sender")), new)
        elif event.get("type") == "m.room.redaction":
            found.removed(text_of(event.get("redacts")) or text_of(content.get("redacts")))
    return found


def _id(relation: dict[str, Any]) -> str:
    return text_of(relation.get("event_id"))


class _Room:
    def __init__(self, document: Document, versions: Versions) -> None:
        self.document, self.versions = document, versions
        self.teller, self.nick = Teller(document.name), Localparts()
        self.present: set[str] = set()
        self.unreadable = 0

    def lines(self, event: dict[str, Any]) -> list[Line]:
        kind, content = event.get("type"), dict_of(event.get("content"))
        if kind == "m.room.message" and dict_of(content.get("m.relates_to")).get("rel_type") != "m.replace":
            return self._said(event, content)
        if kind == "m.room.member" and (line := self._came_or_went(event, content)):
            return [line]
        self.unreadable += kind == "m.room.encrypted"
        self.teller.passes()
        return []

    def _said(self, event: dict[str, Any], content: dict[str, Any]) -> list[Line]:
        sender, event_id = text_of(event.get("sender")), text_of(event.get("event_id"))
        is_reply = "m.in_reply_to" in dict_of(content.get("m.relates_to"))
        relations = dict_of(dict_of(event.get("unsigned")).get("m.relations"))
        bundled = dict_of(dict_of(relations.get("m.replace")).get("content")).get("m.new_content")
        content = self.versions.last(event_id, sender) or dict_of(bundled) or content
        if event_id in self.versions.gone or not text_of(content.get("body")):
            self.teller.passes()
            return []
        at = self.teller.from_epoch(event.get("origin_server_ts"), MILLISECOND)
        nick = self.nick(sender)
        body = self._named(text_of(content.get("body")), text_of(content.get("formatted_body")))
        if content.get("msgtype") not in TALK:  # a picture, a file: its name is nothing that somebody said
            return [self.teller.tells(at, nick, Event.OTHER, body)]
        if is_reply:
            body = _without_quote(body)
        return self.teller.says(at, nick, body, content.get("msgtype") == "m.emote")

    def _named(self, body: str, formatted: str) -> str:
        """The nick instead of the display name, wherever somebody was named by a click."""
        if "matrix.to" in formatted:
            for pill in islice(PILL.finditer(formatted), PILLS):
                body = body.replace(pill[2], self.nick(unquote(pill[1])), 1)
        return body

    def _came_or_went(self, event: dict[str, Any], content: dict[str, Any]) -> Line | None:
        full, membership = (
            text_of(event.get("state_key")) or text_of(event.get("sender")),
            content.get("membership"),
        )
        if shown := text_of(content.get("displayname")):
            self.document.learn_name(self.nick(full), shown)
        before = dict_of(dict_of(event.get("unsigned")).get("prev_content") or event.get("prev_content")).get(
            "membership"
        )
        was_there = full in self.present or before == "join"
        if membership == "join":
            self.present.add(full)
        else:
            self.present.discard(full)
        if membership == "join" and not was_there:
            event_is = Event.JOINED
        elif membership in ("leave", "ban") and before != "invite":
            event_is = Event.LEFT
        else:
            return None
        at = self.teller.from_epoch(event.get("origin_server_ts"), MILLISECOND)
        return self.teller.tells(at, self.nick(full), event_is, text_of(content.get("reason")))


def _without_quote(body: str) -> str:
    """A reply repeats what it answers in lines that begin with `> `, and a blank line ends them."""
    if not body.startswith(QUOTE):
        return body
    lines = body.split("\n")
    kept = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[kept:]).lstrip("\n")


FORMAT = JsonFormat(
    name="matrix",
    title="Matrix (Element's JSON)",
    sample='{"room_name": ..., "messages": [{"type": "m.room.message", "sender": "@nick:server", "content": {"body": "text"}}]}',
    fits=fits,
    read=read,
    reads="talk, /me, joins, leaves, edits, redactions, display names",
    day_from="every message",
    told_by="messages with a type and origin_server_ts",
    notes="`@nick:server` becomes nick (the second person with the same nick keeps the whole name); an edit stands in the "
    "place of what it replaces, for which the memory grows with the edits, not with the log; what was redacted is gone; "
    "the quotation of a reply is cut off",
)
