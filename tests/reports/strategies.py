"""Any value that a type of the model allows, for hypothesis: also such as no recorder would ever make."""

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from hypothesis import strategies as st

ODD = (
    "#12", "b#12 and a/b#12", "https://example.org/(a", "[redacted by ada]", "<b>&amp;", "javascript:alert(1)", "مرحبا", "👩‍👩‍👧",
    "\u202eabc", "\ud800", "~~~", "| a |", "- [ ] x", "1. x", "a\nb\r\n\x00\x1b[31m",
)  # fmt: skip
# Lone surrogates too: JSON logs can hold them.
TEXTS = st.one_of(st.text(st.characters(exclude_categories=()), max_size=12), st.sampled_from(ODD))
URLS = st.one_of(
    TEXTS, st.sampled_from(("https://github.com/a/b/pull/12", "http://x", "mailto:a@example.org"))
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(0, 40),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a dataclass or a named tuple, a tuple, an enum, an optional or a plain type, field by field."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin in (typing.Union, types.UnionType):
        return st.one_of(st.none(), *(any_of(arg) for arg in args if arg is not types.NoneType))
    if origin is tuple:
        if args[-1] is Ellipsis:
            return st.lists(any_of(args[0]), max_size=2).map(tuple)
        return st.tuples(*map(any_of, args))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    names = (
        [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else kind._fields
    )
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: URLS if name == "url" else any_of(hints[name]) for name in names})
