"""Every way of every use case: sound runtimes pass it, and each has a broken runtime whose fault its script names."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.conformance import host, recipes
from runtime.conformance.releases import TAGS
from tests.cookbook.broken import BROKEN, Broken
from tests.cookbook.suite import results
from tests.skips import skip_host, skip_tool
from tests.soaking import IS_SOAKING

FEW = ("v0.4.0", "v1.0.0", "v1.3.0")  # the oldest, the first whole one, the newest
WAYS = [way for case in recipes.read(recipes.COOKBOOK) for way in case.ways]


@pytest.fixture(autouse=True)
def containers_are_possible() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


@pytest.fixture
def root_only() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that an ordinary user can walk through; pytest closes its own to others."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.parametrize("release", TAGS if IS_SOAKING else FEW)
def test_refrun_passes_every_way_that_the_release_allows(release: str) -> None:
    rows = results("--release", release)
    bad = {
        row["case"]: row["reason"]
        for row in rows
        if row["outcome"] not in ("passed", "skipped", "not-applicable")
    }
    assert bad == {}
    outcomes = {row["case"]: row["outcome"] for row in rows}
    applicable = [
        way for way in WAYS if TAGS.index(way.since) <= TAGS.index(release) <= TAGS.index(way.until)
    ]
    assert {id_ for id_, outcome in outcomes.items() if outcome != "not-applicable"} == {
        way.id for way in applicable
    }
    if os.geteuid() == 0:
        for program in sorted({program for way in applicable for program in way.programs}):
            skip_tool(program)
        assert [row["case"] for row in rows if row["outcome"] == "skipped"] == []


@pytest.mark.usefixtures("root_only")
@pytest.mark.parametrize("runtime", ["runc", "crun"])
def test_other_runtimes_pass_them_with_their_known_differences(runtime: str) -> None:
    skip_tool(runtime)
    rows = {row["case"]: row for row in results("--release", "v1.0.2", "--runtime", runtime)}
    counts = Counter(row["outcome"] for row in rows.values())
    assert {id_: row["reason"] for id_, row in rows.items() if row["outcome"] in ("failed", "error")} == {}
    assert counts["passed"] > 35
    if runtime == "runc":
        assert rows["hooks-outside/config-flag"]["reason"] == "runc has no create --config"


@pytest.mark.usefixtures("root_only")
@pytest.mark.parametrize("runtime", ["runc", "crun"])
def test_a_runtime_is_not_held_to_what_it_does_not_claim(runtime: str) -> None:
    skip_tool(runtime)
    for release in ("v0.5.0", "v1.3.0"):
        outcomes = {row["outcome"] for row in results("--release", release, "--runtime", runtime)}
        assert outcomes == {"not-claimed", "not-applicable"}


@pytest.mark.usefixtures("root_only")
@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_runtime_is_told_by_the_script_itself(broken: Broken, place: Path) -> None:
    words = [word for way in broken.red for word in ("--use-case", way)]
    rows = results(
        "--release", broken.release, "--runtime", str(broken.write(place)), "--limit", "12", "--jobs", str(len(broken.red)), *words
    )  # fmt: skip
    assert {row["case"]: row["outcome"] for row in rows} == dict.fromkeys(broken.red, "failed")
    assert [row["case"] for row in rows if "did not end within" in row["reason"]] == []


def test_each_way_has_a_broken_runtime() -> None:
    assert {way.id for way in WAYS} == {id_ for broken in BROKEN for id_ in broken.red}


@pytest.mark.usefixtures("root_only")
def test_an_ordinary_user_runs_them_too(place: Path) -> None:
    """With a copy of the suite and a Python that everybody may run."""
    interpreter = next(
        (path for path in ("/usr/bin/python3.11", "/usr/bin/python3") if Path(path).exists()), ""
    )
    if not interpreter:
        skip_tool("python3")
    source = Path(recipes.COOKBOOK).parent
    shutil.copytree(source, place / "runtime", ignore=shutil.ignore_patterns("__pycache__"))
    become = (
        skip_tool("setpriv"), "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "-C", str(place), f"PATH={os.environ['PATH']}",
        interpreter, "-Bc", "import os, sys; os.execv(sys.executable, [sys.executable, '-B', *sys.argv[2:]])",
    )  # fmt: skip
    rows = results("--release", "v1.3.0", around=become)
    counts = Counter(row["outcome"] for row in rows)
    assert {row["case"]: row["reason"] for row in rows if row["outcome"] in ("failed", "error")} == {}
    assert counts["passed"] >= 15
    assert {row["reason"] for row in rows if row["outcome"] == "skipped"} >= {"needs root: euid is 65534"}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_a_script_is_short_and_says_first_what_it_shows(way: recipes.Way) -> None:
    lines = way.script.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert '. "$WORDS"' in lines[:4]
    assert len(lines) <= 35
    assert max(map(len, lines)) <= 140


@pytest.mark.parametrize("case", recipes.read(recipes.COOKBOOK), ids=lambda case: case.name)
def test_a_readme_compares_all_its_ways_in_one_table(case: recipes.UseCase) -> None:
    rows = [line.split("|")[1].strip() for line in case.readme.splitlines() if line.startswith("| ")]
    old = {way.name for way in case.ways if way.until == "v0.5.0"}
    assert {way.name for way in case.ways} - set(rows[1:]) <= old
    assert all(f"**{way.name}**" in case.readme.lower() or way.name in rows for way in case.ways)
    assert "Use " in case.readme
    assert " v" in case.readme or "release" in case.readme
