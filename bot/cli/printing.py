"""How every command prints: facts on stdout (one JSON document with --json), progress and warnings on stderr."""

import json
import sys
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
ProjectOption = Annotated[
    str | None, typer.Option("--project", "-p", help="The project's id in tallyman.toml.")
]
ReleaseOption = Annotated[str, typer.Option("--release", "-r", help="The release's tag, such as v1.3.0.")]


def document(value: Any) -> None:
    """Prints one JSON document."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def note(text: str) -> None:
    """Progress, for whoever watches; never part of the answer."""
    print(text, file=sys.stderr, flush=True)


def rows(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
    """A plain table, each column as wide as its widest cell."""
    widths = [max(len(row[i]) for row in (head, *lines)) for i in range(len(head))]
    for row in (head, *lines):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
