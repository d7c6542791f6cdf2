"""The allowed device list as an eBPF program: loaded into the kernel and asked by opening devices from inside the group."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime import cgroups, device_rules
from runtime.faults import Fault
from tests.skips import skip_host

DENY_ALL = {"allow": False, "access": "rwm"}


def rule(
    allow: bool,
    kind: str | None = None,
    major: int | None = None,
    minor: int | None = None,
    access: str = "rwm",
) -> dict[str, Any]:
    return {"allow": allow, "type": kind, "major": major, "minor": minor, "access": access}


@pytest.fixture
def group() -> Iterator[Path]:
    """A group of the version 2 tree."""
    point = cgroups.hierarchies().get("")
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    if point is None:
        skip_host("no-cgroup-v2", "no cgroup2 is mounted here")
    folder = Path(point, f"conformance-devices-{os.getpid()}")
    folder.mkdir()
    yield folder
    folder.rmdir()


def opens(group: Path, path: str, flags: int) -> bool:
    """Whether a process in the group may open a device."""
    child = os.fork()
    if child == 0:
        (group / "cgroup.procs").write_text("0")
        try:
            os.close(os.open(path, flags))
            os._exit(0)
        except PermissionError:
            os._exit(1)
        finally:
            os._exit(2)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 1)
    return code == 0


R, W, RW = os.O_RDONLY, os.O_WRONLY, os.O_RDWR
CASES = [  # rules, device, how, allowed
    ("no rule for it", [rule(False, "c", 1, 5)], "/dev/null", RW, True),
    ("everything denied", [DENY_ALL], "/dev/null", R, False),
    ("allowed again later", [DENY_ALL, rule(True, "c", 1, 3)], "/dev/null", RW, True),
    ("another minor allowed", [DENY_ALL, rule(True, "c", 1, 5)], "/dev/null", R, False),
    ("any minor allowed", [DENY_ALL, rule(True, "c", 1, -1)], "/dev/null", R, True),
    ("another type allowed", [DENY_ALL, rule(True, "b", 1, 3)], "/dev/null", R, False),
    ("reading allowed, read", [DENY_ALL, rule(True, "c", 1, 3, "r")], "/dev/null", R, True),
    ("reading allowed, written", [DENY_ALL, rule(True, "c", 1, 3, "r")], "/dev/null", W, False),
    ("reading allowed, both", [DENY_ALL, rule(True, "c", 1, 3, "r")], "/dev/null", RW, False),
    ("writing denied, read", [rule(False, "c", 1, 3, "w")], "/dev/null", R, True),
    ("writing denied, written", [rule(False, "c", 1, 3, "w")], "/dev/null", W, False),
    ("writing denied, both", [rule(False, "c", 1, 3, "w")], "/dev/null", RW, False),
    ("denied last", [rule(True, "c", 1, 3), rule(False, "c", 1, 3)], "/dev/null", R, False),
    ("all allowed last", [DENY_ALL, rule(True)], "/dev/zero", RW, True),
]


@pytest.mark.parametrize(
    ("rules", "device", "flags", "allowed"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_the_program_answers_as_the_rules_say(
    group: Path, rules: list[dict[str, Any]], device: str, flags: int, allowed: bool
) -> None:
    device_rules._attach(str(group), device_rules.program(rules))
    assert opens(group, device, flags) is allowed


def test_the_default_devices_stay_usable_whatever_the_config_denies(group: Path) -> None:
    device_rules.apply({"": str(group)}, [DENY_ALL])
    assert opens(group, "/dev/null", RW)
    assert not opens(group, "/dev/kmsg", R)


def test_new_rules_take_the_place_of_the_old_ones(group: Path) -> None:
    device_rules.apply({"": str(group)}, [DENY_ALL])
    device_rules.apply({"": str(group)}, [rule(True)])
    assert opens(group, "/dev/kmsg", R)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        pytest.param(DENY_ALL, "a", id="everything"),
        pytest.param(rule(True, "c", 1, 3, "rw"), "c 1:3 rw", id="one device"),
        pytest.param(rule(True, "b", 8, None), "b 8:* rwm", id="all of a driver"),
        pytest.param({"allow": True, "type": "c", "access": "m"}, "c *:* m", id="all of a type"),
        pytest.param(
            {"allow": True, "type": "a", "major": 1, "minor": -1}, "a 1:* rwm", id="any type of a driver"
        ),
    ],
)
def test_a_rule_is_a_line_of_version_1(given: dict[str, Any], line: str) -> None:
    assert device_rules.line(given) == line


@pytest.mark.parametrize("kind", ["x", "p"])
def test_an_unknown_type_is_a_fault(kind: str) -> None:
    with pytest.raises(Fault, match="unknown type"):
        device_rules.program([rule(True, kind, 1, 3)])
