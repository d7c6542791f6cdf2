"""Many refruns at once, on one container and on many: exactly one create wins, nothing hangs, list never fails."""

import itertools
import json
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.runtime.conftest import Yard, groups
from tests.runtime.test_fuzz import in_order
from tests.runtime.test_lifecycle import soon
from tests.soaking import seeds

PATIENCE = 60  # seconds for all of a round; what takes longer hangs
Done = tuple[tuple[str, ...], int, str, str]  # words, exit code, stdout, stderr
_numbers = itertools.count()


class Crowd:
    """Calls that run side by side; output goes to files, which containers may keep open."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.running: list[tuple[tuple[str, ...], subprocess.Popen[bytes], Path]] = []

    def send(self, *words: str) -> None:
        base = self.yard.root / f"call-{next(_numbers)}"
        with open(f"{base}.out", "wb") as out, open(f"{base}.err", "wb") as err:
            child = subprocess.Popen(
                [*self.yard.refrun, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )
        self.running.append((words, child, base))

    def home(self) -> list[Done]:
        """Waits for all of them. Every answer is in order: no traceback, and one sentence with exit code 1."""
        deadline, done = time.monotonic() + PATIENCE, []
        for words, child, base in self.running:
            try:
                child.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                pytest.fail(f"{words} hangs")
            done.append(
                (words, child.returncode, Path(f"{base}.out").read_text(), Path(f"{base}.err").read_text())
            )
        self.running = []
        assert [(words, wrong) for words, code, _, err in done if (wrong := in_order(code, err))] == []
        return done


def won(done: list[Done], verb: str) -> int:
    return sum(words[0] == verb and code == 0 for words, code, _, _ in done)


def gone(yard: Yard, id_: str) -> bool:
    return yard.ids() == [] and groups(id_) == []


@pytest.mark.parametrize("round_", range(seeds(3, 60)))
def test_of_many_creates_of_one_id_exactly_one_wins(yard: Yard, round_: int) -> None:
    bundle, id_, crowd = yard.trial.bundle().args("stay").write(), yard.trial.new_id(), Crowd(yard)
    for _ in range(8):
        crowd.send("create", "--bundle", str(bundle.folder), id_)
    done = crowd.home()
    assert won(done, "create") == 1
    assert {err for _, code, _, err in done if code} == {f"refrun: a container with the id {id_} exists\n"}
    for _ in range(6):
        crowd.send("start", id_)
    assert won(crowd.home(), "start") == 1
    assert soon(lambda: bundle.lines() == ["staying"])
    for _ in range(4):
        crowd.send("delete", "--force", id_)
    assert won(crowd.home(), "delete") == 4
    assert gone(yard, id_)


@pytest.mark.parametrize("seed", range(seeds(3, 100)))
def test_everything_at_once_on_one_container_ends_and_lies_nowhere(yard: Yard, seed: int) -> None:
    chance = random.Random(seed)
    bundle, id_, crowd = yard.trial.bundle().args("stay").write(), yard.trial.new_id(), Crowd(yard)
    calls = [
        ("create", "--bundle", str(bundle.folder), id_), ("create", "--bundle", str(bundle.folder), id_), ("start", id_), ("start", id_), ("state", id_),
        ("kill", id_, "KILL"), ("delete", id_), ("delete", "--force", id_), ("list", "-f", "json"), ("list",), ("pause", id_), ("resume", id_),
        ("update", "--pids-limit", "40", id_), ("exec", id_, "/probe", "exit", "0"), ("run", "--detach", "--bundle", str(bundle.folder), id_), ("ps", id_),
    ]  # fmt: skip
    # a process that joins a container which is then paused waits with it, so each seed has one of the two
    calls = [words for words in calls if words[0] not in (("exec",) if seed % 2 else ("pause", "resume"))]
    for _ in range(3):
        chance.shuffle(calls)
        for words in calls:
            crowd.send(*words)
            if chance.random() < 0.3:
                time.sleep(chance.random() * 0.05)
        done = crowd.home()
        for words, code, out, _ in done:
            if words[0] == "list":
                assert code == 0, done
            if words == ("list", "-f", "json"):
                assert {row["id"] for row in json.loads(out)} <= {id_}
    assert yard.call("delete", "--force", id_).ok
    assert gone(yard, id_)
    assert soon(lambda: not alive(bundle.folder))


def alive(folder: Path) -> list[str]:
    """Processes of refrun that work on a bundle."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words and int(path.name) != os.getpid():
            found.append(words)
    return found


def test_many_containers_live_side_by_side_and_list_sees_each_truly(yard: Yard) -> None:
    crowd, ids = Crowd(yard), [yard.trial.new_id() for _ in range(seeds(6, 24))]
    bundles = {id_: yard.trial.bundle().args("stay").write() for id_ in ids}
    for id_ in ids:
        crowd.send("run", "--detach", "--bundle", str(bundles[id_].folder), id_)
        crowd.send("list", "-f", "json")
    assert won(crowd.home(), "run") == len(ids)
    rows = json.loads(yard.call("list", "-f", "json").out)
    assert {row["id"]: row["status"] for row in rows} == dict.fromkeys(ids, "running")
    assert len({row["pid"] for row in rows}) == len(ids)
    for id_ in ids:
        crowd.send("kill", id_, "KILL")
        crowd.send("list")
        crowd.send("state", id_)
    assert won(crowd.home(), "list") == len(ids)
    for id_ in ids:
        crowd.send("delete", "--force", id_)
        crowd.send("list", "-q")
    done = crowd.home()
    assert (won(done, "delete"), won(done, "list")) == (len(ids), len(ids))
    assert yard.ids() == []


@pytest.mark.parametrize("round_", range(seeds(2, 60)))
def test_a_delete_beside_a_create_leaves_one_whole_container_or_none(yard: Yard, round_: int) -> None:
    """An id that is taken away and given anew meanwhile is never two containers' folder."""
    bundle, id_, crowd = yard.trial.bundle().args("stay").write(), yard.trial.new_id(), Crowd(yard)
    for _ in range(5):
        crowd.send("create", "--bundle", str(bundle.folder), id_)
        crowd.send("delete", "--force", id_)
    crowd.home()
    if yard.ids():
        state = json.loads(yard.call("state", id_).out)
        assert state["status"] == "created"
        assert yard.call("start", id_).ok
        assert soon(lambda: bundle.lines() == ["staying"])
    assert yard.call("delete", "--force", id_).ok
    assert gone(yard, id_)
    assert soon(lambda: not alive(bundle.folder))
