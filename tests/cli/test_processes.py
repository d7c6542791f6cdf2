"""`tallyman` as it is typed in a shell: exit codes, pipes that close early, full disks, folders that cannot be written."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import LOG
from tests.skips import skip_host
from tests.world import (
    BINARIES,
    World,
    books,
    copy_books,
    environment,
    own_mounts,
    tallyman,
    without_containers,
)

IMPORT = ("meeting", "import", "weekly.log", "--date", "2026-06-03")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "weekly.log").write_text(LOG)
    return tmp_path


@pytest.fixture
def with_books(folder: Path, recorded: Path) -> Path:
    copy_books(recorded, folder / "data" / "tallyman.db")
    return folder


@pytest.mark.parametrize(
    ("line", "code", "out", "err"),
    [
        pytest.param("--version", 0, "tallyman ", "", id="0: done"),
        pytest.param("judge --release v1.3.0", 1, "Not ready: 1 of 6", "", id="1: the answer is no"),
        pytest.param("judge --release nonsense", 2, "", "tallyman: nonsense is no release", id="2: a wrong request"),
        pytest.param("sync --verbose", 2, "", "No such option", id="2: a wrong option"),
        pytest.param("serve --host 192.0.2.1", 3, "", "tallyman: 192.0.2.1:8080 cannot be", id="3: the world"),
    ],
)  # fmt: skip
def test_the_exit_code_says_whose_part_it_was(
    with_books: Path, world: World, line: str, code: int, out: str, err: str
) -> None:
    said = tallyman(*line.split(), folder=with_books, environ={"TALLYMAN_CONFIG": str(world.settings())})
    assert said.code == code, said.err
    assert out in said.out
    assert err in said.err
    assert bool(said.out) is bool(out)
    assert bool(said.err) is bool(err)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param("judge --release v1.3.0 --json", 1, id="a no stays a no"),
        pytest.param("report --release v1.3.0", 0, id="done stays done"),
        pytest.param("--help", 0, id="help"),
    ],
)
def test_a_reader_that_stops_early_changes_no_exit_code(
    with_books: Path, world: World, line: str, code: int
) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # the reader is gone before the first word
    done = subprocess.run(
        [BINARIES / "tallyman", *line.split()], stdout=writing, stderr=subprocess.PIPE, text=True, cwd=with_books,
        env=environment(with_books, {"TALLYMAN_CONFIG": str(world.settings())}), check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (code, "")


def test_an_answer_that_finds_no_room_is_an_error(folder: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [BINARIES / "tallyman", "minutes", "weekly.log", "--date", "2026-06-03"],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=folder, env=environment(folder), check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert "the answer could not be written (No space left on device)" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_without_the_letters_gets_numbers_for_them(folder: Path) -> None:
    (folder / "weekly.log").write_text(LOG.replace("bo to close", "Bø to close"))
    words = ("minutes", "weekly.log", "--date", "2026-06-03")
    plain = {"PYTHONIOENCODING": "ascii"}
    said = tallyman(*words, folder=folder, environ=plain)
    assert (said.code, "B\\xf8 to close" in said.out) == (0, True)
    document = json.loads(tallyman(*words, "--format", "json", folder=folder, environ=plain).out)
    assert any("Bø to close" in item["text"] for item in document["items"])


def test_a_folder_that_cannot_be_written_is_named(with_books: Path) -> None:
    before = books(with_books / "data" / "tallyman.db")
    readonly = own_mounts('mount --bind "$PWD/data" "$PWD/data"; mount -o remount,ro,bind "$PWD/data"')
    said = tallyman(*IMPORT, folder=with_books, before=readonly)
    assert (said.code, said.out) == (3, "")
    assert "data/tallyman.db cannot be written: check the folder and its permissions" in said.err
    assert books(with_books / "data" / "tallyman.db") == before


def test_a_data_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "data").write_text("a file")
    said = tallyman(*IMPORT, folder=folder)
    assert (said.code, said.out) == (3, "")
    assert f"the data folder {folder}/data cannot be made" in said.err
    assert "name another one with TALLYMAN_DATA" in said.err


def test_a_full_disk_leaves_nothing_half_written(with_books: Path) -> None:
    """The books are on a disk of their own with no block left; afterwards they are copied out and looked at."""
    database = with_books / "data" / "tallyman.db"
    before = books(database)
    (with_books / "out").mkdir()
    on_a_full_disk = own_mounts(
        'mkdir disk; mount -t tmpfs -o size=1m none disk; cp data/tallyman.db disk; '
        'dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null || true; '
        'trap \'rm disk/filler; cp disk/* out\' EXIT',
        stay=True,
    )  # fmt: skip
    where = {"TALLYMAN_DATA": str(with_books / "disk")}
    said = tallyman(*IMPORT, folder=with_books, before=on_a_full_disk, environ=where)
    assert (said.code, said.out) == (3, "")
    assert "the disk has no room for the database" in said.err
    assert "Traceback" not in said.err
    assert books(with_books / "out" / "tallyman.db") == before


def test_without_the_right_to_make_containers_every_case_says_so_and_none_passes(
    folder: Path, world: World
) -> None:
    words = ("conformance", "run", "--release", "v1.3.0", "--json")
    said = tallyman(*words, folder=folder, before=without_containers())
    assert said.code == 0, said.err
    (run,) = json.loads(said.out)["runs"]
    assert {result["outcome"] for result in run["results"]} == {"skipped", "not-applicable"}
    assert "no containers here" in next(r["reason"] for r in run["results"] if r["outcome"] == "skipped")

    where = {"TALLYMAN_CONFIG": str(world.settings())}
    said = tallyman("doctor", folder=folder, before=without_containers(), environ=where)
    assert said.code == 1
    (wrong,) = (line for line in said.out.splitlines() if line.startswith("NO"))
    assert "refrun makes no container here: no containers here" in wrong
    assert "run as root, or allow user namespaces" in wrong


def test_a_user_without_a_home_is_told_where_to_keep_the_books(folder: Path) -> None:
    nobody = without_containers(uid=4_321_987)  # a number without a name, as in many containers
    if not nobody:
        skip_host("no-user-namespace", "this user has a name, and becomes nobody else without a namespace")
    said = tallyman(*IMPORT, folder=folder, before=[*nobody, "env", "-u", "HOME", "-u", "TALLYMAN_DATA"])
    assert (said.code, said.out) == (2, "")
    assert "this user has no home folder: set TALLYMAN_DATA" in said.err


def test_a_bundle_that_is_not_json_is_named_by_the_runtime(folder: Path) -> None:
    (folder / "config.json").write_text("hello")
    done = subprocess.run(
        [BINARIES / "refrun", "--root", folder / "root", "run", "--bundle", folder, "case"],
        cwd=folder, env=environment(folder), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert f"{folder}/config.json is not JSON" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((folder / "root").glob("*")) == []


def test_files_of_the_caller_s_folder_are_not_taken_for_python_s_own(folder: Path) -> None:
    for name in ("json", "bot", "runtime", "typing"):
        (folder / f"{name}.py").write_text("raise SystemExit('a file of the caller was run')\n")
    case = ("--release", "v1.3.0", "--case", "process/args-reach-the-program")
    said = tallyman("conformance", "run", *case, folder=folder, before=without_containers())
    assert said.code == 0, said.err
    assert "0 containers were made" in said.out


def test_a_log_comes_through_a_pipe(folder: Path) -> None:
    done = subprocess.run(
        [BINARIES / "tallyman", "minutes", "-", "--date", "2026-06-03"], input=LOG, cwd=folder,
        env=environment(folder), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "bo to close #36" in done.stdout
