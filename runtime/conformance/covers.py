"""Which requirements each case covers: `covers.toml`, case -> ids, reviewed by people, with words beside each id.

A case covers a requirement when it goes red on a runtime that breaks it. An id stays when a requirement is reworded
(requirements/history.py), so that one row holds for every release that has it. `python -m runtime.conformance.covers` prints the
file with the words as they are in the newest release that has the id: `> covers.toml` after a row was added with words of your own.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from runtime.conformance import beside
from runtime.conformance.requirements import history

FILE = Path(__file__).resolve().with_name("covers.toml")
HEADER = """\
# Which requirements each case covers: it goes red on a runtime that breaks them. Kept by hand, ids as in releases/<tag>.toml;
# the words beside an id are for readers: `python -m runtime.conformance.covers` prints them anew, and a test compares them.
"""


@beside.kept
def load() -> Mapping[str, Mapping[str, str]]:
    """Case -> id -> the words beside it."""
    found: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for table in beside.tables("covers.toml"):
        for case, ids in table.items():
            found[case] = {**found.get(case, {}), **ids}
    return found


def of(case: str, release: str) -> tuple[str, ...]:
    """The ids that a case covers at a release: those that the release has; one never seen before stands for its ancestor."""
    known = history.load(history.nearest(release)).known
    return tuple(id_ for id_ in load().get(case, {}) if id_ in known)


def words(id_: str) -> str:
    """What a reader is told of an id, from the newest release that has it; "" for one that no release has."""
    tag = next((tag for tag in reversed(history.tags()) if id_ in history.load(tag).known), "")
    if not tag:
        return ""
    each = history.load(tag).known[id_]
    until = "" if tag == history.tags()[-1] else f", until {tag}"
    return f"{'/'.join(each.keywords)} {each.path or each.at}{until}"


def page() -> str:
    """The file as it should be."""
    return HEADER + "".join(_tables())


def _tables() -> Iterator[str]:
    for case, ids in sorted(load().items()):
        yield f'\n["{case}"]\n'
        yield from (f'{id_} = "{words(id_)}"\n' for id_ in ids)


if __name__ == "__main__":
    print(page(), end="")
