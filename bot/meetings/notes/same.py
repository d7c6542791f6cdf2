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
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

# In the seed meeting's talk 8 of 5,886 pairs of different lines are as alike as 60, and 98 of 100 lines are that alike to
# themselves after a third of their words were replaced. 1 pair in 100 reaches 50, and 80 of 100 lines of which two thirds are
# new. tests/meetings/notes/test_identity.py measures it.
LIKE = 60.0
SLOT = 50.0  # enough for the only line between two that stayed
SAME_TOPIC = 5.0  # by which a line is liked better under its own topic
COMPARED = 400  # characters
NEARBY = 30  # lines around its place among which an edited line is looked for, when there are many
MANY = 10_000  # pairs that are few enough to be compared one by one
NUMBER = re.compile(r"\d{1,9}")


class Known(NamedTuple):
    """A line by what can be compared. One whose words were taken away (`words` is "") is found no more."""

    kind: str
    topic: str
    words: str
    stands: bool = True


def matched(new: Sequence[Known], old: Sequence[Known]) -> list[int]:
    """For each new line the place of the old one that it is, -1 for a line nobody has seen."""
    match = _Match(new, old)
    if not old:
        return match.old_of
    match.by(lambda line, above, below: (line.kind, line.topic, line.words, above, below))
    match.by(lambda line, above, below: (line.kind, line.topic, line.words, above))
    match.by(lambda line, above, below: (line.kind, line.topic, line.words, "", below))
    match.by(lambda line, above, below: (line.kind, line.topic, line.words))
    match.by(lambda line, above, below: line.words)
    match.by(lambda line, above, below: line.words, standing=False)
    match.by_likeness()
    match.by_slot()
    return match.old_of


def _with_neighbours(lines: Sequence[Known], places: Sequence[int]) -> list[tuple[int, Known, str, str]]:
    """The lines at these places, each with the words above and below it."""
    words = ["", *(lines[at].words for at in places), ""]
    return [(at, lines[at], words[n], words[n + 2]) for n, at in enumerate(places)]


class _Match:
    def __init__(self, new: Sequence[Known], old: Sequence[Known]) -> None:
        self.new, self.old = new, old
        self.old_of = [-1] * len(new)
        self.new_of = [-1] * len(old)
        self._new = _with_neighbours(new, range(len(new)))
        self._standing = _with_neighbours(old, [at for at, line in enumerate(old) if line.stands])
        self._taken_back = [(at, line, "", "") for at, line in enumerate(old) if not line.stands]

    def pair(self, new: int, old: int) -> None:
        self.old_of[new], self.new_of[old] = old, new

    def by(self, key: Callable[[Known, str, str], Hashable], *, standing: bool = True) -> None:
        """Pairs what has the same key, in order."""
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for at, line, above, below in self._standing if standing else self._taken_back:
            if self.new_of[at] < 0 and line.words:
                waiting[key(line, above, below)].append(at)
        for at, line, above, below in self._new if waiting else ():
            if self.old_of[at] < 0 and (found := waiting.get(key(line, above, below))):
                self.pair(at, found.popleft())

    def by_likeness(self) -> None:
        unseen, gone = self._unseen(), self._gone()
        words = {at: _compared(self.old[at].words) for at in gone}
        scored = []
        for at in unseen:
            near = {before: words[before] for before in self._candidates(at, gone, len(unseen))}
            for score, before in _alike(_compared(self.new[at].words), near):
                if not _other_numbers(self.new[at].words, self.old[before].words):
                    bonus = SAME_TOPIC if self.new[at].topic == self.old[before].topic else 0
                    scored.append((-score - bonus, abs(at - before), at, before))
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
        is_alike = fuzz.ratio(_compared(new.words), _compared(old.words)) >= SLOT
        return bool(old.words) and new.kind == old.kind and is_alike

    def _unseen(self) -> list[int]:
        return [at for at, old in enumerate(self.old_of) if old < 0]

    def _gone(self) -> list[int]:
        return [
            at for at, new in enumerate(self.new_of) if new < 0 and self.old[at].words and self.old[at].stands
        ]


def _compared(words: str) -> str:
    return words[:COMPARED].casefold()


def _alike(words: str, others: Mapping[int, str]) -> Iterator[tuple[float, int]]:
    """Which of the others are alike enough, with the score; a line that goes on where the other ends is the same."""
    begun = {at for at, other in others.items() if _goes_on(words, other)}
    yield from ((100.0, at) for at in begun)
    for _, score, at in process.extract(
        words, others, scorer=fuzz.ratio, processor=None, score_cutoff=LIKE, limit=None
    ):
        if at not in begun:
            yield score, at


def _goes_on(a: str, b: str) -> bool:
    return min(len(a), len(b)) > 2 and (a.startswith(b) or b.startswith(a))


def _other_numbers(a: str, b: str) -> bool:
    first, second = set(NUMBER.findall(a[:COMPARED])), set(NUMBER.findall(b[:COMPARED]))
    return bool(first) and bool(second) and not first & second
