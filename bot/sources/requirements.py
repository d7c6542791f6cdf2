"""What a release of the specification asks, read by the conformance suite as a process: its document, or its lines."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.model.errors import WorldFailed, WrongRequest
from bot.model.texts import SpecTexts

# -P: a file called json.py in the caller's folder must not become our standard library.
SUITE = (sys.executable, "-P", "-X", "utf8", "-m", "runtime.conformance")
COMMAND = (*SUITE, "requirements")


@contextmanager
def unpacked(texts: SpecTexts, name: str = "") -> Iterator[Path]:
    """The texts as a folder, until the block ends; the suite goes by its name (a version, or anything). Only what an archive may
    hold is in it (archive.py WANTED), so no name leads out of it. Raises WorldFailed for a full disk.
    """
    try:
        top = tempfile.TemporaryDirectory(prefix="texts-")
    except OSError as failed:
        raise _no_room(failed) from None
    with top:
        folder = Path(top.name) / (name or texts.name).replace("/", "-")
        lay(texts.files, folder)
        yield folder


def lay(files: Mapping[str, str], folder: Path) -> None:
    """Writes files into a folder. Raises WorldFailed for a full disk."""
    try:
        for path, text in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="")
    except OSError as failed:
        raise _no_room(failed) from None


def _no_room(failed: OSError) -> WorldFailed:
    return WorldFailed(
        f"the texts cannot be laid out ({failed.strerror})", do="free some space, or set TMPDIR"
    )


def extract_requirements(where: str, *, like: str = "", specs: Path | None = None) -> dict[str, Any]:
    """The document of `requirements extract --json`: `where` is a folder of texts or a tag, `like` the release that a draft
    goes on from, `specs` a folder with one folder of texts for each tag. Raises as `ask` does.
    """
    return read_document(ask(["extract", where], like=like, specs=specs, as_json=True))


def compare_requirements(
    before: str, after: str, *, like: str = "", specs: Path | None = None
) -> dict[str, Any]:
    """The document of `requirements diff --json` for two folders or tags. Raises as `ask` does."""
    return read_document(ask(["diff", before, after], like=like, specs=specs, as_json=True))


def measure_coverage(where: str, *, like: str = "", specs: Path | None = None) -> dict[str, Any]:
    """The document of `coverage --json`: which requirements have a case, and why the others have none. Raises as `ask` does."""
    return read_document(ask(["coverage", where], like=like, specs=specs, as_json=True, command=SUITE))


def ask(
    words: Sequence[str],
    *,
    like: str = "",
    specs: Path | None = None,
    as_json: bool = False,
    command: Sequence[str] = COMMAND,
) -> str:
    """What the suite prints. Raises WrongRequest (no such release, a folder that is no specification) or WorldFailed, each
    with the suite's own words.
    """
    action, *places = words
    line = [*command, action, *(f"./{place}" if place.startswith("-") else place for place in places)]
    line += ["--json"] * as_json + ["--like", like] * bool(like)
    if specs is not None:
        line += ["--specs", str(specs)]
    try:
        done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except (OSError, ValueError) as failed:  # a NUL cannot be an argument
        raise WrongRequest(f"the requirements cannot be asked for ({failed})") from None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    last = (
        (said[-1] if said else f"it ended with {done.returncode}")
        .removeprefix("requirements: ")
        .removeprefix("coverage: ")
    )
    if done.returncode == 2:
        raise WrongRequest(last)
    if done.returncode != 0:
        raise WorldFailed(f"the requirements could not be read ({last})")
    return done.stdout.decode("utf-8", "replace")


def read_document(text: str) -> dict[str, Any]:
    """The suite's document. Raises WorldFailed when it is not one."""
    try:
        document: dict[str, Any] = json.loads(text)
    except ValueError as broken:
        raise WorldFailed(f"the requirements gave no readable answer ({broken})") from None
    return document
