"""Who the program is: ids, groups and capabilities as the host sees them, and ids that no process may have."""

import os
from typing import Any

import pytest

from tests.runtime.conftest import Yard
from tests.skips import skip_host


@pytest.fixture
def root() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")


def status(yard: Yard, user: dict[str, Any], **process: Any) -> dict[str, list[str]]:
    """/proc/PID/status of a running program, read from the host."""
    bundle = yard.trial.bundle()
    bundle.process.update(user=user, **process)
    bundle.journal.chmod(0o777)
    text = yard.trial.running(bundle).proc("status")
    return {line.partition(":")[0]: line.partition(":")[2].split() for line in text.splitlines()}


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("user", "uids", "gids", "groups"),
    [
        pytest.param({"uid": 0, "gid": 0}, "0", "0", [], id="root"),
        pytest.param({"uid": 1234, "gid": 5678}, "1234", "5678", [], id="somebody"),
        pytest.param(
            {"uid": 1234, "gid": 0, "additionalGids": [7, 9]}, "1234", "0", ["7", "9"], id="more groups"
        ),
        pytest.param(
            {"uid": 2**32 - 2, "gid": 2**32 - 2}, str(2**32 - 2), str(2**32 - 2), [], id="the largest id"
        ),
        pytest.param({}, "0", "0", [], id="nobody in particular"),
    ],
)
def test_the_program_s_ids_are_the_config_s_in_all_places(
    yard: Yard, user: dict[str, Any], uids: str, gids: str, groups: list[str]
) -> None:
    seen = status(yard, user)
    assert (seen["Uid"], seen["Gid"], seen["Groups"]) == ([uids] * 4, [gids] * 4, groups)


@pytest.mark.usefixtures("root")
def test_an_ordinary_user_holds_no_capability_without_an_ambient_set(yard: Yard) -> None:
    names = ["CAP_CHOWN", "CAP_KILL"]
    seen = status(
        yard,
        {"uid": 1234, "gid": 1234},
        capabilities={"bounding": names, "permitted": names, "effective": names},
    )
    assert {field: int(seen[field][0], 16) for field in ("CapPrm", "CapEff", "CapInh", "CapAmb")} == {
        "CapPrm": 0, "CapEff": 0, "CapInh": 0, "CapAmb": 0,
    }  # fmt: skip
    assert int(seen["CapBnd"][0], 16) == 1 | 1 << 5


def test_capabilities_are_exactly_the_five_sets(yard: Yard) -> None:
    names = ["CAP_KILL", "CAP_NET_BIND_SERVICE"]
    given = dict.fromkeys(("bounding", "permitted", "effective", "inheritable", "ambient"), names)
    seen = status(yard, {"uid": 0, "gid": 0}, capabilities=given)
    assert {int(seen[f"Cap{short}"][0], 16) for short in ("Bnd", "Prm", "Eff", "Inh", "Amb")} == {
        1 << 5 | 1 << 10
    }


def test_a_program_without_capabilities_in_its_config_keeps_what_the_runtime_gives(yard: Yard) -> None:
    seen = status(yard, {"uid": 0, "gid": 0})
    assert int(seen["CapEff"][0], 16) != 0


@pytest.mark.parametrize("value", [-1, 2**32 - 1, 2**32, 2**64, "0", "root", 0.5, True])
@pytest.mark.parametrize("name", ["uid", "gid"])
def test_an_id_that_would_leave_root_is_refused(yard: Yard, name: str, value: object) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.process["user"] = {"uid": 0, "gid": 0, name: value}
    answer = yard.trial.run(bundle)
    assert (answer.code, f"process.user.{name}" in answer.err, "Traceback" in answer.err) == (1, True, False)


@pytest.mark.parametrize(("umask", "seen"), [(None, "0022"), (0, "0000"), (0o077, "0077")])
def test_the_umask_is_the_config_s_or_022(yard: Yard, umask: int | None, seen: str) -> None:
    user = {"uid": 0, "gid": 0} | ({} if umask is None else {"umask": umask})
    assert status(yard, user)["Umask"] == [seen]


def test_the_program_cannot_gain_privileges_when_it_must_not(yard: Yard) -> None:
    assert status(yard, {"uid": 0, "gid": 0}, noNewPrivileges=True)["NoNewPrivs"] == ["1"]
    assert status(yard, {"uid": 0, "gid": 0}, noNewPrivileges=False)["NoNewPrivs"] == ["0"]
