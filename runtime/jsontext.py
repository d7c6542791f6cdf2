"""Reads and writes JSON without importing `json`, which would cost more than starting the container (it pulls in `re`)."""

from __future__ import annotations

import _json

from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any


class _Context:
    """What the C scanner asks its decoder for."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}


_scan = _json.make_scanner(_Context())  # type: ignore[arg-type]  # the stubs want the decoder that pulls in re


def loads(text: str, where: str) -> Any:
    """The value of a JSON text. Raises Fault naming `where` when it is not JSON (glossary.md#json)."""
    start = 0
    while start < len(text) and text[start] in " \t\r\n\ufeff":
        start += 1
    try:
        value, end = _scan(text, start)
    except StopIteration:
        raise Fault(f"{where} is not JSON: nothing readable at character {start}") from None
    except (
        Exception
    ) as broken:  # the C scanner raises json.JSONDecodeError, which only exists once json is imported
        raise Fault(f"{where} is not JSON: {broken}") from None
    if text[end:].strip():
        raise Fault(f"{where} is not JSON: something follows at character {end}")
    return value


def dumps(value: Any) -> str:
    """A JSON text on one line. Keys are strings; floats do not occur in what refrun writes."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return str(_json.encode_basestring_ascii(value))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{dumps(str(key))}: {dumps(each)}" for key, each in value.items()) + "}"
    return "[" + ", ".join(dumps(each) for each in value) + "]"
