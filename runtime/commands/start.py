"""start ID: lets a created container run its program."""

from __future__ import annotations

from runtime import lifecycle
from runtime.options import one_id, parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    """Lets the program of a created container run (runtime.md#start)."""
    lifecycle.start(Container(root, one_id(parse(args)[1])), log.warn)
