"""How the container's side speaks to refrun: one line each over a pipe that closes when the program is executed."""

from __future__ import annotations

from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


class Voice:
    """The pipe to refrun, and the one back."""

    def __init__(self, up: int, down: int) -> None:
        self.up, self.down = up, down

    def say(self, line: str) -> None:
        os.write(self.up, (line.replace("\n", " ") + "\n").encode(errors="replace"))

    def warn(self, text: str) -> None:
        self.say(f"warn {text}")

    def wait(self) -> int:
        """Blocks until refrun says go; when refrun died, so do we. Returns the number that came with it, or 0."""
        said = os.read(self.down, 32)
        if said[:1] != b"g":
            os._exit(1)
        return int(said[1:] or 0)


def go_on(down: int, text: bytes = b"g") -> None:
    """Lets the container's side take its next step. That it died meanwhile shows in the lines that end."""
    try:
        os.write(down, text)
    except BrokenPipeError:
        pass


def follow(lines: Iterable[str], warn: Any) -> Iterator[tuple[str, str]]:
    """(word, rest) of each line; a `warn` is passed on. Raises Fault with the words of a `fault`."""
    for line in lines:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "fault":
            raise Fault(rest)
        if word == "warn":
            warn(rest)
        else:
            yield word, rest


def words(failed: BaseException) -> str:
    """What went wrong, in one line."""
    if isinstance(failed, Fault):
        return str(failed)
    if isinstance(failed, OSError):
        return f"{failed.filename or 'the kernel'}: {failed.strerror}"
    return f"{type(failed).__name__}: {failed}"
