"""Where the demo keeps its things: folders it cannot use, ports that are taken, and two demos at once."""

import json
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from bot.demo.circle import take_port
from tests.demo.starting import STRANGE, demo, strange_folder
from tests.world import BINARIES, Said, environment, own_mounts, tallyman, without_containers

ONCE = ("demo", "--once", "--state", "state")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return strange_folder(tmp_path)


def refused(said: Said, code: int, *words: str) -> None:
    """Said in one sentence, before anything was done."""
    assert (said.code, said.out) == (code, ""), said.err
    (sentence,) = said.err.splitlines()
    assert sentence.startswith("tallyman: ")
    assert [word for word in words if word not in sentence] == []


def test_a_state_that_is_a_file_is_refused(folder: Path) -> None:
    (folder / "state").write_text("a file")
    refused(
        tallyman(*ONCE, folder=folder), 2, "state cannot be used (File exists)", "choose another with --state"
    )


def test_a_state_that_cannot_be_written_is_refused(folder: Path) -> None:
    (folder / "state").mkdir()
    readonly = own_mounts("mount --bind state state; mount -o remount,ro,bind state")
    said = tallyman(*ONCE, folder=folder, before=readonly)
    refused(said, 2, "state cannot be used (Read-only file system)", "choose another with --state")


@pytest.mark.parametrize("size", ["4k", "60k"])
def test_a_full_disk_is_said_in_words_and_the_next_start_is_a_first_one(folder: Path, size: str) -> None:
    (folder / "state").mkdir()
    full = own_mounts(f"mount -t tmpfs -o size={size} none state; trap 'cp -r state copy' EXIT", stay=True)
    said = tallyman(*ONCE, folder=folder, before=full)
    refused(said, 3, " cannot be used (", "choose another", "--state")
    for name in ("epoch", "token"):
        kept = folder / "copy" / name
        assert not kept.exists() or kept.read_text()


def test_a_home_that_cannot_be_written_is_named(folder: Path) -> None:
    home = {"HOME": "/proc/1", "TALLYMAN_DATA": ""}
    said = tallyman("demo", "--once", folder=folder, environ=home)
    refused(said, 2, "/proc/1/.local/share/tallyman/demo cannot be used", "choose another with --state")


def test_facts_that_could_not_be_written_are_refused_before_anything_is_posted(folder: Path) -> None:
    said = tallyman(*ONCE, "--json", "nowhere/facts.json", folder=folder)
    refused(said, 2, "nowhere/facts.json cannot be written", "choose another file for --json")
    assert not (folder / "state").exists()


def test_a_dashboard_port_that_is_taken_is_refused_before_the_work(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = tallyman("demo", "--state", "state", "--port", port, folder=folder)
    refused(said, 3, f"127.0.0.1:{port} cannot be listened on (Address already in use)")


@pytest.mark.parametrize(
    ("kept", "again"),
    [
        pytest.param('{"github": PORT, "dashboard": PORT}', True, id="the one of last time"),
        pytest.param('{"dashboard": PORT}', False, id="another one's"),
        pytest.param('{"github": "PORT"}', False, id="no number"),
        pytest.param('{"github": 70000}', False, id="no port"),
        pytest.param('{"github": 80', False, id="half a file"),
        pytest.param("[]", False, id="another file"),
    ],
)
def test_a_port_is_kept_while_it_is_free_and_can_be_read(tmp_path: Path, kept: str, again: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (tmp_path / "ports.json").write_text(kept.replace("PORT", str(port)))
    taken = take_port(tmp_path, "github", 0)
    assert (taken == port) is again
    assert take_port(tmp_path, "github", 0) == taken


def test_a_port_of_last_time_that_is_taken_is_replaced(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"github": port, "dashboard": 4711}))
        free = take_port(tmp_path, "github", 0)
    assert free != port
    assert json.loads((tmp_path / "ports.json").read_text()) == {"github": free, "dashboard": 4711}


def test_of_two_demos_that_start_at_once_on_one_folder_one_is_refused(folder: Path) -> None:
    with (
        demo(folder, *ONCE[1:], before=without_containers()) as one,
        demo(folder, *ONCE[1:], before=without_containers()) as other,
    ):
        errors = {process.pid: process.communicate(timeout=100)[1] for process in (one, other)}
    assert sorted(process.returncode for process in (one, other)) == [1, 2], errors
    assert sum("another demo is running" in err for err in errors.values()) == 1


def test_a_folder_with_an_awkward_name_is_a_folder(folder: Path) -> None:
    name = 'a "state" with ? and % and # and é'
    said = tallyman("demo", "--once", "--state", name, folder=folder, before=without_containers())
    assert said.out.count("created: ") == 2, said.err
    assert {"github.db", "tallyman.db", "ports.json"} <= set(os.listdir(folder / name))


def test_the_local_github_alone_serves_until_ctrl_c(folder: Path) -> None:
    process = subprocess.Popen(
        [BINARIES / "tallyman", "demo-github", "--state", "state"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=folder, env=environment(folder, STRANGE),
    )  # fmt: skip
    assert process.stdout is not None
    assert re.fullmatch(r"github: http://127\.0\.0\.1:\d+\n", process.stdout.readline())
    process.terminate()
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert err == f"token: {folder}/state/token\n"
