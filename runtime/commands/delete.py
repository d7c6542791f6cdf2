"""delete [--force] ID...: takes a stopped container away; with --force any, and a missing one is no error."""

from __future__ import annotations

from runtime import deletion
from runtime.faults import Fault
from runtime.options import parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    """Takes each container away (runtime.md#delete)."""
    given, words = parse(args, {"--force"}, (), {"-f": "--force"})
    if not words:
        raise Fault("the container's id is missing")
    for id_ in words:
        deletion.delete(Container(root, id_), "--force" in given, log.warn)
