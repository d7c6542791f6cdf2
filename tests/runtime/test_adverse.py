"""A host that has no room, no rights, no descriptors, no memory, or a caller that closes things and sends signals."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from runtime.conformance.bundles import Bundle
from tests.runtime.conftest import Yard, groups
from tests.runtime.test_fuzz import in_order
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_host
from tests.soaking import IS_SOAKING, seeds


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A file system of one page with no room left."""
    if os.geteuid() != 0:
        skip_host("no-root", "a file system is mounted")
    place = tmp_path / "full"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=6", "none", str(place)], check=True)
    (place / "filler").write_bytes(b"x" * 4096)
    yield place
    subprocess.run(["umount", str(place)], check=True)


def nothing_left(yard: Yard, *ids: str) -> bool:
    return yard.ids() == [] and not [path for id_ in ids for path in groups(id_)]


def asked(yard: Yard, shell: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """One call behind words of bash, such as a limit or a redirection."""
    with open(yard.root / "err", "w+") as err:
        done = subprocess.run(
            ["/bin/bash", "-c", shell, "sh", *yard.refrun, *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err, timeout=60, check=False,
        )  # fmt: skip
        err.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, "", err.read())


# --- no room


@pytest.mark.parametrize("room", ["nothing", "the folder alone", "half of it"])
def test_a_state_folder_without_room_is_a_sentence_and_no_container(
    yard: Yard, full: Path, room: str
) -> None:
    bundle, id_ = yard.trial.bundle().args("stay").write(), yard.trial.new_id()
    if room == "nothing":
        for number in range(6):
            try:
                (full / f"inode{number}").touch()
            except OSError:
                break
    elif room == "half of it":
        (full / "filler").write_bytes(b"")
    root = str(full / "state")
    answer = yard.call("--root", root, "create", "--bundle", str(bundle.folder), id_)
    assert (answer.code, in_order(answer.code, answer.err)) == (1, []), answer
    assert "No space left on device" in answer.err
    assert yard.call("--root", root, "list", "-q").out == ""
    assert (groups(id_), [path.name for path in full.glob("state/*")]) == ([], [])


@pytest.mark.parametrize("option", ["--pid-file", "--log"])
def test_a_full_disk_under_a_file_of_the_caller_s(yard: Yard, full: Path, option: str) -> None:
    bundle, id_ = yard.trial.bundle().args("exit", "0").write(), yard.trial.new_id()
    before = sorted(path.name for path in full.iterdir())
    place = str(full / "file")
    words = ["--log", place] if option == "--log" else []
    more = ["--pid-file", place] if option == "--pid-file" else []
    answer = yard.call(
        *words,
        "run",
        *more,
        "--bundle",
        str(bundle.folder),
        "--config",
        "/no/such" if words else str(bundle.folder / "config.json"),
        id_,
    )
    assert answer.code == 1
    assert f"{place} cannot be written: No space left on device" in answer.err
    assert nothing_left(yard, id_)
    assert (
        sorted(path.name for path in full.iterdir() if path.name != "file" or path.stat().st_size) == before
    )


def test_a_state_folder_that_is_read_only_is_a_sentence(yard: Yard, full: Path) -> None:
    bundle, id_ = yard.trial.bundle().args("stay").write(), yard.trial.new_id()
    subprocess.run(["mount", "-o", "remount,ro", str(full)], check=True)
    answer = yard.call("--root", str(full / "state"), "run", "--bundle", str(bundle.folder), id_)
    assert (answer.code, in_order(answer.code, answer.err), "Read-only file system" in answer.err) == (
        1,
        [],
        True,
    )
    assert groups(id_) == []


def test_a_state_folder_of_another_user_is_not_believed(yard: Yard, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        skip_host("no-root", "files are given to another user")
    folder, marker = tmp_path / "foreign" / "planted", tmp_path / "marker"
    folder.mkdir(parents=True)
    facts = {
        "id": "planted",
        "version": "1.3.0",
        "bundle": "/",
        "pid": 1,
        "started": 0,
        "cgroups": {},
        "creating": False,
    }
    (folder / "state.json").write_text(json.dumps(facts))
    hook = {"path": "/bin/touch", "args": ["touch", str(marker)]}
    (folder / "config.json").write_text(
        json.dumps({"ociVersion": "1.3.0", "root": {"path": "/"}, "hooks": {"poststop": [hook]}})
    )
    for path in (folder.parent, folder, *folder.iterdir()):
        os.chown(path, 12345, 12345)
    for words in (
        ("delete", "--force", "planted"),
        ("delete", "planted"),
        ("state", "planted"),
        ("start", "planted"),
    ):
        answer = yard.call("--root", str(folder.parent), *words)
        assert (answer.code, "belongs to the user 12345" in answer.err) == (1, True), answer
    assert (marker.exists(), folder.exists()) == (False, True)


# --- no descriptors, no memory, no processes


@pytest.mark.parametrize("number", range(11, 24) if IS_SOAKING else (11, 12, 14, 16, 20))
def test_with_few_descriptors_it_works_or_says_so(yard: Yard, number: int) -> None:
    bundle, id_ = yard.trial.bundle().args("exit", "0").write(), yard.trial.new_id()
    done = asked(yard, f'ulimit -n {number}; exec "$@"', "run", "--bundle", str(bundle.folder), id_)
    assert in_order(done.returncode, done.stderr) == []
    assert done.returncode == 0 or "Too many open files" in done.stderr
    assert soon(lambda: nothing_left(yard, id_))


@pytest.mark.parametrize("megabytes", range(14, 40) if IS_SOAKING else (18, 21, 24, 30))
def test_with_little_memory_it_works_or_says_so(yard: Yard, megabytes: int) -> None:
    bundle, id_ = yard.trial.bundle().args("exit", "0").write(), yard.trial.new_id()
    done = asked(yard, f'ulimit -v {megabytes * 1024}; exec "$@"', "run", "--bundle", str(bundle.folder), id_)
    from_python_itself = re.search(
        r"Fatal Python error|error while loading shared libraries|cannot allocate", done.stderr
    )
    assert from_python_itself or in_order(done.returncode, done.stderr) == []
    assert soon(lambda: nothing_left(yard, id_))


def test_a_config_larger_than_the_memory_is_a_sentence(yard: Yard) -> None:
    bundle, id_ = yard.trial.bundle().args("exit", "0").write(), yard.trial.new_id()
    (bundle.folder / "config.json").write_text(json.dumps({"annotations": {"a": "x" * 50_000_000}}))
    done = asked(yard, f'ulimit -v {48 * 1024}; exec "$@"', "run", "--bundle", str(bundle.folder), id_)
    assert (done.returncode, done.stderr) == (1, "refrun: there is not enough memory\n")
    assert nothing_left(yard, id_)


@pytest.mark.parametrize("limit", range(1, 6))
def test_where_no_process_can_be_made_it_says_so(yard: Yard, limit: int) -> None:
    group = (
        Path("/sys/fs/cgroup/pids" if Path("/sys/fs/cgroup/pids").is_dir() else "/sys/fs/cgroup")
        / f"narrow-{os.getpid()}"
    )
    if os.geteuid() != 0:
        skip_host("no-root", "a cgroup is made")
    bundle, id_ = yard.trial.bundle().args("exit", "0").write(), yard.trial.new_id()
    group.mkdir()
    try:
        (group / "pids.max").write_text(str(limit))
        done = asked(
            yard, f'echo 0 > {group}/cgroup.procs; exec "$@"', "run", "--bundle", str(bundle.folder), id_
        )
        assert in_order(done.returncode, done.stderr) == []
        assert done.returncode == 0 or "temporarily unavailable" in done.stderr
        assert nothing_left(yard, id_)
    finally:
        soon(lambda: not (group / "cgroup.procs").read_text())
        group.rmdir()


# --- what the caller closes


@pytest.mark.parametrize(
    "closed",
    ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-", "> /dev/full 2> /dev/full"],
)
def test_closed_streams_change_nothing(yard: Yard, closed: str) -> None:
    bundle, id_ = yard.trial.bundle().args("stay"), yard.trial.new_id()
    for point in ("prestart", "createContainer"):
        bundle.hook(point, 'cat > "$JOURNAL/state"; echo "$(readlink /proc/$$/fd/1)" >> "$JOURNAL/out"')
    bundle.write()
    assert (
        asked(yard, f'exec "$@" {closed}', "run", "--detach", "--bundle", str(bundle.folder), id_).returncode
        == 0
    )
    assert soon(lambda: "staying" in bundle.lines())
    assert json.loads((bundle.journal / "state").read_text())["id"] == id_
    assert not [link for link in bundle.lines("out") if "pipe" in link or "state" in link]
    pid = json.loads(yard.call("state", id_).out)["pid"]
    assert sorted(os.listdir(f"/proc/{pid}/fd"), key=int)[:3] == ["0", "1", "2"]
    assert not [link for fd in "012" if "/state/" in (link := os.readlink(f"/proc/{pid}/fd/{fd}"))]
    assert asked(yard, f'exec "$@" {closed}', "exec", id_, "/probe", "note", "joined").returncode == 0
    assert soon(lambda: "joined" in bundle.lines())
    assert asked(yard, f'exec "$@" {closed}', "delete", "--force", id_).returncode == 0


@pytest.mark.parametrize(
    "words", [["features"], ["list"], ["list", "-f", "json"], ["--version"], ["--help"], ["spec", "--help"]]
)
def test_an_answer_that_cannot_be_written_is_a_failure_in_words(yard: Yard, words: list[str]) -> None:
    with open("/dev/full", "w") as nowhere, open(yard.root / "err", "w+") as err:
        code = subprocess.run([*yard.refrun, *words], stdout=nowhere, stderr=err, check=False).returncode
        err.seek(0)
        assert (code, err.read()) == (1, "refrun: the kernel says: No space left on device\n")


def test_a_program_is_ended_by_a_broken_pipe_as_everywhere(yard: Yard) -> None:
    report = yard.trial.report(yard.trial.bundle())
    ours = 1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1  # what Python ignores
    assert int(report.status("SigIgn"), 16) & ours == 0
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.hook("prestart", 'grep SigIgn /proc/$$/status >> "$JOURNAL/ignored"')
    assert yard.trial.run(bundle).code == 0
    assert int(bundle.lines("ignored")[0].split()[1], 16) & ours == 0


# --- signals


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)
def test_a_signal_at_any_time_ends_run_and_its_container(yard: Yard, number: signal.Signals) -> None:
    bundle = yard.trial.bundle().args("stay")
    bundle.process["args"] = [
        "/bin/sh",
        "-c",
        "trap 'exit 3' INT TERM HUP; echo up >> /journal/lines; while :; do sleep 0.05; done",
    ]
    bundle.write()
    seen = set()
    for moment in range(seeds(14, 400)):
        id_ = yard.trial.new_id()
        with open(yard.root / "err", "w+") as err:
            child = subprocess.Popen(
                [*yard.refrun, "run", "--bundle", str(bundle.folder), id_],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=err,
            )
            time.sleep(0.010 * moment * 14 / seeds(14, 400))
            while (
                child.poll() is None
            ):  # again and again: a program that has no handlers yet does not notice, being pid 1
                child.send_signal(number)
                time.sleep(0.3)
            err.seek(0)
            said = err.read()
        assert child.returncode in (-number, 128 + number, 3, 1), said
        if "in _run" in said or "KeyboardInterrupt" not in said:  # else Python was still starting
            assert in_order(child.returncode, said) == []
        assert (nothing_left(yard, id_), yard.ids()) == (True, [])
        seen.add(child.returncode)
    assert len(seen) > 1, "always the same moment"


def written(bundle: Bundle, before: int) -> bool:
    return len(bundle.lines("hook")) > before


def test_a_signal_while_a_hook_hangs_takes_the_container_away(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay")
    bundle.hook("createRuntime", 'echo $$ >> "$JOURNAL/hook"; exec sleep 300')
    bundle.hook("poststop", 'grep SigIgn /proc/$$/status >> "$JOURNAL/poststop"')
    bundle.write()
    for number, operation in ((signal.SIGINT, "run"), (signal.SIGTERM, "create")):
        id_ = yard.trial.new_id()
        before = len(bundle.lines("hook"))
        child = yard.background(operation, "--bundle", str(bundle.folder), id_)
        assert soon(partial(written, bundle, before))
        assert json.loads(yard.call("state", id_).out)["status"] == "creating"
        assert "is creating" in yard.call("start", id_).err
        child.send_signal(number)
        assert child.wait(10) == 128 + number
        assert nothing_left(yard, id_)
    assert soon(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in bundle.lines("hook")))
    # a hook can be ended as any program: what refrun ignores while it takes things away is not ignored there
    ignored = [int(line.split()[1], 16) for line in bundle.lines("poststop")]
    assert ignored
    assert not any(mask & 1 << (number - 1) for mask in ignored for number in (signal.SIGINT, signal.SIGTERM))


def test_a_create_under_way_is_ended_by_delete_force(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay")
    bundle.hook("createRuntime", 'echo $$ >> "$JOURNAL/hook"; exec sleep 300')
    bundle.write()
    id_ = yard.trial.new_id()
    child = yard.background("create", "--bundle", str(bundle.folder), id_)
    assert soon(lambda: bundle.lines("hook"))
    assert "is creating" in yard.call("delete", id_).err
    assert yard.call("delete", "--force", id_).ok
    assert child.wait(10) == -signal.SIGKILL
    assert nothing_left(yard, id_)
    assert soon(lambda: not os.path.exists(f"/proc/{bundle.lines('hook')[0]}"))


def test_the_first_error_is_told_although_taking_away_fails_too(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("stay")
    id_ = yard.trial.new_id()
    inside = yard.root / "state" / id_ / "inside"
    bundle.hook("createRuntime", f"mkdir {inside}; exit 3")
    answer = yard.call("create", "--bundle", str(bundle.write().folder), id_)
    first, last = answer.err.splitlines()
    assert first.startswith("refrun: warning: not all of the container could be taken away: ")
    assert "the createRuntime hook" in last
    assert last.endswith("ended with 3")
    inside.rmdir()
    assert yard.call("delete", "--force", id_).ok
