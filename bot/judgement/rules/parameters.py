"""The parameters each predicate takes, parsed at the door, so that whoever counts need not doubt them."""

from collections.abc import Mapping
from typing import Any

from bot.model.ballot import About, Kind
from bot.model.clause import Parameter, Predicate
from bot.model.errors import BadInput

# Each name with what it must be: a number of at least so much, a yes or no, words, or one of these words.
NUMBER, SOME, YES_OR_NO, WORDS, TEXT = range(5)
Shape = int | tuple[str, ...]
ABOUT, KIND = tuple(About), tuple(Kind)
SHAPES: dict[Predicate, dict[str, Shape]] = {
    Predicate.WORDS: {"in_favour": WORDS, "against": WORDS, "abstaining": WORDS},
    Predicate.ELECTORATE: {"about": ABOUT, "rosters": SOME},
    Predicate.QUORUM: {"numerator": SOME, "denominator": SOME, "abstentions": YES_OR_NO},
    Predicate.MAJORITY: {"numerator": SOME, "denominator": SOME, "of": ("cast", "roster")},
    Predicate.MINIMUM: {"in_favour": SOME},
    Predicate.UNOPPOSED: {"against": NUMBER},
    Predicate.EXCEPTION: {"kind": KIND, "about": ABOUT, "in_favour": SOME, "against": NUMBER},
    Predicate.WINDOW: {"hours": SOME},
    Predicate.EARLY: {"unanimous": YES_OR_NO},
    Predicate.PRIVATE: {"about": ABOUT},
    Predicate.TALLY: {"silent": YES_OR_NO},
    Predicate.CANDIDATES: {"least": SOME},
    Predicate.RESTART: {"least": SOME},
    Predicate.SPACING: {"days": SOME},
    Predicate.CADENCE: {"days": SOME},
}
OPTIONAL = frozenset({"abstentions", "abstaining"})
FOR_ITS_GATE = frozenset(
    {Predicate.RESTART}
)  # what only a gate asks for: a plan takes it from the candidates
PATH: dict[str, Shape] = {"path": TEXT}
GATES: dict[str, dict[str, Shape]] = {  # what the gates take; all of it may be left out, and then their own default holds
    "freshness": {"hours": SOME}, "review_state": {"approvals": NUMBER}, "decisions_seen": {"grace_days": NUMBER},
    "vote_window": {"hours": SOME}, "candidates": {"least": SOME}, "restart": {"least": SOME}, "spacing": {"days": SOME},
    "release_cadence": {"days": SOME}, "meeting_cadence": {"days": SOME}, "meeting_advertised": PATH,
    "conformance": {"peers": YES_OR_NO}, "rosters_agree": {"roster": TEXT, "owners": TEXT},
    "tooling": {"policy": ("in-step", "follows"), "days": SOME, "match": ("version", "date")},
    "changelog_entries": PATH, "changelog_complete": PATH, "changelog_groups": {**PATH, "groups": WORDS},
    "version_file": PATH, "dev_suffix": {**PATH, "suffix": TEXT}, "release_documents": {"endings": WORDS},
}  # fmt: skip
SAID = {
    NUMBER: "a whole number",
    SOME: "a whole number of at least 1",
    YES_OR_NO: "true or false",
    WORDS: "a list of words",
    TEXT: "a text",
}


def checked_parameters(
    id_: str, family: str, predicate: Predicate, given: Mapping[str, Any]
) -> dict[str, Parameter]:
    """The parameters of one clause. Raises BadInput naming the one that is missing, unknown or makes no sense."""
    shapes = SHAPES.get(predicate, {})
    where = f"the rule {id_} of {family}"
    if not isinstance(given, Mapping):
        raise BadInput(f"{where} has no table of parameters", do="write [clause.parameters]")
    if unknown := sorted(set(given) - set(shapes)):
        known = ", ".join(shapes) or "none"
        raise BadInput(f"{where} has the parameter {unknown[0]}", do=f"{predicate} takes {known}")
    if missing := [
        name
        for name in shapes
        if name not in given and name not in OPTIONAL and predicate not in FOR_ITS_GATE
    ]:
        raise BadInput(f"{where} lacks the parameter {missing[0]}", do=f"{predicate} needs it")
    _all_fit(where, shapes, given)
    if given.get("denominator", 1) < given.get("numerator", 1):
        raise BadInput(f"{where} asks for more than all", do="write a numerator up to the denominator")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def checked_for_gate(id_: str, family: str, gate: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a rule, as its gate takes them. Raises BadInput naming the one that is unknown or makes no sense."""
    where, shapes = f"the rule {id_} of {family}", GATES.get(gate, {})
    if not isinstance(given, Mapping):
        raise BadInput(f"{where} has no table of parameters", do="write [rule.parameters]")
    if unknown := sorted(set(given) - set(shapes)):
        known = ", ".join(shapes) or "none"
        raise BadInput(f"{where} has the parameter {unknown[0]}", do=f"the gate {gate} takes {known}")
    _all_fit(where, shapes, given)
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def _all_fit(where: str, shapes: Mapping[str, Shape], given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if not _fits(shapes[name], value):
            shape = shapes[name]
            what = f"one of {', '.join(shape)}" if isinstance(shape, tuple) else SAID[shape]
            raise BadInput(f"{where} has {value!r} as {name}", do=f"write {what}")


def _fits(shape: Shape, value: object) -> bool:
    if isinstance(shape, tuple):
        return value in shape
    if shape == YES_OR_NO:
        return isinstance(value, bool)
    if shape == TEXT:
        return isinstance(value, str) and bool(value)
    if shape == WORDS:
        return isinstance(value, list | tuple) and all(isinstance(word, str) and word for word in value)
    return isinstance(value, int) and not isinstance(value, bool) and value >= (1 if shape == SOME else 0)
