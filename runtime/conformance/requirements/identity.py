"""Which statement of one release is which of another: fingerprints, stable ids, and what remains for a person to decide."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from runtime.conformance.requirements.statements import Statement

LENGTH = (
    10  # hexadecimal digits: some 1,500 wordings in all releases make a clash less likely than 1 in 900,000
)
LONGEST = 1_000  # words; comparing takes their square, and the longest sentence of any release has 50
ALIKE = 0.65  # from here on a person says whether two wordings are one requirement


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a requirement of a release: enough to find, link and count it, never its sentence.

    `id` is its fingerprint where it first appeared, `fingerprint` that of its present wording, `listed` that of what it
    lists, "" when it lists nothing.
    """

    id: str
    fingerprint: str
    at: str
    path: str
    keywords: tuple[str, ...]
    platform: str
    duty: str
    refused: bool
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A statement with the id that it keeps from release to release, and the implementer's note, if any."""

    id: str
    fingerprint: str
    statement: Statement
    note: str = ""


def fingerprint(statement: Statement) -> str:
    """SHA-256 of file, property path and the comparable text: rewrapping, other links and emphasis change nothing."""
    return _digest(statement.file, statement.path, statement.same)


def list_print(statement: Statement) -> str:
    """The same of what a statement lists, "" for nothing: the list may change while the sentence stays."""
    return _digest(statement.whole) if statement.listed else ""


def identify(statements: Sequence[Statement], known: Iterable[Known]) -> dict[int, str]:
    """Ids by position in `statements`, for those whose wording is known. Where several share one (`start`, `kill` and
    `delete` each refuse a missing id), the section tells them apart, and after that their order."""
    mine: dict[str, list[int]] = defaultdict(list)
    theirs: dict[str, list[Known]] = defaultdict(list)
    for place, statement in enumerate(statements):
        mine[fingerprint(statement)].append(place)
    for each in known:
        theirs[each.fingerprint].append(each)
    found: dict[int, str] = {}
    for print_, places in mine.items():
        left = theirs.get(print_, [])
        over = []
        for place in places:
            anchors = {f"{statements[place].file}#{anchor}" for anchor in statements[place].anchors}
            match = next((each for each in left if each.at in anchors), None)
            if match is None:
                over.append(place)
                continue
            found[place] = match.id
            left.remove(match)
        found.update((place, each.id) for place, each in zip(over, left, strict=False))
    return found


def new_ids(statements: Sequence[Statement], places: Iterable[int], taken: Iterable[str]) -> dict[int, str]:
    """Ids for statements that appear for the first time: the fingerprint; with the section where that is taken, and an
    ordinal as the last resort."""
    used, found = set(taken), {}
    ordinals: Counter[str] = Counter()
    for place in places:
        statement = statements[place]
        parts = (statement.file, statement.path, statement.same)
        id_ = _digest(*parts)
        if id_ in used:
            id_ = in_section = _digest(*parts, statement.place)
            ordinals[in_section] += 1
            while id_ in used:
                ordinals[in_section] += 1
                id_ = _digest(*parts, statement.place, str(ordinals[in_section]))
        found[place] = id_
        used.add(id_)
    return found


def moved(old: Mapping[str, Statement], new: Mapping[int, Statement]) -> dict[int, str]:
    """Statements that kept every word but stand elsewhere now, where only one can be meant on either side."""
    found: dict[int, str] = {}
    for key in (lambda s: (s.path, s.same), lambda s: (s.same,)):  # another file; another property
        done = set(found.values())
        left: dict[tuple[str, ...], list[str]] = defaultdict(list)
        right: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for id_, statement in old.items():
            if id_ not in done:
                left[key(statement)].append(id_)
        for place, statement in new.items():
            if place not in found:
                right[key(statement)].append(place)
        for words, places in right.items():
            if len(places) == 1 and len(left.get(words, ())) == 1:
                found[places[0]] = left[words][0]
    return found


def alike(one: Statement, other: Statement) -> float:
    """How similar two wordings are, 0 to 1, word by word; the same property counts for a tenth."""
    old, new = one.same.split(), other.same.split()
    if max(len(old), len(new)) > LONGEST:
        return 0.0
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE - 0.1 or matcher.quick_ratio() < ALIKE - 0.1:
        return 0.0
    near = 0.1 if one.path and one.path == other.path else 0.0
    return min(1.0, matcher.ratio() + near)


def pairs(old: Mapping[str, Statement], new: Mapping[int, Statement]) -> list[tuple[float, str, int]]:
    """Every pair of one that went and one that came that may be a rewording, the most similar first."""
    found = [
        (ratio, id_, place)
        for id_, before in old.items()
        for place, after in new.items()
        if (ratio := alike(before, after)) >= ALIKE
    ]
    return sorted(found, key=lambda pair: (-pair[0], pair[1], pair[2]))


def best(found: list[tuple[float, str, int]]) -> list[tuple[float, str, int]]:
    """Each statement in at most one pair."""
    chosen: list[tuple[float, str, int]] = []
    ids, places = set(), set()
    for ratio, id_, place in found:
        if id_ not in ids and place not in places:
            chosen.append((ratio, id_, place))
            ids.add(id_)
            places.add(place)
    return chosen


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:LENGTH]
