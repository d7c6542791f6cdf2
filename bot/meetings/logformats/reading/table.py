"""The table of docs/logformats.md, made from the formats' own declarations; `python -m` prints it."""

from collections.abc import Iterable

from bot.meetings.logformats.reading.shapes import Format, TextFormat

HEAD = ("format", "`--log-format`", "a line of it", "read", "the day from", "the clock", "told by")


def as_markdown(forms: Iterable[Format]) -> str:
    """The formats in a table, and what else is to be said of some of them in a list."""
    known = sorted(forms, key=lambda form: form.title.lower())
    rows = [HEAD, tuple("---" for _ in HEAD), *(_row(form) for form in known)]
    notes = [f"- {form.title}: {form.notes}." for form in known if form.notes]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", *notes]) + "\n"


def _row(form: Format) -> tuple[str, ...]:
    cells = (
        form.title,
        f"`{form.name}`",
        _code(form.sample),
        _read(form),
        form.day_from,
        form.zone.value,
        form.told_by,
    )
    return tuple(cell.replace("|", "\\|") for cell in cells)


def _code(sample: str) -> str:
    return f"`{sample.replace(chr(9), '<tab>')}`"


def _read(form: Format) -> str:
    """What comes out of such a log, besides talk."""
    if not isinstance(form, TextFormat):
        return form.reads
    seen = (
        ("/me", form.me), ("joins", form.joined or form.aside), ("parts and quits", form.left or form.aside),
        ("new nicks", form.renamed or form.aside), ("wrapped lines", form.wrapped),
    )  # fmt: skip
    return ", ".join(["talk", *(word for word, shape in seen if shape)])


if __name__ == "__main__":
    from bot.meetings.logformats import formats

    print(as_markdown(formats().values()), end="")
