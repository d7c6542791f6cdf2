"""Where the texts are, and how a template is filled."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.reports import columns, markup, plain, polls
from bot.reports.quoting import cut, quote_markdown

ROOMS = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """The templates: inside the installed package, or at the top of a checkout."""
    shipped = ROOMS / "_shipped" / "templates"
    return shipped if shipped.is_dir() else ROOMS.parent / "templates"


def day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@cache
def environment() -> Environment:
    """One environment for all: HTML is escaped by itself, Markdown by `| quote`; an unknown name is an error."""
    found = Environment(
        loader=FileSystemLoader(folder()),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {"quote": quote_markdown, "cut": cut, "day": day, "moment": clock}
    found.filters |= columns.FILTERS | markup.FILTERS | plain.FILTERS | polls.FILTERS
    return found
