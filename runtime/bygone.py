"""The operations of v0.4 and v0.5 (runtime.md#operations there): `start` that creates as well, and `stop`.

Both are made of today's: start = create + start, stop = kill KILL + delete.
"""

from __future__ import annotations

from runtime import config, deletion, starting
from runtime import lean_os as os
from runtime.commands import create
from runtime.faults import Fault
from runtime.options import parse
from runtime.releases import Rules
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

    from runtime.cli import Log


def start(root: str, args: list[str], log: Log) -> None:
    """`start ID BUNDLE` with create's options: makes the container and runs its program. Raises Fault.

    A container of that id, even one that has ended, is an error and untouched; a failure leaves nothing behind (runtime.md#start).
    """
    given, words = parse(args, create.FLAGS, create.VALUES, create.SHORT)
    if len(words) != 2:
        raise Fault("start takes a container's id, and a bundle for v0.4 and v0.5")
    id_, bundle = words
    settings = config.load(bundle, given.get("--config"))
    if not Rules(settings.get("ociVersion"))["start_creates"]:
        raise Fault("start takes a bundle for v0.4 and v0.5 only; since v1.0.0-rc1 it is create, then start")
    given.add("--bundle", bundle)
    container, _ = create.made(root, given, [id_], log, detach=True)
    starting.start(container, log.warn)


def stop(container: Container, warn: Any) -> None:
    """Ends every process of a running container and deletes it (runtime.md#stop). Raises Fault, without effect, otherwise."""
    held = container.lock()
    try:
        status = container.load().status()
        if not container.rules["start_creates"]:
            raise Fault(
                f"the container {container.id} is of v{container.rules.known}, which has no stop: use kill and delete"
            )
        if status not in ("running", "paused"):
            raise Fault(f"the container {container.id} is {status}; only a running one can be stopped")
        deletion.destroy(container, container.config(), warn)
    finally:
        os.close(held)
