"""podman with refrun as its runtime: run, exec, attach, logs, pause, update, health checks, stop and remove, with --rootfs."""

import contextlib
import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.conformance import rootfs
from tests.runtime.test_lifecycle import soon
from tests.runtime.test_terminal import read_until
from tests.skips import skip_host, skip_tool

SETTINGS = """[containers]
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


@dataclass(frozen=True, slots=True)
class Podman:
    folder: Path
    words: list[str]

    def __call__(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*self.words, *words], capture_output=True, text=True, timeout=90, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "CONTAINERS_CONF": str(self.folder / "containers.conf")},
        )  # fmt: skip

    def ok(self, *words: str) -> str:
        done = self(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run(self, name: str, *program: str) -> str:
        return self.ok("run", "--detach", "--name", name, "--rootfs", str(self.folder / "rootfs"), *program)

    def state(self, name: str) -> str:
        return self.ok("inspect", "--format", "{{.State.Status}}", name)


@pytest.fixture(scope="module")
def podman() -> Iterator[Podman]:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    program = skip_tool("podman")
    source = rootfs.find()
    if source.kind != "busybox":
        skip_tool("busybox-static")
    folder = Path(tempfile.mkdtemp(prefix="podman-"))  # podman wants a short path
    (folder / "containers.conf").write_text(SETTINGS)
    source.make(folder / "rootfs")
    refrun = Path(sys.executable).with_name("refrun")
    if not refrun.exists():
        subprocess.run([sys.executable, "-m", "runtime.launcher", str(folder)], check=True)
        refrun = folder / "refrun"
    words = [
        program, "--cgroup-manager", "cgroupfs", "--storage-driver", "vfs", "--root", str(folder / "store"),
        "--runroot", str(folder / "run"), "--tmpdir", str(folder / "tmp"), "--runtime", str(refrun),
    ]  # fmt: skip
    made = Podman(folder, words)
    yield made
    made("rm", "--all", "--force", "--time", "0")
    for group in [
        *Path("/sys/fs/cgroup").glob("*/libpod_parent/*"),
        *Path("/sys/fs/cgroup").glob("*/libpod_parent"),
    ]:
        with contextlib.suppress(OSError):  # not a group, or somebody else's conmon is in it
            group.rmdir()
    shutil.rmtree(folder, ignore_errors=True)


def test_output_and_exit_code_come_back(podman: Podman) -> None:
    path = str(podman.folder / "rootfs")
    done = podman("run", "--rm", "--rootfs", path, "/bin/sh", "-c", "echo out; echo err >&2; exit 7")
    assert (done.returncode, done.stdout, done.stderr.strip()) == (7, "out\n", "err")


@pytest.mark.parametrize(("program", "code"), [("/no/such", 127), ("/etc", 126)])
def test_a_program_that_cannot_be_run_is_known_by_its_code(podman: Podman, program: str, code: int) -> None:
    done = podman("run", "--rm", "--rootfs", str(podman.folder / "rootfs"), program)
    assert done.returncode == code, done.stderr


def test_a_container_s_whole_life(podman: Podman) -> None:
    podman.run(
        "whole",
        "/bin/sh",
        "-c",
        "trap 'exit 0' TERM; n=0; while :; do echo line $n; n=$((n+1)); sleep 0.1; done",
    )
    assert podman.state("whole") == "running"
    assert soon(lambda: "line 1" in podman.ok("logs", "whole"))
    assert podman.ok("exec", "whole", "/bin/sh", "-c", "echo inside") == "inside"
    assert podman("exec", "whole", "/bin/sh", "-c", "exit 5").returncode == 5
    assert podman.ok("exec", "--user", "1234:5678", "whole", "/bin/id", "-u") == "1234"
    podman.ok("pause", "whole")
    assert podman.state("whole") == "paused"
    before = len(podman.ok("logs", "whole").splitlines())
    time.sleep(0.4)
    assert len(podman.ok("logs", "whole").splitlines()) == before
    podman.ok("unpause", "whole")
    assert soon(lambda: len(podman.ok("logs", "whole").splitlines()) > before)
    podman.ok("update", "--memory", "64m", "whole")
    pid = podman.ok("inspect", "--format", "{{.State.Pid}}", "whole")
    groups = Path(f"/proc/{pid}/cgroup").read_text()
    memory = next((line.split(":")[2] for line in groups.splitlines() if ":memory:" in line), "")
    if memory:
        assert Path(f"/sys/fs/cgroup/memory{memory}/memory.limit_in_bytes").read_text().strip() == str(
            64 << 20
        )
    podman.ok("stop", "--time", "10", "whole")
    assert podman.ok("inspect", "--format", "{{.State.ExitCode}}", "whole") == "0"
    podman.ok("start", "whole")
    assert podman.state("whole") == "running"
    podman.ok("rm", "--force", "--time", "0", "whole")
    assert podman("inspect", "whole").returncode != 0


def test_a_health_check_is_an_exec(podman: Podman) -> None:
    path = str(podman.folder / "rootfs")
    podman.ok(
        "run", "--detach", "--name", "healthy", "--health-cmd", "/bin/true", "--health-interval", "disable",
        "--rootfs", path, "/bin/sleep", "300",
    )  # fmt: skip
    assert podman("healthcheck", "run", "healthy").returncode == 0
    podman.ok("rm", "--force", "--time", "0", "healthy")


def test_a_terminal_can_be_attached_to(podman: Podman) -> None:
    path = str(podman.folder / "rootfs")
    podman.ok("run", "--detach", "--tty", "--interactive", "--name", "tty", "--rootfs", path, "/bin/sh")
    pid, ends = pty.fork()
    if pid == 0:
        os.environ["CONTAINERS_CONF"] = str(podman.folder / "containers.conf")
        os.execv(podman.words[0], [*podman.words, "attach", "tty"])
    time.sleep(1)
    os.write(ends, b"echo at''tached; exit 6\n")
    assert b"attached" in read_until(ends, b"attached")
    read_until(ends, b"nothing more")
    os.waitpid(pid, 0)
    os.close(ends)
    assert podman.ok("inspect", "--format", "{{.State.ExitCode}}", "tty") == "6"
    podman.ok("rm", "--force", "tty")


def test_podman_knows_the_runtime_by_its_version(podman: Podman) -> None:
    runtime = json.loads(podman.ok("info", "--format", "json"))["host"]["ociRuntime"]
    assert runtime["name"].endswith("refrun")
    assert runtime["version"].startswith("refrun version ")
