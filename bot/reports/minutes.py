"""Minutes as text, Markdown and HTML; as JSON in minutes_json.py."""

from dataclasses import dataclass

from bot.model.meeting import Meeting, Participant, Present
from bot.reports.markup import named
from bot.reports.minutes_json import stamp, to_json
from bot.reports.outline import for_everybody, outline
from bot.reports.plain import long_day, short
from bot.reports.templates import environment

__all__ = ["FORMS", "for_everybody", "render", "stamp", "to_json"]

FORMS = ("text", "markdown", "html", "json")
TITLE = 200  # characters of a title: more is no title
PRESENT = {
    Present.TYPED: "typed",
    Present.BOTH: "typed, and through a scribe",
    Present.SCRIBED: "through a scribe",
}

IN_NOTES = {Present.SCRIBED: "took part"}


def render(
    meeting: Meeting, form: str, *, log: str = "log.html", home: str = "", stylesheet: str = ""
) -> str:
    """The minutes in one of text, markdown and html.

    `log` is the page of log.py that every line links to (`log.html#L48`); "" when there is none. HTML brings its own style
    unless `stylesheet` says where it is, and its head leads to `home` if there is such a page. Guesses about who is who
    are in it, for chairs; `for_everybody` takes them out.
    """
    parts = outline(meeting)
    template = environment().get_template(f"minutes.{form}.j2")
    return template.render(
        meeting=meeting,
        outline=parts,
        several=len({part.repo for part in parts.sections if part.repo}) > 1,
        title=title(meeting),
        when=when(meeting),
        people=attendance(meeting),
        by_id={item.id: item for item in meeting.items},
        gutter=max((len(named(item)) for item in meeting.items), default=1),
        log=log,
        home=home,
        stylesheet=stylesheet,
    )


def title(meeting: Meeting) -> str:
    return short(meeting.title or meeting.name or "Meeting", TITLE).strip() or "Meeting"


def when(meeting: Meeting) -> str:
    """`Wednesday 1 June 2016, 17:01 to 18:12 UTC`; the day alone where the notes name no hour."""
    began, ended = meeting.started_at, meeting.ended_at
    first = long_day(began.date())
    if meeting.day_only:
        return first
    if ended is None:
        return f"{first}, from {began:%H:%M} UTC; no end was recorded"
    if ended.date() == began.date():
        return f"{first}, {began:%H:%M} to {ended:%H:%M} UTC"
    return f"{first}, {began:%H:%M} UTC to {long_day(ended.date())}, {ended:%H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who took part; `words` are what else is known: other names, when they left, whom they may be."""

    nick: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return short(f"{self.nick} ({'; '.join(self.words)})" if self.words else self.nick, 400)


def attendance(meeting: Meeting) -> tuple[tuple[str, tuple[Guest, ...]], ...]:
    """Who took part, by how, in the order in which they were first heard: nobody is counted or ranked."""
    known = {person.nick for person in meeting.people}
    also: dict[str, list[str]] = {}
    for name, nick in meeting.aliases:
        also.setdefault(nick, []).append(name)
    names = PRESENT if any(p.present is not Present.SCRIBED for p in meeting.people) else IN_NOTES
    groups = [
        (words, tuple(_guest(p, also.get(p.nick, [])) for p in meeting.people if p.present is present))
        for present, words in names.items()
    ]
    elsewhere = tuple(Guest(nick, (_known_as(names),)) for nick, names in also.items() if nick not in known)
    return tuple((words, guests) for words, guests in [*groups, ("named", elsewhere)] if guests)


def _guest(person: Participant, names: list[str]) -> Guest:
    words = [person.affiliation] if person.affiliation else []
    if others := list(dict.fromkeys([*person.also, *names])):
        words.append(_known_as(others))
    if person.left_at:
        words.append(f"left {person.left_at:%H:%M}")
    if person.near:
        words.append(f"perhaps {' or '.join(person.near)}, unconfirmed")
    return Guest(person.nick, tuple(words))


def _known_as(names: list[str]) -> str:
    return f"also {', '.join(names)}"
