"""config.json spoiled at random, in its own structure: always a Fault or a config, never a traceback, and nothing left behind."""

import copy
import json
import random
import re
from typing import Any

import pytest

from runtime import capabilities, config, dialects, limits, mount_options, seccomp
from runtime.conformance.releases import TAGS
from runtime.faults import Fault
from runtime.releases import Rules
from tests.runtime.conftest import Yard

RICH: dict[str, Any] = {
    "ociVersion": "1.3.0",
    "root": {"path": "rootfs", "readonly": True},
    "hostname": "quay", "domainname": "harbour",
    "process": {
        "terminal": False, "consoleSize": {"height": 24, "width": 80}, "cwd": "/", "args": ["/probe", "exit", "0"], "env": ["PATH=/bin"],
        "user": {"uid": 0, "gid": 0, "umask": 18, "additionalGids": []},
        "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"], "inheritable": [], "ambient": []},
        "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}], "noNewPrivileges": True, "oomScoreAdj": 100,
        "scheduler": {"policy": "SCHED_OTHER", "nice": 1, "flags": []}, "ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 4},
        "execCPUAffinity": {"initial": "0", "final": "0"},
    },
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid"]},
        {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["size=64k", "ro"]},
    ],
    "hooks": {"prestart": [{"path": "/bin/true", "args": ["true"], "env": ["A=b"], "timeout": 5}], "poststop": [{"path": "/bin/true"}]},
    "annotations": {"org.example.a": "b"},
    "linux": {
        "namespaces": [{"type": kind} for kind in ("mount", "pid", "uts", "ipc", "network")],
        "devices": [{"path": "/dev/barge", "type": "c", "major": 1, "minor": 3, "fileMode": 438, "uid": 0, "gid": 0}],
        "resources": {"pids": {"limit": 50}, "memory": {"limit": 67108864}, "cpu": {"shares": 100}, "devices": [{"allow": True, "access": "rwm"}]},
        "sysctl": {"net.ipv4.ip_default_ttl": "60"}, "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
        "rootfsPropagation": "private", "personality": {"domain": "LINUX"},
        "seccomp": {
            "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "flags": [],
            "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1, "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}],
        },
    },
}  # fmt: skip
JUNK: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**32 - 1, 2**32, 2**63, 2**64, -(2**63), 1.5, "", "x", "/", "..", "../..", "a\0b", "\ud800", "ä" * 300,
    "/" + "a" * 5000, [], {}, [[]], [{}], [None], {"": ""}, {"type": "mount"}, ["a", 1],
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return (
        [path, *(place for key, each in inner for place in places(each, (*path, key)))]
        if path
        else [p for k, e in inner for p in places(e, (k,))]
    )


def spoiled(seed: int) -> dict[str, Any]:
    """The rich config with one to three of its values replaced, removed or doubled."""
    chance = random.Random(seed)
    document = copy.deepcopy(RICH)
    if chance.random() < 0.3:
        document["ociVersion"] = chance.choice(TAGS).removeprefix("v")
    for _ in range(chance.randint(1, 3)):
        *way, last = chance.choice(places(document))
        parent: Any = document
        for key in way:
            parent = parent[key]
        if chance.random() < 0.2:
            del parent[last]
        elif chance.random() < 0.2 and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))
        else:
            parent[last] = copy.deepcopy(chance.choice(JUNK))
    return document


@pytest.mark.parametrize("block", range(10))
def test_whatever_is_read_the_answer_is_a_fault_or_a_plan(block: int) -> None:
    seen = {"fault": 0, "plan": 0}
    for seed in range(block * 300, block * 300 + 300):
        document = spoiled(seed)
        try:
            rules = Rules(document.get("ociVersion"))
            document = dialects.translate(document, rules)
            config.check(document, rules)
            process, linux = document.get("process") or {}, document.get("linux") or {}
            capabilities.sets(process, rules["unknown_capability_fails"], lambda text: None)
            limits.plan(linux.get("resources") or {}, {"memory", "cpu", "pids"}, {"hugetlb"})
            for each in document.get("mounts") or []:
                mount_options.parse(each.get("options") or [])
            if linux.get("seccomp"):
                seccomp.compile_rules(linux["seccomp"], "x86_64")
            seen["plan"] += 1
        except Fault as fault:
            seen["fault" if str(fault) else "silence"] += 1
    assert (seen["fault"] > 10, seen["plan"] > 10, "silence" in seen) == (True, True, False), seen


@pytest.mark.parametrize("seed", range(9000, 9025))
def test_whatever_is_run_leaves_no_traceback_and_no_container(yard: Yard, seed: int) -> None:
    bundle = yard.trial.bundle()
    needed = bundle.config["mounts"]
    document = spoiled(seed)
    if isinstance(document.get("mounts"), list):
        document["mounts"] += [each for each in needed if each["destination"] not in ("/proc", "/dev")]
    (bundle.folder / "config.json").write_text(json.dumps(document))
    answer = yard.call("run", "--bundle", str(bundle.folder), yard.trial.new_id())
    assert not re.search(r"Traceback|\b[A-Z]\w+Error\b", answer.err), answer.err
    if answer.code != 0:
        assert answer.err.count("refrun: ") >= 1
    assert yard.ids() == []
