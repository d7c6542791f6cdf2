"""Terminals: the program's own, its size, signals from the keyboard, /dev/console, and a socket that receives the other end."""

import array
import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import socket
import struct
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.conformance.bundles import Bundle
from tests.runtime.conftest import Yard
from tests.runtime.test_lifecycle import soon

DEVPTS = ("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620")


def with_terminal(yard: Yard, *words: str) -> Bundle:
    bundle = yard.trial.bundle()
    bundle.mount(*DEVPTS)
    bundle.process.update(terminal=True, args=["/bin/sh", "-c", *words])
    return bundle.write()


def read_until(fd: int, text: bytes, seconds: float = 15) -> bytes:
    """What comes out of a terminal until a text appears or nothing more can."""
    heard, deadline = b"", time.monotonic() + seconds
    while text not in heard and time.monotonic() < deadline:
        if select.select([fd], [], [], 0.1)[0]:
            try:
                piece = os.read(fd, 4096)
            except OSError:
                break
            if not piece:
                break
            heard += piece
    return heard


@contextlib.contextmanager
def own_terminal(command: list[str], height: int = 40, width: int = 100) -> Iterator[tuple[int, int]]:
    """(pid, our end) of a command that runs in a terminal of its own, as a person would run it."""
    pid, ends = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    fcntl.ioctl(ends, termios.TIOCSWINSZ, struct.pack("4H", height, width, 0, 0))
    try:
        yield pid, ends
    finally:
        os.close(ends)
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


class Receiver:
    """The far end of --console-socket, as conmon is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(path))
        self.listening.listen()
        self.listening.settimeout(15)

    def receive(self) -> int:
        connection, _ = self.listening.accept()
        with connection:
            _, rights, _, _ = connection.recvmsg(64, socket.CMSG_SPACE(4))
        fds = array.array("i")
        fds.frombytes(rights[0][2][:4])
        return fds[0]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    found = Receiver(tmp_path / "socket")
    yield found
    found.listening.close()


def test_create_sends_the_other_end_to_the_socket(yard: Yard, receiver: Receiver) -> None:
    bundle = with_terminal(
        yard, 'test -t 0 && test -t 1 && test -t 2 && read line && echo "got $line" && cat /proc/self/stat'
    )
    id_ = yard.trial.new_id()
    answer = yard.call("create", "--bundle", str(bundle.folder), "--console-socket", str(receiver.path), id_)
    assert answer.ok, answer.err
    ends = receiver.receive()
    assert yard.call("start", id_).ok
    os.write(ends, b"rope\n")
    heard = read_until(ends, b"got rope")
    assert b"got rope" in heard
    heard += read_until(ends, b"(cat)") + read_until(ends, b"\n", 2)
    terminal = int(heard.partition(b"(cat)")[2].split()[4])
    assert os.major(terminal) == 136  # the session has a controlling terminal, a pts
    os.close(ends)


def test_dev_console_is_the_terminal_itself(yard: Yard, receiver: Receiver) -> None:
    bundle = with_terminal(yard, "echo hello > /dev/console; sleep 60")
    id_ = yard.trial.new_id()
    assert yard.call("create", "-b", str(bundle.folder), "--console-socket", str(receiver.path), id_).ok
    ends = receiver.receive()
    assert yard.call("start", id_).ok
    assert b"hello" in read_until(ends, b"hello")
    pid = json.loads(yard.call("state", id_).out)["pid"]
    console, own = os.stat(f"/proc/{pid}/root/dev/console"), os.stat(f"/proc/{pid}/fd/0")
    assert (console.st_rdev, console.st_dev) == (own.st_rdev, own.st_dev)
    os.close(ends)


def test_the_size_is_the_config_s(yard: Yard, receiver: Receiver) -> None:
    bundle = with_terminal(yard, "sleep 60")
    bundle.process["consoleSize"] = {"height": 33, "width": 77}
    bundle.write()
    id_ = yard.trial.new_id()
    assert yard.call("create", "-b", str(bundle.folder), "--console-socket", str(receiver.path), id_).ok
    ends = receiver.receive()
    assert struct.unpack("4H", fcntl.ioctl(ends, termios.TIOCGWINSZ, bytes(8)))[:2] == (33, 77)
    os.close(ends)


def test_run_in_the_foreground_is_like_a_program_in_this_terminal(yard: Yard) -> None:
    bundle = with_terminal(yard, 'echo ready; read line; echo "got $line"; read line; exit 9')
    with own_terminal([*yard.refrun, "run", "--bundle", str(bundle.folder), yard.trial.new_id()]) as (
        pid,
        ends,
    ):
        assert b"ready" in read_until(ends, b"ready")
        os.write(ends, b"rope\n")
        assert b"got rope" in read_until(ends, b"got rope")
        os.write(ends, b"over\n")
        read_until(ends, b"nothing more")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9


def test_the_size_of_our_terminal_is_passed_on_and_follows_it(yard: Yard) -> None:
    bundle = with_terminal(yard, "echo ready; read line; sleep 60")
    id_ = yard.trial.new_id()

    def size() -> tuple[int, ...]:
        pid = json.loads(yard.call("state", id_).out)["pid"]
        with open(f"/proc/{pid}/fd/0", "rb") as inside:
            return struct.unpack("4H", fcntl.ioctl(inside, termios.TIOCGWINSZ, bytes(8)))[:2]

    with own_terminal([*yard.refrun, "run", "-b", str(bundle.folder), id_]) as (pid, ends):
        assert b"ready" in read_until(ends, b"ready")
        if os.geteuid() == 0:  # another user's terminal cannot be opened through /proc
            assert soon(lambda: size() == (40, 100))
            fcntl.ioctl(ends, termios.TIOCSWINSZ, struct.pack("4H", 50, 120, 0, 0))
            os.kill(pid, signal.SIGWINCH)
            assert soon(lambda: size() == (50, 120))
        assert yard.call("kill", id_, "KILL").ok
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 137


def test_a_key_for_interrupt_reaches_the_program_and_not_refrun(yard: Yard) -> None:
    bundle = with_terminal(
        yard, 'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 0.05; done'
    )
    with own_terminal([*yard.refrun, "run", "-b", str(bundle.folder), yard.trial.new_id()]) as (pid, ends):
        assert b"ready" in read_until(ends, b"ready")
        os.write(ends, b"\x03")
        assert b"interrupted" in read_until(ends, b"interrupted")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5


def test_our_terminal_is_as_it_was_afterwards(yard: Yard) -> None:
    bundle = with_terminal(yard, "exit 0")
    line = " ".join([*map(repr, yard.refrun), "run", "-b", str(bundle.folder), yard.trial.new_id()])
    with own_terminal(["/bin/sh", "-c", f"stty -g; {line}; stty -g; echo end"]) as (_, ends):
        words = [word for word in read_until(ends, b"end").decode().split() if word.count(":") > 10]
    assert len(words) == 2
    assert words[0] == words[1]


def test_exec_has_a_terminal_of_the_container_s(yard: Yard, receiver: Receiver) -> None:
    bundle = yard.trial.bundle()
    bundle.mount(*DEVPTS)
    container = yard.trial.running(bundle)
    answer = yard.call(
        "exec", "--tty", "--detach", "--console-socket", str(receiver.path), container.id, "/bin/sh", "-c", "read line; echo got $line; sleep 60",
    )  # fmt: skip
    assert answer.ok, answer.err
    ends = receiver.receive()
    os.write(ends, b"rope\n")
    assert b"got rope" in read_until(ends, b"got rope")
    os.close(ends)
    with own_terminal([*yard.refrun, "exec", "-t", container.id, "/bin/sh", "-c", "tty; exit 4"]) as (
        pid,
        ends,
    ):
        read_until(ends, b"nothing more")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 4


@pytest.mark.parametrize(
    ("options", "terminal", "said"),
    [
        pytest.param(
            (),
            True,
            "a detached process with a terminal needs --console-socket",
            id="nobody holds the other end",
        ),
        pytest.param(
            ("--console-socket", "/x"),
            False,
            "--console-socket is for a detached process",
            id="nothing to send",
        ),
        pytest.param(
            ("--console-socket", "/no/such"),
            True,
            "--console-socket /no/such cannot be connected",
            id="nobody listens",
        ),
    ],
)
def test_a_terminal_without_a_place_is_refused(
    yard: Yard, options: tuple[str, ...], terminal: bool, said: str
) -> None:
    bundle = with_terminal(yard, "true")
    bundle.process["terminal"] = terminal
    bundle.write()
    answer = yard.call("create", "-b", str(bundle.folder), *options, yard.trial.new_id())
    assert (answer.code, said in answer.err, yard.ids()) == (1, True, []), answer.err


def test_a_link_cannot_stand_in_for_the_terminal(yard: Yard, receiver: Receiver) -> None:
    """CVE-2025-52565: without a devpts of its own, /dev/pts/0 of the root file system is somebody else's file."""
    bundle = with_terminal(yard, "sleep 60")
    bundle.config["mounts"] = [
        each for each in bundle.config["mounts"] if each["destination"] not in ("/dev", "/dev/pts")
    ]
    marker = bundle.folder / "marker"
    marker.write_text("untouched")
    (bundle.rootfs / "dev" / "pts").mkdir()
    for number in range(20):
        (bundle.rootfs / "dev" / "pts" / str(number)).symlink_to(marker)
    bundle.write()
    id_ = yard.trial.new_id()
    answer = yard.call("create", "-b", str(bundle.folder), "--console-socket", str(receiver.path), id_)
    if answer.ok:
        os.close(receiver.receive())
        pid = json.loads(yard.call("state", id_).out)["pid"]
        if os.geteuid() == 0:  # an ordinary user may not look into a runtime that waits for start
            assert os.major(os.stat(f"/proc/{pid}/root/dev/console").st_rdev) == 136
    assert marker.read_text() == "untouched"
