"""How alike two names of people are, and why; a likeness is a guess, whatever its score."""

import re
from collections.abc import Iterable

from rapidfuzz.distance import JaroWinkler

SUFFIX = re.compile(
    r"(?<=\w)(?:[_`^]+|[|\[{(].*|[-_.](?:away|afk|brb|bnc|busy|gone|home|lunch|mobile|phone|work|zzz))$", re.I
)
LONGEST = 100  # characters; no name of a person is longer
TYPO_LENGTH = 5  # of shorter names one changed letter makes another name
# mruanl and mrunalp have 93, mruanl and mrunal 96; brandon and brendan, who are two people, have 85.
TYPO_LIKENESS = 90
PREFIX_LENGTH = 3


def near_names(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Those of `others` whose name is like this one, the likest first: `Mruanl` is like `mrunalp`."""
    found = [(likeness(name, other)[0], other) for other in dict.fromkeys(others) if other != name]
    return tuple(other for score, other in sorted(found, key=lambda pair: (-pair[0], pair[1])) if score)


def are_spelled_alike(name: str, other: str) -> bool:
    """Whether two names are the same but for case and what stands behind them: `wking` and `Wking_`."""
    return _without_suffix(name.casefold()[:LONGEST]) == _without_suffix(other.casefold()[:LONGEST])


def likeness(name: str, known: str, *, is_full_name: bool = False) -> tuple[int, str]:
    """0 to 98 with the reason, (0, "") when the names are not alike. `known` is a nick or login, or somebody's full name."""
    if not name.strip() or not known.strip() or max(len(name), len(known)) > LONGEST:
        return 0, ""
    if is_full_name:
        return max((*_to_parts(name, known), (0, "")), key=lambda found: found[0])
    return _to_nick(name.casefold(), known.casefold(), known)


def _to_nick(name: str, known: str, shown: str) -> tuple[int, str]:
    if name == known:
        return 98, f"spelled like {shown}"
    plain, other = _without_suffix(name), _without_suffix(known)
    if plain == other:
        return (
            95,
            f"{shown} with something behind it"
            if plain == known
            else f"the same as {shown} without what is behind it",
        )
    return _to_word(plain, other, shown)


def _to_parts(name: str, full: str) -> list[tuple[int, str]]:
    """A nick beside the parts of a full name: `Michael` and `mcrosby` are like Michael Crosby, so is `mc`."""
    parts = re.findall(r"\w+", full.casefold())
    plain = _without_suffix(name.casefold())
    found: list[tuple[int, str]] = []
    if len(parts) < 1 or not plain:
        return found
    if re.findall(r"\w+", plain) == parts or plain == "".join(parts):
        found.append((92, f"the same as the name {full}"))
    if len(plain) >= PREFIX_LENGTH and plain in parts:
        found.append((85, f"a part of the name {full}"))
    if len(parts) > 1:
        if len(plain) >= 2 and plain == "".join(part[0] for part in parts):
            found.append((70, f"the first letters of {full}"))
        if plain in (parts[0][0] + parts[-1], parts[0] + parts[-1][0]):
            found.append((80, f"made of the name {full}"))
    found += [_to_word(plain, part, full) for part in parts]
    return found


def _to_word(name: str, word: str, shown: str) -> tuple[int, str]:
    short, long = sorted((name, word), key=len)
    if (
        len(short) >= PREFIX_LENGTH
        and 2 * len(short) >= len(long)
        and long.startswith(short)
        and short != long
    ):
        return 78, f"begins like {shown}"
    alike = round(100 * JaroWinkler.similarity(name, word))
    if min(len(name), len(word)) >= TYPO_LENGTH and alike >= TYPO_LIKENESS and name != word:
        return min(alike, 97) - 20, f"written almost like {shown}"
    return 0, ""


def _without_suffix(name: str) -> str:
    return SUFFIX.sub("", name) or name
