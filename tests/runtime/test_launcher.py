"""The launcher: this environment's own interpreter by its absolute path, nothing looked up, `site` not imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime import VERSION

ROOT = Path(__file__).resolve().parent.parent.parent
SLOW = {"argparse", "ctypes.util", "dataclasses", "enum", "json", "logging", "pathlib", "re", "shutil", "site", "subprocess", "tempfile", "typing"}  # fmt: skip


def written(folder: Path) -> Path:
    """The launcher of a development install, as `make install` writes it."""
    done = subprocess.run(
        [sys.executable, "-m", "runtime.launcher", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "refrun"


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "with a space"
    folder.mkdir()
    return folder


def test_the_launcher_is_two_lines_that_exec_the_interpreter_by_its_absolute_path(bin_folder: Path) -> None:
    first, second = written(bin_folder).read_text().splitlines()
    assert first == "#!/bin/sh"
    assert second.startswith(f"exec {sys.executable} -IS -c ")


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="an empty environment"),
        pytest.param(
            {"PATH": "/nowhere", "PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere"}, id="a hostile one"
        ),
    ],
)
def test_the_launcher_needs_nothing_of_its_environment(bin_folder: Path, environ: dict[str, str]) -> None:
    done = subprocess.run(
        [written(bin_folder), "--version"], env=environ, cwd="/", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"refrun version {VERSION}", "spec: 1.3.0"]


def test_a_module_beside_the_caller_cannot_stand_in_for_the_runtime_s(bin_folder: Path) -> None:
    (bin_folder / "os.py").write_text("raise SystemExit('taken over')")
    (bin_folder / "runtime.py").write_text("raise SystemExit('taken over')")
    done = subprocess.run(
        [written(bin_folder), "--version"], cwd=bin_folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("argv", [[], ["/no/such/folder"], ["/tmp", "/tmp"]])
def test_the_writer_refuses_anything_but_one_folder(argv: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runtime.launcher", *argv],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "usage: python -m runtime.launcher BIN_DIR\n")


HOT = {
    "every operation": "from runtime import cli, lifecycle, state, init",
    "state": "from runtime.cli import main; main(['--root', '/no/such/root', 'state', 'nobody'])",
}


@pytest.mark.parametrize("what", HOT)
def test_the_hot_path_imports_none_of_the_slow_modules(what: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {HOT[what]}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-IS", "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert SLOW & set(done.stdout.split()) == set()
    assert "runtime.state" in done.stdout.split()
