"""linux.intelRdt as the exact list of folders and files, by each release's rules. Not run on this kernel: resctrl itself."""

import os
from pathlib import Path
from typing import Any

import pytest

from runtime import dialects, intelrdt
from runtime.faults import Fault
from runtime.releases import Rules
from tests.runtime.conftest import Yard

EXISTS = {"gold": "    L3:0=7ff;1=01f\n    MB:0= 20;1= 70\n"}
DEFAULT = {"": "L3:0=fff\n"}
L3, MB = "L3:0=7ff;1=1f", "MB:0=20;1=70"

NEWEST = [  # intelRdt, the groups that exist, what is done in order, what delete removes
    ("nothing but the object", {}, {}, "mkdir c1, c1/tasks", "c1"),
    ("the container's group was there", {"l3CacheSchema": L3}, {"c1": "L3:0=1\n"}, f"c1/schemata={L3}, c1/tasks", ""),
    ("a cache schema", {"l3CacheSchema": L3}, {}, f"mkdir c1, c1/schemata={L3}, c1/tasks", "c1"),
    ("a bandwidth schema", {"memBwSchema": MB}, {}, f"mkdir c1, c1/schemata={MB}, c1/tasks", "c1"),
    ("cache first, bandwidth last", {"memBwSchema": MB, "l3CacheSchema": L3}, {}, f"mkdir c1, c1/schemata={L3}, c1/schemata={MB}, c1/tasks", "c1"),
    ("an MB: line stays in the cache schema", {"l3CacheSchema": f"MB:0=9\n{L3}", "memBwSchema": MB}, {}, f"mkdir c1, c1/schemata=MB:0=9+{L3}, c1/schemata={MB}, c1/tasks", "c1"),
    ("schemata behind both", {"schemata": ["L2:0=f", "L3:0=1"], "l3CacheSchema": L3}, {}, f"mkdir c1, c1/schemata={L3}, c1/schemata=L2:0=f+L3:0=1, c1/tasks", "c1"),
    ("a named group is made and stays", {"closID": "gold", "schemata": [L3]}, {}, f"mkdir gold, gold/schemata={L3}, gold/tasks", ""),
    ("a named group that agrees", {"closID": "gold", "l3CacheSchema": L3, "memBwSchema": MB}, EXISTS, f"gold/schemata={L3}, gold/schemata={MB}, gold/tasks", ""),
    ("a named group that agrees in its schemata", {"closID": "gold", "schemata": ["L3:1=1f"]}, EXISTS, "gold/schemata=L3:1=1f, gold/tasks", ""),
    ("a named group as it is", {"closID": "gold"}, EXISTS, "gold/tasks", ""),
    ("the default group", {"closID": "/"}, DEFAULT, "tasks", ""),
    ("monitoring", {"enableMonitoring": True}, {}, "mkdir c1, mkdir c1/mon_groups/c1, c1/tasks, c1/mon_groups/c1/tasks", "c1 c1/mon_groups/c1"),
    ("monitoring in a named group", {"closID": "gold", "enableMonitoring": True}, EXISTS, "mkdir gold/mon_groups/c1, gold/tasks, gold/mon_groups/c1/tasks", "gold/mon_groups/c1"),
    ("monitoring in the default group", {"closID": "/", "enableMonitoring": True}, DEFAULT, "mkdir mon_groups/c1, tasks, mon_groups/c1/tasks", "mon_groups/c1"),
    ("no monitoring", {"enableMonitoring": False}, {}, "mkdir c1, c1/tasks", "c1"),
]  # fmt: skip


def described(plan: intelrdt.Plan) -> tuple[str, str]:
    """What a plan does, in order, and what is removed at delete; paths from the mount point, line breaks as +."""
    steps = [f"mkdir {folder}" for folder in plan.folders]
    steps += [f"{file}={text.rstrip().replace(chr(10), '+')}" for file, text in plan.writes]
    return ", ".join([*steps, *plan.tasks]).replace("/r/", ""), " ".join(plan.ours).replace("/r/", "")


@pytest.mark.parametrize(
    ("asked", "present", "done", "ours"), [row[1:] for row in NEWEST], ids=[row[0] for row in NEWEST]
)
def test_since_1_3_0_these_are_the_folders_and_files(
    asked: dict[str, Any], present: dict[str, str], done: str, ours: str
) -> None:
    assert described(intelrdt.plan("/r", asked, "c1", False, present)) == (done, ours)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        pytest.param({"l3CacheSchema": L3, "memBwSchema": MB}, [f"{L3}\n{MB}"], id="one write for both"),
        pytest.param({"l3CacheSchema": f"MB:0=9\n{L3}", "memBwSchema": MB}, [f"{L3}\n{MB}"], id="the bandwidth schema stands for every MB: line"),
        pytest.param({"l3CacheSchema": f"MB:0=9\n{L3}"}, [f"MB:0=9\n{L3}"], id="the cache schema alone is left as it is"),
        pytest.param({}, [], id="nothing is written"),
    ],
)  # fmt: skip
def test_until_1_2_1_both_schemas_are_one_text(asked: dict[str, Any], text: list[str]) -> None:
    assert intelrdt.lines(asked, True) == text


@pytest.mark.parametrize(
    ("asked", "present", "said"),
    [
        pytest.param({"closID": "gold"}, {}, "closID gold does not exist", id="a group that is not there"),
        pytest.param({"closID": "gold", "l3CacheSchema": "L3:0=7fe"}, EXISTS, "asks for L3:0=7fe", id="another mask"),
        pytest.param({"closID": "gold", "schemata": [L3, "L2:0=f"]}, EXISTS, "asks for L2:0=f", id="another resource"),
        pytest.param({"closID": "gold", "memBwSchema": "MB:2=20"}, EXISTS, "asks for MB:2=20", id="another domain"),
    ],
)  # fmt: skip
def test_a_group_that_is_not_as_asked_is_a_fault(
    asked: dict[str, Any], present: dict[str, str], said: str
) -> None:
    with pytest.raises(Fault, match=said):
        intelrdt.plan("/r", asked, "c1", False, present)


@pytest.mark.parametrize(
    ("version", "asked", "read"),
    [
        pytest.param("1.0.0-rc5", {"l3CacheSchema": L3}, None, id="rc5 knows none of it"),
        pytest.param("1.0.1", {"closID": "gold", "l3CacheSchema": L3}, {"l3CacheSchema": L3}, id="1.0.1 knows no named group"),
        pytest.param("1.0.2", {"closID": "g", "enableCMT": True}, {"closID": "g"}, id="1.0.2 knows no monitoring"),
        pytest.param("1.2.1", {"enableMBM": True, "schemata": [L3]}, {"enableMonitoring": True}, id="1.2.1 has two kinds of monitoring"),
        pytest.param("1.2.1", {"enableMBM": False, "enableMonitoring": True}, {}, id="1.2.1 does not know the one of 1.3.0"),
        pytest.param("1.3.0", {"enableCMT": True, "enableMonitoring": True}, {"enableCMT": True, "enableMonitoring": True}, id="1.3.0 leaves the old two alone"),
    ],
)  # fmt: skip
def test_each_release_reads_what_it_knows(
    version: str, asked: dict[str, Any], read: dict[str, Any] | None
) -> None:
    config = {"ociVersion": version, "linux": {"intelRdt": asked}}
    assert dialects.carried_over(config, Rules(version))["linux"].get("intelRdt") == read


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param({"closID": "../x"}, "closID '../x' is not the name of a group", id="a path"),
        pytest.param({"closID": "info"}, "closID 'info' is not the name", id="the kernel's own folder"),
        pytest.param({"memBwSchema": "L3:0=1"}, "does not start with MB:", id="not bandwidth"),
        pytest.param({"memBwSchema": "MB:0=1\nL3:0=1"}, "memBwSchema must not contain a line break", id="two lines of bandwidth"),
        pytest.param({"schemata": ["L3:0=1\nMB:0=1"]}, "schemata must not contain a line break", id="two lines in one"),
        pytest.param({"closID": "/", "l3CacheSchema": L3}, "", id="in order"),
    ],
)  # fmt: skip
def test_what_the_parameters_can_never_be(asked: dict[str, Any], said: str) -> None:
    found = list(intelrdt.problems({"linux": {"intelRdt": asked}}, Rules("1.3.0")))
    assert said in (found[0] if found else "")
    assert bool(found) == bool(said)


def test_a_container_is_in_its_group_or_refused_where_there_is_no_resctrl(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay")
    bundle.linux["intelRdt"] = {}
    container, answer = yard.trial.create(bundle)
    point = intelrdt.mounted()
    if not point:
        assert (
            answer.err
            == "refrun: linux.intelRdt needs a mounted resctrl file system, and there is none here\n"
        )
        assert (answer.code, yard.ids()) == (1, [])
        return
    group = Path(point, container.id)
    assert str(container.pid) in (group / "tasks").read_text().split()
    assert yard.call("delete", "--force", container.id).ok
    assert not group.exists()


def test_what_was_made_is_removed_and_what_is_gone_is_no_error(tmp_path: Path) -> None:
    plan = intelrdt.Plan()
    plan.folders = [str(tmp_path / "c1"), str(tmp_path / "c1" / "mon")]
    intelrdt.make(plan)
    assert sorted(os.listdir(tmp_path / "c1")) == ["mon"]
    intelrdt.remove([str(tmp_path / "gone"), *plan.folders])
    assert os.listdir(tmp_path) == []


def test_a_group_that_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    plan = intelrdt.Plan()
    plan.folders = [str(tmp_path / "c1"), str(tmp_path / "c1" / "no" / "such")]
    with pytest.raises(Fault, match="no/such cannot be made: No such file or directory"):
        intelrdt.make(plan)
    assert os.listdir(tmp_path) == []
