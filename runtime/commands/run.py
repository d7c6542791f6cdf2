"""run [-b BUNDLE] [--detach] [--keep] and the options of create ID: create, start, and unless detached wait and delete."""

from __future__ import annotations

from runtime.commands.create import made

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> int:
    container, options = made(root, args, log, detach=False)
    from runtime import lifecycle

    return lifecycle.run(container, options, log.warn)
