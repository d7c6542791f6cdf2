"""A runner that is killed at any moment leaves nothing that the next run does not take away and name."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.conformance import host, ledger, leftovers, trial
from tests.conformance.asking import ARGS, ROOT, ask
from tests.conformance.test_harness import leftovers as left
from tests.skips import skip_host
from tests.soaking import seeds

MANY = ("lifecycle/", "hooks/", "cgroups/", "namespaces/", "terminal/")


@pytest.fixture(autouse=True)
def containers() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


def inside(folder: Path) -> list[int]:
    """Processes whose root lies in a run's folder."""
    return [
        int(name)
        for name in os.listdir("/proc")
        if name.isdecimal() and any(leftovers._has_root_in(int(name), run) for run in folder.glob("conformance-*"))
    ]  # fmt: skip


def begin(folder: Path) -> "subprocess.Popen[str]":
    from runtime.conformance.declare import all_cases

    words = [word for case in all_cases() if case.id.startswith(MANY) for word in ("--case", case.id)]
    return subprocess.Popen(
        [sys.executable, "-m", "runtime.conformance", "run", "--release", "v1.3.0", "--fresh", "--json", *words],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(seeds(4, 60)))
def test_a_killed_run_is_cleaned_up_by_the_next_one(seed: int, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    child = begin(tmp_path)
    time.sleep(0.4 + 2.5 * random.Random(seed).random())
    child.send_signal(signal.SIGKILL)
    child.wait()
    made = list(tmp_path.glob("conformance-*"))
    said = ask("--release", "v1.3.0", "--case", ARGS, "--json", environ={"TMPDIR": str(tmp_path)})
    assert said.code == 0, said.err
    assert (left(child.pid, tmp_path), inside(tmp_path)) == ([], [])
    named = [note for note in said.notes if f"(pid {child.pid}) was killed; removed of it: " in note]
    assert len(named) == (1 if made else 0)
    assert all(f"the folder {folder}" in named[0] for folder in made)
    again = ask("--release", "v1.3.0", "--case", ARGS, "--json", environ={"TMPDIR": str(tmp_path)})
    assert again.notes == []


def test_a_run_that_is_going_on_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    child = begin(tmp_path)
    try:
        deadline = time.monotonic() + 20
        while not list(tmp_path.glob("conformance-*/v1.3.0")) and time.monotonic() < deadline:
            time.sleep(0.05)
        said = ask("--release", "v1.3.0", "--case", ARGS, "--json", environ={"TMPDIR": str(tmp_path)})
        assert (said.notes, child.poll()) == ([], None)
        assert list(tmp_path.glob("conformance-*")) != []
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)
    assert left(child.pid, tmp_path) == []


def test_what_belongs_to_nobody_else_is_what_counts(tmp_path: Path) -> None:
    """A process that only has the folder among its words or its mounts is not the run's."""
    folder = tmp_path / "conformance-x"
    (folder / "state").mkdir(parents=True)
    bystander = subprocess.Popen(
        ["tail", "-f", "/dev/null", str(folder / "state")], stderr=subprocess.DEVNULL
    )
    caller = subprocess.Popen(["sh", "-c", "sleep 60; :", "--root", str(folder / "state")])
    try:
        time.sleep(0.1)
        removed = leftovers.remove(folder, "case-0-0000", ["true"])
        assert (bystander.poll(), caller.wait(5)) == (None, -signal.SIGKILL)
        assert removed == ["1 process", f"the folder {folder}"]
    finally:
        for each in (bystander, caller):
            each.kill()
            each.wait()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{}", id="without its fields"),
        pytest.param('{"pid": 1, "started": 1, "boot": "", "space": "", "uid": 0, "folder": "/etc", "mark": "case-1-1", "command": []}', id="a folder that is no run's"),
        pytest.param('{"pid": 1, "started": 1, "boot": "", "space": "", "uid": 0, "folder": "/tmp/conformance-x", "mark": "", "command": []}', id="a mark that is everybody's"),
    ],
)  # fmt: skip
def test_a_record_that_no_run_wrote_is_not_acted_upon(text: str) -> None:
    home = Path(os.environ["XDG_CACHE_HOME"]) / "tallyman/conformance/runs"
    home.mkdir(parents=True)
    (home / "1-1-conformance-x.json").write_text(text)
    said = ledger.clean()
    assert (len(said), "damaged" in said[0], list(home.iterdir())) == (1, True, [])
    assert Path("/etc").is_dir()


def test_another_owner_of_the_pid_is_no_life_of_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "conformance-old"
    folder.mkdir()
    with ledger.entered(folder, trial.mark(), ["true"]):
        assert ledger.clean() == []
        (path,) = (Path(os.environ["XDG_CACHE_HOME"]) / "tallyman/conformance/runs").glob("*.json")
        path.write_text(path.read_text().replace('"started": ', '"started": 9'))
        said = ledger.clean()
    assert f"removed of it: the folder {folder}" in said[0]
    assert not folder.exists()
