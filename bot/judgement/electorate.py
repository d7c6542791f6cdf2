"""Who may vote: the maintainers of a roster under every name they are known by, and whose post this is."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.model.ballot import Maintainer
from bot.model.person import Means, People

ADDRESSED = re.compile(r"^(?P<name>[^<>]*?)\s*<(?P<mail>[^\s<>]+@[^\s<>]+)>\s*$")
ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


@dataclass(frozen=True, slots=True)
class Electorate:
    """The roster of a vote. `rosters` is how many files it was put together from; `notes` what in them could not be read."""

    maintainers: tuple[Maintainer, ...]
    rosters: int = 1
    notes: tuple[str, ...] = ()

    def voter(self, by: str) -> Maintainer | None:
        """The maintainer who posted, by login, nick or address, without regard to case; None for nobody's or two people's.

        Only ASCII names are compared: a letter that merely looks or folds like another makes nobody a maintainer.
        """
        keys = _keys(by)
        return self._only(lambda one: bool(keys & {*one.logins, *one.mails}))

    def alike(self, by: str) -> Maintainer | None:
        """The maintainer whose whole name a post carries while its login or address is not known; perhaps: a person must say."""
        found = ADDRESSED.match(by)
        name = _plain(found["name"] if found else by)
        return self._only(lambda one: name in one.names) if name else None

    def _only(self, is_meant: Callable[[Maintainer], bool]) -> Maintainer | None:
        found = [one for one in self.maintainers if is_meant(one)]
        return found[0] if len(found) == 1 else None


def electorate(
    rosters: Sequence[Sequence[tuple[str, str, str]]],
    people: People | None = None,
    notes: Iterable[str] = (),
) -> Electorate:
    """The maintainers of one or several rosters, given as (name, address, login); somebody who is in two is one voter.

    `people` adds the nicks, logins and addresses that are confirmed of somebody whose login or address the roster has.
    """
    people = people or People()
    found: list[Maintainer] = []
    for roster in rosters:
        for name, mail, login in roster:
            new = _known(_maintainer(name, mail, login), people)
            same = [one for one in found if {*new.logins, *new.mails} & {*one.logins, *one.mails}]
            for one in same:
                found.remove(one)
                new = _joined(one, new)
            found.append(new)
    return Electorate(tuple(sorted(found, key=lambda one: one.name.casefold())), len(rosters), tuple(notes))


def shown(by: str) -> str:
    """How a poster is shown to others: `@login`, or the name of a mail; never an address."""
    found = ADDRESSED.match(by)
    name = found["name"] if found else by.strip().lstrip("@")
    return "somebody by mail" if not name or ADDRESS.search(name) else name


def _maintainer(name: str, mail: str, login: str) -> Maintainer:
    plain = _plain(name)
    return Maintainer(
        login or name or "somebody",
        (login.lower(),) if login else (),
        (mail.lower(),) if mail else (),
        (plain,) if plain else (),
    )


def _known(one: Maintainer, people: People) -> Maintainer:
    means = ((Means.LOGIN, one.logins), (Means.MAIL, one.mails))
    persons = {
        person for kind, values in means for value in values if (person := people.person_of(kind, value))
    }
    for person in sorted(persons):
        nicks = [*people.known_as(person, Means.NICK), *people.known_as(person, Means.LOGIN)]
        mails = people.known_as(person, Means.MAIL)
        one = _joined(one, Maintainer(one.name, tuple(map(str.lower, nicks)), tuple(map(str.lower, mails))))
    return one


def _joined(first: Maintainer, second: Maintainer) -> Maintainer:
    def both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*one, *other)))

    return Maintainer(
        first.name,
        both(first.logins, second.logins),
        both(first.mails, second.mails),
        both(first.names, second.names),
    )


def _keys(by: str) -> frozenset[str]:
    """What a post's author can be known by: one login or nick, or one address; of `Name <address>` the address alone."""
    text = by.strip()
    if found := ADDRESSED.match(text):
        text = found["mail"]
    elif ADDRESS.fullmatch(text) is None:
        text = text.removeprefix("@")
    return frozenset({text.lower()}) if text and text.isascii() else frozenset()


def _plain(name: str) -> str:
    """A whole name for comparing; one word alone is nobody's name."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return " ".join(words) if len(words) > 1 else ""
