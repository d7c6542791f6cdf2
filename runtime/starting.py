"""How the program of a created container is let go, and the poststart hooks after it (runtime.md#start)."""

from __future__ import annotations

from runtime import hooks
from runtime import lean_os as os
from runtime.deletion import destroy
from runtime.faults import Fault
from runtime.state import ANSWER, FIFO, Container
from runtime.voice import follow

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

    from runtime.releases import Rules


def start(container: Container, warn: Any) -> None:
    """Lets the waiting init become the program, then runs the poststart hooks. Raises Fault (runtime.md#start)."""
    held = container.lock()
    try:
        status = container.load().status()
        if status != "created":
            raise Fault(f"the container {container.id} is {status}; only a created one can be started")
        settings, rules = container.config(), container.rules
        if settings.get("process") is None:
            raise Fault("process is not set in config.json: there is nothing to start")
        try:
            if not rules["prestart_in_create"]:
                hooks.run_all(hooks.of(settings, "prestart"), container.document("created"), "prestart")
            _let_go(container, warn)
        except Fault:
            destroy(container, settings, warn)
            raise
        _poststart(container, settings, rules, warn)
    finally:
        os.close(held)


def _let_go(container: Container, warn: Any) -> None:
    """Sends the byte and listens until the program was executed (the pipe closes) or could not be."""
    answer = os.open(container.path(ANSWER), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    os.set_blocking(answer, True)
    with open(answer, encoding="utf-8", errors="replace") as lines:
        try:
            fifo = os.open(container.path(FIFO), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(fifo, b"s")
            finally:
                os.close(fifo)
        except OSError:
            raise Fault(f"the first process of {container.id} is gone") from None
        took = [word for word, _ in follow(lines, warn)]
        if not took:
            raise Fault(f"the first process of {container.id} ended before it could be started")
        os.unlink(container.path(FIFO))


def _poststart(container: Container, settings: dict[str, Any], rules: Rules, warn: Any) -> None:
    """Runs the poststart hooks; whether a failed one stops the container is the release's say (config.md#poststart)."""
    for hook in hooks.of(settings, "poststart"):
        try:
            hooks.run(hook, container.document("running"), "poststart")
        except Fault as failed:
            if rules["poststart_stops"]:  # v1.3.0, runtime.md#lifecycle step 10
                destroy(container, settings, warn)
                raise
            warn(str(failed))
