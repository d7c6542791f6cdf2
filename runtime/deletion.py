"""How a container is taken away: its processes ended, its groups and state removed, the poststop hooks run (runtime.md#delete)."""

from __future__ import annotations

import time

from runtime import cgroups, freezer, hooks, shape
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.signals import SIGKILL, signal_all
from runtime.state import Container, Damaged

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

KILL_PATIENCE = 10.0  # seconds a killed process may take to disappear
GATE_PATIENCE = 2.0  # seconds in which the gate sees that its refrun died


def delete(container: Container, force: bool, warn: Any) -> None:
    """Takes everything away that create made, then runs the poststop hooks. Raises Fault unless it is stopped or forced.

    See runtime.md#delete.
    """
    if force and not os.path.isdir(container.folder):
        return
    try:
        held = container.lock()
    except Fault:
        if force:
            return  # another delete was quicker
        raise
    try:
        status = _status(container, force)
        allowed = status == "stopped" or (status == "created" and container.rules["delete_of_created"])
        if not allowed and not force:
            raise Fault(
                f"the container {container.id} is {status}; only a stopped one can be deleted (kill it, or --force)"
            )
        destroy(container, _kept_hooks(container), warn)
    finally:
        os.close(held)


def _status(container: Container, force: bool) -> str:
    """With `force` a damaged state is no reason to stay: the groups that carry the container's id are its own."""
    try:
        return container.load().status()
    except Damaged:
        if not force:
            raise
        folders = {
            name: folder
            for name, folder in cgroups.paths(_kept_config(container), container.id).items()
            if container.id in os.path.basename(folder)
        }
        container.facts.update(cgroups=folders, groups_made=list(folders.values()))
        return "damaged"


def _kept_hooks(container: Container) -> dict[str, Any]:
    """The kept config where it has hooks; without any there is nothing to check the rest of it for."""
    try:
        return _kept_config(container) if container.config().get("hooks") else {}
    except (Fault, FileNotFoundError):
        return {}


def _kept_config(container: Container) -> dict[str, Any]:
    """The config as create kept it; {} when it was killed before that (there was no hook either), or when it is damaged."""
    try:
        settings = container.config()
    except (Fault, FileNotFoundError):
        return {}
    return {} if any(shape.problems(settings, shape.CONFIG)) else settings


def destroy(container: Container, settings: dict[str, Any], warn: Any) -> None:
    """Ends what still runs, removes cgroups and state, and runs the poststop hooks; their failure is a warning.

    See config.md#poststop, runtime.md#lifecycle.
    """
    _end_creator(container)
    first = container.first
    folders, made = container.facts.get("cgroups") or {}, container.facts.get("groups_made") or []
    own = {controller: folder for controller, folder in folders.items() if folder in made}
    if first:
        signal_all([first], SIGKILL)
        _thaw(folders)
        _await_end(container, first)
    if not cgroups.remove_empty(folders, made):
        _empty(own, container)
        cgroups.remove(folders, made)
    if container.facts.get("resctrl_made"):
        from runtime import intelrdt

        intelrdt.remove(container.facts["resctrl_made"])
    state = container.document("stopped")
    container.forget()
    for hook in hooks.of(settings, "poststop") if container.facts.get("pid") else []:
        try:
            hooks.run(hook, state, "poststop")
        except Fault as failed:
            warn(str(failed))


def _end_creator(container: Container) -> None:
    """A create under way is ended first: what it makes by now would be left behind. Its own children end with it."""
    creator, deadline = container.creator, time.monotonic() + KILL_PATIENCE
    if creator == os.getpid() or not container.facts.get("creating"):
        return
    signal_all([creator] if creator else [], SIGKILL)
    while container.creator and time.monotonic() < deadline:
        time.sleep(0.002)
    container.load()  # what it still wrote down, before we came or since


def _empty(groups: dict[str, str], container: Container) -> None:
    """Ends what is in the container's own groups: without a pid namespace its processes outlive the first one.

    While no first process was written down, only the gate can be in them, and it ends by itself; so nobody is ended who
    came to share a group that was only planned, unless the group carries the container's id.
    """
    known = bool(container.facts.get("pid")) or not container.facts.get("creating")
    known = known or all(container.id in os.path.basename(group) for group in groups.values())
    _thaw(groups)
    if known:
        cgroups.kill(groups)
    deadline = time.monotonic() + (KILL_PATIENCE if known else GATE_PATIENCE)
    while left := cgroups.processes(groups):
        if time.monotonic() > deadline:
            if known:
                raise Fault(f"the processes {left} of {container.id} do not end although they were killed")
            return
        if known:
            signal_all(left, SIGKILL)
        time.sleep(0.01)


def _thaw(groups: dict[str, str]) -> None:
    if freezer.is_frozen(groups):
        freezer.freeze(groups, False)  # a frozen process of version 1 cannot even die


def _await_end(container: Container, pid: int) -> None:
    deadline = time.monotonic() + KILL_PATIENCE
    while container.first:
        if time.monotonic() > deadline:
            raise Fault(f"the first process {pid} of {container.id} does not end although it was killed")
        time.sleep(0.002)
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass  # not our child: another refrun made it
