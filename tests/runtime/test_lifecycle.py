"""create, start, state, kill, delete and run on the real kernel: exit codes, files, descriptors, and what stays behind."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.conformance.trial import Trial
from runtime.state import started_at
from tests.runtime.conftest import Yard, groups


def soon(holds: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 10
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_run_ends_with_the_program_s_own_exit_code(yard: Yard, code: int) -> None:
    assert yard.trial.run(yard.trial.bundle().args("exit", str(code))).code == code


def test_run_of_a_program_that_a_signal_ends_gives_128_and_the_signal(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay").write()
    id_ = yard.trial.new_id()
    child = yard.background("run", "--bundle", str(bundle.folder), id_)
    assert soon(lambda: "staying" in bundle.lines())
    assert yard.call("kill", id_, "KILL").ok
    assert child.wait(20) == 128 + signal.SIGKILL


def test_run_passes_a_signal_on_to_the_program(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay")
    bundle.write()
    child = yard.background("run", "--bundle", str(bundle.folder), yard.trial.new_id())
    assert soon(lambda: "staying" in bundle.lines())
    child.send_signal(signal.SIGUSR1)
    assert soon(lambda: bundle.lines("signals") == ["usr1"])
    child.send_signal(signal.SIGTERM)
    assert child.wait(20) == 0


def test_run_detached_comes_back_while_the_program_runs(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay").write()
    id_ = yard.trial.new_id()
    assert yard.call("run", "--detach", "--bundle", str(bundle.folder), id_).ok
    assert json.loads(yard.call("state", id_).out)["status"] == "running"


def test_the_pid_file_holds_the_program_s_pid(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay").write()
    id_, file = yard.trial.new_id(), yard.root / "pid"
    assert yard.call("create", "--bundle", str(bundle.folder), "--pid-file", str(file), id_).ok
    assert int(file.read_text()) == json.loads(yard.call("state", id_).out)["pid"]


def test_a_pid_file_that_cannot_be_written_is_a_failed_create(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay").write()
    answer = yard.call(
        "create", "-b", str(bundle.folder), "--pid-file", "/no/such/folder/pid", yard.trial.new_id()
    )
    assert (answer.code, "/no/such/folder/pid cannot be written" in answer.err) == (1, True)
    assert yard.ids() == []


def test_the_config_may_lie_elsewhere(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("exit", "3").write()
    moved = (bundle.folder / "config.json").rename(yard.root / "elsewhere.json")
    answer = yard.call("run", "--bundle", str(bundle.folder), "--config", str(moved), yard.trial.new_id())
    assert answer.code == 3


def test_the_bundle_is_the_working_directory_when_none_is_named(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = yard.trial.bundle().args("exit", "4").write()
    monkeypatch.chdir(bundle.folder)
    assert yard.call("run", yard.trial.new_id()).code == 4


@pytest.mark.parametrize(
    ("asked", "kept"),
    [pytest.param(0, "", id="none"), pytest.param(1, "3", id="one"), pytest.param(2, "34", id="two")],
)
def test_only_the_descriptors_asked_for_are_passed_on(yard: Yard, asked: int, kept: str) -> None:
    bundle = yard.trial.bundle().args("stay").write()
    id_ = yard.trial.new_id()
    with (
        open(yard.root / "a", "w") as first,
        open(yard.root / "b", "w") as second,
        open(yard.root / "c", "w") as third,
    ):
        answer = yard.call(
            "create",
            "--bundle",
            str(bundle.folder),
            "--preserve-fds",
            str(asked),
            id_,
            inherited=[first, second, third],
        )
        assert (answer.ok, yard.call("start", id_).ok) == (True, True)
    assert soon(lambda: "staying" in bundle.lines())
    pid = json.loads(yard.call("state", id_).out)["pid"]
    held = {int(fd): os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
    assert (
        "".join(
            str(fd) for fd, link in sorted(held.items()) if link in {str(yard.root / name) for name in "abc"}
        )
        == kept
    )


def test_list_and_state_tell_the_truth_of_each_container(yard: Yard) -> None:
    created = yard.trial.created(yard.trial.bundle().args("stay"))
    running = yard.trial.running(yard.trial.bundle())
    stopped = yard.trial.created(yard.trial.bundle().args("exit", "0"))
    stopped.start()
    assert soon(lambda: stopped.status == "stopped")
    rows = {row["id"]: row for row in json.loads(yard.call("list", "--format", "json").out)}
    assert {id_: row["status"] for id_, row in rows.items()} == {
        created.id: "created", running.id: "running", stopped.id: "stopped",
    }  # fmt: skip
    assert (rows[running.id]["pid"], rows[stopped.id]["pid"]) == (running.pid, 0)
    assert sorted(yard.call("list", "-q").out.split()) == sorted(rows)
    assert yard.call("list").out.splitlines()[0].split() == [
        "ID",
        "PID",
        "STATUS",
        "BUNDLE",
        "CREATED",
        "OWNER",
    ]


def test_delete_force_of_a_missing_container_is_quiet_and_delete_is_not(yard: Yard) -> None:
    assert yard.call("delete", "--force", "nobody").ok
    answer = yard.call("delete", "nobody")
    assert (answer.code, answer.err) == (1, "refrun: the container nobody does not exist\n")


def test_delete_force_takes_a_running_container_and_all_its_processes(yard: Yard) -> None:
    container = yard.trial.running(yard.trial.bundle())
    pid, began = container.pid, started_at(container.pid)
    assert yard.call("delete", "--force", container.id).ok
    assert (yard.ids(), groups(container.id), started_at(pid) == began) == ([], [], False)


@pytest.mark.parametrize("id_", ["", "..", ".", "a/b", "../x", "a b", "ä", "x" * 1025, "a\nb"])
def test_an_id_that_could_be_a_path_is_refused(yard: Yard, id_: str) -> None:
    bundle = yard.trial.bundle().args("exit", "0").write()
    answer = yard.call("create", "--bundle", str(bundle.folder), id_)
    assert (answer.code, "id" in answer.err, "Traceback" in answer.err) == (1, True, False)
    assert yard.ids() == []


MOMENTS = {  # where in its life refrun is killed -> (the operation, the hook in which it then waits)
    "while prestart hooks run": ("create", "prestart"),
    "while the container is built": ("create", "createContainer"),
    "while the program is about to start": ("start", "startContainer"),
    "while poststart hooks run": ("start", "poststart"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_refrun_killed_half_way_leaves_what_delete_force_takes_away(yard: Yard, moment: str) -> None:
    operation, point = MOMENTS[moment]
    bundle = yard.trial.bundle().args("stay")
    if point == "startContainer":
        bundle.config["hooks"] = {point: [{"path": "/probe", "args": ["/probe", "stay"]}]}
    else:
        bundle.hook(point, 'echo $$ >> "$JOURNAL/hook"; exec sleep 300')
    bundle.write()
    id_ = yard.trial.new_id()
    create = ("create", "--bundle", str(bundle.folder), id_)
    if operation == "start":
        assert yard.call(*create).ok
    child = yard.background(*(create if operation == "create" else ("start", id_)))
    assert soon(lambda: bundle.lines("hook") or (point == "startContainer" and bundle.lines()))
    child.kill()
    child.wait()
    status = json.loads(yard.call("state", id_).out)["status"]
    assert (
        status
        in {"create": ("creating", "created", "stopped"), "start": ("created", "running", "stopped")}[
            operation
        ]
    )
    assert id_ in yard.call("list", "-q").out
    assert yard.call("delete", "--force", id_).ok
    assert (yard.ids(), groups(id_)) == ([], [])
    assert soon(lambda: not left_running(bundle.folder)), left_running(bundle.folder)
    assert soon(
        lambda: (
            point == "createContainer" or all(started_at(int(pid)) is None for pid in bundle.lines("hook"))
        )
    ), "the hook lives on"


def left_running(folder: Path) -> list[str]:
    """Processes whose root or command line lies in a bundle."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().decode(errors="replace")
            if str(folder) in words or os.readlink(path / "root").startswith(str(folder)):
                found.append(f"{path.name} {words}")
        except OSError:
            continue
    return found


def test_a_killed_create_can_be_asked_again(yard: Yard) -> None:
    trial: Trial = yard.trial
    bundle = trial.bundle().args("exit", "0")
    bundle.hook("prestart", 'test -e "$JOURNAL/hook" || { echo x >> "$JOURNAL/hook"; exec sleep 300; }')
    bundle.write()
    id_ = trial.new_id()
    child = yard.background("create", "--bundle", str(bundle.folder), id_)
    assert soon(lambda: bundle.lines("hook"))
    child.kill()
    child.wait()
    assert yard.call("delete", "--force", id_).ok
    assert yard.call("run", "--bundle", str(bundle.folder), id_).ok
    assert soon(lambda: not left_running(bundle.folder))


def test_what_is_kept_of_a_container_is_for_its_owner_alone(yard: Yard) -> None:
    """A config's env has secrets."""
    container = yard.trial.created(yard.trial.bundle().args("stay"))
    kept = yard.root / "state" / container.id
    assert {name: oct((kept / name).stat().st_mode & 0o777) for name in ("config.json", "state.json")} == {
        "config.json": "0o600",
        "state.json": "0o600",
    }


@pytest.mark.parametrize("number", [{"major": 2**31}, {"minor": 2**20}, {"major": -2}])
def test_a_device_number_that_the_kernel_does_not_know_is_a_sentence(
    yard: Yard, number: dict[str, int]
) -> None:
    bundle = yard.trial.bundle()
    bundle.linux["devices"] = [{"path": "/dev/barge", "type": "c", "major": 1, "minor": 3, **number}]
    answer = yard.trial.run(bundle)
    assert not answer.ok
    assert "linux.devices /dev/barge has the number" in answer.err
