"""The options of runc and crun: each does what it does there, or is one sentence that names it."""

import array
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import options
from runtime.conformance.trial import Container
from runtime.faults import Fault
from runtime.joining import _groups
from tests.runtime.conftest import Yard, groups
from tests.runtime.test_cli import refrun
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_host, skip_tool


@pytest.fixture
def container(yard: Yard) -> Container:
    return yard.trial.running(yard.trial.bundle())


# --- global


@pytest.mark.parametrize("option", options.CHOICES)
def test_a_word_that_a_global_option_does_not_take_is_named(option: str, tmp_path: Path) -> None:
    done = refrun("--root", str(tmp_path), option, "quite", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"refrun: {option} quite is not one of {', '.join(options.CHOICES[option])}\n"


@pytest.mark.parametrize(
    ("option", "word"), [(option, word) for option, words in options.CHOICES.items() for word in words]
)
def test_every_word_that_it_takes_is_taken(option: str, word: str, tmp_path: Path) -> None:
    assert refrun("--root", str(tmp_path), option, word, "list", "--quiet").returncode == 0


@pytest.mark.parametrize(
    ("words", "named"),
    [(("--systemd-cgroup",), "--systemd-cgroup"), (("--cgroup-manager", "systemd"), "--cgroup-manager systemd")],
)  # fmt: skip
def test_groups_by_systemd_are_refused_and_say_why(words: tuple[str, ...], named: str, yard: Yard) -> None:
    bundle = yard.trial.bundle().args("exit", "0").write()
    why = (
        "does not ask systemd"
        if os.path.isdir("/run/systemd/system")
        else "systemd, which does not run on this host"
    )
    for command in ("create", "run"):
        answer = yard.call(*words, command, "-b", str(bundle.folder), yard.trial.new_id())
        assert (answer.code, answer.err.startswith(f"refrun: {named}"), why in answer.err) == (1, True, True)
        assert answer.err.count("\n") == 1
    assert yard.call(*words, "list", "--quiet").ok


def test_without_a_cgroup_manager_there_are_no_groups(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay")
    bundle.linux["cgroupsPath"] = "somewhere"
    id_ = yard.trial.new_id()
    answer = yard.call("--cgroup-manager", "disabled", "create", "-b", str(bundle.write().folder), id_)
    assert (answer.code, "linux.cgroupsPath is not used" in answer.err) == (0, True)
    assert (groups(id_), groups("somewhere")) == ([], [])
    assert "no cgroup with a freezer" in yard.call("pause", id_).err


def test_limits_without_a_cgroup_manager_are_refused(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.linux["resources"] = {"pids": {"limit": 9}}
    answer = yard.call("--cgroup-manager", "disabled", "run", "-b", str(bundle.write().folder), "x")
    assert (answer.code, yard.ids()) == (1, [])
    assert (
        answer.err
        == "refrun: linux.resources needs control groups, and --cgroup-manager disabled makes none\n"
    )


@pytest.mark.parametrize("words", [("--debug",), ("--log-level", "debug")])
def test_debug_tells_each_step_in_the_log(yard: Yard, words: tuple[str, ...]) -> None:
    log, bundle = yard.root / "log", yard.trial.bundle().args("exit", "0").write()
    answer = yard.call(
        "--log",
        str(log),
        "--log-format",
        "json",
        *words,
        "run",
        "-b",
        str(bundle.folder),
        yard.trial.new_id(),
    )
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert (answer.code, answer.err) == (0, "")
    assert {line["level"] for line in lines} == {"debug"}
    told = " / ".join(line["msg"] for line in lines)
    steps = ["run with the state in", "the rules of 1.3.0", "control groups:", "the first process is", "the root file system is put together", "the container is created", "the program ended with 0"]  # fmt: skip
    assert [told.find(step) for step in steps] == sorted(told.find(step) for step in steps if step in told)


def test_debug_without_a_log_goes_to_stderr_and_else_nowhere(yard: Yard, container: Container) -> None:
    assert yard.call("state", container.id).err == ""
    told = yard.call("--debug", "exec", container.id, "/probe", "exit", "0").err
    assert "refrun: debug: the process " in told


@pytest.mark.parametrize(("level", "told"), [("warning", True), ("error", False)])
def test_warnings_can_be_turned_off(yard: Yard, level: str, told: bool) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.hook("poststop", "exit 3")
    answer = yard.call("--log-level", level, "run", "-b", str(bundle.write().folder), yard.trial.new_id())
    assert (answer.code, "warning: the poststop hook" in answer.err) == (0, told)


# --- pidfd


def received(server: socket.socket) -> tuple[str, int]:
    """The word and the descriptor that came to a socket."""
    connection, _ = server.accept()
    with connection:
        text, rights, _, _ = connection.recvmsg(64, socket.CMSG_SPACE(4))
    return text.decode(), array.array("i", rights[0][2])[0]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "pidfd.sock"))
        made.listen()
        made.settimeout(10)
        yield made


def pid_of(pidfd: int) -> int:
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    os.close(pidfd)
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))


def test_a_descriptor_of_the_first_process_is_sent(yard: Yard, server: socket.socket) -> None:
    bundle, id_ = yard.trial.bundle().args("stay").write(), yard.trial.new_id()
    assert yard.call("create", "--pidfd-socket", server.getsockname(), "-b", str(bundle.folder), id_).ok
    word, pidfd = received(server)
    assert (word, pid_of(pidfd)) == ("standard", json.loads(yard.call("state", id_).out)["pid"])


def test_a_descriptor_of_a_process_that_joins_is_sent(
    yard: Yard, container: Container, server: socket.socket
) -> None:
    file = yard.root / "pid"
    assert yard.call("exec", "-d", "--pidfd-socket", server.getsockname(), "--pid-file", str(file), container.id, "/probe", "stay").ok  # fmt: skip
    word, pidfd = received(server)
    assert (word, pid_of(pidfd)) == ("setns", int(file.read_text()))


def test_a_socket_that_nobody_listens_on_is_a_failed_create(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("exit", "0").write()
    answer = yard.call("run", "--pidfd-socket", "/no/such", "-b", str(bundle.folder), yard.trial.new_id())
    assert answer.err == "refrun: --pidfd-socket /no/such cannot be sent to: No such file or directory\n"
    assert (answer.code, yard.ids()) == (1, [])


# --- commands


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "--detach", "x"), "unknown option --detach"),
        (("create", "--keep", "x"), "unknown option --keep"),
        (("kill", "--regex", "x"), "unknown option --regex"),
        (("list", "x"), "list takes options only, not x"),
        (("features", "x"), "features takes options only, not x"),
        (("spec", "x"), "spec takes options only, not x"),
        (("update", "--mem-bw-schema", "MB:0=9", "x"), "the container x does not exist"),
    ],
)  # fmt: skip
def test_what_a_command_does_not_take_is_named(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = refrun("--root", str(tmp_path), *words)
    assert (done.returncode, done.stderr) == (1, f"refrun: {said}\n")


def test_a_schema_for_a_container_without_resctrl_is_refused(yard: Yard, container: Container) -> None:
    answer = yard.call("update", "--l3-cache-schema", "L3:0=f", container.id)
    assert answer.err == "refrun: the container has no resctrl group: linux.intelRdt is not in its config\n"


def test_spec_takes_another_file_name(tmp_path: Path) -> None:
    assert refrun("spec", "-b", str(tmp_path), "-f", "other.json").returncode == 0
    assert os.listdir(tmp_path) == ["other.json"]


@pytest.mark.usefixtures("root_only")
@pytest.mark.parametrize(("words", "ours"), [((), True), (("--no-subreaper",), False)])
def test_orphans_come_to_refrun_unless_told_otherwise(yard: Yard, words: tuple[str, ...], ours: bool) -> None:
    bundle, id_ = yard.trial.bundle(), yard.trial.new_id()
    bundle.namespaces(
        "mount", "ipc", "uts", "network"
    )  # in its own pid namespace its orphans would be its own
    bundle.process["args"] = ["/bin/sh", "-c", "(sleep 300 & echo $! > /journal/orphan); exec sleep 301"]
    child = yard.background("run", *words, "-b", str(bundle.write().folder), id_)
    assert soon(lambda: bundle.lines("orphan"))

    def parent() -> int:
        status = Path(f"/proc/{bundle.lines('orphan')[0]}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:"))

    assert soon(lambda: (parent() == child.pid) is ours)
    assert yard.call("delete", "--force", id_).ok


# --- sockets that were handed to refrun


@pytest.mark.parametrize(
    ("listening", "pid", "preserved", "kept", "told"),
    [
        pytest.param("1", "", 0, "0 1 2 3", "LISTEN_FDS=1 LISTEN_PID=1", id="one socket"),
        pytest.param(
            "1", "", 1, "0 1 2 3 4", "LISTEN_FDS=1 LISTEN_PID=1", id="one socket and a descriptor more"
        ),
        pytest.param("1", "1", 0, "0 1 2", "", id="meant for another process"),
        pytest.param("x", "", 0, "0 1 2", "", id="no number"),
    ],
)
def test_the_program_gets_them_and_is_told(
    yard: Yard, listening: str, pid: str, preserved: int, kept: str, told: str
) -> None:
    bundle = yard.trial.bundle()
    bundle.process["args"] = ["/bin/sh", "-c", "for fd in 0 1 2 3 4 5; do [ -e /proc/$$/fd/$fd ] && echo $fd; done; env | grep LISTEN_ | sort"]  # fmt: skip
    words = ["run", "--preserve-fds", str(preserved), "-b", str(bundle.write().folder), yard.trial.new_id()]
    script = (
        f'exec 3</dev/null 4</dev/null; export LISTEN_FDS={listening} LISTEN_PID={pid or "$$"}; exec "$@"'
    )
    done = subprocess.run(["/bin/sh", "-c", script, "sh", *yard.refrun, *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # fmt: skip
    assert " ".join(done.stdout.split()) == f"{kept} {told}".strip(), done.stderr


# --- exec --cgroup


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    for controller in ("cpu", "pids"):
        (tmp_path / controller / "a" / "b").mkdir(parents=True)
    (tmp_path / "pids" / "only").mkdir()
    return {controller: str(tmp_path / controller) for controller in ("cpu", "pids")}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param((), "cpu pids", id="none: the container's own"),
        pytest.param(("a/b",), "cpu/a/b pids/a/b", id="a path for all"),
        pytest.param(("/a/",), "cpu/a pids/a", id="slashes at the ends"),
        pytest.param(("pids:only",), "cpu pids/only", id="a path for one controller"),
        pytest.param(("cpu,pids:a",), "cpu/a pids/a", id="a path for two"),
        pytest.param(("a", "pids:only"), "cpu/a pids/only", id="one for all, then another for one"),
        pytest.param(("cpu:",), "cpu pids", id="an empty path"),
    ],
)
def test_a_process_joins_the_groups_below(
    folders: dict[str, str], asked: tuple[str, ...], found: str
) -> None:
    base = str(Path(folders["cpu"]).parent)
    assert " ".join(folder.removeprefix(f"{base}/") for folder in _groups(folders, asked)) == found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("nothere",), "no such group"),
        (("memory:a",), "no memory group"),
        (("cpu:../../x",), "must not contain"),
        (("cpu:only",), "no such group"),
    ],
)
def test_a_group_that_is_not_the_container_s_is_refused(
    folders: dict[str, str], asked: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Fault, match=said):
        _groups(folders, asked)


@pytest.mark.usefixtures("root_only")
def test_exec_goes_into_the_group_of_one_controller(yard: Yard, container: Container) -> None:
    own = json.loads((yard.root / "state" / container.id / "state.json").read_text())["cgroups"]
    if "pids" not in own:
        skip_host("no-cgroup-v1", "the pids controller is not on version 1 here")
    Path(own["pids"], "below").mkdir()
    text = yard.call(
        "exec", "--cgroup", "pids:below", container.id, "/bin/sh", "-c", "cat /proc/self/cgroup"
    ).out
    paths = dict(line.split(":", 2)[1:] for line in text.splitlines())
    assert {name for name, path in paths.items() if path.endswith("/below")} == {"pids"}


COMMANDS = ("create", "run", "exec", "kill", "update", "delete", "events", "ps", "list", "spec")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_long_option_of_runc_is_known(command: str, tmp_path: Path) -> None:
    """Those that `runc COMMAND --help` names are taken: only what comes afterwards is refused."""
    text = subprocess.run(
        [skip_tool("runc"), command, "--help"], capture_output=True, text=True, check=False
    ).stdout
    found = re.findall(r"^ +(--[a-z0-9-]+)( value)?", text.partition("OPTIONS:")[2], re.MULTILINE)
    assert found
    for option, value in found:
        words = [option, "1"] if value else [option]
        said = refrun("--root", str(tmp_path), command, *words, "--no-such-option").stderr
        assert said == "refrun: unknown option --no-such-option\n", option
