"""Who is who: nicks, GitHub logins, names and mail addresses that belong to one person, and who says so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Means(StrEnum):
    """By what a person is known. Mail addresses never leave the database."""

    NICK = "nick"
    LOGIN = "login"
    NAME = "name"
    MAIL = "mail"


class Certainty(StrEnum):
    CONFIRMED = "confirmed"  # by the person, or stated in the project's roster
    GUESSED = "guessed"  # by the machine; for chairs' eyes only
    UNLINKED = "unlinked"  # the person said no: the guess is not made again


@dataclass(frozen=True, slots=True)
class Tie:
    """One nick, login, name or address that belongs to a person. `person` is the key that all ties of one person share.

    `by` said so, `source` is where (`MAINTAINERS` at a commit, a command, a log line). `why` is a guess's reason, in a
    sentence: `the first letters of mrunalp`.
    """

    person: str
    means: Means
    value: str
    certainty: Certainty
    by: str
    at: datetime
    source: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One nick, login or address that is confirmed of several persons: nobody's, until all but one let go of it."""

    means: Means
    value: str
    persons: tuple[str, ...]
    ties: tuple[Tie, ...]

    @property
    def text(self) -> str:
        """One sentence for a chair; an address itself is never said."""
        what = "one mail address" if self.means is Means.MAIL else f"the {self.means} {self.value}"
        return f"{what} is said to be {' and '.join(self.persons)}: it counts for nobody until all but one let go of it"


@dataclass(frozen=True, slots=True)
class People:
    """Every tie as it stands now. Nicks and logins are compared without case."""

    ties: tuple[Tie, ...] = ()

    def person_of(self, means: Means, value: str) -> str | None:
        """The person's key, from confirmed ties only; None also when several persons are said to have it."""
        persons = self.persons_of(means, value)
        return persons[0] if len(persons) == 1 else None

    def known_as(self, person: str, means: Means) -> tuple[str, ...]:
        """What a person is confirmed to be called, such as their GitHub logins.

        What several persons are said to have is left out; a name is not, since two people may share one.
        """
        values = [tie.value for tie in self._confirmed(means) if tie.person == person]
        if means is Means.NAME:
            return tuple(values)
        return tuple(value for value in values if self.person_of(means, value) == person)

    def persons_of(self, means: Means, value: str) -> tuple[str, ...]:
        """Everybody of whom it is confirmed; more than one is a conflict, or a name that is shared."""
        wanted = value.casefold()
        return tuple(
            dict.fromkeys(tie.person for tie in self._confirmed(means) if tie.value.casefold() == wanted)
        )

    def _confirmed(self, means: Means) -> tuple[Tie, ...]:
        return tuple(tie for tie in self.ties if tie.means is means and tie.certainty is Certainty.CONFIRMED)
