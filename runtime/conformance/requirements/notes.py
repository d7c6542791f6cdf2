"""`docs/implementers-notes.md`: the notes that releases carry and where runtimes differ, each at its place in the newest text."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from runtime.conformance.requirements import history
from runtime.conformance.requirements.differing import Tried, by_requirement
from runtime.conformance.requirements.identity import Known
from runtime.conformance.requirements.keywords import ORDER, strength

TEXTS = "https://github.com/opencontainers/runtime-spec/blob"
MARKUP = re.compile(r"([\\`*_\[\]<>|~#])")
HEADER = """\
# Notes for implementers

What the specification's own words do not say: what a rule means in practice, what a release changed, and where runtimes differ.
Written by `python -m runtime.conformance requirements notes RESULTS.json...` from the `[notes]` tables in
`runtime/conformance/releases/` and from recorded runs, and checked by a test; edit the notes there. An id is the requirement's, as
`tallyman requirements extract` prints it.
"""
DIFFERING = """\
**Where runtimes differ** is what cases saw: each was run by the rules of the newest release that the runtime claims, on one day, on
one kernel. A column of another version may read otherwise, a case may cover several requirements, and some of a difference is
a choice that a project made for the sake of its users.
"""


def page(found: Sequence[Tried] = ()) -> str:
    """Notes and differences in the order of file and property; a requirement that is gone keeps its last place."""
    last = {
        id_: (tag, history.load(tag).known[id_]) for tag in history.tags() for id_ in history.load(tag).known
    }
    notes = history.load(history.tags()[-1]).notes
    differing = by_requirement(found)
    rows = [(*last[id_], notes.get(id_, ""), differing.get(id_, [])) for id_ in {**notes, **differing}]
    rows.sort(key=lambda row: (row[1].at.partition("#")[0], row[1].path, row[1].at, row[1].id))
    return "\n".join(
        (
            HEADER,
            *_opening(found, len(notes), len(differing)),
            *(line for row in rows for line in _entry(*row)),
        )
    )


def _opening(found: Sequence[Tried], notes: int, differing: int) -> Iterator[str]:
    if not found:
        return
    yield DIFFERING
    yield f"{notes} requirements have a note; runtimes differ at {differing}. Tried:"
    yield ""
    for runtime in dict.fromkeys(tried.runtime for tried in found):
        yield f"- {runtime.title}, on {runtime.at}, {runtime.host}"
    yield ""


def _entry(tag: str, known: Known, note: str, tried: Sequence[Tried]) -> Iterator[str]:
    yield f"## {known.path or known.at.partition('#')[2]}: {'/'.join(known.keywords)}"
    yield ""
    yield f"[{known.at}]({TEXTS}/{tag}/{known.at}), `{known.id}`, {lifetime(tag, known.id)}."
    yield ""
    if note:
        yield note
        yield ""
    if tried:
        yield from _difference(tried)
        yield ""


def _difference(tried: Sequence[Tried]) -> Iterator[str]:
    """Who keeps it in one line, and what each of the others did."""
    failing = {row.runtime for row in tried if not row.kept}
    keeping = dict.fromkeys(row.runtime.title for row in tried if row.runtime not in failing)
    yield f"Where runtimes differ: {', '.join(keeping)} {'keeps' if len(keeping) == 1 else 'keep'} it."
    yield ""
    for row in tried:
        if not row.kept:
            cause = f" Known: {row.why} ({row.link})." if row.why else ""
            yield f"- {row.runtime.title}, by {row.release}: {inert(row.seen)} (`{row.case}`).{cause}"


def inert(text: str) -> str:
    """What a runtime said, on one line and as text."""
    return MARKUP.sub(r"\\\1", " ".join(text.split())).replace("@", "@\u200b")


def lifetime(last: str, id_: str) -> str:
    """From which release to which, and where it was strengthened, weakened or reworded."""
    tags = [tag for tag in history.tags() if id_ in history.load(tag).known]
    words = [f"since {tags[0]}" if last == history.tags()[-1] else f"from {tags[0]} to {last}"]
    for before, tag in pairwise(tags):
        old, new = history.load(before).known[id_], history.load(tag).known[id_]
        step = ORDER.index(strength(new.keywords)) - ORDER.index(strength(old.keywords))
        if step or id_ in history.load(tag).reworded.values():  # moving to another file is no rewording
            how = "strengthened" if step > 0 else "weakened" if step < 0 else "reworded"
            words.append(f"{how} in {tag}")
    return ", ".join(words)
