"""`tallyman conformance matrix`, `diff`, `runs`, `import` and the disputes, as they are typed."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.sources.test_results import DOCUMENT, OLD
from tests.world import Said


def document(
    outcomes: str,
    *,
    release: str = "v1.0.2",
    runtime: str = "runc",
    at: str = "2026-06-15T11:00:00Z",
    **more: Any,
) -> dict[str, Any]:
    """A document with a case for each letter: P passed, F failed, S skipped; `more` are fields of every result."""
    found = deepcopy(DOCUMENT)
    words = {"P": "passed", "F": "failed", "S": "skipped"}
    results = [{**OLD, "case": f"topic/{n}", "sections": ["config.md#root"], "outcome": words[letter], "reason": "", **more} for n, letter in enumerate(outcomes)]  # fmt: skip
    found["runs"] = [{"release": release, "results": results, "summary": {}}]
    found["runtime"] |= {"command": runtime, "name": runtime, "version": f"{runtime} 1.0", "build": ""}
    found["at"] = at
    return found


def written(path: Path, found: dict[str, Any]) -> Path:
    path.write_text(json.dumps(found))
    return path


@pytest.fixture
def imported(command: Command, tmp_path: Path) -> Command:
    """Run 1 is runc's, run 2 refrun's and run 3 runc's of the day after."""
    for name, found in (
        ("a.json", document("PFS")),
        ("b.json", document("PPP", runtime="refrun")),
        ("c.json", document("FFP", at="2026-06-16T11:00:00Z")),
    ):
        said = command(
            "conformance", "import", written(tmp_path / name, found), "--vouched-by", "ada", "--why", "hers"
        )
        assert said.code == 0, said.err
    return command


def lines(said: Said) -> list[str]:
    assert said.code == 0, said.err
    return said.out.splitlines()


def test_results_of_others_are_kept_with_who_vouches_for_them(imported: Command) -> None:
    (newest, *_) = json.loads(imported("conformance", "runs", "--json").out)
    assert (newest["run"], newest["name"], newest["source"]) == (3, "runc", "c.json")
    assert (newest["vouched"]["by"], newest["vouched"]["why"]) == ("ada", "hers")
    assert newest["facts"]["facts"] == {"root": "euid is 7", "seccomp": True}
    said = imported("conformance", "matrix")
    assert "runc 1.0 (vouched for by ada)" in said.out
    assert "not run here, vouched for by ada" in said.out


def test_they_are_no_runs_of_this_service(imported: Command) -> None:
    report = json.loads(imported("judge", "--release", "v1.0.2", "--json").out)
    assert "of 3 cases pass" not in json.dumps(report)


def test_importing_again_adds_nothing(imported: Command, tmp_path: Path) -> None:
    said = imported(
        "conformance", "import", tmp_path / "a.json", tmp_path / "b.json", "--vouched-by", "bo", "--json"
    )
    assert [(each["run"], each["new"]) for each in json.loads(said.out)] == [(1, False), (2, False)]
    assert len(json.loads(imported("conformance", "runs", "--json").out)) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "bad.json: it is empty", id="empty"),
        pytest.param(json.dumps(DOCUMENT)[:200], "bad.json: it is no JSON", id="half"),
        pytest.param('{"runs": []}', "runtime is missing", id="another document"),
    ],
)
def test_of_several_files_none_is_kept_when_one_is_bad(
    command: Command, tmp_path: Path, text: str, words: str
) -> None:
    good, bad = written(tmp_path / "good.json", document("P")), tmp_path / "bad.json"
    bad.write_text(text)
    said = command("conformance", "import", good, bad, "--vouched-by", "ada")
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert json.loads(command("conformance", "runs", "--json").out) == []


@pytest.mark.parametrize("who", ["", " ", "a" * 201])
def test_somebody_must_vouch(command: Command, tmp_path: Path, who: str) -> None:
    said = command("conformance", "import", written(tmp_path / "a.json", document("P")), "--vouched-by", who)
    assert (said.code, "--vouched-by must say something" in said.err) == (2, True)
    assert command("conformance", "import", tmp_path / "a.json").code == 2


def test_a_document_without_a_time_is_kept_with_a_word(command: Command, tmp_path: Path) -> None:
    found = document("P")
    del found["at"]
    said = command("conformance", "import", written(tmp_path / "a.json", found), "--vouched-by", "ada")
    assert (said.code, "a.json: it does not say when it was made" in said.err) == (0, True)


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        pytest.param(("differs",), {"topic/0", "topic/1"}, id="a filter as a word"),
        pytest.param(("--filter", "differs"), {"topic/0", "topic/1"}, id="as an option"),
        pytest.param(("--filter", "one-fails runc"), {"topic/0", "topic/1"}, id="whose"),
        pytest.param(("only", "one", "fails", "refrun"), set(), id="nobody's"),
        pytest.param(("regressed",), {"topic/0"}, id="against the run before"),
        pytest.param(("--case", "topic/1"), {"topic/1"}, id="a case"),
        pytest.param(
            ("--by", "case", "--section", "config.md"), {"topic/0", "topic/1", "topic/2"}, id="a file"
        ),
        pytest.param(("--by", "case", "--section", "bundle.md"), set(), id="another file"),
    ],
)
def test_a_part_of_the_matrix(imported: Command, words: tuple[str, ...], cases: set[str]) -> None:
    answer = json.loads(imported("conformance", "matrix", *words, "--json").out)
    assert {result["case"] for each in answer for result in each["results"]} == cases
    text = "\n".join(lines(imported("conformance", "matrix", *words)))
    assert {case for case in ("topic/0", "topic/1", "topic/2") if f"{case} (" in text} == cases


def test_the_matrix_has_the_newest_run_of_each_runtime(imported: Command) -> None:
    found = {each["name"]: each for each in json.loads(imported("conformance", "matrix", "--json").out)}
    assert {
        name: (each["run"], each["counts"]["failed"], each["regressed"]) for name, each in found.items()
    } == {
        "refrun": (2, 0, 0),
        "runc": (3, 2, 1),
    }
    assert found["runc"]["failed"] == {"MUST": 2, "SHOULD": 0, "MAY": 0}
    assert found["runc"]["sections"]["config.md#root"]["counts"]["passed"] == 1


def test_the_matrix_of_files_needs_no_database(command: Command, tmp_path: Path) -> None:
    files = [
        written(tmp_path / "a.json", document("PF")),
        written(tmp_path / "b.json", document("PP", runtime="refrun")),
    ]
    said = command("conformance", "matrix", "differs", *(word for path in files for word in ("--from", path)))
    assert any("topic/1 (MUST, v1.0.2)" in line for line in lines(said))
    assert "vouched" not in said.out
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("form", "words"), [("markdown", "| Release | refrun 1.0"), ("html", "<h1>Conformance</h1>")]
)
def test_the_matrix_in_other_forms(imported: Command, form: str, words: str) -> None:
    assert words in imported("conformance", "matrix", "--format", form).out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param(("matrix", "v9.9.9"), "no run of v9.9.9 is recorded", id="a release"),
        pytest.param(("matrix", "--runtime", "youki"), "no run of youki is recorded", id="a runtime"),
        pytest.param(("matrix", "--filter", "odd"), "there is no filter odd", id="a filter"),
        pytest.param(("matrix", "differs", "regressed"), "two filters at once", id="two filters"),
        pytest.param(("matrix", "--from", "nowhere.json"), "nowhere.json cannot be read", id="a file"),
        pytest.param(("diff", "1", "99"), "there is no run 99", id="a run"),
        pytest.param(("diff", "1", "9" * 400), "there is no run 9", id="a run that no database can have"),
        pytest.param(("diff", "1", "x.json"), "x.json cannot be read", id="a run that is neither"),
        pytest.param(("undispute", "7", "--by", "ada"), "there is no dispute 7", id="a dispute"),
        pytest.param(("dispute", "no/case", "--by", "a", "--link", "https://e.org", "--reading", "r"), "no recorded run has no/case", id="a case"),
        pytest.param(("dispute", "topic/0", "--by", "a", "--link", "javascript:x", "--reading", "r"), "is no address", id="a link"),
        pytest.param(("dispute", "topic/0", "--by", "a", "--link", "https://e.org", "--reading", " "), "--reading must say", id="no reading"),
        pytest.param(("dispute", "topic/0", "--runtime", "youki", "--by", "a", "--link", "https://e.org", "--reading", "r"), "no recorded run has topic/0 on youki", id="a case of another"),
    ],
)  # fmt: skip
def test_a_wrong_request_says_what_to_do(imported: Command, words: tuple[str, ...], problem: str) -> None:
    said = imported("conformance", *words)
    assert (said.code, said.out) == (2, "")
    assert problem in said.err


def test_two_runs_are_compared_by_id_or_file(imported: Command, tmp_path: Path) -> None:
    by_id = json.loads(imported("conformance", "diff", "1", "3", "--json").out)
    assert {
        kind: [each["case"] for each in by_id[kind]] for kind in ("newly_failing", "newly_passing", "added")
    } == {
        "newly_failing": ["topic/0"],
        "newly_passing": ["topic/2"],
        "added": [],
    }
    files = json.loads(
        imported("conformance", "diff", tmp_path / "a.json", tmp_path / "c.json", "--json").out
    )
    assert files["newly_failing"] == by_id["newly_failing"]
    said = imported("conformance", "diff", "1", tmp_path / "c.json")
    assert (said.code, "Newly failing: 1" in said.out) == (0, True)


def test_two_runs_of_no_common_release_cannot_be_compared(imported: Command, tmp_path: Path) -> None:
    other = written(tmp_path / "other.json", document("P", release="v1.1.0"))
    said = imported("conformance", "diff", "1", other)
    assert (said.code, "have no release in common" in said.err) == (2, True)


def counts(command: Command) -> dict[str, int]:
    (found,) = json.loads(command("conformance", "matrix", "--runtime", "runc", "--json").out)
    return {name: found["counts"][name] for name in ("passed", "failed", "disputed")}


def test_a_dispute_from_its_opening_to_its_end(imported: Command) -> None:
    said = imported(
        "conformance", "dispute", "topic/1", "--runtime", "runc", "--release", "v1.0.2", "--by", "ada",
        "--link", "https://example.org/7", "--reading", "it is about files",
    )  # fmt: skip
    assert "dispute 1: topic/1 on runc at v1.0.2 is out of every total until" in said.out
    assert counts(imported) == {"passed": 1, "failed": 1, "disputed": 1}
    (listed,) = json.loads(imported("conformance", "disputes", "--json").out)
    assert (listed["by"], listed["reading"], listed["closed"]) == ("ada", "it is about files", None)
    assert "disputed since" in imported("conformance", "matrix", "disputed").out
    said = imported("conformance", "undispute", "1", "--by", "bo", "--why", "agreed")
    assert "dispute 1 is closed" in said.out
    assert counts(imported) == {"passed": 1, "failed": 2, "disputed": 0}
    assert json.loads(imported("conformance", "disputes", "--json").out) == []
    assert "by bo: agreed" in imported("conformance", "disputes", "--all").out


def test_what_is_private_leaves_by_no_door_but_one(command: Command, tmp_path: Path) -> None:
    secret, plain = document("PF"), document("PF", at="2026-06-14T11:00:00Z")
    secret["runs"][0]["results"][1] |= {"private": True, "reason": "the moon is out", "case": "escape/moon"}
    files = [written(tmp_path / "a.json", secret), written(tmp_path / "b.json", plain)]
    assert command("conformance", "import", *files, "--vouched-by", "ada").code == 0
    doors: list[Any] = [
        *(("matrix", "--by", "case", *form) for form in ((), ("--json",), ("--format", "markdown"), ("--format", "html"))),
        ("matrix", "--json"), ("matrix", "untested"), ("matrix", "--versions", "regressed"),
        ("matrix", "--from", files[0], "--by", "case"), ("diff", "2", "1"), ("diff", "2", "1", "--json"), ("diff", *files), ("runs",), ("runs", "--json"),
    ]  # fmt: skip
    for words in doors:
        said = command("conformance", *words)
        assert said.code == 0, said.err
        assert "moon" not in said.out + said.err, words
    assert "the moon" not in command("conformance", "matrix", "--case", "escape/moon").out
    for words in (
        ("matrix", "--by", "case"),
        ("matrix", "--from", files[0], "--by", "case"),
        ("diff", *files),
    ):
        assert "moon" in command("conformance", *words, "--private").out, words
    assert "PRIVATE" in command("conformance", "matrix", "--by", "case", "--private").out


def test_an_empty_database_has_an_empty_matrix(command: Command) -> None:
    assert json.loads(command("conformance", "matrix", "--json").out) == []
    assert "No run is recorded" in command("conformance", "matrix").out
    assert json.loads(command("conformance", "disputes", "--json").out) == []
