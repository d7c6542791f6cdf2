"""W3C's forms, for projects that turn them on: `Topic:`, `ACTION: name to do x`, `RESOLVED:`, `s/old/new/`."""

import re
from dataclasses import dataclass

FORMS = {  # word -> our command; the scribe's tools of the W3C take them from anybody
    "topic": "topic", "subtopic": "subtopic", "action": "action", "resolved": "agreed", "resolution": "agreed",
    "issue": "question", "scribe": "scribe", "scribenick": "scribe",
}  # fmt: skip
FORM = re.compile(
    r"(topic|subtopic|action|resolved|resolution|issue|scribe|scribenick):[ \t]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
CORRECTION = re.compile(r"s([/|])([^/|]{1,500})\1([^/|]{0,500})(?:\1(g?))?\s*")


@dataclass(frozen=True, slots=True)
class Correction:
    """`s/old/new/`: put `new` for `old` in the last line that holds it; with g in every line."""

    old: str
    new: str
    everywhere: bool


def command_of(text: str) -> tuple[str, str] | None:
    """The command that a W3C form stands for, and its text."""
    if ":" not in text[:12]:
        return None
    found = FORM.match(text)
    return (FORMS[found[1].lower()], found[2].strip()) if found and found[2].strip() else None


def correction_of(text: str) -> Correction | None:
    found = CORRECTION.fullmatch(text) if text[:2] in ("s/", "s|") else None
    return Correction(found[2], found[3], found[4] == "g") if found else None
