"""Where the texts are, and how a template is filled."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.reports import columns, markup, plain, polls, told, wording
from bot.reports.quoting import cut, one_line, printable, quote_markdown, web_address

ROOMS = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """The templates: inside the installed package, or at the top of a checkout."""
    shipped = ROOMS / "_shipped" / "templates"
    return shipped if shipped.is_dir() else ROOMS.parent / "templates"


def day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _inert(value: Any) -> Any:
    """What a template prints last of all: text that is not ours loses its control characters, in every form."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return printable(value)


@cache
def environment() -> Environment:
    """One environment for all: HTML is escaped by itself, Markdown by `| quote`; an unknown name is an error.

    An address becomes a link only through `| web`.
    """
    found = Environment(
        loader=FileSystemLoader(folder()),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_inert,
    )
    found.filters |= {
        "quote": quote_markdown,
        "line": one_line,
        "web": web_address,
        "cut": cut,
        "day": day,
        "moment": clock,
        "state": wording.state,
        "sign": wording.sign,
        "who": wording.who_can_act,
        "evidence": wording.evidence,
        "only_link": wording.only_link,
        "standing": wording.standing,
        "headline": wording.headline,
    }
    found.globals["pie"] = told.pie
    found.globals["RUNS"] = told.RUNS
    found.filters |= columns.FILTERS | markup.FILTERS | plain.FILTERS | polls.FILTERS | told.FILTERS
    return found
