"""docs/runtime.md: for each section of the specification the code of refrun that does it, its releases and its cases.

The link stands in the code: a docstring of runtime/ cites `file.md#anchor`, and so does a case's declaration.
`python -m runtime.conformance.contents` prints the page; `--draw FOLDER` prints sections.toml anew from the texts.
"""

import argparse
import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from runtime.conformance import declare, headings
from runtime.conformance.headings import Heading
from runtime.conformance.releases import NEWEST

CODE = Path(__file__).resolve().parent.parent
CITED = re.compile(r"(?<![\w/.-])((?:bundle|runtime|runtime-linux|config|config-linux|features|features-linux|glossary)\.md#[\w-]+)")  # fmt: skip
TEXT = f"https://github.com/opencontainers/runtime-spec/blob/{NEWEST}"
INTRODUCTION = f"""\
# refrun beside the specification

The table of contents of runtime-spec {NEWEST}, as far as it concerns Linux: where each section is carried out in `runtime/`,
which releases from {headings.FIRST} on have it, and which conformance cases test it. The way back is in the code: each function
cites its sections, so that `grep -rn 'config-linux.md#devices' runtime` finds them.

Made by `python -m runtime.conformance.contents > docs/runtime.md`; a test fails when it is not what the code says, when a
section has no code or no case, and when code or a case cites a section that there is not. One case runs alone with
`tallyman conformance run --case ID`.
"""
GONE = f"""
## What {NEWEST} has no more

| section | releases | code | cases |
| --- | --- | --- | --- |
"""

Places = Mapping[str, list[str]]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="contents", description=__doc__)
    parser.add_argument("--draw", type=Path, metavar="FOLDER")
    folder = parser.parse_args(argv).draw
    print(headings.as_toml(headings.draw(folder)) if folder else page(), end="")


def page() -> str:
    """The whole of docs/runtime.md."""
    known, code, cases = headings.load(), citations(CODE), tested()
    text = INTRODUCTION
    for file in headings.FILES:
        rows = [_row(each, code, cases) for each in known if each.file == file and each.until == NEWEST]
        text += (
            f"\n## [{file}]({TEXT}/{file})\n\n| section | since | code | cases |\n| --- | --- | --- | --- |\n"
        )
        text += "\n".join(rows) + "\n"
    return (
        text
        + GONE
        + "".join(_row(each, code, cases, gone=True) + "\n" for each in known if each.until != NEWEST)
    )


def gaps(known: Iterable[Heading], code: Places, cases: Places) -> list[str]:
    """Each section of the newest release that has no code or no case, and each citation of none; chapters and words of
    the glossary ask nothing themselves."""
    known = tuple(known)
    places = {place for each in known for place in _places(each)}
    found = [
        f"{each.place} has no {what}"
        for each in known
        if each.until == NEWEST and each.level > 1 and each.file != "glossary.md"
        for what, where in (("code", code), ("case", cases))
        if not any(place in where for place in _places(each))
    ]
    for where in (code, cases):
        found += [
            f"{', '.join(names)}: there is no {place}"
            for place, names in where.items()
            if place not in places
        ]
    return found


def citations(folder: Path) -> dict[str, list[str]]:
    """Place -> the functions and classes whose docstrings cite it, as `module.name`; a module that cites it itself where
    none of them does. Cases and their harness are left out."""
    found: dict[str, list[str]] = {}
    modules: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        module = ".".join(path.relative_to(folder).with_suffix("").parts)
        if module.startswith("conformance"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, text in [(module, ast.get_docstring(tree) or ""), *_docstrings(tree, module)]:
            for place in dict.fromkeys(CITED.findall(text)):
                (modules if name == module else found).setdefault(place, []).append(name)
    return {**modules, **found}


def tested() -> dict[str, list[str]]:
    """Place -> the cases that test it, by id."""
    found: dict[str, list[str]] = {}
    for case in declare.all_cases():
        for place in case.spec:
            found.setdefault(place, []).append(case.id)
    return found


def _docstrings(tree: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield f"{name}.{node.name}", ast.get_docstring(node) or ""
        if isinstance(node, ast.ClassDef):
            yield from _docstrings(node, f"{name}.{node.name}")


def _places(heading: Heading) -> list[str]:
    return [f"{heading.file}#{anchor}" for anchor in (heading.anchor, *heading.was)]


def _row(heading: Heading, code: Places, cases: Places, *, gone: bool = False) -> str:
    where, tests = (
        [name for place in _places(heading) for name in found.get(place, ())] for found in (code, cases)
    )
    title = heading.title if gone else f"[{heading.title}]({TEXT}/{heading.place})"
    title = "– " * (heading.level - 2) + title
    return " | ".join(
        (
            f"| {heading.file + ': ' if gone else ''}{title}",
            f"{heading.since} to {heading.until}" if gone else heading.since,
            ", ".join(_link(name) for name in where),
            ", ".join(f"`{id_}`" for id_ in tests) + " |",
        )
    )


def _link(name: str) -> str:
    """`commands.create.made` as a link to its file."""
    words = name.split(".")
    depth = next(
        n for n in range(len(words), 0, -1) if (CODE / "/".join(words[:n])).with_suffix(".py").exists()
    )
    return f"[`{name}`](../runtime/{'/'.join(words[:depth])}.py)"


if __name__ == "__main__":
    main()
