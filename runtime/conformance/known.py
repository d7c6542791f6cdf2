"""What is known of failures: causes that were looked at by a person (known.toml), and results that are disputed (disputed.toml)."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from runtime.conformance.releases import FIRST, NEWEST, within

HERE = Path(__file__).resolve().parent
KINDS = {"bug": "the runtime does it wrongly", "kernel": "this kernel or host cannot do it"}
COMPARE = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "==": lambda a, b: a == b}  # fmt: skip


@cache
def causes() -> Sequence[Mapping[str, Any]]:
    """The rows of known.toml: `runtime`, `case` or `cases`, `kind`, `why`, `link`, `anchor`; perhaps `versions`, `since`, `until`,
    and `seen`, words that the failure's reason must have so that another failure of the same case is not taken for this one."""
    return _rows("known.toml", "known")


@cache
def disputes() -> Sequence[Mapping[str, Any]]:
    """The rows of disputed.toml: `case`, `by`, `link`, `reading`, `opened`; perhaps `runtime`, `since`, `until`, `closed`."""
    return _rows("disputed.toml", "disputed")


def explained(case: str, release: str, runtime: str, version: str, reason: str) -> dict[str, str] | None:
    """The known cause of a failure: {why, link, kind, anchor}, or None. It stays a failure."""
    for row in causes():
        if (
            case in (row.get("cases") or [row["case"]])
            and runtime == row["runtime"]
            and _in_range(row, release)
            and among(version, row.get("versions", ""))
            and row.get("seen", "") in reason
        ):
            return {name: row.get(name, "") for name in ("why", "link", "kind", "anchor")}
    return None


def disputed(case: str, release: str, runtime: str) -> dict[str, str] | None:
    """Who disputes a result, where, and by which reading of the sentence: {by, link, reading, since}, or None."""
    for row in disputes():
        here = case == row["case"] and row.get("runtime", runtime) == runtime and _in_range(row, release)
        if here and not row.get("closed"):
            return {name: row[name] for name in ("by", "link", "reading")} | {"since": row["opened"]}
    return None


def among(version: str, wanted: str) -> bool:
    """Whether the first number in a line of --version is in a range such as `>=1.1,<1.2`; "" is every version."""
    if not wanted:
        return True
    found = re.search(r"\d+(?:\.\d+)+", version)
    if found is None:
        return False
    here = _numbers(found[0])
    for part in wanted.split(","):
        bound = re.fullmatch(r"\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)*)\s*", part)
        if bound is None:
            raise ValueError(f"{wanted!r} is no range of versions such as >=1.1,<1.2")
        if not COMPARE[bound[1]](here, _numbers(bound[2])):
            return False
    return True


def _numbers(text: str) -> tuple[int, ...]:
    """Three of them at least, so that 1.2 is 1.2.0."""
    found = tuple(int(part) for part in text.split("."))
    return found + (0,) * (3 - len(found))


def _in_range(row: Mapping[str, Any], release: str) -> bool:
    return within(release, row.get("since", FIRST), row.get("until", NEWEST))


def _rows(file: str, table: str) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = tomllib.loads((HERE / file).read_text(encoding="utf-8")).get(
        table, []
    )
    return tuple(found)
