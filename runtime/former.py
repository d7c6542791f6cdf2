"""What earlier releases forbid that the newest allows, asked of a config in its own release's spelling.

Each rule is a sentence's generator with the releases it holds for; the anchors are those of the last text that has the rule
(v0.4.0 to v1.0.0-rc4 have headings only). Loaded for old releases only.
"""

from __future__ import annotations

from runtime import lean_os as os
from runtime import shape, since
from runtime.releases import Rules

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_object, STRING, STRINGS = shape.record, shape.STRING, shape.STRINGS
_WEIGHTS = [
    _object(
        "major", "minor", major=shape.INT64, minor=shape.INT64, weight=shape.UINT16, leafWeight=shape.UINT16
    )
]
_RATES = [_object("major", "minor", major=shape.INT64, minor=shape.INT64, rate=shape.UINT64)]
SIZES = ("limit", "reservation", "swap", "kernel", "kernelTCP")


def _sizes(kind: str) -> Any:
    return _object(linux=_object(resources=_object(
        memory=_object(**dict.fromkeys(SIZES, kind)), hugepageLimits=[_object(limit=kind)],
    )))  # fmt: skip


_UNSIGNED_CPU = _object(
    linux=_object(resources=_object(cpu=_object(quota=shape.UINT64, realtimeRuntime=shape.UINT64)))
)

SHAPES = (  # (first release, first release without it, types of what is spelled otherwise today)
    ("0.4.0", "1.0.0-rc5", _object(
        process=_object(capabilities=STRINGS),
        linux=_object(seccomp=_object(syscalls=[_object("name", name=STRING)])),
    )),
    ("0.4.0", "1.0.0-rc5", _object(mounts=[_object("type", "source", type=STRING, source=STRING)])),  # config.md#mounts
    ("1.0.0-rc5", "1.0.0-rc6", _object("platform")),  # config.md#configPlatform
    ("0.4.0", "1.0.0-rc6", _object(
        platform=_object("os", "arch", os=STRING, arch=STRING),
        linux=_object(resources=_object(
            oomScoreAdj=shape.INT64,
            blockIO=_object(
                blkioWeight=shape.UINT16, blkioLeafWeight=shape.UINT16, blkioWeightDevice=_WEIGHTS,
                blkioThrottleReadBpsDevice=_RATES, blkioThrottleWriteBpsDevice=_RATES,
                blkioThrottleReadIOPSDevice=_RATES, blkioThrottleWriteIOPSDevice=_RATES,
            ),
        )),
    )),
    ("0.4.0", "1.0.0", _object(linux=_object(resources=_object(disableOOMKiller=shape.BOOLEAN)))),
    ("0.4.0", "1.0.0-rc4", _UNSIGNED_CPU),  # config-linux.md#cpu
    ("0.4.0", "1.0.0-rc4", _sizes(shape.UINT64)),  # config-linux.md#memory: rc4 has int64, rc5 uint64 again, and rc6 int64
    ("1.0.0-rc4", "1.0.0-rc5", _sizes(shape.INT64)),
    ("1.0.0-rc5", "1.0.0-rc6", _sizes(shape.UINT64)),
    ("0.4.0", "1.3.0", _object(linux=_object(resources=_object(pids=_object("limit", limit=shape.INT64))))),
)  # fmt: skip


def problems(config: dict[str, Any], rules: Rules) -> Iterator[tuple[str, str]]:
    """(anchor, sentence) of each (config.md#valid-values). The rules are only asked of a config whose own types are right."""
    wrong = []
    for first, end, types in SHAPES:
        if not rules.before(first) and rules.before(end):
            wrong += list(shape.problems(config, types))
    wrong = list(dict.fromkeys(wrong))
    yield from (("", sentence) for sentence in wrong)
    for first, end, anchor, ask in FORBIDDEN if not wrong else ():
        if not rules.before(first) and rules.before(end):
            for sentence in ask(config):
                yield anchor, sentence
    if not wrong:
        for path, value, release in since.unknown_values(config, rules):
            yield "config.md#valid-values", f"{path} {value!r} is not in v{rules.known}: v{release} brings it"


def process_problems(process: dict[str, Any], rules: Rules) -> Iterator[str]:
    """The same of a process object alone, which `exec` gets (runtime.md#exec)."""
    whole = {"process": process}
    if rules.before("1.0.0-rc5"):
        yield from shape.problems(whole, SHAPES[0][2])
    if rules.before("1.0.0-rc4"):
        yield from _environment(whole)


def _platform(config: dict[str, Any]) -> Iterator[str]:
    """The runtime MUST generate an error for a system or an instruction set that it does not support (config.md#platform)."""
    platform = config.get("platform")
    machine = os.uname().machine
    here = ("linux", ARCHITECTURES.get(machine, machine))
    if platform is not None and (platform["os"], platform["arch"]) != here:
        yield f"platform {platform['os']}/{platform['arch']} is not this host's {here[0]}/{here[1]}"


def _root(config: dict[str, Any]) -> Iterator[str]:
    """The path is relative to config.json (config.md#root)."""
    path = _part(config, "root").get("path")
    if isinstance(path, str) and path.startswith("/"):
        yield f"root.path {path} is absolute, which it may be since v1.0.0-rc1: here it is relative to the bundle"


def _environment(config: dict[str, Any]) -> Iterator[str]:
    """A variable's name consists of letters, digits and underscores (config.md#process)."""
    for each in _entries(_part(config, "process"), "env"):
        if isinstance(each, str) and not LETTERS.issuperset(each.partition("=")[0]):
            yield f"process.env has {each!r}: until v1.0.0-rc3 a name has letters, digits and _ only"


def _joined(config: dict[str, Any], listed_only: bool = True) -> Iterator[str]:
    """A namespace that is joined is set up already: nothing else may be said about it (config-linux.md#namespaces)."""
    linux = _part(config, "linux")
    kinds = {
        str(each.get("type")): each.get("path")
        for each in _entries(linux, "namespaces")
        if isinstance(each, dict)
    }
    about = {
        "uts": ["hostname"] if config.get("hostname") else [],
        "user": [f"linux.{name}" for name in ("uidMappings", "gidMappings") if linux.get(name)],
        "network": [f"linux.sysctl {name}" for name in _part(linux, "sysctl") if name.startswith("net.")],
        "ipc": [f"linux.sysctl {name}" for name in _part(linux, "sysctl") if name.startswith(("kernel.", "fs.mqueue."))],
    }  # fmt: skip
    for kind, said in about.items():
        if kinds.get(kind) or (not listed_only and kind not in kinds):
            how = "joined" if kind in kinds else "not new"
            yield from (f"{name} is about the {kind} namespace, which is {how}" for name in said)


def _inherited(config: dict[str, Any]) -> Iterator[str]:
    """The same of a namespace that is not listed and so the runtime's own (config-linux.md#namespaces)."""
    joined = set(_joined(config))
    yield from (each for each in _joined(config, listed_only=False) if each not in joined)


FORBIDDEN: tuple[tuple[str, str, str, Callable[[dict[str, Any]], Iterator[str]]], ...] = (
    # (first release, first release without the rule, anchor, rule)
    ("0.4.0", "1.0.0-rc6", "config.md#configPlatform", _platform),
    ("0.4.0", "1.0.0-rc1", "config.md#root-configuration", _root),
    ("0.4.0", "1.0.0-rc4", "config.md#process", _environment),
    ("0.4.0", "1.0.0-rc4", "config-linux.md#namespaces", _joined),
    ("1.0.0-rc2", "1.0.0-rc4", "config-linux.md#namespaces", _inherited),
)


def _part(config: dict[str, Any], name: str) -> dict[str, Any]:
    found = config.get(name)
    return found if isinstance(found, dict) else {}


def _entries(config: dict[str, Any], name: str) -> list[Any]:
    found = config.get(name)
    return found if isinstance(found, list) else []
