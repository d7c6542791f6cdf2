"""What people decided of a release: waivers, holds, the opening and closing of a vote, embargoes. Each is kept, none is undone silently."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    """What was decided. Each of the second kind takes one of the first back."""

    WAIVE = "waive"  # `about` is a rule's id: a SHOULD that this release need not meet
    UNWAIVE = "unwaive"
    HOLD = "hold"  # more time is asked for, short of a concern; `about` is who asks
    UNHOLD = "unhold"
    OPEN = "open-vote"  # `facts`: closes_at, commit, motion
    CLOSE = "close-vote"  # adopted before its window ends, by a maintainer with a reason
    CANCEL = "cancel-vote"
    ROSTER = "roster"  # `facts`: the text of the roster that counts, and its commit
    RESOLVE = "resolve"  # `about` is whose concern is met; `why` says how
    POSTS = "posts"  # `facts`: ballots from elsewhere, such as a mailing list
    EMBARGO = "embargo"  # `about`: `vote`, `milestone:TITLE` or `meeting:ID` or `meeting:ID:TOPIC`
    LIFT = "lift"


TAKEN_BACK = {Act.WAIVE: Act.UNWAIVE, Act.HOLD: Act.UNHOLD, Act.EMBARGO: Act.LIFT}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision. `by` is who took it, `why` the reason that every report shows; `release` "" is for all of the project."""

    project: str
    release: str
    act: Act
    about: str
    by: str
    at: datetime
    why: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""


def standing(rulings: Iterable[Ruling], act: Act) -> tuple[Ruling, ...]:
    """Those of a kind that nobody took back, oldest first; a newer one about the same takes the place of an older."""
    found: dict[str, Ruling] = {}
    for each in sorted(rulings, key=lambda each: each.at):
        if each.act is act:
            found[each.about.casefold()] = each
        elif each.act is TAKEN_BACK.get(act):
            found.pop(each.about.casefold(), None)
    return tuple(sorted(found.values(), key=lambda each: each.at))
