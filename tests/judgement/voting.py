"""Made-up votes for the tests: a roster by initials, posts in words, a motion of one week in November 2025."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.judgement import rules, votes
from bot.judgement.electorate import Electorate, electorate
from bot.model.ballot import Motion, Post, Tally
from bot.model.clause import Override

OPENED = datetime(2025, 11, 3, 12, tzinfo=UTC)
CLOSES = OPENED + timedelta(days=7)
FINAL = "f1a1" * 10
WORDS = {
    "L": "LGTM",
    "R": "REJECT: it hangs, see #7",
    "A": "ABSTAIN",
    "?": "LGTM once CI passes",
    "-": "I read it.",
}


def roster(size: int) -> Electorate:
    """m1@example.org to mN@example.org."""
    return electorate([[(f"Maintainer {n}", f"m{n}@example.org", f"m{n}") for n in range(1, size + 1)]])


def after(hours: float) -> datetime:
    return OPENED + timedelta(hours=hours)


def post(by: str | int, text: str, hours: float = 1, **more: Any) -> Post:
    """A post of a maintainer by number, or of anybody by name; `text` may be a letter of WORDS."""
    return Post(f"m{by}" if isinstance(by, int) else by, after(hours), worded(text), **more)


def worded(text: str) -> str:
    """What a letter of WORDS stands for; any other text as it is."""
    return WORDS.get(text, text)


def posts(letters: str) -> list[Post]:
    """One post for each letter, by m1, m2 and so on, an hour apart; a blank is silence: `LLL RR`."""
    return [post(n, letter, n) for n, letter in enumerate(letters, 1) if letter != " "]


def motion(**more: Any) -> Motion:
    facts: dict[str, Any] = {"closes_at": CLOSES, "commit": FINAL, **more}
    return Motion("runtime-spec", "Tag f1a1f1a as 1.3.0", facts.pop("opened_at", OPENED), **facts)


def count(
    given: Iterable[Post] | str | None, size: int = 9, *, family: str = "oci", hours: float = 170, **more: Any
) -> Tally:
    """The tally of `size` maintainers two hours after the closing, unless `hours` (after the opening) says otherwise."""
    about = more.pop("motion", None) or motion()
    overrides: tuple[Override, ...] = more.pop("overrides", ())
    who = more.pop("who", None) or roster(size)
    cast = posts(given) if isinstance(given, str) else given
    clauses = rules.load_clauses(family, about.opened_at, overrides, about.project)
    return votes.tally(about, cast, who, clauses, after(hours), **more)
