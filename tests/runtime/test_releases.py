"""`ociVersion`: how it is read, which release's rules it chooses, and how an old config is carried to the new spelling."""

from typing import Any

import pytest

from runtime import dialects, releases
from runtime.faults import Fault
from runtime.releases import Rules


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        pytest.param("1.0.0-rc1", "1.0.0-rc2", id="candidates in the old spelling"),
        pytest.param("1.0.0-rc6", "1.0.0", id="a candidate before its release"),
        pytest.param("1.0.2", "1.1.0-rc.1", id="the new spelling of candidates"),
        pytest.param("1.1.0-rc.3", "1.1.0", id="a candidate of 1.1"),
        pytest.param("1.2.1", "1.3.0", id="a minor version"),
    ],
)
def test_releases_are_in_order(older: str, newer: str) -> None:
    assert releases.parse(older) < releases.parse(newer)


@pytest.mark.parametrize("suffix", ["-dev", "+dev", "+build.7", "-dev+x"])
def test_build_and_dev_suffixes_do_not_count(suffix: str) -> None:
    assert releases.parse(f"1.2.0{suffix}") == releases.parse("1.2.0")


@pytest.mark.parametrize(
    "version",
    [None, "", 1, "abc", "1.0", "1.0.0.0", "1.0.x", "1.0.0-rcx", "1.0.0-alpha", "2.0.0", "0.5.0", "-1.0.0", "1.٣.0"],
)  # fmt: skip
def test_another_version_is_a_fault_about_oci_version(version: object) -> None:
    with pytest.raises(Fault, match="ociVersion"):
        Rules(version)


@pytest.mark.parametrize(
    ("rule", "version", "holds"),
    [
        pytest.param("poststart_stops", "1.2.1", False, id="poststart: a warning until 1.2.1"),
        pytest.param("poststart_stops", "1.3.0", True, id="poststart: an error since 1.3.0"),
        pytest.param(
            "unknown_capability_fails", "1.0.2", True, id="unknown capability: an error until 1.0.2"
        ),
        pytest.param(
            "unknown_capability_fails", "1.1.0-rc.1", False, id="unknown capability: a warning since 1.1"
        ),
        pytest.param("relative_destination", "1.0.0-rc2", True, id="relative destination: unsaid in rc2"),
        pytest.param(
            "relative_destination", "1.0.0-rc3", False, id="relative destination: absolute since rc3"
        ),
        pytest.param("relative_destination", "1.1.0", False, id="relative destination: absolute until 1.1"),
        pytest.param("relative_destination", "1.2.0", True, id="relative destination: allowed since 1.2"),
        pytest.param("prestart_in_create", "1.0.1", False, id="prestart: in start until 1.0.1"),
        pytest.param("prestart_in_create", "1.0.2", True, id="prestart: in create since 1.0.2"),
        pytest.param("process_optional", "1.0.0-rc5", False, id="process: required until rc5"),
        pytest.param("process_optional", "1.0.0-rc6", True, id="process: optional since rc6"),
        pytest.param("status_creating", "1.0.0-rc4", False, id="creating: not a status until rc4"),
        pytest.param("status_creating", "1.0.0-rc5", True, id="creating: a status since rc5"),
    ],
)
def test_a_rule_is_the_release_s(rule: str, version: str, holds: bool) -> None:
    assert Rules(version)[rule] is holds


@pytest.mark.parametrize(("version", "key"), [("1.0.0-rc4", "bundlePath"), ("1.0.0-rc5", "bundle")])
def test_the_state_names_the_bundle_as_its_release_does(version: str, key: str) -> None:
    assert Rules(version).value("bundle_key") == key


def test_a_younger_minor_version_is_read_by_the_newest_rules() -> None:
    assert Rules("1.4.0")["poststart_stops"] is True


YOUNGER = [  # property, the last release without it, the first with it
    ("process.user.umask", "1.0.1", "1.0.2"),
    ("hooks.createRuntime", "1.0.1", "1.0.2"),
    ("hooks.createContainer", "1.0.1", "1.0.2"),
    ("hooks.startContainer", "1.0.1", "1.0.2"),
    ("domainname", "1.0.2", "1.1.0-rc.1"),
    ("linux.timeOffsets", "1.1.0-rc.1", "1.1.0-rc.2"),
    ("process.scheduler", "1.1.0-rc.2", "1.1.0-rc.3"),
    ("process.ioPriority", "1.1.0-rc.2", "1.1.0-rc.3"),
    ("process.execCPUAffinity", "1.2.0", "1.2.1"),
    ("linux.netDevices", "1.2.1", "1.3.0"),
    ("linux.memoryPolicy", "1.2.1", "1.3.0"),
]


def holding(path: str, value: object) -> dict[str, Any]:
    for name in reversed(path.split(".")):
        value = {name: value}
    assert isinstance(value, dict)
    return value


def found(config: Any, path: str) -> object:
    for name in path.split("."):
        config = config.get(name, {})
    return config


@pytest.mark.parametrize(("path", "without", "with_it"), YOUNGER, ids=[row[0] for row in YOUNGER])
def test_a_younger_property_is_unknown_to_an_older_release(path: str, without: str, with_it: str) -> None:
    assert found(dialects.translate(holding(path, 7), Rules(without)), path) == {}
    assert found(dialects.translate(holding(path, 7), Rules(with_it)), path) == 7


def test_an_array_of_capabilities_becomes_four_sets_until_rc4() -> None:
    config = dialects.translate({"process": {"capabilities": ["CAP_KILL"]}}, Rules("1.0.0-rc4"))
    assert sorted(config["process"]["capabilities"]) == ["bounding", "effective", "inheritable", "permitted"]
    untouched: dict[str, Any] = {"process": {"capabilities": {"bounding": []}}}
    assert dialects.translate(untouched, Rules("1.0.0-rc5")) == untouched


def test_an_object_of_capabilities_is_a_fault_until_rc4() -> None:
    with pytest.raises(Fault, match=r"process\.capabilities must be an array"):
        dialects.translate({"process": {"capabilities": {"bounding": []}}}, Rules("1.0.0-rc4"))


def test_the_oom_score_moves_to_the_process() -> None:
    config = {"process": {"cwd": "/", "oomScoreAdj": 1}, "linux": {"resources": {"oomScoreAdj": 5}}}
    assert dialects.translate(config, Rules("1.0.0-rc5"))["process"] == {"cwd": "/", "oomScoreAdj": 5}


@pytest.mark.parametrize(
    ("version", "platform", "fault"),
    [
        pytest.param("1.0.0-rc1", {"os": "plan9", "arch": "amd64"}, "plan9", id="another system"),
        pytest.param("1.0.0-rc5", {"os": "linux", "arch": "pdp11"}, "pdp11", id="another machine"),
        pytest.param("1.0.0-rc5", "linux", "must be an object", id="not an object"),
    ],
)
def test_a_platform_that_is_not_this_host_s_is_a_fault_until_rc5(
    version: str, platform: Any, fault: str
) -> None:
    with pytest.raises(Fault, match=fault):
        dialects.translate({"platform": platform}, Rules(version))
    assert dialects.translate({"platform": platform}, Rules("1.0.0")) == {"platform": platform}


@pytest.mark.parametrize("spoiled", [{"process": 1}, {"process": None}, {"linux": []}, {"hooks": "x"}, {"linux": {"resources": 3}}])  # fmt: skip
def test_a_spoiled_config_passes_the_translation_for_the_type_check_to_name(spoiled: dict[str, Any]) -> None:
    assert dialects.translate(dict(spoiled), Rules("1.0.0-rc1")) == spoiled
