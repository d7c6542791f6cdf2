"""The texts of a release, from ../shared; tests that need them are skipped where it is missing."""

from functools import cache

from runtime.conformance.requirements import history, texts
from runtime.conformance.requirements.identity import Requirement
from runtime.conformance.requirements.statements import Statement, extract
from tests.skips import skip_data


@cache
def spec(tag: str) -> dict[str, str]:
    return texts.read(skip_data(f"spec/{tag}"))


@cache
def statements(tag: str) -> tuple[Statement, ...]:
    return extract(spec(tag))


@cache
def asked(tag: str) -> tuple[Requirement, ...]:
    return history.requirements(spec(tag), tag)
