"""A Slack export: the zip, a channel's folder, or the file of one day."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from bot.meetings.logformats.reading.entries import entries
from bot.meetings.logformats.reading.saying import Teller, dict_of, text_of
from bot.meetings.logformats.reading.shapes import Document, JsonFormat
from bot.meetings.logformats.reading.versions import Versions, mentions
from bot.model.meeting import Event, Line

SECOND = timedelta(seconds=1)
COMING = frozenset({"channel_join", "group_join"})
GOING = frozenset({"channel_leave", "group_leave"})
TALK = frozenset({"", "me_message", "bot_message", "thread_broadcast", "file_share", "reply_broadcast"})
LATER = ("message_changed", "message_deleted")
LINK = re.compile(r"<([^<>]{1,4000})>")
LABELS = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}


def fits(key: str, entry: Any) -> bool:
    return key == "" and isinstance(entry, dict) and entry.get("type") == "message" and "ts" in entry


def read(document: Document) -> Iterator[Line]:
    return read_days([lambda: document], document, {})


def read_days(
    days: list[Callable[[], Document]], document: Document, people: dict[str, str]
) -> Iterator[Line]:
    """The lines of a channel, day after day. `people` are nicks by Slack's ids, as users.json has them."""
    versions = Versions()
    for day in days:
        if mentions((opened := day()).stream, LATER):
            _note_versions(opened, versions)
    channel = _Channel(document, versions, people)
    for day in days:
        opened = day()
        for key, entry in entries(opened.stream, opened.name):
            if key == "":
                yield from channel.lines(dict_of(entry))


def nicks(document: Document) -> dict[str, str]:
    """The people of users.json, nick by id; their fuller names are learned."""
    found: dict[str, str] = {}
    for _, entry in entries(document.stream, document.name):
        user = dict_of(entry)
        profile = dict_of(user.get("profile"))
        nick = text_of(user.get("name")) or text_of(profile.get("display_name"))
        if nick:
            found[text_of(user.get("id"))] = nick
            shown = text_of(profile.get("real_name")) or text_of(user.get("real_name"))
            if shown:
                document.learn_name(nick, shown)
    return found


def _note_versions(document: Document, versions: Versions) -> None:
    for _, entry in entries(document.stream, document.name):
        message = dict_of(entry)
        if message.get("subtype") == "message_changed":
            new = dict_of(message.get("message"))
            versions.edited(text_of(new.get("ts")), text_of(message.get("ts")), "", new)
        elif message.get("subtype") == "message_deleted":
            versions.removed(text_of(message.get("deleted_ts")))


class _Channel:
    def __init__(self, document: Document, versions: Versions, people: dict[str, str]) -> None:
        self.document, self.versions, self.people = document, versions, dict(people)
        self.teller = Teller(document.name)

    def lines(self, message: dict[str, Any]) -> list[Line]:
        ts, subtype = text_of(message.get("ts")), text_of(message.get("subtype"))
        if message.get("type") != "message" or message.get("hidden") is True or ts in self.versions.gone:
            self.teller.passes()
            return []
        nick = self._author(message)
        if subtype in COMING or subtype in GOING:
            at = self.teller.from_epoch(message.get("ts"), SECOND)
            return [self.teller.tells(at, nick, Event.JOINED if subtype in COMING else Event.LEFT)]
        text = self._plain(text_of((self.versions.last(ts, "") or message).get("text")))
        if subtype not in TALK or not text:
            self.teller.passes()
            return []
        at = self.teller.from_epoch(message.get("ts"), SECOND)
        return self.teller.says(at, nick, text, subtype == "me_message")

    def _author(self, message: dict[str, Any]) -> str:
        """The nick of users.json; without it what the message says of its author, else the bot's name, else the id."""
        user = text_of(message.get("user"))
        profile = dict_of(message.get("user_profile"))
        if user and user not in self.people and (nick := text_of(profile.get("name"))):
            self.people[user] = nick
            if shown := text_of(profile.get("real_name")):
                self.document.learn_name(nick, shown)
        bot = text_of(message.get("username")) or text_of(dict_of(message.get("bot_profile")).get("name"))
        return self.people.get(user) or bot or user or text_of(message.get("bot_id")) or "somebody"

    def _plain(self, text: str) -> str:
        return html.unescape(LINK.sub(self._link, text)) if "<" in text or "&" in text else text

    def _link(self, found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target.startswith("@"):
            return self.people.get(target[1:]) or label.lstrip("@") or target[1:]
        if target.startswith("#"):
            return f"#{label or target[1:]}"
        if target.startswith("!"):
            return label or LABELS.get(target[1:], target[1:])
        if not label or label == target:
            return target
        # What was typed without `https://` is its own label; else the address comes first, so that a link begins the line
        return label if target.endswith((label, f"{label}/")) else f"{target} ({label})"


FORMAT = JsonFormat(
    name="slack",
    title="Slack",
    sample='[{"type": "message", "user": "U1", "text": "text", "ts": "1464800515.000200"}]',
    fits=fits,
    read=read,
    reads="talk, /me, joins, leaves, edits, deletions, threads, names",
    day_from="every message",
    told_by="a zip with CHANNEL/YYYY-MM-DD.json in it, or a list of messages with ts",
    notes="`--log-format slack:CHANNEL` chooses one of several channels; people have the nick of users.json; `<@U1>`, "
    "`<https://x|label>` and `&amp;` read as they were typed; what was edited has its last words, replies in a thread "
    "stand at their own time",
)
