"""Pages for people, so that the links in payloads lead somewhere; plain on purpose, and inert whatever was typed."""

from collections.abc import Callable
from html import escape

from fastapi.responses import HTMLResponse

from bot.demo.github.call import Call
from bot.demo.github.store import Doc

HEADERS = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


def repository(call: Call) -> HTMLResponse:
    docs = call.store.all("issue", call.repo)[::-1]
    return _page(call.repo, call.repo, _list(call, docs))


def milestone(call: Call) -> HTMLResponse:
    doc = call.store.get("milestone", call.repo, call.path["number"])
    docs = [each for each in call.store.all("issue", call.repo) if each["milestone"] == doc["number"]]
    due = f", due {doc['due_on'][:10]}" if doc["due_on"] else ""
    return _page(f"{doc['title']} · {call.repo}", f"{doc['title']} ({doc['state']}{due})", _list(call, docs))


def issue(call: Call) -> HTMLResponse:
    """An issue or a pull request with its reviews and its talk."""
    doc = call.store.get("issue", call.repo, call.path["number"])
    found = [
        (f"{kind}-{each['id']}", each)
        for kind, stored in (("pullrequestreview", "review"), ("issuecomment", "comment"))
        for each in call.store.all(stored, call.repo)
        if each["issue"] == doc["number"] and each.get("state") != "PENDING"
    ]
    talk = "".join(
        f'<article id="{anchor}"><h2>{escape(each["user"])}, {escape(_said(each))}</h2><pre>{escape(each["body"])}</pre></article>'
        for anchor, each in found
    )
    title = f"{doc['title']} · {call.repo}#{doc['number']}"
    return _page(title, f"{title} ({doc['state']})", f"<pre>{escape(doc['body'])}</pre>{talk}")


def _said(doc: Doc) -> str:
    return f"{doc['state']} {doc['submitted_at']}" if "state" in doc else str(doc["updated_at"])


def _list(call: Call, docs: list[Doc]) -> str:
    lines = "".join(
        f'<li><a href="/{call.repo}/{"pull" if doc["pull"] else "issues"}/{doc["number"]}">#{doc["number"]}</a> '
        f"{escape(doc['title'])} ({doc['state']})</li>"
        for doc in docs
    )
    return f"<ul>{lines}</ul>"


def _page(title: str, head: str, content: str) -> HTMLResponse:
    return HTMLResponse(
        f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><h1>{escape(head)}</h1>{content}",
        headers=HEADERS,
    )


PATHS: dict[str, Callable[[Call], HTMLResponse]] = {
    "/{owner}/{name}": repository,
    "/{owner}/{name}/issues/{number:int}": issue,
    "/{owner}/{name}/pull/{number:int}": issue,
    "/{owner}/{name}/milestone/{number:int}": milestone,
}
