"""Versions and their order: candidates count as numbers, rc2 and rc.2 are one, and what size a release is."""

import re
from collections.abc import Iterable

from bot.model.clause import Size
from bot.model.repository import Tagged

VERSION = re.compile(r"v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-rc\.?(\d{1,9})?)?", re.I)
FINAL = 1_000_000_000  # sorts behind every candidate of its version

Key = tuple[int, int, int, int]


def key(version: str) -> Key:
    """What versions are ordered and compared by; anything that is none comes first."""
    found = VERSION.fullmatch(version.strip())
    if found is None:
        return (-1, 0, 0, 0)
    is_candidate = "-rc" in version.lower()
    return (int(found[1]), int(found[2]), int(found[3]), int(found[4] or 0) if is_candidate else FINAL)


def is_candidate(version: str) -> bool:
    return key(version)[3] != FINAL


def size(version: str) -> Size:
    """A candidate's size is that of its final only for the rules that count candidates; before 1.0.0 all is zero."""
    major, minor, patch, candidate = key(version)
    if candidate != FINAL:
        return Size.CANDIDATE
    return series_size((major, minor, patch))


def series_size(series: tuple[int, int, int]) -> Size:
    """What the final of a version will be, whatever its candidates are called."""
    if series[0] == 0:
        return Size.ZERO
    return Size.PATCH if series[2] else Size.MINOR if series[1] else Size.MAJOR


def series(version: str) -> tuple[int, int, int]:
    return key(version)[:3]


def fold(tags: Iterable[Tagged]) -> tuple[Tagged, ...]:
    """Each release once, in the order of versions; of two spellings of one candidate the older tag counts."""
    first: dict[Key, Tagged] = {}
    for tag in sorted(tags, key=lambda each: (each.tagged_at, each.tag)):
        if key(tag.tag)[0] >= 0:
            first.setdefault(key(tag.tag), tag)
    return tuple(first[each] for each in sorted(first))


def candidates_of(version: str, tags: Iterable[Tagged]) -> tuple[Tagged, ...]:
    """The candidates of a final, in their order, each once."""
    return tuple(tag for tag in fold(tags) if series(tag.tag) == series(version) and is_candidate(tag.tag))


def since_break(version: str, tags: Iterable[Tagged], broken: Iterable[str]) -> int:
    """How many candidates there are since the last break, up to this release: the one that broke is the first of them.

    A final that breaks something itself is the first of a new count, too.
    """
    keys = {key(each) for each in broken}
    if not is_candidate(version) and key(version) in keys:
        return 1
    run = 0
    for tag in candidates_of(version, tags):
        if key(tag.tag) <= key(version):
            run = 1 if key(tag.tag) in keys else run + 1
    return run
