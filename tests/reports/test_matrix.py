"""The matrix in its four forms, to the byte; what each filter finds; that missing is not failing, and a SHOULD no MUST."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.conformance import CaseOutcome, Level, ReleaseRun, age
from bot.model.errors import WrongRequest
from bot.reports.matrix import By, Cell, Filter, Matrix, Question, build
from bot.reports.matrix_entries import entries, settled
from bot.reports.matrix_page import render, to_json
from bot.reports.matrix_words import cell_kind, cell_word, read_question, tally_words, where
from tests import goldens
from tests.reports.matrices import ELSEWHERE, HOSTILE, NOON, RUNC, RUNS, VARIANTS, run

ENDINGS = {"markdown": "md", "html": "html", "text": "txt"}
GOLDENS = frozenset(f"matrix.{name}.{ending}" for name in VARIANTS for ending in (*ENDINGS.values(), "json"))


def built(name: str) -> Matrix:
    shown = VARIANTS[name]
    return build(shown.runs, shown.question, shown.earlier)


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_matrix_looks_like_its_golden_file(name: str, form: str) -> None:
    goldens.check(f"matrix.{name}.{ENDINGS[form]}", render(built(name), form))


@pytest.mark.parametrize("name", VARIANTS)
def test_a_matrix_as_json_looks_like_its_golden_file(name: str) -> None:
    text = json.dumps(to_json(built(name)), indent=1, ensure_ascii=False)
    goldens.check(f"matrix.{name}.json", text + "\n")


def found(question: Question, runs: tuple[ReleaseRun, ...] = RUNS) -> list[str]:
    return [f"{row.case} {row.release}" for row in build(runs, question, VARIANTS["releases"].earlier).rows]


A, B, C = run("P"), run("F", **RUNC), run("F", **{**RUNC, "name": "crun", "runtime": "crun"})


@pytest.mark.parametrize(
    ("runs", "asked", "is_found"),
    [
        pytest.param((A, B), "differs", True, id="one passes, one fails"),
        pytest.param((A, A), "differs", False, id="both pass"),
        pytest.param((A, B, C), "one-fails", False, id="two fail"),
        pytest.param((A, B), "one-fails", True, id="one fails"),
        pytest.param((A, B), "one-fails runc", True, id="and it is the one that was asked for"),
        pytest.param((A, B), "one-fails refrun", False, id="and it is the other one"),
        pytest.param((B,), "one-fails", False, id="nobody is beside it"),
        pytest.param((A, run("S", **RUNC)), "differs", False, id="what was skipped differs from nothing"),
        pytest.param((A, run("-P", **RUNC)), "differs", False, id="what is missing has not failed"),
        pytest.param((A, run("C", **RUNC)), "differs", False, id="nor what was not claimed"),
        pytest.param((A, run("D", **RUNC)), "differs", False, id="nor what is disputed"),
        pytest.param((A, run("E", **RUNC)), "differs", True, id="an error of ours is no pass"),
        pytest.param((A, run("S", **RUNC)), "untested", True, id="skipped is untested"),
        pytest.param((A, run("-P", **RUNC)), "untested runc", True, id="missing is untested"),
        pytest.param((A, run("-P", **RUNC)), "untested refrun", False, id="by one, not by the other"),
        pytest.param((A, run("C", **RUNC)), "untested", False, id="nobody tests what is not claimed"),
        pytest.param((A, run("D", **RUNC)), "disputed", True, id="disputed"),
        pytest.param((A, B), "disputed", False, id="failed is not disputed"),
        pytest.param((A, B), "explained", False, id="nor explained"),
    ],
)
def test_what_a_filter_finds(runs: tuple[ReleaseRun, ...], asked: str, is_found: bool) -> None:
    question = read_question(asked.split())
    assert ("bundle/one v1.1.0" in found(question, runs)) is is_found


def test_a_regression_is_seen_against_earlier_runs_and_the_last_release() -> None:
    matrix = build(RUNS, Question(filter=Filter.REGRESSED), VARIANTS["releases"].earlier)
    cells = {row.case: row.cells[1] for row in matrix.rows}
    assert {case: (cell.regressed, cell.fell) for case, cell in cells.items()} == {
        "bundle/one": ("run 7, runc 1.1.4", "v1.0.0"),
        "mounts/four": ("", "v1.0.0"),
    }


def test_a_release_at_which_nothing_was_seen_is_stepped_over() -> None:
    runs = (run("P", release="v1.0.0"), run("S", release="v1.0.1"), run("F", release="v1.0.2"))
    (row, *_) = build(runs, Question(filter=Filter.REGRESSED)).rows
    assert row.cells[0].fell == "v1.0.0"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("differs runc", Question(Filter.DIFFERS, "runc"), id="a filter and whose"),
        pytest.param("only one fails", Question(Filter.ONE_FAILS), id="in three words"),
        pytest.param("where only one fails at v1.0.0", Question(Filter.ONE_FAILS, releases=("v1.0.0",)), id="in a sentence"),
        pytest.param("Regressed, runc", Question(Filter.REGRESSED, "runc"), id="a capital and a comma"),
        pytest.param("runc crun v1.1.0-rc.1", Question(releases=("v1.1.0-rc.1",), runtimes=("runc", "crun")), id="no filter"),
        pytest.param("config.md #seccomp a.md#b", Question(sections=("config.md", "#seccomp", "a.md#b")), id="places"),
        pytest.param("0123456789 mounts/order", Question(requirements=("0123456789",), cases=("mounts/order",)), id="an id and a case"),
        pytest.param("", Question(), id="nothing"),
    ],
)  # fmt: skip
def test_a_question_in_words(words: str, expected: Question) -> None:
    assert read_question([words]) == expected
    assert read_question(words.split()) == expected, "however a shell splits it"


def test_two_filters_at_once_are_refused() -> None:
    with pytest.raises(WrongRequest, match="two filters at once"):
        read_question(["differs", "regressed"])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param(Question(releases=("v9.9.9",)), "no run of v9.9.9 is recorded: there are runs of v1.1.0, v1.0.0", id="a release"),
        pytest.param(Question(runtimes=("youki",)), "no run of youki is recorded: there are runs of crun, refrun, runc", id="a runtime"),
        pytest.param(Question(Filter.DIFFERS, "youki"), "no run of youki", id="whose"),
    ],
)  # fmt: skip
def test_what_is_not_recorded_is_said_with_what_is(question: Question, words: str) -> None:
    with pytest.raises(WrongRequest) as caught:
        build(RUNS, question)
    assert words in str(caught.value)
    with pytest.raises(WrongRequest, match="conformance run --save"):
        build((), question)


@pytest.mark.parametrize(
    ("question", "cases"),
    [
        pytest.param(
            Question(sections=("config.md",)), {"hooks/two", "mounts/three", "mounts/four"}, id="a file"
        ),
        pytest.param(
            Question(sections=("config.md#mounts",)), {"mounts/three", "mounts/four"}, id="a section"
        ),
        pytest.param(Question(sections=("#hooks",)), {"hooks/two"}, id="an anchor"),
        pytest.param(Question(requirements=("eeeeeeeeee",)), {"seccomp/five"}, id="a requirement"),
        pytest.param(Question(cases=("bundle/one",)), {"bundle/one"}, id="a case"),
        pytest.param(Question(sections=("config",)), set(), id="half a name"),
    ],
)
def test_a_part_of_the_matrix(question: Question, cases: set[str]) -> None:
    assert {each.partition(" ")[0] for each in found(question)} == cases


def test_the_level_changes_word_and_kind_of_a_failure() -> None:
    (row_of_each,) = [build([run("FF-F")], Question()).rows]
    cells = {row.level: row.cells[0] for row in row_of_each}
    assert {level: (cell_word(cell), cell_kind(cell)) for level, cell in cells.items()} == {
        Level.MUST: ("FAILS", "fails"),
        Level.SHOULD: ("falls short", "short"),
        Level.MAY: ("does otherwise", "otherwise"),
    }
    assert (cell_word(Cell()), cell_kind(Cell())) == ("no result", "quiet")


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        pytest.param("PPPPP", "all 5 pass", id="all"),
        pytest.param("FPFPP", "3 of 5 pass; 2 MUST FAIL", id="MUST"),
        pytest.param("PFPFP", "3 of 5 pass; 1 SHOULD falls short, 1 MAY does otherwise", id="SHOULD and MAY"),
        pytest.param("PEPPP", "4 of 5 pass; 1 is our error", id="an error of ours"),
        pytest.param("PDSCP", "all 2 pass; 1 disputed, 1 not claimed, 1 skipped", id="out of the total"),
        pytest.param("CCCCN", "not claimed", id="not claimed"),
        pytest.param("NNNNN", "nothing applies", id="nothing applies"),
        pytest.param("SS---", "2 skipped", id="skipped alone"),
    ],
)
def test_a_tally_in_words(letters: str, words: str) -> None:
    matrix = build([run(letters)], Question())
    assert tally_words(matrix.totals(By.RELEASE)["v1.1.0", ""][0]) == words


def test_totals_by_place_lose_no_case() -> None:
    matrix = build(RUNS, Question())
    for by in (By.FILE, By.SECTION):
        sums: dict[str, int] = {}
        for (release, _), tallies in matrix.totals(by).items():
            sums[release] = sums.get(release, 0) + sum(tally.tested for tally in tallies)
        assert sums == {
            release: sum(tally.tested for tally in tallies)
            for (release, _), tallies in matrix.totals(By.RELEASE).items()
        }


def test_a_column_is_a_runtime_in_one_version_on_one_host_by_one_voucher() -> None:
    more: dict[str, Any] = {"at": NOON + timedelta(days=1)}
    runs = [
        run("P"), run("F", **more), run("P", host="Linux 5.4", **more), run("P", runtime_version="refrun 0.2.0"),
        run("P", build="2"), run("P", vouched=ELSEWHERE["vouched"]),
    ]  # fmt: skip
    matrix = build(runs, Question())
    assert len(matrix.columns) == 5
    (newest,) = [
        column.runs["v1.1.0"]
        for column in matrix.columns
        if column.head.at > NOON and column.head.host == runs[0].host
    ]
    assert newest.results[0].outcome is CaseOutcome.FAILED
    assert [bool(column.head.vouched) for column in matrix.columns] == [False] * 4 + [True]
    assert "not run here, vouched for by bo" in where(matrix.columns[-1].head)[0]


def test_neighbouring_releases_that_say_the_same_are_told_once() -> None:
    tags = ("v1.0.0", "v1.0.1", "v1.0.2", "v1.1.0")
    runs = [run(letter, release=tag) for tag, letter in zip(tags, "FFPF", strict=True)]
    told = {entry.releases for entry in entries(build(runs, Question()))}
    assert told == {("v1.0.1", "v1.0.0"), ("v1.0.2",), ("v1.1.0",)}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param(
            "time=2026-01-01T10:00:00Z no", "time=2026-11-25T19:36:37.1+01:00 no", True, id="a time"
        ),
        pytest.param("/tmp/conformance-aaa/x: no", "/tmp/conformance-bbb/x: no", True, id="a folder"),
        pytest.param("bundle-12 at 0xfe", "bundle-345 at 0x1f", True, id="a number of ours"),
        pytest.param("expected 5000, saw 0", "expected 6000, saw 0", False, id="a number of theirs"),
        pytest.param("was accepted", "was refused", False, id="a word"),
    ],
)
def test_the_reason_of_the_same_failure_is_the_same(one: str, other: str, is_same: bool) -> None:
    assert (settled(one) == settled(other)) is is_same


def test_releases_compare_by_age() -> None:
    tags = ["v1.0.0-rc1", "v1.0.0-rc6", "v1.0.0", "v1.0.2", "v1.1.0-rc.1", "v1.1.0", "v1.10.0"]
    assert sorted(set(tags), key=age) == tags
    assert age("harbour") < age("v0.0.1")


@pytest.mark.parametrize("form", ENDINGS)
def test_what_a_document_says_is_inert(form: str) -> None:
    text = render(built("hostile"), form)
    assert "\x1b" not in text
    if form == "html":
        assert "<img" not in text
        assert 'javascript:alert(1)"' not in text
    if form == "markdown":
        assert "@ada" not in text
        assert HOSTILE not in text
        assert "\n|" in text, "a column's line stays one line"


def test_a_private_result_leaves_no_trace() -> None:
    shown = run("PF", two={"private": True})
    assert [result.case for result in shown.public.results] == ["bundle/one"]
    open_ = run("PF")
    assert open_.public is open_
    assert replace(shown, results=shown.results[:1]) == shown.public
