"""stop ID: ends and deletes a running container of v0.4 or v0.5; later releases have kill and delete."""

from __future__ import annotations

from runtime import bygone
from runtime.options import one_id, parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    """Ends and deletes a container of v0.4 or v0.5 (runtime.md#stop)."""
    bygone.stop(Container(root, one_id(parse(args)[1])), log.warn)
