"""What is done to a container that exists, without entering it: kill, pause, resume and update (runtime.md#kill)."""

from __future__ import annotations

from runtime import cgroups, freezer
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.jsontext import dumps
from runtime.signals import SIGKILL, signal_all
from runtime.state import CONFIG, write_atomically

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

    from runtime.state import Container


def kill(container: Container, signal: int, everyone: bool) -> None:
    """Sends a signal to the first process, or to all of them. Raises Fault unless created, running or paused.

    See runtime.md#kill.
    """
    status = container.load().status()
    folders = container.facts["cgroups"]
    if everyone and status == "stopped":
        signal_all(cgroups.processes(folders), signal)
        return
    if status not in ("created", "running", "paused"):
        raise Fault(  # containerd knows by "container not running" that there is nothing left to kill
            f"container not running: {container.id} is {status}; only a created or running one can be sent a signal"
        )
    if status == "created" and not container.rules["kill_of_created"]:
        raise Fault(
            f"the container {container.id} is created; until v1.0.0-rc5 only a running one can be sent a signal"
        )
    pids = [container.facts["pid"]]
    if everyone:
        from runtime import inhabitants

        pids = inhabitants.of(folders, pids[0])
    signal_all(pids, signal)
    if status == "paused" and signal == SIGKILL:
        freezer.freeze(folders, False)  # a frozen process of version 1 cannot even die


def pause(container: Container, frozen: bool) -> None:
    """Stops a running container where it is, or lets a paused one go on. Raises Fault."""
    status, wanted = container.load().status(), "running" if frozen else "paused"
    if status != wanted and not (frozen and status == "created"):
        raise Fault(
            f"the container {container.id} is {status}; only a {wanted} one can be {'paused' if frozen else 'resumed'}"
        )
    freezer.freeze(container.facts["cgroups"], frozen)


def update(container: Container, resources: dict[str, Any]) -> None:
    """Changes limits of a container that is not stopped, and remembers them. Raises Fault, and then they are as they were."""
    from runtime import limits  # kill and pause do without

    held = container.lock()
    try:
        status = container.load().status()
        if status not in ("created", "running", "paused"):
            raise Fault(
                f"the container {container.id} is {status}; only a created or running one has limits to change"
            )
        folders = container.facts["cgroups"]
        if not folders:
            raise Fault(f"the container {container.id} has no cgroup, so that it can have no limits")
        limits.check_use(folders, resources)
        settings = container.config()
        before = settings.setdefault("linux", {}).setdefault("resources", {})
        try:
            limits.apply(folders, resources)
        except Fault:
            limits.restore(folders, before, resources)
            raise
        for section, values in resources.items():
            before[section] = (
                {**(before.get(section) or {}), **values} if isinstance(values, dict) else values
            )
        write_atomically(container.path(CONFIG), dumps(settings))
    finally:
        os.close(held)
