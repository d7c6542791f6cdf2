"""Whom a name in the notes means: `vb`, `@vbatts`, `Vincent` or `lasker`, by the lists of attendees."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from bot.meetings.notes.marks import LOGIN

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the notes list. `brackets` is a short word in brackets that may be initials or a company."""

    name: str
    login: str = ""
    initials: str = ""
    company: str = ""
    brackets: str = ""

    @property
    def nick(self) -> str:
        """What the person is called in the minutes: the login where the notes give it, else the name."""
        return self.login or self.name


class Meant(NamedTuple):
    """Whom a name means. `nick` is as written when several people may be meant; `note` says why it is unsure.

    `candidates` are those whom a person could confirm to be meant.
    """

    nick: str
    is_known: bool
    note: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(slots=True)
class Names:
    """People by everything they may be called: first by what is theirs alone, then by what others may share."""

    sure: dict[str, dict[str, None]] = field(default_factory=dict)
    shared: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, person: Person) -> None:
        """Once the login of a name is known, the name alone is nobody else."""
        own = [name_key(word) for word in (person.login, person.initials, person.name) if word]
        for names, keys in ((self.sure, own), (self.shared, _short_forms(person.name))):
            for key in keys:
                called = names.setdefault(key, {})
                if person.login:
                    called.pop(person.name, None)
                called[person.nick] = None

    def find(self, name: str) -> tuple[str, ...]:
        key = name_key(name)
        return tuple(self.sure.get(key) or self.shared.get(key) or ())


class Roster:
    """Whom names mean in one meeting: its own list first; the lists of earlier meetings give guesses."""

    def __init__(self, present: Sequence[Person], earlier: Names) -> None:
        self.present, self.earlier, self.here = present, earlier, Names()
        for person in present:
            self.here.add(person)

    def meant(self, name: str) -> Meant | None:
        """None when nobody in any list is called so; an `@login` is somebody, listed or not."""
        name = name.strip().strip("*_`'\"").strip()
        if re.fullmatch(LOGIN, name):
            return self._with_login(name[1:])
        if not name or len(name) > LONGEST_NAME:
            return None
        found = self.here.find(name)
        if len(found) == 1:
            return Meant(found[0], True)
        if len(found) > 1:
            return Meant(name, False, f"{name} may be {_either(found)}", found)
        found = self.earlier.find(name)
        if len(found) == 1:
            return Meant(
                found[0], False, f"{name} is in no list of this meeting; an earlier one has {found[0]}", found
            )
        if len(found) > 1:
            return Meant(name, False, f"{name} may be {_either(found)}, of earlier meetings", found)
        return None

    def _with_login(self, login: str) -> Meant:
        """Whose login the lists do not say may be guessed from it (`vbatts`); it stays the login all the same."""
        for names in (self.here, self.earlier):
            own = tuple(names.sure.get(name_key(login), ()))
            if len(own) == 1:
                return Meant(own[0], True)
        maybe = tuple(self.here.shared.get(name_key(login), ()))
        return Meant(login, True, candidates=maybe if len(maybe) == 1 else ())


def _short_forms(name: str) -> Collection[str]:
    """What others call somebody: the first or last name, initials, `vbatts`, `jonjohnson`, `josh d`."""
    words = [word for word in re.split(r"[\s.-]+", name_key(name)) if word]
    if len(words) < 2:
        return ()
    first, last = words[0], words[-1]
    letters = "".join(word[0] for word in words)
    both = f"{first} {last}"
    return {
        first,
        last,
        letters,
        first[0] + last[0],
        first[0] + last,
        first + last,
        both[: len(first) + 2],
        both,
    }


@lru_cache(4096)
def name_key(name: str) -> str:
    """A name without case, accents, double blanks."""
    plain_letters = unicodedata.normalize("NFKD", name[:200]).casefold()
    return " ".join("".join(c for c in plain_letters if not unicodedata.combining(c)).split())


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
