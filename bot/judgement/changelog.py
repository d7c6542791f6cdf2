"""What a ChangeLog says of each release, and which of it breaks something."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.judgement.versions import key

SECTION = re.compile(r"Changes with v?(?P<version>\d[\w.+-]{0,60}):?\s*")
HEADING = re.compile(r"\s+(?P<heading>[A-Z][^*\n]{0,200}):\s*")
ENTRY = re.compile(r"\s+\*\s+(?P<text>.*)")
NUMBER = re.compile(r"#(\d{1,7})\b")


class Effect(StrEnum):
    """What a heading means for whoever uses the specification."""

    BREAK = "break"
    BINDING = "binding"  # breaks the Go types, not the specification
    RESTRICTION = "restriction"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with the pull requests it names; two texts of one entry are known by these."""

    heading: str
    effect: Effect
    text: str
    numbers: frozenset[int]


def effect_of(heading: str) -> Effect:
    """`Breaking changes` breaks, also with a remark behind it; `Breaking Go changes` breaks only the types."""
    words = heading.lower()
    if words.startswith("breaking go"):
        return Effect.BINDING
    if words.startswith("breaking"):
        return Effect.BREAK
    return Effect.RESTRICTION if words.startswith("removals") else Effect.NONE


def sections(text: str) -> dict[str, tuple[Entry, ...]]:
    """The entries of each release, by its version as the file spells it."""
    found: dict[str, list[Entry]] = {}
    entries: list[Entry] = []
    heading = ""
    for line in text.splitlines():
        if section := SECTION.fullmatch(line):
            entries, heading = found.setdefault(section["version"], []), ""
        elif entry := ENTRY.fullmatch(line):
            entries.append(Entry(heading, effect_of(heading), entry["text"].strip(), _numbers(entry["text"])))
        elif title := HEADING.fullmatch(line):
            heading = title["heading"]
        elif line.strip() and entries:  # the rest of an entry
            last = entries[-1]
            entries[-1] = Entry(
                last.heading, last.effect, f"{last.text} {line.strip()}", last.numbers | _numbers(line)
            )
    return {version: tuple(rows) for version, rows in found.items()}


def breaks(texts: Mapping[str, str]) -> frozenset[str]:
    """The releases that brought a break of the specification; `texts` are ChangeLogs by the version they were read at.

    Sections are written after a tag, edited later and merged into a final's: so each is read where it was read last, and an
    entry that an earlier release has already is no new one.
    """
    ordered = sorted(texts, key=key)
    latest: dict[str, tuple[Entry, ...]] = {}
    for version in ordered:
        latest |= sections(texts[version])
    seen: set[int] = set()
    found = set()
    for version in sorted(latest, key=key):
        broken = [entry for entry in latest[version] if entry.effect is Effect.BREAK]
        if any(not entry.numbers or not entry.numbers <= seen for entry in broken):
            found.add(version)
        seen |= {number for entry in broken for number in entry.numbers}
    return frozenset(found)


def late(texts: Mapping[str, str]) -> tuple[str, ...]:
    """The releases whose own ChangeLog had no section for them when they were tagged."""
    return tuple(version for version in sorted(texts, key=key) if not _has(texts[version], version))


def _has(text: str, version: str) -> bool:
    return key(version) in {key(each) for each in sections(text)}


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(found[1]) for found in NUMBER.finditer(text))
