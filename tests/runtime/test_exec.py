"""exec: a second process in a container: where it is, who it is, what it inherits, and what is refused."""

import json
import os
from pathlib import Path

import pytest

from runtime.conformance.trial import Container, Report
from tests.runtime.conftest import Yard, groups
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_host


@pytest.fixture
def container(yard: Yard) -> Container:
    return yard.trial.running(yard.trial.bundle())


def seen(yard: Yard, container: Container, *options: str) -> Report:
    answer = yard.call("exec", *options, container.id, "/probe", "report", "one", "two words")
    assert answer.ok, answer.err
    return Report(answer.out)


@pytest.mark.parametrize("code", [0, 3, 255])
def test_the_exit_code_is_the_process_s_own(yard: Yard, container: Container, code: int) -> None:
    assert yard.call("exec", container.id, "/probe", "exit", str(code)).code == code


def test_a_process_that_a_signal_ends_gives_128_and_the_signal(yard: Yard, container: Container) -> None:
    assert yard.call("exec", container.id, "/bin/sh", "-c", "kill -9 $$").code == 137


def test_the_process_is_in_all_the_container_s_namespaces_and_groups(
    yard: Yard, container: Container
) -> None:
    file = yard.root / "pid"
    assert yard.call("exec", "--detach", "--pid-file", str(file), container.id, "/probe", "stay").ok
    pid = int(file.read_text())
    for kind in ("pid", "mnt", "ipc", "uts", "net", "user", "cgroup"):
        assert os.readlink(f"/proc/{pid}/ns/{kind}") == container.namespace(kind), kind
    assert Path(f"/proc/{pid}/cgroup").read_text() == container.proc("cgroup")
    assert os.readlink(f"/proc/{pid}/root") == "/"
    if groups(container.id):
        assert pid in json.loads(yard.call("ps", "--format", "json", container.id).out)


def test_the_process_is_the_container_s_with_other_arguments(yard: Yard, container: Container) -> None:
    report = seen(yard, container, "--env", "SHIP=barge", "-e", "X=1", "--cwd", "/tmp")
    assert report["args"].split("\n") == ["one", "two words"]
    assert {name: report.env.get(name) for name in ("SHIP", "X", "PATH")} == {
        "SHIP": "barge",
        "X": "1",
        "PATH": "/bin:/usr/bin",
    }
    assert report["cwd"] == "/tmp"


def test_a_process_may_be_given_as_a_file(yard: Yard, container: Container) -> None:
    file = yard.root / "process.json"
    process = {
        "cwd": "/tmp",
        "args": ["/probe", "report"],
        "env": ["A=b"],
        "user": {"uid": 0, "gid": 0, "umask": 0o077},
    }
    file.write_text(json.dumps(process))
    answer = yard.call("exec", "--process", str(file), container.id)
    report = Report(answer.out)
    assert (report["cwd"], report["umask"], report.env.get("A")) == ("/tmp", "0077", "b"), answer.err


@pytest.mark.parametrize(
    ("option", "ids"),
    [
        pytest.param("1234", ("1234", "0"), id="a user"),
        pytest.param("1234:5678", ("1234", "5678"), id="user and group"),
    ],
)
def test_the_user_is_numbers(yard: Yard, container: Container, option: str, ids: tuple[str, str]) -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    report = seen(yard, container, "--user", option)
    assert (report.status("Uid").split()[0], report.status("Gid").split()[0]) == ids


@pytest.mark.parametrize("user", ["root", "", "-1", "4294967295", "4294967296", "1000abc", "0x0", " 0", "0:", "1:-1", "٠", str(2**64)])  # fmt: skip
def test_another_user_is_refused(yard: Yard, container: Container, user: str) -> None:
    answer = yard.call("exec", f"--user={user}", container.id, "/probe", "exit", "0")
    assert (answer.code, "user" in answer.err, "Traceback" in answer.err) == (255, True, False)


def test_a_capability_is_added_but_never_inheritable(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    bundle.process["capabilities"] = {
        "bounding": ["CAP_KILL"],
        "permitted": ["CAP_KILL"],
        "effective": ["CAP_KILL"],
    }
    report = seen(yard, yard.trial.running(bundle), "--cap", "CAP_CHOWN", "--cap", "CAP_NET_RAW")
    assert {f: int(report.status(f), 16) for f in ("CapBnd", "CapPrm", "CapEff", "CapInh")} == {
        "CapBnd": 1 | 1 << 5 | 1 << 13, "CapPrm": 1 | 1 << 5 | 1 << 13, "CapEff": 1 | 1 << 5 | 1 << 13, "CapInh": 0,
    }  # fmt: skip


def test_no_new_privileges_can_be_asked_for(yard: Yard, container: Container) -> None:
    assert seen(yard, container, "--no-new-privs").status("NoNewPrivs") == "1"
    assert seen(yard, container).status("NoNewPrivs") == "0"


def test_no_descriptor_comes_along_but_those_asked_for(yard: Yard, container: Container) -> None:
    with open(yard.root / "a", "w") as first, open(yard.root / "b", "w") as second:
        for asked, kept in (("0", ""), ("1", "3")):
            file = yard.root / "pid"
            answer = yard.call(
                "exec", "--detach", "--pid-file", str(file), "--preserve-fds", asked, container.id, "/probe", "stay",
                inherited=[first, second],
            )  # fmt: skip
            assert answer.ok, answer.err
            pid = file.read_text()
            assert soon(Path(f"/proc/{pid}/cmdline").read_bytes)
            links = {fd: os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
            assert (
                "".join(
                    fd
                    for fd, link in sorted(links.items())
                    if link.startswith(str(yard.root)) and int(fd) > 2
                )
                == kept
            )


WRONG = [
    (["nobody", "true"], "the container nobody does not exist"),
    (["ID"], "exec needs a program to run"),
    (["ID", "/no/such/program"], "no such file or directory"),
    (["ID", "nosuchprogram"], "executable file not found in $PATH"),
    (["--cwd", "tmp", "ID", "/probe"], "process.cwd 'tmp' is not an absolute path"),
    (["--cwd", "/no/such", "ID", "/probe"], "process.cwd /no/such cannot be entered"),
    (["--cwd", "/proc/self/fd/4", "ID", "/probe"], "process.cwd /proc/self/fd/4"),
    (["--env", "NOTHING", "ID", "/probe"], "process.env has 'NOTHING'"),
    (["--process", "/no/such/file", "ID"], "--process /no/such/file cannot be read"),
    (["--cgroup", "../..", "ID", "/probe"], "--cgroup ../.. must not contain .."),
    (["--tty", "--detach", "ID", "/probe"], "a detached process with a terminal needs --console-socket"),
    (["--console-socket", "/x", "ID", "/probe"], "--console-socket is for a detached process"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[row[1] for row in WRONG])
def test_what_cannot_be_is_one_sentence(
    yard: Yard, container: Container, words: list[str], said: str
) -> None:
    answer = yard.call("exec", *(container.id if word == "ID" else word for word in words))
    assert (answer.code, said in answer.err, answer.err.count("\n")) == (255, True, 1), answer.err
    assert container.status == "running"


def test_a_stopped_container_cannot_be_joined(yard: Yard, container: Container) -> None:
    container.kill("KILL")
    assert soon(lambda: container.status == "stopped")
    answer = yard.call("exec", container.id, "/probe", "exit", "0")
    assert (answer.code, answer.err) == (
        255,
        f"refrun: the container {container.id} is stopped; only a running one can be joined\n",
    )


def test_a_detached_process_belongs_to_whoever_called(yard: Yard, container: Container) -> None:
    """conmon waits for it as for a child: refrun must be gone and must not have been waiting for it."""
    file = yard.root / "pid"
    assert yard.call("exec", "-d", "--pid-file", str(file), container.id, "/probe", "stay").ok
    status = Path(f"/proc/{file.read_text()}/status").read_text()
    parent = next(line.split()[1] for line in status.splitlines() if line.startswith("PPid:"))
    assert b"refrun" not in Path(f"/proc/{parent}/cmdline").read_bytes()


def test_a_user_without_a_uid_is_root_as_in_create(yard: Yard, container: Container) -> None:
    """null is not set: it was a traceback."""
    file = yard.root / "process.json"
    user = {"uid": None, "gid": None}
    file.write_text(json.dumps({"cwd": "/", "args": ["/probe", "exit", "0"], "user": user}))
    answer = yard.call("exec", "--process", str(file), container.id)
    assert (answer.code, answer.err) == (0, "")
