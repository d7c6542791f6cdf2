"""Control groups on the kernel: limits that hold, changes while running, pause, figures, and whose groups are taken away."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime import cgroups
from runtime.conformance import host
from runtime.conformance.trial import Container
from tests.runtime.conftest import Yard
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_host

POINTS = cgroups.hierarchies()


@pytest.fixture(autouse=True)
def root() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")


@pytest.fixture
def container(yard: Yard) -> Container:
    return yard.trial.running(yard.trial.bundle())


def has(controller: str) -> bool:
    return controller in POINTS


def value(yard: Yard, container: Container, controller: str, file: str) -> str:
    facts = json.loads((yard.root / "state" / container.id / "state.json").read_text())
    return Path(f"{facts['cgroups'][controller]}/{file}").read_text().strip()


V1 = [  # resources, controller, file, what stands there
    ({"memory": {"limit": 64 << 20, "swap": 96 << 20}}, "memory", "memory.memsw.limit_in_bytes", str(96 << 20)),
    ({"memory": {"reservation": 32 << 20}}, "memory", "memory.soft_limit_in_bytes", str(32 << 20)),
    ({"cpu": {"shares": 512}}, "cpu", "cpu.shares", "512"),
    ({"cpu": {"quota": 50000, "period": 200000}}, "cpu", "cpu.cfs_quota_us", "50000"),
    ({"cpu": {"quota": 50000, "period": 200000}}, "cpu", "cpu.cfs_period_us", "200000"),
    ({"cpu": {"quota": 50000, "burst": 1000}}, "cpu", "cpu.cfs_burst_us", "1000"),
    ({"cpu": {"idle": 1}}, "cpu", "cpu.idle", "1"),
    ({"cpu": {"cpus": "0", "mems": "0"}}, "cpuset", "cpuset.cpus", "0"),
    ({"pids": {"limit": 17}}, "pids", "pids.max", "17"),
    ({"pids": {"limit": -1}}, "pids", "pids.max", "max"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("resources", "controller", "file", "expected"), V1, ids=[f"{row[2]} {row[3]}" for row in V1]
)
def test_a_limit_of_version_1_stands_in_the_group(
    yard: Yard, resources: Any, controller: str, file: str, expected: str
) -> None:
    if not has(controller):
        skip_host("no-cgroup-v1", f"the {controller} controller is not on version 1 here")
    bundle = yard.trial.bundle()
    bundle.linux["resources"] = resources
    assert value(yard, yard.trial.running(bundle), controller, file) == expected


def test_a_limit_on_the_unified_tree_beside_version_1_stands_there(yard: Yard) -> None:
    if not has(cgroups.UNIFIED) or "hugetlb" not in cgroups.read(f"{POINTS['']}/cgroup.controllers").split():
        skip_host("no-hugetlb-v2", "cgroup version 2 has no hugetlb controller here")
    sizes = sorted(path.name for path in Path("/sys/kernel/mm/hugepages").iterdir())
    kilobytes = int(sizes[0].removeprefix("hugepages-").removesuffix("kB"))
    size = f"{kilobytes >> 10}MB" if kilobytes < 1 << 20 else f"{kilobytes >> 20}GB"
    bundle = yard.trial.bundle()
    bundle.linux["resources"] = {"hugepageLimits": [{"pageSize": size, "limit": kilobytes << 11}]}
    container = yard.trial.running(bundle)
    assert value(yard, container, "", f"hugetlb.{size}.max") == str(kilobytes << 11)
    assert value(yard, container, "", f"hugetlb.{size}.rsvd.max") == str(kilobytes << 11)


def test_a_limit_that_the_kernel_refuses_is_a_failed_create(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.linux["resources"] = {"cpu": {"cpus": "4000"}}
    answer = yard.trial.run(bundle)
    assert (answer.code, "cpuset.cpus does not take '4000'" in answer.err, yard.ids()) == (1, True, [])


@pytest.mark.parametrize("limit", [0, 1])
def test_the_smallest_pids_limits_hold_and_are_named_where_they_refuse(yard: Yard, limit: int) -> None:
    """config-linux.md#pids: 0 is a limit as the kernel has it; who is there already stays, and can make nobody."""
    bundle = yard.trial.bundle()
    bundle.linux["resources"] = {"pids": {"limit": limit}}
    bundle.process["args"] = ["/bin/sleep", "100"]
    for point in ("prestart", "createRuntime", "poststart", "poststop"):  # in the runtime's own groups
        bundle.hook(point, "true")
    id_ = yard.trial.new_id()
    assert yard.call("run", "--detach", "--bundle", str(bundle.write().folder), id_).ok
    facts = json.loads((yard.root / "state" / id_ / "state.json").read_text())
    assert Path(f"{facts['cgroups']['pids']}/pids.max").read_text().strip() == str(limit)
    answer = yard.call("exec", id_, "/bin/true")
    assert (answer.code, "linux.resources.pids.limit" in answer.err) == (255, True), answer
    assert json.loads(yard.call("state", id_).out)["status"] == "running"
    for point in ("createContainer", "startContainer"):
        inside = yard.trial.bundle()
        inside.linux["resources"] = {"pids": {"limit": limit}}
        inside.hook(point, "true")
        answer = yard.call("run", "--bundle", str(inside.write().folder), yard.trial.new_id())
        said = f"the {point} hook {inside.config['hooks'][point][0]['path']} cannot be started: "
        named = "linux.resources.pids.limit" in answer.err
        assert (answer.code, said in answer.err, named) == (1, True, True), answer
    assert yard.ids() == [id_]
    assert yard.call("delete", "--force", id_).ok


def test_the_pids_limit_holds_inside(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    bundle.linux["resources"] = {"pids": {"limit": 3}}
    bundle.process["args"] = ["/bin/sh", "-c", "for n in 1 2 3 4 5; do sleep 1 & done; wait"]
    assert "fork" in yard.trial.run(bundle).err.lower()


# --- update


def test_update_changes_what_its_options_name_and_remembers_it(yard: Yard, container: Container) -> None:
    if not has("memory"):
        skip_host("no-cgroup-v1", "the memory controller is not on version 1 here")
    answer = yard.call("update", "--memory", "64m", "--pids-limit", "21", "--cpu-share", "256", container.id)
    assert answer.ok, answer.err
    assert value(yard, container, "memory", "memory.limit_in_bytes") == str(64 << 20)
    assert value(yard, container, "pids", "pids.max") == "21"
    assert value(yard, container, "cpu", "cpu.shares") == "256"
    kept = json.loads((yard.root / "state" / container.id / "config.json").read_text())["linux"]["resources"]
    assert kept == {"memory": {"limit": 64 << 20}, "pids": {"limit": 21}, "cpu": {"shares": 256}}


def test_update_raises_and_lowers_memory_and_swap_in_whatever_order_it_takes(
    yard: Yard, container: Container
) -> None:
    if not has("memory"):
        skip_host("no-cgroup-v1", "the memory controller is not on version 1 here")
    for memory, swap in (("64m", "128m"), ("256m", "512m"), ("32m", "48m")):
        answer = yard.call("update", "--memory", memory, "--memory-swap", swap, container.id)
        assert answer.ok, answer.err
    assert value(yard, container, "memory", "memory.memsw.limit_in_bytes") == str(48 << 20)


def test_update_reads_resources_from_a_file(yard: Yard, container: Container) -> None:
    file = yard.root / "resources.json"
    file.write_text(json.dumps({"pids": {"limit": 30}}))
    assert yard.call("update", "--resources", str(file), container.id).ok
    assert value(yard, container, "pids" if has("pids") else "", "pids.max") == "30"


def test_a_failed_update_changes_nothing(yard: Yard, container: Container) -> None:
    assert yard.call("update", "--pids-limit", "30", container.id).ok
    file = yard.root / "resources.json"
    file.write_text(json.dumps({"cpu": {"cpus": "4000"}, "pids": {"limit": 40}}))
    answer = yard.call("update", "--resources", str(file), container.id)
    assert (answer.code, "cpuset.cpus" in answer.err) == (1, True)
    assert value(yard, container, "pids" if has("pids") else "", "pids.max") == "30"


def test_a_memory_limit_below_the_use_is_refused_when_that_is_asked_for(
    yard: Yard, container: Container
) -> None:
    file = yard.root / "resources.json"
    file.write_text(json.dumps({"memory": {"limit": 4096, "checkBeforeUpdate": True}}))
    answer = yard.call("update", "--resources", str(file), container.id)
    assert (answer.code, "bytes in use" in answer.err, container.status) == (1, True, "running")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--memory", "12q"), "--memory 12q is not a size", id="a size with an unknown suffix"),
        pytest.param(("--pids-limit", "many"), "--pids-limit many is not a number", id="not a number"),
        pytest.param((), "update needs a limit to change", id="nothing to change"),
        pytest.param(("--resources", "/no/such"), "--resources /no/such cannot be read", id="no such file"),
        pytest.param(
            ("--cpu-share", "-5"), "resources.cpu.shares must be a whole number", id="a negative share"
        ),
    ],
)
def test_a_wrong_update_is_one_sentence(
    yard: Yard, container: Container, words: tuple[str, ...], said: str
) -> None:
    answer = yard.call("update", *words, container.id)
    assert (answer.code, said in answer.err, answer.err.count("\n")) == (1, True, 1), answer.err


# --- pause


def test_a_paused_container_stands_still_until_it_is_resumed(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    bundle.process["args"] = ["/bin/sh", "-c", "while :; do echo x >> /journal/lines; sleep 0.02; done"]
    container = yard.trial.created(bundle)
    container.start()
    assert soon(lambda: len(bundle.lines()) > 2)
    assert yard.call("pause", container.id).ok
    assert container.status == "paused"
    before = len(bundle.lines())
    assert not soon_short(lambda: len(bundle.lines()) > before)
    assert "paused" in yard.call("exec", container.id, "/probe", "exit", "0").err
    assert "paused" in yard.call("pause", container.id).err
    assert yard.call("resume", container.id).ok
    assert container.status == "running"
    assert soon(lambda: len(bundle.lines()) > before)
    assert "running; only a paused one can be resumed" in yard.call("resume", container.id).err


def soon_short(holds: Any) -> bool:
    import time

    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    "words", [("kill", "ID", "KILL"), ("delete", "--force", "ID")], ids=["kill", "delete"]
)
def test_a_paused_container_can_be_ended(yard: Yard, container: Container, words: tuple[str, ...]) -> None:
    assert yard.call("pause", container.id).ok
    assert yard.call(*(container.id if word == "ID" else word for word in words)).ok
    assert soon(lambda: container.status in ("stopped", "none"))


# --- figures


def test_the_figures_are_the_kernel_s(yard: Yard, container: Container) -> None:
    yard.call("update", "--pids-limit", "55", "--memory", "128m", container.id)
    document = json.loads(yard.call("events", "--stats", container.id).out)
    data = document["data"]
    assert (document["type"], document["id"]) == ("stats", container.id)
    assert data["pids"]["limit"] == 55
    assert data["pids"]["current"] >= 1
    assert data["memory"]["usage"]["limit"] == 128 << 20
    assert 0 < data["memory"]["usage"]["usage"] < 128 << 20
    assert data["cpu"]["usage"]["total"] > 0


def test_events_go_on_until_the_container_ends(yard: Yard, container: Container) -> None:
    words = [*yard.refrun, "events", "--interval", "50ms", container.id]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        assert json.loads(child.stdout.readline())["type"] == "stats"
        assert json.loads(child.stdout.readline())["type"] == "stats"
        container.kill("KILL")
        child.stdout.read()
        assert child.wait(20) == 0


@pytest.mark.parametrize("words", [("--interval", "soon", "ID"), ("nobody",), ()])
def test_events_of_nothing_are_refused(yard: Yard, container: Container, words: tuple[str, ...]) -> None:
    answer = yard.call("events", "--stats", *(container.id if word == "ID" else word for word in words))
    assert (answer.code, answer.err.count("\n")) == (1, 1)


def test_ps_shows_the_processes_as_the_host_does(yard: Yard, container: Container) -> None:
    pids = json.loads(yard.call("ps", "--format", "json", container.id).out)
    assert container.pid in pids
    table = yard.call("ps", container.id).out.splitlines()
    assert "PID" in table[0]
    assert any(str(container.pid) in line.split() for line in table[1:])
    assert all(any(str(pid) in line.split() for pid in pids) for line in table[1:])


# --- whose groups they are


@pytest.fixture
def shared() -> Iterator[str]:
    """A group that somebody else made, in every hierarchy."""
    name = f"conformance-shared-{os.getpid()}"
    for point in POINTS.values():
        Path(point, name).mkdir()
    yield f"/{name}"
    for point in POINTS.values():
        Path(point, name).rmdir()


def test_a_group_that_was_there_before_is_not_deleted_and_its_processes_live(yard: Yard, shared: str) -> None:
    containers = []
    for _ in range(2):
        bundle = yard.trial.bundle()
        bundle.linux["cgroupsPath"] = shared
        containers.append(yard.trial.running(bundle))
    assert yard.call("delete", "--force", containers[0].id).ok
    assert containers[1].status == "running"
    assert yard.call("delete", "--force", containers[1].id).ok
    assert all(Path(f"{point}{shared}").is_dir() for point in POINTS.values())


def test_the_groups_the_container_made_and_the_parents_we_made_go_too(yard: Yard) -> None:
    path = f"/conformance-{os.getpid()}-deep/a/b"
    bundle = yard.trial.bundle()
    bundle.linux["cgroupsPath"] = path
    container = yard.trial.running(bundle)
    for point in POINTS.values():
        Path(f"{point}{path}/of/its/own").mkdir(parents=True)
    assert yard.call("delete", "--force", container.id).ok
    assert [
        point for point in POINTS.values() if Path(f"{point}/conformance-{os.getpid()}-deep").exists()
    ] == []


@pytest.mark.parametrize("path", ["../escape", "/a/../../b", "/"])
def test_a_path_out_of_the_tree_is_refused(yard: Yard, path: str) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.linux["cgroupsPath"] = path
    answer = yard.trial.run(bundle)
    assert (answer.code, "linux.cgroupsPath" in answer.err) == (1, True)


def test_every_process_goes_with_a_container_that_has_no_pid_namespace(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    bundle.namespaces("mount", "ipc", "uts", "network")
    bundle.process["args"] = ["/bin/sh", "-c", "sleep 301 & echo staying >> /journal/lines; exec sleep 302"]
    container = yard.trial.created(bundle)
    container.start()
    assert soon(lambda: "staying" in bundle.lines())
    pids = json.loads(yard.call("ps", "--format", "json", container.id).out)
    assert len(pids) == 2
    assert yard.call("delete", "--force", container.id).ok
    assert soon(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_the_host_facts_of_the_cases_agree_with_the_runtime_s() -> None:
    assert (host.cgroup_layout() == "v1") == has("memory")


def test_a_group_that_another_container_has_just_made_is_left_alone(tmp_path: Path) -> None:
    """Whoever made the common parent deletes it last; a neighbour's group is empty until its process is moved in."""
    base, own, neighbour = tmp_path / "refrun", tmp_path / "refrun" / "own", tmp_path / "refrun" / "neighbour"
    neighbour.mkdir(parents=True)
    own.mkdir()
    cgroups.remove({"pids": str(own)}, [str(base), str(own)])
    assert not own.exists()
    assert neighbour.is_dir()
