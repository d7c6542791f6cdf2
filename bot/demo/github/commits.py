"""What stands at a commit: statuses, of which the newest of each context counts, and check runs, which only an App may write."""

import re
from collections.abc import Callable

from bot.demo.github import trees
from bot.demo.github.call import Call, Listing, Refused, invalid
from bot.demo.github.profiles import node
from bot.demo.github.store import Doc, now, stamp

SHA = re.compile(r"[0-9a-f]{40}")
STATES = ("error", "failure", "pending", "success")
STATUSES = ("queued", "in_progress", "completed")
CONCLUSIONS = (
    "action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out",
)  # fmt: skip
MOST_DESCRIPTION = 140
APP = {"id": 1, "slug": "tallyman", "node_id": node("A", 1), "name": "tallyman"}

Done = tuple[int, Doc | None]


def statuses(call: Call) -> Listing:
    docs = [doc for doc in call.store.all("status", call.repo) if doc["sha"] == call.path["ref"]][::-1]
    return Listing(docs, lambda doc: _status(call, doc))


def combined(call: Call) -> Doc:
    """The newest status of each context, and what they come to together."""
    found = trees.status(call)
    newest = {each["context"]: each for each in found["statuses"]}
    for doc in call.store.all("status", call.repo):
        if doc["sha"] == call.path["ref"]:
            newest[doc["context"]] = _status(call, doc)
    states = {each["state"] for each in newest.values()}
    whole = "failure" if states & {"failure", "error"} else "pending" if states != {"success"} else "success"
    return {**found, "state": whole, "statuses": list(newest.values()), "total_count": len(newest)}


def create_status(call: Call) -> Done:
    login, sha = call.writer, call.path["sha"]
    if not call.may_push:
        raise Refused(403, "Resource not accessible by personal access token")
    _check_commit(call, sha)
    state, description = call.body.get("state"), call.body.get("description")
    if state not in STATES:
        raise invalid("Status", "state", "inclusion")
    if description is not None and (not isinstance(description, str) or len(description) > MOST_DESCRIPTION):
        raise invalid(
            "Status", "description", "custom", message="description is too long (maximum is 140 characters)"
        )
    id_ = call.store.next("status")
    doc = {
        "id": id_, "sha": sha, "state": state, "description": description, "target_url": call.body.get("target_url"),
        "context": call.body.get("context") or "default", "creator": login, "created_at": stamp(now()),
    }  # fmt: skip
    return 201, _status(call, call.store.put("status", call.repo, id_, doc))


def check_runs(call: Call) -> Doc:
    """GitHub wraps this list into a document; a hundred a page are enough here."""
    docs = [doc for doc in call.store.all("check-run", call.repo) if doc["head_sha"] == call.path["ref"]]
    runs = [*trees.check_runs(call)["check_runs"], *(_check_run(call, doc) for doc in docs)]
    runs = [run for run in runs if call.query.get("check_name", run["name"]) == run["name"]]
    return {"total_count": len(runs), "check_runs": runs}


def create_check_run(call: Call) -> Done:
    _must_be_app(call)
    name, sha = call.body.get("name"), call.body.get("head_sha")
    if not isinstance(name, str) or not name or not isinstance(sha, str):
        raise Refused(422, 'Invalid request.\n\n"name", "head_sha" weren\'t supplied.')
    _check_commit(call, sha)
    id_ = call.store.next("check-run")
    doc = {
        "id": id_, "name": name, "head_sha": sha, "external_id": call.body.get("external_id") or "",
        "started_at": stamp(now()), "details_url": None, "status": "queued", "conclusion": None,
        "output": {"title": None, "summary": None, "text": None}, "completed_at": None,
    }  # fmt: skip
    return 201, _check_run(call, call.store.put("check-run", call.repo, id_, _changed(call, doc)))


def edit_check_run(call: Call) -> Done:
    _must_be_app(call)
    doc = _changed(call, call.store.get("check-run", call.repo, call.path["number"]))
    return 200, _check_run(call, call.store.put("check-run", call.repo, doc["id"], doc))


def _changed(call: Call, doc: Doc) -> Doc:
    body = call.body
    if body.get("status", doc["status"]) not in STATUSES:
        raise invalid("CheckRun", "status", "invalid")
    if body.get("conclusion") is not None:
        if body["conclusion"] not in CONCLUSIONS:
            raise invalid("CheckRun", "conclusion", "invalid")
        doc |= {"conclusion": body["conclusion"], "status": "completed", "completed_at": stamp(now())}
    doc |= {name: body[name] for name in ("status", "details_url", "external_id") if name in body}
    output = body.get("output")
    if output is not None:
        if not isinstance(output, dict) or not output.get("title") or not output.get("summary"):
            raise Refused(422, 'Invalid request.\n\n"title", "summary" weren\'t supplied.')
        doc["output"] = {"text": None, **output}
    return doc


def _must_be_app(call: Call) -> None:
    """A personal token may read check runs and not write them."""
    if not call.writer.endswith("[bot]"):
        raise Refused(403, "You must authenticate via a GitHub App.")


def _check_commit(call: Call, sha: str) -> None:
    """The commits that exist here are the heads of pull requests."""
    heads = {doc["pull"]["head"] for doc in call.store.all("issue", call.repo) if doc["pull"]}
    if not SHA.fullmatch(sha) or sha not in heads:
        raise Refused(422, f"No commit found for SHA: {sha}")


def _status(call: Call, doc: Doc) -> Doc:
    creator = call.give.user(doc["creator"])
    return {
        "url": f"{call.api}/repos/{call.repo}/statuses/{doc['sha']}", "avatar_url": creator["avatar_url"], "id": doc["id"],
        "node_id": node("SC", doc["id"]), "creator": creator, "updated_at": doc["created_at"],
        **{name: doc[name] for name in ("state", "description", "target_url", "context", "created_at")},
    }  # fmt: skip


def _check_run(call: Call, doc: Doc) -> Doc:
    url = f"{call.api}/repos/{call.repo}/check-runs/{doc['id']}"
    output = {**doc["output"], "annotations_count": 0, "annotations_url": f"{url}/annotations"}
    return {
        **doc, "node_id": node("CR", doc["id"]), "url": url, "html_url": f"{call.web}/{call.repo}/runs/{doc['id']}",
        "output": output, "check_suite": {"id": 1}, "app": {**_MORE, **APP, "owner": call.give.user("tallyman[bot]")}, "pull_requests": [],
    }  # fmt: skip


_MORE: Doc = {
    "slug": "tallyman", "description": None, "external_url": "https://example.org", "html_url": "https://example.org",
    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "events": [],
    "permissions": {"checks": "write"},
}  # fmt: skip


COMMIT = "/repos/{owner}/{name}/commits/{ref}"
READING: dict[str, Callable[[Call], Doc | Listing]] = {
    f"{COMMIT}/statuses": statuses,
    f"{COMMIT}/check-runs": check_runs,
    f"{COMMIT}/status": combined,
}
WRITING: dict[tuple[str, str], Callable[[Call], Done]] = {
    ("POST", "/repos/{owner}/{name}/statuses/{sha}"): create_status,
    ("POST", "/repos/{owner}/{name}/check-runs"): create_check_run,
    ("PATCH", "/repos/{owner}/{name}/check-runs/{number:int}"): edit_check_run,
}
