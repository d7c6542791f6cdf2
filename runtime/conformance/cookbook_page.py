"""`python -m runtime.conformance.cookbook_page RECORD.json`: docs/cookbook.md, from the READMEs of the use cases and what was tried."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runtime.conformance import recipes
from runtime.conformance.recipes import UseCase, Way
from runtime.conformance.releases import TAGS, position

INTRODUCTION = """\
# The cookbook

What people wanted to know how to do with the runtime specification, since the call of 2016-06-01: *we don't have a guarantee that
what we claim you can do with the spec, you can actually do*. Each use case is a folder of
[runtime/cookbook](../runtime/cookbook/README.md): its README, its bundles, and a short script for each way. Every script is a test: it
checks from outside and from inside what it claims. This page is made by `make cookbook` from the READMEs and from what was tried.

    tallyman conformance usecases --runtime runc --use-case networking

runs them here, for any runtime with runc's command line; `--folder` runs those of another repository.
"""
Record = dict[str, Any]


def page(cases: tuple[UseCase, ...], record: Record) -> str:
    """The whole page; the same for the same READMEs and the same record."""
    notes: list[str] = []
    table = list(_table(cases, record, notes))
    parts = [INTRODUCTION, "## At a glance\n", *_tried(record), "\n".join(table) + "\n"]
    if notes:
        parts.append("\n".join(f"{n}. {text}" for n, text in enumerate(notes, 1)) + "\n")
    parts += [_section(case) for case in cases]
    return "\n".join(parts)


def spans(cases: tuple[UseCase, ...]) -> list[tuple[str, str]]:
    """The releases in spans within which the same ways exist, first and last of each."""
    begins = {0}
    for case in cases:
        for way in case.ways:
            begins |= {position(way.since), position(way.until) + 1}
    starts = sorted(start for start in begins if start < len(TAGS))
    return [(TAGS[start], TAGS[end - 1]) for start, end in zip(starts, [*starts[1:], len(TAGS)], strict=True)]


def _tried(record: Record) -> Iterator[str]:
    host = record["host"]
    told = [
        f"{name} ({each['version']}) claims {each['claims']}{', ' + each['around'] if each['around'] else ''}"
        for name, each in record["runtimes"].items()
    ]
    yield (
        f"Tried on {record['at'][:10]}: {host['kernel']}, cgroup {host['cgroup']}, commit {record['commit']}. {'; '.join(told)}. Each is\n"
        "tried at the releases that it claims: *yes* means at all of those that allow the way, *n/a* that it claims none of them.\n"
    )


def _table(cases: tuple[UseCase, ...], record: Record, notes: list[str]) -> Iterator[str]:
    columns = spans(cases)
    names = list(record["runtimes"])
    heads = [first if first == last else f"{first} to {last}" for first, last in columns]
    yield f"| use case | way | {' | '.join(heads)} | needs | {' | '.join(names)} |"
    yield "|" + " --- |" * (3 + len(heads) + len(names))
    for case in cases:
        for n, way in enumerate(case.ways):
            head = f"[{case.title}](#{_anchor(case.title)})" if n == 0 else ""
            allowed = ["yes" if _within(way, *span) else "" for span in columns]
            told = [_cell(way, record["cells"].get(way.id, {}).get(name, {}), notes, name) for name in names]
            link = f"[{way.name}](../runtime/cookbook/{way.use_case}/{way.name}.sh)"
            yield f"| {head} | {link}: {way.title} | {' | '.join(allowed)} | {_needs(way)} | {' | '.join(told)} |"


def _within(way: Way, first: str, last: str) -> bool:
    return position(way.since) <= position(first) and position(last) <= position(way.until)


def _needs(way: Way) -> str:
    user = ["an ordinary user"] if way.as_user else []
    return ", ".join([*user, *way.needs, *way.programs])


def _cell(way: Way, seen: dict[str, dict[str, Any]], notes: list[str], name: str) -> str:
    """A word, with a mark for what is said below the table."""
    tried = {
        tag: row for tag, row in seen.items() if _within(way, tag, tag) and row["outcome"] != "not-claimed"
    }
    if not tried:
        return "n/a"
    words = {row["outcome"] for row in tried.values()}
    said = [
        (tag, text)
        for tag, row in tried.items()
        for text in (*row["notes"], *([row["reason"]] if row["reason"] else []))
    ]
    marks = ""
    for text in dict.fromkeys(text for _, text in said):
        tags = [tag for tag, each in said if each == text]
        where = tags[0] if len(tags) == 1 else f"{tags[0]} to {tags[-1]}"
        note = f"{way.id}, {name}, {where}: {text}."
        if note not in notes:
            notes.append(note)
        marks += f" [{notes.index(note) + 1}](#at-a-glance)"
    word = {
        "passed": "yes",
        "failed": "no",
        "error": "error",
        "skipped": "not tried",
        "not-applicable": "no such way",
    }
    return ("at some" if len(words) > 1 else word[words.pop()]) + marks


def _section(case: UseCase) -> str:
    """A README a level deeper, its links as this page needs them, and the scripts by name."""
    text = re.sub(r"^#", "##", case.readme, flags=re.MULTILINE)
    text = re.sub(r"^## .*$", f"## {case.title}", text, count=1, flags=re.MULTILINE)
    text = re.sub(
        r"\]\(\.\./([a-z0-9-]+)/README\.md\)", lambda found: f"](#{_anchor(_title(found[1]))})", text
    )
    scripts = ", ".join(
        f"[{way.name}.sh](../runtime/cookbook/{case.name}/{way.name}.sh)" for way in case.ways
    )
    return f"{text}\nScripts: {scripts}.\n"


def _title(name: str) -> str:
    return next(case.title for case in recipes.read(recipes.COOKBOOK) if case.name == name)


def _anchor(title: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


if __name__ == "__main__":
    print(
        page(recipes.read(recipes.COOKBOOK), json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))),
        end="",
    )
