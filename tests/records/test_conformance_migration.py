"""Migration 0003 takes recorded conformance along, both ways; what the older tables cannot tell apart does not go back."""

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import inspect, text

from bot.model.conformance import CaseOutcome
from bot.model.disputes import Dispute
from bot.records import conformance, migrate
from bot.records.disputes import open_dispute
from bot.records.engine import Engine, read_session, write_session
from tests.records.test_conformance_records import VOUCHED
from tests.reports.matrices import NOON, run

RUN = "INSERT INTO conformance_runs (id, release, runtime, runtime_version, host, at) VALUES "
RESULT = 'INSERT INTO case_results (run_id, "case", level, outcome, reason, seconds, requirements) VALUES '
FIRST, SECOND = "2026-06-03 12:00:00.000000", "2026-06-04 12:00:00.000000"
BEFORE = (
    f"{RUN} (3, 'v1.0.2', 'refrun', 'refrun 0.1.0', 'Linux 6.1', '{FIRST}')",
    f"{RUN} (4, 'v1.3.0', 'refrun', 'refrun 0.1.0', 'Linux 6.1', '{FIRST}')",
    f"{RUN} (5, 'v1.3.0', 'runc', 'runc version 1.1.5', 'Linux 6.1', '{FIRST}')",
    f"{RUN} (9, 'v1.3.0', 'refrun', 'refrun 0.1.0', 'Linux 6.1', '{SECOND}')",
    f"{RUN} (10, 'v1.3.0', 'refrun', 'refrun 0.1.0', 'Linux 6.1', '{SECOND}')",
    *(
        f"""{RESULT} ({id_}, 'a/b', 'MUST', '{outcome}', 'it''s so', 0.5, '["0123456789"]')"""
        for id_, outcome in ((3, "passed"), (4, "failed"), (5, "skipped"), (9, "passed"), (10, "failed"))
    ),
)


def to(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = migrate.config(connection)
        (command.downgrade if revision == "0002" else command.upgrade)(config, revision)


@pytest.fixture
def filled(empty: Engine) -> Engine:
    with empty.begin() as connection:
        command.upgrade(migrate.config(connection), "0002")
        for statement in BEFORE:
            connection.execute(text(statement))
    return empty


def rows(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [
            str(row)
            for table, order in (("conformance_runs", "id"), ("case_results", 'run_id, "case"'))
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}"))
        ]


def test_runs_recorded_before_are_there_afterwards(filled: Engine) -> None:
    to(filled, "0003")
    with read_session(filled) as session:
        found = {(each.release, each.runtime): each for each in conformance.load_runs(session)}
        lines = conformance.list_documents(session)
    assert {key: each.results[0].outcome for key, each in found.items()} == {
        ("v1.0.2", "refrun"): CaseOutcome.PASSED,
        ("v1.3.0", "refrun"): CaseOutcome.FAILED,
        ("v1.3.0", "runc"): CaseOutcome.SKIPPED,
    }
    kept = found["v1.0.2", "refrun"]
    assert (kept.runtime_version, kept.host, kept.at) == (
        "refrun 0.1.0",
        "Linux 6.1",
        datetime(2026, 6, 3, 12, tzinfo=UTC),
    )
    assert (kept.results[0].reason, kept.results[0].requirements) == ("it's so", ("0123456789",))
    assert sorted(line.releases for line in lines) == [
        ("v1.0.2", "v1.3.0"),
        ("v1.3.0",),
        ("v1.3.0",),
        ("v1.3.0",),
    ]


def test_a_new_run_can_be_kept_beside_them(filled: Engine) -> None:
    to(filled, "0003")
    with write_session(filled) as session:
        assert conformance.save_document(session, [run("P")], NOON).is_new


def test_going_back_gives_the_old_rows(filled: Engine) -> None:
    before = rows(filled)
    to(filled, "0003")
    to(filled, "0002")
    assert rows(filled) == before
    assert not any("kept" in name for name in inspect(filled).get_table_names())


def test_going_back_neither_shows_what_is_private_nor_takes_others_results_for_ours(filled: Engine) -> None:
    before = rows(filled)
    to(filled, "0003")
    with write_session(filled) as session:
        conformance.save_document(session, [run("F", vouched=VOUCHED)], NOON)
        conformance.save_document(session, [run("PF", two={"private": True})], NOON)
        open_dispute(session, Dispute(0, "bundle/one", "", "", "ada", NOON, "https://example.org", "so"))
    to(filled, "0002")
    after = [row for row in rows(filled) if row not in before]
    assert [row for row in after if "hooks/two" in row] == []
    assert len(after) == 2, "the own run and its open result"
