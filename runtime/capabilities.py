"""Capabilities: their numbers, and how a process is left with exactly the five sets of its config (config.md#linux-process)."""

from __future__ import annotations

from errno import EINVAL

from runtime import syscalls
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

NAMES = (  # capabilities(7), by number
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE "
    "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN "
    "SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE "
    "MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
).split()
NUMBERS = {f"CAP_{name}": number for number, name in enumerate(NAMES)}
SETS = ("bounding", "effective", "inheritable", "permitted", "ambient")


def sets(process: dict[str, Any], unknown_fails: bool, warn: Any) -> dict[str, int] | None:
    """The five sets as masks; None when the config says nothing of capabilities.

    A name the kernel does not know is an error or a warning, as the release says; raises Fault.

    See config.md#linux-process.
    """
    given = process.get("capabilities")
    if given is None:
        return None
    masks = {}
    for name in SETS:
        masks[name] = 0
        for capability in given.get(name) or []:
            number = NUMBERS.get(capability)
            if number is None or not _known(number):
                if unknown_fails:
                    raise Fault(f"process.capabilities: the kernel does not know the capability {capability}")
                warn(f"the capability {capability} is not known here and is left out")
                continue
            masks[name] |= 1 << number
    return masks


def is_known(name: str) -> bool:
    return name in NUMBERS and _known(NUMBERS[name])


def is_held(name: str) -> bool:
    """Whether this process may hand it on."""
    _, permitted, _ = syscalls.capget()
    return bool(permitted >> NUMBERS[name] & 1)


def _known(number: int) -> bool:
    try:
        syscalls.prctl(syscalls.PR_CAPBSET_READ, number)
    except OSError:
        return False
    return True


def drop_bounding(masks: dict[str, int]) -> None:
    """Takes everything outside the config out of the bounding set; needs CAP_SETPCAP, so it comes before setuid.

    See config.md#linux-process.
    """
    for number in range(len(NAMES)):
        if masks["bounding"] >> number & 1:
            continue
        try:
            syscalls.prctl(syscalls.PR_CAPBSET_DROP, number)
        except OSError as failed:
            if failed.errno != EINVAL:  # a capability that this kernel does not know
                raise


def apply(masks: dict[str, int], warn: Any) -> None:
    """Sets the other four sets of this thread. What the runtime itself does not hold cannot be granted (a warning).

    See config.md#linux-process.
    """
    _, held, _ = syscalls.capget()
    for name in ("permitted", "effective", "inheritable", "ambient"):
        beyond = masks[name] & ~held
        if beyond:
            lacking = [f"CAP_{NAMES[n]}" for n in range(len(NAMES)) if beyond >> n & 1]
            warn(f"{name} capabilities that cannot be granted are left out: {', '.join(lacking)}")
    permitted = masks["permitted"] & held
    inheritable = masks["inheritable"] & held
    syscalls.capset(masks["effective"] & permitted, permitted, inheritable)
    syscalls.prctl(syscalls.PR_CAP_AMBIENT, syscalls.PR_CAP_AMBIENT_CLEAR_ALL)
    for number in range(len(NAMES)):
        if masks["ambient"] & permitted & inheritable & 1 << number:
            syscalls.prctl(syscalls.PR_CAP_AMBIENT, syscalls.PR_CAP_AMBIENT_RAISE, number)
