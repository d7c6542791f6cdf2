"""Properties that a config must have (REQUIRED): the whole config runs, and the same one without any of them is refused."""

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

from runtime.conformance import host
from runtime.conformance.bundles import Bundle
from runtime.conformance.cases.cgroups import a_weighed_device
from runtime.conformance.declare import Skipped, case
from runtime.conformance.driver import Answer
from runtime.conformance.trial import Trial

SINCE = "v1.0.0-rc6"


def _needs_each(t: Trial, bundle: Bundle, *paths: str) -> None:
    """The config as it is becomes a container; without what stands at one of the paths (`linux.devices.0.type`) it does not."""
    answer = t.run(bundle.args("exit", "0"))
    if not answer.ok:  # another case says so; here nothing can be told
        raise Skipped(f"the config that has everything was refused: {answer.words}")
    for path in paths:
        t.refused(_run_without(t, bundle, path), f"a config without {path}")


def _run_without(t: Trial, bundle: Bundle, path: str) -> Answer:
    document = bundle.translated()
    *way, last = path.split(".")
    found: Any = document
    for word in way:
        found = found[int(word)] if isinstance(found, list) else found[word]
    del found[last]
    (bundle.folder / "config.json").write_text(json.dumps(document), encoding="utf-8")
    return t.runtime.call("run", "--bundle", str(bundle.folder), t.new_id())


@case("config.md#specification-version config.md#root config.md#mounts config.md#process", since=SINCE)
def a_config_needs_its_version_root_and_places(t: Trial) -> None:
    """ociVersion, root, root.path, the destination of a mount and process.cwd are REQUIRED."""
    bundle = t.bundle()
    _needs_each(t, bundle, "ociVersion", "root", "root.path", "mounts.1.destination", "process.cwd")


@case("config.md#posix-process", since=SINCE)
def a_limit_needs_its_type_and_both_ends(t: Trial) -> None:
    """type, soft and hard of a process.rlimits entry are REQUIRED."""
    bundle = t.bundle()
    bundle.process["rlimits"] = [{"type": "RLIMIT_NOFILE", "soft": 200, "hard": 300}]
    _needs_each(t, bundle, *(f"process.rlimits.0.{name}" for name in ("type", "soft", "hard")))


@case("config.md#linux-process", since="v1.1.0-rc.3")
def a_scheduler_needs_its_policy(t: Trial) -> None:
    """process.scheduler.policy is REQUIRED."""
    bundle = t.bundle()
    bundle.process["scheduler"] = {"policy": "SCHED_BATCH", "nice": 3}
    _needs_each(t, bundle, "process.scheduler.policy")


@case("config.md#linux-process", since="v1.1.0-rc.3")
def an_io_priority_needs_its_class_and_level(t: Trial) -> None:
    """class and priority of process.ioPriority are REQUIRED."""
    bundle = t.bundle()
    bundle.process["ioPriority"] = {"class": "IOPRIO_CLASS_BE", "priority": 6}
    _needs_each(t, bundle, "process.ioPriority.class", "process.ioPriority.priority")


@case("config.md#posix-platform-hooks config.md#prestart", since=SINCE)
def a_hook_needs_its_path(t: Trial) -> None:
    """path of a hook is REQUIRED."""
    bundle = t.bundle()
    bundle.hook("prestart", "true")
    _needs_each(t, bundle, "hooks.prestart.0.path")


@case("config.md#posix-platform-hooks config.md#createruntime-hooks", since="v1.0.2")
def a_create_runtime_hook_needs_its_path(t: Trial) -> None:
    """path of a createRuntime hook is REQUIRED."""
    bundle = t.bundle()
    bundle.hook("createRuntime", "true")
    _needs_each(t, bundle, "hooks.createRuntime.0.path")


@case("config-linux.md#namespaces", since=SINCE)
def a_namespace_needs_its_type(t: Trial) -> None:
    """type of a linux.namespaces entry is REQUIRED."""
    _needs_each(t, t.bundle(), "linux.namespaces.2.type")


@case("config-linux.md#user-namespace-mappings", since=SINCE, needs=("root",))
def a_mapping_needs_both_ends_and_a_size(t: Trial) -> None:
    """containerID, hostID and size of uidMappings and gidMappings are REQUIRED."""
    if t.source.kind == "host" and not host.world_may_reach(sys.executable):
        raise Skipped(f"the interpreter {sys.executable} lies where a mapped user cannot reach it")
    bundle = t.bundle()
    bundle.namespaces("pid", "ipc", "uts", "network", "mount", "user")
    maps = ("uidMappings", "gidMappings")
    for name in maps:
        bundle.linux[name] = [{"containerID": 0, "hostID": 100000, "size": 1000}]
    for path in (bundle.folder, bundle.rootfs):
        os.chmod(path, 0o777)
    parts = ("containerID", "hostID", "size")
    _needs_each(t, bundle, *(f"linux.{name}.0.{part}" for name in maps for part in parts))


@case("config-linux.md#devices", since=SINCE, needs=("root",))
def a_device_needs_its_type_path_and_number(t: Trial) -> None:
    """type and path of a linux.devices entry are REQUIRED; major and minor too, unless it is a FIFO."""
    bundle = t.bundle()
    bundle.linux["devices"] = [
        {"path": "/dev/barge", "type": "c", "major": 1, "minor": 5},
        {"path": "/dev/pipe", "type": "p"},
    ]
    parts = ("type", "path", "major", "minor")
    _needs_each(t, bundle, *(f"linux.devices.0.{part}" for part in parts))


@case("config-linux.md#allowed-device-list", since=SINCE, needs=("pids",))
def a_device_rule_needs_its_verdict(t: Trial) -> None:
    """allow of a linux.resources.devices entry is REQUIRED."""
    bundle = t.bundle()
    bundle.linux["resources"] = {
        "devices": [{"allow": False, "type": "c", "major": 10, "minor": 229, "access": "rwm"}]
    }
    _needs_each(t, bundle, "linux.resources.devices.0.allow")


@case("config-linux.md#block-io", since=SINCE, needs=("blkio", "cgroup-v1"))
def a_throttle_needs_its_device_and_rate(t: Trial) -> None:
    """major, minor and rate of the four throttles are REQUIRED."""
    disk = next(
        (path for path in sorted(Path("/sys/block").iterdir()) if not path.name.startswith("zram")), None
    )
    if disk is None:
        raise Skipped("this host has no block device")
    major, minor = (int(word) for word in (disk / "dev").read_text().split(":"))
    names = (
        "throttleReadBpsDevice",
        "throttleWriteBpsDevice",
        "throttleReadIOPSDevice",
        "throttleWriteIOPSDevice",
    )
    bundle = t.bundle()
    bundle.linux["resources"] = {
        "blockIO": {name: [{"major": major, "minor": minor, "rate": 1048576}] for name in names}
    }
    holes = (
        "ReadBpsDevice.0.major", "WriteBpsDevice.0.minor", "WriteBpsDevice.0.rate",
        "ReadIOPSDevice.0.major", "WriteIOPSDevice.0.minor", "ReadIOPSDevice.0.rate",
    )  # fmt: skip
    _needs_each(t, bundle, *(f"linux.resources.blockIO.throttle{hole}" for hole in holes))


@case("config-linux.md#block-io", since=SINCE, needs=("blkio", "cgroup-v1"))
def a_weight_needs_its_device_and_itself(t: Trial) -> None:
    """major and minor of a weightDevice entry are REQUIRED, and one of weight and leafWeight MUST be there."""
    bundle = t.bundle()
    with a_weighed_device() as (major, minor):
        weights = [{"major": major, "minor": minor, "weight": 300}]
        bundle.linux["resources"] = {"blockIO": {"weightDevice": weights}}
        _needs_each(
            t,
            bundle,
            *(f"linux.resources.blockIO.weightDevice.0.{part}" for part in ("major", "minor", "weight")),
        )


@case("config-linux.md#huge-page-limits", since=SINCE, needs=("hugetlb",))
def a_huge_page_limit_needs_its_size_and_limit(t: Trial) -> None:
    """pageSize and limit of a linux.resources.hugepageLimits entry are REQUIRED."""
    if not Path("/sys/kernel/mm/hugepages/hugepages-2048kB").is_dir():
        raise Skipped("this kernel has no huge pages of 2 MB")
    bundle = t.bundle()
    bundle.linux["resources"] = {"hugepageLimits": [{"pageSize": "2MB", "limit": 4 << 20}]}
    _needs_each(t, bundle, *(f"linux.resources.hugepageLimits.0.{part}" for part in ("pageSize", "limit")))


@case("config-linux.md#seccomp", since=SINCE, needs=("seccomp",))
def a_filter_needs_its_actions_names_and_comparisons(t: Trial) -> None:
    """defaultAction; names and action of a rule; index, value and op of a comparison are REQUIRED."""
    bundle = t.bundle()
    rule = {
        "names": ["swapoff"],
        "action": "SCMP_ACT_ERRNO",
        "args": [{"index": 0, "value": 7, "op": "SCMP_CMP_EQ"}],
    }
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]}
    parts = ("names", "action", "args.0.index", "args.0.value", "args.0.op")
    _needs_each(
        t, bundle, "linux.seccomp.defaultAction", *(f"linux.seccomp.syscalls.0.{part}" for part in parts)
    )


@case("config-linux.md#personality", since="v1.0.2", needs=("root",))
def a_personality_needs_its_domain(t: Trial) -> None:
    """linux.personality.domain is REQUIRED."""
    bundle = t.bundle()
    bundle.linux["personality"] = {"domain": "LINUX"}
    _needs_each(t, bundle, "linux.personality.domain")


@case("config-linux.md#memory-policy", since="v1.3.0", needs=("memory-policy",))
def a_memory_policy_needs_its_mode(t: Trial) -> None:
    """linux.memoryPolicy.mode is REQUIRED."""
    bundle = t.bundle()
    bundle.linux["memoryPolicy"] = {"mode": "MPOL_BIND", "nodes": "0"}
    _needs_each(t, bundle, "linux.memoryPolicy.mode")


@case("config.md#process", since=SINCE)
def a_size_needs_its_height_and_width(t: Trial) -> None:
    """height and width of process.consoleSize are REQUIRED, with a terminal to have that size."""
    bundle = t.bundle().args("exit", "0")
    bundle.process.update(terminal=True, consoleSize={"height": 30, "width": 100})
    bundle.mount(
        "/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"
    )
    path = bundle.folder / "console"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as waiting:
        waiting.bind(str(path))
        waiting.listen()
        _, answer = t.create(bundle, "--console-socket", str(path))
        t.accepted(answer, "a terminal with both")
        for name in ("height", "width"):
            bundle.process["consoleSize"] = {"height": 30, "width": 100}
            del bundle.process["consoleSize"][name]
            _, answer = t.create(bundle, "--console-socket", str(path))
            t.refused(answer, f"a consoleSize without {name}")
