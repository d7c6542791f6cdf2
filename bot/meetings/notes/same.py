"""Which line of edited notes is which line of the reading before, so that an edited line keeps its identity.

Passes from the strictest to the loosest, each over what the earlier ones left:

1. the same words, kind, topic and neighbours; then with one neighbour; then with none: where two lines read alike (`+1`),
   the neighbours tell them apart;
2. the same words anywhere in the meeting: a line that was moved, or became an action;
3. alike words: at least LIKE of 100 by rapidfuzz's ratio, or one the beginning of the other (a line is read while
   somebody types it); the most alike first, so that two edited lines are not swapped;
4. the same slot: the only line between two lines that stayed.

Two lines that name different numbers (`review #105`, `review #112`) are different lines however alike, unless in the same
slot: there, a number was corrected.
"""

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

# Of the seed meeting's 126 lines of talk no two different ones are as alike as 75, and 95 of 100 lines with a third
# of their words replaced are more alike than 60; tests/meetings/notes/test_same.py holds both figures.
LIKE = 62.0
SLOT = 35.0  # enough for the only line between two that stayed
COMPARED = 400  # characters
NEARBY = 30  # lines around its place among which an edited line is looked for, when there are many
MANY = 10_000  # pairs that are few enough to be compared one by one
NUMBER = re.compile(r"\d{1,9}")


class Known(NamedTuple):
    """A line by what can be compared. `words` "" when its words were taken away: it is found by its slot alone."""

    kind: str
    topic: str
    words: str
    stands: bool = True


def matched(new: Sequence[Known], old: Sequence[Known]) -> list[int]:
    """For each new line the place of the old one that it is, -1 for a line nobody has seen."""
    match = _Match(new, old)
    match.by(
        lambda lines, at: (
            lines[at].kind,
            lines[at].topic,
            lines[at].words,
            _near(lines, at, -1),
            _near(lines, at, 1),
        )
    )
    match.by(lambda lines, at: (lines[at].kind, lines[at].topic, lines[at].words, _near(lines, at, -1), ""))
    match.by(lambda lines, at: (lines[at].kind, lines[at].topic, lines[at].words, "", _near(lines, at, 1)))
    match.by(lambda lines, at: (lines[at].kind, lines[at].topic, lines[at].words))
    match.by(lambda lines, at: lines[at].words)
    match.by_likeness()
    match.by_slot()
    return match.old_of


def _near(lines: Sequence[Known], at: int, step: int) -> str:
    return lines[at + step].words if 0 <= at + step < len(lines) else ""


class _Match:
    def __init__(self, new: Sequence[Known], old: Sequence[Known]) -> None:
        self.new, self.old = new, old
        self.old_of = [-1] * len(new)
        self.new_of = [-1] * len(old)

    def pair(self, new: int, old: int) -> None:
        self.old_of[new], self.new_of[old] = old, new

    def by(self, key: Callable[[Sequence[Known], int], Hashable]) -> None:
        """Pairs what has the same key, in order; lines that stand before those that were taken back."""
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for stands in (True, False):
            for at, line in enumerate(self.old):
                if self.new_of[at] < 0 and line.words and line.stands is stands:
                    waiting[key(self.old, at)].append(at)
        for at in self._unseen():
            if found := waiting.get(key(self.new, at)):
                self.pair(at, found.popleft())

    def by_likeness(self) -> None:
        unseen, gone = self._unseen(), self._gone()
        scored = []
        for at in unseen:
            for before in self._candidates(at, gone, len(unseen)):
                score = _likeness(self.new[at], self.old[before])
                if score >= LIKE and not _other_numbers(self.new[at].words, self.old[before].words):
                    near = self.new[at].topic == self.old[before].topic
                    scored.append((-score - (5 if near else 0), abs(at - before), at, before))
        for _, _, at, before in sorted(scored):
            if self.old_of[at] < 0 and self.new_of[before] < 0:
                self.pair(at, before)

    def _candidates(self, at: int, gone: list[int], unseen: int) -> list[int]:
        if len(gone) * unseen <= MANY:
            return gone
        above = next(
            (self.old_of[n] for n in range(at - 1, max(at - NEARBY, -1), -1) if self.old_of[n] >= 0), at
        )
        middle = bisect_left(gone, above)
        return gone[max(middle - NEARBY, 0) : middle + NEARBY]

    def by_slot(self) -> None:
        """Goes down both lists; a single unseen line where a single old one is gone is that one."""
        order = [at for at, line in enumerate(self.old) if line.stands]
        place = {at: n for n, at in enumerate(order)}
        for at in self._unseen():
            above = place.get(self.old_of[at - 1], -2) if at else -1
            below = place.get(self.old_of[at + 1], -2) if at + 1 < len(self.new) else len(order)
            if above == -2 or below - above != 2:
                continue
            before = order[above + 1]
            if self.new_of[before] < 0 and self._fits(self.new[at], self.old[before]):
                self.pair(at, before)

    def _fits(self, new: Known, old: Known) -> bool:
        return not old.words or (new.kind == old.kind and _likeness(new, old) >= SLOT)

    def _unseen(self) -> list[int]:
        return [at for at, old in enumerate(self.old_of) if old < 0]

    def _gone(self) -> list[int]:
        return [
            at for at, new in enumerate(self.new_of) if new < 0 and self.old[at].words and self.old[at].stands
        ]


def _likeness(new: Known, old: Known) -> float:
    a, b = new.words[:COMPARED].casefold(), old.words[:COMPARED].casefold()
    short, long = sorted((a, b), key=len)
    if len(short) >= 3 and long.startswith(short):
        return 100.0
    return float(fuzz.ratio(a, b, score_cutoff=SLOT))


def _other_numbers(a: str, b: str) -> bool:
    first, second = set(NUMBER.findall(a[:COMPARED])), set(NUMBER.findall(b[:COMPARED]))
    return bool(first) and bool(second) and not first & second
