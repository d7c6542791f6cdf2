"""Any folder of the same shape: what is wrong with one is said in a sentence, and what a script does decides its outcome."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import host, kitchen, recipes
from tests.cookbook.suite import ROOT, results, usecases
from tests.skips import skip_host

TOML = 'title = "Made up"\n[ways.one]\ntitle = "one"\n[ways.two]\ntitle = "two"\n'
CONFIG = {
    "ociVersion": "1.3.0",
    "process": {"args": ["sleep", "60"], "cwd": "/", "env": ["PATH=/bin:/usr/bin"]},
    "root": {"path": "rootfs"},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
    "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]},
}


def lay(folder: Path, one: str = 'ok "it holds"', toml: str = TOML) -> Path:
    """A folder with one use case of two ways, the first of which does `one`."""
    case = folder / "made-up"
    (case / "bundle").mkdir(parents=True)
    (case / "use-case.toml").write_text(toml)
    (case / "README.md").write_text("# Made up\n")
    (case / "bundle" / "config.json").write_text(json.dumps(CONFIG))
    (case / "one.sh").write_text(f'. "$WORDS"\n{one}\n')
    (case / "two.sh").write_text('. "$WORDS"\nok "it holds"\n')
    return folder


@pytest.fixture
def containers() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


def ran(folder: Path, *words: str) -> dict[str, Any]:
    return results("--release", "v1.3.0", "--folder", str(folder), "--use-case", "made-up/one", *words)[0]


@pytest.mark.usefixtures("containers")
@pytest.mark.parametrize(
    ("script", "outcome", "reason"),
    [
        pytest.param('ok "it holds"', "passed", "", id="a check that holds"),
        pytest.param('same "a name" box vm', "failed", "a name: expected 'box', saw 'vm'", id="a check that does not"),
        pytest.param('differ "networks" 1 1', "failed", "networks: both are '1'", id="two that should differ"),
        pytest.param('never "it is there" true', "failed", "it is there: 'true' says yes", id="what should fail"),
        pytest.param('ok "first"\nsoon "it comes" false', "failed", "it comes: not within 1 s", id="what never comes"),
        pytest.param('ok "first"\nfalse\nok "second"', "failed", "the script ended with 1", id="a command that fails"),
        pytest.param(":", "error", "the script checked nothing", id="no check at all"),
        pytest.param('note "it is odd"', "error", "the script checked nothing", id="a note is no check"),
        pytest.param('if', "error", "the shell does not understand it", id="no shell script"),
        pytest.param("no-such-program", "error", "a program that is not there", id="a missing program"),
        pytest.param('skip "no lamp here"', "skipped", "no lamp here", id="a host that cannot tell"),
        pytest.param('inapplicable "it has none"', "not-applicable", "it has none", id="a runtime that has none"),
        pytest.param('ok "a"\nsleep 60', "failed", "did not end within 6 s", id="one that never ends"),
        pytest.param('up "$ID" "$BUNDLE"\nok "up"', "failed", "left behind the container use-", id="a container left"),
        pytest.param(
            'up "$ID" "$BUNDLE"\ncheck "it lives" alive "$(pid_of "$ID")"\ndown "$ID"\nnever "it is gone" exists "$ID"', "passed", "", id="a whole life"
        ),
    ],
)  # fmt: skip
def test_what_a_script_does_decides_its_outcome(
    script: str, outcome: str, reason: str, tmp_path: Path
) -> None:
    row = ran(lay(tmp_path, script), "--limit", "6")
    assert (row["outcome"], reason in row["reason"]) == (outcome, True), row


@pytest.mark.usefixtures("containers")
def test_a_row_has_what_repeats_it_and_what_was_said(tmp_path: Path) -> None:
    lay(tmp_path, 'note "it is odd"\nok "one"\nok "two"\nno "three"')
    row = ran(tmp_path)
    assert (row["checks"], row["notes"]) == (2, ["it is odd"])
    assert row["repeat"] == (
        f"tallyman conformance usecases --runtime refrun --release v1.3.0 --use-case made-up/one --folder {tmp_path}"
    )
    assert "ok - two" in row["output"]
    again = subprocess.run(
        [str(Path(sys.executable).with_name("tallyman")), *row["repeat"].split()[1:], "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert json.loads(again.stdout)["runs"][0]["results"][0]["reason"] == "three"


@pytest.mark.usefixtures("containers")
@pytest.mark.parametrize("inside", ["use-cases", "conformance/use-cases", "."])
def test_a_repository_keeps_them_where_it_likes(inside: str, tmp_path: Path) -> None:
    lay(tmp_path / inside)
    assert ran(tmp_path)["outcome"] == "passed"


@pytest.mark.usefixtures("containers")
def test_a_bundle_is_spelled_as_its_release_spells_it(tmp_path: Path) -> None:
    lay(tmp_path, 'ok "here"\ncp "$BUNDLE/config.json" ' + str(tmp_path / "seen"))
    config = {**CONFIG, "process": {**CONFIG["process"], "capabilities": {"bounding": ["CAP_KILL"]}}}  # type: ignore[dict-item]
    (tmp_path / "made-up" / "bundle" / "config.json").write_text(json.dumps(config))
    results("--release", "v1.0.0-rc4", "--folder", str(tmp_path), "--use-case", "made-up/one")
    seen = json.loads((tmp_path / "seen").read_text())
    assert (seen["ociVersion"], seen["process"]["capabilities"]) == ("1.0.0-rc4", ["CAP_KILL"])
    assert seen["platform"]["os"] == "linux"


@pytest.mark.usefixtures("containers")
def test_what_a_script_leaves_running_is_ended(tmp_path: Path) -> None:
    """A process that went into a session of its own, and a container whose runtime was not asked to delete it."""
    script = f'setsid sleep 61.25 &\necho $! > {tmp_path}/pid\nup "$ID" "$BUNDLE"\npid_of "$ID" > {tmp_path}/inside\nok "up"'
    ran(lay(tmp_path, script))
    for name in ("pid", "inside"):
        pid = int((tmp_path / name).read_text())
        assert not Path(f"/proc/{pid}").exists()


def left(pid: int, temporary: Path) -> list[str]:
    """Folders, groups and mounts of a run that is over."""
    groups = [str(path) for path in Path("/sys/fs/cgroup").glob("*/*use-*") if str(pid) in path.name]
    mounts = [row for row in Path("/proc/self/mountinfo").read_text().splitlines() if str(temporary) in row]
    return [*map(str, temporary.iterdir()), *groups, *mounts]


@pytest.mark.usefixtures("containers")
@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name
)
def test_a_run_that_is_stopped_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    lay(
        tmp_path / "cases",
        f'up "$ID" "$BUNDLE"\npid_of "$ID" > {tmp_path}/new\nmv {tmp_path}/new {tmp_path}/inside\nsleep 60',
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "runtime.conformance", "usecases", "--release", "v1.3.0", "--folder", str(tmp_path / "cases")],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not (tmp_path / "inside").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    inside = int((tmp_path / "inside").read_text())
    child.send_signal(number)
    assert child.wait() == (3 if number != signal.SIGKILL else -9)
    while (
        Path(f"/proc/{inside}").exists() or list(temporary.iterdir())
    ) and time.monotonic() < deadline + 20:
        time.sleep(0.02)  # after SIGKILL it is the script's own keeper that takes everything away
    assert not Path(f"/proc/{inside}").exists()
    assert left(child.pid, temporary) == []


WRONG: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no such folder": (lambda f: f / "nowhere", "is not a folder"),
    "an empty folder": (lambda f: _made(f / "empty"), "holds no use case"),
    "no use-case.toml": (lambda f: _without(f, "use-case.toml"), "cannot be read (No such file or directory); each use case has one"),
    "no README.md": (lambda f: _without(f, "README.md"), "has no README.md"),
    "a script that is not there": (lambda f: _without(f, "one.sh"), "one.sh, which is not there"),
    "no TOML": (lambda f: lay(f, toml="title = "), "is not TOML"),
    "one way only": (lambda f: lay(f, toml='title = "x"\n[ways.one]\ntitle = "one"\n'), "at least two"),
    "ways that are no table": (lambda f: lay(f, toml='title = "x"\nways = 3\n'), "at least two"),
    "a way without a title": (lambda f: lay(f, toml=TOML.replace('title = "one"\n', "")), "way one: title is one line"),
    "an unknown key": (lambda f: lay(f, toml="colour = 3\n" + TOML), "unknown key colour; known are"),
    "an unknown release": (lambda f: lay(f, toml='since = "v0.1"\n' + TOML), "there is no release v0.1"),
    "a range that is empty": (lambda f: lay(f, toml='since = "v1.2.0"\nuntil = "v1.0.0"\n' + TOML), "is later than"),
    "an unknown fact": (lambda f: lay(f, toml='needs = ["luck"]\n' + TOML), "needs luck, which is no fact; containers, root"),
    "needs that are no list": (lambda f: lay(f, toml='needs = "root"\n' + TOML), "needs is a list of texts"),
    "a switch that is none": (lambda f: lay(f, toml='own-network = "no"\n' + TOML), "own-network is true or false"),
    "a config that is no JSON": (lambda f: _config(f, "{"), "config.json is not JSON"),
    "a config that is no object": (lambda f: _config(f, "[]"), "is not a JSON object"),
    "a name that is none": (lambda f: (lay(f) / "made-up").rename(f / "Made_Up").parent, "small letters, digits"),
}  # fmt: skip


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _without(folder: Path, name: str) -> Path:
    (lay(folder) / "made-up" / name).unlink()
    return folder


def _config(folder: Path, text: str) -> Path:
    (lay(folder) / "made-up" / "bundle" / "config.json").write_text(text)
    return folder


@pytest.mark.parametrize("name", WRONG)
def test_a_folder_of_another_shape_is_told_what_is_wrong(name: str, tmp_path: Path) -> None:
    make, said = WRONG[name]
    done = usecases("--folder", str(make(tmp_path)))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--release", "v0.3.0"), "known are v0.4.0", id="a release that is too old"),
        pytest.param(("--runtime", "/no/such/runtime"), "no runtime /no/such/runtime", id="no such runtime"),
        pytest.param(("--use-case", "networking/magic"), "no use case networking/magic; there are after-stop", id="no such way"),
        pytest.param(("--jobs", "0"), "above zero", id="no jobs"),
        pytest.param(("--limit", "0"), "above zero", id="no time"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_answered_with_two_and_a_sentence(words: tuple[str, ...], said: str) -> None:
    done = usecases(*words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


@pytest.mark.usefixtures("containers")
def test_a_program_that_is_no_runtime_passes_nothing() -> None:
    rows = results("--runtime", "true", "--release", "v1.0.0", "--limit", "6", "--use-case", "after-stop")
    assert "passed" not in {row["outcome"] for row in rows}


def test_a_second_word_does_not_hide_the_first_that_failed() -> None:
    assert kitchen.judged("ok - a\nnot ok - b\nok - c\n", 0, 9) == ("failed", "b")


def test_the_cookbook_itself_is_in_shape() -> None:
    assert len(recipes.read(recipes.COOKBOOK)) == 13
