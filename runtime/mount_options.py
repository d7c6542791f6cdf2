"""The mount options of config.md#linux-mount-options, each one row: flags, recursive attributes, propagation, and the special ones."""

from __future__ import annotations

from runtime import syscalls as k
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

SET, CLEAR = True, False
OPTIONS = {  # option -> (set or clear, flags of mount(2))
    "async": (CLEAR, k.MS_SYNCHRONOUS), "sync": (SET, k.MS_SYNCHRONOUS),
    "atime": (CLEAR, k.MS_NOATIME), "noatime": (SET, k.MS_NOATIME),
    "bind": (SET, k.MS_BIND), "rbind": (SET, k.MS_BIND | k.MS_REC),
    "defaults": (SET, 0),
    "dev": (CLEAR, k.MS_NODEV), "nodev": (SET, k.MS_NODEV),
    "diratime": (CLEAR, k.MS_NODIRATIME), "nodiratime": (SET, k.MS_NODIRATIME),
    "dirsync": (SET, k.MS_DIRSYNC),
    "exec": (CLEAR, k.MS_NOEXEC), "noexec": (SET, k.MS_NOEXEC),
    "iversion": (SET, k.MS_I_VERSION), "noiversion": (CLEAR, k.MS_I_VERSION),
    "lazytime": (SET, k.MS_LAZYTIME), "nolazytime": (CLEAR, k.MS_LAZYTIME),
    "loud": (CLEAR, k.MS_SILENT), "silent": (SET, k.MS_SILENT),
    "mand": (SET, k.MS_MANDLOCK), "nomand": (CLEAR, k.MS_MANDLOCK),
    "relatime": (SET, k.MS_RELATIME), "norelatime": (CLEAR, k.MS_RELATIME),
    "remount": (SET, k.MS_REMOUNT),
    "ro": (SET, k.MS_RDONLY), "rw": (CLEAR, k.MS_RDONLY),
    "strictatime": (SET, k.MS_STRICTATIME), "nostrictatime": (CLEAR, k.MS_STRICTATIME),
    "suid": (CLEAR, k.MS_NOSUID), "nosuid": (SET, k.MS_NOSUID),
    "symfollow": (CLEAR, k.MS_NOSYMFOLLOW), "nosymfollow": (SET, k.MS_NOSYMFOLLOW),
}  # fmt: skip
RECURSIVE = {  # option -> (set or clear, attributes of mount_setattr(2)); for the mount and all below it, Linux 5.12
    "rro": (SET, k.MOUNT_ATTR_RDONLY), "rrw": (CLEAR, k.MOUNT_ATTR_RDONLY),
    "rnosuid": (SET, k.MOUNT_ATTR_NOSUID), "rsuid": (CLEAR, k.MOUNT_ATTR_NOSUID),
    "rnodev": (SET, k.MOUNT_ATTR_NODEV), "rdev": (CLEAR, k.MOUNT_ATTR_NODEV),
    "rnoexec": (SET, k.MOUNT_ATTR_NOEXEC), "rexec": (CLEAR, k.MOUNT_ATTR_NOEXEC),
    "rnodiratime": (SET, k.MOUNT_ATTR_NODIRATIME), "rdiratime": (CLEAR, k.MOUNT_ATTR_NODIRATIME),
    "rrelatime": (SET, k.MOUNT_ATTR_RELATIME), "rnorelatime": (CLEAR, k.MOUNT_ATTR__ATIME),
    "rnoatime": (SET, k.MOUNT_ATTR_NOATIME), "ratime": (CLEAR, k.MOUNT_ATTR__ATIME),
    "rstrictatime": (SET, k.MOUNT_ATTR_STRICTATIME), "rnostrictatime": (CLEAR, k.MOUNT_ATTR__ATIME),
    "rnosymfollow": (SET, k.MOUNT_ATTR_NOSYMFOLLOW), "rsymfollow": (CLEAR, k.MOUNT_ATTR_NOSYMFOLLOW),
}  # fmt: skip
ATIMES = ("rrelatime", "rnoatime", "rstrictatime")  # one of three values of the same field
PROPAGATION = {
    "shared": k.MS_SHARED, "rshared": k.MS_SHARED | k.MS_REC, "slave": k.MS_SLAVE, "rslave": k.MS_SLAVE | k.MS_REC,
    "private": k.MS_PRIVATE, "rprivate": k.MS_PRIVATE | k.MS_REC,
    "unbindable": k.MS_UNBINDABLE, "runbindable": k.MS_UNBINDABLE | k.MS_REC,
}  # fmt: skip
SPECIAL = ("idmap", "ridmap", "tmpcopyup")
NAMES = (*OPTIONS, *RECURSIVE, *PROPAGATION, *SPECIAL)
ATTRIBUTES = (  # the flags that belong to a mount and not to its file system, as mount_setattr(2) knows them
    (k.MS_RDONLY, k.MOUNT_ATTR_RDONLY), (k.MS_NOSUID, k.MOUNT_ATTR_NOSUID), (k.MS_NODEV, k.MOUNT_ATTR_NODEV),
    (k.MS_NOEXEC, k.MOUNT_ATTR_NOEXEC), (k.MS_NODIRATIME, k.MOUNT_ATTR_NODIRATIME), (k.MS_NOSYMFOLLOW, k.MOUNT_ATTR_NOSYMFOLLOW),
)  # fmt: skip


class Options:
    """What the options of one mount come to."""

    def __init__(self) -> None:
        self.flags = self.cleared = 0  # of mount(2): what is set at the end, and what was turned off by name
        self.all_set = self.all_cleared = 0  # of mount_setattr(2), for everything below as well
        self.propagation = 0
        self.idmap = ""  # idmap, ridmap or nothing
        self.copy_up = False
        self.data: list[str] = []  # the file system's own


def parse(options: list[str]) -> Options:
    """What an option list asks for; later options win. What the table does not know is the file system's own.

    See config.md#linux-mount-options.
    """
    found = Options()
    for option in options:
        if option in OPTIONS:
            on, bits = OPTIONS[option]
            found.flags = found.flags | bits if on else found.flags & ~bits
            found.cleared = found.cleared & ~bits if on else found.cleared | bits
        elif option in RECURSIVE:
            on, bits = RECURSIVE[option]
            if option in ATIMES:
                found.all_set &= ~k.MOUNT_ATTR__ATIME
                found.all_cleared |= k.MOUNT_ATTR__ATIME
                found.all_set |= bits
            elif on:
                found.all_set, found.all_cleared = found.all_set | bits, found.all_cleared & ~bits
            else:
                found.all_set, found.all_cleared = found.all_set & ~bits, found.all_cleared | bits
        elif option in PROPAGATION:
            found.propagation = PROPAGATION[option]
        elif option == "tmpcopyup":
            found.copy_up = True
        elif option in ("idmap", "ridmap"):
            found.idmap = option
        else:
            found.data.append(option)
    return found


def attributes(options: Options) -> tuple[int, int]:
    """(set, clear) of mount_setattr(2) for the mount itself (config.md#linux-mount-options)."""
    wanted = sum(attribute for flag, attribute in ATTRIBUTES if options.flags & flag)
    cleared = sum(attribute for flag, attribute in ATTRIBUTES if options.cleared & flag)
    for flag, attribute in (
        (k.MS_NOATIME, k.MOUNT_ATTR_NOATIME),
        (k.MS_STRICTATIME, k.MOUNT_ATTR_STRICTATIME),
        (k.MS_RELATIME, 0),
    ):
        if options.flags & flag:
            return wanted | attribute, cleared | k.MOUNT_ATTR__ATIME
    return wanted, cleared


def check(each: dict[str, object]) -> None:
    """Raises Fault for a mount whose options and mappings contradict each other (config.md#posix-platform-mounts)."""
    destination = each["destination"]
    options = parse(each.get("options") or [])  # type: ignore[arg-type]  # shape.py has seen to it
    maps = [bool(each.get(name)) for name in ("uidMappings", "gidMappings")]
    if any(maps) and not all(maps):
        raise Fault(f"the mount on {destination} must have uidMappings and gidMappings together")
    if options.copy_up and each.get("type") != "tmpfs":
        raise Fault(f"the mount option tmpcopyup on {destination} is for a tmpfs")
    if (options.idmap or any(maps)) and not is_bind(each, options):
        raise Fault(f"the mount on {destination} can only be mapped to other ids when it is a bind mount")


def is_bind(each: dict[str, object], options: Options) -> bool:
    return bool(options.flags & k.MS_BIND) or each.get("type") == "bind"


def asks_for_mapped_ids(config: dict[str, Any]) -> bool:
    mounts = config.get("mounts") or []
    return any(
        each.get("uidMappings") or {"idmap", "ridmap"}.intersection(each.get("options") or ())
        for each in mounts
    )
