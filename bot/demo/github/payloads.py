"""GitHub's payload shapes of issues, pull requests and talk, with this server's own address in every link."""

import base64
import hashlib
from typing import Any

from bot.demo.github.profiles import Profiles, node
from bot.demo.github.store import Doc

REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


class Payloads(Profiles):
    def milestone(self, repo: str, doc: Doc) -> Doc:
        url = f"{self.api}/repos/{repo}/milestones/{doc['number']}"
        members = self.count("issue", repo)
        return {
            "url": url, "html_url": f"{self.web}/{repo}/milestone/{doc['number']}", "labels_url": f"{url}/labels",
            "id": doc["id"], "node_id": node("MI", doc["id"]), "number": doc["number"], "title": doc["title"],
            "description": doc["description"], "creator": self.user(doc["creator"]), "open_issues": members[doc["number"], "open"],
            "closed_issues": members[doc["number"], "closed"], "state": doc["state"], "created_at": doc["created_at"],
            "updated_at": doc["updated_at"], "due_on": doc["due_on"], "closed_at": doc["closed_at"],
        }  # fmt: skip

    def label(self, repo: str, name: str) -> Doc:
        id_ = int(hashlib.sha256(f"{repo}:{name}".encode()).hexdigest()[:8], 16)
        return {
            "id": id_, "node_id": node("LA", id_), "url": f"{self.api}/repos/{repo}/labels/{name}", "name": name,
            "description": None, "color": "ededed", "default": False,
        }  # fmt: skip

    def issue(self, repo: str, doc: Doc) -> Doc:
        url = f"{self.api}/repos/{repo}/issues/{doc['number']}"
        page = f"{self.web}/{repo}/{'pull' if doc['pull'] else 'issues'}/{doc['number']}"
        assignees = [self.user(login) for login in doc["assignees"]]
        found = {
            "url": url, "repository_url": f"{self.api}/repos/{repo}", "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments", "events_url": f"{url}/events", "html_url": page, "id": doc["id"],
            "node_id": node("I", doc["id"]), "number": doc["number"], "title": doc["title"],
            "user": self.user(doc["user"]), "labels": [self.label(repo, name) for name in doc["labels"]],
            "state": doc["state"], "locked": doc["locked"], "assignee": assignees[0] if assignees else None,
            "assignees": assignees, "milestone": self._milestone_of(repo, doc),
            "comments": self.count("comment", repo)[doc["number"], ""],
            "created_at": doc["created_at"], "updated_at": doc["updated_at"], "closed_at": doc["closed_at"],
            "author_association": "MEMBER", "active_lock_reason": None, "body": doc["body"],
            "closed_by": self.user(doc["closed_by"]) if doc["closed_by"] else None, "reactions": _reactions(url),
            "timeline_url": f"{url}/timeline", "performed_via_github_app": None, "state_reason": doc["state_reason"],
        }  # fmt: skip
        if doc["pull"]:
            api = f"{self.api}/repos/{repo}/pulls/{doc['number']}"
            found["pull_request"] = {
                "url": api, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
                "merged_at": doc["pull"]["merged_at"],
            }  # fmt: skip
            found["draft"] = doc["pull"]["draft"]
        return found

    def _milestone_of(self, repo: str, doc: Doc) -> Doc | None:
        number = doc["milestone"]
        return None if number is None else self.milestone(repo, self.store.get("milestone", repo, number))

    def pull(self, repo: str, doc: Doc, *, whole: bool) -> Doc:
        """A pull request; `mergeable` and what comes with it are only in the answer for a single one (`whole`)."""
        pull, issue = doc["pull"], self.issue(repo, doc)
        api = f"{self.api}/repos/{repo}/pulls/{doc['number']}"
        repository = self.repo(self.store.get("repo", repo, 0))
        owner = self.user(doc["user"])
        shared = (
            "html_url", "number", "state", "locked", "title", "user", "body", "labels", "milestone", "assignee", "assignees",
            "created_at", "updated_at", "closed_at", "author_association", "active_lock_reason", "draft", "comments_url",
        )  # fmt: skip
        found = {
            **{name: issue[name] for name in shared},
            "url": api, "id": pull["id"], "node_id": node("PR", pull["id"]), "diff_url": f"{issue['html_url']}.diff",
            "patch_url": f"{issue['html_url']}.patch", "issue_url": issue["url"], "merged_at": pull["merged_at"],
            "merge_commit_sha": pull["head"] if pull["merged_at"] else None, "commits_url": f"{api}/commits",
            "review_comments_url": f"{api}/comments",
            "review_comment_url": f"{self.api}/repos/{repo}/pulls/comments{{/number}}", "statuses_url": f"{self.api}/repos/{repo}/statuses/{pull['head']}",
            "requested_reviewers": [self.user(login) for login in pull["requested_reviewers"]], "requested_teams": [],
            "head": {"label": f"{doc['user']}:topic-{doc['number']}", "ref": f"topic-{doc['number']}", "sha": pull["head"], "user": owner, "repo": repository},
            "base": {"label": f"{repo.split('/')[0]}:{pull['base']}", "ref": pull["base"], "sha": _sha(repo), "user": repository["owner"], "repo": repository},
            "auto_merge": None,
        }  # fmt: skip
        links = {
            "self": "url", "html": "html_url", "issue": "issue_url", "comments": "comments_url", "commits": "commits_url",
            "statuses": "statuses_url", "review_comments": "review_comments_url", "review_comment": "review_comment_url",
        }  # fmt: skip
        found["_links"] = {link: {"href": found[field]} for link, field in links.items()}
        if whole:
            merged = pull["merged_at"] is not None
            found |= {
                "merged": merged, "mergeable": None if merged else pull["mergeable"], "rebaseable": None,
                "mergeable_state": "unknown" if merged else pull["mergeable_state"], "merged_by": owner if merged else None,
                "comments": issue["comments"], "review_comments": 0, "maintainer_can_modify": False, "commits": 1,
                "additions": 1, "deletions": 0, "changed_files": 1,
            }  # fmt: skip
        return found

    def comment(self, repo: str, doc: Doc) -> Doc:
        url = f"{self.api}/repos/{repo}/issues/comments/{doc['id']}"
        issue = self.store.get("issue", repo, doc["issue"])
        page = f"{self.web}/{repo}/{'pull' if issue['pull'] else 'issues'}/{doc['issue']}"
        return {
            "url": url, "html_url": f"{page}#issuecomment-{doc['id']}", "id": doc["id"], "node_id": node("IC", doc["id"]),
            "issue_url": f"{self.api}/repos/{repo}/issues/{doc['issue']}", "user": self.user(doc["user"]),
            "created_at": doc["created_at"], "updated_at": doc["updated_at"], "author_association": "MEMBER",
            "body": doc["body"], "reactions": _reactions(url), "performed_via_github_app": None,
        }  # fmt: skip

    def review(self, repo: str, doc: Doc) -> Doc:
        pull = f"{self.api}/repos/{repo}/pulls/{doc['issue']}"
        page = f"{self.web}/{repo}/pull/{doc['issue']}#pullrequestreview-{doc['id']}"
        return {
            "id": doc["id"], "node_id": node("PRR", doc["id"]), "user": self.or_nobody(doc["user"]), "body": doc["body"],
            "state": doc["state"], "html_url": page, "pull_request_url": pull, "author_association": "MEMBER",
            "_links": {"html": {"href": page}, "pull_request": {"href": pull}}, "commit_id": doc["commit"],
            **({"submitted_at": doc["submitted_at"]} if doc["submitted_at"] else {}),
        }  # fmt: skip

    def event(self, repo: str, doc: Doc, *, whole: bool) -> Doc:
        """An event; in the list of a whole repository (`whole`) with its issue."""
        found: Doc = {
            "id": doc["id"], "node_id": node("E", doc["id"]), "url": f"{self.api}/repos/{repo}/issues/events/{doc['id']}",
            "actor": self.user(doc["actor"]), "event": doc["event"], "commit_id": None, "commit_url": None,
            "created_at": doc["created_at"], "performed_via_github_app": None,
        }  # fmt: skip
        if "milestone" in doc:
            found["milestone"] = {"title": doc["milestone"]}
        if whole:
            found["issue"] = self.issue(repo, self.store.get("issue", repo, doc["issue"]))
        return found

    def file(self, repo: str, doc: Doc, ref: str = "main") -> Doc:
        raw = doc["text"].encode()
        sha = hashlib.sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()
        url = f"{self.api}/repos/{repo}/contents/{doc['path']}"
        return {
            "name": doc["path"].rpartition("/")[2], "path": doc["path"], "sha": sha, "size": len(raw), "url": f"{url}?ref={ref}",
            "html_url": f"{self.web}/{repo}/blob/{ref}/{doc['path']}", "git_url": f"{self.api}/repos/{repo}/git/blobs/{sha}",
            "download_url": None, "type": "file", "content": base64.encodebytes(raw).decode(), "encoding": "base64",
            "_links": {"self": f"{url}?ref={ref}", "git": None, "html": None},
        }  # fmt: skip


def _sha(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _reactions(url: str) -> dict[str, Any]:
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(REACTIONS, 0)}
