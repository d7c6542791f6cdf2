"""A mistake in the settings in words, with what to do about it."""

import difflib
from typing import Any

from pydantic_core import ErrorDetails

WORDS = {  # pydantic's kind of error -> what to do, where its own words are not for people
    "string_type": "write it in quotes",
    "tuple_type": "write a list in square brackets",
    "string_pattern_mismatch": "use letters, digits, dots, dashes and underscores, a letter or digit first",
    "model_type": "write a table of settings",
    "int_parsing": "write a number",
    "int_type": "write a number",
}


def sentence(error: ErrorDetails, model: Any) -> str:
    """What is wrong with one setting, where it stands, and what to do; `model` knows the settings there are."""
    where = ".".join(_step(step) for step in error["loc"]) or "the file"
    where = where.replace(".[", "[")
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        known = _known_names(error["loc"], model)
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        return f"{where}: unknown setting; " + (
            f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        )
    if kind == "missing":
        return f"{where}: it is missing; add it"
    message = WORDS.get(kind, error["msg"].removeprefix("Value error, "))
    return f"{where}: {message}" + (f" (it is {given!r})" if isinstance(given, str | int | float) else "")


def _step(step: int | str) -> str:
    return f"[{step + 1}]" if isinstance(step, int) else step


def _known_names(loc: tuple[int | str, ...], model: Any) -> list[str]:
    """The settings known where an unknown one was found; `project[1].relases` -> those of Project."""
    for step in loc[:-1]:
        if isinstance(step, int):
            continue
        annotation = model.model_fields[step].annotation
        model = next(
            (a for a in getattr(annotation, "__args__", ()) if hasattr(a, "model_fields")), annotation
        )
    return list(model.model_fields)
