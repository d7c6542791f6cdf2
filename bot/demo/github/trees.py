"""What the local GitHub answers about code: files at a ref, commits, tags, checks, protected branches and releases."""

from collections.abc import Callable
from typing import Any

from bot.demo.github import code
from bot.demo.github.call import Call, Listing, Refused
from bot.demo.github.history import BRANCH
from bot.demo.github.profiles import node
from bot.demo.github.store import Doc, Missing

REPO = "/repos/{owner}/{name}"
DAY = "2016-06-01T12:00:00Z"  # of checks, whose time nobody asks for


def contents(call: Call) -> Doc:
    ref = call.query.get("ref", "")
    files = call.store.tree_at(call.repo, ref)
    path = call.path["path"]
    if path not in files:
        raise Missing(path)
    return call.give.file(call.repo, {"path": path, "text": files[path]}, ref or BRANCH)


def commits(call: Call) -> Listing:
    """Of the branch, the newest first, `until` a moment."""
    until = call.query.get("until")
    docs = [doc for doc in call.store.commits_of(call.repo) if not until or doc["at"] <= _whole(until)]
    return Listing(docs, lambda doc: _commit(call, doc))


def _whole(moment: str) -> str:
    return moment.replace("+00:00", "Z")[:20]


def commit(call: Call) -> Doc:
    """One of those with an archive (bot/demo/github/code.py), else of those that were given with what they change."""
    try:
        return code.commit(call)
    except Refused:
        return _commit(call, _at(call, call.path["ref"]))


def _at(call: Call, ref: str) -> Doc:
    try:
        return call.store.commit_at(call.repo, ref)
    except Missing:
        return _of_pull(call, ref)


def _of_pull(call: Call, sha: str) -> Doc:
    """A head that nobody gave a commit for is one commit with the pull request's title."""
    for doc in call.store.all("issue", call.repo):
        if doc["pull"] and doc["pull"]["head"] == sha:
            mail = f"{doc['user']}@quayside.example"
            message = f"{doc['title']}\n\nSigned-off-by: {doc['user'].title()} <{mail}>"
            return {
                "sha": sha, "message": message, "user": doc["user"], "mail": mail, "at": doc["created_at"], "patch": doc["title"],
                "written_at": doc["created_at"], "files": {}, "parents": [], "on_branch": False, "number": 0,
            }  # fmt: skip
    raise Refused(422, f"No commit found for SHA: {sha}")


def _commit(call: Call, doc: Doc) -> Doc:
    url = f"{call.api}/repos/{call.repo}/commits/{doc['sha']}"
    person = {"name": doc["user"].title(), "email": doc["mail"]}
    return {
        "sha": doc["sha"], "node_id": node("C", doc["number"]), "url": url, "html_url": f"{call.web}/{call.repo}/commit/{doc['sha']}",
        "comments_url": f"{url}/comments",
        "commit": {
            "author": {**person, "date": doc["written_at"]}, "committer": {**person, "date": doc["at"]}, "message": doc["message"],
            "tree": {"sha": doc["sha"], "url": url}, "url": url, "comment_count": 0,
            "verification": _verification(None, ""),
        },
        "author": call.give.or_nobody(doc["user"]), "committer": call.give.or_nobody(doc["user"]),
        "parents": [{"sha": sha, "url": url, "html_url": url} for sha in doc["parents"]],
    }  # fmt: skip


def _verification(signed: bool | None, reason: str) -> Doc:
    is_good = bool(signed) and not reason
    return {
        "verified": is_good, "reason": "valid" if is_good else reason or "unsigned",
        "signature": "-----BEGIN PGP SIGNATURE-----" if signed else None, "payload": "tag" if signed else None,
        "verified_at": None,
    }  # fmt: skip


def pull_commits(call: Call) -> Listing:
    doc = call.store.get("issue", call.repo, call.path["number"])
    if not doc["pull"]:
        raise Missing(f"pull {doc['number']}")
    shas = doc["pull"].get("commits") or [doc["pull"]["head"]]
    return Listing([_at(call, sha) for sha in shas], lambda each: _commit(call, each))


def matching_refs(call: Call) -> Listing:
    """References whose name begins so: tags alone are kept here."""
    wanted = f"refs/{call.path['ref']}"
    docs = [doc for doc in call.store.all("tag", call.repo) if f"refs/tags/{doc['name']}".startswith(wanted)]
    return Listing(docs, lambda doc: _ref(call, doc))


def _ref(call: Call, doc: Doc) -> Doc:
    kind = "commit" if doc["signed"] is None else "tag"
    url = f"{call.api}/repos/{call.repo}/git/{kind}s/{doc['sha']}"
    ref = f"refs/tags/{doc['name']}"
    return {
        "ref": ref, "node_id": node("REF", 1), "url": f"{call.api}/repos/{call.repo}/git/{ref}",
        "object": {"sha": doc["sha"], "type": kind, "url": url},
    }  # fmt: skip


def tag(call: Call) -> Doc:
    """An annotated tag by its own name."""
    for doc in call.store.all("tag", call.repo):
        if doc["signed"] is not None and doc["sha"] == call.path["sha"]:
            url = f"{call.api}/repos/{call.repo}/git"
            return {
                "node_id": node("TA", 1), "sha": doc["sha"], "url": f"{url}/tags/{doc['sha']}", "tag": doc["name"],
                "message": doc["name"], "tagger": {"name": doc["by"].title(), "email": f"{doc['by']}@quayside.example", "date": doc["at"]},
                "object": {"sha": doc["commit"], "type": "commit", "url": f"{url}/commits/{doc['commit']}"},
                "verification": _verification(doc["signed"], doc["reason"]),
            }  # fmt: skip
    raise Missing(call.path["sha"])


def check_runs(call: Call) -> Doc:
    found = call.store.checks_of(call.repo, call.path["ref"])["runs"]
    runs = [_check_run(call, each) for each in found]
    return {"total_count": len(runs), "check_runs": runs}


def _check_run(call: Call, doc: Doc) -> Doc:
    url, page = (
        f"{call.api}/repos/{call.repo}/check-runs/{doc['id']}",
        f"{call.web}/{call.repo}/runs/{doc['id']}",
    )
    output = {
        "title": None,
        "summary": None,
        "text": None,
        "annotations_count": 0,
        "annotations_url": f"{url}/annotations",
    }
    is_done = doc["conclusion"] is not None
    return {
        "id": doc["id"], "node_id": node("CR", doc["id"]), "name": doc["name"], "head_sha": call.path["ref"], "url": url,
        "html_url": page, "details_url": page, "external_id": "", "status": "completed" if is_done else "in_progress",
        "conclusion": doc["conclusion"], "started_at": DAY, "completed_at": DAY if is_done else None, "output": output,
        "check_suite": {"id": 1}, "app": None, "pull_requests": [],
    }  # fmt: skip


def status(call: Call) -> Doc:
    ref = call.path["ref"]
    url = f"{call.api}/repos/{call.repo}"
    statuses = [
        {
            "id": each["id"], "node_id": node("SC", each["id"]), "url": f"{url}/statuses/{ref}", "avatar_url": None,
            "context": each["name"], "state": each["conclusion"] or "pending", "target_url": None, "description": None,
            "created_at": DAY, "updated_at": DAY,
        }
        for each in call.store.checks_of(call.repo, ref)["statuses"]
    ]  # fmt: skip
    states = {each["state"] for each in statuses}
    whole = "failure" if states & {"failure", "error"} else "pending" if states != {"success"} else "success"
    return {
        "state": whole, "statuses": statuses, "sha": ref, "total_count": len(statuses), "url": f"{url}/commits/{ref}/status",
        "commit_url": f"{url}/commits/{ref}", "repository": call.give.repo(call.store.get("repo", call.repo, 0)),
    }  # fmt: skip


def branch(call: Call) -> Doc:
    name = call.path["branch"]
    protection = call.store.protection_of(call.repo, name)
    if name != BRANCH and protection is None:
        raise Missing(name)
    url = f"{call.api}/repos/{call.repo}/branches/{name}"
    checks: Doc = {"enforcement_level": "everyone" if protection else "off", "checks": []}
    contexts = list(protection["contexts"]) if protection else []
    is_hidden = protection is not None and not protection["visible"]
    return {
        "name": name, "commit": _commit(call, call.store.commit_at(call.repo, BRANCH)), "protected": protection is not None,
        "protection": {"enabled": protection is not None}
        | ({} if is_hidden else {"required_status_checks": {**checks, "contexts": contexts}}),
        "protection_url": f"{url}/protection", "_links": {"html": f"{call.web}/{call.repo}/tree/{name}", "self": url},
    }  # fmt: skip


def rules(call: Call) -> Listing:
    """The active rules of a branch, which everybody who may read sees."""
    docs = [doc for doc in call.store.all("ruleset", call.repo) if doc["branch"] == call.path["branch"]]
    return Listing(docs, lambda doc: _rule(call, doc))


def _rule(call: Call, doc: Doc) -> Doc:
    asked = [{"context": name} for name in doc["contexts"]]
    return {
        "type": "required_status_checks", "ruleset_source_type": "Repository", "ruleset_source": call.repo, "ruleset_id": doc["id"],
        "parameters": {"required_status_checks": asked, "strict_required_status_checks_policy": False},
    }  # fmt: skip


def releases(call: Call) -> Listing:
    docs = call.store.all("release", call.repo)[::-1]
    return Listing(docs, lambda doc: _release(call, doc))


def _release(call: Call, doc: Doc) -> Doc:
    api, page = f"{call.api}/repos/{call.repo}/releases", f"{call.web}/{call.repo}/releases"
    assets = [
        {
            "id": n, "name": name, "url": f"{api}/assets/{n}", "state": "uploaded", "size": 1, "download_count": 0, "created_at": doc["at"],
            "content_type": "application/octet-stream", "node_id": node("RA", n), "label": None, "digest": None, "updated_at": doc["at"],
            "uploader": call.give.user(doc["user"]), "browser_download_url": f"{page}/download/{doc['tag']}/{name}",
        }
        for n, name in enumerate(doc["assets"], 1)
    ]  # fmt: skip
    return {
        "id": doc["id"], "node_id": node("RE", doc["id"]), "url": f"{api}/{doc['id']}", "html_url": f"{page}/tag/{doc['tag']}",
        "assets_url": f"{api}/{doc['id']}/assets", "upload_url": f"{api}/{doc['id']}/assets{{?name,label}}", "tag_name": doc["tag"], "target_commitish": BRANCH, "name": doc["tag"], "body": doc["body"], "draft": False,
        "prerelease": "-rc" in doc["tag"], "created_at": doc["at"], "published_at": doc["at"], "author": call.give.user(doc["user"]),
        "assets": assets, "tarball_url": None, "zipball_url": None,
    }  # fmt: skip


def compare(call: Call) -> Doc:
    """Three dots: what the head changes from where it left the base; here what its commit was given as `patch`.

    Where the head has none, the commits with files of their own are compared.
    """
    spec = call.path["basehead"]
    base, _, head = spec.partition("...")
    missing = Missing(spec)
    if not _has_patch(call, head):
        try:
            return code.compare(call)
        except Missing as none:
            missing = none
    try:
        left, doc = _commit(call, call.store.commit_at(call.repo, base)), _at(call, head)
    except Refused:
        raise missing from None
    api, web = f"{call.api}/repos/{call.repo}", f"{call.web}/{call.repo}"
    page = f"{web}/compare/{spec}"
    file: dict[str, Any] = {
        "sha": doc["sha"], "filename": "spec.md", "status": "modified", "additions": 1, "deletions": 0, "changes": 1,
        "patch": doc["patch"], "blob_url": f"{web}/blob/{doc['sha']}/spec.md", "raw_url": f"{web}/raw/{doc['sha']}/spec.md",
        "contents_url": f"{api}/contents/spec.md?ref={doc['sha']}",
    }  # fmt: skip
    return {
        "url": f"{api}/compare/{spec}", "html_url": page, "permalink_url": page, "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch", "base_commit": left, "merge_base_commit": left, "status": "ahead", "ahead_by": 1,
        "behind_by": 0, "total_commits": 1, "commits": [_commit(call, doc)], "files": [file] if doc["patch"] else [],
    }  # fmt: skip


def _has_patch(call: Call, ref: str) -> bool:
    try:
        return bool(call.store.commit_at(call.repo, ref)["patch"])
    except Missing:
        return False


PATHS: dict[str, Callable[[Call], Doc | Listing]] = {
    f"{REPO}/contents/{{path:path}}": contents,
    f"{REPO}/commits": commits,
    f"{REPO}/commits/{{ref}}": commit,
    f"{REPO}/commits/{{ref}}/check-runs": check_runs,
    f"{REPO}/commits/{{ref}}/status": status,
    f"{REPO}/pulls/{{number:int}}/commits": pull_commits,
    f"{REPO}/git/matching-refs/{{ref:path}}": matching_refs,
    f"{REPO}/git/tags/{{sha}}": tag,
    f"{REPO}/branches/{{branch}}": branch,
    f"{REPO}/rules/branches/{{branch}}": rules,
    f"{REPO}/releases": releases,
    f"{REPO}/compare/{{basehead:path}}": compare,
}
