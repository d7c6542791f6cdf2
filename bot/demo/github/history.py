"""What the local GitHub knows of a repository's code: commits with their files, tags, checks, protected branches, releases."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from bot.demo.github.things import Doc, Missing, Things

BRANCH = "main"
BY_SHA = ("file", "commit", "check", "branch")  # kept under `owner/name:place`


class History(Things):
    """Commits are given with the whole of the files that matter; nobody computes a diff of what was not given."""

    def add_file(self, repo: str, path: str, text: str, at: datetime | None = None) -> Doc:
        """A file on the branch; with `at` it has been so since then, which the branch's history says."""
        if at is not None:
            files = {**self._files_at(repo, at), path: text}
            self.add_commit(repo, f"add {path}", by="ada", at=at, files=files, on_branch=True)
        return self.put("file", f"{repo}:{path}", 0, {"path": path, "text": text})

    def add_commit(
        self, repo: str, message: str, *, by: str, at: datetime, files: dict[str, str] | None = None, sha: str = "",
        parent: str = "", written_at: datetime | None = None, on_branch: bool = False, mail: str = "", patch: str = "",
    ) -> Doc:  # fmt: skip
        """A commit; `patch` is what it changes from where it left the branch, where a test cares."""
        with self.change():
            number = self.next(f"commit:{repo.lower()}")
            name = sha or hashlib.sha1(f"{repo}{number}{message}".encode(), usedforsecurity=False).hexdigest()
            doc = {
                "sha": name, "message": message, "user": by, "mail": mail or f"{by}@quayside.example", "at": _stamp(at),
                "written_at": _stamp(written_at or at), "files": files or {}, "parents": [parent] if parent else [],
                "on_branch": on_branch, "number": number, "patch": patch,
            }  # fmt: skip
            return self.put("commit", f"{repo}:{name}", 0, doc)

    def commits_of(self, repo: str) -> list[Doc]:
        """The commits on the branch, the newest first."""
        found = [doc for doc in self.every_of("commit", repo) if doc["on_branch"]]
        return sorted(found, key=lambda doc: (doc["at"], doc["number"]), reverse=True)

    def add_tag(
        self, repo: str, name: str, commit: str, *, by: str, at: datetime, signed: bool | None = True, reason: str = ""
    ) -> Doc:  # fmt: skip
        """A tag; `signed` None makes it a lightweight one, False one without a signature; a `reason` leaves it unverified."""
        with self.change():
            sha = hashlib.sha1(f"{repo} tag {name} {commit}".encode(), usedforsecurity=False).hexdigest()
            doc = {
                "name": name, "commit": commit, "by": by, "at": _stamp(at), "signed": signed, "reason": reason,
                "sha": commit if signed is None else sha,
            }  # fmt: skip
            return self.put("tag", repo, self.next(f"tag:{repo.lower()}"), doc)

    def set_commits(self, repo: str, number: int, shas: list[str]) -> None:
        """The commits of a pull request, oldest first; the last one is its head from now on."""
        with self.change():
            doc = self.get("issue", repo, number)
            doc["pull"] |= {"commits": shas, "head": shas[-1]}
            self.put("issue", repo, number, doc)

    def add_check(
        self, repo: str, sha: str, name: str, conclusion: str | None = "success", *, status: bool = False
    ) -> None:
        """A check run of a commit, or with `status` a commit status; None: it still runs."""
        with self.change():
            try:
                doc = self.get("check", f"{repo}:{sha}", 0)
            except Missing:
                doc = {"runs": [], "statuses": []}
            doc["statuses" if status else "runs"].append(
                {"name": name, "conclusion": conclusion, "id": self.next("check")}
            )
            self.put("check", f"{repo}:{sha}", 0, doc)

    def checks_of(self, repo: str, sha: str) -> Doc:
        try:
            return self.get("check", f"{repo}:{sha}", 0)
        except Missing:
            return {"runs": [], "statuses": []}

    def protect(self, repo: str, *contexts: str, branch: str = BRANCH, visible: bool = True) -> None:
        """Protects a branch; who may not see the settings is only told that it is protected."""
        self.put(
            "branch", f"{repo}:{branch}", 0, {"name": branch, "contexts": list(contexts), "visible": visible}
        )

    def add_rule(self, repo: str, *contexts: str, branch: str = BRANCH) -> None:
        """An active ruleset that requires checks of a branch."""
        with self.change():
            id_ = self.next("ruleset")
            self.put("ruleset", repo, id_, {"id": id_, "branch": branch, "contexts": list(contexts)})

    def protection_of(self, repo: str, branch: str) -> Doc | None:
        try:
            return self.get("branch", f"{repo}:{branch}", 0)
        except Missing:
            return None

    def add_release(
        self, repo: str, tag: str, body: str = "", *assets: str, by: str = "ada", at: datetime
    ) -> Doc:
        with self.change():
            id_ = self.next("release")
            doc = {"id": id_, "tag": tag, "body": body, "assets": list(assets), "user": by, "at": _stamp(at)}
            return self.put("release", repo, id_, doc)

    def tree_at(self, repo: str, ref: str) -> dict[str, str]:
        """The files at a branch, a tag or a commit. Raises Missing."""
        if ref in ("", BRANCH, "HEAD"):
            return {doc["path"]: doc["text"] for doc in self.every_of("file", repo)}
        files: dict[str, str] = self.commit_at(repo, ref)["files"]
        return files

    def commit_at(self, repo: str, ref: str) -> Doc:
        """The commit behind a branch, a tag or a name of its own. Raises Missing."""
        if ref in (BRANCH, "HEAD"):
            return next(iter(self.commits_of(repo)), None) or self._first(repo)
        for tag in self.all("tag", repo):
            if ref in (tag["name"], f"tags/{tag['name']}"):
                return self.get("commit", f"{repo}:{tag['commit']}", 0)
        return self.get("commit", f"{repo}:{ref}", 0)

    def _first(self, repo: str) -> Doc:
        """A repository without any recorded commit still has a head."""
        made = self.get("repo", repo, 0)
        sha = hashlib.sha1(f"{made['id']}".encode(), usedforsecurity=False).hexdigest()
        return {
            "sha": sha, "message": "begin", "user": "ghost", "mail": "", "at": made["created_at"], "patch": "",
            "written_at": made["created_at"], "files": self.tree_at(repo, BRANCH), "parents": [], "on_branch": True, "number": 0,
        }  # fmt: skip

    def _files_at(self, repo: str, at: datetime) -> dict[str, str]:
        before = [doc for doc in self.commits_of(repo) if doc["at"] <= _stamp(at)]
        files: dict[str, Any] = before[0]["files"] if before else {}
        return dict(files)

    def every_of(self, kind: str, repo: str) -> list[Doc]:
        """All documents of a kind that is kept by place."""
        return self.under(kind, f"{repo}:")


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
