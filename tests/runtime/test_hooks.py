"""Hooks as processes: what they are given, how long they may take, and what a failed one says."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from runtime import hooks
from runtime.faults import Fault
from tests.runtime.conftest import Yard

STATE = {"ociVersion": "1.3.0", "id": "barge", "status": "creating", "pid": 4711, "bundle": "/b"}


def script(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "hook.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return {"path": str(path), "env": ["PATH=/usr/bin:/bin"]}


def test_a_hook_reads_the_state_on_stdin(tmp_path: Path) -> None:
    hooks.run(script(tmp_path, f"cat > {tmp_path}/seen"), STATE, "prestart")
    assert json.loads((tmp_path / "seen").read_text()) == STATE


def test_a_hook_gets_its_args_and_nothing_but_its_env(tmp_path: Path) -> None:
    hook = script(
        tmp_path, f'echo "$1 $#" > {tmp_path}/args; tr "\\0" "\\n" < /proc/$$/environ > {tmp_path}/env'
    )
    hooks.run({**hook, "args": ["zero", "one two"], "env": ["A=b=c", "EMPTY="]}, STATE, "prestart")
    assert (tmp_path / "args").read_text() == "one two 1\n"
    assert sorted((tmp_path / "env").read_text().split()) == ["A=b=c", "EMPTY="]


def test_a_hook_need_not_read_a_state_larger_than_a_pipe(tmp_path: Path) -> None:
    large = {**STATE, "annotations": {"long": "x" * 1_000_000}}
    hooks.run(script(tmp_path, "exit 0"), large, "prestart")
    hooks.run(script(tmp_path, f"cat > {tmp_path}/seen"), large, "prestart")
    assert json.loads((tmp_path / "seen").read_text()) == large


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("exit 3", "the prestart hook {path} ended with 3", id="an exit code"),
        pytest.param("echo no lamp >&2; exit 1", "ended with 1: no lamp", id="its last words"),
        pytest.param("kill -9 $$", "the prestart hook {path} was ended by signal 9", id="a signal"),
        pytest.param("yes | head -c 100000 >&2; echo the end >&2; exit 1", "the end", id="many words"),
    ],
)
def test_a_failed_hook_says_how_it_ended(tmp_path: Path, text: str, said: str) -> None:
    hook = script(tmp_path, text)
    with pytest.raises(Fault) as fault:
        hooks.run(hook, STATE, "prestart")
    assert said.format(path=hook["path"]) in str(fault.value)
    assert len(str(fault.value)) < 2 * hooks.KEPT_WORDS


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        pytest.param({"path": "/no/such/hook"}, "No such file or directory", id="no such file"),
        pytest.param({"path": "/etc/passwd"}, "Permission denied", id="not executable"),
        pytest.param({"path": "/etc"}, "Permission denied", id="a folder"),
    ],
)
def test_a_hook_that_cannot_be_executed_is_a_fault_with_its_path(hook: dict[str, Any], said: str) -> None:
    with pytest.raises(Fault) as fault:
        hooks.run(hook, STATE, "poststart")
    assert (hook["path"] in str(fault.value), said in str(fault.value)) == (True, True)


def test_a_hook_is_killed_at_its_timeout(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Fault, match="did not end within 1 s"):
        hooks.run({**script(tmp_path, "exec sleep 60"), "timeout": 1}, STATE, "prestart")
    assert 0.9 < time.monotonic() - began < 10


def test_a_hook_in_time_is_not_killed(tmp_path: Path) -> None:
    hooks.run({**script(tmp_path, "sleep 0.2"), "timeout": 30}, STATE, "prestart")


def test_a_child_of_the_hook_does_not_hold_the_runtime_up(tmp_path: Path) -> None:
    began = time.monotonic()
    hooks.run(script(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child"), STATE, "prestart")
    assert time.monotonic() - began < 10
    os.kill(int((tmp_path / "child").read_text()), 9)


def test_the_first_failure_ends_a_row_of_hooks(tmp_path: Path) -> None:
    bad = script(tmp_path, "exit 1")
    good = {"path": "/bin/touch", "args": ["touch", str(tmp_path / "ran")]}
    with pytest.raises(Fault):
        hooks.run_all([good, bad, {**good, "args": ["touch", str(tmp_path / "too-far")]}], STATE, "prestart")
    assert ((tmp_path / "ran").exists(), (tmp_path / "too-far").exists()) == (True, False)


def test_hooks_of_the_container_s_side_see_the_pid_inside(yard: Yard) -> None:
    """createContainer and startContainer run in the container's namespaces, where the program is pid 1 (since v1.1)."""
    bundle = yard.trial.bundle().args("stay")
    for point in ("createRuntime", "createContainer"):
        bundle.hook(point, f'cat > "$JOURNAL/{point}"')
    container = yard.trial.created(bundle)
    seen = {
        point: json.loads((bundle.journal / point).read_text())
        for point in ("createRuntime", "createContainer")
    }
    assert seen["createRuntime"]["pid"] == container.pid
    assert seen["createContainer"]["pid"] == 1
    assert {state["status"] for state in seen.values()} == {"creating"}


def test_a_warning_of_a_failed_poststop_reaches_stderr_and_the_log(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    bundle.hook("poststop", "exit 3")
    container = yard.trial.running(bundle)
    container.kill("KILL")
    while container.status != "stopped":
        time.sleep(0.01)
    log = yard.root / "log"
    answer = yard.call("--log", str(log), "--log-format", "json", "delete", container.id)
    line = json.loads(log.read_text())
    assert (answer.code, "poststop hook" in answer.err) == (0, True)
    assert (line["level"], "ended with 3" in line["msg"]) == ("warning", True)
