"""A bundle's config.json: read, and refused where it asks for what cannot be (config.md)."""

from __future__ import annotations

from runtime import devices, hooks, ids, mounts, namespaces, netdevices, process, scheduling, seccomp, shape
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.jsontext import loads
from runtime.releases import Rules

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def load(bundle: str, file: str | None) -> dict[str, Any]:
    """The config as an object. Raises Fault: no such file, not UTF-8, not JSON, not an object.

    See bundle.md#container-format, config.md#configuration.
    """
    path = file or os.path.join(bundle, "config.json")
    try:
        config = loads(os.read_whole(path).decode(), path)
    except UnicodeDecodeError:
        raise Fault(f"{path} is not UTF-8") from None
    except OSError as failed:
        raise Fault(f"{path} cannot be read: {failed.strerror}; is {bundle} a bundle?") from None
    if not isinstance(config, dict):
        raise Fault(f"{path} is not a JSON object")
    return config


def check(config: dict[str, Any], rules: Rules) -> None:
    """Raises Fault for the first thing in the config that this release forbids or refrun cannot apply.

    See runtime.md#create, config.md#valid-values.
    """
    for _, problem in problems(config, rules):
        raise Fault(problem)


def problems(config: dict[str, Any], rules: Rules) -> Iterator[tuple[str, str]]:
    """(anchor in the specification, sentence) for every such thing: first what has the wrong type, then the rest of the config."""
    wrong = list(shape.problems(config, shape.CONFIG))
    yield from ((anchor(problem), problem) for problem in wrong)
    rest = without_wrong_types(config, shape.CONFIG) if wrong else config
    yield from besides(wrong, _all_but_types(rest, rules))


def besides(wrong: list[str], found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What is found in a config without its wrong types, less what may only be so because they were taken out."""
    paths = [problem.split(" ")[0].partition("[") for problem in wrong]
    # "must have at least one" may well be so because its only one has the wrong type
    told = tuple(f"{path} must" if index else path for path, index, _ in paths)
    # what is missing among the namespaces may be what has the wrong type
    namespaces_told = any(path in ("linux", "linux.namespaces") for path, _, _ in paths)
    for place, problem in found:
        if problem.startswith(told) or (namespaces_told and any(each in problem for each in LACKING)):
            continue
        yield place, problem


LACKING = (
    " needs a mount namespace",
    " needs a uts namespace",
    " needs a network namespace",
    "which is not new",
)


def without_wrong_types(config: dict[str, Any], types: Any) -> dict[str, Any]:
    """The config without what has another type than the table says, and with a root and a cwd to ask on with."""
    found = {name: each for name, each in config.items() if each is not None}
    for section, name, otherwise in (("root", "path", "rootfs"), ("process", "cwd", "/")):
        part = found.get(section)
        if isinstance(part, dict) and not isinstance(part.get(name), str):
            found[section] = {**part, name: otherwise}
    properties, _ = types  # what the whole config must have and has not is told, and the rest of it asked
    return {"ociVersion": "", "root": {"path": "rootfs"}, **shape.right(found, (properties, ()))}


def anchor(problem: str) -> str:
    """Where the specification describes the property with which a sentence about a type begins."""
    path = problem.split(" ")[0]
    return next(
        (place for start, place in SECTIONS.items() if path.startswith(start)), "config.md#configuration"
    )


SECTIONS = {  # the beginning of a property's path -> where it is described
    "ociVersion": "config.md#configSpecificationVersion", "root": "config.md#configRoot", "mounts": "config.md#configMounts",
    "process.user": "config.md#configPOSIXUser", "process": "config.md#configProcess", "hostname": "config.md#configHostname",
    "domainname": "config.md#configDomainname", "hooks": "config.md#configHooks", "annotations": "config.md#configAnnotations",
    "linux.namespaces": "config-linux.md#configLinuxNamespaces", "linux.resources": "config-linux.md#configLinuxControlGroups",
    "linux.seccomp": "config-linux.md#configLinuxSeccomp", "linux.devices": "config-linux.md#configLinuxDevices",
    "linux.sysctl": "config-linux.md#configLinuxSysctl", "linux": "config-linux.md#linuxContainerConfiguration",
}  # fmt: skip


def _root(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """A root without a path (config.md#root)."""
    if not config["root"]["path"]:
        yield "root.path is empty: it names the root file system of the container"


def _process(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """A process that is missing where the release requires one, or that can never be (config.md#process)."""
    if config.get("process") is not None:
        yield from process.problems(config["process"])
    elif not rules["process_optional"]:
        yield "process is missing, which this release requires"


def _annotations(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """An annotation without a key (config.md#annotations)."""
    if "" in (config.get("annotations") or {}) and not rules["empty_annotation_key"]:
        yield "annotations has an empty key"


def _covered(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """A path that is not absolute (config-linux.md#masked-paths, config-linux.md#readonly-paths)."""
    for place in ("maskedPaths", "readonlyPaths"):
        for path in (config.get("linux") or {}).get(place) or []:
            if not path.startswith("/"):
                yield f"linux.{place} has {path}, which is not absolute"


def _personality(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """A domain that no kernel has (config-linux.md#personality)."""
    wanted = (config.get("linux") or {}).get("personality")
    if wanted and wanted["domain"] not in process.PERSONALITIES:
        yield f"linux.personality {wanted['domain']!r} is not one of {', '.join(process.PERSONALITIES)}"


def _all_but_types(config: dict[str, Any], rules: Rules) -> Iterator[tuple[str, str]]:
    for place, ask in CHECKS:
        for problem in ask(config, rules):
            yield place, problem
    yield from _rarely(config, rules)


def _rarely(config: dict[str, Any], rules: Rules) -> Iterator[tuple[str, str]]:
    """What few configs ask for: its modules are read only then."""
    linux, process_ = config.get("linux") or {}, config.get("process") or {}
    if linux.get("seccomp"):
        for problem in seccomp.problems(config, rules):
            yield "config-linux.md#configLinuxSeccomp", problem
    if linux.get("netDevices"):
        for problem in netdevices.problems(config, rules):
            yield "config-linux.md#configLinuxNetworkDevices", problem
    if (linux.get("resources") or {}).get("blockIO"):
        yield from _weights(linux["resources"]["blockIO"])
    if linux.get("intelRdt") is not None:
        from runtime import intelrdt

        for problem in intelrdt.problems(config, rules):
            yield intelrdt.ANCHOR, problem
    if process.asks_for_scheduling(process_, linux):
        for problem in scheduling.problems(config, rules):
            yield "config.md#configLinuxProcess", problem


def _weights(block: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A device that is to have a weight and has none (config-linux.md#block-io)."""
    for n, each in enumerate(block.get("weightDevice") or []):
        if each.get("weight") is None and each.get("leafWeight") is None:
            problem = f"linux.resources.blockIO.weightDevice[{n}] must have weight or leafWeight"
            yield "config-linux.md#configLinuxBlockIO", problem


CHECKS: tuple[tuple[str, Callable[[dict[str, Any], Rules], Iterator[str]]], ...] = (
    ("config.md#configRoot", _root),
    ("config-linux.md#configLinuxNamespaces", namespaces.problems),
    ("config.md#configMounts", mounts.problems),
    ("config.md#configHooks", hooks.problems),
    ("config.md#configAnnotations", _annotations),
    ("config-linux.md#configLinuxMaskedPaths", _covered),
    ("config-linux.md#configLinuxDevices", devices.problems),
    ("config.md#configProcess", _process),
    ("config-linux.md#configLinuxPersonality", _personality),
    ("config-linux.md#configLinuxUserNamespaceMappings", ids.problems),
)


def check_rights(config: dict[str, Any]) -> None:
    """Raises Fault for what this user may not do at all."""
    if os.geteuid() != 0 and "user" not in namespaces.wanted(config):
        raise Fault(
            "an ordinary user needs a user namespace with mappings in linux.namespaces; or run this as root"
        )
