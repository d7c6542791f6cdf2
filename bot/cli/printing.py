"""How every command prints: facts on stdout (one JSON document with --json), progress and warnings on stderr."""

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TextIO

import typer

from bot.model.errors import WorldFailed

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
ProjectOption = Annotated[
    str | None, typer.Option("--project", "-p", help="The project's id in tallyman.toml.")
]
ReleaseOption = Annotated[str, typer.Option("--release", "-r", help="The release's tag, such as v1.3.0.")]


class Notes(io.TextIOWrapper):
    """Standard error: when nobody can read it any more, what follows goes nowhere and the command goes on."""

    def write(self, text: str, /) -> int:
        with self._readers():
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with self._readers():
            super().flush()

    @contextmanager
    def _readers(self) -> Iterator[None]:
        try:
            yield
        except OSError as failed:
            nowhere = os.open(os.devnull, os.O_WRONLY)  # also for what still waits in the buffer
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            self._lost(failed)

    def _lost(self, why: OSError) -> None:
        pass


class Answer(Notes):
    """Standard output. A reader that stops early (`| head`) does not stop the command and leaves its exit code true:
    `tallyman judge | grep -q x` must not turn a "no" into a "yes". A full disk is an error.
    """

    def _lost(self, why: OSError) -> None:
        if not isinstance(why, BrokenPipeError):
            raise WorldFailed(
                f"the answer could not be written ({why.strerror})",
                do="free some space, or write it elsewhere",
            ) from None


def open_streams() -> None:
    """Puts our streams in the place of Python's. Letters that the terminal does not know are shown as numbers."""
    sys.stdout, sys.stderr = _ours(sys.stdout, Answer), _ours(sys.stderr, Notes)


def _ours(stream: TextIO | None, kind: type[Notes]) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):  # None: whoever started us had closed it
        return open(os.devnull, "w", encoding="utf-8")
    encoding, lines = stream.encoding, stream.line_buffering
    return kind(stream.detach(), encoding, "backslashreplace", line_buffering=lines)


def document(value: Any) -> None:
    """Prints one JSON document; in pure ASCII where stdout takes no other letters."""
    plain = "utf" not in (getattr(sys.stdout, "encoding", None) or "utf").lower()
    print(json.dumps(value, indent=2, ensure_ascii=plain, default=str))


def note(text: str) -> None:
    """Progress, for whoever watches; never part of the answer."""
    print(text, file=sys.stderr, flush=True)


# What people wrote must not move the cursor or colour the terminal of whoever reads it.
CONTROLS = dict.fromkeys((*range(10), *range(11, 32), *range(127, 160)), "�")


def rows(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
    """A plain table, each column as wide as its widest cell; the further lines of a cell stand below its first."""
    split = [[cell.translate(CONTROLS).split("\n") for cell in line] for line in lines]
    flat = [
        tuple(cell[i] if i < len(cell) else "" for cell in line)
        for line in split
        for i in range(max(len(cell) for cell in line))
    ]
    widths = [max(len(row[i]) for row in (head, *flat)) for i in range(len(head))]
    for row in (head, *flat):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
