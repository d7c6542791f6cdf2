"""podman with refrun as its runtime: run, exec, attach, logs, pause, update, health checks, stop and remove, with --rootfs."""

import itertools
import json
import os
import signal
import struct
import time
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path
from termios import TIOCGWINSZ

import pytest

from runtime.conformance import host
from tests.runtime import engines
from tests.runtime.engines import Engine
from tests.runtime.test_lifecycle import soon
from tests.runtime.test_terminal import read_until
from tests.skips import skip_host

COUNTING = "trap 'exit 0' TERM; n=0; while :; do echo line $n; n=$((n+1)); sleep 0.05; done"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def podman() -> Iterator[Engine]:
    with engines.podman() as made:
        yield made
    assert engines.left(made.folder, []) == []


def run(podman: Engine, *options: str) -> list[str]:
    """`run` with the groups of its containers and monitors in one of this engine's own."""
    return ["run", "--cgroup-parent", f"/{podman.folder.name}", *options]


def once(podman: Engine, options: list[str], *program: str) -> tuple[int, str, str]:
    """A container in the foreground: its exit code, and what it wrote."""
    done = podman(*run(podman, "--rm", *options, "--rootfs"), podman.rootfs, *program)
    return done.returncode, done.stdout, done.stderr


def staying(podman: Engine, *options: str, script: str = COUNTING) -> str:
    """The name of a container whose program stays."""
    name = f"stays-{next(_numbers)}"
    podman.ok(
        *run(podman, "--detach", "--name", name, *options, "--rootfs"), podman.rootfs, "/bin/sh", "-c", script
    )
    return name


def inspect(podman: Engine, name: str, what: str) -> str:
    return podman.ok("inspect", "--format", "{{." + what + "}}", name)


def remove(podman: Engine, name: str) -> None:
    podman.ok("rm", "--force", "--time", "0", name)
    assert podman("inspect", name).returncode != 0


def group(podman: Engine, name: str, controller: str) -> Path:
    """The cgroup of a container's program, under one of version 1's controllers."""
    text = Path(f"/proc/{inspect(podman, name, 'State.Pid')}/cgroup").read_text()
    rows = [row.split(":") for row in text.splitlines()]
    path = next(row[2] for row in rows if controller in row[1].split(","))
    return engines.GROUPS / controller / path.lstrip("/")


def lines(podman: Engine, name: str) -> int:
    return len(podman.ok("logs", name).splitlines())


def test_output_and_exit_code_come_back(podman: Engine) -> None:
    script = "echo out; echo err >&2; exit 7"
    assert once(podman, [], "/bin/sh", "-c", script) == (7, "out\n", "err\n")


@pytest.mark.parametrize(("program", "code"), [("/no/such", 127), ("/etc", 126)])
def test_a_program_that_cannot_be_run_is_known_by_its_code(podman: Engine, program: str, code: int) -> None:
    name = f"cannot-{next(_numbers)}"
    done = podman(*run(podman, "--rm", "--name", name, "--rootfs"), podman.rootfs, program)
    assert (done.returncode, program in done.stderr) == (code, True), done.stderr
    assert name not in podman.ok("ps", "--all")
    name = staying(podman)
    assert podman("exec", name, program).returncode == code
    assert podman("exec", "--tty", name, program).returncode == code
    remove(podman, name)


def test_logs_are_kept_and_followed_to_the_end(podman: Engine) -> None:
    name = staying(podman, script="echo first; echo second >&2; sleep 0.5; echo last; exit 4")
    followed = podman("logs", "--follow", name)
    assert (followed.stdout, followed.stderr) == ("first\nlast\n", "second\n")
    assert podman.ok("wait", name) == "4"
    assert podman.ok("logs", "--tail", "1", name) == "last"
    remove(podman, name)


def test_exec_is_inside_and_tells_its_code(podman: Engine) -> None:
    name = staying(podman)
    assert podman.ok("exec", name, "/bin/cat", "/proc/1/comm") == "busybox"
    assert podman("exec", name, "/bin/sh", "-c", "exit 5").returncode == 5
    options = ["--user", "1234:5678", "--workdir", "/tmp", "--env", "CARGO=tea"]
    script = "id -u; id -g; pwd; echo $CARGO"
    assert podman.ok("exec", *options, name, "/bin/sh", "-c", script).split() == [
        "1234",
        "5678",
        "/tmp",
        "tea",
    ]
    podman.ok("exec", "--detach", name, "/bin/sh", "-c", f"echo yes > /tmp/{name}")
    assert soon(lambda: podman.ok("exec", name, "/bin/cat", f"/tmp/{name}") == "yes")
    podman.ok("exec", "--privileged", name, "/bin/true")
    remove(podman, name)


def test_a_paused_container_stands_still(podman: Engine) -> None:
    name = staying(podman)
    assert soon(lambda: lines(podman, name) > 1)
    podman.ok("pause", name)
    assert inspect(podman, name, "State.Status") == "paused"
    before = lines(podman, name)
    time.sleep(0.3)
    assert lines(podman, name) == before
    assert podman("exec", name, "/bin/true").returncode != 0
    podman.ok("unpause", name)
    assert inspect(podman, name, "State.Status") == "running"
    assert soon(lambda: lines(podman, name) > before)
    remove(podman, name)


def test_limits_hold_from_the_start_and_after_an_update(podman: Engine) -> None:
    for fact in ("cgroup-v1", "memory", "pids"):
        if lacking := host.lacking(fact):
            skip_host("no-cgroup-v1", lacking)
    name = staying(podman, "--memory", "32m", "--pids-limit", "50")
    memory, pids, cpu = (group(podman, name, each) for each in ("memory", "pids", "cpu"))
    assert (memory / "memory.limit_in_bytes").read_text().strip() == str(32 << 20)
    assert (pids / "pids.max").read_text().strip() == "50"
    podman.ok("update", "--memory", "64m", "--cpus", "0.5", "--cpu-shares", "512", name)
    assert (memory / "memory.limit_in_bytes").read_text().strip() == str(64 << 20)
    period, quota = ((cpu / f"cpu.cfs_{each}_us").read_text() for each in ("period", "quota"))
    assert int(quota) * 2 == int(period)
    assert (cpu / "cpu.shares").read_text().strip() == "512"
    assert (pids / "pids.max").read_text().strip() == "50"
    remove(podman, name)
    assert not memory.exists()


def test_too_much_memory_is_told(podman: Engine) -> None:
    if lacking := host.lacking("memory"):
        skip_host("no-cgroup-v1", lacking)
    name = staying(podman, "--memory", "16m", script="sleep 0.3; x=x; while :; do x=$x$x; done")
    assert podman.ok("wait", name) == "137"
    remove(podman, name)


@pytest.mark.parametrize(
    ("check", "code", "status"), [("/bin/true", 0, "healthy"), ("/bin/false", 1, "unhealthy")]
)
def test_a_health_check_is_an_exec(podman: Engine, check: str, code: int, status: str) -> None:
    name = staying(podman, "--health-cmd", check, "--health-interval", "disable", "--health-retries", "1")
    assert podman("healthcheck", "run", name).returncode == code
    assert inspect(podman, name, "State.Health.Status") == status
    assert inspect(podman, name, "State.Status") == "running"
    remove(podman, name)


def test_stop_asks_first(podman: Engine) -> None:
    name = staying(podman)
    assert soon(lambda: lines(podman, name) > 0)  # its trap is set
    began = time.monotonic()
    podman.ok("stop", "--time", "20", name)
    assert time.monotonic() - began < 15
    assert inspect(podman, name, "State.ExitCode") == "0"
    podman.ok("start", name)
    assert inspect(podman, name, "State.Status") == "running"
    podman.ok("restart", "--time", "20", name)
    assert inspect(podman, name, "State.Status") == "running"
    remove(podman, name)


def test_stop_kills_what_does_not_listen(podman: Engine) -> None:
    name = staying(podman, script="trap '' TERM; echo ready; while :; do sleep 0.05; done")
    assert soon(lambda: lines(podman, name) == 1)
    podman.ok("stop", "--time", "1", name)
    assert inspect(podman, name, "State.ExitCode") == "137"
    remove(podman, name)


def test_kill_sends_any_signal(podman: Engine) -> None:
    name = staying(podman, script="trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done")
    assert soon(lambda: lines(podman, name) == 1)
    podman.ok("kill", "--signal", "USR1", name)
    assert podman.ok("wait", name) == "9"
    remove(podman, name)


def test_top_and_stats_see_its_processes(podman: Engine) -> None:
    name = staying(podman, script="sleep 300 & sleep 300; :")
    assert podman.ok("top", name, "comm").split()[1:] == ["busybox", "sleep", "sleep"]
    rows = json.loads(podman.ok("stats", "--no-stream", "--format", "json", name))
    assert rows[0]["pids"] == "3"
    remove(podman, name)


def test_a_terminal_can_be_attached_to(podman: Engine) -> None:
    podman.ok(
        "run", "--detach", "--tty", "--interactive", "--name", "tty", "--rootfs", podman.rootfs, "/bin/sh"
    )
    _, heard = podman.typed(b"echo at''tached; exit 6\n", "attach", "tty", until=b"")
    assert b"attached" in heard
    assert inspect(podman, "tty", "State.ExitCode") == "6"
    remove(podman, "tty")


def test_run_and_exec_in_a_terminal(podman: Engine) -> None:
    words = [*run(podman, "--rm", "--tty", "--interactive", "--rootfs"), podman.rootfs, "/bin/sh"]
    code, heard = podman.typed(b"test -t 0 && echo is''atty; readlink /proc/self/fd/0; exit 3\n", *words)
    assert code == 3
    assert b"isatty" in heard
    assert b"/dev/pts/0" in heard
    name = staying(podman)
    keys = b"test -t 0 && echo is''atty; exit 4\n"
    code, heard = podman.typed(keys, "exec", "--tty", "--interactive", name, "/bin/sh")
    assert code == 4
    assert b"isatty" in heard
    remove(podman, name)


def test_a_terminal_has_the_size_of_the_person_s(podman: Engine) -> None:
    words = [*run(podman, "--rm", "-ti", "--name", "size", "--rootfs"), podman.rootfs, "/bin/sh"]
    with podman.in_terminal(*words) as (_, ends):
        read_until(ends, b"# ")

        def size() -> tuple[int, ...]:
            with open(f"/proc/{inspect(podman, 'size', 'State.Pid')}/fd/0", "rb") as inside:
                return struct.unpack("4H", ioctl(inside, TIOCGWINSZ, bytes(8)))[:2]

        assert soon(lambda: size() == (40, 100))
        os.write(ends, b"exit\n")
        read_until(ends, b"nothing more")


@pytest.mark.parametrize(
    ("options", "script", "out"),
    [
        pytest.param(["--read-only"], "touch /new 2>/dev/null || echo refused", "refused", id="a read-only root"),
        pytest.param(["--hostname", "quay"], "hostname", "quay", id="a host name"),
        pytest.param(["--user", "1234:5678"], "id -u; id -g", "1234 5678", id="a user"),
        pytest.param(["--workdir", "/tmp"], "pwd", "/tmp", id="a folder to work in"),
        pytest.param(["--env", "CARGO=tea"], "echo $CARGO", "tea", id="an environment"),
        pytest.param(["--tmpfs", "/mnt:size=64k"], "stat -f -c %T /mnt; touch /mnt/x && echo wrote", "tmpfs wrote", id="a tmpfs"),
        pytest.param(["--cap-drop", "all"], "grep CapEff /proc/self/status | cut -c9-", "0000000000000000", id="no capability"),
        pytest.param(["--cap-drop", "all", "--cap-add", "net_raw"], "grep CapEff /proc/self/status | cut -c9-", "0000000000002000", id="one capability"),
        pytest.param(["--security-opt", "no-new-privileges"], "grep NoNewPrivs /proc/self/status | cut -f2", "1", id="no new privileges"),
        pytest.param(["--ulimit", "nofile=300:300", "--ulimit", "nproc=2048:2048"], "ulimit -n", "300", id="a limit of open files"),
        pytest.param(["--device", "/dev/null:/dev/hole"], "test -c /dev/hole && echo there", "there", id="a device"),
        pytest.param(["--pid", "host"], "test $$ -gt 1 && echo seen", "seen", id="the host's processes"),
        pytest.param(["--oom-score-adj", "500"], "cat /proc/self/oom_score_adj", "500", id="an OOM score"),
        pytest.param(["--umask", "0077"], "umask", "0077", id="a umask"),
        pytest.param(["--group-add", "4321"], "id -G", "0 4321", id="one more group"),
    ],
)  # fmt: skip
def test_what_podman_asks_for_is_so_inside(podman: Engine, options: list[str], script: str, out: str) -> None:
    code, said, err = once(podman, options, "/bin/busybox", "sh", "-c", f"export PATH=$PATH:/bin; {script}")
    assert (code, said.split()) == (0, out.split()), err


def test_a_volume_is_shared_and_may_be_read_only(podman: Engine) -> None:
    volume = podman.folder / "volume"
    volume.mkdir(exist_ok=True)
    assert once(podman, ["--volume", f"{volume}:/mnt"], "/bin/sh", "-c", "echo inside > /mnt/note")[0] == 0
    assert (volume / "note").read_text() == "inside\n"
    script = "cat /mnt/note; touch /mnt/new 2>/dev/null || echo refused"
    assert once(podman, ["--volume", f"{volume}:/mnt:ro"], "/bin/sh", "-c", script)[1] == "inside\nrefused\n"


def test_its_seccomp_profile_is_taken(podman: Engine) -> None:
    script = "grep Seccomp: /proc/self/status; grep Seccomp_filters: /proc/self/status"
    said = once(podman, [], "/bin/sh", "-c", script)[1].split()
    assert said[:2] == ["Seccomp:", "2"]


def test_files_are_copied_in_and_out(podman: Engine, tmp_path: Path) -> None:
    (tmp_path / "in").write_text("tea\n")
    name = staying(podman)
    podman.ok("cp", str(tmp_path / "in"), f"{name}:/tmp/copied-{name}")
    assert podman.ok("exec", name, "/bin/cat", f"/tmp/copied-{name}") == "tea"
    podman.ok("cp", f"{name}:/tmp/copied-{name}", str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "tea\n"
    remove(podman, name)


def test_podman_knows_the_runtime_by_its_version(podman: Engine) -> None:
    runtime = json.loads(podman.ok("info", "--format", "json"))["host"]["ociRuntime"]
    assert runtime["name"].endswith("refrun")
    assert runtime["version"].startswith("refrun version ")


@pytest.mark.parametrize(
    "killed", [pytest.param("", id="all live"), pytest.param("conmon", id="conmon was killed")]
)
def test_nothing_stays_when_a_test_fails_midway(killed: str) -> None:
    with pytest.raises(ZeroDivisionError), engines.podman() as podman:
        folder = podman.folder
        pid = int(inspect(podman, staying(podman), "State.Pid"))
        for monitor in engines.processes(folder) if killed else ():
            os.kill(monitor, signal.SIGKILL)
        raise ZeroDivisionError
    assert engines.left(folder, [pid]) == []
