"""What a report tells besides its verdicts: how a milestone's scope moved, and what people called wrong."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """One issue that came into a milestone or left it. `to` is the milestone it is in since; "" for none or an unknown one.

    `on` is the day of the sync that saw it first.
    """

    number: int
    title: str
    url: str
    on: date
    to: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A milestone's members, the release's own issue and pull request left out, and what moved since it was first read.

    `set_aside` were closed without being done.
    """

    milestone: str
    url: str
    open: int
    done: int
    set_aside: int
    since: date | None  # when it was first read; None: never, so that no move is known
    added: tuple[Moved, ...] = ()
    removed: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """Somebody's word that a report was wrong: what it said, since when, and why that was wrong."""

    said: str
    since: datetime
    by: str
    at: datetime
    why: str
    url: str = ""
