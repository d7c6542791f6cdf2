"""A bundle's config.json: read, and refused where it asks for what cannot be (config.md)."""

from __future__ import annotations

import os

from runtime import hooks, mounts, namespaces, process, shape
from runtime.faults import Fault
from runtime.jsontext import loads
from runtime.releases import Rules

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

# "The runtime MUST generate an error for properties it cannot apply" (runtime.md#create): better than silence.
NOT_APPLIED = (
    "linux.seccomp", "linux.intelRdt", "linux.netDevices", "linux.memoryPolicy", "linux.mountLabel",
    "process.apparmorProfile", "process.selinuxLabel", "process.scheduler", "process.ioPriority",
)  # fmt: skip
RESOURCES = ("memory", "cpu", "pids", "devices", "unified", "blockIO", "hugepageLimits", "network", "rdma")


def load(bundle: str, file: str | None) -> dict[str, Any]:
    """The config as an object. Raises Fault: no such file, not UTF-8, not JSON, not an object."""
    path = file or os.path.join(bundle, "config.json")
    try:
        with open(path, encoding="utf-8") as text:
            config = loads(text.read(), path)
    except UnicodeDecodeError:
        raise Fault(f"{path} is not UTF-8") from None
    except OSError as failed:
        raise Fault(f"{path} cannot be read: {failed.strerror}; is {bundle} a bundle?") from None
    if not isinstance(config, dict):
        raise Fault(f"{path} is not a JSON object")
    return config


def check(config: dict[str, Any], rules: Rules) -> None:
    """Raises Fault for the first thing in the config that this release forbids or refrun cannot apply."""
    shape.check(config, shape.CONFIG)
    if not config["root"]["path"]:
        raise Fault("root.path is empty: it names the root file system of the container")
    linux = config.get("linux") or {}
    namespaces.check(linux.get("namespaces") or [])
    mounts.check(config.get("mounts") or [], rules["relative_destination"])
    hooks.check(config.get("hooks") or {}, rules["hook_timeout_positive"])
    _check_annotations(config.get("annotations") or {})
    for place in ("maskedPaths", "readonlyPaths"):
        for path in linux.get(place) or []:
            if not path.startswith("/"):
                raise Fault(f"linux.{place} has {path}, which is not absolute")
    for name in NOT_APPLIED:
        section, _, key = name.partition(".")
        if (config.get(section) or {}).get(key):
            raise Fault(f"{name} cannot be applied by this refrun; leave it out of the config")
    if config.get("process") is not None:
        process.check(config["process"])
    elif not rules["process_optional"]:
        raise Fault("process is missing, which this release requires")
    domain = linux.get("personality")
    if domain and domain.get("domain") not in process.PERSONALITIES:
        raise Fault(
            f"linux.personality {domain.get('domain')!r} is not one of {', '.join(process.PERSONALITIES)}"
        )
    _check_namespace_needs(config)


def _check_annotations(annotations: dict[str, Any]) -> None:
    if "" in annotations:
        raise Fault("annotations has an empty key")


def _check_namespace_needs(config: dict[str, Any]) -> None:
    kinds = namespaces.wanted(config)
    if kinds.get("mount") != "":
        raise Fault(
            "a container needs a mount namespace of its own: add it to linux.namespaces, without a path"
        )
    if config.get("hostname") and "uts" not in kinds:
        raise Fault("hostname needs a uts namespace")
    if config.get("domainname") and "uts" not in kinds:
        raise Fault("domainname needs a uts namespace")


def check_rights(config: dict[str, Any]) -> None:
    """Raises Fault for what this user may not do at all."""
    if os.geteuid() != 0 and "user" not in namespaces.wanted(config):
        raise Fault(
            "an ordinary user needs a user namespace with mappings in linux.namespaces; or run this as root"
        )


def rootfs(config: dict[str, Any], bundle: str) -> str:
    """The root file system's absolute path. Raises Fault when it is no directory."""
    path = os.path.realpath(os.path.join(bundle, config["root"]["path"]))
    if not os.path.isdir(path):
        raise Fault(f"root.path {path} is not a directory")
    return path


def asks_for_limits(config: dict[str, Any]) -> bool:
    resources = (config.get("linux") or {}).get("resources") or {}
    return any(resources.get(name) for name in RESOURCES)
