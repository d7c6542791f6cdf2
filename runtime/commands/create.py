"""create [-b BUNDLE] [-f CONFIG] [--pid-file F] [--pidfd-socket S] [--console-socket S] [--preserve-fds N] [--no-pivot] ID: all but the program."""

from __future__ import annotations

from runtime import lifecycle
from runtime.options import Given, cgroup_manager, number, one_id, parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log
    from runtime.state import Container


FLAGS = {"--no-pivot", "--no-new-keyring", "--no-subreaper"}
VALUES = {"--bundle", "--config", "--pid-file", "--console-socket", "--preserve-fds", "--pidfd-socket"}
SHORT = {"-b": "--bundle", "-f": "--config"}


def command(root: str, args: list[str], log: Log) -> None:
    """Makes the container; its program waits for start (runtime.md#create)."""
    given, words = parse(args, FLAGS, VALUES, SHORT)
    made(root, given, words, log, detach=True)


def made(
    root: str, given: Given, words: list[str], log: Log, detach: bool
) -> tuple[Container, lifecycle.Options]:
    """What create and run share: the container up to its waiting init. `detach`: nobody stays to attend to it.

    See bundle.md#filesystem-bundle.
    """
    manager = cgroup_manager(log.options)
    found = _options(lifecycle.Options(), given)
    found.detach = detach
    found.groups, found.tolerant = manager != "disabled", log.options.get("--rootless") != "false"
    found.debug = log.debug
    return lifecycle.create(root, one_id(words), found, log.warn), found


def _options(found: lifecycle.Options, given: Given) -> lifecycle.Options:
    found.bundle = given.get("--bundle", ".")
    found.config_file = given.get("--config")
    found.pid_file = given.get("--pid-file")
    found.console_socket = given.get("--console-socket")
    found.preserve_fds = number(given, "--preserve-fds")
    found.no_pivot = "--no-pivot" in given
    found.new_keyring = "--no-new-keyring" not in given
    found.subreaper = "--no-subreaper" not in given
    found.pidfd_socket = given.get("--pidfd-socket")
    return found
