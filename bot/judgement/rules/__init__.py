"""Rule sets as data: which rules and clauses a family of projects had in force at a time.

A rule is asked of a release by its gate; a clause says how votes are counted and releases are planned.
"""

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

from bot.judgement.rules.parameters import checked_for_gate, checked_parameters
from bot.model.clause import Clause, Clauses, Override, Predicate, Size
from bot.model.errors import BadInput
from bot.model.release import Force, Rule, RuleSet

COMMON = ("force", "text", "source", "commit", "in_force_from")
REQUIRED = ("id", "gate", *COMMON)
CLAUSE_REQUIRED = ("id", "predicate", *COMMON)


def families() -> tuple[str, ...]:
    """The families there are, by name."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


def text_of(family: str) -> str:
    """The TOML of a family. Raises BadInput for one that does not exist."""
    if family not in families():
        raise BadInput(f"there is no rule set {family}", do=f"known are {', '.join(families())}")
    return resources.files(__name__).joinpath(f"{family}.toml").read_text(encoding="utf-8")


def load(family: str, at: datetime, overrides: Sequence[Override] = (), project: str = "") -> RuleSet:
    """The rules of a family that were in force at a time, those that are another project's left out. Raises BadInput."""
    return read(text_of(family), family, at, overrides, project)


def load_clauses(family: str, at: datetime, overrides: Sequence[Override] = (), project: str = "") -> Clauses:
    """The clauses of a family in force at a time, those that are another project's left out. Raises BadInput."""
    return read_clauses(text_of(family), family, at, overrides, project)


def read(
    text: str, family: str, at: datetime, overrides: Sequence[Override] = (), project: str = ""
) -> RuleSet:
    """The rule set of a TOML text. Raises BadInput naming the rule that is not whole.

    A clause that names a `gate` is asked of releases as well: it is its rule's text, force, parameters and dates.
    `written_from` is the day of the project's first text about releases: on an earlier day no rule was in force at all.
    """
    data, title, written = _opened(text, family)
    try:
        given = [*data["rule"], *(row for row in data.get("clause", ()) if "gate" in row)]
        rows = [_checked(row, family, REQUIRED, "gate") for row in given]
    except (KeyError, TypeError) as broken:
        raise _unreadable(family, broken) from None
    day = at.astimezone(UTC).date()
    rules = [
        _rule(row, family, data.get("repository", ""))
        for row in rows
        if _is_in_force(row, day) and _is_of(row, project)
    ]
    _once(rules, family, day)
    _known(overrides, {row["id"] for row in (*rows, *data.get("clause", ()))}, family)
    if day >= written and rules:
        return RuleSet(family, title, tuple(_overridden_rule(rule, family, overrides) for rule in rules))
    first = max(written, min((row["in_force_from"] for row in rows), default=written))
    return RuleSet(family, title, (), _none_yet(title, day, first))


def read_clauses(
    text: str, family: str, at: datetime, overrides: Sequence[Override] = (), project: str = ""
) -> Clauses:
    """The clauses of a TOML text. Raises BadInput naming the clause that is not whole, or whose parameters make no sense."""
    data, title, written = _opened(text, family)
    try:
        rows = [_checked(row, family, CLAUSE_REQUIRED, "predicate") for row in data.get("clause", ())]
    except TypeError as broken:
        raise _unreadable(family, broken) from None
    day = at.astimezone(UTC).date()
    made = [(row, _clause(row, family, data.get("repository", ""))) for row in rows]
    found = [clause for row, clause in made if _is_in_force(row, day) and _is_of(row, project)]
    _once(found, family, day)
    _known(overrides, {row["id"] for row in (*rows, *data.get("rule", ()))}, family)
    if day >= written and found:
        return Clauses(
            family, title, tuple(_overridden_clause(clause, family, overrides) for clause in found)
        )
    first = max(written, min((row["in_force_from"] for row in rows), default=written))
    return Clauses(family, title, (), _none_yet(title, day, first))


def read_overrides(text: str, name: str) -> tuple[str, tuple[Override, ...]]:
    """A project's own file: the family it `extends` and its [[override]] tables, each with `id` and `why`. Raises BadInput."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        raise BadInput(f"{name} cannot be read ({broken})", do="mend its TOML") from None
    family, rows = data.get("extends"), data.get("override", [])
    if not isinstance(family, str):
        raise BadInput(
            f"{name} names no rule set", do=f'write extends = "oci"; known are {", ".join(families())}'
        )
    text_of(family)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput(f"{name} has no list of [[override]]", do="write each as a table with id and why")
    return family, tuple(_override(row, name) for row in rows)


def _override(row: dict[str, Any], name: str) -> Override:
    id_, why, force = row.get("id"), row.get("why"), row.get("force")
    if not isinstance(id_, str) or not isinstance(why, str) or not why.strip():
        raise BadInput(f"an override in {name} has no id or no reason", do="give it id and why")
    if force is not None and force not in set(Force):
        raise BadInput(f"the override of {id_} has the force {force}", do=f"write one of {', '.join(Force)}")
    given = row.get("parameters", {})
    if not isinstance(given, dict):
        raise BadInput(f"the override of {id_} has no table of parameters", do="write [override.parameters]")
    return Override(id_, " ".join(why.split()), Force(force) if force else None, given)


def _opened(text: str, family: str) -> tuple[dict[str, Any], str, date]:
    try:
        data = tomllib.loads(text)
        title, written = str(data["title"]), data["written_from"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as broken:
        raise _unreadable(family, broken) from None
    if type(written) is not date:
        raise BadInput(f"the rule set {family} has no day in written_from", do="write it as 2016-07-25")
    return data, title, written


def _unreadable(family: str, broken: Exception) -> BadInput:
    return BadInput(f"the rule set {family} cannot be read ({broken})", do="mend its TOML")


def _none_yet(title: str, day: date, first: date) -> str:
    return f"no rule of {title} was in force on {day}; the first came on {first}"


def _once(found: Sequence[Rule] | Sequence[Clause], family: str, day: date) -> None:
    if twice := [id_ for id_, times in Counter(each.id for each in found).items() if times > 1]:
        raise BadInput(f"{family} has the rule {twice[0]} twice on {day}", do="end one with `until`")


def _known(overrides: Sequence[Override], ids: set[str], family: str) -> None:
    """An override of a rule that has ended says nothing; one of a rule that never was is a mistake."""
    if unknown := [each.id for each in overrides if each.id not in ids]:
        raise BadInput(
            f"{family} has no rule {unknown[0]} to override", do=f"its rules are {', '.join(sorted(ids))}"
        )


def _checked(row: dict[str, Any], family: str, required: tuple[str, ...], asks: str) -> dict[str, Any]:
    missing = [name for name in required if name not in row]
    if missing:
        raise BadInput(f"the rule {row.get('id', '?')} of {family} lacks {', '.join(missing)}", do="add it")
    if row["force"] not in set(Force):
        raise BadInput(
            f"the rule {row['id']} of {family} has the force {row['force']}",
            do=f"write one of {', '.join(Force)}",
        )
    if asks == "predicate" and row[asks] not in set(Predicate):
        raise BadInput(
            f"the rule {row['id']} of {family} has the predicate {row[asks]}",
            do=f"write one of {', '.join(Predicate)}",
        )
    if any(name in row and type(row[name]) is not date for name in ("in_force_from", "until")):
        raise BadInput(
            f"the rule {row['id']} of {family} has no day in its dates", do="write it as 2016-07-25"
        )
    return row


def _is_in_force(row: dict[str, Any], day: date) -> bool:
    until = row.get("until")
    return bool(row["in_force_from"] <= day and (until is None or day < until))


def _is_of(row: dict[str, Any], project: str) -> bool:
    only = row.get("projects", ())
    return not only or not project or project in only


def _url(row: dict[str, Any], repository: str) -> str:
    """Where the words are: in the repository at the commit, or at `url` when they stand elsewhere."""
    if row.get("url"):
        return str(row["url"])
    return (
        f"{row.get('repository', repository)}/blob/{row['commit']}/{row['source']}" if row["commit"] else ""
    )


def _rule(row: dict[str, Any], family: str, repository: str) -> Rule:
    return Rule(
        row["id"],
        row["gate"],
        Force(row["force"]),
        row["text"],
        row["source"],
        _url(row, repository),
        checked_for_gate(row["id"], family, row["gate"], row.get("parameters", {})),
        "",
        tuple(size.value for size in _sizes(row, family)),
    )


def _sizes(row: dict[str, Any], family: str) -> tuple[Size, ...]:
    sizes = row.get("releases", ())
    if not set(sizes) <= set(Size):
        raise BadInput(
            f"the rule {row['id']} of {family} is for releases {sizes}", do=f"write {', '.join(Size)}"
        )
    return tuple(Size(size) for size in sizes)


def _clause(row: dict[str, Any], family: str, repository: str) -> Clause:
    predicate = Predicate(row["predicate"])
    return Clause(
        row["id"],
        predicate,
        Force(row["force"]),
        row["text"],
        row["source"],
        _url(row, repository),
        checked_parameters(row["id"], family, predicate, row.get("parameters", {})),
        _sizes(row, family),
        tuple(row.get("projects", ())),
    )


def _overridden_rule(rule: Rule, family: str, overrides: Sequence[Override]) -> Rule:
    for each in overrides:
        if each.id == rule.id:
            given = checked_for_gate(rule.id, family, rule.gate, {**rule.parameters, **each.parameters})
            rule = replace(rule, force=each.force or rule.force, parameters=given, why=each.why)
    return rule


def _overridden_clause(clause: Clause, family: str, overrides: Sequence[Override]) -> Clause:
    for each in overrides:
        if each.id == clause.id:
            given = checked_parameters(
                clause.id, family, clause.predicate, {**clause.parameters, **each.parameters}
            )
            clause = replace(clause, force=each.force or clause.force, parameters=given, why=each.why)
    return clause
