"""create [-b BUNDLE] [-f CONFIG] [--pid-file F] [--console-socket S] [--preserve-fds N] [--no-pivot] ID: all but the program."""

from __future__ import annotations

from runtime import lifecycle
from runtime.options import Given, number, one_id, parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


FLAGS = {"--no-pivot", "--no-new-keyring", "--detach", "--no-subreaper", "--keep"}
VALUES = {"--bundle", "--config", "--pid-file", "--console-socket", "--preserve-fds", "--pidfd-socket"}
SHORT = {"-b": "--bundle", "-f": "--config", "-d": "--detach"}


def command(root: str, args: list[str], log: Log) -> None:
    given, words = parse(args, FLAGS, VALUES, SHORT)
    lifecycle.create(root, one_id(words), options(given, detach=True), log.warn)


def options(given: Given, detach: bool) -> lifecycle.Options:
    """What create and run share."""
    found = lifecycle.Options()
    found.bundle = given.get("--bundle", ".")
    found.config_file = given.get("--config")
    found.pid_file = given.get("--pid-file")
    found.console_socket = given.get("--console-socket")
    found.preserve_fds = number(given, "--preserve-fds")
    found.no_pivot = "--no-pivot" in given
    found.new_keyring = "--no-new-keyring" not in given
    found.keep = "--keep" in given
    found.detach = detach
    return found
