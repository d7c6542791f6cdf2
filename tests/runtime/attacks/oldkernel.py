"""An older kernel, as far as its calls go: a seccomp filter that answers for the newer ones, and then the command.

`python oldkernel.py ERRNO NAME,NAME... COMMAND WORDS...`
"""

import errno
import os
import sys

MOUNTS = ("open_tree", "move_mount", "fsopen", "fsmount", "mount_setattr")
KINDS = {  # what is missing, and what the kernel or an old filter answers for it
    "without-openat2": (errno.ENOSYS, ("openat2",)),
    "filter-of-old": (errno.EPERM, ("openat2", *MOUNTS, "close_range")),
    "before-5.12": (errno.ENOSYS, ("mount_setattr",)),
    "before-5.2": (errno.ENOSYS, ("openat2", *MOUNTS, "close_range")),
}


def on(kind: str, command: list[str]) -> list[str]:
    """The command's words, run where these calls are missing."""
    number, names = KINDS[kind]
    return [sys.executable, __file__, str(number), ",".join(names), *command]


def main(number: int, names: list[str], command: list[str]) -> None:
    sys.path.insert(0, os.path.abspath(f"{__file__}/../../../.."))
    from runtime import seccomp, syscalls, syscalls_rare

    asked = {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": number}],
    }
    if os.geteuid() != 0:
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    syscalls_rare.seccomp_set_mode_filter(0, seccomp.compile_rules(asked, os.uname().machine))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2].split(","), sys.argv[3:])
