"""What the words of a decision ask of the tracker: issues moved, closed or merged. What is not plain is called unclear."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model.meeting import Item

LONGEST = 1_000  # characters; nobody decides in more, and a longer text is not guessed at

# No -ing: `merging #1 was discussed` decides nothing.
VERBS = {
    "move": r"(?:re)?move[sd]?|punt(?:s|ed)?|push(?:es|ed)?|bump(?:s|ed)?|defer(?:s|red)?|postpone[sd]?|dropped|taken|added"
    r"|kept|milestoned|goes|go",
    "put": r"drop|take|add|put|bring|keep|leave|milestone",  # `#12 should add ...` is no move: the issue must follow
    "close": r"close[sd]?",
    "merge": r"merge[sd]?|land(?:s|ed)?",
}
VERB = re.compile(r"\b(?:" + "|".join(f"(?P<{name}>{words})" for name, words in VERBS.items()) + r")\b", re.I)
NEXT = re.compile(  # where a clause with its own verb begins
    rf"(?:;|\.\s|,|\band\b|\bthen\b|\bbut\b)\s*(?=(?:(?:not|to|do|don't|also)\s+)*(?:{'|'.join(VERBS.values())})\b)|;|\.\s",
    re.I,
)
NOT = re.compile(
    r"\b(?:not|never|no longer|no need|nobody|cannot|against|avoid|refuse|decline|hold off|wait (?:to|with))\b|n['’]t\b",
    re.I,
)
TERM = r"if|once|when|unless|as soon as|pending|provided|before|until(?!\s+after\s+v?\d)|after(?!\s+(?:the\s+)?v?\d)"
OPEN = re.compile(
    rf"\b(?:{TERM}|assuming|depending|or|whether|decide|maybe|perhaps|could|might|consider|propose|discuss|try)\b",
    re.I,
)
ASIDE = re.compile(rf"(?:{TERM}|instead of|rather than)\b", re.I)
REASON = re.compile(
    rf"\b(?:{TERM}|in favou?r of|because|since|due to|as|see|per|like|instead of|rather than|superseded)\b",
    re.I,
)

ISSUE = r"(?:https?://\S{1,200}?/(?:issues|pulls?)/|[\w./-]{0,100}#)(\d{1,9})\b"
ISSUES = re.compile(rf"{ISSUE}(?:(?:\s*,)?\s*(?:and|&|,)\s*{ISSUE})*", re.I)
NUMBER = re.compile(ISSUE)
BEFORE_ISSUES = re.compile(r"\s*(?:(?:the|both|back|issues?|prs?|pulls?|pull requests?|requests?)\s+)*", re.I)
AFTER_ISSUES = re.compile(
    r"\s*[:,-]?\s*(?:(?:is|are|to|be|can|will|shall|should|gets?|has|have|been)\s+)*", re.I
)
SUBJECT = re.compile(
    r"\s*(?:is|are|was|were|can|could|may|must|will|shall|should|has|have|needs?|stays?|goes|go)\b", re.I
)
IT = re.compile(r"\s*(?:it|this|that)\b", re.I)
THEM = re.compile(r"\s*(?:them|both|these|those|all)\b", re.I)

WAY = r"\b(?P<way>out of|from|past|beyond|after|post|to|into|in|onto|for)[\s-]+(?:the\s+)?(?:(?:milestone|release)s?\s+)?[\"'“‘]?"
AWAY = frozenset({"out of", "from", "past", "beyond", "after", "post"})
VERSION = r"v?\d[\w+-]*(?:\.\w[\w+-]*)*"


class Act(StrEnum):
    OUT = "out"
    INTO = "into"
    CLOSE = "close"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to do with some issues; `title` is the milestone as people called it ("" when closing or merging)."""

    act: Act
    numbers: tuple[int, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a decision asks. `unclear` says why it cannot (all) be compared; `is_open`: it sets a condition."""

    asked: tuple[Asked, ...]
    unclear: str = ""
    is_open: bool = False


def read(item: Item, repo: str, titles: Sequence[str]) -> Reading:
    """Reads a decision about issues of `repo`, whose milestones are called `titles`."""
    numbers = (ref.number for ref in item.references if ref.repo.lower() == repo.lower())
    own = tuple(dict.fromkeys(number for number in numbers if number))
    if len(item.text) > LONGEST:
        return Reading((), "it is too long for a machine to read")
    asked: list[Asked] = []
    unclear = ""
    for clause, verb in _clauses(item.text):
        found = _asked(clause, verb, own, titles)
        if isinstance(found, str):
            unclear = unclear or found
        else:
            asked += found
    if not asked and not unclear:
        unclear = "it names no move, closing or merge"
    return Reading(tuple(asked), unclear, OPEN.search(item.text) is not None)


def _clauses(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The parts of a sentence that each have their own verb; asides (`after #13 is merged, ...`) are left out."""
    for clause in NEXT.split(text):
        verb = VERB.search(clause)
        if verb is not None and not ASIDE.match(clause.strip()):
            yield clause, verb


def _asked(clause: str, verb: re.Match[str], own: Sequence[int], titles: Sequence[str]) -> list[Asked] | str:
    """What one clause asks, or why that is not clear."""
    if NOT.search(clause, 0, verb.start()):
        return "it says what is not to be done"
    reason = REASON.search(clause, verb.end())
    after = clause[verb.end() : reason.start() if reason else None]
    numbers = _objects(clause[: verb.start()], after, own, may_follow=verb.lastgroup != "put")
    if not numbers:
        return "which issue it means is not clear"
    if verb.lastgroup in ("close", "merge"):
        return [Asked(Act(verb.lastgroup), numbers)]
    moves = [Asked(*each) for each in _ways(after, numbers, titles)]
    if not moves or len({move.act for move in moves}) < len(moves):
        return "which milestone it means is not clear"
    return moves


def _objects(before: str, after: str, own: Sequence[int], *, may_follow: bool) -> tuple[int, ...]:
    """The issues a verb is about: those right behind it, or right in front of it (`#12 to be closed`); () when unclear."""
    if THEM.match(after) or IT.match(after):
        return tuple(own) if THEM.match(after) or len(own) == 1 else ()
    run, rest, is_near = ISSUES.search(after), "", False
    if run is not None:
        rest = before + after[run.end() :]
        is_near = bool(BEFORE_ISSUES.fullmatch(after, 0, run.start())) and not SUBJECT.match(after, run.end())
    elif may_follow and (runs := list(ISSUES.finditer(before))):
        run, rest = runs[-1], before[: runs[-1].start()]
        is_near = AFTER_ISSUES.fullmatch(before, run.end()) is not None
    if run is None or not is_near or NUMBER.search(rest):
        return ()
    named = tuple(dict.fromkeys(int(found[1]) for found in NUMBER.finditer(run[0])))
    return named if set(named) <= set(own) else ()  # another repository's cannot be compared


def _ways(
    text: str, numbers: tuple[int, ...], titles: Sequence[str]
) -> Iterator[tuple[Act, tuple[int, ...], str]]:
    known = "|".join(re.escape(title) for title in sorted(titles, key=len, reverse=True) if title)
    way = re.compile(rf"{WAY}(?P<title>{known + '|' if known else ''}{VERSION})(?![\w+-]|\.\w)", re.I)
    for found in way.finditer(text):
        yield Act.OUT if found["way"].lower() in AWAY else Act.INTO, numbers, found["title"]


def same_title(said: str, title: str) -> bool:
    """Whether people mean this milestone: `1.0` is 1.0.0 and v1.0, rc1 is rc.1; a candidate is not the release."""
    return plain_title(said) == plain_title(title)


def plain_title(title: str) -> str:
    """What all spellings of a milestone's title have in common."""
    version, dash, candidate = title.lower().strip(" .,;:!").removeprefix("v").partition("-")
    return re.sub(r"(\.0)+$", "", version) + dash + re.sub(r"^rc\.(?=\d)", "rc", candidate)
