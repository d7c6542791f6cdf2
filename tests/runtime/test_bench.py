"""`make bench-runtime` works with the smallest counts and leaves nothing behind. What it measures is never asserted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.record import ROOT
from tests.bench.runtime import Contest, judged
from tests.skips import skip_host, skip_tool

CONTESTS = {
    "run, runc spec", "run, refrun spec", "create + start + delete, runc spec", "create + start + delete, refrun spec",
    "state", "kill", "list",
}  # fmt: skip


def bench(tmp_path: Path, *words: str, path: str = "") -> "subprocess.CompletedProcess[str]":
    """A whole run of it, its temporary files under tmp_path."""
    (tmp_path / "tmp").mkdir()
    return subprocess.run(
        [sys.executable, "-m", "tests.bench.runtime", "--rounds", "1", "--runs", "2", "--warmup", "0", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PATH": path + os.environ["PATH"]},
    )  # fmt: skip


def left(tmp_path: Path) -> list[str]:
    """What a run left: temporary files, groups, containers' processes and mounts."""
    folder = str(tmp_path / "tmp")
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [
        *map(str, (tmp_path / "tmp").iterdir()),
        *(line for line in lines if folder in line),
        # os.walk and not rglob: others' groups may go away while we look
        *(
            f"{at}/{name}"
            for at, names, _ in os.walk("/sys/fs/cgroup")
            for name in names
            if name.startswith("bench-")
        ),
    ]


@pytest.fixture(autouse=True)
def tools() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    for program in ("hyperfine", "runc", "crun", "busybox"):
        skip_tool(program)


def test_every_contest_is_measured_and_kept(tmp_path: Path) -> None:
    done = bench(tmp_path, "--out", str(tmp_path / "kept.json"))
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "kept.json").read_text())
    assert {row["what"] for row in found["contests"]} == CONTESTS
    for row in found["contests"]:
        assert set(row["ms"]) == {"refrun", "runc", "crun", row["against"]}
        assert all(0 < ms["min"] <= ms["median"] for ms in row["ms"].values())
        assert row["verdict"] == ("met" if row["ratio"] <= row["target"] else "missed")
    assert all(kib > 0 for one in found["memory"][0]["kib"].values() for kib in one.values())
    assert all(row["what"] in done.stdout for row in found["contests"])
    for said in (found["commit"], found["host"], found["versions"]["runc"], "load "):
        assert said in done.stdout
    assert not any(str(place) in json.dumps(found) for place in (ROOT, tmp_path, Path.home()))
    assert left(tmp_path) == []


def test_a_part_is_printed_and_not_kept(tmp_path: Path) -> None:
    kept = ROOT / "docs" / "measured" / "bench-runtime.json"
    before = kept.read_bytes() if kept.exists() else b""
    done = bench(tmp_path, "--only", "list")
    assert done.returncode == 0, done.stderr
    assert "list" in done.stdout
    assert "create + start" not in done.stdout
    assert (kept.read_bytes() if kept.exists() else b"") == before
    assert left(tmp_path) == []


def test_a_runtime_that_fails_ends_it_in_words_and_nothing_stays(tmp_path: Path) -> None:
    runc = tmp_path / "bin" / "runc"
    runc.parent.mkdir()
    runc.write_text(
        f'#!/bin/sh\ncase "$*" in *"start bench-life"*) exit 9 ;; esac\nexec {skip_tool("runc")} "$@"\n'
    )
    runc.chmod(0o755)
    done = bench(tmp_path, "--only", "create + start + delete, runc", path=f"{runc.parent}:")
    assert done.returncode == 1
    assert "runc, create + start + delete" in done.stderr
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "ratio", "verdict"),
    [
        pytest.param([[7.0]], [[10.0]], 0.7, "met", id="exactly the target"),
        pytest.param([[7.1]], [[10.0]], 0.71, "missed", id="a little over it"),
        pytest.param([[1.0, 7.0, 90.0]], [[9.0, 10.0, 11.0]], 0.7, "met", id="the median, not the mean"),
        pytest.param([[2.0, 8.0], [8.0]], [[10.0], [10.0]], 0.8, "missed", id="over all rounds, not of their medians"),
    ],
)  # fmt: skip
def test_the_ratio_is_of_medians_and_decides(
    ours: list[list[float]], theirs: list[list[float]], ratio: float, verdict: str
) -> None:
    contest = Contest("run", {"refrun": [], "runc": []}, {}, "runc", 0.7)
    row = judged(contest, {"refrun": ours, "runc": theirs})
    assert (row["ratio"], row["verdict"]) == (ratio, verdict)
