"""Ctrl-C, HUP, QUIT and TERM while a container is being made: it is taken away again, and refrun ends with 128 + the signal."""

from __future__ import annotations

import _signal

from runtime import lean_os as os

NUMBERS = (_signal.SIGHUP, _signal.SIGINT, _signal.SIGQUIT, _signal.SIGTERM)
IGNORED_BY_PYTHON = (_signal.SIGPIPE, _signal.SIGXFSZ)  # and so by whatever it executes


class Interrupted(BaseException):
    """A signal came. Not an Exception, so that only who takes things away catches it."""

    def __init__(self, number: int) -> None:
        self.number = number


_ours: set[int] = set()  # those that were not ignored when we came


def heed() -> None:
    """From now on these signals raise Interrupted here; a forked child they still end, as they would without us."""
    maker = os.getpid()

    def interrupt(number: int, _frame: object) -> None:
        if os.getpid() != maker:
            os._exit(128 + number)
        for each in NUMBERS:
            _signal.signal(each, _signal.SIG_IGN)  # taking away is not disturbed again
        raise Interrupted(number)

    for number in NUMBERS:
        if _signal.getsignal(number) != _signal.SIG_IGN:  # nohup(1), or a shell's background
            _ours.add(number)
            _signal.signal(number, interrupt)


def hold() -> None:
    """The signals wait until `go_on`: here nobody could take away what is half made."""
    _signal.pthread_sigmask(_signal.SIG_BLOCK, NUMBERS)


def go_on() -> None:
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, NUMBERS)


def let_go() -> None:
    """The signals do again what they do to every program."""
    for number in NUMBERS:
        if _signal.getsignal(number) not in (_signal.SIG_IGN, _signal.SIG_DFL):
            _signal.signal(number, _signal.SIG_DFL)


def as_found() -> None:
    """Before another program is executed: a broken pipe ends it, as it is used to, and so does what we took for ourselves."""
    for number in (*IGNORED_BY_PYTHON, *_ours):
        _signal.signal(number, _signal.SIG_DFL)
    go_on()
