"""containerd with refrun as its runtime, through ctr: run, exec, ps, pause, kill, delete, mounts, limits, terminals, read-only."""

import itertools
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.conformance import host
from tests.runtime import engines
from tests.runtime.engines import Engine
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_host

LOOP = "trap 'exit 3' TERM; while :; do date +%s.%N >> /tmp/$0; sleep 0.05; done"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def ctr() -> Iterator[Engine]:
    sockets = engines.stale_sockets()
    with engines.containerd() as made:
        yield made
    assert engines.left(made.folder, []) == []
    assert engines.stale_sockets() <= sockets


def words(ctr: Engine, *options: str) -> list[str]:
    return [
        "run", "--runc-binary", str(ctr.refrun), "--runc-root", str(ctr.folder / "states"), *options,
    ]  # fmt: skip


def new_name(ctr: Engine, what: str) -> str:
    """Of a container or an exec: what ctr leaves in shared folders carries it, and is known by it."""
    return f"{ctr.folder.name}-{what}-{next(_numbers)}"


def once(ctr: Engine, options: list[str], *program: str) -> tuple[int, str, str]:
    """A container in the foreground: its exit code, what it wrote, and what went wrong."""
    name = new_name(ctr, "once")
    done = ctr(*words(ctr, "--rm", *options, "--rootfs"), ctr.rootfs, name, *program)
    return done.returncode, done.stdout, done.stderr


def staying(ctr: Engine, *options: str, script: str = LOOP) -> str:
    """The id of a container whose program stays."""
    name = new_name(ctr, "stays")
    ctr.ok(*words(ctr, "--detach", *options, "--rootfs"), ctr.rootfs, name, "/bin/sh", "-c", script, name)
    return name


def executing(ctr: Engine, *options: str) -> list[str]:
    return ["task", "exec", "--exec-id", new_name(ctr, "exec"), *options]


def inside(ctr: Engine, name: str, script: str, *options: str) -> tuple[int, str]:
    done = ctr(*executing(ctr, *options), name, "/bin/sh", "-c", script)
    return done.returncode, done.stdout


def status(ctr: Engine, name: str) -> str:
    """PID and status of a task are columns; "" for one that is not there."""
    found = re.search(rf"^{name}\s+\d+\s+(\S+)", ctr.ok("task", "ls"), re.MULTILINE)
    return found[1] if found else ""


def remove(ctr: Engine, name: str) -> None:
    ctr("task", "delete", "--force", name)
    ctr.ok("container", "delete", name)


@pytest.mark.parametrize("code", [0, 7, 255])
def test_output_and_exit_code_come_back(ctr: Engine, code: int) -> None:
    script = f"echo out; echo err >&2; exit {code}"
    assert once(ctr, [], "/bin/sh", "-c", script) == (code, "out\n", "err\n")


@pytest.mark.parametrize("program", ["/no/such", "/etc"])
def test_a_program_that_cannot_be_run_is_said_in_refrun_s_words(ctr: Engine, program: str) -> None:
    code, out, err = once(ctr, [], program)
    assert (code, out) == (1, "")
    assert "OCI runtime create failed" in err or "OCI runtime start failed" in err
    assert program in err
    assert "once" not in ctr.ok("task", "ls")


def test_a_container_s_whole_life(ctr: Engine) -> None:
    name = staying(ctr)
    assert status(ctr, name) == "RUNNING"
    first = int(ctr.ok("task", "ps", name).splitlines()[1].split()[0])
    assert re.search(rf"^{name}\s+{first}\s", ctr.ok("task", "ls"), re.MULTILINE)
    ctr.ok("task", "kill", "--signal", "SIGTERM", name)
    assert soon(lambda: status(ctr, name) == "STOPPED")
    assert "exit code 3" in ctr("task", "delete", name).stderr  # the program's own
    ctr.ok("container", "delete", name)
    assert name not in ctr.ok("container", "ls")
    assert not Path(f"/proc/{first}").exists()


def test_a_program_that_hears_no_signal_is_killed(ctr: Engine) -> None:
    name = staying(ctr, script="trap '' TERM; sleep 300 & sleep 300; :")
    ctr.ok("task", "kill", "--signal", "SIGTERM", name)
    time.sleep(0.2)
    assert status(ctr, name) == "RUNNING"
    pids = [int(line.split()[0]) for line in ctr.ok("task", "ps", name).splitlines()[1:]]
    ctr.ok("task", "kill", "--all", "--signal", "SIGKILL", name)
    assert soon(lambda: status(ctr, name) == "STOPPED")
    assert "exit code 137" in ctr("task", "delete", name).stderr
    assert len(pids) == 3
    assert soon(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    ctr.ok("container", "delete", name)


def test_exec_is_inside_and_tells_its_code(ctr: Engine) -> None:
    name = staying(ctr)
    assert inside(ctr, name, "cat /proc/1/comm; exit 5") == (5, "busybox\n")
    assert inside(ctr, name, "id -u; id -g; pwd", "--user", "1234:5678", "--cwd", "/tmp") == (
        0,
        "1234\n5678\n/tmp\n",
    )
    assert ctr(*executing(ctr), name, "/no/such").returncode == 1
    later = "sleep 0.3; echo yes > /tmp/later"
    ctr.ok(*executing(ctr, "--detach"), name, "/bin/sh", "-c", later)
    assert soon(lambda: inside(ctr, name, "cat /tmp/later") == (0, "yes\n"))
    assert status(ctr, name) == "RUNNING"
    remove(ctr, name)


def test_ps_counts_every_process_and_the_exec_s(ctr: Engine) -> None:
    name = staying(ctr, script="sleep 300 & sleep 300; :")
    ctr.ok(*executing(ctr, "--detach"), name, "/bin/sleep", "300")
    pids = {int(line.split()[0]) for line in ctr.ok("task", "ps", name).splitlines()[1:]}
    assert len(pids) == 4
    own = {Path(f"/proc/{pid}/ns/pid").readlink() for pid in pids}
    assert len(own) == 1
    assert own != {Path("/proc/self/ns/pid").readlink()}
    remove(ctr, name)


def test_a_paused_container_stands_still(ctr: Engine) -> None:
    name = staying(ctr)
    beat = ctr.folder / "rootfs" / "tmp" / name
    assert soon(beat.exists)
    ctr.ok("task", "pause", name)
    assert status(ctr, name) == "PAUSED"
    before = beat.stat().st_size
    time.sleep(0.3)
    assert beat.stat().st_size == before
    ctr.ok("task", "resume", name)
    assert status(ctr, name) == "RUNNING"
    assert soon(lambda: beat.stat().st_size > before)
    remove(ctr, name)


def test_a_mount_is_there_and_read_only_when_asked(ctr: Engine) -> None:
    given = ctr.folder / "given"
    given.mkdir(exist_ok=True)
    (given / "note").write_text("from outside\n")
    mount = f"type=bind,src={given},dst=/mnt/given,options=rbind:ro"
    script = "cat /mnt/given/note; touch /mnt/given/new 2>/dev/null || echo refused"
    assert once(ctr, ["--mount", mount], "/bin/sh", "-c", script)[:2] == (0, "from outside\nrefused\n")
    mount = mount.replace(":ro", ":rw")
    assert once(ctr, ["--mount", mount], "/bin/sh", "-c", "echo from inside > /mnt/given/note")[0] == 0
    assert (given / "note").read_text() == "from inside\n"


def test_a_read_only_root_takes_no_file(ctr: Engine) -> None:
    script = "touch /new 2>/dev/null || echo refused"
    assert once(ctr, ["--read-only"], "/bin/sh", "-c", script)[:2] == (0, "refused\n")
    assert once(ctr, [], "/bin/sh", "-c", script + "; rm /new")[:2] == (0, "")


def test_a_limit_of_memory_is_the_kernel_s_and_ends_what_exceeds_it(ctr: Engine) -> None:
    if lacking := host.lacking("memory"):
        skip_host("no-cgroup-v1", lacking)
    name = staying(ctr, "--memory-limit", str(32 << 20), script="while :; do sleep 0.05; done")
    pid = int(ctr.ok("task", "ps", name).splitlines()[1].split()[0])
    rows = [line.split(":") for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines()]
    group = next((f"memory{row[2]}/memory.limit_in_bytes" for row in rows if row[1] == "memory"), "")
    limit = engines.GROUPS / (group or f"{rows[-1][2].lstrip('/')}/memory.max")
    assert limit.read_text().strip() == str(32 << 20)
    assert re.search(r"memory\.\w*limit\w*\s+33554432", ctr.ok("task", "metrics", name))
    code, _ = inside(ctr, name, "x=x; while :; do x=$x$x; done")  # doubles until it is too much
    assert code == 137
    remove(ctr, name)


def test_a_program_in_a_terminal_of_its_own(ctr: Engine) -> None:
    keys = b"tty; until stty size | grep '40 100'; do sleep 0.1; done; exit 6\n"  # ctr tells the size a little later
    code, heard = ctr.typed(
        keys, *words(ctr, "--rm", "--tty", "--rootfs"), ctr.rootfs, new_name(ctr, "tty"), "/bin/sh"
    )
    assert code == 6
    assert b"/dev/pts/0" in heard or b"/dev/console" in heard
    assert b"40 100" in heard


def test_exec_in_a_terminal(ctr: Engine) -> None:
    name = staying(ctr)
    keys = b"test -t 0 && echo is''atty; exit 4\n"
    code, heard = ctr.typed(keys, *executing(ctr, "--tty"), name, "/bin/sh")
    assert code == 4
    assert b"isatty" in heard
    remove(ctr, name)


def test_a_foreground_container_hears_the_signal_sent_to_ctr(ctr: Engine) -> None:
    child = subprocess.Popen(
        [*ctr.words, *words(ctr, "--rm", "--rootfs"), ctr.rootfs, new_name(ctr, "hears"), "/bin/sh", "-c", "trap 'exit 9' USR1; echo up; while :; do sleep 0.05; done"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"

    def hears() -> bool:  # ctr listens a little later than the program runs
        child.send_signal(signal.SIGUSR1)
        return child.poll() is not None

    assert soon(hears)
    assert child.returncode == 9
    child.stdout.close()


def test_namespaces_can_be_another_s(ctr: Engine) -> None:
    name = staying(ctr)
    pid = int(ctr.ok("task", "ps", name).splitlines()[1].split()[0])
    joined = f"uts:/proc/{pid}/ns/uts"
    code, out, err = once(
        ctr, ["--with-ns", joined], "/bin/sh", "-c", "readlink /proc/self/ns/uts; readlink /proc/self/ns/ipc"
    )
    assert code == 0, err
    uts, ipc = out.split()
    assert uts == os.readlink(f"/proc/{pid}/ns/uts")
    assert ipc != os.readlink(f"/proc/{pid}/ns/ipc")
    remove(ctr, name)


def test_seccomp_s_default_profile_is_taken(ctr: Engine) -> None:
    script = "grep Seccomp: /proc/self/status; unshare -U true 2>/dev/null || echo refused"
    code, out, err = once(ctr, ["--seccomp"], "/bin/sh", "-c", script)
    assert (code, err) == (0, "")
    assert out.split() == ["Seccomp:", "2", "refused"]


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param("", id="all live"),
        pytest.param("config.toml", id="the daemon was killed"),
        pytest.param("containerd-shim", id="the shim was killed"),
    ],
)
def test_nothing_stays_when_a_test_fails_midway(mark: str) -> None:
    pids: list[int] = []
    sockets = engines.stale_sockets()
    with pytest.raises(ZeroDivisionError), engines.containerd() as ctr:
        folder = ctr.folder
        name = staying(ctr)
        pids += [int(line.split()[0]) for line in ctr.ok("task", "ps", name).splitlines()[1:2]]
        for pid in engines.processes(folder) if mark else ():
            if mark in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGKILL)
        raise ZeroDivisionError
    assert engines.left(folder, pids) == []
    assert engines.stale_sockets() <= sockets
