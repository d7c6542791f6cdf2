"""A release that nobody has seen yet: tested as its nearest ancestor, and what it adds is reported as untested."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.conformance import host, releases
from tests.conformance.requirements.conftest import spec
from tests.skips import skip_host

ROOT = Path(__file__).resolve().parents[2]
CASE = "process/args-reach-the-program"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param("v1.3.0", "v1.3.0", id="known"),
        pytest.param("v1.4.0-rc.1", "v1.3.0", id="the next candidate"),
        pytest.param("v1.2.7", "v1.2.1", id="a patch of an older one"),
        pytest.param("v1.0.0-rc7", "v1.0.0-rc6", id="between two"),
    ],
)
def test_it_stands_where_its_nearest_ancestor_does(tag: str, expected: str) -> None:
    assert releases.nearest(tag) == expected
    assert releases.position(tag) == releases.position(expected)
    assert releases.within(tag, expected, releases.NEWEST)


@pytest.mark.parametrize("tag", ["v0.0.1", "main", "", "v1"])
def test_what_is_no_version_or_older_than_all_is_a_wrong_request(tag: str) -> None:
    with pytest.raises(releases.UnknownRelease, match="known are v"):
        releases.position(tag)


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)
    environ = {name: value for name, value in os.environ.items() if name != "TALLYMAN_SPECS"}
    return subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "run", "--case", CASE, *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, env=environ, timeout=100, check=False,
    )  # fmt: skip


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """The texts of a v1.4.0 that asks one thing more."""
    folder = tmp_path / "v1.4.0"
    folder.mkdir()
    for name, text in spec("v1.3.0").items():
        (folder / name).write_text(text)
    with (folder / "runtime.md").open("a") as file:
        file.write("\nRuntimes MUST whistle.\n")
    return tmp_path


def test_its_cases_run_and_what_it_adds_is_untested(specs: Path) -> None:
    done = run("--release", "v1.4.0", "--release", "v1.3.0", "--specs", specs, "--json")
    assert done.returncode == 0, done.stderr
    unknown, known = json.loads(done.stdout)["runs"]
    assert (unknown["release"], unknown["like"], len(unknown["untested"])) == ("v1.4.0", "v1.3.0", 1)
    assert unknown["summary"]["passed"] == 1
    assert {"like", "untested"} & set(known) == set()


def test_without_its_texts_nobody_knows_what_it_adds(specs: Path) -> None:
    assert json.loads(run("--release", "v1.4.0", "--json").stdout)["runs"][0]["untested"] is None
    assert "tested as v1.3.0; what it adds: untested" in run("--release", "v1.4.0").stdout
    said = run("--release", "v1.4.0", "--specs", specs).stdout
    assert "tested as v1.3.0; 1 requirements that it adds: untested" in said


def test_texts_that_are_none_are_a_wrong_request(specs: Path) -> None:
    (specs / "v1.4.0" / "runtime.md").write_bytes(b"\xff")
    done = run("--release", "v1.4.0", "--specs", specs)
    assert (done.returncode, "runtime.md is not UTF-8" in done.stderr) == (2, True)
