"""Old spellings: each step from one release to the next, as a config before and after it."""

import copy
import json
import os
import re
from typing import Any

import pytest

from runtime import dialects, former, releases, since
from runtime.faults import Fault
from runtime.releases import Rules
from tests.skips import skip_data

FULL = {
    "mounts": [
        {"destination": path, "type": "x", "source": "x"}
        for path in ("/proc", "/sys", "/dev/pts", "/dev/shm")
    ]
}


def process(**properties: Any) -> dict[str, Any]:
    return {"process": {"terminal": True, **properties}}


def linux(**properties: Any) -> dict[str, Any]:
    return {"linux": properties, **process()}


def resources(**properties: Any) -> dict[str, Any]:
    return linux(resources=properties)


def kinds(*names: str, **paths: str) -> list[dict[str, str]]:
    return [{"type": name} for name in names] + [{"type": name, "path": path} for name, path in paths.items()]


RATE = [{"major": 8, "minor": 0, "rate": 9}]
MAP = [{"containerID": 0, "hostID": 1, "size": 1}]
EVERY = [{"containerID": 0, "hostID": 0, "size": 2**32 - 1}]
FOUR = {kind: ["CAP_KILL"] for kind in ("bounding", "effective", "inheritable", "permitted")}
STEPS = [  # what, the last version that is carried over, the config there and in the newest spelling, the first that is left
    ("capabilities", "1.0.0-rc4", process(capabilities=["CAP_KILL"]), process(capabilities=FOUR), "1.0.0-rc5"),
    ("seccomp name", "1.0.0-rc4", linux(seccomp={"syscalls": [{"name": "a"}]}), linux(seccomp={"syscalls": [{"names": ["a"]}]}), "1.0.0-rc5"),
    ("oom score", "1.0.0-rc5", {**process(), "linux": {"resources": {"oomScoreAdj": 5}}}, {**process(oomScoreAdj=5), "linux": {"resources": {"oomScoreAdj": 5}}}, "1.0.0-rc6"),
    ("weight", "1.0.0-rc5", resources(blockIO={"blkioWeight": 10, "blkioLeafWeight": 11}), resources(blockIO={"weight": 10, "leafWeight": 11}), "1.0.0-rc6"),
    ("weightDevice", "1.0.0-rc5", resources(blockIO={"blkioWeightDevice": []}), resources(blockIO={"weightDevice": []}), "1.0.0-rc6"),
    ("read bytes", "1.0.0-rc5", resources(blockIO={"blkioThrottleReadBpsDevice": RATE}), resources(blockIO={"throttleReadBpsDevice": RATE}), "1.0.0-rc6"),
    ("write bytes", "1.0.0-rc5", resources(blockIO={"blkioThrottleWriteBpsDevice": RATE}), resources(blockIO={"throttleWriteBpsDevice": RATE}), "1.0.0-rc6"),
    ("read operations", "1.0.0-rc5", resources(blockIO={"blkioThrottleReadIOPSDevice": RATE}), resources(blockIO={"throttleReadIOPSDevice": RATE}), "1.0.0-rc6"),
    ("write operations", "1.0.0-rc5", resources(blockIO={"blkioThrottleWriteIOPSDevice": RATE}), resources(blockIO={"throttleWriteIOPSDevice": RATE}), "1.0.0-rc6"),
    ("the schema's Iops", "1.0.0", resources(blockIO={"throttleReadIopsDevice": RATE}), resources(blockIO={"throttleReadIOPSDevice": RATE}), "1.0.1"),
    ("oom killer", "1.0.0-rc6", resources(disableOOMKiller=True), resources(disableOOMKiller=True, memory={"disableOOMKiller": True}), "1.0.0"),
    ("pids limit of zero", "1.2.1", resources(pids={"limit": 0}), resources(pids={}), "1.3.0"),
    ("unsigned memory", "1.0.0-rc3", resources(memory={"limit": 2**64 - 1, "swap": 7}), resources(memory={"limit": -1, "swap": 7}), "1.0.0-rc6"),
    ("unlimited huge pages", "1.0.0-rc4", resources(hugepageLimits=[{"limit": -1}]), resources(hugepageLimits=[{"limit": 2**63 - 1}]), "1.0.0-rc6"),
    ("limits in linux", "0.4.0", {"linux": {"rlimits": [{"type": "a"}]}, "process": {"terminal": True}}, {"linux": {"rlimits": [{"type": "a"}]}, **process(rlimits=[{"type": "a"}])}, "0.5.0"),
    ("empty seccomp", "0.4.0", linux(seccomp={"defaultAction": "", "architectures": None}), linux(), "0.5.0"),
    ("the schema's label", "0.5.0", linux() | process(selinuxProcessLabel="a"), linux() | process(selinuxProcessLabel="a", selinuxLabel="a"), "1.0.0-rc1"),
    ("relative group", "1.0.0-rc1", linux(cgroupsPath="a/b"), linux(cgroupsPath="/a/b"), "1.0.0-rc2"),
    ("absolute group", "1.0.0-rc1", linux(cgroupsPath="/a"), linux(cgroupsPath="/a"), "1.0.0-rc2"),
    ("two namespaces", "1.0.0-rc2", linux(namespaces=kinds("uts", "pid", uts="/x")), linux(namespaces=kinds("pid", uts="/x")), "1.0.0-rc3"),
    ("two limits", "1.0.0-rc3", process(rlimits=[{"type": "a", "soft": 1}, {"type": "a", "soft": 2}]), process(rlimits=[{"type": "a", "soft": 2}]), "1.0.0-rc4"),
    ("relative masked path", "1.0.0-rc2", linux(maskedPaths=["etc", "/a"]), linux(maskedPaths=["/etc", "/a"]), "1.0.0-rc3"),
    ("relative read-only path", "1.0.0-rc2", linux(readonlyPaths=["etc"]), linux(readonlyPaths=["/etc"]), "1.0.0-rc3"),
    ("relative namespace path", "1.0.0-rc5", linux(namespaces=kinds(uts="x")), linux(namespaces=kinds(uts=os.path.abspath("x"))), "1.0.0-rc6"),
    ("one mapping", "1.1.0", {"mounts": [{"uidMappings": MAP}]}, {"mounts": [{"uidMappings": MAP, "gidMappings": EVERY}]}, "1.2.0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "before", "after", "new"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS]
)
def test_a_step_carries_a_config_over(
    old: str, before: dict[str, Any], after: dict[str, Any], new: str
) -> None:
    def carried(version: str) -> dict[str, Any]:
        config = {**copy.deepcopy(FULL), **copy.deepcopy(before)}
        if version.startswith("1.0.0-rc5"):
            config["platform"] = {"os": "linux", "arch": former.ARCHITECTURES[os.uname().machine]}
        config = dialects.carried_over(config, Rules(version))
        config.pop("platform", None)
        return config

    assert carried(old) == {**FULL, **after}
    assert carried(new) != {**FULL, **after} or before == after


def test_a_console_is_added_until_rc2_unless_there_is_a_terminal_or_one_is_listed() -> None:
    def devices(version: str, **properties: Any) -> Any:
        config = {
            "linux": {"devices": properties.pop("devices", None)},
            "process": properties,
            **copy.deepcopy(FULL),
        }
        return dialects.translate(config, Rules(version))["linux"]["devices"]

    one = {"path": "/dev/console", "type": "c", "major": 5, "minor": 1, "fileMode": 0o600}
    assert devices("1.0.0-rc2") == [one]
    assert devices("1.0.0-rc2", terminal=True) is None
    assert devices("1.0.0-rc2", devices=[{"path": "/dev/console"}]) == [{"path": "/dev/console"}]
    assert devices("1.0.0-rc3") is None


@pytest.mark.parametrize(
    ("there", "added"),
    [
        pytest.param([], ["/proc", "/sys", "/dev/pts", "/dev/shm"], id="nothing is mounted"),
        pytest.param(["/proc", "/dev", "/sys/"], ["/dev/pts", "/dev/shm"], id="some are"),
        pytest.param(["proc", "//sys", "/dev/./pts", "/dev/shm"], [], id="all are, in other words"),
    ],
)
def test_default_file_systems_are_mounted_behind_the_config_s_until_rc4(
    there: list[str], added: list[str]
) -> None:
    mounts = [{"destination": path, "type": "x", "source": "x"} for path in there]
    if there[:1] == ["proc"]:
        mounts[0]["destination"] = "/proc"
    found = dialects.carried_over({"mounts": list(mounts), **process()}, Rules("1.0.0-rc4"))["mounts"]
    assert [each["destination"] for each in found[len(mounts) :]] == added
    assert found[: len(mounts)] == mounts


def test_inside_a_user_namespace_the_host_s_sys_is_bound() -> None:
    found = dialects.carried_over({"linux": {"namespaces": kinds("user")}, **process()}, Rules("1.0.0-rc4"))
    assert [each["source"] for each in found["mounts"] if each["destination"] == "/sys"] == ["/sys"]


@pytest.mark.parametrize(
    ("version", "config", "said"),
    [
        pytest.param("1.0.0-rc4", process(capabilities={"bounding": []}), r"process\.capabilities must be an array, not an object", id="an object of capabilities"),
        pytest.param("1.0.0-rc4", process(capabilities=[7]), r"process\.capabilities\[0\] must be a string", id="a capability that is a number"),
        pytest.param("1.0.0-rc4", linux(seccomp={"syscalls": [{"names": ["a"]}]}), r"linux\.seccomp\.syscalls\[0\]\.name is missing", id="names before rc5"),
        pytest.param("1.0.0-rc5", {"platform": {"os": "linux"}}, r"platform\.arch is missing", id="half a platform"),
        pytest.param("1.0.0-rc1", {"platform": {"os": "plan9", "arch": "amd64"}}, "plan9", id="another system"),
        pytest.param("0.4.0", {"platform": {"os": "linux", "arch": "pdp11"}}, "pdp11", id="another machine"),
        pytest.param("1.0.0-rc5", {"platform": "linux"}, "platform must be an object", id="a platform that is a string"),
        pytest.param("1.0.0-rc3", resources(cpu={"quota": -1}), r"linux\.resources\.cpu\.quota must be a whole number from 0", id="a negative quota"),
        pytest.param("1.0.0-rc4", resources(memory={"limit": 2**63}), r"linux\.resources\.memory\.limit must be", id="rc4 has signed sizes"),
        pytest.param("1.0.0-rc5", {"platform": {"os": "linux", "arch": "amd64"}, **resources(blockIO={"blkioWeight": "x"})}, r"linux\.resources\.blockIO\.blkioWeight must be", id="an old name in the message"),
        pytest.param("1.0.0-rc6", resources(disableOOMKiller=1), r"linux\.resources\.disableOOMKiller must be true or false", id="a killer that is a number"),
        pytest.param("0.5.0", linux(namespaces=kinds(network="/x"), sysctl={"net.a": "1"}), r"linux\.sysctl net\.a is about the network namespace", id="a parameter of a joined network"),
        pytest.param("0.5.0", linux(namespaces=kinds(ipc="/x"), sysctl={"kernel.msgmax": "1"}), "is about the ipc namespace, which is joined", id="a parameter of a joined ipc"),
        pytest.param("0.5.0", linux(namespaces=kinds(user="/x"), gidMappings=MAP), r"linux\.gidMappings is about the user namespace", id="mappings of a joined user namespace"),
        pytest.param("1.0.2", linux(seccomp={"flags": ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]}), "not in v1.0.2: v1.1.0-rc.1 brings it", id="a younger flag"),
        pytest.param("1.0.2", linux(seccomp={"syscalls": [{"action": "SCMP_ACT_NOTIFY"}]}), "SCMP_ACT_NOTIFY", id="a younger action"),
    ],
)  # fmt: skip
def test_what_its_own_release_forbids_is_a_fault(version: str, config: dict[str, Any], said: str) -> None:
    with pytest.raises(Fault, match=said):
        dialects.translate(copy.deepcopy(config), Rules(version))
    assert dialects.translate(copy.deepcopy(config), Rules("1.3.0")) == config


def test_a_process_alone_is_carried_over_as_in_a_config() -> None:
    asked = {
        "cwd": "/",
        "args": ["a"],
        "capabilities": ["CAP_KILL"],
        "oomScoreAdj": 5,
        "selinuxProcessLabel": "x",
    }
    found = dialects.process(dict(asked), Rules("0.5.0"))
    assert (found["capabilities"], "oomScoreAdj" in found, found["selinuxLabel"]) == (FOUR, False, "x")
    with pytest.raises(Fault, match=r"process\.capabilities must be an array"):
        dialects.process({**asked, "capabilities": {}}, Rules("1.0.0-rc4"))
    with pytest.raises(Fault, match="letters, digits and _ only"):
        dialects.process({**asked, "env": ["a.b=1"]}, Rules("0.4.0"))


SPOILED: tuple[object, ...] = (
    1, "x", [], [1], {}, {"": []}, None, True, {"path": []}, [{"type": []}], [{"type": {}, "path": 1}], {"type": "uts", "path": "/x"},
)  # fmt: skip


@pytest.mark.parametrize("version", ["0.4.0", "1.0.0-rc1", "1.0.0-rc5", "1.0.0", "1.2.1"])
@pytest.mark.parametrize(
    "path",
    [
        "process", "process.env", "process.rlimits", "linux", "linux.namespaces", "linux.resources", "linux.resources.memory", "linux.resources.blockIO",
        "linux.resources.oomScoreAdj", "linux.devices", "linux.seccomp", "linux.seccomp.syscalls", "linux.sysctl", "mounts", "hooks", "hooks.prestart", "root", "platform", "annotations",
    ],
)  # fmt: skip
def test_a_spoiled_config_is_left_for_a_sentence_to_name(version: str, path: str) -> None:
    *folders, last = path.split(".")
    for spoiled in SPOILED:
        config: dict[str, Any] = {
            "root": {"path": "x"},
            "linux": {"resources": {"oomScoreAdj": 1, "disableOOMKiller": True}},
        }
        inner = config
        for name in folders:
            inner = inner.setdefault(name, {})
        inner[last] = copy.deepcopy(spoiled)
        rules = Rules(version)
        for place, sentence in dialects.judged(config, rules)[0]:
            assert place
            assert sentence


@pytest.mark.parametrize("version", releases.RELEASES)
def test_the_example_of_each_release_s_own_text_is_taken(version: str) -> None:
    """config.md ends with a whole config. What refrun finds wrong in it can only be what it or this host does not have."""
    text = skip_data(f"spec/v{version}/config.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```json\n(\{\n.*?\n\})\n```", text, re.DOTALL | re.MULTILINE)
    example = max(blocks, key=len)
    config = json.loads(re.sub(r",(\s*[\]}])", r"\1", example))  # rc5's has commas too many
    rules = Rules(version)
    found = [sentence for _, sentence in dialects.judged(config, rules)[0]]
    assert [sentence for sentence in found if not any(word in sentence for word in NOT_HERE)] == []


NOT_HERE = ("cannot be applied by this refrun", "is not this host's")


@pytest.mark.parametrize("rule", former.FORBIDDEN, ids=lambda rule: rule[3].__name__.strip("_"))
def test_a_former_rule_ends_with_a_release(rule: Any) -> None:
    first, end, _, _ = rule
    assert releases.parse(first) < releases.parse(end) <= releases.parse(releases.NEWEST)


def test_a_version_in_development_has_what_the_next_release_brings() -> None:
    """v1.0.2-dev is what callers of that time wrote for all that v1.1.0-rc.1 then had."""
    config = {
        "linux": {"seccomp": {"defaultErrnoRet": 1}, "timeOffsets": {}},
        "process": {"execCPUAffinity": {}},
    }
    since.leave_out(config, Rules("1.0.2-dev"))
    assert config == {"linux": {"seccomp": {"defaultErrnoRet": 1}}, "process": {}}
    since.leave_out(config, Rules("1.0.2"))
    assert config == {"linux": {"seccomp": {}}, "process": {}}
