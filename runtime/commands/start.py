"""start ID: lets a created container run its program. For a bundle of v0.4 or v0.5, start ID BUNDLE creates it as well."""

from __future__ import annotations

from runtime import starting
from runtime.options import one_id, parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    """Lets the program of a created container run (runtime.md#start)."""
    if len(args) > 1:
        from runtime import bygone  # for old containers only

        bygone.start(root, args, log)
    else:
        starting.start(Container(root, one_id(parse(args)[1])), log.warn)
