"""The composite action: its file is one, and its steps, run in order as GitHub runs them, write what they say."""

import os
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.conformance import host
from tests.conformance.asking import ARGS, ROOT
from tests.skips import skip_host

FOLDER = ROOT / ".github" / "actions" / "conformance"
ACTION: dict[str, Any] = yaml.safe_load((FOLDER / "action.yml").read_text())


@pytest.fixture
def containers() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


def test_the_file_is_a_composite_action_whose_steps_are_shells() -> None:
    assert {"name", "description", "inputs", "outputs", "runs"} == set(ACTION)
    assert ACTION["runs"]["using"] == "composite"
    assert {"runtime", "release", "expect", "format"} <= set(ACTION["inputs"])
    for step in ACTION["runs"]["steps"]:
        assert {"name", "shell", "run"} <= set(step)
        assert step["shell"] == "bash"
    assert [name for name, each in ACTION["inputs"].items() if "description" not in each] == []


def test_what_a_caller_writes_never_stands_in_a_script() -> None:
    """An input in `run:` is code of whoever wrote it; in `env:` it is a value."""
    assert [step["name"] for step in ACTION["runs"]["steps"] if "${{" in step["run"]] == []


def run(folder: Path, **inputs: str) -> tuple[int, dict[str, str], str]:
    """The steps in order, stopping at the first that fails: exit code, outputs of the action, what was said."""
    given = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | inputs
    values = {f"inputs.{name}": value for name, value in given.items()}
    values |= {"github.action_path": str(FOLDER), "runner.temp": str(folder)}
    said, code = "", 0
    for step in ACTION["runs"]["steps"]:
        outputs = folder / f"outputs-{step.get('id', 'none')}"
        outputs.touch()
        environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "GITHUB_OUTPUT": str(outputs)}  # fmt: skip
        environ |= {"GITHUB_STEP_SUMMARY": str(folder / "summary.md"), "GITHUB_ACTION_PATH": str(FOLDER)}
        environ |= {name: _filled(value, values) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        said, code = said + done.stdout + done.stderr, done.returncode
        for line in outputs.read_text().splitlines():
            name, _, value = line.partition("=")
            values[f"steps.{step['id']}.outputs.{name}"] = value
        if code:
            break
    shown = {name: _filled(each["value"], values) for name, each in ACTION["outputs"].items()}
    return code, {name: value for name, value in shown.items() if value}, said


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda found: values.get(found[1], ""), text)


@pytest.mark.usefixtures("containers")
def test_its_steps_test_a_runtime_and_leave_the_files(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    expected = tmp_path / "expected.toml"
    expected.write_text("")  # nothing is expected: only a failure would be a change
    code, outputs, said = run(tmp_path, runtime="refrun", release="v1.2.1", expect=str(expected), format="html junit tap")  # fmt: skip
    assert code == 0, said
    assert set(outputs) == {"html", "junit", "tap"}
    suite = ET.parse(outputs["junit"]).getroot()[0]
    assert (suite.attrib["name"], suite.attrib["failures"]) == ("v1.2.1", "0")
    assert Path(outputs["html"]).read_text().startswith("<!DOCTYPE html>")
    assert ARGS in Path(outputs["tap"]).read_text()
    assert "refrun version" in said
    assert "v1.2.1" in (tmp_path / "summary.md").read_text()


def test_a_runtime_that_fails_makes_the_step_red_and_leaves_the_files_too(tmp_path: Path) -> None:
    code, outputs, said = run(tmp_path, runtime="true", release="v1.0.2", format="junit")
    assert code == 1, said
    assert int(ET.parse(outputs["junit"]).getroot()[0].attrib["failures"]) > 50


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        pytest.param({"runtime": "/no/such/runtime"}, "no runtime /no/such/runtime", id="no such runtime"),
        pytest.param({"runtime": "true", "format": "pdf"}, "there is no pdf", id="no such format"),
        pytest.param(
            {"runtime": "true; touch hacked", "release": "v1.0.2"}, "", id="a runtime that is a script"
        ),
        pytest.param(
            {"runtime": "true", "release": "$(touch hacked)"}, "no release", id="a release that is one"
        ),
    ],
)
def test_a_wrong_request_is_red_and_runs_nothing_else(
    inputs: dict[str, str], words: str, tmp_path: Path
) -> None:
    code, _, said = run(tmp_path, **inputs)
    assert (code != 0, words in said, (tmp_path / "hacked").exists()) == (True, True, False), said
