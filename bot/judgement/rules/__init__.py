"""Rule sets as data: which rules a family of projects had in force at a time."""

import tomllib
from collections import Counter
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

from bot.model.errors import BadInput
from bot.model.release import Force, Rule, RuleSet

REQUIRED = ("id", "gate", "force", "text", "source", "commit", "in_force_from")


def families() -> tuple[str, ...]:
    """The families there are, by name."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


def load(family: str, at: datetime) -> RuleSet:
    """The rules of a family that were in force at a time. Raises BadInput for a family that does not exist."""
    if family not in families():
        raise BadInput(f"there is no rule set {family}", do=f"known are {', '.join(families())}")
    text = resources.files(__name__).joinpath(f"{family}.toml").read_text(encoding="utf-8")
    return read(text, family, at)


def read(text: str, family: str, at: datetime) -> RuleSet:
    """The rule set of a TOML text. Raises BadInput naming the rule that is not whole.

    `written_from` is the day of the project's first text about releases: on an earlier day no rule was in force at all.
    """
    try:
        data = tomllib.loads(text)
        title, written = str(data["title"]), data["written_from"]
        rows = [_checked(row, family) for row in data["rule"]]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as broken:
        raise BadInput(f"the rule set {family} cannot be read ({broken})", do="mend its TOML") from None
    if type(written) is not date:
        raise BadInput(f"the rule set {family} has no day in written_from", do="write it as 2016-07-25")
    day = at.astimezone(UTC).date()
    rules = tuple(_rule(row, data.get("repository", "")) for row in rows if _is_in_force(row, day))
    if twice := [id_ for id_, times in Counter(rule.id for rule in rules).items() if times > 1]:
        raise BadInput(f"{family} has the rule {twice[0]} twice on {day}", do="end one with `until`")
    if day >= written and rules:
        return RuleSet(family, title, rules)
    first = max(written, min((row["in_force_from"] for row in rows), default=written))
    return RuleSet(family, title, (), f"no rule of {title} was in force on {day}; the first came on {first}")


def _checked(row: dict[str, Any], family: str) -> dict[str, Any]:
    missing = [name for name in REQUIRED if name not in row]
    if missing:
        raise BadInput(f"the rule {row.get('id', '?')} of {family} lacks {', '.join(missing)}", do="add it")
    if row["force"] not in set(Force):
        raise BadInput(
            f"the rule {row['id']} of {family} has the force {row['force']}",
            do=f"write one of {', '.join(Force)}",
        )
    if any(name in row and type(row[name]) is not date for name in ("in_force_from", "until")):
        raise BadInput(
            f"the rule {row['id']} of {family} has no day in its dates", do="write it as 2016-07-25"
        )
    return row


def _is_in_force(row: dict[str, Any], day: date) -> bool:
    until = row.get("until")
    return bool(row["in_force_from"] <= day and (until is None or day < until))


def _rule(row: dict[str, Any], repository: str) -> Rule:
    url = f"{repository}/blob/{row['commit']}/{row['source']}" if row["commit"] else ""
    return Rule(
        row["id"],
        row["gate"],
        Force(row["force"]),
        row["text"],
        row["source"],
        url,
        dict(row.get("parameters", {})),
    )
