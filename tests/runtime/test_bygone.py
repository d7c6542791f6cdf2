"""v0.4 and v0.5 on the kernel: start with a bundle, stop, exec of a file, and what they leave behind."""

import json
from typing import Any

import pytest

from runtime import features
from runtime.conformance.bygone import runs
from runtime.releases import NEWEST, OLDEST
from tests.runtime.conftest import Yard, groups
from tests.runtime.sights import Sight

OLD = pytest.mark.parametrize("version", ["0.4.0", "0.5.0"])


def start(s: Sight, *options: str) -> Any:
    return s.yard.call("start", *options, s.id, str(s.bundle.write().folder))


def running(yard: Yard, version: str) -> Sight:
    s = Sight(yard, version)
    s.bundle.args("stay")
    answer = start(s)
    assert answer.ok, answer.err
    yard.trial.soon("the program runs", lambda: "staying" in s.bundle.lines())
    return s


@OLD
def test_start_with_a_bundle_makes_a_container_that_every_command_knows(yard: Yard, version: str) -> None:
    s = running(yard, version)
    state = s.state()
    assert (state["ociVersion"], state["bundlePath"], "status" in state) == (
        version,
        str(s.bundle.folder),
        False,
    )
    rows = json.loads(yard.call("list", "--format", "json").out)
    assert [(row["id"], row["status"]) for row in rows] == [(s.id, "running")]
    assert s.id in yard.call("list").out
    assert yard.call("kill", s.id, "KILL").ok
    yard.trial.soon("it ends", lambda: s.state()["pid"] == 0)
    assert yard.call("delete", s.id).ok


@OLD
def test_start_writes_the_pid_where_it_is_asked_to(yard: Yard, version: str) -> None:
    s = Sight(yard, version)
    s.bundle.args("stay")
    assert start(s, "--pid-file", str(yard.root / "pid")).ok
    assert int((yard.root / "pid").read_text()) == s.state()["pid"]


@OLD
def test_stop_runs_poststop_and_leaves_nothing(yard: Yard, version: str) -> None:
    s = Sight(yard, version)
    s.bundle.hook("poststop", 'cat > "$JOURNAL/state"')
    s.bundle.args("stay")
    assert start(s).ok
    pid = s.state()["pid"]
    assert yard.call("stop", s.id).ok
    assert set(json.loads((s.bundle.journal / "state").read_text())) == {
        "ociVersion",
        "id",
        "pid",
        "bundlePath",
    }
    assert (runs(pid), groups(s.id), yard.ids()) == (False, [], [])


@OLD
@pytest.mark.parametrize("point", ["prestart", "poststart"])
def test_a_start_that_fails_leaves_nothing(yard: Yard, version: str, point: str) -> None:
    s = Sight(yard, version)
    s.bundle.args("stay").hook(point, "exit 3")
    answer = start(s)
    assert (answer.ok, f"{point} hook" in answer.err) == (False, True)
    assert (groups(s.id), yard.ids()) == ([], [])


@OLD
@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("start",), "the container's id is missing", id="start without an id"),
        pytest.param(("start", "ID"), "does not exist", id="start without a bundle"),
        pytest.param(("start", "ID", "BUNDLE", "more"), "start takes a container's id, and a bundle", id="start with too much"),
        pytest.param(("start", "../x", "BUNDLE"), "is not made of letters", id="start with a path for an id"),
        pytest.param(("start", "ID", "/no/such"), "cannot be read", id="start without a config"),
        pytest.param(("stop",), "the container's id is missing", id="stop without an id"),
        pytest.param(("stop", "ID"), "does not exist", id="stop of an unknown container"),
        pytest.param(("exec",), "the container's id is missing", id="exec without an id"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_answered_in_a_sentence(
    yard: Yard, version: str, words: tuple[str, ...], said: str
) -> None:
    s = Sight(yard, version)
    folder = str(s.bundle.write().folder)
    answer = yard.call(*(s.id if word == "ID" else folder if word == "BUNDLE" else word for word in words))
    assert (answer.ok, said in answer.err) == (False, True), answer.err
    assert yard.ids() == []


@OLD
def test_exec_runs_the_process_of_a_file_in_the_old_spelling(yard: Yard, version: str) -> None:
    s = running(yard, version)
    file = yard.root / "process.json"
    asked = {
        **s.process,
        "args": ["/probe", "cat", "/proc/self/status"],
        "capabilities": ["CAP_CHOWN"],
        "oomScoreAdj": 900,
    }
    file.write_text(json.dumps(asked))
    answer = yard.call("exec", s.id, str(file))
    assert "CapEff:\t0000000000000001" in answer.out, answer.err
    file.write_text(json.dumps({**asked, "capabilities": {"bounding": []}}))
    answer = yard.call("exec", s.id, str(file))
    assert "process.capabilities must be an array" in answer.err
    assert "No such file" in yard.call("exec", s.id, "/no/such/process.json").err
    assert yard.call("exec", s.id, "/probe", "note", "by words").ok
    assert s.bundle.lines() == ["staying", "by words"]
    assert yard.call("stop", s.id).ok


def test_what_features_claims_runs(yard: Yard) -> None:
    document: Any = features.features()
    claimed = (document["ociVersionMin"], document["ociVersionMax"])
    assert claimed == (OLDEST, NEWEST)
    for version in claimed:
        s = yard.trial.bundle().args("exit", "0")
        s.oci_version = version
        answer = yard.trial.run(s)
        assert answer.ok, answer.err
