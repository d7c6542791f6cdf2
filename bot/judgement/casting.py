"""Whose post says what, in the order of time: the last vote of each maintainer, the ones before it, and what is held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.judgement.ballots import Reading, Words
from bot.judgement.electorate import Electorate, shown
from bot.judgement.reviews import read_post
from bot.model.ballot import Cast, Held, Maintainer, Post, Vote

EDITED_AFTER = "it was edited after the vote closed, and its words at that time are not known"
EDITED_LATER = "it was edited after a later vote of the same person"
AT_ONCE = "two different votes were posted at the same time"
UNREAD = Reading(None, tuple(Vote), EDITED_AFTER)


@dataclass(frozen=True, slots=True)
class Voter:
    """All that one maintainer posted. `held` are those remarks that no later vote has settled."""

    name: str
    casts: tuple[Cast, ...]
    held: tuple[Held, ...]

    @property
    def vote(self) -> Vote | None:
        return self.casts[-1].vote if self.casts else None

    @property
    def may_be(self) -> frozenset[Vote | None]:
        """Every vote this person may turn out to have; one, when nothing is held."""
        return frozenset((self.vote, *(vote for held in self.held for vote in held.may_be)))


@dataclass(frozen=True, slots=True)
class Heard:
    """The posts of a motion, sorted by what they are worth."""

    voters: tuple[Voter, ...]
    foreign: tuple[str, ...] = ()  # who voted and has none, as they are shown
    alike: tuple[str, ...] = ()  # maintainers whose name stands on a vote from an unknown address
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class _Said:
    at: datetime
    reading: Reading
    post: Post
    edited_at: datetime | None = None  # when it got these words, where those before are not known


def hear(
    posts: Iterable[Post],
    who: Electorate,
    words: Words,
    opened_at: datetime,
    until: datetime,
    closes_at: datetime,
) -> Heard:
    """The votes posted from the opening to `until` (or the closing, whichever is first), both included.

    It is the same for every order of the posts, and for posts given twice.
    """
    end = min(until, closes_at)
    said: dict[Maintainer, list[_Said]] = {}
    foreign: set[str] = set()
    alike: set[str] = set()
    before = after = 0
    for post in sorted(set(posts), key=_order):
        heard = _said(post, words, end) if post.at <= end else None
        if heard is None:
            is_late = closes_at < post.at <= until
            after += (
                is_late and who.voter(post.by) is not None and read_post(post, post.text, words) != Reading()
            )
            continue
        if heard.reading == Reading():
            continue
        voter = who.voter(post.by)
        if post.at < opened_at:
            before += voter is not None
        elif voter is not None:
            said.setdefault(voter, []).append(heard)
        elif (same := who.alike(post.by)) is not None:
            alike.add(same.name)
        elif heard.reading.vote is not None:
            foreign.add(shown(post.by))
    voters = tuple(_voter(one, said[one]) for one in who.maintainers if one in said)
    return Heard(voters, tuple(sorted(foreign)), tuple(sorted(alike)), before, after)


def _order(post: Post) -> tuple[datetime, str, str, str, str]:
    return (post.at, post.by.casefold(), post.url, post.text, post.commit)


def _said(post: Post, words: Words, end: datetime) -> _Said | None:
    """What a post said at `end`. An edit that changes the vote counts from its own time, any other from the post's."""
    versions = [*sorted(post.earlier), (post.edited_at or post.at, post.text)]
    known = [version for version in versions if version[0] <= end]
    if not known:
        return _Said(post.at, UNREAD, post)
    readings = [(at, read_post(post, text, words)) for at, text in known]
    at, last = readings[-1]
    if len(readings) == 1:
        was_edited = post.edited_at is not None and not post.earlier
        return _Said(post.at, last, post, at if was_edited else None)
    changed = max((i for i in range(1, len(readings)) if readings[i][1] != readings[i - 1][1]), default=0)
    return _Said(readings[changed][0] if changed else post.at, last, post)


def _voter(one: Maintainer, said: Sequence[_Said]) -> Voter:
    ordered = sorted(said, key=lambda each: each.at)
    at_once = {
        each.at
        for each in ordered
        if each.reading.vote and any(
            other.at == each.at and other.reading.vote not in (None, each.reading.vote) for other in ordered
        )
    }  # fmt: skip
    plain = [each for each in ordered if each.reading.vote is not None and each.at not in at_once]
    settled = plain[-1].at if plain else None
    held = [
        _held(one, each, each.reading.may_be, each.reading.why)
        for each in ordered
        if each.reading.vote is None and (settled is None or each.at >= settled)
    ]
    held += [
        _held(one, each, (each.reading.vote,), AT_ONCE)
        for each in ordered
        if each.at in at_once and each.reading.vote and (settled is None or each.at > settled)
    ]
    held += [
        _held(one, each, (each.reading.vote,), EDITED_LATER)
        for each in plain[:-1]
        if each.edited_at and each.edited_at >= plain[-1].at and each.reading.vote is not plain[-1].reading.vote
        and each.reading.vote
    ]  # fmt: skip
    casts = tuple(
        Cast(each.reading.vote, each.at, each.post.url, each.post.commit, each.post.text)
        for each in plain
        if each.reading.vote is not None
    )
    return Voter(one.name, casts, tuple(held))


def _held(one: Maintainer, said: _Said, may_be: tuple[Vote, ...], why: str) -> Held:
    return Held(one.name, said.at, said.post.url, may_be, why)
