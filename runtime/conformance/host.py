"""What this host can grant: the facts by which a case is skipped, each one probed."""

import ctypes
import os
import re
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


def has_controller(name: str) -> bool:
    """Whether version 1 has the controller mounted."""
    return os.path.isdir(f"/sys/fs/cgroup/{name}")


def _cgroup_v1() -> str:
    return _root() or (
        "" if cgroup_layout() == "v1" else "device rules can be read back on cgroup v1 only; this is v2"
    )


def _there(path: str, otherwise: str) -> str:
    return "" if os.path.exists(path) else otherwise


def _absent(otherwise: str, words: str) -> str:
    """ "" when no mount of this host has these words."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
        return otherwise if words in file.read() else ""


def _since(version: tuple[int, int], what: str) -> str:
    return "" if kernel() >= version else f"kernel {os.uname().release} is too old for {what}"


def kernel() -> tuple[int, ...]:
    """Major and minor version."""
    return tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])


def _hugetlb() -> str:
    """The controller on version 1, or on a version 2 tree beside it."""
    tree = cgroup2()
    if tree and not _root():
        with open(f"{tree}/cgroup.controllers", encoding="ascii") as file:
            if "hugetlb" in file.read().split():
                return ""
    return _controller("hugetlb")


FACTS: dict[str, Callable[[], str]] = {
    "containers": _containers,
    "root": _root,
    "pids": lambda: _controller("pids"),
    "memory": lambda: _controller("memory"),
    "cgroup-v1": _cgroup_v1,
    "cgroup2": lambda: _root() or ("" if cgroup2() else "this host has no cgroup version 2 tree"),
    "blkio": lambda: _controller("blkio"),
    "cpu": lambda: _controller("cpu"),
    "cpuset": lambda: _controller("cpuset"),
    "hugetlb": _hugetlb,
    "time-namespace": lambda: _there("/proc/self/ns/time", "this kernel has no time namespaces"),
    "seccomp": lambda: _there("/proc/sys/kernel/seccomp/actions_avail", "this kernel has no seccomp filters"),
    "memory-policy": lambda: _there("/proc/self/numa_maps", "this kernel has no memory policies"),
    "two-cpus": lambda: "" if len(os.sched_getaffinity(0)) > 1 else "this host has one CPU only",
    "idmapped-mounts": lambda: _root() or _since((5, 12), "idmapped mounts"),
    "nosymfollow": lambda: _since((5, 10), "nosymfollow"),
    "recursive-attributes": lambda: _since((5, 12), "mount_setattr"),
    "no-resctrl": lambda: _absent("a resctrl file system is mounted", " - resctrl "),
    "no-selinux": lambda: "this host has SELinux" if os.path.exists("/sys/fs/selinux/enforce") else "",
    "no-apparmor": lambda: (
        "this host has AppArmor" if os.path.exists("/sys/kernel/security/apparmor") else ""
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


def cgroup2() -> str:
    """Where the version 2 tree is mounted, alone or beside version 1; "" for nowhere."""
    for path in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        if os.path.exists(f"{path}/cgroup.controllers"):
            return path
    return ""


def lsms() -> list[str]:
    """The kernel's security modules, as it lists them; none where that list cannot be read."""
    try:
        with open("/sys/kernel/security/lsm", encoding="ascii") as file:
            return [name for name in file.read().strip().split(",") if name]
    except OSError:
        return [name for name, sign in LSM_SIGNS if os.path.exists(sign)]


LSM_SIGNS = (("selinux", "/sys/fs/selinux/enforce"), ("apparmor", "/sys/module/apparmor/parameters/enabled"))


def facts() -> dict[str, object]:
    """The host as the report shows it. `facts` has every probed fact: true, or why not."""
    name = os.uname()
    return {
        "kernel": name.release,
        "machine": name.machine,
        "cgroup": cgroup_layout(),
        "euid": os.geteuid(),
        "rights": "root" if os.geteuid() == 0 else "user",
        "lsms": lsms(),
        "containers": lacking("containers") or "possible",
        "facts": {fact: lacking(fact) or True for fact in FACTS},
    }
