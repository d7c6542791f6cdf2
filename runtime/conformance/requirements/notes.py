"""`docs/implementers-notes.md`: the notes that releases carry, each with its place in the newest text and its history."""

from collections.abc import Iterator
from itertools import pairwise

from runtime.conformance.requirements import history
from runtime.conformance.requirements.identity import Known
from runtime.conformance.requirements.keywords import ORDER, strength

TEXTS = "https://github.com/opencontainers/runtime-spec/blob"
HEADER = """\
# Notes for implementers

What the specification's own words do not say: what other runtimes do, and what a release changed. Written by
`python -m runtime.conformance requirements notes` from the `[notes]` tables in `runtime/conformance/releases/`, and checked by a
test; edit them there. An id is the requirement's, as `tallyman requirements extract` prints it.
"""


def page() -> str:
    """The notes in the order of file and property; a requirement that is gone keeps its last place."""
    last = {
        id_: (tag, history.load(tag).known[id_]) for tag in history.tags() for id_ in history.load(tag).known
    }
    rows = [(*last[id_], note) for id_, note in history.load(history.tags()[-1]).notes.items()]
    rows.sort(key=lambda row: (row[1].at.partition("#")[0], row[1].path, row[1].at, row[1].id))
    return "\n".join((HEADER, *(line for tag, known, note in rows for line in _entry(tag, known, note))))


def _entry(tag: str, known: Known, note: str) -> Iterator[str]:
    yield f"## {known.path or known.at.partition('#')[2]}: {'/'.join(known.keywords)}"
    yield ""
    yield f"[{known.at}]({TEXTS}/{tag}/{known.at}), `{known.id}`, {lifetime(tag, known.id)}."
    yield ""
    yield note
    yield ""


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
