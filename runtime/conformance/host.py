"""What this host can grant: the facts by which a case is skipped, each one probed."""

import ctypes
import os
from collections.abc import Callable
from functools import cache

CLONE_NEWUSER = 0x10000000


@cache
def lacking(fact: str) -> str:
    """ "" when the fact holds here, else what was probed instead."""
    return FACTS[fact]()


def _root() -> str:
    return "" if os.geteuid() == 0 else f"needs root: euid is {os.geteuid()}"


def _containers() -> str:
    """Root, or an ordinary user whom the kernel gives a user namespace (tried in a child)."""
    if os.geteuid() == 0:
        return ""
    child = os.fork()
    if child == 0:
        os._exit(0 if ctypes.CDLL(None).unshare(CLONE_NEWUSER) == 0 else 1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        return ""
    return f"no containers here: euid is {os.geteuid()} and the kernel refuses a user namespace"


def _controller(name: str) -> str:
    if _root():
        return f"needs the {name} cgroup controller and root to use it: euid is {os.geteuid()}"
    layout = cgroup_layout()
    if layout == "v2":
        with open("/sys/fs/cgroup/cgroup.controllers", encoding="ascii") as file:
            here = name in file.read().split()
    else:
        here = os.path.isdir(f"/sys/fs/cgroup/{name}")
    return "" if here else f"this host's cgroup {layout} has no {name} controller"


def _cgroup_v1() -> str:
    return _root() or (
        "" if cgroup_layout() == "v1" else "device rules can be read back on cgroup v1 only; this is v2"
    )


FACTS: dict[str, Callable[[], str]] = {
    "containers": _containers,
    "root": _root,
    "pids": lambda: _controller("pids"),
    "memory": lambda: _controller("memory"),
    "cgroup-v1": _cgroup_v1,
    "time-namespace": lambda: (
        "" if os.path.exists("/proc/self/ns/time") else "this kernel has no time namespaces"
    ),
}


def world_may_reach(path: str) -> bool:
    """Whether everybody may walk to a file: the user of a user namespace is a stranger on the host."""
    real = os.path.realpath(path)
    return all(os.stat(parent).st_mode & 0o001 for parent in _parents(real))


def _parents(path: str) -> list[str]:
    parts = os.path.dirname(path).split("/")
    return ["/".join(parts[: n + 1]) or "/" for n in range(len(parts))]


def cgroup_layout() -> str:
    if os.path.exists("/sys/fs/cgroup/cgroup.controllers"):
        return "v2"
    return "v1" if os.path.isdir("/sys/fs/cgroup/memory") or os.path.isdir("/sys/fs/cgroup/pids") else "none"


def facts() -> dict[str, object]:
    """The host as the report shows it."""
    name = os.uname()
    return {
        "kernel": name.release,
        "machine": name.machine,
        "cgroup": cgroup_layout(),
        "euid": os.geteuid(),
        "containers": lacking("containers") or "possible",
    }
