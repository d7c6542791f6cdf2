"""The type of each property as an earlier release has it: today's table without what came later, with what it spelled otherwise.

Loaded for old releases only.
"""

from __future__ import annotations

from runtime import shape
from runtime.releases import Rules
from runtime.since import unknown_properties

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_object, STRING, STRINGS = shape.record, shape.STRING, shape.STRINGS
_WEIGHTS = [_object("major", "minor", major=shape.INT64, minor=shape.INT64, weight=shape.UINT16, leafWeight=shape.UINT16)]  # fmt: skip
_RATES = [_object("major", "minor", "rate", major=shape.INT64, minor=shape.INT64, rate=shape.UINT64)]
SIZES = ("limit", "reservation", "swap", "kernel", "kernelTCP")


def _sizes(kind: str) -> Any:
    return _object(linux=_object(resources=_object(
        memory=_object(**dict.fromkeys(SIZES, kind)), hugepageLimits=[_object(limit=kind)],
    )))  # fmt: skip


_UNSIGNED_CPU = _object(
    linux=_object(resources=_object(cpu=_object(quota=shape.UINT64, realtimeRuntime=shape.UINT64)))
)
PROCESS = _object(process=_object(capabilities=STRINGS))

SHAPES = (  # (first release, first release without it, types of what is spelled otherwise today)
    ("0.4.0", "0.5.0", _object(linux=_object(rlimits=shape.PROCESS[0]["rlimits"]))),  # in the schema; dialects.py
    ("0.4.0", "1.0.0-rc1", _object(process=_object(selinuxProcessLabel=STRING))),  # likewise
    ("0.4.0", "1.0.0-rc5", PROCESS),
    ("0.4.0", "1.0.0-rc5", _object(linux=_object(seccomp=_object(syscalls=[_object("name", name=STRING)])))),
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
                blkioThrottleReadIopsDevice=_RATES, blkioThrottleWriteIopsDevice=_RATES,
            ),
        )),
    )),
    ("1.0.0-rc6", "1.0.1", _object(linux=_object(resources=_object(
        blockIO=_object(throttleReadIopsDevice=_RATES, throttleWriteIopsDevice=_RATES),
    )))),
    ("0.4.0", "1.0.0", _object(linux=_object(resources=_object(disableOOMKiller=shape.BOOLEAN)))),
    ("0.4.0", "1.0.0-rc4", _UNSIGNED_CPU),  # config-linux.md#cpu
    ("0.4.0", "1.0.0-rc4", _sizes(shape.UINT64)),  # config-linux.md#memory: rc4 has int64, rc5 uint64 again, and rc6 int64
    ("1.0.0-rc4", "1.0.0-rc5", _sizes(shape.INT64)),
    ("1.0.0-rc5", "1.0.0-rc6", _sizes(shape.UINT64)),
    ("1.1.0-rc.1", "1.3.0", _object(linux=_object(intelRdt=_object(enableCMT=shape.BOOLEAN, enableMBM=shape.BOOLEAN)))),
    ("0.4.0", "1.3.0", _object(linux=_object(resources=_object(pids=_object("limit", limit=shape.INT64))))),
)  # fmt: skip


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """Wrong types of what is spelled otherwise today alone; shape.py names the others once the config is carried over."""
    for types in _otherwise(rules):
        yield from shape.problems(config, types)


def of(rules: Rules) -> Any:
    """The release's own table, for all wrong types at once (config.md#extensibility)."""
    whole: Any = shape.CONFIG
    for path in unknown_properties(rules):
        whole = _without(whole, path.split("."))
    for types in _otherwise(rules):
        whole = _with(whole, types)
    return whole


def _otherwise(rules: Rules) -> Iterator[Any]:
    return (types for first, end, types in SHAPES if not rules.before(first) and rules.before(end))


def _without(node: Any, names: list[str]) -> Any:
    """The table without one property."""
    if type(node) is list:
        return [_without(node[0], names)]
    properties, required = node
    name = names[0].removesuffix("[]")
    if len(names) > 1:
        below = {name: _without(properties[name], names[1:])} if name in properties else {}
        return {**properties, **below}, required
    return {key: each for key, each in properties.items() if key != name}, tuple(
        key for key in required if key != name
    )


def _with(node: Any, more: Any) -> Any:
    """The table with those of another laid over it."""
    if type(node) is list and type(more) is list:
        return [_with(node[0], more[0])]
    if type(node) is not tuple or type(more) is not tuple:
        return more
    properties = {
        name: _with(node[0][name], each) if name in node[0] else each for name, each in more[0].items()
    }
    return {**node[0], **properties}, (*node[1], *(name for name in more[1] if name not in node[1]))
