"""What a decision's words want to see in the tracker: an issue moved, closed, merged, kept, opened again or labelled."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.model.meeting import Item, Kind, Reference

LONGEST = 2000  # characters of a decision that are read


class Verb(StrEnum):
    MOVE = "move"
    CLOSE = "close"
    MERGE = "merge"
    KEEP = "keep"
    KEEP_OPEN = "keep open"
    REOPEN = "reopen"
    LABEL = "label"
    UNLABEL = "unlabel"


# Each in the forms that decisions have: `close #5`, `#5 is closed`, `#5 closes`.
FORMS = {
    Verb.MOVE: "move moves moved punt punts punted push pushed defer defers deferred postpone postponed take taken drop "
    "dropped bump bumped add added put bring milestone milestoned",
    Verb.CLOSE: "close closes closed",
    Verb.MERGE: "merge merges merged land lands landed",
    Verb.KEEP: "keep kept leave stay stays remain remains",
    Verb.REOPEN: "reopen reopens reopened re-open",
    Verb.LABEL: "label labelled labeled tag tagged",
    Verb.UNLABEL: "remove removed unlabel",
}
VERBS = {form: verb for verb, forms in FORMS.items() for form in forms.split()}
LEAVING = frozenset({"out of", "until after", "from", "past", "beyond"})
ENTERING = frozenset({"to", "into", "in", "for"})
NOT = frozenset({"not", "don't", "dont", "never", "won't", "cannot", "can't", "shouldn't"})
# What stands behind these is no longer what is to be done: `merge #40 once #39 is in`.
CONTEXT = frozenset(
    "after as because before blocked but duplicate favor favour if instead like once pending per see since superseded "
    "unless until when while".split()
)
SMALL = frozenset({"a", "an", "the", "milestone", "release"})
VERSION = re.compile(r"v?\d[\w.+-]*", re.I)
NUMBER = re.compile(r"(?:#|/(?:issues|pulls?)/)(\d{1,9})(?!\d)")
EDGES = " \t\r\n.,;:!?()[]{}\"'`*“”‘’"


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to be seen of some issues. `out_of` and `to` are milestones as they were said, `label` is a label.

    `negated`: it was decided not to do it.
    """

    verb: Verb
    objects: tuple[Reference, ...]
    out_of: str = ""
    to: str = ""
    label: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a decision: `plain` is without case and punctuation, `numbers` are the issues it names (`#5,#6`)."""

    plain: str
    shown: str
    numbers: frozenset[int]


def read(item: Item, titles: Iterable[str] = ()) -> tuple[Intent, ...]:
    """What a decision wants, one intent for each verb that has issues of its own; () when it wants nothing that shows.

    `titles` are the milestones there are, so that one of several words is known. A rejected motion is read as what was
    decided against.
    """
    text = [_word(raw) for raw in item.text[:LONGEST].split()]
    verbs = [n for n, word in enumerate(text) if word.plain in VERBS]
    known = sorted((title.casefold().split() for title in titles), key=len, reverse=True)
    found = []
    for before, verb, end in zip([-1, *verbs], verbs, [*verbs[1:], len(text)], strict=False):
        objects = _objects(text, before, verb, end, item.references)
        if objects:
            negated = any(word.plain in NOT for word in text[max(before + 1, verb - 3) : verb])
            intent = _intent(text[verb].plain, text[verb + 1 : end], objects, known)
            found.append(replace(intent, negated=negated is not (item.kind is Kind.REJECTED)))
    return tuple(found)


def milestones_said(item: Item, titles: Iterable[str] = ()) -> tuple[str, ...]:
    """The milestones that a decision speaks of, as it says them."""
    return tuple(name for intent in read(item, titles) for name in (intent.out_of, intent.to) if name)


def same_title(said: str, title: str) -> bool:
    """Whether people mean this milestone: `1.0` is 1.0.0 and v1.0; a candidate is not the release."""
    return _plain_title(said) == _plain_title(title)


def _plain_title(text: str) -> str:
    return re.sub(r"(?:\.0){1,9}$", "", text.casefold().strip(EDGES).removeprefix("v"))


def _word(raw: str) -> Word:
    numbers = frozenset(int(number) for number in NUMBER.findall(raw))
    return Word(raw.casefold().strip(EDGES).replace("’", "'"), raw.strip(EDGES), numbers)


def _objects(
    text: Sequence[Word], before: int, verb: int, end: int, references: Sequence[Reference]
) -> tuple[Reference, ...]:
    """The references in a verb's part of the text, up to a word that only explains.

    What stands in front of the first verb is its too, and so is what stands nowhere as a number (a linked name).
    """
    is_first = before < 0
    ahead = text[:verb] if is_first and not any(_explains(text, n) for n in range(verb)) else ()
    cut = next((n for n in range(verb, end) if _explains(text, n)), end)
    here, anywhere = _numbers((*ahead, *text[verb:cut])), _numbers(text)
    return tuple(
        ref
        for ref in references
        if ref.number and (ref.number in here or (is_first and ref.number not in anywhere))
    )


def _numbers(words: Iterable[Word]) -> frozenset[int]:
    """Every issue that is named by its number; `PR 449` is, too."""
    return frozenset(
        number
        for word in words
        for number in (
            word.numbers or ({int(word.plain)} if word.plain.isdecimal() and len(word.plain) < 10 else ())
        )
    )


def _explains(text: Sequence[Word], n: int) -> bool:
    """Whether from here on it is said why or when; `until after 1.0` says where to."""
    pair = " ".join(word.plain for word in text[n : n + 2])
    pair_before = " ".join(word.plain for word in text[max(0, n - 1) : n + 1])
    return text[n].plain in CONTEXT and pair not in LEAVING and pair_before not in LEAVING


def _intent(
    form: str, part: Sequence[Word], objects: tuple[Reference, ...], known: Sequence[Sequence[str]]
) -> Intent:
    """What a verb in this form wants, by the words behind it."""
    verb, plain = VERBS[form], {word.plain for word in part}
    if verb is Verb.MOVE and plain & {"label", "labels"}:
        verb = Verb.UNLABEL if form in ("drop", "dropped", "take", "taken") else Verb.LABEL
        return Intent(verb, objects, label=_label_beside(part))
    if verb is Verb.UNLABEL:
        return Intent(verb, objects, label=_label_beside(part))
    if verb is Verb.LABEL:
        return Intent(verb, objects, label=_label_behind(part))
    if verb is Verb.KEEP and "open" in plain:
        return Intent(Verb.KEEP_OPEN, objects)
    if verb in (Verb.MOVE, Verb.KEEP):
        out_of, to = _ends(part, known)
        return Intent(
            Verb.MOVE if out_of else verb, objects, out_of, to
        )  # `keep #5 out of 1.0` is a move, too
    return Intent(verb, objects)


def _ends(part: Sequence[Word], known: Sequence[Sequence[str]]) -> tuple[str, str]:
    """The milestones behind `out of` (from, past, beyond, until after) and behind `to` (into, in, for), "" for none."""
    out_of = to = ""
    for n, word in enumerate(part):
        pair = " ".join(each.plain for each in part[n : n + 2])
        if not out_of and pair in LEAVING:
            out_of = _title(part[n + 2 :], known)
        elif not out_of and word.plain in LEAVING:
            out_of = _title(part[n + 1 :], known)
        elif not to and word.plain in ENTERING:
            to = _title(part[n + 1 :], known)
    return out_of, to


def _title(behind: Sequence[Word], known: Sequence[Sequence[str]]) -> str:
    """The milestone that stands right behind a preposition: one that exists, or what looks like a version."""
    start = next((n for n, word in enumerate(behind[:4]) if word.plain not in SMALL), 0)
    plain = [word.plain for word in behind[start:]]
    for title in known:
        if title and plain[: len(title)] == list(title):
            return " ".join(word.shown for word in behind[start : start + len(title)])
    return behind[start].shown if plain and VERSION.fullmatch(plain[0]) else ""


def _label_beside(part: Sequence[Word]) -> str:
    """The label in `the label needs-spec to #5` or `the needs-spec label from #5`."""
    plain = [word.plain for word in part]
    at = next((n for n, word in enumerate(plain) if word in ("label", "labels")), None)
    if at is None:
        return ""
    behind = _until_preposition(part[at + 1 :])
    return behind or " ".join(
        word.shown for word in part[:at] if word.plain not in SMALL and not word.numbers
    )


def _label_behind(part: Sequence[Word]) -> str:
    """The label in `#5 as needs-spec`, `#5 with needs-spec` or `#5 needs-spec`."""
    words = [word for word in part if not word.numbers and word.plain not in (*SMALL, "and")]
    while words and words[0].plain in ("as", "with"):
        words = words[1:]
    return " ".join(word.shown for word in words)


def _until_preposition(part: Sequence[Word]) -> str:
    end = next((n for n, word in enumerate(part) if word.plain in ENTERING | {"from", "on"}), len(part))
    return " ".join(word.shown for word in part[:end] if not word.numbers)
