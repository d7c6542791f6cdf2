"""RFC 2119's words, how strong each is, and which of two wordings asks more."""

import re

KEYWORD = re.compile(
    r"\b(MUST(?:\s+(?:NOT|not)\b)?|SHALL(?:\s+(?:NOT|not)\b)?|SHOULD(?:\s+(?:NOT|not)\b)?"
    r"|NOT\s+RECOMMENDED|RECOMMENDED|REQUIRED|MAY|OPTIONAL)\b"
)
STRENGTHS = {  # as RFC 2119 groups its words
    "MUST": "MUST", "MUST NOT": "MUST", "REQUIRED": "MUST", "SHALL": "MUST", "SHALL NOT": "MUST",
    "SHOULD": "SHOULD", "SHOULD NOT": "SHOULD", "RECOMMENDED": "SHOULD", "NOT RECOMMENDED": "SHOULD",
    "MAY": "MAY", "OPTIONAL": "MAY",
}  # fmt: skip
ORDER = ("MAY", "SHOULD", "MUST")


def keywords(text: str) -> tuple[str, ...]:
    """Every keyword of a text in its order, blanks made one and in capitals."""
    return tuple(" ".join(match[1].split()).upper() for match in KEYWORD.finditer(text))


def strength(found: tuple[str, ...]) -> str:
    """MUST, SHOULD or MAY: the strongest of a statement's keywords."""
    return max((STRENGTHS[word] for word in found), key=ORDER.index)
