"""The conformance runner, asked as a process: its progress line by line, its document read strictly."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any

from bot.model.conformance import ReleaseRun
from bot.model.errors import WorldFailed, WrongRequest
from bot.sources import results

MODULE = "runtime.conformance"
_under_way: set["subprocess.Popen[str]"] = set()  # the processes of this one that must not outlive it


@dataclass(frozen=True, slots=True)
class Answer:
    """The runner's document, and what of it is kept. `containers` is how many containers truly came to be, `text` the document as
    the runner shows it to people, `is_red` its own verdict: something failed or, with expectations, changed."""

    document: dict[str, Any]
    runs: tuple[ReleaseRun, ...]
    containers: int
    text: str = ""
    is_red: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """What else a run may be asked: see `docs/commands.md`. `outputs` are files, or FORMAT=FILE; `form` is of the text that comes back."""

    claims: str = ""
    fresh: bool = True  # an errand wants to know how things are now
    expect: str = ""
    write_expect: str = ""
    form: str = "text"
    outputs: tuple[str, ...] = ()

    def words(self) -> list[str]:
        found = ["--fresh"] if self.fresh else []
        for flag, value in (
            ("--claims", self.claims),
            ("--expect", self.expect),
            ("--write-expect", self.write_expect),
            *(("--output", each) for each in self.outputs),
        ):
            found += [flag, value] if value else []
        return found


def run_conformance(
    runtime: str,
    releases: Sequence[str],
    *,
    clock: Callable[[], datetime],
    cases: Sequence[str] = (),
    jobs: int | None = None,
    progress: Callable[[dict[str, Any]], None] = lambda step: None,
    note: Callable[[str], None] = lambda text: None,
    wishes: Wishes = Wishes(),
) -> Answer:
    """Runs the cases. Raises WrongRequest (unknown release or runtime) or WorldFailed with the runner's own words."""
    # -P: a file called json.py in the caller's folder must not become our standard library.
    words = [sys.executable, "-P", "-m", MODULE, "run", "--json", "--runtime", runtime]
    for flag, values in (("--release", releases), ("--case", cases)):
        for value in values:
            words += [flag, value]
    if jobs is not None:
        words += ["--jobs", str(jobs)]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        tempfile.NamedTemporaryFile("r", encoding="utf-8", prefix="tallyman-") as shown,
    ):
        words += [*wishes.words(), "--output", f"{wishes.form}={shown.name}"]
        child = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        _under_way.add(child)
        said: list[str] = []
        listener = threading.Thread(target=_listen, args=(child.stderr, progress, note, said))
        listener.start()
        try:
            code = child.wait()
        except BaseException:  # Ctrl-C: the runner takes its containers away, then we go
            _end(child)
            child.wait()
            raise
        finally:
            _under_way.discard(child)
            listener.join()
            if child.stderr is not None:
                child.stderr.close()
        out.seek(0)
        text, seen = out.read(), shown.read()
    words_said = (said[-1] if said else f"it ended with {code}").removeprefix("conformance: ")
    if code == 2:
        raise WrongRequest(words_said)
    if code not in (0, 1):
        raise WorldFailed(f"the conformance run failed ({words_said})")
    return replace(read_document(text, clock()), text=seen, is_red=code == 1)


def stop_all() -> None:
    """Ends the runs of other threads: each runner takes its containers away, and its errand fails in words."""
    for child in tuple(_under_way):
        _end(child)


def _end(child: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)


def _listen(
    stream: IO[str] | None,
    progress: Callable[[dict[str, Any]], None],
    note: Callable[[str], None],
    said: list[str],
) -> None:
    for line in stream or ():
        try:
            told = json.loads(line)
            if "note" in told:
                note(str(told["note"]))
            else:
                progress(told["progress"])
        except (ValueError, KeyError, TypeError):
            said.append(line.strip())


def read_document(text: str, at: datetime) -> Answer:
    """The document of `conformance run --json`; `at` is the time of one that has none. Raises WorldFailed when it is not one."""
    try:
        found = results.read(text, at)
    except results.Unreadable as broken:
        raise WorldFailed(f"the conformance run gave no readable answer ({broken})") from None
    return Answer(found.document, found.runs, sum(run.containers for run in found.runs))
