"""config.json: what is refused, each time as a sentence that names the property, never as a traceback."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from runtime import config as configs
from runtime.faults import Fault
from runtime.releases import Rules
from runtime.shape import CONFIG, check
from tests.skips import skip_data

WRONG = [  # property, a value it cannot have, the start of what is said
    ("root", [], "root must be an object, not an array"),
    ("root.path", 7, "root.path must be a string, not the number 7"),
    ("root.readonly", "yes", "root.readonly must be true or false, not a string"),
    ("mounts", {}, "mounts must be an array, not an object"),
    ("mounts", [{"destination": 1}], "mounts[0].destination must be a string"),
    ("mounts", [{"destination": "/a", "options": ["ro", 3]}], "mounts[0].options[1] must be a string"),
    ("mounts", [{"type": "tmpfs"}], "mounts[0].destination is missing"),
    ("process", "sh", "process must be an object, not a string"),
    ("process.args", "sh", "process.args must be an array, not a string"),
    ("process.args", ["a", "b\0c"], "process.args[1] must not contain a NUL"),
    ("process.args", ["a", "\ud800"], "process.args[1] must not contain half a character"),
    ("process.args", [], "process.args must have at least one string"),
    ("process.env", ["NAME"], "process.env has 'NAME', which is not NAME=value"),
    ("process.env", {"A": "b"}, "process.env must be an array, not an object"),
    ("process.cwd", None, "process.cwd is missing"),
    ("process.cwd", "tmp", "process.cwd 'tmp' is not an absolute path"),
    ("process.terminal", 1, "process.terminal must be true or false, not the number 1"),
    ("process.user", 0, "process.user must be an object"),
    ("process.user.uid", -1, "process.user.uid must be a whole number from 0"),
    ("process.user.uid", 2**32, "process.user.uid must be a whole number from 0"),
    ("process.user.uid", 2**32 - 1, "process.user.uid 4294967295 is not a number from 0 to 4294967294"),
    ("process.user.gid", 2**32 - 1, "process.user.gid 4294967295"),
    ("process.user.gid", "root", "process.user.gid must be a whole number"),
    ("process.user.gid", True, "process.user.gid must be a whole number"),
    ("process.user.gid", 1.5, "process.user.gid must be a whole number"),
    ("process.user.additionalGids", [1, 2**32 - 1], "process.user.additionalGids 4294967295"),
    ("process.rlimits", [{"type": "RLIMIT_CORE", "soft": 1}], "process.rlimits[0].hard is missing"),
    ("process.rlimits", [{"type": "RLIMIT_X", "soft": 1, "hard": 1}], "process.rlimits has the unknown type 'RLIMIT_X'"),
    ("process.rlimits", [{"type": "RLIMIT_CORE", "soft": 2, "hard": 1}], "process.rlimits RLIMIT_CORE: the soft limit 2"),
    ("process.capabilities", ["CAP_KILL"], "process.capabilities must be an object, not an array"),
    ("process.capabilities", {"bounding": [1]}, "process.capabilities.bounding[0] must be a string"),
    ("hooks", {"prestart": [{"args": []}]}, "hooks.prestart[0].path is missing"),
    ("hooks", {"prestart": [{"path": "a"}]}, "the prestart hook's path 'a' is not absolute"),
    ("hooks", {"poststop": [{"path": "/a", "timeout": 0}]}, "the poststop hook /a has the timeout 0"),
    ("hooks", {"poststop": [{"path": "/a", "timeout": "1"}]}, "hooks.poststop[0].timeout must be a whole number"),
    ("annotations", {"": "x"}, "annotations has an empty key"),
    ("annotations", {"a": 1}, "annotations.a must be a string"),
    ("hostname", ["a"], "hostname must be a string, not an array"),
    ("linux", 3, "linux must be an object"),
    ("linux.namespaces", [{"path": "/x"}], "linux.namespaces[0].type is missing"),
    ("linux.namespaces", [{"type": "moon"}], "linux.namespaces has the unknown type 'moon'"),
    ("linux.namespaces", [{"type": "mount"}, {"type": "mount"}], "linux.namespaces names mount twice"),
    ("linux.namespaces", [{"type": "mount"}, {"type": "uts", "path": "x"}], "the uts namespace's path x is not absolute"),
    ("linux.namespaces", [{"type": "pid"}], "a container needs a mount namespace of its own"),
    ("linux.uidMappings", [{"containerID": 0, "hostID": 0}], "linux.uidMappings[0].size is missing"),
    ("linux.uidMappings", [{"containerID": 2**32 - 1, "hostID": 0, "size": 1}], "linux.uidMappings.containerID 4294967295 is not"),
    ("linux.gidMappings", [{"containerID": 0, "hostID": 2**32 - 1, "size": 1}], "linux.gidMappings.hostID 4294967295 is not"),
    ("linux.gidMappings", [{"containerID": 0, "hostID": 1, "size": 2**32 - 1}], "linux.gidMappings.hostID 1 with the size 4294967295"),
    ("linux.devices", [{"path": "/dev/a", "type": "b", "minor": 5}], "linux.devices /dev/a has no major number"),
    ("linux.devices", [{"path": "/dev/a", "type": "c", "major": 1, "minor": 5, "uid": 2**32 - 1}], "linux.devices.uid 4294967295 is not"),
    ("linux.devices", [{"path": "/dev/a", "type": "c", "major": 1, "minor": 5, "gid": 2**32 - 1}], "linux.devices.gid 4294967295 is not"),
    ("linux.maskedPaths", ["etc"], "linux.maskedPaths has etc, which is not absolute"),
    ("linux.resources", {"blockIO": {"weightDevice": [{"major": 8, "minor": 0}]}}, "linux.resources.blockIO.weightDevice[0] must have weight or leafWeight"),
    ("linux.resources", {"memory": {"limit": "1G"}}, "linux.resources.memory.limit must be a whole number"),
    ("linux.resources", {"unified": {"memory.max": 1}}, "linux.resources.unified.memory.max must be a string"),
    ("linux.sysctl", {"net.x": 1}, "linux.sysctl.net.x must be a string"),
    ("linux.personality", {"domain": "WINDOWS"}, "linux.personality 'WINDOWS' is not one of LINUX, LINUX32"),
]  # fmt: skip


def spoil(config: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    config = copy.deepcopy(config)
    *folders, last = path.split(".")
    inner = config
    for name in folders:
        inner = inner.setdefault(name, {})
    inner[last] = value
    return config


@pytest.mark.parametrize(("path", "value", "said"), WRONG, ids=[f"{row[0]} {row[2][-40:]}" for row in WRONG])
def test_a_wrong_property_is_named(config: dict[str, Any], path: str, value: object, said: str) -> None:
    configs.check(copy.deepcopy(config), Rules("1.3.0"))
    with pytest.raises(Fault) as fault:
        configs.check(spoil(config, path, value), Rules("1.3.0"))
    assert str(fault.value).startswith(said)


@pytest.mark.parametrize(
    "path", ["mounts", "hooks", "process", "linux.resources", "annotations", "process.user.umask"]
)
def test_null_counts_as_absent(config: dict[str, Any], path: str) -> None:
    configs.check(spoil(config, path, None), Rules("1.3.0"))


def test_unknown_properties_are_not_looked_at(config: dict[str, Any]) -> None:
    configs.check(spoil(spoil(config, "linux.moon", 7), "org.example", [None]), Rules("1.3.0"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"{", "is not JSON", id="not JSON"),
        pytest.param(b"[]", "is not a JSON object", id="an array"),
        pytest.param(b"\xff\xfe{}", "is not UTF-8", id="not UTF-8"),
        pytest.param(None, "cannot be read: No such file or directory; is", id="no file"),
    ],
)
def test_a_file_that_is_no_config_is_named(content: bytes | None, said: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(Fault, match=said) as fault:
        configs.load(str(tmp_path), None)
    assert str(tmp_path / "config.json") in str(fault.value)


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_the_types_are_those_of_the_specification_s_schema(kind: str) -> None:
    """The schema's own examples: every good one is taken, and one that is bad by its types is refused."""
    folder = skip_data("spec/v1.3.0/schema/test/config") / kind
    wrong = {}
    not_by_type = ("freebsd-vnet-disable.json", "linux-hugepage.json")
    for path in sorted(path for path in folder.glob("*.json") if path.name not in not_by_type):
        try:
            document = {"ociVersion": "1.3.0", "root": {"path": "x"}, **json.loads(path.read_text())}
            check(document, CONFIG)
            refused = ""
        except (Fault, ValueError) as fault:
            refused = str(fault)
        if bool(refused) is (kind == "good"):
            wrong[path.name] = refused
    assert wrong == {}
