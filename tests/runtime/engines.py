"""Container engines with refrun as their runtime: podman, and containerd through ctr, each with a store, a state and an end of its own."""

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runtime.conformance import rootfs
from tests.runtime.test_lifecycle import soon
from tests.runtime.test_terminal import own_terminal, read_until
from tests.skips import skip_host, skip_tool

_numbers = itertools.count(1)
GROUPS = Path("/sys/fs/cgroup")
SHIMS = Path("/run/containerd/s")  # containerd's shims listen here wherever the daemon's own state is
FIFOS = SHIMS.parent / "fifo"  # ctr forgets its pipes when it does not wait for the end
PODMAN = """[containers]
netns = "none"
default_ulimits = ["nofile=1024:1024", "nproc=2048:2048"]
default_sysctls = []
log_driver = "k8s-file"
apparmor_profile = "unconfined"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime_supports_json = ["crun", "runc", "refrun"]
"""
CONTAINERD = """version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = [{off}]
[grpc]
address = "{folder}/socket"
"""
OFF = (
    "io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs",
    "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine's command line. Called, it answers; `ok` also asks that it went well."""

    folder: Path
    words: list[str]
    refrun: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def rootfs(self) -> str:
        return str(self.folder / "rootfs")

    def __call__(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Output goes to files: what stays in the background keeps a pipe open."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                [*self.words, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=err, text=True, timeout=90,
                check=False, cwd=self.folder, env={**os.environ, **self.env},
            )  # fmt: skip
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read())
        return subprocess.CompletedProcess(done.args, done.returncode, *said)

    def ok(self, *words: str) -> str:
        done = self(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def in_terminal(self, *words: str) -> "contextlib.AbstractContextManager[tuple[int, int]]":
        """(pid, our end of its terminal) of a call as a person makes it."""
        pairs = [f"{name}={value}" for name, value in self.env.items()]
        return own_terminal(["/usr/bin/env", "--chdir", str(self.folder), *pairs, *self.words, *words])

    def typed(self, keys: bytes, *words: str, until: bytes = b"# ") -> tuple[int, bytes]:
        """The exit code and what came out when a person types `keys` at the prompt of a shell, in a terminal of 40 by 100."""
        with self.in_terminal(*words) as (pid, ends):
            heard = read_until(ends, until)
            os.write(ends, keys)
            heard += read_until(ends, b"nothing more", 20)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), heard


@contextlib.contextmanager
def podman() -> Iterator[Engine]:
    with _prepared("podman", "podman") as (program, folder, refrun):
        (folder / "containers.conf").write_text(PODMAN)
        words = [
            program, "--cgroup-manager", "cgroupfs", "--storage-driver", "vfs", "--root", str(folder / "store"),
            "--runroot", str(folder / "run"), "--tmpdir", str(folder / "tmp"), "--runtime", str(refrun),
        ]  # fmt: skip
        made = Engine(folder, words, refrun, {"CONTAINERS_CONF": str(folder / "containers.conf")})
        try:
            yield made
        finally:
            made("rm", "--all", "--force", "--time", "0")
            _end(made)
            _remove_groups(folder.name)


@contextlib.contextmanager
def containerd() -> Iterator[Engine]:
    """A private daemon, and ctr in a namespace of its own, whose name is also that of its cgroups' parent."""
    with _prepared("containerd", "ctr") as (program, folder, refrun):
        skip_tool("containerd-shim-runc-v2")
        settings = CONTAINERD.format(folder=folder, off=", ".join(f'"{each}"' for each in OFF))
        (folder / "config.toml").write_text(settings)
        words = [program, "--address", str(folder / "socket"), "--namespace", folder.name]
        made = Engine(folder, words, refrun)
        sockets = stale_sockets()
        made_here = [path for path in (SHIMS, FIFOS, SHIMS.parent) if not path.exists()]
        with (folder / "log").open("w") as log:
            daemon = subprocess.Popen(
                [skip_tool("containerd"), "--config", str(folder / "config.toml")], stdout=log, stderr=log
            )
        try:
            assert soon(lambda: made("version").returncode == 0), (folder / "log").read_text()
            yield made
        finally:
            for id_ in made("task", "ls", "-q").stdout.split():
                made("task", "delete", "--force", id_)
            daemon.terminate()
            daemon.wait(20)
            _end(made)
            _remove_groups(folder.name)
            for fifo in FIFOS.glob(f"*/{folder.name}-*"):
                fifo.unlink()
                with contextlib.suppress(OSError):  # not the last one
                    fifo.parent.rmdir()
            for socket in stale_sockets() - sockets:  # of a killed shim
                socket.unlink(missing_ok=True)
            for path in made_here:
                with contextlib.suppress(OSError):  # in use: another daemon came meanwhile
                    path.rmdir()


@contextlib.contextmanager
def _prepared(name: str, tool: str) -> Iterator[tuple[str, Path, Path]]:
    """(the tool, a folder with a root file system, refrun); the folder is short, since sockets are made in it."""
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    program, source = skip_tool(tool), rootfs.find()
    if source.kind != "busybox":
        skip_tool("busybox-static")
    folder = (
        Path(tempfile.gettempdir()) / f"{name}-{os.getpid()}-{next(_numbers)}"
    )  # containerd is choosy about names
    folder.mkdir()
    try:
        source.make(folder / "rootfs")
        refrun = Path(sys.executable).with_name("refrun")
        if not refrun.exists():
            subprocess.run([sys.executable, "-m", "runtime.launcher", str(folder)], check=True)
            refrun = folder / "refrun"
        yield program, folder, refrun
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _end(engine: Engine) -> None:
    """What the engine itself did not take away, because a test or the engine died: containers, shims, sockets, mounts."""
    for root in (None, *engine.folder.glob("states/*")):
        words = [str(engine.refrun), *(("--root", str(root)) if root else ())]
        said = subprocess.run(
            [*words, "list", "--format", "json"], check=True, capture_output=True, text=True
        )
        for row in json.loads(said.stdout) or ():
            if str(row["bundle"]).startswith(str(engine.folder)):
                subprocess.run([*words, "delete", "--force", row["id"]], check=False, capture_output=True)
    monitors = processes(engine.folder)
    listening = _sockets(monitors)
    for pid in monitors:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    soon(lambda: not any(map(is_alive, monitors)))
    for path in listening:
        path.unlink(missing_ok=True)
    for point in reversed(mounts(engine.folder)):
        subprocess.run(["umount", "--lazy", point], check=False, capture_output=True)


def _sockets(pids: list[int]) -> list[Path]:
    """The files of the sockets that containerd's shims hold."""
    held = set()
    for fd in (fd for pid in pids for fd in Path(f"/proc/{pid}/fd").glob("*")):
        with contextlib.suppress(OSError):
            held.add(os.readlink(fd))
    rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()]
    paths = [Path(row[7]) for row in rows if len(row) > 7 and f"socket:[{row[6]}]" in held]
    return [path for path in paths if path.parent == SHIMS]


def _remove_groups(name: str) -> None:
    for top in GROUPS.glob(f"*/{name}"):
        for path, _, _ in os.walk(top, topdown=False):
            os.rmdir(path)


def processes(folder: Path) -> list[int]:
    """Those that name the engine's folder on their command line (shims, monitors, daemons), or have their root in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes()
            if str(folder).encode() in words or os.readlink(entry / "root").startswith(str(folder)):
                found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid()]


def is_alive(pid: int) -> bool:
    """Whether it runs; one whose parent died is a zombie until the host's first process gets to it."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    return False


def mounts(folder: Path) -> list[str]:
    rows = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return [point for point in rows if point.startswith(str(folder))]


def stale_sockets() -> set[Path]:
    """Those of shims on which nobody listens any more."""
    bound = Path("/proc/net/unix").read_text()
    return {path for path in SHIMS.glob("*") if str(path) not in bound}


def left(folder: Path, containers: list[int]) -> list[object]:
    """What an engine that is gone left: its folder, processes, its containers' programs, mounts, cgroups, states and pipes."""
    return [
        *([folder] if folder.exists() else []), *processes(folder), *filter(is_alive, containers), *mounts(folder),
        *GROUPS.glob(f"*/{folder.name}"), *FIFOS.glob(f"*/{folder.name}-*"),
        *(path for path in Path("/run/refrun").glob("*/state.json") if str(folder) in path.read_text()),
    ]  # fmt: skip
