"""A specification's own repository may bring cases, releases and notes: run where it is trusted, read as data everywhere else."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import host
from tests.conformance.requirements.conftest import spec
from tests.skips import skip_host

ROOT = Path(__file__).resolve().parents[2]
GOOD = """\
from pathlib import Path
from runtime.conformance.declare import Failed, case

@case("runtime.md#whistling", since="v1.4.0", level="SHOULD")
def it_whistles(t):
    '''A container's program runs, and so the runtime has whistled.'''
    t.accepted(t.run(t.bundle().args("exit", "0")), "run")

@case("runtime.md#whistling")
def it_hums(t):
    '''It never hums.'''
    t.check(False, "nobody hummed")
"""
RELEASE = """\
tag = "v1.4.0"
after = "v1.3.0"
dropped = []
[added]
aaaaaaaaaa = { at = "runtime.md#whistling", keywords = ["SHOULD"], platform = "all", duty = "runtime" }
[notes]
aaaaaaaaaa = "Most runtimes cannot whistle."
"""


def suite(*words: str | Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "TALLYMAN_SPECS"}
    return subprocess.run(
        [sys.executable, "-m", "runtime.conformance", *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, env=environ, timeout=100, check=False,
    )  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The texts of a v1.4.0 in its repository, with a case for what is new."""
    top = tmp_path / "v1.4.0"
    for folder in ("cases", "releases"):
        (top / "conformance" / folder).mkdir(parents=True)
    for name, text in spec("v1.3.0").items():
        (top / name).write_text(text)
    write(top, "cases/whistling.py", GOOD)
    write(top, "releases/v1.4.0.toml", RELEASE)
    write(top, "covers.toml", '["whistling/it-whistles"]\naaaaaaaaaa = "SHOULD whistling"\n')
    return top


def write(top: Path, name: str, text: str) -> None:
    (top / "conformance" / name).write_text(text)


def run(top: Path, *words: str) -> dict[str, Any]:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)
    done = suite("run", "--suite", top, "--json", *words)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_its_cases_run_with_ours_at_the_releases_they_name(repository: Path) -> None:
    words = (
        "--case",
        "whistling/it-whistles",
        "--case",
        "whistling/it-hums",
        "--case",
        "process/args-reach-the-program",
    )
    tags = ("--release", "v1.3.0", "--release", "v1.4.0")
    document = run(repository, *tags, "--claims", "v1.3.0..v1.4.0", *words)
    outcomes = [
        {result["case"]: result["outcome"] for result in each["results"]} for each in document["runs"]
    ]
    ours = {"process/args-reach-the-program": "passed", "whistling/it-hums": "failed"}
    assert outcomes == [
        {**ours, "whistling/it-whistles": "not-applicable"},
        {**ours, "whistling/it-whistles": "passed"},
    ]
    covered = {result["case"]: result["requirements"] for result in document["runs"][1]["results"]}
    assert covered["whistling/it-whistles"] == ["aaaaaaaaaa"]
    assert "like" not in document["runs"][1], "its release file makes it a known one"


def test_the_list_names_its_cases(repository: Path) -> None:
    rows = {row["case"]: row for row in json.loads(suite("list", "--suite", repository, "--json").stdout)}
    assert rows["whistling/it-whistles"]["since"] == "v1.4.0"
    assert rows["whistling/it-whistles"]["requirements"] == ["aaaaaaaaaa"]
    assert "whistling/it-whistles" not in suite("list").stdout


def test_without_a_release_file_what_its_cases_cover_is_not_called_untested(repository: Path) -> None:
    (repository / "conformance" / "releases" / "v1.4.0.toml").unlink()
    write(repository, "cases/whistling.py", GOOD.replace(', since="v1.4.0"', ""))
    with (repository / "runtime.md").open("a") as file:
        file.write("\nRuntimes MUST whistle.\n\nRuntimes MUST hum.\n")
    added = json.loads(suite("coverage", repository, "--json").stdout)
    fresh = [row["id"] for row in added["requirements"] if (row["text"] or "").endswith(("whistle.", "hum."))]
    write(repository, "covers.toml", f'["whistling/it-whistles"]\n{fresh[0]} = ""\n')
    words = ("--release", "v1.4.0", "--specs", str(repository.parent), "--case", "whistling/it-whistles")
    document = run(repository, *words)
    assert (document["runs"][0]["like"], document["runs"][0]["untested"]) == ("v1.3.0", fresh[1:])


def test_coverage_of_its_texts_counts_its_cases_without_running_them(
    repository: Path, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    write(repository, "cases/whistling.py", f"open({str(marker)!r}, 'w')\n{GOOD}")
    with (repository / "runtime.md").open("a") as file:
        file.write("\nRuntimes MUST whistle.\n\nRuntimes MUST hum.\n\nOn Windows, runtimes MUST hoot.\n")
    document = json.loads(suite("coverage", repository, "--json").stdout)
    fresh = [
        row["id"]
        for row in document["requirements"]
        if (row["text"] or "").endswith(("whistle.", "hum.", "hoot."))
    ]
    write(
        repository,
        "covers.toml",
        f'["whistling/it-hums"]\n{fresh[1]} = ""\n["nobody/declared-it"]\n{fresh[0]} = ""\n',
    )
    document = json.loads(suite("coverage", repository, "--json").stdout)
    assert (document["like"], document["base"]) == ("v1.4.0", "v1.3.0")
    must = document["added"]["MUST"]
    assert (must["total"], must["tested"], must["all"], must["no_host"]) == (2, 1, 3, 1)
    assert "against v1.3.0 it adds 2 MUST, 1 with a case" in suite("coverage", repository).stdout
    assert not marker.exists()
    (repository / "conformance" / "covers.toml").unlink()
    assert suite("list", "--suite", repository).returncode == 0
    assert marker.exists(), "and `--suite` does run them"


def test_a_note_of_its_release_file_reaches_the_requirement(repository: Path) -> None:
    with (repository / "runtime.md").open("a") as file:
        file.write("\nRuntimes SHOULD whistle.\n")
    (id_,) = json.loads(suite("requirements", "extract", repository, "--like", "v1.3.0", "--json").stdout)[
        "fresh"
    ]
    write(repository, "releases/v1.4.0.toml", RELEASE.replace("aaaaaaaaaa", id_))
    document = json.loads(suite("requirements", "extract", repository, "--json").stdout)
    notes = {each["id"]: each["note"] for each in document["requirements"]}
    assert (document["release"], notes[id_]) == ("v1.4.0", "Most runtimes cannot whistle.")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("cases/whistling.py", "def (", "is no Python (SyntaxError)", id="no Python"),
        pytest.param("cases/whistling.py", "import nowhere", "cannot be used (ModuleNotFoundError: No module named 'nowhere')", id="it needs what is not there"),
        pytest.param("cases/whistling.py", "raise SystemError('x')", "cannot be used (SystemError: x)", id="it fails"),
        pytest.param("cases/whistling.py", GOOD.replace('"SHOULD"', '"OUGHT"'), "has the level OUGHT", id="another level"),
        pytest.param("cases/whistling.py", GOOD.replace("v1.4.0", "v1.5.0"), "names the release v1.5.0, which is not known; add conformance/releases/v1.5.0.toml", id="a release that is not there"),
        pytest.param("cases/process.py", "from runtime.conformance.declare import case\n@case('x')\ndef args_reach_the_program(t):\n    'Ours has this name.'\n", "declares process/args-reach-the-program, and a case of that name is there; rename it", id="a name of ours"),
        pytest.param("cases/whistling.py", GOOD + GOOD.split("\n\n", 1)[1], "declares whistling/it-whistles, and a case of that name", id="a name twice"),
        pytest.param("covers.toml", '["whistling/it-sings"]\naaaaaaaaaa = ""\n', "names the case whistling/it-sings, which is not there", id="a case that is not there"),
        pytest.param("covers.toml", '["whistling/it-hums"]\nbbbbbbbbbb = ""\n', "names the requirement bbbbbbbbbb, which no release", id="a requirement that is not there"),
        pytest.param("covers.toml", "x = 1\n", "has another shape", id="another shape"),
        pytest.param("covers.toml", "[", "is no TOML", id="no TOML"),
        pytest.param("untestable.toml", 'aaaaaaaaaa = { reason = "boredom", why = "x" }\n', "needs a reason (hardware, LSM", id="a reason of its own"),
        pytest.param("known.toml", "[known]\nx = 1\n", "has another shape", id="known causes of another shape"),
        pytest.param("releases/v1.4.0.toml", "x = 1\n", "is no release file (KeyError: 'after')", id="no release file"),
        pytest.param("releases/v1.4.0.toml", RELEASE.replace("v1.3.0", "v1.4.0"), "is no release file (RecursionError", id="its own ancestor"),
        pytest.param("releases/v1.4.0.toml", RELEASE.replace("dropped = []", 'dropped = ["zzz"]'), "is no release file (KeyError: 'zzz')", id="it drops what was not there"),
        pytest.param("releases/next.toml", "", "is named after no release; call it <tag>.toml", id="no release's name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_file(repository: Path, name: str, text: str, said: str) -> None:
    write(repository, name, text)
    done = suite("list", "--suite", repository)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("conformance: ")
    assert said in line
    assert Path(name).name in line or "case" in line


@pytest.mark.parametrize("kind", ["a link", "a pipe", "not UTF-8", "huge"])
def test_odd_files_are_refused(repository: Path, kind: str) -> None:
    path = repository / "conformance" / "cases" / "odd.py"
    if kind == "a link":
        path.symlink_to("/etc/hostname")
    elif kind == "a pipe":
        os.mkfifo(repository / "conformance" / "covers2.toml")
        (repository / "conformance" / "covers.toml").unlink()
        os.mkfifo(repository / "conformance" / "covers.toml")
    else:
        path.write_bytes(b"\xff" if kind == "not UTF-8" else b"#" * (2 * 1024 * 1024 + 1))
    done = suite("coverage", repository)
    assert done.returncode == 2, done.stdout
    assert any(word in done.stderr for word in ("no file of its own", "not UTF-8", "larger than"))


def test_a_folder_without_one_is_a_wrong_request_for_run_and_nothing_for_coverage(tmp_path: Path) -> None:
    done = suite("run", "--suite", tmp_path)
    assert (done.returncode, "has no folder conformance/" in done.stderr) == (2, True)
    assert suite("run", "--suite", tmp_path / "nowhere").returncode == 2
    (tmp_path / "runtime.md").write_text("Runtimes MUST whistle.\n")
    assert suite("coverage", tmp_path).returncode == 0


def test_of_a_release_that_both_have_ours_counts(repository: Path) -> None:
    write(repository, "releases/v1.3.0.toml", "this is not even TOML")
    done = suite("requirements", "extract", "v1.3.0")
    assert "705 requirements" in done.stdout
    assert suite("coverage", repository).returncode == 0
