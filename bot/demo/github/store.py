"""What the local GitHub knows: repositories, people, milestones, issues, pull requests, talk, events; and how it changes."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from bot.demo.github.history import BY_SHA, History
from bot.demo.github.things import Doc, Missing

__all__ = ["Doc", "Missing", "Store", "now", "stamp"]


def now() -> datetime:
    return datetime.now(UTC)


class Store(History):
    """Moments are given by whoever lays a history, else they are now."""

    def add_user(self, login: str, token: str = "", *, access: str = "write") -> Doc:
        """A person; with a token they can write as far as their `access` (write, read) to the repositories goes."""
        number = int(hashlib.sha256(login.lower().encode()).hexdigest()[:8], 16)
        with self.change():
            if token:
                self.put("token", hashlib.sha256(token.encode()).hexdigest(), 0, {"login": login})
            return self.put("user", login, 0, {"login": login, "id": number, "access": access})

    def remove_user(self, login: str) -> None:
        """The account goes, what it wrote stays. Raises Missing."""
        with self.change():
            self.put("user", login, 0, {**self.get("user", login, 0), "is_gone": True})

    def login_of(self, token: str) -> str | None:
        try:
            login = self.get("token", hashlib.sha256(token.encode()).hexdigest(), 0)["login"]
            known = self.get("user", login, 0)
        except Missing:
            return None
        return None if known.get("is_gone") else str(known["login"])

    def access_of(self, login: str) -> str:
        """Raises Missing."""
        return str(self.get("user", login, 0).get("access", "write"))

    def add_repo(self, name: str, *, at: datetime, description: str = "", is_private: bool = False) -> Doc:
        with self.change():
            return self.put(
                "repo", name, 0,
                {"full_name": name, "id": self.next("repo"), "description": description, "created_at": stamp(at),
                 "is_private": is_private},
            )  # fmt: skip

    def name_of_repo(self, id_: int) -> str:
        """Raises Missing."""
        for doc in self.every("repo"):
            if doc["id"] == id_:
                return str(doc["full_name"])
        raise Missing(f"repository {id_}")

    def rename_repo(self, old: str, new: str) -> None:
        """Everything goes by the new name; the old one leads there. Raises Missing."""
        before, after = old.lower(), new.lower()
        with self.change():
            doc = self.get("repo", old, 0)
            self._db.execute("UPDATE things SET repo = ? WHERE repo = ?", (after, before))
            for kind in BY_SHA:
                self._db.execute(
                    "UPDATE things SET repo = ? || substr(repo, ?) WHERE kind = ? AND substr(repo, 1, ?) = ?",
                    (after, len(before) + 1, kind, len(before) + 1, f"{before}:"),
                )
            for counter in ("issue", "milestone", "commit", "tag", "ref"):
                self._db.execute(
                    "UPDATE counters SET name = ? WHERE name = ?",
                    (f"{counter}:{after}", f"{counter}:{before}"),
                )
            self.put("repo", new, 0, {**doc, "full_name": new})
            self.put("moved", old, 0, {"id": doc["id"]})

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
        mergeable_state: str = "clean", reviewers: tuple[str, ...] = (), base: str = "main", looks: int = 0, **issue: Any,
    ) -> Doc:  # fmt: skip
        """A pull request. Whether it can be merged is unknown to the first `looks` who ask, and worked out for the next."""
        with self.change():
            doc = self.add_issue(repo, title, by=by, at=at, **issue)
            sha = hashlib.sha1(f"{repo}#{doc['number']}".encode(), usedforsecurity=False).hexdigest()
            doc["pull"] = {
                "id": self.next("pull"), "draft": draft, "merged_at": None, "mergeable": mergeable,
                "mergeable_state": mergeable_state, "head": sha, "base": base, "requested_reviewers": list(reviewers),
                "looks": looks,
            }  # fmt: skip
            return self.put("issue", repo, doc["number"], doc)

    def look_at_pull(self, repo: str, number: int) -> Doc:
        """The pull request as the next one who asks sees it. Raises Missing."""
        with self.change():
            doc = self.get("issue", repo, number)
            if not doc["pull"]:
                raise Missing(f"pull {repo} {number}")
            if doc["pull"].get("looks", 0):
                doc["pull"]["looks"] -= 1
                self.put("issue", repo, number, doc)
                doc["pull"] |= {"mergeable": None, "mergeable_state": "unknown"}
        return doc

    def add_review(
        self, repo: str, number: int, state: str, *, by: str, at: datetime, body: str = "", commit: str = ""
    ) -> Doc:
        """A review; one that is PENDING is still being written, and nobody but its author sees it."""
        with self.change():
            doc = self.get("issue", repo, number)
            pull = doc["pull"]
            id_ = self.next("review")
            is_given = state != "PENDING"
            if is_given:
                pull["requested_reviewers"] = [login for login in pull["requested_reviewers"] if login != by]
                self._touch(repo, doc, at)
            return self.put(
                "review", repo, id_,
                {"id": id_, "issue": number, "user": by, "state": state, "body": body,
                 "submitted_at": stamp(at) if is_given else None, "commit": commit or pull["head"]},
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

    def leave(self, repo: str, number: int, *, to: str = "", by: str = "", at: datetime | None = None) -> int:
        """An issue is deleted, or transferred to another repository, where it gets a new number. Raises Missing."""
        at = at or now()
        with self.change():
            doc = self.get("issue", repo, number)
            self.remove("issue", repo, number)
            found = 0
            if to:
                found = int(
                    self.add_issue(to, doc["title"], by=doc["user"], at=at, body=doc["body"])["number"]
                )
                self.add_event(to, found, "transferred", by=by or doc["user"], at=at)
            for event in self.all("event", repo):
                if event["issue"] == number:
                    self.remove("event", repo, event["id"])
            self.put("left", repo, number, {"to": to, "number": found})
        return found

    def add_event(
        self, repo: str, number: int, event: str, *, by: str, at: datetime, milestone: str | None = None
    ) -> None:
        id_ = self.next("event")
        doc: Doc = {"id": id_, "issue": number, "event": event, "actor": by, "created_at": stamp(at)}
        if milestone is not None:
            doc["milestone"] = milestone  # GitHub's events carry the title only
        self.put("event", repo, id_, doc)

    def _title(self, repo: str, milestone: int) -> str:
        return str(self.get("milestone", repo, milestone)["title"])

    def _touch(self, repo: str, doc: Doc, at: datetime) -> None:
        doc["updated_at"] = max(doc["updated_at"], stamp(at))
        self.put("issue", repo, doc["number"], doc)


def stamp(at: datetime) -> str:
    """GitHub's moments: UTC, whole seconds, a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
