"""A real refrun on a real kernel: bundles to run, and the proof that nothing of them is left."""

import fcntl
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

from runtime.conformance import host, rootfs
from runtime.conformance.driver import Answer, Runtime
from runtime.conformance.trial import Trial
from tests.skips import skip_host


@dataclass(frozen=True, slots=True)
class Yard:
    """Where containers are made: `trial` gives bundles and takes containers away, `refrun` is the command's words."""

    trial: Trial
    root: Path
    refrun: list[str]
    children: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def call(self, *words: str, inherited: Sequence[IO[str] | int] = (), **environ: str) -> Answer:
        """One call; `inherited` become its descriptors 3, 4, ... Output goes to files, which a container may keep open."""
        high = [fcntl.fcntl(file, fcntl.F_DUPFD, 50) for file in inherited]  # out of the way of 3, 4, ...
        shift = "; ".join(f"exec {3 + n}>&{fd} {fd}>&-" for n, fd in enumerate(high))
        shell = ["/bin/bash", "-c", f'{shift}; exec "$@"', "sh"] if inherited else []
        with open(self.root / "out", "w+") as out, open(self.root / "err", "w+") as err:
            done = subprocess.run(
                [*shell, *self.refrun, *words],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=30, check=False,
                pass_fds=high, env={**os.environ, **environ},
            )  # fmt: skip
            for fd in high:
                os.close(fd)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read())
        return Answer(done.returncode, texts[0], texts[1])

    def background(self, *words: str) -> "subprocess.Popen[bytes]":
        """A call that the test will interrupt."""
        child = subprocess.Popen(
            [*self.refrun, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.children.append(child)
        return child

    def ids(self) -> list[str]:
        folder = self.root / "state"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def groups(id_: str) -> list[Path]:
    """The cgroups that carry a container's id."""
    base = Path("/sys/fs/cgroup")
    return [*base.glob(f"*/refrun-{id_}"), *base.glob(f"refrun-{id_}")]


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    """Skips where the kernel gives no containers; afterwards nothing of any container may be left."""
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.name.startswith(("pytest-", "popen-")) or folder == tmp_path:
            folder.chmod(0o755)  # a mapped user inside must be able to walk through
    runtime = Runtime("refrun", tmp_path)
    trial = Trial(runtime, "v1.3.0", "1.3.0", rootfs.find(), tmp_path / "trial")
    made = Yard(trial, tmp_path, [*runtime.command, "--root", str(tmp_path / "state")])
    yield made
    for child in made.children:
        child.kill()
        child.wait()
    trial.close()
    assert (made.ids(), [path for id_ in trial.ids for path in groups(id_)]) == ([], [])
    assert str(tmp_path) not in Path("/proc/self/mountinfo").read_text()


@pytest.fixture
def root_only() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")


@pytest.fixture
def config() -> dict[str, Any]:
    """A config that everything is right with, to be spoiled."""
    return {
        "ociVersion": "1.3.0",
        "root": {"path": "rootfs"},
        "process": {"cwd": "/", "args": ["true"], "user": {"uid": 0, "gid": 0}},
        "linux": {"namespaces": [{"type": kind} for kind in ("mount", "pid", "uts")]},
    }
