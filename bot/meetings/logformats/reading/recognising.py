"""Which format a log has, told from its first lines, and a sentence that says what decided it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.meetings.logformats.reading import stamps
from bot.meetings.logformats.reading.shapes import Shapes, TextFormat, compiled
from bot.model.meeting import Event

LOOKED_AT = 400  # lines
LONG = 2000  # characters of each
SHOWN = 60


@dataclass(slots=True)
class Fit:
    """How a format fits: the lines it explains, the first one that somebody said, and those only an event explains."""

    shapes: Shapes
    talk: int = 0
    explained: int = 0
    first_stamp: str | None = None
    example: str = ""
    telling: list[int] = field(default_factory=list)  # indices of comings, goings and headings


@dataclass(frozen=True, slots=True)
class Recognised:
    shapes: Shapes
    first_stamp: str | None
    decided_by: str


def recognise(head: Sequence[str], forms: Sequence[TextFormat]) -> Recognised | None:
    """The format that explains most of the lines; of several, the one with more telling lines, then the usual one.

    None when no format explains more than half of them.
    """
    lines = [
        (number, line[:LONG]) for number, line in enumerate(head, start=1) if line and not line.isspace()
    ]
    fits = [fit for form in forms if (fit := _fit(lines, compiled(form))).talk]
    if not fits:
        return None
    fits.sort(
        key=lambda fit: (-fit.explained, -len(fit.telling), fit.shapes.format.rank, fit.shapes.format.name)
    )
    best = fits[0]
    if best.explained * 2 <= len(lines):
        return None
    return Recognised(best.shapes, best.first_stamp, _because(best, fits[1:], lines))


def first_heading(head: Sequence[str], shapes: Shapes) -> tuple[int, date] | None:
    """The first line that names a day, and the day on which the lines before it were said."""
    for number, line in enumerate(head, start=1):
        found = next((found for shape in shapes.days if (found := shape.match(line[:LONG]))), None)
        try:
            day = stamps.day_in_words(found[1]) if found else None
        except stamps.Impossible:
            return None  # reading the lines will say so
        if day is not None:
            return number, day - timedelta(days="changed" in line.lower())
    return None


def _fit(lines: Sequence[tuple[int, str]], shapes: Shapes) -> Fit:
    fit = Fit(shapes)
    for index, (_, line) in enumerate(lines):
        if found := shapes.said.match(line):
            fit.talk += 1
            fit.explained += 1
            if fit.talk == 1:
                fit.first_stamp, fit.example = found[1], line
            aside = shapes.format.aside
            if aside is not None and aside(found[2], found[3]):
                fit.telling.append(index)
        elif (event := _event(line, shapes)) is not None:
            fit.explained += 1
            if event not in (Event.SAID, Event.OTHER):
                fit.telling.append(index)
        elif any(shape.match(line) for shape in shapes.days):
            fit.explained += 1
            fit.telling.append(index)
        elif fit.talk and shapes.wrapped and shapes.wrapped.match(line):
            fit.explained += 1
    return fit


def _event(line: str, shapes: Shapes) -> Event | None:
    return next((event for event, _, shape in shapes.rest if shape.match(line)), None)


def _because(best: Fit, others: Sequence[Fit], lines: Sequence[tuple[int, str]]) -> str:
    """What decided it, in a sentence that a person can check against the log."""
    title = best.shapes.format.title
    rivals = [fit for fit in others if fit.explained == best.explained]
    alike = [fit for fit in rivals if len(fit.telling) == len(best.telling)]
    if not rivals:
        return f"{best.explained} of the first {len(lines)} lines have the shape of {title}, such as `{_short(best.example)}`"
    if len(alike) == len(rivals):
        return f"the lines have the shape of {_titles([best, *rivals])}; nothing tells these apart, and {title} comes first"
    only = set(best.telling).difference(*(fit.telling for fit in rivals if fit not in alike))
    number, line = lines[min(only or best.telling)]
    decides = f"the lines have the shape of {_titles([best, *rivals])}; line {number}, `{_short(line)}`, is of {_titles([best, *alike])}"
    return f"{decides}, of which {title} comes first" if alike else decides


def _titles(fits: Sequence[Fit]) -> str:
    *before, last = [fit.shapes.format.title for fit in fits]
    return f"{', '.join(before)} and {last}" if before else last


def _short(line: str) -> str:
    plain = re.sub(r"\s+", " ", line)
    return plain if len(plain) <= SHOWN else plain[:SHOWN] + "..."
