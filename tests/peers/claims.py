"""What each runtime's `features` document says of itself, row by row (features.md, features-linux.md)."""

from typing import Any

LISTS = (
    ("hooks", "hooks"),
    ("mount options", "mountOptions"),
    ("namespaces", "linux.namespaces"),
    ("capabilities", "linux.capabilities"),
    ("seccomp actions", "linux.seccomp.actions"),
    ("seccomp operators", "linux.seccomp.operators"),
    ("seccomp architectures", "linux.seccomp.archs"),
    ("seccomp flags", "linux.seccomp.supportedFlags"),
    ("memory policy modes", "linux.memoryPolicy.modes"),
    ("memory policy flags", "linux.memoryPolicy.flags"),
)
SWITCHES = (
    ("cgroup version 1", "linux.cgroup.v1"),
    ("cgroup version 2", "linux.cgroup.v2"),
    ("cgroups by systemd", "linux.cgroup.systemd"),
    ("cgroups by a user's systemd", "linux.cgroup.systemdUser"),
    ("rdma cgroup", "linux.cgroup.rdma"),
    ("seccomp", "linux.seccomp.enabled"),
    ("AppArmor", "linux.apparmor.enabled"),
    ("SELinux", "linux.selinux.enabled"),
    ("Intel RDT", "linux.intelRdt.enabled"),
    ("id-mapped mounts", "linux.mountExtensions.idmap.enabled"),
    ("network devices", "linux.netDevices.enabled"),
)
FEW = 6


def rows(documents: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each property: a cell for each runtime that has a features document."""
    telling = {name: document for name, document in documents.items() if document}
    ranges = {
        name: f"{_at(each, 'ociVersionMin')} to {_at(each, 'ociVersionMax')}"
        for name, each in telling.items()
    }
    found: list[dict[str, Any]] = [
        {"what": "oldest and newest ociVersion", "property": "ociVersionMin, ociVersionMax", "cells": ranges}
    ]
    for what, path in LISTS:
        said = {name: _at(each, path) for name, each in telling.items()}
        union = sorted({word for words in said.values() for word in words or ()})
        found.append(
            {
                "what": what,
                "property": path,
                "cells": {name: _list(words, union) for name, words in said.items()},
            }
        )
    for what, path in SWITCHES:
        cells = {name: _switch(_at(each, path)) for name, each in telling.items()}
        found.append({"what": what, "property": path, "cells": cells})
    return found


def _list(words: "list[str] | None", union: list[str]) -> str:
    """How many, and which of those that another one here names are not among them."""
    if words is None:
        return "not told"
    missing = [word.removeprefix("SCMP_").removeprefix("ARCH_") for word in union if word not in words]
    if not missing:
        return f"all {len(union)}"
    named = f"not {', '.join(missing)}" if len(missing) <= FEW else f"{len(missing)} others not"
    return f"{len(union) - len(missing)} of {len(union)}; {named}"


def _switch(value: object) -> str:
    return "not told" if value is None else "yes" if value is True else "no"


def _at(document: dict[str, Any], path: str) -> Any:
    """The value at a dotted path, None where the document does not say."""
    found: Any = document
    for part in path.split("."):
        if not isinstance(found, dict) or part not in found:
            return None
        found = found[part]
    return found
