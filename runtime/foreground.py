"""A process in the foreground: signals, terminal and exit code are passed on until it ends."""

from __future__ import annotations

import _signal

from runtime import lean_os as os
from runtime import terminal

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

NOT_PASSED_ON = {
    _signal.SIGKILL,
    _signal.SIGSTOP,
    _signal.SIGCHLD,
    _signal.SIGURG,
    _signal.SIGWINCH,
    _signal.SIGPIPE,
}


class Watch:
    """Passes signals on to our child `pid` from now on; `wait` returns its exit code.

    To be made before the program can run: a signal that came earlier than the handlers would end refrun instead.
    """

    def __init__(self, pid: int, keep: bool = False) -> None:
        self.pid, self.ended = pid, os.pidfd_open(pid)
        self.kept: list[int] | None = [] if keep else None
        for number in set(range(1, 32)) - NOT_PASSED_ON:
            _signal.signal(number, self._forward)

    def pass_on(self) -> None:
        """Hands on what `keep` held back: a first process that waits for start would not notice it."""
        kept, self.kept = self.kept or [], None
        for number in kept:
            self._forward(number, None)

    def _forward(self, number: int, _frame: object) -> None:
        if self.kept is not None:
            self.kept.append(number)
            return
        try:
            _signal.pidfd_send_signal(self.ended, number)
        except ProcessLookupError:
            pass  # it has just ended

    def wait(self, ends: int) -> int:
        """Waits for the end: the exit code, or 128 + n after signal n. `ends`: its terminal, or -1."""
        if ends >= 0:
            _carry(self.ended, ends)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return code if code >= 0 else 128 - code


def _carry(ended: int, ends: int) -> None:
    """Copies our stdin to the terminal and the terminal to our stdout until the process ended and all was read."""
    import select  # only for a terminal

    before = _raw(0)
    terminal.copy_size(0, ends)
    _signal.signal(_signal.SIGWINCH, lambda *_: terminal.copy_size(0, ends))
    sources = {0: ends, ends: 1}  # where from -> where to
    over = False
    try:
        while True:
            waiting = select.poll()
            for fd in [*sources, *([] if over else [ended])]:
                waiting.register(fd, select.POLLIN)
            ready = [fd for fd, _ in waiting.poll(0 if over else None)]
            for fd in ready:
                if fd in sources and not _copy(fd, sources[fd]):
                    del sources[fd]
            if ended in ready:
                over = True
                sources.pop(0, None)
            elif over and not ready:
                return  # all that it wrote has been read
    finally:
        os.close(ends)
        if before is not None:
            import termios

            termios.tcsetattr(0, termios.TCSADRAIN, before)


def _copy(source: int, target: int) -> bool:
    """One piece; False at the end."""
    try:
        piece = os.read(source, 65536)
    except OSError:
        return False  # EIO: a terminal whose other side is closed
    while piece:
        try:
            piece = piece[os.write(target, piece) :]
        except OSError:
            return False
        if not piece:
            return True
    return False


def _raw(fd: int) -> Any:
    """Puts our own terminal out of the way: keys reach the container as they are. Returns what it was; None for no terminal."""
    if not os.isatty(fd):
        return None
    import termios

    before = termios.tcgetattr(fd)
    raw: list[Any] = list(before)
    raw[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INPCK | termios.ISTRIP | termios.IXON | termios.IGNCR | termios.INLCR | termios.PARMRK)  # fmt: skip
    raw[1] &= ~termios.OPOST
    raw[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.IEXTEN | termios.ISIG)
    termios.tcsetattr(fd, termios.TCSADRAIN, raw)
    return before
