"""docs/runtime-peers.md from the record in docs/measured/runtime-peers.json: nothing on the page is typed by hand but its words."""

from typing import Any

from tests.peers.runtimes import NAMES

OPENING = """# refrun beside its peers

Made by `make peers`, which asked and tried every runtime that is installed on one machine; the record is
[measured/runtime-peers.json](measured/runtime-peers.json). **Read each column as the one version that is named here**, not as
the project: a distribution's package is older than the project's newest release, and carries the distribution's own patches.
A runtime that is not installed is *not here*, which says nothing about it.
"""
BEHAVIOURS = """## What they do

Each row is a conformance case: a bundle was made and run, and what the program saw inside was compared with what the host saw.
A case runs by the rules of the newest release in its range that the runtime claims (`features`, or the `spec:` line of
`--version`). *newer*: it does not do this, and the property came with a release later than its claim; *older*: the rule ended before
its claim; *not always*: of two tries one went well; *n/a*: its claim leaves nothing to try; *not tried*: this machine cannot tell. Some of a *no* is a choice that its
project made for the sake of its users; the notes below say what was seen.
"""
SAFETY = """## What they do with hostile bundles

Known, published and long mended in newer releases; tried here so that nothing but a marker folder could change. *refused*: an error;
*contained*: it ran, and nothing outside was touched or seen; *accepted*: it ran as the bundle asks, which a project may choose for
good reasons; *let through*: something outside shows it. This is about the packages
named above, on this machine, on this day; each project's advisories say which of its releases are mended.
"""


def page(found: dict[str, Any]) -> str:
    notes: list[str] = []
    parts = [
        OPENING,
        _who(found),
        _claims(found),
        BEHAVIOURS,
        *_behaviours(found, notes),
        SAFETY,
        _safety(found, notes),
    ]
    if notes:
        parts.append("## Notes\n\n" + "\n".join(f"{n}. {note}" for n, note in enumerate(notes, 1)) + "\n")
    return "\n".join(parts)


def _who(found: dict[str, Any]) -> str:
    rows = []
    for name in NAMES:
        one = found["runtimes"].get(name)
        if one is None:
            rows.append([name, "not here", "", "", ""])
            continue
        claims = f"{one['claims'][0]} to {one['claims'][1]}"
        rows.append([name, one["told"], one["package"] or "not of a package", claims, one["around"]])
    head = f"Tried on {found['at'][:10]}: {found['host']}, cgroup {found['cgroup']}, commit {found['commit']}.\n\n"
    return head + _table(["runtime", "version", "package", "claims", "ran"], rows)


def _claims(found: dict[str, Any]) -> str:
    head = "## What they claim\n\nFrom `features`. A number counts what any of them names.\n\n"
    rows = [
        [
            f"{row['what']} (`{row['property']}`)",
            *(row["cells"].get(name, _silent(found, name)) for name in NAMES),
        ]
        for row in found["claims"]
    ]
    return head + _table(["", *_heads(found)], rows)


def _silent(found: dict[str, Any], name: str) -> str:
    return "no `features`" if name in found["runtimes"] else "not here"


def _behaviours(found: dict[str, Any], notes: list[str]) -> list[str]:
    topics = dict.fromkeys(row["case"].partition("/")[0] for row in found["behaviours"])
    parts = []
    for topic in topics:
        rows = [
            [f"`{_name(row)}`: {_safe(row['title'])}", _range(row), *_cells(row, found, notes)]
            for row in found["behaviours"]
            if row["case"].startswith(f"{topic}/")
        ]
        parts.append(f"### {topic.replace('_', ' ')}\n\n" + _table(["", "releases", *_heads(found)], rows))
    return parts


def _safety(found: dict[str, Any], notes: list[str]) -> str:
    rows = [
        [f"`{_name(row)}`: {_safe(row['title'])}", row["advisories"], *_cells(row, found, notes)]
        for row in found["safety"]
    ]
    return _table(["", "advisories", *_heads(found)], rows)


def _cells(row: dict[str, Any], found: dict[str, Any], notes: list[str]) -> list[str]:
    """A cell for each runtime; what was seen is a note where the word alone would not be fair."""
    made = []
    for name in NAMES:
        if name not in found["runtimes"]:
            made.append("not here")
            continue
        cell = row["cells"][name]
        told = cell["word"]
        if cell["seen"] and told in (
            "no",
            "not always",
            "newer",
            "not tried",
            "n/a",
            "accepted",
            "let through",
        ):
            note = f"{name} {found['runtimes'][name]['told']}, `{_name(row)}`: {_safe(cell['seen'])}"
            if note not in notes:
                notes.append(note)
            told += f" [{notes.index(note) + 1}](#notes)"
        made.append(told)
    return made


def _name(row: dict[str, Any]) -> str:
    return str(row.get("id") or row["case"].partition("/")[2])


def _heads(found: dict[str, Any]) -> list[str]:
    """Never a bare name: the version is part of who it is."""
    told = {name: one["told"] for name, one in found["runtimes"].items()}
    return [f"{name} {told[name]}" if name in told else name for name in NAMES]


def _range(row: dict[str, Any]) -> str:
    return row["since"] if row["since"] == row["until"] else f"{row['since']} to {row['until']}"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _safe(text: str) -> str:
    """Text that was heard from a program, as text in a table."""
    for sign in "\\|<>*_[]`":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())
