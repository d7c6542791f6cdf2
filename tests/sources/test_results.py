"""A document of results is read strictly: each fault is named with its place, and nothing hostile comes through."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.model.conformance import CaseOutcome, Claims, Disputed, Explained, Level
from bot.model.errors import BadInput, WorldFailed
from bot.sources import results
from bot.sources.conformance import read_document
from bot.sources.results import Unreadable, read, read_file

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
RESULT: dict[str, Any] = {
    "case": "mounts/order", "requirements": ["0123456789"], "sections": ["config.md#mounts"], "level": "MUST",
    "outcome": "failed", "reason": "no", "seconds": 0.1, "counted": True, "private": False, "stored": "2026-06-14T12:00:00Z",
    "explained": {"why": "so", "link": "https://example.org/1", "kind": "bug", "anchor": "config.md#mounts"},
    "disputed": None, "output": "a\0b", "config": {"a\0": ["b\ud800", 1, None, float("inf")]}, "repeat": "tallyman",
}  # fmt: skip
OLD = {key: RESULT[key] for key in ("case", "requirements", "level", "outcome", "reason", "seconds")}
DOCUMENT: dict[str, Any] = {
    "suite": "sha256:ab", "at": "2026-06-15T11:00:00Z",
    "runtime": {
        "command": "runc", "version": "runc version 1.1.5", "name": "runc", "build": "1.1.5-1", "digest": "sha256:cd",
        "features": {"anything": [1]}, "claims": {"min": "v1.0.0", "max": "v1.0.2", "from": "features"},
    },
    "host": {
        "kernel": "6.1", "machine": "x86_64", "cgroup": "v2", "euid": 0, "rights": "user", "lsms": ["selinux", "bpf"],
        "rootfs": "busybox", "facts": {"root": "euid is 7", "seccomp": True},
    },
    "runs": [{"release": "v1.0.2", "results": [RESULT], "summary": {"containers_created": 3, "more": 1}}],
}  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """The document with one value replaced; `DROP` takes it away."""
    found: Any = deepcopy(DOCUMENT)
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    place = found
    for part in way:
        place = place[part]
    if value is DROP:
        del place[last]
    else:
        place[last] = value
    return dict(found)


DROP = object()


def test_everything_of_the_shape_is_read() -> None:
    (run,) = read(json.dumps(DOCUMENT), NOW).runs
    assert (run.release, run.runtime, run.runtime_version, run.name, run.build) == (
        "v1.0.2",
        "runc",
        "runc version 1.1.5",
        "runc",
        "1.1.5-1",
    )
    assert (run.digest, run.suite, run.claims) == (
        "sha256:cd",
        "sha256:ab",
        Claims("v1.0.0", "v1.0.2", "features"),
    )
    assert (run.at, run.host) == (
        NOW - timedelta(hours=1),
        "Linux 6.1 x86_64, cgroup v2, LSM selinux+bpf, an ordinary user",
    )
    assert (run.vouched, run.containers, run.executions) == (None, 3, 0), (
        "what was taken over was not executed again"
    )
    facts = run.facts
    assert facts is not None
    assert (facts.rights, facts.lsms, facts.facts) == (
        "user",
        ("selinux", "bpf"),
        (("root", "euid is 7"), ("seccomp", "")),
    )
    (result,) = run.results
    assert (result.case, result.level, result.outcome) == ("mounts/order", Level.MUST, CaseOutcome.FAILED)
    assert result.explained == Explained("so", "https://example.org/1", "bug", "config.md#mounts")
    assert (result.sections, result.counted, result.stored) == (
        ("config.md#mounts",),
        True,
        NOW - timedelta(days=1),
    )
    assert (result.output, result.config) == ("a\ufffdb", {"a\ufffd": ["b\ufffd", 1, None, "inf"]}), (
        "no database takes a NUL"
    )


def test_a_document_of_before_is_read_and_what_had_to_be_assumed_is_said() -> None:
    found = changed("runs.0.results", [OLD])
    for path in ("suite", "at"):
        del found[path]
    found["runtime"] = {"command": "runc", "version": "1"}
    found["host"] = {
        "kernel": "6.1",
        "machine": "x86_64",
        "cgroup": "v1",
        "euid": 0,
        "containers": "possible",
    }
    answer = read(json.dumps(found), NOW)
    (run,) = answer.runs
    assert (run.at, run.suite, run.claims, run.name) == (NOW, "", None, "")
    assert run.facts is not None
    assert run.facts.rights == "root"
    assert answer.notes == ("it does not say when it was made; the time of reading is taken",)


def test_a_disputed_result_keeps_what_the_case_gave() -> None:
    said = {
        "by": "ada",
        "link": "https://example.org",
        "reading": "of files",
        "since": "2026-06-01",
        "seen": "failed",
    }
    found = changed("runs.0.results.0.disputed", said)
    found["runs"][0]["results"][0]["outcome"] = "disputed"
    (run,) = read(json.dumps(found), NOW).runs
    assert run.results[0].disputed == Disputed(
        "ada", "https://example.org", "of files", "2026-06-01", CaseOutcome.FAILED
    )


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        pytest.param("runtime.command", DROP, "runtime.command is missing", id="no runtime"),
        pytest.param("runtime.command", " ", "runtime.command", id="a runtime without a name"),
        pytest.param("host", None, "host", id="no host"),
        pytest.param("runs", [], "runs", id="no release"),
        pytest.param("runs", {}, "runs", id="a list that is none"),
        pytest.param("runs.0.release", "../../etc", "runs[0].release", id="no tag"),
        pytest.param("runs.0.results.0.outcome", "great", "runs[0].results[0].outcome: Input should be 'passed'", id="no outcome"),
        pytest.param("runs.0.results.0.level", "must", "runs[0].results[0].level", id="no level"),
        pytest.param("runs.0.results.0.case", "a b", "runs[0].results[0].case", id="no case"),
        pytest.param("runs.0.results.0.case", "a/" + "b" * 300, "runs[0].results[0].case", id="a case as long as a page"),
        pytest.param("runs.0.results.0.seconds", "0.1", "runs[0].results[0].seconds", id="a number in quotes"),
        pytest.param("runs.0.results.0.seconds", -1, "runs[0].results[0].seconds", id="less than no time"),
        pytest.param("runs.0.results.0.counted", 1, "runs[0].results[0].counted", id="a number for a claim"),
        pytest.param("runs.0.results.0.reason", "x" * 20_001, "runs[0].results[0].reason", id="a reason as long as a book"),
        pytest.param("runs.0.results.0.config", {"x": "y" * 600_000}, "is larger than 512 kB", id="a huge config"),
        pytest.param("runs.0.results.0.requirements", "0123456789", "requirements", id="a word for a list"),
        pytest.param("runs.0.results", [RESULT, RESULT], "the case of v1.0.2 mounts/order is there twice", id="a case twice"),
        pytest.param("at", "yesterday", "at: ", id="no time"),
        pytest.param("at", "2026-06-15T11:00:00", "at: ", id="a time without a zone"),
        pytest.param("at", "2026-06-17T11:00:00Z", "it was made in the future", id="the day after tomorrow"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(path: str, value: Any, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(json.dumps(changed(path, value)), NOW)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_release_twice_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"the release v1\.0\.2 is there twice"):
        read(json.dumps(changed("runs", DOCUMENT["runs"] * 2)), NOW)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"", "it is empty", id="nothing"),
        pytest.param(b" \n", "it is empty", id="blanks"),
        pytest.param(json.dumps(DOCUMENT).encode()[:300], "it is no JSON", id="half a document"),
        pytest.param(b"[]", "should be an object", id="a list"),
        pytest.param(b"null", "should be an object", id="null"),
        pytest.param(b"[" * 1_000_000, "nested too deeply", id="a tower of brackets"),
        pytest.param(b'{"runtime":' * 900 + b"1" + b"}" * 900, "", id="a lower one"),
        pytest.param(b"\xff\xfe\x00", "it is no JSON", id="no text"),
        pytest.param(json.dumps(changed("runs.0.results.0.seconds", float("nan"))).encode(), "seconds", id="not a number"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(raw, NOW)
    assert words in str(caught.value)


def test_a_file_is_named_with_its_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.json"
    with pytest.raises(BadInput, match=r"cannot be read \(No such file"):
        read_file(path, NOW)
    with pytest.raises(BadInput, match=r"cannot be read \(Is a directory"):
        read_file(tmp_path, NOW)
    path.write_text("{")
    with pytest.raises(
        BadInput, match=r"results\.json: it is no JSON.*give a document of `tallyman conformance run"
    ):
        read_file(path, NOW)
    with path.open("wb") as file:
        file.truncate(results.MOST_BYTES + 1)
    with pytest.raises(BadInput, match="is larger than 128 MB"):
        read_file(path, NOW)
    path.write_text(json.dumps(DOCUMENT))
    assert read_file(path, NOW).runs[0].release == "v1.0.2"


def test_what_the_runner_says_is_read_by_the_same_rules() -> None:
    answer = read_document(json.dumps(DOCUMENT), NOW)
    assert (answer.containers, answer.runs[0].name, answer.document["suite"]) == (3, "runc", "sha256:ab")
    with pytest.raises(WorldFailed, match=r"no readable answer \(it is no JSON"):
        read_document("{", NOW)
