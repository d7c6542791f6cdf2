"""Older spellings of config.json: one step for each release that moved something, so that one engine serves them all.

A config is carried from its own release to the newest, step by step; what its release did not know yet is an unknown
property there and is left out, since unknown properties are ignored (config.md#extensibility).
"""

from __future__ import annotations

from runtime import lean_os as os
from runtime.faults import Fault
from runtime.releases import Rules, parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
SINCE = {  # property -> the release that brought it; before that it is unknown
    "process.user.umask": "1.0.2",
    "hooks.createRuntime": "1.0.2",
    "hooks.createContainer": "1.0.2",
    "hooks.startContainer": "1.0.2",
    "linux.personality": "1.0.2",
    "linux.intelRdt": "1.0.0-rc6",
    "linux.intelRdt.closID": "1.0.2",
    "linux.intelRdt.memBwSchema": "1.0.2",
    "linux.intelRdt.enableCMT": "1.1.0-rc.1",
    "linux.intelRdt.enableMBM": "1.1.0-rc.1",
    "linux.intelRdt.enableMonitoring": "1.3.0",
    "linux.intelRdt.schemata": "1.3.0",
    "domainname": "1.1.0-rc.1",
    "linux.timeOffsets": "1.1.0-rc.2",
    "process.scheduler": "1.1.0-rc.3",
    "process.ioPriority": "1.1.0-rc.3",
    "process.execCPUAffinity": "1.2.1",
    "linux.netDevices": "1.3.0",
    "linux.memoryPolicy": "1.3.0",
}


def translate(config: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """The config in the newest release's spelling. Raises Fault for what its own release forbids.

    See config.md#specification-version.
    """
    for path, release in SINCE.items():
        if rules.release < parse(release):
            _leave_out(config, path.split("."))
    for until, step in STEPS:
        if rules.release < until:
            step(config)
    return config


def _capabilities_become_sets(config: dict[str, Any]) -> None:
    """Until rc4 one array of names stood for all sets but ambient."""
    process = _object(config, "process")
    names = process.get("capabilities")
    if names is not None:
        if not isinstance(names, list):
            raise Fault("process.capabilities must be an array of names until v1.0.0-rc4")
        process["capabilities"] = dict.fromkeys(("bounding", "effective", "inheritable", "permitted"), names)


def _platform_must_match(config: dict[str, Any]) -> None:
    """rc1 to rc5: `platform` named what the root file system was built for (config.md#platform)."""
    platform = config.pop("platform", None)
    if platform is None:
        return
    if not isinstance(platform, dict):
        raise Fault("platform must be an object")
    machine = os.uname().machine
    here = ("linux", ARCHITECTURES.get(machine, machine))
    if (platform.get("os"), platform.get("arch")) != here:
        raise Fault(
            f"platform {platform.get('os')}/{platform.get('arch')} is not this host's {here[0]}/{here[1]}"
        )


def _oom_score_moves_to_the_process(config: dict[str, Any]) -> None:
    """Until rc5 it was linux.resources.oomScoreAdj; process.oomScoreAdj was unknown."""
    process = _object(config, "process")
    process.pop("oomScoreAdj", None)
    score = _object(_object(config, "linux"), "resources").get("oomScoreAdj")
    if score is not None and config.get("process"):
        process["oomScoreAdj"] = score


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    """A child that is an object; for one that is missing or of another type an empty one (shape.py says so later)."""
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def _leave_out(config: dict[str, Any], names: list[str]) -> None:
    """Leaves out what the release does not know (config.md#extensibility)."""
    for name in names[:-1]:
        config = _object(config, name)
    config.pop(names[-1], None)


def _a_pids_limit_of_zero_was_none(config: dict[str, Any]) -> None:
    """Until 1.2.1 `limit` was required and 0 said nothing; since 1.3.0 it is a limit."""
    pids = _object(_object(_object(config, "linux"), "resources"), "pids")
    if pids.get("limit") == 0:
        del pids["limit"]


def _two_kinds_of_monitoring_become_one(config: dict[str, Any]) -> None:
    """1.1.0-rc.1 to 1.2.1 asked for CMT and MBM; the kernel's monitoring groups count both (config-linux.md#intelrdt)."""
    asked = _object(_object(config, "linux"), "intelRdt")
    wanted = [value for name in ("enableCMT", "enableMBM") if (value := asked.pop(name, None))]
    if wanted:
        asked["enableMonitoring"] = wanted[0]


STEPS = (  # (the first release that reads otherwise, how an older config is carried over to it)
    (parse("1.0.0-rc5"), _capabilities_become_sets),
    (parse("1.0.0-rc6"), _platform_must_match),
    (parse("1.0.0-rc6"), _oom_score_moves_to_the_process),
    (parse("1.3.0"), _a_pids_limit_of_zero_was_none),
    (parse("1.3.0"), _two_kinds_of_monitoring_become_one),
)
