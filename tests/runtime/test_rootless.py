"""An ordinary user: the whole life cycle in a user namespace, mapped alone or by newuidmap, and what is then refused."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime import cgroups
from runtime.conformance import host, rootfs
from runtime.conformance.bundles import Bundle
from runtime.conformance.driver import Answer
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_host, skip_tool

ROOT = Path(__file__).resolve().parent.parent.parent
UID = 60000 + os.getpid() % 5000  # nobody's, and not the same as a test beside this one
BASE, SIZE = 900000, 1000  # the ids that /etc/subuid gives to the user
ENTER = "from runtime.cli import main; sys.exit(main(sys.argv[1:]))"


class User:
    """Somebody without any right: a copy of refrun, a bundle and a state folder that this user can read and write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before: list[
            str
        ] = []  # what a shell does as root, in a mount namespace of its own, before it becomes the user
        shutil.copytree(ROOT / "runtime", folder / "runtime", ignore=shutil.ignore_patterns("__pycache__"))
        self.bundle = Bundle(folder / "bundle", rootfs.find(), "v1.3.0", "1.3.0")
        self.bundle.linux["namespaces"].append({"type": "user"})
        self.map([(0, UID, 1)])
        for path in (folder, *folder.rglob("*")):
            os.chown(path, UID, UID, follow_symlinks=False)
        self.ids: list[str] = []

    def map(self, rows: list[tuple[int, int, int]]) -> None:
        names = ("containerID", "hostID", "size")
        for ids in ("uidMappings", "gidMappings"):
            self.bundle.linux[ids] = [dict(zip(names, row, strict=True)) for row in rows]

    def words(self, path: str, *words: str) -> list[str]:
        start = f"import sys; sys.path.insert(0, {str(self.folder)!r}); {ENTER}"
        become = [skip_tool("setpriv"), "--reuid", str(UID), "--regid", str(UID), "--clear-groups"]
        script = " && ".join([*self.before, 'exec "$@"'])
        return [
            skip_tool("unshare"), "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh", *become,
            "/usr/bin/env", f"PATH={path}", _interpreter(), "-ISB", "-c", start, "--root", str(self.folder / "state"), *words,
        ]  # fmt: skip

    def call(self, *words: str, path: str = "/usr/bin:/bin") -> Answer:
        with open(self.folder / "out", "w+") as out, open(self.folder / "err", "w+") as err:
            done = subprocess.run(
                self.words(path, *words), stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=30, check=False,
                cwd=self.folder, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            )  # fmt: skip
            texts = [(file.seek(0), file.read())[1] for file in (out, err)]
        return Answer(done.returncode, *texts)

    def make(self, command: str, *words: str) -> Answer:
        """create or run of the bundle, under a new id."""
        self.bundle.write()
        self.ids.append(f"rootless-{UID}-{len(self.ids)}")
        return self.call(*words, command, "-b", str(self.bundle.folder), self.ids[-1])

    def state(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.call("state", id_).out)
        return found

    def running(self) -> str:
        """A container whose program is up and stays."""
        self.bundle.args("stay")
        answer = self.make("create")
        assert answer.ok, answer.err
        assert self.call("start", self.ids[-1]).ok
        assert soon(lambda: "staying" in self.bundle.lines())
        return self.ids[-1]


def _interpreter() -> str:
    """A Python that everybody may run; the one in a root user's home is not. (setpriv itself still may: env asks as the user.)"""
    code = "import sys; sys.exit(sys.version_info < (3, 11))"
    become = ["setpriv", "--reuid", str(UID), "--regid", str(UID), "--clear-groups", "/usr/bin/env"]
    for path in (sys.executable, "/usr/bin/python3.11", "/usr/bin/python3"):
        if subprocess.run([*become, path, "-ISc", code], capture_output=True, check=False).returncode == 0:
            return path
    return skip_tool("python3.11 for everybody")


@pytest.fixture
def user() -> Iterator[User]:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)
    with tempfile.TemporaryDirectory() as place:  # pytest closes its own folder to others whenever one starts
        Path(place).chmod(0o755)
        made = User(Path(place, "home"))
        yield made
        for id_ in made.ids:
            assert made.call("delete", "--force", id_).ok
        left = made.folder / "state"
        assert not left.exists() or os.listdir(left) == []


# --- the life cycle


def test_a_container_goes_through_all_its_states(user: User) -> None:
    user.bundle.args("stay")
    assert user.make("create").ok
    id_ = user.ids[-1]
    assert (user.state(id_)["status"], user.state(id_)["owner"]) == ("created", str(UID))
    pid = user.state(id_)["pid"]
    assert Path(f"/proc/{pid}/uid_map").read_text().split() == ["0", str(UID), "1"]
    assert user.call("start", id_).ok
    assert soon(lambda: "staying" in user.bundle.lines())
    assert user.state(id_)["status"] == "running"
    assert user.call("list", "--quiet").out == f"{id_}\n"
    assert user.call("kill", id_, "SIGKILL").ok
    assert soon(lambda: user.state(id_)["status"] == "stopped")
    assert user.call("delete", id_).ok
    assert user.call("list", "--quiet").out == ""


def test_run_passes_the_exit_code_on_and_leaves_nothing(user: User) -> None:
    user.bundle.args("exit", "7")
    assert (user.make("run").code, user.call("list", "--quiet").out) == (7, "")


def test_root_inside_is_the_user_outside(user: User) -> None:
    user.bundle.process["args"] = ["/bin/sh", "-c", "id -u; id -g; : > /journal/made"]
    assert user.make("run").out.split() == ["0", "0"]
    made = (user.bundle.journal / "made").stat()
    assert (made.st_uid, made.st_gid) == (UID, UID)


def test_a_process_joins_and_is_seen(user: User) -> None:
    id_ = user.running()
    assert user.call("exec", id_, "/bin/sh", "-c", "id -u; exit 3").out == "0\n"
    file = user.folder / "pid"
    assert user.call("exec", "-d", "--pid-file", str(file), id_, "/probe", "stay").ok
    pids = json.loads(user.call("ps", "--format", "json", id_).out)
    assert {user.state(id_)["pid"], int(file.read_text())} <= set(pids)
    assert len(pids) <= 4  # each of the two has a sleep at most; nobody else's processes
    assert user.call("kill", "--all", id_, "KILL").ok
    assert soon(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_the_bundle_that_spec_writes_for_it_runs(user: User) -> None:
    (user.bundle.folder / "config.json").unlink(missing_ok=True)
    assert user.call("spec", "--rootless", "-b", str(user.bundle.folder)).ok
    config = json.loads((user.bundle.folder / "config.json").read_text())
    assert config["linux"]["uidMappings"] == [{"containerID": 0, "hostID": UID, "size": 1}]
    user.bundle.config = {**config, "process": {**config["process"], "args": ["/probe", "exit", "5"]}}
    user.bundle.config["mounts"] += [each for each in Bundle(user.folder / "b2", rootfs.find(), "v1.3.0", "1.3.0").config["mounts"] if each.get("type") == "bind"][:-1]  # fmt: skip
    assert user.make("run").code == 5


# --- what is refused


def test_without_a_user_namespace_it_is_refused(user: User) -> None:
    user.bundle.linux["namespaces"].pop()
    answer = user.make("run")
    assert (answer.code, answer.err.startswith("refrun: an ordinary user needs a user namespace")) == (
        1,
        True,
    )


def test_limits_are_refused_and_name_the_group(user: User) -> None:
    user.bundle.linux["resources"] = {"pids": {"limit": 5}}
    answer = user.make("run")
    assert answer.err.startswith("refrun: the limits in linux.resources need a cgroup, and /")
    assert (answer.code, answer.err.endswith("cannot be made: Permission denied\n")) == (1, True)
    problems = user.call("validate", "--host", str(user.bundle.folder)).out
    assert "linux.resources needs a control group, and this user may make none" in problems


def test_a_state_folder_that_somebody_else_made_is_refused(user: User) -> None:
    (user.folder / "trap").mkdir()
    (user.folder / "trap").chmod(0o777)
    words = ("--root", str(user.folder / "trap"), "run", "-b", str(user.bundle.write().folder), "x")
    answer = user.call(*words)
    assert (
        answer.err
        == f"refrun: {user.folder}/trap is somebody else's folder; give one of your own with --root\n"
    )
    assert (answer.code, os.listdir(user.folder / "trap")) == (1, [])


@pytest.mark.parametrize(("rootless", "code"), [("auto", 0), ("true", 0), ("false", 1)])
def test_a_group_that_may_not_be_made_is_an_error_when_that_is_asked_for(
    user: User, rootless: str, code: int
) -> None:
    user.bundle.args("exit", "0")
    answer = user.make("run", "--rootless", rootless)
    assert (answer.code, "cannot be used: Permission denied" in answer.err) == (code, code == 1)


def test_a_container_without_groups_cannot_be_paused(user: User) -> None:
    assert "has no cgroup with a freezer" in user.call("pause", user.running()).err


# --- a group of its own


def test_in_a_group_that_was_handed_over_it_is_paused_and_limited(user: User) -> None:
    point = cgroups.hierarchies().get(cgroups.UNIFIED)
    if point is None:
        skip_host("no-cgroup-v2", "no cgroup2 is mounted here")
    mine = Path(point, f"conformance-user-{UID}")
    try:
        for folder in (mine, mine / "shell"):
            folder.mkdir()
            for name in ("", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"):
                os.chown(folder / name, UID, UID)
        user.before.append(f"echo 0 > {mine}/shell/cgroup.procs")
        user.bundle.linux["cgroupsPath"] = f"/{mine.name}/box"
        user.bundle.linux["resources"] = {"unified": {"cgroup.max.depth": "3"}}
        id_ = user.running()
        assert (mine / "box" / "cgroup.max.depth").read_text() == "3\n"
        assert user.call("pause", id_).ok
        assert user.state(id_)["status"] == "paused"
        assert user.call("resume", id_).ok
        assert user.call("delete", "--force", id_).ok
        assert not (mine / "box").exists()
    finally:
        user.before.clear()
        for folder in (mine / "box", mine / "shell", mine):
            for _ in range(50):
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.02)


# --- mapped by newuidmap


@pytest.fixture
def ranges(user: User) -> User:
    """The user as /etc has it: with a name, and with a range of ids of its own."""
    skip_tool("newuidmap")
    names = {"passwd": f"someone:x:{UID}:{UID}::/:/bin/sh\n", "group": f"someone:x:{UID}:\n"}
    names |= dict.fromkeys(("subuid", "subgid"), f"someone:{BASE}:{SIZE}\n")
    user.before.append("mount -t tmpfs tmpfs /mnt && cp -a /etc /mnt/etc")
    for name, text in names.items():
        (user.folder / name).write_text(text)
        user.before.append(
            f"cat {user.folder / name} {'>>' if name in ('passwd', 'group') else '>'} /mnt/etc/{name}"
        )
    user.before.append("mount --bind /mnt/etc /etc")
    user.map([(0, UID, 1), (1, BASE, SIZE)])
    return user


def test_a_range_is_mapped_by_newuidmap(ranges: User) -> None:
    ranges.bundle.journal.chmod(0o777)
    ranges.bundle.process["user"] = {"uid": 7, "gid": 9, "additionalGids": [11]}
    ranges.bundle.process["args"] = ["/bin/sh", "-c", ": > /journal/made; cat /proc/self/uid_map; id -G"]
    answer = ranges.make("run")
    assert answer.out.split() == ["0", str(UID), "1", "1", str(BASE), str(SIZE), "9", "11"], answer.err
    made = (ranges.bundle.journal / "made").stat()
    assert (made.st_uid, made.st_gid) == (BASE + 6, BASE + 8)


def test_ids_that_are_somebody_else_s_are_refused_in_the_program_s_words(ranges: User) -> None:
    ranges.map([(0, UID, 1), (1, BASE, SIZE + 1)])
    answer = ranges.make("run")
    assert answer.err.startswith("refrun: linux.uidMappings cannot be applied: newuidmap: uid range")
    assert (answer.code, answer.err.count("\n"), ranges.call("list", "-q").out) == (1, 1, "")


def test_without_newuidmap_a_range_is_refused_and_says_what_to_install(ranges: User) -> None:
    answer = ranges.make("create")
    assert ranges.call("delete", "--force", ranges.ids[-1]).ok
    assert answer.ok, answer.err
    ranges.ids.append("without")
    said = (
        "linux.uidMappings maps more than this user's own id, which needs newuidmap (Debian's package uidmap)"
    )
    answer = ranges.call("create", "-b", str(ranges.bundle.folder), "without", path="/nowhere")
    assert (answer.code, answer.err) == (1, f"refrun: {said}\n")
    assert said in ranges.call("validate", "--host", str(ranges.bundle.folder), path="/nowhere").out
