"""What the local GitHub answers to GET: a function for each path."""

from collections.abc import Callable

from bot.demo.github.call import Call, Listing, Moved, Refused
from bot.demo.github.lists import by_due_date, by_state, in_order, of_milestone, of_people_and_labels, since
from bot.demo.github.store import Doc, Missing


def root(call: Call) -> Doc:
    return {"current_user_url": f"{call.api}/user", "repository_url": f"{call.api}/repos/{{owner}}/{{repo}}"}


def me(call: Call) -> Doc:
    return call.give.account(call.writer)


def user(call: Call) -> Doc:
    return call.give.account(call.store.get("user", call.path["login"], 0)["login"])


def repository(call: Call) -> Doc:
    return call.give.repo(call.store.get("repo", call.repo, 0))


def milestones(call: Call) -> Listing:
    docs = by_due_date(call, by_state(call, call.store.all("milestone", call.repo), "Milestone"))
    return Listing(docs, lambda doc: call.give.milestone(call.repo, doc))


def milestone(call: Call) -> Doc:
    return call.give.milestone(call.repo, call.store.get("milestone", call.repo, call.path["number"]))


def issues(call: Call) -> Listing:
    """Pull requests are among them."""
    docs = since(call, by_state(call, call.store.all("issue", call.repo)))
    docs = in_order(call, of_people_and_labels(call, of_milestone(call, docs)))
    return Listing(docs, lambda doc: call.give.issue(call.repo, doc))


def issue(call: Call) -> Doc:
    """One that was deleted is gone (410), one that was transferred is elsewhere (301)."""
    number = call.path["number"]
    try:
        return call.give.issue(call.repo, call.store.get("issue", call.repo, number))
    except Missing:
        left = call.store.get("left", call.repo, number)
    if not left["to"]:
        raise Refused(410, "This issue was deleted")
    id_ = call.store.get("repo", left["to"], 0)["id"]
    raise Moved(f"{call.api}/repositories/{id_}/issues/{left['number']}")


def comments(call: Call) -> Listing:
    docs = since(call, call.store.all("comment", call.repo))
    return Listing(docs, lambda doc: call.give.comment(call.repo, doc))


def comment(call: Call) -> Doc:
    return call.give.comment(call.repo, call.store.get("comment", call.repo, call.path["number"]))


def issue_comments(call: Call) -> Listing:
    docs = since(call, _of_issue(call, "comment"))
    return Listing(docs, lambda doc: call.give.comment(call.repo, doc))


def labels(call: Call) -> Listing:
    names = call.store.get("issue", call.repo, call.path["number"])["labels"]
    return Listing([{"name": name} for name in names], lambda doc: call.give.label(call.repo, doc["name"]))


def events(call: Call) -> Listing:
    docs = call.store.all("event", call.repo)[::-1]
    return Listing(docs, lambda doc: call.give.event(call.repo, doc, whole=True))


def issue_events(call: Call) -> Listing:
    return Listing(_of_issue(call, "event"), lambda doc: call.give.event(call.repo, doc, whole=False))


def pulls(call: Call) -> Listing:
    docs = [doc for doc in by_state(call, call.store.all("issue", call.repo)) if doc["pull"]]
    base = call.query.get("base")
    docs = in_order(call, [doc for doc in docs if base in (None, doc["pull"]["base"])])
    return Listing(docs, lambda doc: call.give.pull(call.repo, doc, whole=False))


def pull(call: Call) -> Doc:
    return call.give.pull(call.repo, call.store.look_at_pull(call.repo, call.path["number"]), whole=True)


def reviews(call: Call) -> Listing:
    docs = [doc for doc in _of_issue(call, "review") if doc["submitted_at"] or doc["user"] == call.login]
    return Listing(docs, lambda doc: call.give.review(call.repo, doc))


def permission(call: Call) -> Doc:
    """Who may see this may push."""
    found = call.store.get("user", call.path["login"], 0)["login"]
    if call.writer and not call.may_push:
        raise Refused(403, "Must have push access to view collaborator permission.")
    access = call.store.access_of(found)
    return {"permission": access, "role_name": access, "user": {**call.give.user(found), "role_name": access}}


def _of_issue(call: Call, kind: str) -> list[Doc]:
    """Raises Missing for what is no issue, and for the reviews of what is no pull request."""
    issue = call.store.get("issue", call.repo, call.path["number"])
    if kind == "review" and not issue["pull"]:
        raise Missing(f"pull {issue['number']}")
    return [doc for doc in call.store.all(kind, call.repo) if doc["issue"] == issue["number"]]


REPO = "/repos/{owner}/{name}"
PATHS: dict[str, Callable[[Call], Doc | Listing]] = {
    "/": root,
    "/user": me,
    "/users/{login}": user,
    REPO: repository,
    f"{REPO}/milestones": milestones,
    f"{REPO}/milestones/{{number:int}}": milestone,
    f"{REPO}/issues": issues,
    f"{REPO}/issues/comments": comments,
    f"{REPO}/issues/comments/{{number:int}}": comment,
    f"{REPO}/issues/events": events,
    f"{REPO}/issues/{{number:int}}": issue,
    f"{REPO}/issues/{{number:int}}/comments": issue_comments,
    f"{REPO}/issues/{{number:int}}/events": issue_events,
    f"{REPO}/issues/{{number:int}}/labels": labels,
    f"{REPO}/pulls": pulls,
    f"{REPO}/pulls/{{number:int}}": pull,
    f"{REPO}/pulls/{{number:int}}/reviews": reviews,
    f"{REPO}/collaborators/{{login}}/permission": permission,
}
