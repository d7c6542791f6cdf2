"""hcoop-meetbot's JSON: the messages of one meeting, beside the events that it made of them."""

from collections.abc import Iterator
from typing import Any

from bot.meetings.logformats.reading.entries import entries
from bot.meetings.logformats.reading.saying import Teller, dict_of, text_of
from bot.meetings.logformats.reading.shapes import Document, JsonFormat
from bot.model.meeting import Line


def fits(key: str, entry: Any) -> bool:
    return (
        key == "messages" and isinstance(entry, dict) and {"sender", "payload", "timestamp"} <= entry.keys()
    )


def read(document: Document) -> Iterator[Line]:
    teller = Teller(document.name)
    for key, entry in entries(document.stream, document.name):
        if key == "channel":
            document.learn_channel(text_of(entry))
        if key != "messages":
            continue
        message = dict_of(entry)
        at = teller.from_words(message.get("timestamp"))
        text, emote = text_of(message.get("payload")), message.get("action") is True
        yield from teller.says(at, text_of(message.get("sender")), text, emote)


FORMAT = JsonFormat(
    name="hcoop",
    title="hcoop-meetbot's JSON",
    sample='{"messages": [{"sender": "nick", "payload": "text", "action": false, "timestamp": ...}], "events": ...}',
    fits=fits,
    read=read,
    reads="talk, /me",
    day_from="every message",
    told_by="messages with sender, payload and timestamp",
    notes="its events are not read: they follow from the messages",
)
