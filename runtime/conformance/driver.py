"""A runtime under test: a command with runc's command line, driven from outside, each call bounded in time."""

import copy
import json
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.conformance import builds, claims

PATIENCE = 20.0  # seconds for one call; a runtime that takes longer hangs

LOGGED = re.compile(r'^time="[^"]*" level=\w+ msg=')


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
        """The last line of stderr, for a message; of a logged one what it says, without the time."""
        lines = self.err.strip().splitlines()
        return LOGGED.sub("", lines[-1])[:300] if lines else f"exit code {self.code}"


class Runtime:
    """`name` is the command as it was given. Containers live under a private --root. `claims` are the releases that it is held
    to: by its `features`, until whoever drives it asked otherwise."""

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self.command = _resolve(name)
        self.root = root
        self.created = 0  # how many containers were seen, not those that a runtime says it made
        self.keeps: list[
            str
        ] = []  # shared by all sessions: where it was seen to keep what it knows of a container
        self.said: list[str] = []  # every call with what the runtime and the program wrote
        self.told = self._words("--version")
        self.version = (self.told.strip().splitlines() or ["unknown"])[0]
        self.features = self._features()
        self.claims = claims.stated(self.features) or claims.unlimited()
        self.build = builds.of(self.command, self.told, self.is_ours)

    @property
    def is_ours(self) -> bool:
        """Whether this is the runtime of this very package."""
        return shlex.split(self.name) == ["refrun"]

    def session(self) -> "Runtime":
        """The same runtime with a count and a record of its own: what one case does with it."""
        own = copy.copy(self)
        own.created, own.said = 0, []
        return own

    def call(
        self, *args: str, timeout: float = PATIENCE, stdout: Path | None = None, stderr: Path | None = None
    ) -> Answer:
        """One call. Output goes to files: a container keeps what it inherits open, and a pipe would never end.

        `stdout` and `stderr` are for a container that goes on writing after the call: what it writes can be read there.
        """
        out, err = _open("out", stdout), _open("err", stderr)
        try:
            child = subprocess.Popen(
                [*self.command, "--root", str(self.root / "state"), *args],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
            )  # fmt: skip
            code = _wait(child, timeout)
            if code is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                raise TooSlow(f"`{self.name} {' '.join(args)}` did not end within {timeout:g} s")
            answer = Answer(
                code,
                *(os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace") for file in (out, err)),
            )
        finally:
            os.close(out)
            os.close(err)
        self.said.append(f"$ {self.name} {' '.join(args)}\n{answer.out}{answer.err}")
        return answer

    def count(self, id_: str = "") -> None:
        """One more container that truly was there; whoever saw it says so. `id_` of one that is still there."""
        self.created += 1
        if id_ and not self.keeps:
            self.keeps.extend(["state"] if (self.root / "state" / id_).is_dir() else [])

    def forgot(self, id_: str) -> bool:
        """Whether it surely has nothing of a container: it was seen to keep each one in a folder of its --root, and this one's is not
        there. Asking it with `delete --force` costs as much as a start."""
        return bool(self.keeps) and not os.path.lexists(self.root / "state" / id_)

    def _words(self, *args: str) -> str:
        try:
            done = subprocess.run(
                [*self.command, *args], capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as failed:
            raise NoRuntime(f"{self.name} --version gives no answer: {failed}") from None
        if done.returncode != 0:
            raise NoRuntime(f"{self.name} --version ends with {done.returncode}: is it an OCI runtime?")
        return done.stdout

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


def _open(name: str, path: Path | None) -> int:
    """A file of its own for each call, so that what an earlier container still writes never stands in it."""
    if path is None:
        return os.memfd_create(name)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)


def _wait(child: "subprocess.Popen[bytes]", timeout: float) -> int | None:
    """The exit code, None when it takes longer. Popen.wait with a timeout sleeps ever longer between looks: half of a call's time."""
    watch = os.pidfd_open(child.pid)
    try:
        poll = select.poll()
        poll.register(watch, select.POLLIN)
        return child.wait() if poll.poll(timeout * 1000) else None
    finally:
        os.close(watch)


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
