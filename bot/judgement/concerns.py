"""What those who reject ask for: every concern from the day it was raised to the day it was resolved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.judgement.ballots import Words, gives_concerns, links, spoken
from bot.judgement.casting import Voter
from bot.model.ballot import Concern, Vote

LONGEST = 500  # characters of a concern that are kept beside its link


@dataclass(frozen=True, slots=True)
class Resolution:
    """A person's word that a concern is met: whose, how, and (by `url`, when several are open) which."""

    of: str
    by: str
    at: datetime
    how: str
    url: str = ""


def raised(voters: Sequence[Voter], resolutions: Iterable[Resolution] = ()) -> tuple[Concern, ...]:
    """The concerns of every REJECT, oldest first. A later vote of the same person that is no REJECT resolves them."""
    words_of = tuple(resolutions)
    found = [
        _concern(voter, place, words_of)
        for voter in voters
        for place, cast in enumerate(voter.casts)
        if cast.vote is Vote.REJECT
    ]
    return tuple(sorted(found, key=lambda each: (each.at, each.by)))


def without_reasons(voters: Sequence[Voter], words: Words) -> tuple[str, ...]:
    """Whose REJECT stands and gives no concerns yet in any of their posts that reject."""
    return tuple(
        voter.name
        for voter in voters
        if voter.vote is Vote.REJECT
        and not any(gives_concerns(cast.text, words) for cast in voter.casts if cast.vote is Vote.REJECT)
    )


def _concern(voter: Voter, place: int, words_of: Sequence[Resolution]) -> Concern:
    cast = voter.casts[place]
    text = " ".join(" ".join(spoken(cast.text)).split())[:LONGEST]
    changed = next((later for later in voter.casts[place + 1 :] if later.vote is not Vote.REJECT), None)
    if changed is not None:
        how = f"{voter.name} now says {changed.vote}"
        return Concern(voter.name, cast.at, cast.url, text, links(cast.text), changed.at, how)
    for word in words_of:
        if word.of.casefold() == voter.name.casefold() and word.at >= cast.at and word.url in ("", cast.url):
            how = f"{word.how} ({word.by})"
            return Concern(voter.name, cast.at, cast.url, text, links(cast.text), word.at, how)
    return Concern(voter.name, cast.at, cast.url, text, links(cast.text))
