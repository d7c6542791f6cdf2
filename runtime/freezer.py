"""pause and resume: the freezer of version 1, or cgroup.freeze of version 2."""

from __future__ import annotations

import time

from runtime import lean_os as os
from runtime.faults import Fault

UNIFIED = ""  # as in cgroups.py, which is much to read for whoever only asks whether a container is paused
PATIENCE = 10.0  # seconds a group may take to freeze


def is_frozen(folders: dict[str, str]) -> bool:
    """Whether the container's processes are stopped, asked of the kernel."""
    try:
        if "freezer" in folders:
            return _read(f"{folders['freezer']}/freezer.state") != "THAWED"
        return UNIFIED in folders and _read(f"{folders[UNIFIED]}/cgroup.freeze") == "1"
    except OSError:
        return False


def freeze(folders: dict[str, str], frozen: bool) -> None:
    """Stops or lets go all processes of the container, and waits until it is so. Raises Fault."""
    if "freezer" in folders:
        file, value, told = "freezer.state", "FROZEN" if frozen else "THAWED", "freezer.state"
        folder, wanted = folders["freezer"], value
    elif UNIFIED in folders and os.path.exists(f"{folders[UNIFIED]}/cgroup.freeze"):
        file, value, told = "cgroup.freeze", str(int(frozen)), "cgroup.events"
        folder, wanted = folders[UNIFIED], f"frozen {int(frozen)}"
    else:
        raise Fault("the container has no cgroup with a freezer, so that it cannot be paused")
    deadline = time.monotonic() + PATIENCE
    try:
        os.write_once(f"{folder}/{file}", value)
        while wanted not in _read(f"{folder}/{told}"):
            if time.monotonic() > deadline:
                os.write_once(f"{folder}/{file}", "THAWED" if told == file else "0")
                raise Fault(f"the processes in {folder} did not stop within {PATIENCE:g} s")
            time.sleep(0.002)
            if told == file:
                os.write_once(
                    f"{folder}/{file}", value
                )  # version 1 may hang half-way until it is asked again
    except OSError as failed:
        raise Fault(f"{folder}/{file} does not take {value}: {failed.strerror}") from None


def _read(path: str) -> str:
    return os.read_whole(path).decode().strip()
