"""Cache and memory bandwidth by Intel RDT: which resctrl group a container is in, and what is written there (config-linux.md#intelrdt).

A plan is made from the config and from what the mounted resctrl shows, and says every folder and file in order; carrying it out
is the few lines behind it.
"""

from __future__ import annotations

from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

ANCHOR = "config-linux.md#configLinuxIntelRdt"
KERNELS_OWN = (".", "..", "info", "mon_data", "mon_groups")  # folders of resctrl that are no groups


class Plan:
    """`folders` to make, `writes` of (file, text) in order, `tasks` the process id goes into, `ours` to be removed at delete."""

    def __init__(self) -> None:
        self.folders: list[str] = []
        self.writes: list[tuple[str, str]] = []
        self.tasks: list[str] = []
        self.ours: list[str] = []


def of(config: dict[str, Any]) -> dict[str, Any] | None:
    """The property; None where it is not set, and then nothing here may be called (no resctrl MUST be touched).

    See config-linux.md#intelrdt.
    """
    found: dict[str, Any] | None = (config.get("linux") or {}).get("intelRdt")
    return found


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """What the parameters can never be, whatever the host (config-linux.md#intelrdt)."""
    asked = of(config) or {}
    group, bandwidth = asked.get("closID"), asked.get("memBwSchema")
    if group and group != "/" and ("/" in group or group in KERNELS_OWN):
        yield f"linux.intelRdt.closID {group!r} is not the name of a group"
    if bandwidth and not bandwidth.startswith("MB:"):
        yield f"linux.intelRdt.memBwSchema {bandwidth!r} does not start with MB:"
    lines = [("memBwSchema", bandwidth), *(("schemata", line) for line in asked.get("schemata") or [])]
    for name, line in lines:
        if line and "\n" in line:
            yield f"linux.intelRdt.{name} must not contain a line break"


def mounted() -> str:
    """Where resctrl is mounted in our mount namespace; "" where it is not."""
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        for line in table:
            before, _, after = line.partition(" - ")
            if after.startswith("resctrl "):
                return before.split()[4]
    return ""


def lines(asked: dict[str, Any], combined: bool) -> list[str]:
    """The texts for `schemata`, each one write: l3CacheSchema, memBwSchema, then schemata (since v1.3.0).

    Until v1.2.1 the first two are one text, in which memBwSchema stands for every MB: line of the other.
    See config-linux.md#intelrdt.
    """
    cache, bandwidth = asked.get("l3CacheSchema"), asked.get("memBwSchema")
    if combined and cache and bandwidth:
        kept = [line for line in cache.split("\n") if line and not line.startswith("MB:")]
        return ["\n".join([*kept, bandwidth])]
    found = [text for text in (cache, bandwidth) if text]
    more = asked.get("schemata") or []
    return [*found, "\n".join(more)] if more else found


def plan(point: str, asked: dict[str, Any], id_: str, combined: bool, present: dict[str, str]) -> Plan:
    """What is done for a container. `present`: group -> its schemata, for the groups that exist ("" is the default group).

    Raises Fault where the rules want an error (config-linux.md#intelrdt).
    """
    if not point:
        raise Fault("linux.intelRdt needs a mounted resctrl file system, and there is none here")
    found, texts = Plan(), lines(asked, combined)
    given = asked.get("closID") or ""
    name = "" if given == "/" else given or id_
    folder = f"{point}/{name}" if name else point
    if name not in present:
        if given and not texts:
            raise Fault(
                f"linux.intelRdt.closID {given} does not exist in {point}, and no schema says how to make it"
            )
        found.folders.append(folder)
        if not given:
            found.ours.append(folder)
    elif given and (missing := _missing(texts, present[name])):
        raise Fault(
            f"linux.intelRdt asks for {missing}, but the group {given} that exists has another schemata"
        )
    found.tasks.append(f"{folder}/tasks")
    found.writes += [(f"{folder}/schemata", f"{text}\n") for text in texts]
    if asked.get("enableMonitoring"):
        monitor = f"{folder}/mon_groups/{id_}"
        found.folders.append(monitor)
        found.ours.append(monitor)
        found.tasks.append(f"{monitor}/tasks")
    return found


def _missing(texts: list[str], schemata: str) -> str:
    """The first asked line that a group's schemata does not say; "" when it says all of them."""
    has = dict(_line(line) for line in schemata.splitlines() if ":" in line)
    for line in "\n".join(texts).splitlines():
        if line.strip():
            resource, domains = _line(line)
            if any(has.get(resource, {}).get(domain) != value for domain, value in domains.items()):
                return line
    return ""


def _line(line: str) -> tuple[str, dict[str, str]]:
    """`    L3:0=7f0;1=1f` as a resource and its domains; masks are compared as numbers, so without leading zeros."""
    resource, _, rest = line.strip().partition(":")
    pairs = (pair.partition("=")[::2] for pair in rest.split(";") if pair.strip())
    return resource.strip(), {
        domain.strip(): value.strip().lower().lstrip("0") or "0" for domain, value in pairs
    }


# --- the kernel


def groups(point: str, asked: dict[str, Any], id_: str) -> dict[str, str]:
    """The group that a config names, as `present` of a plan: with its schemata where it exists."""
    given = asked.get("closID") or ""
    name = "" if given == "/" else given or id_
    try:
        with open(f"{point}/{name}/schemata" if name else f"{point}/schemata", encoding="ascii") as file:
            return {name: file.read()}
    except OSError:
        return {}


def prepare(config: dict[str, Any], id_: str, combined: bool) -> Plan:
    """The plan for this host, asked before anything of the container is made. Raises Fault."""
    point, asked = mounted(), of(config) or {}
    return plan(point, asked, id_, combined, groups(point, asked, id_) if point else {})


def make(found: Plan) -> None:
    """Makes the folders and writes the schemata. Raises Fault, and then its own folders are gone again.

    See config-linux.md#intelrdt.
    """
    done: list[str] = []
    try:
        for folder in found.folders:
            os.mkdir(folder, 0o755)
            done.append(folder)
        for file, text in found.writes:
            _write(file, text)
    except OSError as failed:
        remove(done)
        raise Fault(f"linux.intelRdt: {failed.filename} cannot be made: {failed.strerror}") from None
    except Fault:
        remove(done)
        raise


def enter(tasks: list[str], pid: int) -> None:
    """Puts a process into its group, and then into the group's monitoring group, which takes only the group's own.

    See config-linux.md#intelrdt.
    """
    for file in tasks:
        _write(file, str(pid))


def update(tasks: list[str], cache: str | None, bandwidth: str | None) -> None:
    """Changes the schemata of a container's group (update --l3-cache-schema, --mem-bw-schema). Raises Fault."""
    if not tasks:
        raise Fault("the container has no resctrl group: linux.intelRdt is not in its config")
    for text in (cache, bandwidth):
        if text:
            _write(f"{os.path.dirname(tasks[0])}/schemata", f"{text}\n")


def remove(ours: list[str]) -> None:
    """Takes away what was made for a container, the monitoring group first (config-linux.md#intelrdt).

    What another one removed is no error.
    """
    for folder in reversed(ours):
        try:
            os.rmdir(folder)
        except OSError:
            continue


def _write(file: str, text: str) -> None:
    try:
        os.write_once(file, text)
    except OSError as failed:
        raise Fault(
            f"linux.intelRdt: {file} does not take {text.strip()!r}: {failed.strerror}{_reason(file)}"
        ) from None


def _reason(file: str) -> str:
    """What the kernel says about the last refusal (info/last_cmd_status); "" where it says nothing."""
    folder = os.path.dirname(file)
    while len(folder) > 1:
        try:
            with open(f"{folder}/info/last_cmd_status", encoding="ascii") as text:
                return f" ({text.read().strip()})"
        except OSError:
            folder = os.path.dirname(folder)
    return ""
