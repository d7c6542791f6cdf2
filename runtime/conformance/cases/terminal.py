"""Terminals (config.md#process): a console socket gets one end, the program has the other."""

import fcntl
import os
import socket
import stat
import struct
import termios

from runtime.conformance.bundles import Bundle
from runtime.conformance.declare import case
from runtime.conformance.trial import Container, Trial

TIOCGPTN = 0x80045430  # include/uapi/asm-generic/ioctls.h: the number of a terminal's other end
PTS_MAJORS = range(136, 144)  # Documentation/admin-guide/devices.txt


def _on_a_terminal(t: Trial) -> tuple[Bundle, Container, int]:
    """A container whose program has a terminal of 30 rows and 100 columns, and the other end of it."""
    bundle = t.bundle().args("tty")
    bundle.mount(
        "/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"
    )
    bundle.process.update(terminal=True, consoleSize={"height": 30, "width": 100})
    path = bundle.folder / "console"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as waiting:
        waiting.bind(str(path))
        waiting.listen()
        waiting.settimeout(5)
        container = t.created(bundle, "--console-socket", str(path))
        connection, _ = waiting.accept()
        with connection:
            _, fds, _, _ = socket.recv_fds(connection, 4096, 1)
    t.equal("descriptors that came over the console socket", len(fds), 1)
    return bundle, container, fds[0]


@case("config.md#process")
def a_terminal_is_the_program_s_streams(t: Trial) -> None:
    """terminal: stdin, stdout and stderr are one terminal, whose other end came over the console socket."""
    bundle, container, end = _on_a_terminal(t)
    try:
        t.accepted(container.start(), "start")
        t.soon("the program says what it sees", lambda: bundle.lines("tty") != [])
        t.equal("whether all three are terminals", bundle.lines("tty")[0], "yes")
        t.check(os.isatty(end), "what came over the console socket is no terminal")
    finally:
        os.close(end)


@case("config.md#process", since="v1.0.0-rc3")
def the_console_size_is_the_config_s(t: Trial) -> None:
    """consoleSize (since rc3) is the size of the terminal, seen from both ends; without a terminal it is ignored."""
    bundle, container, end = _on_a_terminal(t)
    try:
        rows, columns = struct.unpack("4H", fcntl.ioctl(end, termios.TIOCGWINSZ, bytes(8)))[:2]
        t.equal("size at the outer end", (rows, columns), (30, 100))
        t.accepted(container.start(), "start")
        t.soon("the program says what it sees", lambda: len(bundle.lines("tty")) == 2)
        t.equal("size inside", bundle.lines("tty")[1], "30 100")
    finally:
        os.close(end)
    plain = t.bundle()
    plain.process["consoleSize"] = {"height": 30, "width": 100}
    t.accepted(t.run(plain), "consoleSize without a terminal")


@case("config-linux.md#default-devices", since="v1.0.0-rc3", needs=("root",))
def the_console_is_the_terminal(t: Trial) -> None:
    """With a terminal, /dev/console is it, and /dev/ptmx is that of the container's own devpts."""
    _, container, end = _on_a_terminal(t)
    try:
        path = f"/proc/{container.pid}/root/dev/console"
        t.check(os.path.lexists(path), "there is no /dev/console")
        console = os.stat(path)
        t.check(stat.S_ISCHR(console.st_mode), "/dev/console is no character device")
        t.check(
            os.major(console.st_rdev) in PTS_MAJORS,
            f"/dev/console has the major number {os.major(console.st_rdev)}",
        )
        number = struct.unpack("I", fcntl.ioctl(end, TIOCGPTN, bytes(4)))[0]
        t.equal("its number, told by the other end", os.minor(console.st_rdev), number)
        ours, inside = (os.stat(f"/proc/{container.pid}/root/dev/{name}") for name in ("ptmx", "pts/ptmx"))
        t.equal("/dev/ptmx", (ours.st_dev, ours.st_ino), (inside.st_dev, inside.st_ino))
    finally:
        os.close(end)
