"""How far a run is: a bar on a terminal, plain lines elsewhere, a line of JSON for each result where another program listens."""

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

SOME = 0.1  # seconds between two pictures of the bar
WIDTH = 24


class Progress(Protocol):
    def step(self, step: Mapping[str, Any]) -> None:
        """One more result."""

    def note(self, text: str) -> None:
        """Something that has to be known, such as what was removed of an earlier run."""

    def end(self) -> None:
        """Nothing more comes."""


def choose(as_json: bool, stream: TextIO = sys.stderr) -> Progress:
    if as_json:
        return Lines(stream)
    return Bar(stream) if stream.isatty() and os.environ.get("TERM") != "dumb" else Plain(stream)


class Lines:
    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def step(self, step: Mapping[str, Any]) -> None:
        print(json.dumps({"progress": step}), file=self.stream, flush=True)

    def note(self, text: str) -> None:
        print(json.dumps({"note": text}), file=self.stream, flush=True)

    def end(self) -> None:
        pass


class Plain:
    """What fails, when it fails, and each tenth of the way."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.tenths = stream, 0

    def step(self, step: Mapping[str, Any]) -> None:
        if step["outcome"] in ("failed", "error"):
            self.note(f"{step['release']} {step['case']}: {step['outcome']}", "")
        tenths = 10 * step["done"] // max(step["total"], 1)
        if tenths > self.tenths:
            self.tenths = tenths
            self.note(f"{step['done']} of {step['total']} results", "")

    def note(self, text: str, who: str = "conformance: ") -> None:
        print(f"{who}{text}", file=self.stream, flush=True)

    def end(self) -> None:
        pass


class Bar:
    """One line that is drawn again, at most ten times a second."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.began, self.drawn, self.failed = time.monotonic(), 0.0, 0

    def step(self, step: Mapping[str, Any]) -> None:
        self.failed += step["outcome"] in ("failed", "error")
        now = time.monotonic()
        if now - self.drawn >= SOME or step["done"] == step["total"]:
            self.drawn = now
            self._draw(step, now - self.began)

    def note(self, text: str) -> None:
        self._wipe()
        print(f"conformance: {text}", file=self.stream, flush=True)

    def end(self) -> None:
        self._wipe()

    def _draw(self, step: Mapping[str, Any], seconds: float) -> None:
        done, total = step["done"], max(step["total"], 1)
        full = WIDTH * done // total
        left = round(seconds / done * (total - done)) if done else 0
        text = f"[{'#' * full}{'.' * (WIDTH - full)}] {done}/{total}, {self.failed} failed, {left} s left, {step['release']} {step['case']}"
        self._put(text[: shutil.get_terminal_size().columns - 1])

    def _wipe(self) -> None:
        self._put("")

    def _put(self, text: str) -> None:
        print(f"\r\033[K{text}", end="", file=self.stream, flush=True)
