"""A runtime under test: a command with runc's command line, driven from outside, each call bounded in time."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 20.0  # seconds for one call; a runtime that takes longer hangs


class NoRuntime(Exception):
    """The runtime cannot be found or does not answer; the text says what to do."""


class TooSlow(Exception):
    """One call did not end in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        return self.code == 0

    @property
    def words(self) -> str:
        """The last line of stderr, for a message."""
        lines = self.err.strip().splitlines()
        return lines[-1][:300] if lines else f"exit code {self.code}"


class Runtime:
    """`name` is the command as it was given. Containers live under a private --root."""

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self.command = _resolve(name)
        self.root = root
        self.created = 0  # how many containers were seen, not those that a runtime says it made
        self._count = threading.Lock()
        self.version = self._first_line("--version")
        self.features = self._features()

    def call(self, *args: str, timeout: float = PATIENCE, stdout: Path | None = None) -> Answer:
        """One call. Output goes to files: a container keeps what it inherits open, and a pipe would never end.

        `stdout` is for a container that goes on writing: otherwise the next call begins the file anew.
        """
        files = [self.root / f"{name}-{threading.get_ident()}" for name in ("out", "err")]
        files[0] = stdout or files[0]
        with open(files[0], "w+b") as out, open(files[1], "w+b") as err:
            child = subprocess.Popen(
                [*self.command, "--root", str(self.root / "state"), *args],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
            )  # fmt: skip
            try:
                code = child.wait(timeout)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                raise TooSlow(f"`{self.name} {' '.join(args)}` did not end within {timeout:g} s") from None
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode(errors="replace"))
        return Answer(code, *texts)

    def count(self) -> None:
        """One more container that truly was there; whoever saw it says so."""
        with self._count:
            self.created += 1

    def _first_line(self, *args: str) -> str:
        try:
            done = subprocess.run(
                [*self.command, *args], capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as failed:
            raise NoRuntime(f"{self.name} --version gives no answer: {failed}") from None
        if done.returncode != 0:
            raise NoRuntime(f"{self.name} --version ends with {done.returncode}: is it an OCI runtime?")
        return (done.stdout.strip().splitlines() or ["unknown"])[0]

    def _features(self) -> dict[str, Any]:
        """The features document, {} for a runtime that has none."""
        done = subprocess.run(
            [*self.command, "features"], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        try:
            found = json.loads(done.stdout) if done.returncode == 0 else {}
        except ValueError:
            found = {}
        return found if isinstance(found, dict) else {}


def _resolve(name: str) -> list[str]:
    """The command's words. `refrun` is always there: the one on PATH, else this very package."""
    words = shlex.split(name)
    if not words:
        raise NoRuntime("--runtime is empty: name a runtime such as refrun, runc or /path/to/one")
    found = shutil.which(words[0], path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")
    if words == ["refrun"]:
        # Beside this interpreter first, so that what is tested is what was installed with it, never another refrun.
        beside = Path(sys.executable).with_name("refrun")
        if beside.is_file():
            return [str(beside)]
        home = str(Path(__file__).resolve().parent.parent.parent)
        start = f"import sys; sys.path.insert(0, {home!r}); from runtime.cli import main; sys.exit(main(sys.argv[1:]))"
        return [sys.executable, "-IS", "-c", start]
    if found is None:
        raise NoRuntime(
            f"there is no runtime {words[0]} on this host: install it, or give its path with --runtime"
        )
    return [os.path.abspath(found), *words[1:]]
