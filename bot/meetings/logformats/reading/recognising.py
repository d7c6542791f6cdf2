"""Which format a log has, told from its first lines, and a sentence that says what decided it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

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
        elif event := next((event for event, _, shape in shapes.rest if shape.match(line)), None):
            fit.explained += 1
            if event is not Event.SAID:
                fit.telling.append(index)
        elif any(shape.match(line) for shape in shapes.days):
            fit.explained += 1
            fit.telling.append(index)
        elif fit.talk and shapes.wrapped and shapes.wrapped.match(line):
            fit.explained += 1
    return fit


def _because(best: Fit, others: Sequence[Fit], lines: Sequence[tuple[int, str]]) -> str:
    title = best.shapes.format.title
    rivals = [fit for fit in others if fit.explained == best.explained]
    if not rivals:
        return f"{best.explained} of the first {len(lines)} lines have the shape of {title}, such as `{_short(best.example)}`"
    names = " and ".join(fit.shapes.format.title for fit in rivals)
    alike = [fit for fit in rivals if len(fit.telling) == len(best.telling)]
    if alike:
        return f"the lines have the shape of {title}, but also of {names}; no line tells them apart, and {title} is the most usual"
    only = set(best.telling).difference(*(fit.telling for fit in rivals)) or set(best.telling)
    number, line = lines[min(only)]
    return f"the lines could be of {title}, {names}; line {number}, `{_short(line)}`, is of {title}"


def _short(line: str) -> str:
    plain = re.sub(r"\s+", " ", line)
    return plain if len(plain) <= SHOWN else plain[:SHOWN] + "..."
