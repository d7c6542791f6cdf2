"""What the local GitHub does at POST, PATCH, PUT and DELETE: comments, issues and locks; everything typed is checked first."""

from collections.abc import Callable
from typing import Any

from bot.demo.github.call import Call, Refused, invalid
from bot.demo.github.store import Doc, Missing, now

MOST_COMMENT = 65_536  # characters
REASONS = ("completed", "not_planned", "duplicate", "reopened")

Done = tuple[int, Doc | list[Doc] | None]  # the status, and what is shown


def create_comment(call: Call) -> Done:
    login = call.writer
    issue = call.store.get("issue", call.repo, call.path["number"])
    if issue["locked"] and not call.may_push:
        raise Refused(403, "Unable to create comment because issue is locked.")
    doc = call.store.add_comment(call.repo, issue["number"], _comment_text(call), by=login)
    return 201, call.give.comment(call.repo, doc)


def edit_comment(call: Call) -> Done:
    _check_hand(call, call.store.get("comment", call.repo, call.path["number"]))
    doc = call.store.edit_comment(call.repo, call.path["number"], _comment_text(call))
    return 200, call.give.comment(call.repo, doc)


def delete_comment(call: Call) -> Done:
    _check_hand(call, call.store.get("comment", call.repo, call.path["number"]))
    call.store.remove("comment", call.repo, call.path["number"])
    return 204, None


def create_issue(call: Call) -> Done:
    """Milestone, assignees and labels of somebody without push access are left out, as GitHub does."""
    login, repo = call.writer, call.repo
    changes = _issue_changes(call)
    if not changes.get("title"):
        raise invalid("Issue", "title", "missing_field")
    doc = call.store.add_issue(
        repo, changes["title"], by=login, at=now(), body=changes.get("body", ""), milestone=changes.get("milestone"),
        assignees=tuple(changes.get("assignees", ())), labels=tuple(changes.get("labels", ())),
    )  # fmt: skip
    return 201, call.give.issue(repo, doc)


def edit_issue(call: Call) -> Done:
    _check_hand(call, call.store.get("issue", call.repo, call.path["number"]))
    changes = _issue_changes(call)
    if "title" in changes and not changes["title"]:
        raise invalid("Issue", "title", "missing_field")
    doc = call.store.edit_issue(call.repo, call.path["number"], changes, by=call.writer)
    return 200, call.give.issue(call.repo, doc)


def lock(call: Call) -> Done:
    return _set_lock(call, True)


def unlock(call: Call) -> Done:
    return _set_lock(call, False)


def add_labels(call: Call) -> Done:
    """A label that the repository does not have is made, as GitHub does."""
    doc = call.store.get("issue", call.repo, call.path["number"])
    if call.writer and not call.may_push:
        raise Refused(403, "Must have triage access to Repository.")
    names = [_field("labels", name, str) for name in _field("labels", call.body.get("labels"), list)]
    have = {name.casefold() for name in doc["labels"]}
    labels = [*doc["labels"], *(name for name in dict.fromkeys(names) if name.casefold() not in have)]
    return _labelled(call, labels)


def remove_label(call: Call) -> Done:
    doc = call.store.get("issue", call.repo, call.path["number"])
    if call.writer and not call.may_push:
        raise Refused(403, "Must have triage access to Repository.")
    gone = call.path["label"].casefold()
    if gone not in {name.casefold() for name in doc["labels"]}:
        raise Refused(404, "Label does not exist")
    return _labelled(call, [name for name in doc["labels"] if name.casefold() != gone])


def _labelled(call: Call, names: list[str]) -> Done:
    doc = call.store.edit_issue(call.repo, call.path["number"], {"labels": names}, by=call.writer)
    return 200, [call.give.label(call.repo, name) for name in doc["labels"]]


def _set_lock(call: Call, is_locked: bool) -> Done:
    if call.writer and not call.may_push:
        raise Refused(403, "Must have admin rights to Repository.")
    call.store.edit_issue(call.repo, call.path["number"], {"locked": is_locked}, by=call.writer)
    return 204, None


def _check_hand(call: Call, doc: Doc) -> None:
    """What somebody wrote is changed by them or by who may push."""
    if call.writer != doc["user"] and not call.may_push:
        raise Refused(403, "Must have admin rights to Repository.")


def _comment_text(call: Call) -> str:
    text = call.body.get("body")
    if not isinstance(text, str):
        raise Refused(422, 'Invalid request.\n\n"body" wasn\'t supplied.')
    if not text.strip():
        raise invalid("IssueComment", "body", "missing_field")
    if len(text) > MOST_COMMENT:
        raise invalid(
            "IssueComment",
            "data",
            "unprocessable",
            message=f"Body is too long (maximum is {MOST_COMMENT} characters)",
        )
    return text


def _issue_changes(call: Call) -> Doc:
    """What is to be changed, in the store's words. Nothing of another type than the store's gets in."""
    body = call.body
    changes: Doc = {}
    for field in ("title", "body"):
        if field in body:
            changes[field] = _field(field, body[field] or "", str)
    if body.get("state") is not None:
        changes["state"] = _one_of("state", body["state"], ("open", "closed"))
    if body.get("state_reason") is not None:
        changes["state_reason"] = _one_of("state_reason", body["state_reason"], REASONS)
    if not call.may_push:
        return changes
    if "milestone" in body:
        changes["milestone"] = _milestone(call, body["milestone"])
    if "assignees" in body:
        changes["assignees"] = [
            _login(call, name) for name in _field("assignees", body["assignees"] or [], list)
        ]
    if "labels" in body:
        labels = _field("labels", body["labels"] or [], list)
        names = [label.get("name") if isinstance(label, dict) else label for label in labels]
        changes["labels"] = [_field("labels", name, str) for name in names]
    return changes


def _field(field: str, value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise invalid("Issue", field, "invalid")
    return value


def _one_of(field: str, value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise invalid("Issue", field, "invalid")
    return str(value)


def _milestone(call: Call, value: Any) -> int | None:
    if value is None:
        return None
    try:
        return int(call.store.get("milestone", call.repo, _field("milestone", value, int))["number"])
    except Missing:
        raise invalid("Issue", "milestone", "invalid") from None


def _login(call: Call, value: Any) -> str:
    try:
        return str(call.store.get("user", _field("assignees", value, str), 0)["login"])
    except Missing:
        raise invalid("Issue", "assignees", "invalid") from None


ISSUES = "/repos/{owner}/{name}/issues"
PATHS: dict[tuple[str, str], Callable[[Call], Done]] = {
    ("POST", ISSUES): create_issue,
    ("PATCH", f"{ISSUES}/{{number:int}}"): edit_issue,
    ("POST", f"{ISSUES}/{{number:int}}/labels"): add_labels,
    ("DELETE", f"{ISSUES}/{{number:int}}/labels/{{label}}"): remove_label,
    ("PUT", f"{ISSUES}/{{number:int}}/lock"): lock,
    ("DELETE", f"{ISSUES}/{{number:int}}/lock"): unlock,
    ("POST", f"{ISSUES}/{{number:int}}/comments"): create_comment,
    ("PATCH", f"{ISSUES}/comments/{{number:int}}"): edit_comment,
    ("DELETE", f"{ISSUES}/comments/{{number:int}}"): delete_comment,
}
