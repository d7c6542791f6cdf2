"""The releases as `runtime/conformance/releases/<tag>.toml` keep them: who is whose ancestor, and the ids of each."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runtime.conformance import beside
from runtime.conformance.requirements.identity import (
    Known,
    Requirement,
    fingerprint,
    identify,
    moved,
    new_ids,
)
from runtime.conformance.requirements.statements import Statement, extract

FOLDER = Path(__file__).resolve().parent.parent / "releases"
FACTS = ("commands", "config", "state")
VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-rc\.?(\d+))?(?:[-+].*)?$")


@dataclass(frozen=True, slots=True)
class Release:
    """One release. `known` are its requirements by id, `reviewed` and `notes` what a person said of an id in this release
    or one before it; `facts` are the tables `commands`, `config` and `state`: how containers are run, configured and shown."""

    tag: str
    after: str
    known: Mapping[str, Known]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    changed: Mapping[str, Mapping[str, Any]]
    reworded: Mapping[str, str]
    unrelated: frozenset[tuple[str, str]]
    reviewed: Mapping[str, Mapping[str, Any]]
    notes: Mapping[str, str]
    facts: Mapping[str, Any]


@beside.kept
def tags() -> tuple[str, ...]:
    """Every release that has a file, oldest first."""
    return tuple(sorted(_files(), key=order))


def _files() -> dict[str, Path]:
    """The file of each release. Of one that both know ours counts, since people have reviewed it."""
    folders = (*(folder / "releases" for folder in beside.FOLDERS), FOLDER)
    found = [path for folder in folders for path in folder.glob("*.toml") if VERSION.match(path.stem)]
    return {path.stem: path for path in found}


def order(tag: str) -> tuple[int, int, int, int]:
    """Sorts versions: a candidate before its release, `rc1` as `rc.1`. ValueError for what is no version."""
    found = VERSION.match(tag)
    if found is None:
        raise ValueError(f"{tag} is no version like v1.3.0 or v1.3.0-rc.1")
    return (int(found[1]), int(found[2]), int(found[3]), int(found[4]) if found[4] else 1_000_000)


def own(tag: str) -> str:
    """The release itself if this suite has its file, else the newest of its ancestors that this suite has."""
    while not (FOLDER / f"{tag}.toml").exists() and load(tag).after:
        tag = load(tag).after
    return tag


def nearest(tag: str) -> str:
    """The release itself if it is known, else the newest one before it; the oldest for what is older than all."""
    if tag in tags():
        return tag
    before = [known for known in tags() if order(known) <= order(tag)]
    return before[-1] if before else tags()[0]


@beside.kept
def unrelated() -> frozenset[tuple[str, str]]:
    """Every pair, of a new wording's fingerprint and an old id, that a person kept apart in any release."""
    return frozenset(pair for tag in tags() for pair in load(tag).unrelated)


@beside.kept
def load(tag: str) -> Release:
    """A release with everything that it keeps from its ancestors. KeyError for a tag without a file."""
    if tag not in tags():
        raise KeyError(tag)
    with _files()[tag].open("rb") as file:
        table = tomllib.load(file)
    before = load(table["after"]) if table["after"] else None
    known = dict(before.known) if before else {}
    for id_ in table.get("dropped", ()):
        del known[id_]
    for id_, fields in table.get("changed", {}).items():
        known[id_] = replace(known[id_], **_fields(fields))
    for id_, fields in table.get("added", {}).items():
        known[id_] = Known(**{"id": id_, "fingerprint": id_, "path": "", "refused": False, **_fields(fields)})
    return Release(
        tag, table["after"], known,
        tuple(table.get("added", {})), tuple(table.get("dropped", ())), table.get("changed", {}),
        table.get("reworded", {}),
        frozenset((print_, id_) for print_, ids in table.get("unrelated", {}).items() for id_ in ids),
        {**(before.reviewed if before else {}), **table.get("reviewed", {})},
        {**(before.notes if before else {}), **table.get("notes", {})},
        {name: {**(before.facts[name] if before else {}), **table.get(name, {})} for name in FACTS},
    )  # fmt: skip


def _fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    named = {"path" if name == "property" else name: value for name, value in fields.items()}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in named.items()}


def requirements(texts: Mapping[str, str], tag: str) -> tuple[Requirement, ...]:
    """What a release's texts ask, with ids. `tag` is the release, or for texts that no file describes (a draft, a release
    not seen yet) its nearest ancestor: what is worded otherwise there is then new and gets an id of its own.
    """
    release = load(tag)
    statements = extract(texts)
    ids = identify(statements, release.known.values())
    fresh = [place for place in range(len(statements)) if place not in ids]
    ids |= new_ids(statements, fresh, {*release.known})
    return tuple(
        Requirement(ids[place], fingerprint(each), reviewed(each, release.reviewed.get(ids[place])), release.notes.get(ids[place], ""))
        for place, each in enumerate(statements)
    )  # fmt: skip


def reviewed(statement: Statement, said: Mapping[str, Any] | None) -> Statement:
    """A statement with the duty, platform or refusal that a person gave it where the rules read it wrongly."""
    if not said:
        return statement
    return replace(
        statement, **{name: said[name] for name in ("duty", "platform", "refused") if name in said}
    )


def closest(texts: Mapping[str, str]) -> str:
    """The release with the most wordings in common with some texts of unknown version; the newest of several, and of texts
    that have little in common with any.
    """
    prints = {fingerprint(each) for each in extract(texts)}
    best = max(tags(), key=lambda tag: (_shared(prints, load(tag)), order(tag)))
    common = prints & {each.fingerprint for each in load(best).known.values()}
    return best if 2 * len(common) > len(prints) else tags()[-1]


def _shared(prints: set[str], release: Release) -> int:
    """How many wordings both have, less those that only one has."""
    known = {each.fingerprint for each in release.known.values()}
    return len(known & prints) - len(known ^ prints)


@dataclass(frozen=True, slots=True)
class Step:
    """What became of each statement of a release since the one before: ids by position, and how each was found."""

    statements: Sequence[Statement]
    ids: Mapping[int, str]
    moved: frozenset[int]
    fresh: tuple[int, ...]
    dropped: tuple[str, ...]


def step(
    before: Mapping[str, Known],
    old: Mapping[str, Statement],
    new: Sequence[Statement],
    reworded: Mapping[str, str],
) -> Step:
    """Gives every statement of `new` its id: by wording, by the reviewed map, by having moved, or as new.

    `before` and `old` are what is known of the ancestor and its statements, by id.
    """
    said = {print_: id_ for print_, id_ in reworded.items() if id_ in before}
    held = set(said.values())
    ids = identify(new, [each for each in before.values() if each.id not in held])
    for place, statement in enumerate(new):
        if place not in ids and (id_ := said.get(fingerprint(statement))) in held:
            ids[place] = str(id_)
            held.discard(ids[place])
    gone = {id_: statement for id_, statement in old.items() if id_ not in ids.values()}
    came = {place: statement for place, statement in enumerate(new) if place not in ids}
    elsewhere = moved(gone, came)
    ids |= elsewhere
    fresh = tuple(place for place in came if place not in elsewhere)
    ids |= new_ids(new, fresh, before)
    dropped = tuple(id_ for id_ in before if id_ not in ids.values())
    return Step(new, ids, frozenset(elsewhere), fresh, dropped)
