"""A block's text as a reader sees it, cut into sentences, and the form in which two wordings are compared."""

import re

from runtime.conformance.requirements.markdown import ANCHOR, TAG
from runtime.conformance.requirements.markdown import labels as link_labels

# Where a sentence may end; only where what follows begins like a sentence does.
END = re.compile(r"[.!?:] (?=[A-Z`\[*(\"_])")
ABBREVIATED = re.compile(r"(?:\be\.g|\bi\.e|\betc|\bvs|\bcf)\.$")
LEAD = re.compile(
    r"(?:For |On )?(?:Linux|Windows|Solaris|FreeBSD|z/OS|POSIX|all other)(?: operating systems?| platforms?| systems?)?:$"
)
LONGEST_LEAD = 60
FOOTNOTE_MARK = re.compile(r"\[\^[^\]]+\]")
ADDRESS = re.compile(r"<?https?://[^\s<>)]+>?")
SHORTCUT = re.compile(r"\[([^\[\]]+)\]")


def readable(text: str, labels: frozenset[str] = frozenset()) -> str:
    """Links by their label, without anchors, tags, footnote marks and backslashes; code and emphasis stay.

    `labels` are the file's link definitions, in lower case: `[label]` alone is a link only with one.
    """
    seen = link_labels(TAG.sub("", ANCHOR.sub("", FOOTNOTE_MARK.sub("", text))))
    seen = SHORTCUT.sub(lambda found: found[1] if found[1].lower() in labels else found[0], seen)
    return " ".join(re.sub(r"\\(?=[_*`\[\]<>#|])", "", seen).split())


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a readable text: not cut inside parentheses, after e.g. or i.e., nor after a platform's name and a
    colon, which says for whom the rest holds. Parentheses that do not match are no parentheses."""
    inside = _depths(text)
    found, start = [], 0
    for end in END.finditer(text):
        stop = end.start() + 1
        if inside[end.start()] or ABBREVIATED.search(text[max(start, stop - 6) : stop]):
            continue
        if text[end.start()] == ":" and text.startswith(("(", "*(", "_("), end.end()):
            continue  # a property's name, and its type
        if stop - start < LONGEST_LEAD and LEAD.match(text[start:stop].strip()):
            continue
        found.append(text[start:stop].strip())
        start = end.end()
    return tuple(part for part in (*found, text[start:].strip()) if part)


def _depths(text: str) -> list[int]:
    depths, depth = [], 0
    for letter in text:
        depth = max(0, depth + (letter == "(") - (letter == ")"))
        depths.append(depth)
    return depths if depth == 0 else [0] * len(text)


def comparable(text: str) -> str:
    """What the fingerprint is made of: neither markup nor addresses, one blank between words, MUST NOT in capitals."""
    seen = ADDRESS.sub("", readable(text).replace("`", "").replace("*", ""))
    seen = re.sub(r"(?<!\w)_|_(?!\w)", "", seen)
    return re.sub(r"\b(MUST|SHOULD|SHALL) not\b", r"\1 NOT", " ".join(seen.split()))
