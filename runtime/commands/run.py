"""run [-b BUNDLE] [--detach] [--keep] and the options of create ID: create, start, and unless detached wait and delete."""

from __future__ import annotations

from runtime import lifecycle
from runtime.commands.create import FLAGS, SHORT, VALUES, options
from runtime.options import one_id, parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> int:
    given, words = parse(args, FLAGS, VALUES, SHORT)
    return lifecycle.run(root, one_id(words), options(given, detach="--detach" in given), log.warn)
