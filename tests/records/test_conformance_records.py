"""Conformance runs in the database: kept once, loaded as they stand, never mixed with what others vouch for, private by default."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from bot.model.conformance import CaseOutcome, CaseResult, Level, ReleaseRun, Vouch
from bot.model.disputes import Dispute
from bot.model.errors import WrongRequest
from bot.records import conformance
from bot.records.disputes import close_dispute, load_disputes, open_dispute
from bot.records.engine import Engine, read_session, write_session
from bot.records.tables import CaseResultRow, DisputeRow, DocumentRow, RunRow
from tests.reports.matrices import NOON, RUNC, WHY, run
from tests.soaking import IS_SOAKING

LATER = NOON + timedelta(days=1)
RICH = run(
    "FPD", id_=0, like="v1.0.0", untested=("ffffffffff",), containers=7,
    one={"explained": WHY, "stored": NOON, "output": "no\x07", "config": {"ociVersion": "1.0.0", "n": [1.5]}, "repeat": "again"},
)  # fmt: skip


def keep(engine: Engine, *runs: ReleaseRun, said: Any = None, at: datetime = NOON) -> conformance.Kept:
    with write_session(engine) as session:
        return conformance.save_document(session, runs, at, said=said)


def standing(engine: Engine, **more: Any) -> tuple[ReleaseRun, ...]:
    with read_session(engine) as session:
        return conformance.load_standing(session, **more)


def own(engine: Engine) -> tuple[ReleaseRun, ...]:
    with read_session(engine) as session:
        return conformance.load_runs(session)


def test_a_run_comes_back_as_it_was_saved(engine: Engine) -> None:
    kept = keep(engine, RICH, replace(RICH, release="v1.0.0"))
    loaded = standing(engine, evidence=True)
    assert loaded == (replace(RICH, release="v1.0.0"), RICH)
    assert {each.document for each in loaded} == {kept.id}
    plain = standing(engine)[1].results[0]
    assert (plain.output, plain.config, plain.explained) == ("", None, WHY), (
        "what it printed stays on the disk"
    )


def test_the_same_document_twice_is_one_run(engine: Engine) -> None:
    first = keep(engine, RICH, said={"a": 1, "b": [2]})
    again = keep(engine, RICH, said={"b": [2], "a": 1}, at=LATER)
    assert (first.is_new, again.is_new, again.id) == (True, False, first.id)
    assert keep(engine, RICH, said={"a": 2}).is_new
    assert _count(engine) == (2, 2, 6)


def test_two_processes_that_keep_the_same_document_keep_it_once(engine: Engine) -> None:
    kept: list[conformance.Kept] = []
    threads = [
        threading.Thread(target=lambda: kept.append(keep(engine, RICH, said={"a": 1}))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.is_new for each in kept) == [False] * 5 + [True]
    assert _count(engine) == (1, 1, 3)


def test_a_transaction_that_breaks_keeps_nothing(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), write_session(engine) as session:
        conformance.save_document(session, [RICH], NOON)
        raise ZeroDivisionError
    assert _count(engine) == (0, 0, 0)


def _count(engine: Engine) -> tuple[int, ...]:
    with read_session(engine) as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (DocumentRow, RunRow, CaseResultRow)
        )


VOUCHED = Vouch("bo", "our machine", NOON)
ELSEWHERE = "Linux 5.10 aarch64, cgroup v1"


@pytest.mark.parametrize(
    ("kept", "newest"),
    [
        pytest.param([run("P"), run("F", at=LATER)], ["F"], id="the later one"),
        pytest.param([run("F", at=LATER), run("P")], ["F"], id="by its own time, not by when it was kept"),
        pytest.param([run("P"), run("F", runtime_version="2", at=LATER)], ["F"], id="of whatever version"),
        pytest.param([run("P"), run("F", host=ELSEWHERE)], ["F", "P"], id="of each host"),
        pytest.param([run("P"), run("F", **RUNC)], ["F", "P"], id="of each runtime"),
        pytest.param([run("P"), run("F", vouched=VOUCHED)], ["F", "P"], id="of each voucher"),
        pytest.param([run("P"), run("F", release="v1.0.0")], ["F", "P"], id="of each release"),
    ],
)
def test_how_things_stand_is_the_newest_run(
    engine: Engine, kept: list[ReleaseRun], newest: list[str]
) -> None:
    for each in kept:
        keep(engine, each)
    assert sorted(each.results[0].outcome.value[0].upper() for each in standing(engine)) == newest
    assert len(standing(engine, versions=True)) == (
        2 if len({each.runtime_version for each in kept}) > 1 else len(newest)
    )


def test_what_others_vouch_for_never_counts_as_our_own(engine: Engine) -> None:
    keep(engine, run("P"))
    keep(engine, run("F", vouched=VOUCHED, at=LATER))
    keep(engine, run("F", vouched=VOUCHED, **RUNC))
    assert [(each.runtime, each.results[0].outcome, each.vouched) for each in own(engine)] == [
        ("refrun", CaseOutcome.PASSED, None)
    ]
    assert [each.vouched for each in standing(engine) if each.vouched] == [VOUCHED, VOUCHED]


def test_what_is_private_is_loaded_for_the_operator_alone(engine: Engine) -> None:
    kept = keep(engine, run("PF", two={"private": True}, **RUNC))
    with read_session(engine) as session:
        loads = {
            name: load(session)
            for name, load in (
                ("gates, reports and pages", conformance.load_runs),
                ("the matrix", conformance.load_standing),
                ("diff", lambda session: conformance.load_document(session, kept.id)),
            )
        }
        seen = conformance.load_standing(session, private=True)
    for who, runs in loads.items():
        assert [[each.case for each in one.results] for one in runs] == [["bundle/one"]], who
    assert [each.case for each in seen[0].results] == ["bundle/one", "hooks/two"]


def test_what_came_before_a_run(engine: Engine) -> None:
    ids = {}
    for name, each in {
        "old version": run("P", runtime_version="1", at=NOON),
        "older run": run("F", at=NOON + timedelta(hours=1)),
        "run before": run("P", at=NOON + timedelta(hours=2)),
        "elsewhere": run("P", host=ELSEWHERE, at=NOON + timedelta(hours=3)),
        "vouched": run("P", vouched=VOUCHED, at=NOON + timedelta(hours=3)),
        "newest": run("F", at=NOON + timedelta(hours=4)),
        "another release": run("F", release="v1.0.0", at=NOON + timedelta(hours=5)),
    }.items():
        ids[keep(engine, each).id] = name
    with read_session(engine) as session:
        newest = conformance.load_standing(session)
        earlier = conformance.load_earlier(session, newest)
    told = {ids[each.document]: {ids[old.document] for old in earlier[each.id]} for each in newest}
    assert told == {
        "newest": {"run before", "old version"},
        "another release": set(),
        "elsewhere": set(),
        "vouched": set(),
    }


def test_documents_are_listed_newest_first(engine: Engine) -> None:
    first = keep(engine, run("P"), run("P", release="v1.0.0"), at=LATER)
    second = keep(engine, run("P", at=LATER, vouched=VOUCHED))
    with read_session(engine) as session:
        lines = conformance.list_documents(session)
    assert [(line.id, line.releases) for line in lines] == [
        (second.id, ("v1.1.0",)),
        (first.id, ("v1.1.0", "v1.0.0")),
    ]
    assert lines[1].head.results == ()


def test_a_document_that_is_not_there_is_a_wrong_request(engine: Engine) -> None:
    with read_session(engine) as session, pytest.raises(WrongRequest, match="there is no run 9"):
        conformance.load_document(session, 9)


# --- disputes


def disputed(**more: Any) -> Dispute:
    said = {"case": "bundle/one", "runtime": "", "release": "", "reading": "of files", **more}
    return Dispute(0, by="ada", at=NOON, link="https://example.org/1", **said)


def outcome(engine: Engine, runtime: str = "refrun", release: str = "v1.1.0") -> CaseOutcome:
    (found,) = [each for each in own(engine) if (each.runtime, each.release) == (runtime, release)]
    return found.results[0].outcome


def test_a_dispute_takes_a_result_out_of_the_totals_until_a_person_closes_it(engine: Engine) -> None:
    keep(engine, run("FP"))
    with write_session(engine) as session:
        opened = open_dispute(session, disputed())
    (found,) = own(engine)
    assert (found.tested, found.count(CaseOutcome.DISPUTED), found.count(CaseOutcome.FAILED)) == (1, 1, 0)
    said = found.results[0].disputed
    assert said is not None
    assert (said.by, said.reading, said.since, said.was) == (
        "ada",
        "of files",
        "2026-06-15",
        CaseOutcome.FAILED,
    )
    keep(engine, run("FP", at=LATER))
    assert outcome(engine) is CaseOutcome.DISPUTED, "of later runs too"
    with write_session(engine) as session:
        closed = close_dispute(session, opened.id, "bo", LATER, "talked over")
    assert outcome(engine) is CaseOutcome.FAILED
    with read_session(engine) as session:
        assert load_disputes(session) == (closed,), "who opened and who closed it is still there"
        assert len(list(session.scalars(select(DisputeRow)))) == 2, "nothing is overwritten"
    assert (closed.by, closed.closed_by, closed.closed_at, closed.closed_why) == (
        "ada",
        "bo",
        LATER,
        "talked over",
    )


@pytest.mark.parametrize(
    ("more", "touched"),
    [
        pytest.param({}, {"refrun v1.1.0", "refrun v1.0.0", "runc v1.1.0"}, id="everything"),
        pytest.param({"runtime": "runc"}, {"runc v1.1.0"}, id="a runtime by name"),
        pytest.param(
            {"runtime": "runc 1.1.5+ds1, build 1.1.5+ds1-1+deb12u1"}, {"runc v1.1.0"}, id="by version"
        ),
        pytest.param({"runtime": "runc 1.2"}, set(), id="another version"),
        pytest.param({"release": "v1.0.0"}, {"refrun v1.0.0"}, id="a release"),
        pytest.param({"case": "bundle/two"}, set(), id="another case"),
    ],
)
def test_what_a_dispute_is_about(engine: Engine, more: dict[str, Any], touched: set[str]) -> None:
    for each in (run("F"), run("F", release="v1.0.0"), run("F", **RUNC)):
        keep(engine, each)
    with write_session(engine) as session:
        open_dispute(session, disputed(**more))
    found = {f"{each.runtime} {each.release}" for each in own(engine) if each.count(CaseOutcome.DISPUTED)}
    assert found == touched


@pytest.mark.parametrize(
    ("letter", "stays"), [("F", False), ("P", False), ("E", False), ("S", False), ("N", True), ("C", True)]
)
def test_what_asks_nothing_of_the_runtime_cannot_be_disputed(
    engine: Engine, letter: str, stays: bool
) -> None:
    keep(engine, run(letter))
    with write_session(engine) as session:
        open_dispute(session, disputed())
    assert (outcome(engine) is not CaseOutcome.DISPUTED) is stays


def test_disputes_are_opened_and_closed_once(engine: Engine) -> None:
    with write_session(engine) as session:
        opened = open_dispute(session, disputed())
        open_dispute(session, disputed(runtime="runc"))
    with write_session(engine) as session, pytest.raises(WrongRequest, match=f"dispute {opened.id}, by ada"):
        open_dispute(session, disputed())
    with write_session(engine) as session:
        close_dispute(session, opened.id, "bo", LATER, "")
    for id_, words in (
        (opened.id, "was closed on 2026-06-16 by bo"),
        (opened.id + 2, "there is no dispute"),
        (99, "there is no dispute 99"),
    ):
        with write_session(engine) as session, pytest.raises(WrongRequest, match=words):
            close_dispute(session, id_, "bo", LATER, "")
    with write_session(engine) as session:
        assert open_dispute(session, disputed()).is_open, "and may be opened anew"


# --- two million results


RUNTIMES, HOSTS = 3, 2
RUNS, CASES = (8_000, 250) if IS_SOAKING else (240, 20)  # two million results, or a few


def fill(engine: Engine) -> None:
    """Many runs of every release and runtime, day after day; only the newest of each fail."""
    tags = [f"v1.{minor}.0" for minor in range(20)]
    with write_session(engine) as session:
        for n in range(RUNS):
            tag, name = tags[n % len(tags)], f"runtime{n % RUNTIMES}"
            made = run(
                "",
                release=tag,
                runtime=name,
                name=name,
                host=f"host {n // 60 % HOSTS}",
                at=NOON + timedelta(hours=n),
            )
            outcome = CaseOutcome.FAILED if n >= RUNS - 120 else CaseOutcome.PASSED
            conformance.save_run(session, replace(made, results=_results(outcome)))


def _results(outcome: CaseOutcome) -> tuple[CaseResult, ...]:
    return tuple(
        CaseResult(
            f"topic/case-{n}",
            ("0123456789", "abcdefabcd"),
            Level.MUST,
            outcome,
            "",
            0.05,
            ("config.md#root",),
            True,
        )
        for n in range(CASES)
    )


def test_among_many_results_only_those_that_are_asked_for_are_read(engine: Engine) -> None:
    fill(engine)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *words: asked.append(_in_full(words[2], words[3])))
    newest = standing(engine)
    assert len(newest) == 20 * RUNTIMES * HOSTS
    assert all(each.count(CaseOutcome.FAILED) == CASES for each in newest)
    with read_session(engine) as session:
        earlier = conformance.load_earlier(session, newest)
        assert {len(each) for each in earlier.values()} == {1}
        if engine.dialect.name == "sqlite":
            for query in [each for each in asked if "case_results" in each]:
                plan = [row[-1] for row in session.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
                assert not any("SCAN" in step and "case_results" in step for step in plan), plan
    assert any("case_results" in each for each in asked)


def _in_full(query: str, values: Any) -> str:
    """The query with its values, which are numbers and booleans here."""
    for value in values if isinstance(values, tuple) else ():
        query = query.replace("?", str(int(value)) if isinstance(value, int) else f"'{value}'", 1)
    return query
