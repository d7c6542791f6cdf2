"""linux.sysctl: kernel parameters that each namespace has its own of, and no others (config-linux.md#sysctl)."""

from __future__ import annotations

from runtime import procfs
from runtime.faults import Fault

# The parameters of the ipc namespace, namespaces(7). All others under kernel. are the whole host's, core_pattern too.
IPC = frozenset(f"kernel.{name}" for name in ("msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced", "auto_msgmni", "msg_next_id", "sem_next_id", "shm_next_id"))  # fmt: skip


def set_all(parameters: dict[str, str], kinds: dict[str, str]) -> None:
    """Writes them through the host's /proc, before the container's mounts could stand in for it (CVE-2025-52881).

    `kinds`: the container's namespaces. Raises Fault. See config-linux.md#sysctl.
    """
    for name, value in parameters.items():
        _set(name, value, kinds)


def _set(name: str, value: str, kinds: dict[str, str]) -> None:
    needs = namespace(name)
    if needs not in kinds:
        raise Fault(
            f"linux.sysctl {name} is not kept per container"
            if not needs
            else f"linux.sysctl {name} needs a {needs} namespace"
        )
    path = "/proc/sys/" + name.replace(".", "/")
    if ".." in path.split("/"):
        raise Fault(f"linux.sysctl {name} is not a parameter's name")
    try:
        procfs.write(path, value)
    except OSError as failed:
        raise Fault(f"linux.sysctl {name} does not take {value!r}: {failed.strerror}") from None


def namespace(name: str) -> str:
    """The kind of namespace that holds a parameter, "" when none does."""
    name = name.replace("/", ".")
    if name.startswith("net."):
        return "network"
    if name in IPC or name.startswith("fs.mqueue."):
        return "ipc"
    return "uts" if name in ("kernel.hostname", "kernel.domainname") else ""
