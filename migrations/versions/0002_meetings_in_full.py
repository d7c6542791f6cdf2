"""Meetings in full: versions by fields, places of lines, amendments, redactions, steps and ties."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

AT = sa.DateTime(timezone=True)
ITEM_FIELDS = ("kind", "by", "speaker", "text", "topic", "repo", "status", "assignees", "references")
Row = dict[str, Any]


def upgrade() -> None:
    meetings, versions, lines, items, states = (
        _rows(name) for name in ("meetings", "meeting_versions", "lines", "items", "action_states")
    )
    _drop_old()
    _make_new()
    names = {row["id"]: row["name"] for row in meetings}
    _fill(
        "meetings",
        ({"id": m["id"], "channel": m["channel"], "started_at": m["started_at"]} for m in meetings),
    )
    _fill("meeting_versions", (_new_version(row, names) for row in versions))
    _fill("lines", ({**row, "place": float(row["number"])} for row in lines))
    _fill("items", (_new_item(row) for row in items))
    _fill("steps", (_new_step(row) for row in states))


def downgrade() -> None:
    meetings, versions, lines, items, steps = (
        _rows(name) for name in ("meetings", "meeting_versions", "lines", "items", "steps")
    )
    for name in (
        "ties",
        "steps",
        "redactions",
        "amendments",
        "items",
        "lines",
        "meeting_versions",
        "meetings",
    ):
        op.drop_table(name)
    _make_old()
    names = {row["meeting_id"]: row["name"] for row in versions}
    _fill(
        "meetings",
        ({**_only(m, "id", "channel", "started_at"), "name": names.get(m["id"], "")} for m in meetings),
    )
    _fill("meeting_versions", (_old_version(row) for row in versions))
    _fill(
        "lines",
        (_only(r, "meeting_id", "number", "at", "nick", "text", "emote") for r in lines if not r["event"]),
    )
    _fill("items", (_old_item(row) for row in items))
    _fill("action_states", (_old_step(row) for row in steps if row["what"] in ("done", "dropped", "open")))


# --- rows


def _rows(table: str) -> list[Row]:
    connection = op.get_bind()
    reflected = sa.Table(table, sa.MetaData(), autoload_with=connection)
    for column in reflected.columns:
        if "TIMESTAMP" in str(column.type).upper() or "DATETIME" in str(column.type).upper():
            column.type = AT
    order = list(reflected.primary_key.columns)
    return [dict(row._mapping) for row in connection.execute(sa.select(reflected).order_by(*order))]


def _fill(table: str, rows: Iterable[Row]) -> None:
    found = list(rows)
    if found:
        reflected = sa.Table(table, sa.MetaData(), autoload_with=op.get_bind())
        op.bulk_insert(reflected, found)
    if op.get_bind().dialect.name == "postgresql" and table not in ("lines",):
        # rows that brought their ids along did not move the sequence
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), GREATEST(1, (SELECT max(id) FROM {table})))"
        )


def _only(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


def _text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _new_version(row: Row, names: dict[int, str]) -> Row:
    facts = {
        "title": row["title"],
        "ended_at": _text(row["ended_at"]),
        **_only(row, "chairs", "people", "warnings"),
    }
    kept = _only(row, "id", "meeting_id", "digest", "seen_at", "source")
    return {**kept, "name": names[row["meeting_id"]], "facts": facts}


def _old_version(row: Row) -> Row:
    facts = row["facts"]
    kept = _only(row, "id", "meeting_id", "digest", "seen_at", "source")
    plain = {name: facts[name] for name in ("title", "chairs", "people", "warnings")}
    return {**kept, **plain, "ended_at": _moment(facts["ended_at"])}


def _new_item(row: Row) -> Row:
    facts = {"id": row["item"], "line": row["line"], "at": _text(row["at"]), **_only(row, *ITEM_FIELDS)}
    return {
        **_only(row, "id", "meeting_id", "item", "digest", "seen_at", "line", "kind", "repo"),
        "facts": facts,
    }


def _old_item(row: Row) -> Row:
    facts = row["facts"]
    kept = _only(row, "id", "meeting_id", "item", "digest", "seen_at", "line")
    return {**kept, "at": _moment(facts["at"]), **{name: facts[name] for name in ITEM_FIELDS}}


def _new_step(row: Row) -> Row:
    return {
        **_only(row, "id", "meeting_id", "item", "by", "at"),
        "what": row["state"],
        "why": row["evidence"],
    }


def _old_step(row: Row) -> Row:
    return {
        **_only(row, "id", "meeting_id", "item", "by", "at"),
        "state": row["what"],
        "evidence": row["why"],
    }


# --- tables


def _table(name: str, *parts: Any, index: Iterable[tuple[str, ...]] = ()) -> None:
    op.create_table(name, *parts)
    for columns in index:
        op.create_index(op.f(f"ix_{name}_{'_'.join(columns)}"), name, list(columns), unique=False)


def _column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, **{"nullable": False, **more})


def _meeting(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f(f"fk_{table}_meeting_id"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _drop_old() -> None:
    for name in ("action_states", "items", "lines", "meeting_versions", "meetings"):
        op.drop_table(name)


def _make_new() -> None:
    whole, text, json = sa.Integer(), sa.Text(), sa.JSON()
    _table(
        "meetings", _column("id", whole), _column("channel", text), _column("started_at", AT),
        _column("form", sa.String(8), server_default="log"), _column("archived", sa.Boolean(), server_default=sa.false()),
        _key("meetings"), sa.UniqueConstraint("channel", "started_at", name=op.f("uq_meetings_channel_started_at")),
    )  # fmt: skip
    _table(
        "meeting_versions", _column("id", whole), _column("meeting_id", whole), _column("digest", sa.String(64)),
        _column("seen_at", AT), _column("name", text), _column("source", text), _column("facts", json),
        _meeting("meeting_versions"), _key("meeting_versions"), index=[("meeting_id",)],
    )  # fmt: skip
    _table(
        "lines", _column("meeting_id", whole), _column("number", whole), _column("place", sa.Double()), _column("at", AT),
        _column("nick", text), _column("text", text), _column("emote", sa.Boolean()),
        _column("event", sa.String(8), server_default=""), _meeting("lines"), _key("lines", "meeting_id", "number"),
        index=[("meeting_id", "at"), ("meeting_id", "place")],
    )  # fmt: skip
    _table(
        "items", _column("id", whole), _column("meeting_id", whole), _column("item", text), _column("digest", sa.String(64)),
        _column("seen_at", AT), _column("line", whole), _column("kind", text), _column("repo", text), _column("facts", json),
        _meeting("items"), _key("items"), index=[("meeting_id", "item"), ("kind",), ("repo",)],
    )  # fmt: skip
    _table(
        "amendments", _column("id", whole), _column("meeting_id", whole), _column("item", text), _column("by", text),
        _column("at", AT), _column("why", text), _column("facts", json), _meeting("amendments"), _key("amendments"),
        index=[("meeting_id", "item")],
    )  # fmt: skip
    _table(
        "redactions", _column("meeting_id", whole), _column("line", whole), _column("by", text), _column("at", AT),
        _column("why", text), _column("mark", text), _meeting("redactions"), _key("redactions", "meeting_id", "line"),
    )  # fmt: skip
    _table(
        "steps", _column("id", whole), _column("meeting_id", whole), _column("item", text), _column("what", sa.String(16)),
        _column("by", text), _column("at", AT), _column("why", text), _column("to", text, server_default=""),
        _column("due", sa.Date(), nullable=True), _column("link", text, server_default=""), _meeting("steps"), _key("steps"),
        index=[("meeting_id", "item")],
    )  # fmt: skip
    _table(
        "ties", _column("id", whole), _column("person", text), _column("means", sa.String(8)), _column("value", text),
        _column("certainty", sa.String(16)), _column("by", text), _column("at", AT), _column("source", text), _column("why", text), _key("ties"),
        index=[("means", "value")],
    )  # fmt: skip


def _make_old() -> None:
    whole, text, json = sa.Integer(), sa.Text(), sa.JSON()
    once: Callable[..., sa.UniqueConstraint] = lambda table, *columns: sa.UniqueConstraint(  # noqa: E731  # said three times
        *columns, name=op.f(f"uq_{table}_{'_'.join(columns)}")
    )
    _table(
        "meetings", _column("id", whole), _column("channel", text), _column("name", text), _column("started_at", AT),
        _key("meetings"), once("meetings", "channel", "name", "started_at"),
    )  # fmt: skip
    _table(
        "meeting_versions", _column("id", whole), _column("meeting_id", whole), _column("digest", sa.String(64)),
        _column("seen_at", AT), _column("title", text), _column("source", text), _column("ended_at", AT, nullable=True),
        _column("chairs", json), _column("people", json), _column("warnings", json), _meeting("meeting_versions"),
        _key("meeting_versions"), once("meeting_versions", "meeting_id", "digest"),
    )  # fmt: skip
    _table(
        "lines", _column("meeting_id", whole), _column("number", whole), _column("at", AT), _column("nick", text),
        _column("text", text), _column("emote", sa.Boolean()), _meeting("lines"), _key("lines", "meeting_id", "number"),
    )  # fmt: skip
    _table(
        "items", _column("id", whole), _column("meeting_id", whole), _column("item", text), _column("digest", sa.String(64)),
        _column("seen_at", AT), _column("line", whole), _column("at", AT), *(_column(n, text) for n in ITEM_FIELDS[:7]),
        _column("assignees", json), _column("references", json), _meeting("items"), _key("items"),
        once("items", "meeting_id", "item", "digest"), index=[("kind",), ("repo",)],
    )  # fmt: skip
    _table(
        "action_states", _column("id", whole), _column("meeting_id", whole), _column("item", text), _column("state", text),
        _column("by", text), _column("at", AT), _column("evidence", text), _meeting("action_states"), _key("action_states"),
        index=[("meeting_id", "item")],
    )  # fmt: skip
