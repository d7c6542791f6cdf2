"""Conformance in full: documents with their host, what is said of a result and what shows it, and disputes.

Going back drops what the older tables cannot tell apart: results of other hosts, which must not pass for our own, and private
ones, which must not be shown.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

AT = sa.DateTime(timezone=True)
OLD_RESULT = '"case", level, outcome, reason, seconds, requirements'
SAME = ("runtime", "runtime_version", "host", "at")
Row = dict[str, Any]


def upgrade() -> None:
    runs = _rows("SELECT id, release, runtime, runtime_version, host, at FROM conformance_runs ORDER BY id")
    _keep("case_results")
    op.drop_table("case_results")
    op.drop_table("conformance_runs")
    _make_new()
    documents = list(_documents(runs))
    _fill("conformance_documents", (each for each, _ in documents))
    _fill(
        "conformance_runs",
        (
            {"id": id_, "document_id": each["id"], "release": release, "like": "", "untested": [], "containers": 0}
            for each, members in documents
            for release, id_ in members.items()
        ),
    )  # fmt: skip
    none = "'[]'::json" if _is_postgres() else "'[]'"
    op.execute(
        f"INSERT INTO case_results (run_id, {OLD_RESULT}, counted, private, sections) "
        f"SELECT run_id, {OLD_RESULT}, false, false, {none} FROM kept_case_results"
    )
    op.execute("DROP TABLE kept_case_results")


def downgrade() -> None:
    runs = _rows(
        "SELECT r.id, r.release, d.runtime, d.runtime_version, d.host, d.at FROM conformance_runs r "
        "JOIN conformance_documents d ON d.id = r.document_id WHERE d.vouched_by = '' ORDER BY r.id"
    )
    op.execute(
        "DELETE FROM case_results WHERE private OR run_id IN (SELECT r.id FROM conformance_runs r "
        "JOIN conformance_documents d ON d.id = r.document_id WHERE d.vouched_by <> '')"
    )
    _keep("case_results")
    for name in ("case_disputes", "case_results", "conformance_runs", "conformance_documents"):
        op.drop_table(name)
    _make_old()
    _fill("conformance_runs", runs)
    op.execute(
        f"INSERT INTO case_results (run_id, {OLD_RESULT}) SELECT run_id, {OLD_RESULT} FROM kept_case_results"
    )
    op.execute("DROP TABLE kept_case_results")


# --- rows


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _rows(query: str) -> list[Row]:
    found = op.get_bind().execute(sa.text(query).columns(at=AT))
    return [dict(row._mapping) for row in found]


def _keep(table: str) -> None:
    """Sets millions of rows aside without reading them into this program."""
    op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")


def _documents(runs: Iterable[Row]) -> Iterator[tuple[Row, dict[str, int]]]:
    """Runs that ended together on one runtime were one document; each with its releases and their run ids."""
    open_: dict[tuple[Any, ...], tuple[Row, dict[str, int]]] = {}
    made: list[tuple[Row, dict[str, int]]] = []
    for run in runs:
        key = tuple(run[name] for name in SAME)
        if key not in open_ or run["release"] in open_[key][1]:
            digest = hashlib.sha256(f"run {run['id']} of 0002".encode()).hexdigest()
            plain = {name: run[name] for name in SAME}
            empty = dict.fromkeys(
                ("name", "build", "program", "suite", "vouched_by", "vouched_why", "source"), ""
            )
            document = {"id": len(made) + 1, "digest": digest, "saved_at": run["at"], **plain, **empty}
            open_[key] = (document, {})
            made.append(open_[key])
        open_[key][1][run["release"]] = run["id"]
    yield from made


def _fill(table: str, rows: Iterable[Row]) -> None:
    found = list(rows)
    if not found:
        return
    reflected = sa.Table(table, sa.MetaData(), autoload_with=op.get_bind())
    for column in reflected.columns:
        if "TIMESTAMP" in str(column.type).upper() or "DATETIME" in str(column.type).upper():
            column.type = AT
    op.bulk_insert(reflected, found)
    if _is_postgres():  # rows that brought their ids along did not move the sequence
        op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


# --- tables


def _column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, **{"nullable": False, **more})


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def _make_new() -> None:
    whole, text, json = sa.Integer(), sa.Text(), sa.JSON()
    table = "conformance_documents"
    op.create_table(
        table, _column("id", whole), _column("digest", sa.String(64)), _column("at", AT), _column("saved_at", AT),
        *(_column(name, text) for name in ("runtime", "name", "runtime_version", "build", "program", "suite", "host")),
        _column("claims", json, nullable=True), _column("facts", json, nullable=True),
        *(_column(name, text) for name in ("vouched_by", "vouched_why", "source")),
        _key(table), _once(table, "digest"),
    )  # fmt: skip
    _index(table, "runtime")
    table = "conformance_runs"
    op.create_table(
        table, _column("id", whole), _column("document_id", whole), _column("release", text), _column("like", text),
        _column("untested", json), _column("containers", whole),
        _to(table, "document_id", "conformance_documents"), _key(table), _once(table, "document_id", "release"),
    )  # fmt: skip
    _index(table, "release")
    table = "case_results"
    op.create_table(
        table, _column("run_id", whole), _column("case", text), _column("level", sa.String(8)),
        _column("outcome", sa.String(16)), _column("reason", text), _column("seconds", sa.Double()),
        _column("counted", sa.Boolean()), _column("private", sa.Boolean()), _column("requirements", json),
        _column("sections", json), _column("standing", json, nullable=True), _column("evidence", json, nullable=True),
        _to(table, "run_id", "conformance_runs"), _key(table, "run_id", "case"),
    )  # fmt: skip
    table = "case_disputes"
    op.create_table(
        table, _column("id", whole), _column("closes", whole, nullable=True), _column("case", text),
        _column("runtime", text), _column("release", text), _column("by", text), _column("at", AT),
        _column("link", text), _column("reading", text),
        _to(table, "closes", "case_disputes"), _key(table), _once(table, "closes"),
    )  # fmt: skip
    _index(table, "case")


def _make_old() -> None:
    whole, text, table = sa.Integer(), sa.Text(), "conformance_runs"
    op.create_table(
        table, _column("id", whole), *(_column(name, text) for name in ("release", "runtime", "runtime_version", "host")),
        _column("at", AT), _key(table),
    )  # fmt: skip
    _index(table, "release", "runtime")
    table = "case_results"
    op.create_table(
        table, _column("run_id", whole), _column("case", text), _column("level", sa.String(8)),
        _column("outcome", sa.String(16)), _column("reason", text), _column("seconds", sa.Double()),
        _column("requirements", sa.JSON()), _to(table, "run_id", "conformance_runs"), _key(table, "run_id", "case"),
    )  # fmt: skip
