"""A host with cgroup version 2 alone, as a mount namespace of this kernel shows it: limits, devices, pause, kill and ownership.

The hierarchy is the kernel's own; the controllers that version 1 holds here (memory, cpu, pids, io) are not on it, so that
their limits are tested as files and values only (test_limits.py).
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime import cgroups, ownership
from runtime.conformance.bundles import Bundle
from runtime.conformance.driver import Answer
from runtime.conformance.trial import Report
from runtime.faults import Fault
from tests.runtime.conftest import Yard
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_host, skip_tool

ALONE = 'umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"'
POINT = cgroups.hierarchies().get(cgroups.UNIFIED, "")


class Host:
    """refrun where version 2 stands alone. `group` is a container's folder as this side sees it."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.ids: list[str] = []

    def call(self, *words: str) -> Answer:
        """One call; output goes to a file, which a container may keep open."""
        prefix = [skip_tool("unshare"), "--mount", "--propagation", "private", "/bin/sh", "-c", ALONE, "sh"]
        with open(self.yard.root / "said", "w+") as said:
            done = subprocess.run(
                [*prefix, *self.yard.refrun, *words],
                stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, timeout=30, check=False,
            )  # fmt: skip
            said.seek(0)
            text = said.read()
        return Answer(done.returncode, text, text)

    def run(self, bundle: Bundle, *words: str) -> Answer:
        self.ids.append(self.yard.trial.new_id())
        return self.call(*words, "run", "-b", str(bundle.write().folder), self.ids[-1])

    def running(self, bundle: Bundle) -> str:
        """A container whose program is up and stays."""
        bundle.args("stay")
        self.ids.append(self.yard.trial.new_id())
        answer = self.call("run", "--detach", "-b", str(bundle.write().folder), self.ids[-1])
        assert answer.ok, answer.err
        assert soon(lambda: "staying" in bundle.lines())
        return self.ids[-1]

    def group(self, id_: str) -> Path:
        return Path(f"{POINT}/refrun-{id_}")


@pytest.fixture
def host(yard: Yard) -> Iterator[Host]:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    if not POINT:
        skip_host("no-cgroup-v2", "no cgroup2 is mounted here")
    made = Host(yard)
    yield made
    for id_ in made.ids:
        assert made.call("delete", "--force", id_).ok
        assert not made.group(id_).exists()


def test_the_container_has_one_group_at_the_default_place(host: Host) -> None:
    id_ = host.running(host.yard.trial.bundle())
    state = json.loads((host.yard.root / "state" / id_ / "state.json").read_text())
    assert state["cgroups"] == {"": f"/sys/fs/cgroup/refrun-{id_}"}
    assert str(state["pid"]) in (host.group(id_) / "cgroup.procs").read_text().split()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param("/conformance-abs-{n}", "conformance-abs-{n}", id="absolute: from the mount point"),
        pytest.param("conformance-rel-{n}/deep", "refrun/conformance-rel-{n}/deep", id="relative: from refrun's own"),
    ],
)  # fmt: skip
def test_the_group_is_where_cgroups_path_says(host: Host, path: str, place: str) -> None:
    bundle = host.yard.trial.bundle()
    bundle.linux["cgroupsPath"] = path.format(n=os.getpid())
    id_ = host.running(bundle)
    folder = Path(POINT, place.format(n=os.getpid()))
    assert host.call("state", id_).ok
    assert (folder / "cgroup.procs").read_text().strip()
    assert host.call("delete", "--force", id_).ok
    assert not folder.exists()


def test_a_paused_container_is_frozen_by_version_2(host: Host) -> None:
    bundle = host.yard.trial.bundle()
    bundle.process["args"] = ["/bin/sh", "-c", "while :; do echo x >> /journal/lines; sleep 0.02; done"]
    host.ids.append(host.yard.trial.new_id())
    id_ = host.ids[-1]
    assert host.call("run", "--detach", "-b", str(bundle.write().folder), id_).ok
    assert soon(lambda: len(bundle.lines()) > 2)
    assert host.call("pause", id_).ok
    assert (host.group(id_) / "cgroup.freeze").read_text() == "1\n"
    assert json.loads(host.call("state", id_).out)["status"] == "paused"
    before = len(bundle.lines())
    time.sleep(0.2)
    assert len(bundle.lines()) == before
    assert host.call("resume", id_).ok
    assert soon(lambda: len(bundle.lines()) > before)


@pytest.mark.parametrize("paused", [False, True])
def test_delete_ends_every_process_of_the_group(host: Host, paused: bool) -> None:
    bundle = host.yard.trial.bundle()
    bundle.namespaces("mount", "ipc", "uts", "network")
    bundle.process["args"] = ["/bin/sh", "-c", "sleep 301 & echo staying >> /journal/lines; exec sleep 302"]
    host.ids.append(host.yard.trial.new_id())
    id_ = host.ids[-1]
    assert host.call("run", "--detach", "-b", str(bundle.write().folder), id_).ok
    assert soon(lambda: "staying" in bundle.lines())
    pids = json.loads(host.call("ps", "--format", "json", id_).out)
    assert len(pids) == 2
    assert not paused or host.call("pause", id_).ok
    assert host.call("delete", "--force", id_).ok
    assert soon(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_cgroup_kill_ends_a_group_with_all_below_it(host: Host) -> None:
    folder = Path(POINT, f"conformance-kill-{os.getpid()}")
    (folder / "below").mkdir(parents=True)
    children = []
    try:
        for group in (folder / "below", folder / "below", folder):
            children.append(subprocess.Popen(["sleep", "300"]))
            (group / "cgroup.procs").write_text(str(children[-1].pid))
        cgroups.kill({cgroups.UNIFIED: str(folder)})
        assert [child.wait(5) for child in children] == [-9, -9, -9]
    finally:
        for child in children:
            child.kill()
            child.wait()
        for group in (folder / "below", folder):
            assert soon(lambda group=group: not (group / "cgroup.procs").read_text())  # type: ignore[misc]  # a default
            group.rmdir()


# --- limits


def huge_page() -> str:
    if "hugetlb" not in (Path(POINT) / "cgroup.controllers").read_text().split():
        skip_host("no-hugetlb-v2", "cgroup version 2 has no hugetlb controller here")
    name = sorted(path.name for path in Path("/sys/kernel/mm/hugepages").iterdir())[0]
    kilobytes = int(name.removeprefix("hugepages-").removesuffix("kB"))
    return f"{kilobytes >> 10}MB" if kilobytes < 1 << 20 else f"{kilobytes >> 20}GB"


@pytest.mark.parametrize("spelled", ["hugepageLimits", "unified"])
def test_a_limit_enables_its_controller_and_stands_in_the_group(host: Host, spelled: str) -> None:
    size, limit = huge_page(), 1 << 30
    bundle = host.yard.trial.bundle()
    bundle.linux["resources"] = (
        {"hugepageLimits": [{"pageSize": size, "limit": limit}]}
        if spelled == "hugepageLimits"
        else {"unified": {f"hugetlb.{size}.max": str(limit), "cgroup.max.depth": "5"}}
    )
    parent = f"conformance-enable-{os.getpid()}"
    bundle.linux["cgroupsPath"] = f"/{parent}/own"  # a new parent has nothing enabled
    host.running(bundle)
    group = Path(POINT, parent, "own")
    assert (group / f"hugetlb.{size}.max").read_text() == f"{limit}\n"
    assert spelled == "hugepageLimits" or (group / "cgroup.max.depth").read_text() == "5\n"


def test_a_controller_that_nobody_needs_may_be_refused(host: Host) -> None:
    """cpu counts on version 1 here, so that version 2 refuses to hand it down."""
    if "cpu" in Path(POINT, "cgroup.controllers").read_text().split():
        skip_host("no-cgroup-v1", "the cpu controller is on version 2 here")
    group = Path(POINT, f"conformance-refused-{os.getpid()}", "own")
    group.mkdir(parents=True)
    try:
        cgroups.enable(str(group), POINT, {"cpu"}, set())
        with pytest.raises(Fault, match="the cpu controller cannot be enabled in"):
            cgroups.enable(str(group), POINT, {"cpu"}, {"cpu"})
    finally:
        group.rmdir()
        group.parent.rmdir()


def test_without_groups_of_its_own_a_container_sees_the_unified_tree(host: Host) -> None:
    bundle = host.yard.trial.bundle().args("report")
    tree = {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro"]}
    bundle.config["mounts"].append(tree)
    answer = host.run(bundle, "--cgroup-manager", "disabled")
    assert answer.ok, answer.err
    found = Report(answer.out).mount("/sys/fs/cgroup")
    assert found is not None
    assert found[1] == "cgroup2"


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        pytest.param({"unified": {"nosuch.max": "1"}}, "has no nosuch controller", id="unified: no such controller"),
        pytest.param({"unified": {"cgroup.nosuch": "1"}}, "no such file", id="unified: no such file"),
        pytest.param({"unified": {"cgroup.max.depth": "deep"}}, "does not take 'deep'", id="unified: no such value"),
        pytest.param({"network": {"classID": 7}}, "has no net_cls controller", id="what version 2 does not have"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_a_failed_create(host: Host, resources: Any, said: str) -> None:
    bundle = host.yard.trial.bundle().args("exit", "0")
    bundle.linux["resources"] = resources
    answer = host.run(bundle)
    assert (answer.code, said in answer.err, answer.err.count("\n"), host.yard.ids()) == (1, True, 1, []), (
        answer.err
    )


def test_the_device_list_is_a_program_of_the_group(host: Host) -> None:
    denied, allowed = (
        {"allow": False, "access": "rwm"},
        {"allow": True, "type": "c", "major": 1, "minor": 11, "access": "r"},
    )
    for rules, words in (([denied], "denied"), ([denied, allowed], "allowed"), ([allowed, denied], "denied")):
        bundle = host.yard.trial.bundle()
        bundle.linux["devices"] = [{"path": "/dev/kmsg", "type": "c", "major": 1, "minor": 11}]
        bundle.linux["resources"] = {"devices": rules}
        bundle.process["args"] = [
            "/bin/sh",
            "-c",
            "(: < /dev/kmsg) 2>/dev/null && echo allowed || echo denied; : > /dev/null",
        ]
        assert host.run(bundle).out == f"{words}\n"


# --- ownership

CGROUP = {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup"}
BASE = 100000  # the host's uid of uid 0 inside


def owned(
    host: Host, uid: int, options: tuple[str, ...] = (), kinds: tuple[str, ...] = ("cgroup", "user")
) -> Bundle:
    bundle = host.yard.trial.bundle()
    bundle.namespaces("pid", "ipc", "uts", "network", "mount", *kinds)
    for name in ("uidMappings", "gidMappings") if "user" in kinds else ():
        bundle.linux[name] = [{"containerID": 0, "hostID": BASE, "size": 65536}]
    bundle.process["user"] = {"uid": uid, "gid": uid}
    bundle.config["mounts"].append({**CGROUP, "options": list(options)})
    bundle.journal.chmod(0o777)
    (bundle.rootfs / "sys/fs/cgroup").mkdir(parents=True)  # a mapped user could not make it
    return bundle


def owners(group: Path) -> dict[int, set[str]]:
    """Who owns the group and what is in it: uid -> names, "." for the folder itself."""
    found: dict[int, set[str]] = {}
    for path in (group, *group.iterdir()):
        found.setdefault(path.stat().st_uid, set()).add("." if path == group else path.name)
    return found


@pytest.mark.parametrize("uid", [0, 1000])
def test_the_group_and_the_files_for_it_belong_to_the_container_s_user(host: Host, uid: int) -> None:
    group = host.group(host.running(owned(host, uid)))
    delegate = set(Path(ownership.DELEGATE).read_text().split())
    there = {path.name for path in group.iterdir()}
    assert owners(group) == {BASE + uid: {"."} | delegate & there, 0: there - delegate}


def test_the_container_s_user_can_make_groups_of_its_own_but_not_change_its_limits(host: Host) -> None:
    bundle = owned(host, 1000)
    bundle.process["args"] = ["/bin/sh", "-c", "cd /sys/fs/cgroup && mkdir inner && echo 0 > inner/cgroup.procs && echo joined; echo 9 > cgroup.max.depth || echo refused"]  # fmt: skip
    said = host.run(bundle).out.splitlines()
    assert (said[0], said[-1]) == ("joined", "refused")


NOT_ASKED: list[tuple[str, Callable[[Host], Bundle]]] = [
    ("a read-only mount", lambda host: owned(host, 0, ("ro",))),
    ("no cgroup namespace", lambda host: owned(host, 0, (), ("user",))),
    ("no mount", lambda host: _without_mount(owned(host, 0))),
]


def _without_mount(bundle: Bundle) -> Bundle:
    bundle.config["mounts"].pop()
    return bundle


@pytest.mark.parametrize("make", [row[1] for row in NOT_ASKED], ids=[row[0] for row in NOT_ASKED])
def test_otherwise_the_group_stays_the_host_s(host: Host, make: Callable[[Host], Bundle]) -> None:
    assert set(owners(host.group(host.running(make(host))))) == {0}


def test_a_user_that_is_not_mapped_cannot_own_it(host: Host) -> None:
    bundle = owned(host, 70000)
    answer = host.run(bundle)
    assert (answer.code, "process.user.uid 70000 is not among linux.uidMappings" in answer.err) == (
        1,
        True,
    ), answer.err


@pytest.mark.parametrize(
    ("inside", "rows", "outside"),
    [
        (0, "0 100000 65536", 100000),
        (65535, "0 100000 65536", 165535),
        (65536, "0 100000 65536", None),
        (1000, "0 5 1000\n1000 9 1\n", 9),
        (7, "0 0 4294967295", 7),
    ],
)
def test_an_id_outside_is_found_in_the_map(inside: int, rows: str, outside: int | None) -> None:
    assert ownership.host_id(inside, rows) == outside


def test_a_kernel_that_lists_nothing_has_three_files_to_hand_over() -> None:
    assert ownership.files(None) == ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"]
    assert ownership.files("a\nb\n") == ["a", "b"]
