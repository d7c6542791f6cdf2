"""Reads and writes JSON without importing `json`, which would cost more than starting the container (it pulls in `re`)."""

from __future__ import annotations

import _json

from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any, NoReturn


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names differ (glossary.md#json): of two readers of a doubled name each might take another one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Fault(f"an object has the name {next(name for name in names if names.count(name) > 1)!r} twice")
    return found


def _number(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise Fault(f"the number {text[:40]} is too large")
    return number


def _constant(text: str) -> NoReturn:
    raise Fault(f"{text} is no value of JSON")


class _Context:
    """What the C scanner asks its decoder for."""

    strict = True
    object_hook = None
    object_pairs_hook = staticmethod(_object)
    parse_float = staticmethod(_number)
    parse_int = int
    parse_constant = staticmethod(_constant)
    memo: dict[str, str] = {}


_scan = _json.make_scanner(_Context())  # type: ignore[arg-type]  # the stubs want the decoder that pulls in re


def loads(text: str, where: str) -> Any:
    """The value of a JSON text. Raises Fault naming `where` when it is not JSON, or has a name twice in one object (glossary.md#json)."""
    start = 0
    while start < len(text) and text[start] in " \t\r\n\ufeff":
        start += 1
    try:
        value, end = _scan(text, start)
    except StopIteration:
        raise Fault(f"{where} is not JSON: nothing readable at character {start}") from None
    except Fault as fault:
        raise Fault(f"{where} is not JSON as the specification wants it: {fault}") from None
    except RecursionError:
        raise Fault(f"{where} is not JSON that can be read: it is nested too deeply") from None
    except Exception as broken:
        raise Fault(f"{where} is not JSON: {_why(text, broken)}") from None
    if text[end:].strip(" \t\r\n"):
        raise Fault(f"{where} is not JSON: something follows at character {end}")
    return value


def _why(text: str, broken: Exception) -> str:
    """The scanner's error has no words until `json` is imported; once something is wrong, that may cost."""
    import json

    try:
        json.loads(text.lstrip("\ufeff"))
    except ValueError as said:
        return str(said)
    return str(broken)


def _strange(value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} is nothing that JSON has")


_text = _json.encode_basestring_ascii
_encode = _json.make_encoder(None, _strange, _text, None, ": ", ", ", False, False, False)


def dumps(value: Any) -> str:
    """A JSON text on one line. Raises Fault for what is nested more deeply than the encoder goes."""
    try:
        return "".join(_encode(value, 0))
    except RecursionError:
        raise Fault("a value is nested too deeply to be written as JSON") from None
