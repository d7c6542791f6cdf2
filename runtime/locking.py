"""flock(2) by the interpreter's own module, for those calls that need no ctypes: it is read in 0.05 ms, ctypes in 0.25."""

import fcntl


def hold(fd: int) -> None:
    """Waits until nobody else holds the file."""
    fcntl.flock(fd, fcntl.LOCK_EX)
