"""What changed between the requirements of two releases: added, removed, reworded, strengthened, weakened, moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from runtime.conformance.requirements.identity import LONGEST, Requirement, best, fingerprint, moved, pairs
from runtime.conformance.requirements.keywords import ORDER
from runtime.conformance.requirements.statements import Statement

KINDS = ("added", "removed", "strengthened", "weakened", "reworded", "moved")
MOST_PAIRS = 200_000  # comparisons of wordings; between neighbouring releases there are some 3,000 at most


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement that both have and that differs. `kind` is strengthened, weakened, reworded or moved.

    `words` is the word diff: ("=", "-" or "+", text) in order; empty where a side has no text. `reviewed` is False for a pair that only looks alike.
    """

    kind: str
    id: str
    old: Statement
    new: Statement
    words: tuple[tuple[str, str], ...]
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """`complete` is False when so much differs that nobody looked for rewordings among what came and went."""

    added: tuple[Requirement, ...]
    removed: tuple[Requirement, ...]
    changed: tuple[Change, ...]
    complete: bool

    def of(self, kind: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changed if change.kind == kind)


def diff(
    before: Sequence[Requirement],
    after: Sequence[Requirement],
    unrelated: frozenset[tuple[str, str]] = frozenset(),
) -> Difference:
    """Compares by id. What has no id in common is paired by having moved, or by looking alike (not reviewed then), except
    where a person said that it is unrelated: (fingerprint of the new wording, id of the old).
    """
    old, new = {each.id: each for each in before}, {each.id: each for each in after}
    same = {id_: id_ for id_ in new if id_ in old}
    gone = {id_: each.statement for id_, each in old.items() if id_ not in same}
    came = {place: each for place, each in enumerate(after) if each.id not in same}
    found, complete = _pairs(gone, {place: each.statement for place, each in came.items()}, unrelated)
    changed = [_change(id_, old[id_].statement, new[id_].statement, True) for id_ in same]
    changed += [_change(id_, gone[id_], came[place].statement, sure) for place, (id_, sure) in found.items()]
    paired = {id_ for id_, _ in found.values()}
    return Difference(
        tuple(each for place, each in came.items() if place not in found),
        tuple(each for id_, each in old.items() if id_ in gone and id_ not in paired),
        tuple(change for change in changed if change is not None),
        complete,
    )


def _pairs(
    gone: Mapping[str, Statement], came: Mapping[int, Statement], unrelated: frozenset[tuple[str, str]]
) -> tuple[dict[int, tuple[str, bool]], bool]:
    found = {place: (id_, True) for place, id_ in moved(gone, came).items()}
    taken = {id_ for id_, _ in found.values()}
    left = {id_: each for id_, each in gone.items() if id_ not in taken}
    right = {place: each for place, each in came.items() if place not in found}
    if len(left) * len(right) > MOST_PAIRS:
        return found, False
    likely = [each for each in pairs(left, right) if (fingerprint(right[each[2]]), each[1]) not in unrelated]
    for _, id_, place in best(likely):
        found[place] = (id_, False)
    return found, True


def _change(id_: str, old: Statement, new: Statement, reviewed: bool) -> Change | None:
    """None when nothing that counts differs: neither words nor file nor property."""
    reworded = old.whole != new.whole
    words = word_diff(old.whole, new.whole) if reworded and old.text and new.text else ()
    step = ORDER.index(new.strength) - ORDER.index(old.strength)
    if step or reworded:
        kind = "strengthened" if step > 0 else "weakened" if step < 0 else "reworded"
        return Change(kind, id_, old, new, words, reviewed)
    if (old.file, old.path) != (new.file, new.path):
        return Change("moved", id_, old, new, (), reviewed)
    return None


def word_diff(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """What stayed, went and came, word by word, as ("=", text), ("-", text) and ("+", text); of what is too long, all."""
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > LONGEST:
        return (("-", " ".join(before)), ("+", " ".join(after)))
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("=", " ".join(before[a:b])))
            continue
        found += [(mark, " ".join(words)) for mark, words in (("-", before[a:b]), ("+", after[c:d])) if words]
    return tuple(found)


def marked(words: Sequence[tuple[str, str]]) -> str:
    """A word diff on one line, as wdiff writes it: what went in [-...-], what came in {+...+}."""
    forms = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return " ".join(forms[mark].format(text) for mark, text in words)
