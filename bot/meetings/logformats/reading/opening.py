"""Opens a log whose format is to be found out: what it is, whose clock it has, and its lines, not yet read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from bot.meetings.logformats.reading import dating, decoding, recognising, relays
from bot.meetings.logformats.reading.clock import Clock
from bot.meetings.logformats.reading.decoding import Source
from bot.meetings.logformats.reading.entries import entries
from bot.meetings.logformats.reading.shapes import Document, JsonFormat, TextFormat, compiled
from bot.meetings.logformats.reading.text import Reading
from bot.model.errors import BadInput
from bot.model.meeting import Line

HEAD = 1 << 16  # characters in which the format is looked for
PEEKED = 20  # entries of a JSON document, likewise
BEHIND = {"[": ("{", "]", ""), "{": ('"', "}", "")}  # what follows the bracket that begins a JSON document
GIVE = "give a log with lines such as `17:01:55 <nick> text`"
SAID_SO = "--log-format says so"


@dataclass(slots=True)
class Log:
    """A log that was opened. `lines` can be read once; reading them raises BadInput where the log is broken.

    `decided_by` says in a sentence why it is taken for this format, `dated_by` who knew the day. `warnings`, `channel` and
    `names` (a fuller name by nick) grow while the lines are read.
    """

    format: str
    decided_by: str
    dated_by: str = ""
    lines: Iterator[Line] = field(default_factory=lambda: iter(()))
    warnings: list[str] = field(default_factory=list)
    channel: str = ""
    names: dict[str, str] = field(default_factory=dict)


def head_of(stream: Source, name: str) -> str:
    """The first lines, each of them whole. Raises BadInput for an empty file and for one that is no text."""
    head = next((text for text in decoding.pieces(stream) if text.strip("\x00 \t\r\n\ufeff")), "")[:HEAD]
    if not head:
        raise BadInput(f"{name} is empty", do=GIVE)
    if head.count("\x00") * 5 > len(head) or head.count("\ufffd") * 3 > len(head):
        raise BadInput(f"{name} is no text", do=GIVE)
    head = decoding.clean(head.replace("\r\n", "\n").replace("\r", "\n")).replace("\x01", "")
    return head.rpartition("\n")[0] or head if len(head) > HEAD // 2 else head


def document(stream: Source, name: str, log: Log, channel: str) -> Document:
    """What a JSON format reads from; what it learns on the way goes into the log."""

    def learn_channel(found: str) -> None:
        log.channel = decoding.storable(found)

    def learn_name(nick: str, shown: str) -> None:
        log.names[nick] = decoding.storable(shown)

    return Document(stream, name, log.warnings.append, learn_channel, learn_name, channel)


def json_log(stream: Source, name: str, form: JsonFormat, channel: str, decided_by: str = SAID_SO) -> Log:
    log = Log(form.name, decided_by, "every message has its moment")
    log.lines = form.read(document(stream, name, log, channel))
    return log


def json_format(
    stream: Source, name: str, head: str, known: Sequence[JsonFormat]
) -> tuple[JsonFormat, str] | None:
    """The JSON format whose entries these are, and what decided it; None when it is no JSON at all.

    Raises BadInput for JSON of another kind, or broken JSON.
    """
    begin = head.lstrip()
    if begin[:1] not in BEHIND or begin[1:].lstrip()[:1] not in BEHIND[begin[0]]:
        return None  # `[17:01:55] <nick> text` begins with a bracket too
    seen: dict[str, int] = {}
    for key, entry in entries(stream, name):
        seen[key] = seen.get(key, 0) + 1
        for form in known:
            if form.fits(key, entry):
                return form, f"entry {sum(seen.values())} has the shape of {form.title}"
        if seen[key] > PEEKED and key in ("", "messages"):
            break
    raise BadInput(
        f"{name} is JSON, but no log that Tallyman can read",
        do=f"exports of these are read: {', '.join(form.title for form in known)}",
    )


def text_log(
    stream: Source, name: str, head: str, known: Sequence[TextFormat], on: date | None, zone: tzinfo
) -> Log:
    """A log of one of these formats; of a single one, it was asked for. Raises BadInput for a file of none of them."""
    first = head.split("\n")[: recognising.LOOKED_AT]
    found = recognising.recognise(first, known)
    asked_for = len(known) == 1
    if found is None and not asked_for:
        raise BadInput(
            f"{name} is not a log Tallyman can read", do="its lines should look like `17:01:55 <nick> text`"
        )
    shapes = found.shapes if found else compiled(known[0])
    log = Log(shapes.format.name, found.decided_by if found and not asked_for else SAID_SO)
    looked = dating.survey(stream, name, shapes)
    warn = log.warnings.append
    reading = Reading(stream, name, shapes, warn, Clock(name, zone, None, warn), looked.marks)
    reading.clock, log.dated_by = dating.clock_for(
        reading, found.first_stamp if found else None, recognising.first_heading(first, shapes), on, zone
    )
    if looked.relayed >= relays.MANY:
        reading.bridges = relays.bridges(stream, name, shapes)
    log.lines = reading.lines()
    return log
