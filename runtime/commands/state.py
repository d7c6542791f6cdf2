"""state ID: what a container is, as JSON (runtime.md#state)."""

from __future__ import annotations

from runtime.jsontext import dumps
from runtime.options import one_id, parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    """Prints what the container is (runtime.md#query-state)."""
    print(dumps(Container(root, one_id(parse(args)[1])).load().report()))
