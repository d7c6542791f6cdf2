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

    `by` said so, `source` is where (`MAINTAINERS` at a commit, a command, a log line).
    """

    person: str
    means: Means
    value: str
    certainty: Certainty
    by: str
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class People:
    """Every tie as it stands now. Nicks and logins are compared without case."""

    ties: tuple[Tie, ...] = ()

    def person_of(self, means: Means, value: str) -> str | None:
        """The person's key, from confirmed ties only."""
        for tie in self.ties:
            same = tie.means is means and tie.value.casefold() == value.casefold()
            if same and tie.certainty is Certainty.CONFIRMED:
                return tie.person
        return None

    def known_as(self, person: str, means: Means) -> tuple[str, ...]:
        """What a person is confirmed to be called, such as their GitHub logins."""
        return tuple(
            tie.value
            for tie in self.ties
            if tie.person == person and tie.means is means and tie.certainty is Certainty.CONFIRMED
        )
