"""Writes `releases/<tag>.toml` from the texts: ids, places and keywords, never a sentence; what people wrote there stays."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.conformance.requirements import history
from runtime.conformance.requirements.identity import Known, best, fingerprint, list_print, pairs
from runtime.conformance.requirements.statements import Statement, extract

HEADER = """\
# Ids, places and keywords of the release's requirements; an id is the fingerprint at first appearance.
# Written by `python -m runtime.conformance requirements record DIR`, which keeps the tables marked as kept by hand.
"""
HAND = {
    "commands": "how a container is run in this release",
    "config": "how its config.json differs from the others'",
    "state": "the names of the state's properties",
    "reworded": "another wording of a requirement that was there: fingerprint = id",
    "unrelated": "looks like one that went, and is another requirement: fingerprint = ids",
    "reviewed": "where the rules of scope.py misread whose duty it is, or where",
    "notes": "to whoever implements it",
}
FIELDS = ("at", "property", "keywords", "platform", "duty", "refused", "fingerprint", "listed")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A release's file, what it knows, and the pairs that look like one requirement and that nobody has decided on."""

    text: str
    known: Mapping[str, Known]
    statements: Mapping[str, Statement]
    reviewed: Mapping[str, Mapping[str, Any]]
    undecided: tuple[tuple[float, Statement, Statement, str], ...]


EMPTY = Recorded("", {}, {}, {}, ())


def record(tag: str, after: str, before: Recorded, texts: Mapping[str, str], written: str) -> Recorded:
    """The file of a release: `before` is its ancestor's, `written` the present file's text, whose hand-kept tables stay.

    tomllib.TOMLDecodeError when `written` is no TOML.
    """
    hand = {name: table for name, table in tomllib.loads(written).items() if name in HAND}
    said = {**before.reviewed, **hand.get("reviewed", {})}
    reworded: dict[str, str] = hand.get("reworded", {})
    found = history.step(before.known, before.statements, extract(texts), reworded)
    statements = {found.ids[place]: each for place, each in enumerate(found.statements)}
    known = {id_: _known(id_, history.reviewed(each, said.get(id_))) for id_, each in statements.items()}
    added = {found.ids[place]: known[found.ids[place]] for place in found.fresh}
    changed = {
        id_: difference
        for id_ in known
        if id_ in before.known and (difference := _difference(before.known[id_], known[id_]))
    }
    text = _file(tag, after, hand, added, found.dropped, changed)
    gone = {id_: before.statements[id_] for id_ in found.dropped}
    fresh = {place: found.statements[place] for place in found.fresh}
    return Recorded(text, known, statements, said, _undecided(gone, fresh, hand.get("unrelated", {})))


def _undecided(
    gone: Mapping[str, Statement], fresh: Mapping[int, Statement], unrelated: Mapping[str, Sequence[str]]
) -> tuple[tuple[float, Statement, Statement, str], ...]:
    found = [
        (ratio, id_, place)
        for ratio, id_, place in pairs(gone, fresh)
        if id_ not in unrelated.get(fingerprint(fresh[place]), ())
    ]
    return tuple((ratio, gone[id_], fresh[place], id_) for ratio, id_, place in best(found))


def _known(id_: str, each: Statement) -> Known:
    return Known(
        id_,
        fingerprint(each),
        each.place,
        each.path,
        each.keywords,
        each.platform,
        each.duty,
        each.refused,
        list_print(each),
    )


def _row(each: Known) -> dict[str, Any]:
    return {
        "at": each.at,
        "property": each.path,
        "keywords": list(each.keywords),
        "platform": each.platform,
        "duty": each.duty,
        "refused": each.refused,
        "fingerprint": each.fingerprint,
        "listed": each.listed,
    }


def _difference(old: Known, new: Known) -> dict[str, Any]:
    before, after = _row(old), _row(new)
    return {name: after[name] for name in FIELDS if before[name] != after[name]}


def _file(
    tag: str,
    after: str,
    hand: Mapping[str, Mapping[str, Any]],
    added: Mapping[str, Known],
    dropped: Sequence[str],
    changed: Mapping[str, Mapping[str, Any]],
) -> str:
    lines = [HEADER, f'tag = "{tag}"', f'after = "{after}"', f"dropped = {_list(dropped)}"]
    for name in ("commands", "config", "state"):
        lines += _table(name, hand.get(name, {}))
    lines += _table("added", {id_: _short(each) for id_, each in added.items()})
    lines += _table("changed", changed)
    for name in ("reworded", "unrelated", "reviewed", "notes"):
        lines += _table(name, hand.get(name, {}))
    return "\n".join(lines) + "\n"


def _short(each: Known) -> dict[str, Any]:
    """A new requirement's row without what goes without saying: no property, no refusal, its id as fingerprint."""
    row = _row(each)
    usual = {"property": "", "refused": False, "fingerprint": each.id, "listed": ""}
    return {name: value for name, value in row.items() if usual.get(name) != value}


def _table(name: str, rows: Mapping[str, Any]) -> list[str]:
    if not rows:
        return []
    kept = f"  # kept by hand: {HAND[name]}" if name in HAND else ""
    return ["", f"[{name}]{kept}", *(f"{_key(key)} = {_value(value)}" for key, value in rows.items())]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _string(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + " }"
    return "[" + ", ".join(_value(each) for each in value) + "]"


def _list(ids: Sequence[str]) -> str:
    if len(ids) < 8:
        return _value(ids)
    rows = [ids[n : n + 8] for n in range(0, len(ids), 8)]
    return "[\n" + "".join("    " + " ".join(f'"{id_}",' for id_ in row) + "\n" for row in rows) + "]"


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
