"""What engines and scripts read of refrun's output has runc's shape: the keys of its documents, the columns of its tables, words and codes."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime.conformance.bundles import Bundle
from tests.runtime.conftest import Yard
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_host, skip_tool

Ask = Callable[..., str]


@pytest.fixture
def bundle(yard: Yard) -> Bundle:
    return yard.trial.bundle().args("stay").write()


@pytest.fixture
def runc(yard: Yard, bundle: Bundle) -> Iterator[Ask]:
    """Asks runc about a container of the same bundle."""
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    words = [skip_tool("runc"), "--root", str(yard.root / "runc")]
    id_ = f"shape-{os.getpid()}"

    def ask(*args: str) -> str:
        """`ID` stands for the container."""
        given = [id_ if word == "ID" else word for word in args]
        return subprocess.run([*words, *given], capture_output=True, text=True, check=True).stdout

    with open(os.devnull, "r+b") as quiet:
        start = [*words, "run", "--detach", "--bundle", str(bundle.folder), id_]
        subprocess.run(start, stdin=quiet, stdout=quiet, stderr=quiet, check=True)
    yield ask
    subprocess.run([*words, "delete", "--force", id_], check=True)


@pytest.fixture
def refrun(yard: Yard, bundle: Bundle) -> Ask:
    id_ = yard.trial.new_id()
    assert yard.call("run", "--detach", "--bundle", str(bundle.folder), id_).ok

    def ask(*args: str) -> str:
        answer = yard.call(*(id_ if word == "ID" else word for word in args))
        assert answer.ok, answer.err
        return answer.out

    return ask


def keys(document: Any, path: str = "") -> set[str]:
    """Every path in a document; of a list its first member stands for all."""
    if isinstance(document, list):
        return keys(document[0], f"{path}[]") if document else set()
    if not isinstance(document, dict):
        return set()
    return {f"{path}.{key}" for key in document} | {
        each for key, value in document.items() for each in keys(value, f"{path}.{key}")
    }


ABSENT = {".data.intel_rdt", ".data.network_interfaces"}  # runc's are always empty


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("state", "ID"), id="state"),
        pytest.param(("list", "--format", "json"), id="list"),
        pytest.param(("events", "--stats", "ID"), id="events"),
    ],
)
def test_a_document_has_every_key_of_runc_s(refrun: Ask, runc: Ask, words: tuple[str, ...]) -> None:
    ours, theirs = json.loads(refrun(*words)), json.loads(runc(*words))
    assert type(ours) is type(theirs)
    assert keys(theirs) - keys(ours) - ABSENT == set()


def test_events_tell_the_same_facts_as_runc_s(refrun: Ask, runc: Ask) -> None:
    ours, theirs = (json.loads(ask("events", "--stats", "ID"))["data"] for ask in (refrun, runc))
    assert (ours.get("cpuset") or {}) == (theirs.get("cpuset") or {})
    assert ours["memory"]["usage"]["limit"] == theirs["memory"]["usage"]["limit"]
    for key in ("percpu", "percpu_kernel", "percpu_user"):
        assert len(ours["cpu"]["usage"].get(key, ())) == len(theirs["cpu"]["usage"].get(key, ()))
    assert ours["pids"]["current"] >= 1


def test_the_table_of_list_has_runc_s_columns(refrun: Ask, runc: Ask) -> None:
    ours, theirs = (ask("list").splitlines() for ask in (refrun, runc))
    assert ours[0].split() == theirs[0].split()
    assert len(ours[1].split()) == len(theirs[1].split())
    assert ours[1].split()[2:4] == theirs[1].split()[2:4]


def test_the_columns_of_list_never_run_together(yard: Yard, refrun: Ask) -> None:
    """A bundle of containerd's is longer than any width that is fixed beforehand."""
    assert len(str(yard.root)) > 20
    head, row = refrun("list").splitlines()
    assert len(row.split()) == 6
    for name, cell in zip(head.split(), row.split(), strict=True):
        assert row[head.index(name) :].startswith(cell)


def test_the_table_of_ps_is_the_host_s(refrun: Ask, runc: Ask) -> None:
    skip_tool("ps")
    assert refrun("ps", "ID").splitlines()[0].split() == runc("ps", "ID").splitlines()[0].split()
    assert refrun("ps", "ID", "-o", "pid,comm").split()[:2] == ["PID", "COMMAND"]
    assert json.loads(refrun("ps", "--format", "json", "ID"))


@pytest.mark.parametrize(
    ("words", "known_by", "code"),
    [
        pytest.param(("state", "none"), "does not exist", 1, id="podman and containerd: no such container"),
        pytest.param(("delete", "none"), "does not exist", 1, id="containerd: deleted already"),
        pytest.param(("kill", "none", "9"), "does not exist", 1, id="containerd: nothing to kill"),
        pytest.param(("exec", "none", "true"), "does not exist", 255, id="exec without a container"),
        pytest.param(("list", "word"), "takes options only", 1, id="list takes no words"),
    ],
)  # fmt: skip
def test_an_error_has_the_words_that_engines_look_for(
    yard: Yard, words: tuple[str, ...], known_by: str, code: int
) -> None:
    answer = yard.call(*words)
    assert (answer.code, known_by in answer.err) == (code, True), answer.err


def test_a_kill_too_late_is_known_to_containerd(yard: Yard, refrun: Ask) -> None:
    refrun("kill", "ID", "KILL")
    assert soon(lambda: json.loads(refrun("state", "ID"))["status"] == "stopped")
    answer = yard.call("kill", yard.trial.ids[-1], "KILL")
    assert not answer.ok
    assert "container not running" in answer.err


@pytest.mark.parametrize(
    ("program", "known_by"),
    [
        pytest.param("/no/such", "no such file or directory", id="a path that is not there"),
        pytest.param("nosuch", "executable file not found in $PATH", id="a name that is nowhere"),
        pytest.param("/etc", "permission denied", id="a folder"),
    ],
)
def test_a_program_that_cannot_be_executed_is_told_from_one_that_failed(
    yard: Yard, refrun: Ask, program: str, known_by: str
) -> None:
    answer = yard.call("exec", yard.trial.ids[-1], program)
    assert (answer.code, known_by in answer.err) == (255, True), answer.err
    assert yard.call("exec", yard.trial.ids[-1], "/bin/false").code == 1


def test_the_first_line_of_the_version_names_refrun(yard: Yard) -> None:
    first, second = yard.call("--version").out.splitlines()[:2]
    assert first.startswith("refrun version ")
    assert second.startswith("spec: ")
