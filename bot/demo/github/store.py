"""What the local GitHub knows, in one SQLite file: repositories, people, milestones, issues, pull requests, talk, events."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
  kind TEXT NOT NULL, repo TEXT NOT NULL, number INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (kind, repo, number));
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
Doc = dict[str, Any]


def now() -> datetime:
    return datetime.now(UTC)


class Missing(Exception):
    """There is no such thing: a 404."""


class Store:
    """One file, one writer at a time. Moments are given by whoever lays a history, else they are now."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    # --- the table

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
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def get(self, kind: str, repo: str, number: int) -> Doc:
        """Raises Missing."""
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

    # --- laying a history

    def add_user(self, login: str, token: str = "") -> Doc:
        """A person; with a token they can write."""
        number = int(hashlib.sha256(login.lower().encode()).hexdigest()[:8], 16)
        if token:
            self.put("token", hashlib.sha256(token.encode()).hexdigest(), 0, {"login": login})
        return self.put("user", login, 0, {"login": login, "id": number})

    def login_of(self, token: str) -> str | None:
        try:
            return str(self.get("token", hashlib.sha256(token.encode()).hexdigest(), 0)["login"])
        except Missing:
            return None

    def add_repo(self, name: str, *, at: datetime, description: str = "") -> Doc:
        return self.put(
            "repo", name, 0,
            {"full_name": name, "id": self.next("repo"), "description": description, "created_at": stamp(at)},
        )  # fmt: skip

    def add_milestone(
        self,
        repo: str,
        title: str,
        *,
        by: str,
        at: datetime,
        due_on: datetime | None = None,
        state: str = "open",
    ) -> Doc:
        number = self.next(f"milestone:{repo.lower()}")
        return self.put(
            "milestone", repo, number,
            {
                "number": number, "id": self.next("milestone"), "title": title, "description": None, "state": state,
                "creator": by, "created_at": stamp(at), "updated_at": stamp(at), "due_on": stamp(due_on) if due_on else None,
                "closed_at": stamp(at) if state == "closed" else None,
            },
        )  # fmt: skip

    def add_issue(
        self, repo: str, title: str, *, by: str, at: datetime, body: str = "", milestone: int | None = None,
        assignees: tuple[str, ...] = (), labels: tuple[str, ...] = (), number: int | None = None,
    ) -> Doc:  # fmt: skip
        """An issue; GitHub counts issues and pull requests together. `number` skips ahead to a given one."""
        with self.change():
            counter = f"issue:{repo.lower()}"
            given = self.next(counter)
            while number is not None and given < number:
                given = self.next(counter)
            doc = {
                "number": given,
                "id": self.next("issue"),
                "title": title,
                "body": body,
                "state": "open",
                "state_reason": None,
                "user": by,
                "assignees": list(assignees),
                "labels": list(labels),
                "milestone": milestone,
                "created_at": stamp(at),
                "updated_at": stamp(at),
                "closed_at": None,
                "closed_by": None,
                "locked": False,
                "pull": None,
            }
            self.put("issue", repo, given, doc)
            if milestone is not None:
                self.add_event(
                    repo, given, "milestoned", by=by, at=at, milestone=self._title(repo, milestone)
                )
        return doc

    def add_pull(
        self, repo: str, title: str, *, by: str, at: datetime, draft: bool = False, mergeable: bool | None = True,
        mergeable_state: str = "clean", reviewers: tuple[str, ...] = (), base: str = "main", **issue: Any,
    ) -> Doc:  # fmt: skip
        with self.change():
            doc = self.add_issue(repo, title, by=by, at=at, **issue)
            sha = hashlib.sha1(f"{repo}#{doc['number']}".encode(), usedforsecurity=False).hexdigest()
            doc["pull"] = {
                "id": self.next("pull"), "draft": draft, "merged_at": None, "mergeable": mergeable,
                "mergeable_state": mergeable_state, "head": sha, "base": base, "requested_reviewers": list(reviewers),
            }  # fmt: skip
            return self.put("issue", repo, doc["number"], doc)

    def add_review(
        self, repo: str, number: int, state: str, *, by: str, at: datetime, body: str = "", commit: str = ""
    ) -> Doc:
        with self.change():
            doc = self.get("issue", repo, number)
            pull = doc["pull"]
            id_ = self.next("review")
            pull["requested_reviewers"] = [login for login in pull["requested_reviewers"] if login != by]
            self._touch(repo, doc, at)
            return self.put(
                "review", repo, id_,
                {"id": id_, "issue": number, "user": by, "state": state, "body": body, "submitted_at": stamp(at), "commit": commit or pull["head"]},
            )  # fmt: skip

    def add_comment(self, repo: str, number: int, body: str, *, by: str, at: datetime | None = None) -> Doc:
        at = at or now()
        with self.change():
            doc = self.get("issue", repo, number)
            id_ = self.next("comment")
            self._touch(repo, doc, at)
            return self.put(
                "comment",
                repo,
                id_,
                {
                    "id": id_,
                    "issue": number,
                    "user": by,
                    "body": body,
                    "created_at": stamp(at),
                    "updated_at": stamp(at),
                },
            )

    def edit_comment(self, repo: str, id_: int, body: str, at: datetime | None = None) -> Doc:
        with self.change():
            doc = self.get("comment", repo, id_)
            doc |= {"body": body, "updated_at": stamp(at or now())}
            self._touch(repo, self.get("issue", repo, doc["issue"]), at or now())
            return self.put("comment", repo, id_, doc)

    def edit_issue(self, repo: str, number: int, changes: Doc, *, by: str, at: datetime | None = None) -> Doc:
        """Title, body, state, milestone, assignees or labels; each writes the event GitHub would."""
        at = at or now()
        with self.change():
            doc = self.get("issue", repo, number)
            if "milestone" in changes and changes["milestone"] != doc["milestone"]:
                for event, milestone in (
                    ("demilestoned", doc["milestone"]),
                    ("milestoned", changes["milestone"]),
                ):
                    if milestone is not None:
                        self.add_event(
                            repo, number, event, by=by, at=at, milestone=self._title(repo, milestone)
                        )
            if changes.get("state", doc["state"]) != doc["state"]:
                closed = changes["state"] == "closed"
                changes = {
                    **changes, "closed_at": stamp(at) if closed else None, "closed_by": by if closed else None,
                    "state_reason": changes.get("state_reason") or ("completed" if closed else "reopened"),
                }  # fmt: skip
                self.add_event(repo, number, "closed" if closed else "reopened", by=by, at=at)
            doc |= changes
            self._touch(repo, doc, at)
        return doc

    def merge(self, repo: str, number: int, *, by: str, at: datetime) -> Doc:
        with self.change():
            doc = self.get("issue", repo, number)
            doc["pull"]["merged_at"] = stamp(at)
            self.put("issue", repo, number, doc)
            self.add_event(repo, number, "merged", by=by, at=at)
            return self.edit_issue(repo, number, {"state": "closed"}, by=by, at=at)

    def add_event(
        self, repo: str, number: int, event: str, *, by: str, at: datetime, milestone: str | None = None
    ) -> None:
        id_ = self.next("event")
        doc: Doc = {"id": id_, "issue": number, "event": event, "actor": by, "created_at": stamp(at)}
        if milestone is not None:
            doc["milestone"] = milestone  # GitHub's events carry the title only
        self.put("event", repo, id_, doc)

    def add_file(self, repo: str, path: str, text: str) -> None:
        self.put("file", f"{repo}:{path}", 0, {"path": path, "text": text})

    def _title(self, repo: str, milestone: int) -> str:
        return str(self.get("milestone", repo, milestone)["title"])

    def _touch(self, repo: str, doc: Doc, at: datetime) -> None:
        doc["updated_at"] = max(doc["updated_at"], stamp(at))
        self.put("issue", repo, doc["number"], doc)


def stamp(at: datetime) -> str:
    """GitHub's moments: UTC, whole seconds, a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
