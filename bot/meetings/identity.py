"""Who is who: ties between nicks, logins, names and addresses, joined as people state them, and near names as guesses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.meetings.nearness import likeness
from bot.model.meeting import Meeting
from bot.model.person import Certainty, Conflict, Means, People, Tie

Key = tuple[str, Means, str]  # person, means, value without case
UNIQUE = (Means.NICK, Means.LOGIN, Means.MAIL)  # a name may be shared


@dataclass(frozen=True, slots=True)
class Joined:
    """Everybody as they stand now, and what cannot be right and only a person can settle."""

    people: People
    conflicts: tuple[Conflict, ...]


def join(people: People, new: Iterable[Tie]) -> Joined:
    """Adds what was said of people, in the order of its time; saying it twice changes nothing.

    A confirmed tie takes the place of a guess. UNLINKED ends a tie at once, confirmed or not, and no guess and no roster
    brings it back: only a later word of the person does. A value that is confirmed of two persons stays with both and is
    told as a conflict; until it is settled it counts for neither (`People.person_of`).
    """
    said = sorted(new, key=lambda tie: (tie.at, tie.certainty is Certainty.UNLINKED))
    names = _own_names((*people.ties, *said))
    standing: dict[Key, Tie] = {}
    for tie in (*people.ties, *said):
        key = (tie.person, tie.means, tie.value.casefold())
        standing[key] = _after(standing.get(key), tie, names.get(tie.person, frozenset()))
    known = {
        (tie.means, tie.value.casefold()) for tie in standing.values() if tie.certainty is Certainty.CONFIRMED
    }
    kept = tuple(
        tie
        for tie in standing.values()
        if tie.certainty is not Certainty.GUESSED or (tie.means, tie.value.casefold()) not in known
    )
    return Joined(People(kept), _conflicts(kept))


def _own_names(ties: Iterable[Tie]) -> dict[str, frozenset[str]]:
    """By person: the names under which they can speak for themselves."""
    ties = tuple(ties)
    gone = {(t.person, t.value.casefold()) for t in ties if t.certainty is Certainty.UNLINKED}
    names: dict[str, set[str]] = {}
    for tie in ties:
        own = tie.certainty is Certainty.CONFIRMED and tie.means in (Means.NICK, Means.LOGIN)
        if own and (tie.person, tie.value.casefold()) not in gone:
            names.setdefault(tie.person, set()).add(tie.value.casefold())
    return {person: frozenset(values) for person, values in names.items()}


def _after(before: Tie | None, tie: Tie, own: frozenset[str]) -> Tie:
    """What stands of one person and one value once `tie` was said too."""
    if before is None or tie.certainty is Certainty.UNLINKED:
        return tie
    if tie.certainty is Certainty.GUESSED or before.certainty is Certainty.CONFIRMED:
        return before
    if before.certainty is Certainty.UNLINKED:
        # What was let go of comes back by the person's word alone, given under another of their names.
        others = (own | {tie.person.casefold()}) - {tie.value.casefold()}
        return tie if tie.by.casefold() in others else before
    return tie


def _conflicts(ties: Sequence[Tie]) -> tuple[Conflict, ...]:
    claimed: dict[tuple[Means, str], list[Tie]] = {}
    for tie in ties:
        if tie.certainty is Certainty.CONFIRMED and tie.means in UNIQUE:
            claimed.setdefault((tie.means, tie.value.casefold()), []).append(tie)
    return tuple(
        Conflict(means, claims[0].value, tuple(tie.person for tie in claims), tuple(claims))
        for (means, _), claims in claimed.items()
        if len(claims) > 1
    )


def person_in(meeting: Meeting, name: str, people: People) -> str | None:
    """The person whom a meeting calls by this name, from confirmed ties; None when nobody has confirmed it."""
    return people.person_of(Means.NICK, nick_in(meeting.aliases, name))


def nick_in(aliases: Sequence[tuple[str, str]], name: str) -> str:
    """The nick behind a name that was explained in the same meeting (`??? = tianon`); it holds for no other meeting."""
    said = {alias.casefold(): nick for alias, nick in aliases}
    return said.get(name.casefold(), name)


def guess(names: Iterable[str], people: People, *, at: datetime, source: str) -> tuple[Tie, ...]:
    """For names that belong to nobody yet: whose they may be. Every likely person is named; none is chosen.

    A pair that somebody unlinked is never guessed again. The best likeness of each person gives the reason.
    """
    refused = {
        (tie.person, tie.value.casefold()) for tie in people.ties if tie.certainty is Certainty.UNLINKED
    }
    known = [
        tie for tie in people.ties if tie.certainty is Certainty.CONFIRMED and tie.means is not Means.MAIL
    ]
    taken = {tie.value.casefold() for tie in known if tie.means is Means.NICK}
    made: list[Tie] = []
    for name in dict.fromkeys(names):
        if name.casefold() in taken:
            continue
        best: dict[str, tuple[int, str]] = {}
        for tie in known:
            score, why = likeness(name, tie.value, is_full_name=tie.means is Means.NAME)
            if score > best.get(tie.person, (0, ""))[0] and (tie.person, name.casefold()) not in refused:
                best[tie.person] = (score, why)
        made += [
            Tie(person, Means.NICK, name, Certainty.GUESSED, "tallyman", at, source, f"{why} ({score})")
            for person, (score, why) in sorted(best.items(), key=lambda pair: (-pair[1][0], pair[0]))
        ]
    return tuple(made)
