"""A table of documents in one SQLite file, changed all at once or not at all."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.model.errors import WorldFailed

SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
  kind TEXT NOT NULL, repo TEXT NOT NULL, number INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (kind, repo, number));
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
Doc = dict[str, Any]


class Missing(Exception):
    """There is no such thing: a 404."""


class Things:
    """One file, one writer at a time."""

    def __init__(self, path: Path | str) -> None:
        """Raises WorldFailed when the file cannot be used."""
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(
                "PRAGMA synchronous=NORMAL"
            )  # a power cut may cost the last word here, never the file
            self._db.executescript(SCHEMA)
        except sqlite3.Error as failed:
            first = "free some space" if "full" in str(failed) else "move it away"
            raise WorldFailed(
                f"the local GitHub's file {path} cannot be used ({failed})",
                do=f"{first}, or choose another folder with --state",
            ) from None

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """All changes of the block, or none of them."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite itself gives up on a full disk
                    self._db.execute("ROLLBACK")
                raise

    def get(self, kind: str, repo: str, number: int) -> Doc:
        """Raises Missing."""
        row = None
        if number < 2**63:  # SQLite's largest; a longer number in a path is no fault of ours
            with self._lock:
                row = self._db.execute(
                    "SELECT doc FROM things WHERE kind = ? AND repo = ? AND number = ?",
                    (kind, repo.lower(), number),
                ).fetchone()
        if row is None:
            raise Missing(f"{kind} {repo} {number}")
        found: Doc = json.loads(row[0])
        return found

    def all(self, kind: str, repo: str) -> list[Doc]:
        with self._lock:
            rows = self._db.execute(
                "SELECT doc FROM things WHERE kind = ? AND repo = ? ORDER BY number", (kind, repo.lower())
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def every(self, kind: str) -> list[Doc]:
        """Those of a kind in all repositories."""
        with self._lock:
            rows = self._db.execute("SELECT doc FROM things WHERE kind = ?", (kind,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def under(self, kind: str, prefix: str) -> list[Doc]:
        """Those of a kind whose place begins so."""
        low = prefix.lower()
        with self._lock:
            rows = self._db.execute(
                "SELECT doc FROM things WHERE kind = ? AND repo >= ? AND repo < ? ORDER BY repo",
                (kind, low, f"{low}\U0010ffff"),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def put(self, kind: str, repo: str, number: int, doc: Doc) -> Doc:
        with self.change():
            self._db.execute(
                "INSERT OR REPLACE INTO things VALUES (?, ?, ?, ?)",
                (kind, repo.lower(), number, json.dumps(doc)),
            )
        return doc

    def remove(self, kind: str, repo: str, number: int) -> None:
        """Raises Missing."""
        self.get(kind, repo, number)
        with self.change():
            self._db.execute(
                "DELETE FROM things WHERE kind = ? AND repo = ? AND number = ?", (kind, repo.lower(), number)
            )

    def next(self, counter: str) -> int:
        with self.change():
            self._db.execute(
                "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
                (counter,),
            )
            found: int = self._db.execute("SELECT value FROM counters WHERE name = ?", (counter,)).fetchone()[
                0
            ]
        return found
