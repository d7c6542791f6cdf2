"""Counts of a release's requirements, and which of them a runtime on Linux has to be tested for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from runtime.conformance.requirements.identity import Requirement

HOSTED = ("all", "linux")  # the others have no host here: listed and counted, never dropped from a total


def is_hosted(each: Requirement) -> bool:
    return each.statement.platform in HOSTED


def is_ours(each: Requirement) -> bool:
    """Whether the runtime has something to do: it is its duty, or it must refuse what breaks the author's."""
    return each.statement.duty == "runtime" or each.statement.refused


def base(requirements: Iterable[Requirement], strength: str = "MUST") -> tuple[Requirement, ...]:
    """What coverage is counted on: of one strength, for Linux, and the runtime's to do."""
    return tuple(
        each
        for each in requirements
        if each.statement.strength == strength and is_hosted(each) and is_ours(each)
    )


def counts(requirements: Sequence[Requirement]) -> dict[str, Any]:
    """Statements and keywords, by keyword, strength, platform, duty, kind and file."""
    statements = [each.statement for each in requirements]
    return {
        "statements": len(statements),
        "keywords": sum(len(each.keywords) for each in statements),
        "by_keyword": dict(Counter(word for each in statements for word in each.keywords)),
        "by_strength": dict(Counter(each.strength for each in statements)),
        "by_platform": dict(Counter(each.platform for each in statements)),
        "by_duty": dict(Counter(each.duty for each in statements)),
        "by_kind": dict(Counter(each.kind for each in statements)),
        "by_file": dict(Counter(each.file for each in statements)),
        "no_host": sum(not is_hosted(each) for each in requirements),
        "to_test": {word: len(base(requirements, word)) for word in ("MUST", "SHOULD")},
    }
