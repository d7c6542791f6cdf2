"""run [-b BUNDLE] [--detach] [--keep] and the options of create ID: create, start, and unless detached wait and delete."""

from __future__ import annotations

from runtime.commands.create import FLAGS, SHORT, VALUES, made
from runtime.options import parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> int:
    given, words = parse(args, FLAGS | {"--detach", "--keep"}, VALUES, {**SHORT, "-d": "--detach"})
    container, options = made(root, given, words, log, detach="--detach" in given)
    from runtime import lifecycle

    options.keep = "--keep" in given
    code = lifecycle.run(container, options, log.warn)
    log.debug(
        "the program was started in the background" if options.detach else f"the program ended with {code}"
    )
    return code
