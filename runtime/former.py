"""What earlier releases forbid that the newest allows, asked of a config in its own release's spelling.

Each rule is a sentence's generator with the releases it holds for; places.py knows where each of their texts has the place that
is named here. What types they have is in spelling.py. Loaded for old releases only.
"""

from __future__ import annotations

from runtime import config as configs
from runtime import lean_os as os
from runtime import since
from runtime.releases import Rules

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def problems(config: dict[str, Any], rules: Rules) -> Iterator[tuple[str, str]]:
    """(anchor, sentence) of each, of a config whose types are right (config.md#valid-values)."""
    for first, end, place, ask in FORBIDDEN:
        if not rules.before(first) and rules.before(end):
            for sentence in ask(config):
                yield place, sentence
    for path, value, release in since.unknown_values(config, rules):
        # a section about valid values is there since rc6 only
        place = anchor(path) if rules.before("1.0.0-rc6") else "config.md#valid-values"
        yield place, f"{path} {value!r} is not in v{rules.known}: v{release} brings it"


def anchor(problem: str) -> str:
    """Where the specification describes, or once described, the property with which a sentence begins."""
    return "config.md#configPlatform" if problem.startswith("platform") else configs.anchor(problem)


def process_problems(process: dict[str, Any], rules: Rules) -> Iterator[str]:
    """The same of a process object alone, which `exec` gets (runtime.md#exec)."""
    if rules.before("1.0.0-rc4"):
        yield from _environment({"process": process})


def _platform(config: dict[str, Any]) -> Iterator[str]:
    """The runtime MUST generate an error for a system or an instruction set that it does not support (config.md#platform)."""
    platform = config.get("platform")
    machine = os.uname().machine
    here = ("linux", ARCHITECTURES.get(machine, machine))
    if platform is not None and (platform["os"], platform["arch"]) != here:
        yield f"platform {platform['os']}/{platform['arch']} is not this host's {here[0]}/{here[1]}"


def _root(config: dict[str, Any]) -> Iterator[str]:
    """The path is relative to config.json (config.md#root)."""
    path = part(config, "root").get("path")
    if isinstance(path, str) and path.startswith("/"):
        yield f"root.path {path} is absolute, which it may be since v1.0.0-rc1: here it is relative to the bundle"


def _environment(config: dict[str, Any]) -> Iterator[str]:
    """A variable's name consists of letters, digits and underscores (config.md#process)."""
    for each in entries(part(config, "process"), "env"):
        if isinstance(each, str) and not LETTERS.issuperset(each.partition("=")[0]):
            yield f"process.env has {each!r}: until v1.0.0-rc3 a name has letters, digits and _ only"


def _joined(config: dict[str, Any], listed_only: bool = True) -> Iterator[str]:
    """A namespace that is joined is set up already: nothing else may be said about it (config-linux.md#namespaces)."""
    linux = part(config, "linux")
    kinds = {
        str(each.get("type")): each.get("path")
        for each in entries(linux, "namespaces")
        if isinstance(each, dict)
    }
    about = {
        "uts": ["hostname"] if config.get("hostname") else [],
        "user": [f"linux.{name}" for name in ("uidMappings", "gidMappings") if linux.get(name)],
        "network": [f"linux.sysctl {name}" for name in part(linux, "sysctl") if name.startswith("net.")],
        "ipc": [f"linux.sysctl {name}" for name in part(linux, "sysctl") if name.startswith(("kernel.", "fs.mqueue."))],
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
    ("0.4.0", "1.0.0-rc1", "config.md#configRoot", _root),
    ("0.4.0", "1.0.0-rc4", "config.md#configProcess", _environment),
    ("0.4.0", "1.0.0-rc4", "config-linux.md#configLinuxNamespaces", _joined),
    ("1.0.0-rc2", "1.0.0-rc4", "config-linux.md#configLinuxNamespaces", _inherited),
)


def part(config: dict[str, Any], name: str) -> dict[str, Any]:
    found = config.get(name)
    return found if isinstance(found, dict) else {}


def entries(config: dict[str, Any], name: str) -> list[Any]:
    found = config.get(name)
    return found if isinstance(found, list) else []
