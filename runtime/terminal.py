"""Terminals: a pseudoterminal of the container's own devpts, /dev/console, and where the other end goes (config.md#process).

Everything is done on descriptors: the pair comes from the ptmx that was opened, the peer by TIOCGPTPEER and not by the
name /dev/pts/N, which the root file system could have replaced (CVE-2025-52565).
"""

from __future__ import annotations

import _socket
import fcntl
import sys

from runtime import inroot, syscalls
from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

TIOCSPTLCK, TIOCGPTPEER, TIOCSCTTY, TIOCGWINSZ, TIOCSWINSZ = 0x40045431, 0x5441, 0x540E, 0x5413, 0x5414
PTMX = os.makedev(5, 2)
PTS_MAJORS = range(136, 144)  # Documentation/admin-guide/devices.txt
FLAGS = os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC


def check(wanted: bool, socket: str | None, detach: bool) -> None:
    """Raises Fault where a terminal has nowhere to go, or a socket nothing to receive."""
    if wanted and detach and not socket:
        raise Fault(
            "a detached process with a terminal needs --console-socket: somebody must hold its other end"
        )
    if socket and not (wanted and detach):
        raise Fault("--console-socket is for a detached process with a terminal")


def line(socket: str | None) -> tuple[int, int]:
    """(the end the container's side sends the terminal into, the end this process receives it from or -1).

    With --console-socket it goes to whoever listens there. Raises Fault.
    """
    if socket is None:
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        return theirs.detach(), ours.detach()
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(socket)
    except OSError as failed:
        raise Fault(f"--console-socket {socket} cannot be connected to: {failed.strerror}") from None
    return connection.detach(), -1


def give(process: dict[str, Any], console: int, place: int | None) -> None:
    """Makes a pair, sends one end away and makes the other this process's stdin, stdout, stderr and controlling terminal.

    `place`: the root in which /dev/console shall be the terminal; None for a process that joins a container.

    See config.md#process.
    """
    root = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC) if place is None else place
    ends, peer = _pair(root)
    if place is not None:
        _stand_for_console(place, peer)
    size = process.get("consoleSize")
    if size:
        resize(peer, size["height"], size["width"])
    _send(console, ends)
    uid = (process.get("user") or {}).get("uid", 0)
    try:
        os.fchown(peer, uid, -1)
    except OSError:
        pass  # an id that is not mapped here, or a devpts that says no: the mode still lets its group in
    fcntl.ioctl(peer, TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(peer, fd)
    for fd in (ends, peer, console):
        os.close(fd)


def _pair(root: int) -> tuple[int, int]:
    """The container's own pseudoterminal, else (no devpts mounted) the host's."""
    try:
        ends = inroot.open_path(root, "/dev/pts/ptmx", FLAGS)
    except OSError:
        ends = os.open("/dev/ptmx", FLAGS)
    if os.fstat(ends).st_rdev != PTMX:
        raise Fault("/dev/pts/ptmx in the root file system is not the pseudoterminal device")
    fcntl.ioctl(ends, TIOCSPTLCK, (0).to_bytes(4, sys.byteorder))
    peer = fcntl.ioctl(ends, TIOCGPTPEER, FLAGS)
    if (
        os.major(os.fstat(peer).st_rdev) not in PTS_MAJORS
        or syscalls.fstatfs(peer) != syscalls.DEVPTS_SUPER_MAGIC
    ):
        raise Fault("the container's devpts gave something that is no terminal")
    return ends, peer


def _stand_for_console(root: int, peer: int) -> None:
    target = inroot.make_file(root, "/dev/console")
    try:
        syscalls.mount(inroot.handle(peer), inroot.handle(target), None, syscalls.MS_BIND)
    except OSError as failed:
        raise Fault(f"/dev/console cannot be made: {failed.strerror}") from None
    finally:
        os.close(target)


def _send(console: int, fd: int) -> None:
    connection = _socket.socket(fileno=os.dup(console))
    rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, fd.to_bytes(4, sys.byteorder))
    connection.sendmsg([b"/dev/ptmx"], [rights])
    connection.close()


def receive(line: int) -> int:
    """The descriptor that was sent, or -1 when the other side ended without a word."""
    connection = _socket.socket(fileno=line)
    _, rights, _, _ = connection.recvmsg(64, _socket.CMSG_SPACE(4))
    connection.close()
    if not rights:
        return -1
    fd = int.from_bytes(rights[0][2][:4], sys.byteorder)
    os.set_inheritable(fd, False)
    return fd


def resize(fd: int, height: int, width: int) -> None:
    words = [min(number, 0xFFFF).to_bytes(2, sys.byteorder) for number in (height, width, 0, 0)]
    fcntl.ioctl(fd, TIOCSWINSZ, b"".join(words))


def copy_size(source: int, target: int) -> None:
    """The size of our terminal becomes the container's; without one of ours it stays as it is."""
    try:
        fcntl.ioctl(target, TIOCSWINSZ, fcntl.ioctl(source, TIOCGWINSZ, bytes(8)))
    except OSError:
        pass
