"""resume ID: lets a paused container go on."""

from __future__ import annotations

from runtime import operations
from runtime.options import one_id, parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    operations.pause(Container(root, one_id(parse(args)[1])), False)
