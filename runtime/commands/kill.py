"""kill [--all] ID [SIGNAL]: sends a signal, by number or any name, to the program or to every process."""

from __future__ import annotations

from runtime import operations
from runtime.faults import Fault
from runtime.options import parse
from runtime.signals import number_of
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    """Sends the signal; SIGTERM when none is named (runtime.md#kill)."""
    given, words = parse(args, {"--all"}, (), {"-a": "--all"})
    if len(words) not in (1, 2):
        raise Fault("kill takes a container's id and a signal")
    signal = number_of(words[1] if len(words) == 2 else "TERM")
    operations.kill(Container(root, words[0]), signal, "--all" in given)
