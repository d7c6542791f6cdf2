"""Writing a meeting's files: minutes in every form, and the log as a page with an anchor for each line."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.cli.minutes import SUFFIXES, Form
from bot.cli.reading import How, notes_of, opened
from bot.model.meeting import Line, Meeting
from bot.reports import log as logs
from bot.reports import minutes as reports


def write_meeting(
    out: Path, meeting: Meeting, log: Path, how: How, forms: Sequence[Form], *, count_lines: bool = False
) -> Iterator[Path]:
    """Writes a meeting that was read from `log`, and the log as a page; gives each path when its file is whole."""
    stem = f"{meeting.name}.{meeting.started_at:%Y-%m-%d-%H.%M}"
    has_log = notes_of(log) is None or how.log_format is not None
    for form in forms:
        page = f"{stem}.log.html" if has_log else ""
        if form is Form.JSON:
            text = json.dumps(reports.to_json(meeting, count_lines=count_lines), ensure_ascii=False, indent=1)
        else:
            text = reports.render(meeting, form.value, log=page)
        yield _written(out / f"{stem}.{SUFFIXES[form]}", [text])
    if has_log:
        with opened(log, how) as source:
            lines = _of(source.lines, meeting)
            yield _written(out / f"{stem}.log.html", logs.log_page(lines, meeting, minutes=f"{stem}.html"))


def _of(lines: Iterable[Line], meeting: Meeting) -> Iterator[Line]:
    """The lines of one meeting of a log, without what was off the record."""
    for line in lines:
        if line.at < meeting.started_at or (meeting.ended_at is not None and line.at > meeting.ended_at):
            continue
        if not line.text[:5].lower().startswith("[off]"):
            yield line


def _written(path: Path, parts: Iterable[str]) -> Path:
    """Writes a file beside its place and moves it there when it is whole."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.writelines(parts)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
