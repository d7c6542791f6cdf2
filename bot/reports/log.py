"""The whole log of a meeting as a page or as text, one line after the other: it is never in memory at once."""

from collections.abc import Iterable, Iterator
from html import escape

from markupsafe import Markup

from bot.model.meeting import Event, Item, Line, Meeting, Present
from bot.reports.linking import pieces
from bot.reports.markup import TOMBSTONE, anchor
from bot.reports.minutes import title, when
from bot.reports.plain import keep_lines, long_day, short, typed
from bot.reports.templates import environment

HERE = Markup("<!--lines-->")  # where the lines go; whatever people wrote is escaped and cannot hold it
REMEMBERED = 4_096  # nicks whose HTML is kept
NOTHING = ("", "")
TOLD = {
    Event.JOINED: "(hidden) joined", Event.LEFT: "(hidden) left", Event.RENAMED: "changed nick to {}",
    Event.OTHER: "did something else",
}  # fmt: skip
# Formatting a moment costs half a microsecond, looking it up a tenth of that.
MINUTES = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60))
SECONDS = tuple(f":{second:02}" for second in range(60))
HAPPENED = {Event.JOINED: "joined", Event.LEFT: "left", Event.RENAMED: "is now known as", Event.OTHER: ""}


def log_page(
    lines: Iterable[Line],
    meeting: Meeting,
    *,
    minutes: str = "minutes.html",
    home: str = "",
    stylesheet: str = "",
) -> Iterator[str]:
    """The page in parts: head, then one element for each line (`<li id="L48">`), then foot.

    What became an item is marked with its kind, which leads to `minutes`#id. Made by hand and not by a template: a log has
    hundreds of thousands of lines, and each costs below two microseconds.
    """
    page = environment().get_template("log.html.j2")
    whole = page.render(
        meeting=meeting,
        title=title(meeting),
        when=when(meeting),
        minutes=minutes,
        home=home,
        stylesheet=stylesheet,
        lines=HERE,
    )
    head, _, foot = whole.partition(HERE)
    yield head
    yield from _elements(lines, meeting, minutes)
    yield foot


def _elements(lines: Iterable[Line], meeting: Meeting, minutes: str) -> Iterator[str]:
    marked = _marked(meeting, minutes)
    scribes, voices = frozenset(meeting.scribes), _voices(meeting)
    nicks: dict[str, str] = {}
    today = 0
    for number, at, nick, text, emote, event in lines:
        if at.toordinal() != today:
            today = at.toordinal()
            yield f'<li class="day"><time datetime="{at.date()}">{long_day(at.date())}</time></li>\n'
        name = nicks.get(nick)
        if name is None:
            if len(nicks) >= REMEMBERED:
                nicks.clear()
            name = nicks[nick] = escape(short(nick, 200))
        kind, mark = marked.get(number, NOTHING)
        if event:
            kind, words = f"{kind} event", _happened(event, text)
        elif nick in scribes and ":" in text:
            words = _scribed(text, voices)
        else:
            words = _words(text)
        if emote or text.startswith(TOMBSTONE):
            kind += " emote" if emote else " tombstone"
        if kind:
            kind = f' class="{kind.strip()}"'
        yield (
            f'<li id="L{number}"{kind}><a href="#L{number}">{MINUTES[at.hour * 60 + at.minute]}{SECONDS[at.second]}'
            f'</a> <b dir="auto">{name}</b> <span dir="auto">{words}</span>{mark}</li>\n'
        )


def _words(text: str) -> str:
    """Any text as HTML, its line breaks and links kept."""
    if not text.isprintable():
        text = keep_lines(text)
    if "://" not in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(
        f'<a href="{escape(piece.url)}" rel="nofollow">{escape(piece.url, False)}</a>'
        if piece.url
        else escape(piece.text, False)
        for piece in pieces(text)
    )


def _scribed(text: str, voices: frozenset[str]) -> str:
    """A scribe's `name: words` with the name marked, when somebody of that name took part."""
    name, _colon, words = text.partition(":")
    if name.strip().casefold() not in voices:
        return _words(text)
    return f"<b>{escape(short(name), False)}</b>:{_words(words)}"


def _voices(meeting: Meeting) -> frozenset[str]:
    """The names under which a scribe wrote down what others said."""
    spoke = [person for person in meeting.people if person.present is not Present.TYPED]
    names = [name for person in spoke for name in (person.nick, *person.also)]
    return frozenset(name.casefold() for name in [*names, *(name for name, _ in meeting.aliases)])


def _happened(event: Event, text: str) -> str:
    """What the log tells besides talk; whoever's host or address stands in it is not shown (DESIGN, law 7)."""
    said = " ".join("(address)" if "@" in word else word for word in short(text).split())
    if event is Event.JOINED:
        said = ""
    return escape(f"{HAPPENED[event]} {said}".strip(), False)


def _marked(meeting: Meeting, minutes: str) -> dict[int, tuple[str, str]]:
    """For each line with items: its class, and what is shown behind it."""
    found: dict[int, list[Item]] = {}
    for item in meeting.items:
        found.setdefault(item.line, []).append(item)
    return {line: ("item", "".join(_mark(item, minutes) for item in items)) for line, items in found.items()}


def _mark(item: Item, minutes: str) -> str:
    word = item.kind.value if item.stands else f"{item.kind.value}, {item.status.value}"
    shown = f'<a href="{escape(minutes)}#{escape(anchor(item.id))}">{word}</a>' if minutes else word
    voice = f' <q dir="auto">{escape(short(item.speaker, 100))}</q>' if item.speaker != item.by else ""
    return f' <i><span class="word {item.kind.value}">{shown}</span>{voice}</i>'


def log_text(lines: Iterable[Line]) -> Iterator[str]:
    """The log as The Lounge writes one: each line with its day and time in UTC, so that it can be read again anywhere.

    Where people came from is not in it, nor what the client itself had to say.
    """
    today, day = 0, ""
    for _, at, nick, text, emote, event in lines:
        if at.toordinal() != today:
            today, day = at.toordinal(), str(at.date())
        nick, text = typed(nick), typed(text)
        if event:
            said = f"*** {nick} {TOLD[event].format(text)}"
        else:
            said = f"* {nick} {text}" if emote else f"<{nick}> {text}"
        yield f"[{day}T{MINUTES[at.hour * 60 + at.minute]}{SECONDS[at.second]}.000Z] {said}\n"
