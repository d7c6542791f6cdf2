"""Numbers that may be a user or a group (config.md#configPOSIXUser).

2^32-1 may not: to setresuid(2) and chown(2) it says "no change", which would leave root where somebody else was asked for
(CVE-2026-30892).
"""

from __future__ import annotations

from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

HIGHEST = 2**32 - 2


def of_user(user: dict[str, Any]) -> Iterator[str]:
    """Every number of `process.user` that is not an id."""
    yield from _wrong("process.user.uid", user.get("uid"))
    yield from _wrong("process.user.gid", user.get("gid"))
    for gid in user.get("additionalGids") or []:
        yield from _wrong("process.user.additionalGids", gid)


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """Every number in mappings and devices that is not an id."""
    linux = config.get("linux") or {}
    for where, holder in (("linux", linux), *(("mounts", each) for each in config.get("mounts") or [])):
        for name in ("uidMappings", "gidMappings"):
            for row in holder.get(name) or []:
                for key in ("containerID", "hostID"):
                    yield from _wrong(f"{where}.{name}.{key}", row[key], max(row["size"], 1))
    for device in linux.get("devices") or []:
        yield from _wrong("linux.devices.uid", device.get("uid"))
        yield from _wrong("linux.devices.gid", device.get("gid"))


def _wrong(where: str, value: int | None, size: int = 1) -> Iterator[str]:
    if not 0 <= (value or 0) <= HIGHEST:
        yield f"{where} {value} is not a number from 0 to {HIGHEST}"
    elif (value or 0) + size - 1 > HIGHEST:
        yield f"{where} {value} with the size {size} goes beyond {HIGHEST}"


def parse(option: str, text: str) -> int:
    """An id from the command line: ASCII digits, no name, no sign, no space. Raises Fault."""
    if not (text.isdecimal() and text.isascii() and len(text) <= 10 and int(text) <= HIGHEST):
        raise Fault(f"{option} {text[:40]} is not a number from 0 to {HIGHEST}")
    return int(text)
