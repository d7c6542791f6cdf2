"""GitHub's REST API over the store: the same paths, pages, status codes and error bodies."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from bot.demo.github.faults import Faults
from bot.demo.github.payloads import Payloads
from bot.demo.github.store import Doc, Missing, Store

DOCS = "https://docs.github.com/rest"
MAX_COMMENT = 65_536
SORTS = {"created": "created_at", "updated": "updated_at"}


def build(store: Store, base: str) -> FastAPI:
    """The application. `base` is the address under which it will be reached."""
    app = FastAPI(title="A local GitHub", docs_url=None, redoc_url=None, openapi_url=None)
    give = Payloads(store, base)
    faults = Faults()

    @app.middleware("http")
    async def as_github(request: Request, call_next: Any) -> Response:
        request.scope["path"] = request.scope["path"].removeprefix("/api/v3") or "/"
        return await faults.around(request, call_next)

    @app.exception_handler(Missing)
    async def missing(_request: Request, _error: Missing) -> Response:
        return error(404, "Not Found")

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, failed: HTTPException) -> Response:
        return error(failed.status_code, str(failed.detail))

    def who(request: Request) -> str | None:
        """The login behind the token, None without one. A token nobody knows is a 401 everywhere, as on GitHub."""
        given = request.headers.get("authorization", "")
        if not given:
            return None
        login = store.login_of(given.partition(" ")[2])
        if login is None:
            raise HTTPException(401, "Bad credentials")
        return login

    def writer(request: Request) -> str:
        login = who(request)
        if login is None:
            raise HTTPException(401, "Requires authentication")
        return login

    def repo_of(request: Request) -> str:
        who(request)
        name = f"{request.path_params['owner']}/{request.path_params['name']}"
        return str(store.get("repo", name, 0)["full_name"])

    async def body_of(request: Request) -> Doc:
        try:
            found = json.loads(await request.body() or b"{}")
        except ValueError:
            raise HTTPException(400, "Problems parsing JSON") from None
        if not isinstance(found, dict):
            raise HTTPException(400, "Body should be a JSON object")
        return found

    def get(path: str) -> Callable[[Callable[[Request], Any]], None]:
        def declared(answer: Callable[[Request], Any]) -> None:
            def endpoint(request: Request) -> Response:
                return conditional(request, answer(request))

            app.get(path)(endpoint)

        return declared

    @get("/user")
    def me(request: Request) -> Doc:
        return give.user(writer(request))

    @get("/users/{login}")
    def user(request: Request) -> Doc:
        return give.user(store.get("user", request.path_params["login"], 0)["login"])

    @get("/rate_limit")
    def rate_limit(request: Request) -> Doc:
        return {"resources": {"core": faults.core()}, "rate": faults.core()}

    @get("/repos/{owner}/{name}")
    def repository(request: Request) -> Doc:
        return give.repo(store.get("repo", repo_of(request), 0))

    @get("/repos/{owner}/{name}/milestones")
    def milestones(request: Request) -> list[Doc]:
        repo = repo_of(request)
        return [give.milestone(repo, doc) for doc in by_state(request, store.all("milestone", repo))]

    @get("/repos/{owner}/{name}/milestones/{number:int}")
    def milestone(request: Request) -> Doc:
        repo = repo_of(request)
        return give.milestone(repo, store.get("milestone", repo, request.path_params["number"]))

    @get("/repos/{owner}/{name}/issues")
    def issues(request: Request) -> list[Doc]:
        repo = repo_of(request)
        found = ordered(request, since(request, by_state(request, store.all("issue", repo))))
        wanted = request.query_params.get("milestone")
        if wanted:
            found = [
                doc
                for doc in found
                if (wanted == "*" and doc["milestone"]) or str(doc["milestone"] or "none") == wanted
            ]
        return [give.issue(repo, doc) for doc in found]

    @get("/repos/{owner}/{name}/issues/comments")
    def comments(request: Request) -> list[Doc]:
        repo = repo_of(request)
        return [give.comment(repo, doc) for doc in since(request, store.all("comment", repo))]

    @get("/repos/{owner}/{name}/issues/events")
    def events(request: Request) -> list[Doc]:
        repo = repo_of(request)
        return [give.event(repo, doc) for doc in reversed(store.all("event", repo))]

    @get("/repos/{owner}/{name}/issues/comments/{id:int}")
    def comment(request: Request) -> Doc:
        repo = repo_of(request)
        return give.comment(repo, store.get("comment", repo, request.path_params["id"]))

    @get("/repos/{owner}/{name}/issues/{number:int}")
    def issue(request: Request) -> Doc:
        repo = repo_of(request)
        return give.issue(repo, store.get("issue", repo, request.path_params["number"]))

    @get("/repos/{owner}/{name}/issues/{number:int}/comments")
    def issue_comments(request: Request) -> list[Doc]:
        repo, number = repo_of(request), request.path_params["number"]
        store.get("issue", repo, number)
        found = [doc for doc in store.all("comment", repo) if doc["issue"] == number]
        return [give.comment(repo, doc) for doc in since(request, found)]

    @get("/repos/{owner}/{name}/issues/{number:int}/events")
    def issue_events(request: Request) -> list[Doc]:
        repo, number = repo_of(request), request.path_params["number"]
        store.get("issue", repo, number)
        return [give.event(repo, doc) for doc in store.all("event", repo) if doc["issue"] == number]

    @get("/repos/{owner}/{name}/pulls")
    def pulls(request: Request) -> list[Doc]:
        repo = repo_of(request)
        found = [doc for doc in ordered(request, by_state(request, store.all("issue", repo))) if doc["pull"]]
        return [give.pull(repo, doc, whole=False) for doc in found]

    @get("/repos/{owner}/{name}/pulls/{number:int}")
    def pull(request: Request) -> Doc:
        return give.pull(repo_of(request), pull_of(request), whole=True)

    @get("/repos/{owner}/{name}/pulls/{number:int}/reviews")
    def reviews(request: Request) -> list[Doc]:
        repo, number = repo_of(request), pull_of(request)["number"]
        return [give.review(repo, doc) for doc in store.all("review", repo) if doc["issue"] == number]

    @get("/repos/{owner}/{name}/contents/{path:path}")
    def contents(request: Request) -> Doc:
        repo = repo_of(request)
        return give.file(repo, store.get("file", f"{repo}:{request.path_params['path']}", 0))

    @get("/repos/{owner}/{name}/collaborators/{login}/permission")
    def permission(request: Request) -> Doc:
        repo_of(request)
        writer(request)
        login = store.get("user", request.path_params["login"], 0)["login"]
        return {"permission": "write", "role_name": "write", "user": give.user(login)}

    def pull_of(request: Request) -> Doc:
        doc = store.get("issue", repo_of(request), request.path_params["number"])
        if not doc["pull"]:
            raise Missing("a pull request")
        return doc

    @app.post("/repos/{owner}/{name}/issues/{number}/comments")
    async def create_comment(request: Request, number: int) -> Response:
        login, repo = writer(request), repo_of(request)
        doc = store.get("issue", repo, number)
        if doc["locked"]:
            return error(403, "Unable to create comment because issue is locked.")
        text = comment_text(await body_of(request))
        return JSONResponse(give.comment(repo, store.add_comment(repo, number, text, by=login)), 201)

    @app.patch("/repos/{owner}/{name}/issues/comments/{id}")
    async def edit_comment(request: Request, id: int) -> Response:
        login, repo = writer(request), repo_of(request)
        if store.get("comment", repo, id)["user"] != login:
            return error(403, "Must have admin rights to Repository.")
        text = comment_text(await body_of(request))
        return JSONResponse(give.comment(repo, store.edit_comment(repo, id, text)))

    @app.delete("/repos/{owner}/{name}/issues/comments/{id}")
    async def delete_comment(request: Request, id: int) -> Response:
        writer(request)
        store.remove("comment", repo_of(request), id)
        return Response(status_code=204)

    @app.post("/repos/{owner}/{name}/issues")
    async def create_issue(request: Request) -> Response:
        login, repo = writer(request), repo_of(request)
        body = await body_of(request)
        if not body.get("title"):
            return invalid("Issue", "title", "missing_field")
        doc = store.add_issue(
            repo, body["title"], by=login, at=faults.now(), body=body.get("body") or "", milestone=body.get("milestone"),
            assignees=tuple(body.get("assignees") or ()), labels=tuple(body.get("labels") or ()),
        )  # fmt: skip
        return JSONResponse(give.issue(repo, doc), 201)

    @app.patch("/repos/{owner}/{name}/issues/{number}")
    async def edit_issue(request: Request, number: int) -> Response:
        login, repo = writer(request), repo_of(request)
        allowed = ("title", "body", "state", "state_reason", "milestone", "assignees", "labels")
        changes = {name: value for name, value in (await body_of(request)).items() if name in allowed}
        if changes.get("state", "open") not in ("open", "closed"):
            return invalid("Issue", "state", "invalid")
        return JSONResponse(give.issue(repo, store.edit_issue(repo, number, changes, by=login)))

    @app.get("/{owner}/{name}/{page}/{number}", response_class=HTMLResponse)
    def page(request: Request, number: int) -> str:
        """A page for people, so that the links in payloads lead somewhere; plain on purpose."""
        repo = repo_of(request)
        return _page(
            repo,
            store.get("issue", repo, number),
            [c for c in store.all("comment", repo) if c["issue"] == number],
        )

    @app.get("/")
    def root() -> Doc:
        return {"current_user_url": f"{base}/user", "repository_url": f"{base}/repos/{{owner}}/{{repo}}"}

    app.add_api_route("/_fail", faults.script, methods=["POST"])
    app.add_api_route("/_count", faults.count, methods=["GET"])
    return app


def by_state(request: Request, docs: list[Doc]) -> list[Doc]:
    state = request.query_params.get("state", "open")
    if state not in ("open", "closed", "all"):
        raise HTTPException(422, "Validation Failed")
    return docs if state == "all" else [doc for doc in docs if doc["state"] == state]


def since(request: Request, docs: list[Doc]) -> list[Doc]:
    """`since` is inclusive: updated at that moment or later."""
    moment = request.query_params.get("since")
    return [doc for doc in docs if doc["updated_at"] >= moment] if moment else docs


def ordered(request: Request, docs: list[Doc]) -> list[Doc]:
    key = SORTS.get(request.query_params.get("sort", "created"), "created_at")
    newest_first = request.query_params.get("direction", "desc") == "desc"
    return sorted(docs, key=lambda doc: (doc[key], doc["number"]), reverse=newest_first)


def conditional(request: Request, found: Any) -> Response:
    """A page of a list, with its Link header; an ETag that differs by token; 304 when the caller has it already."""
    headers: dict[str, str] = {}
    if isinstance(found, list):
        found, headers = paged(request, found)
    raw = json.dumps(found, ensure_ascii=False).encode()
    etag = f'W/"{hashlib.sha256(request.headers.get("authorization", "").encode() + raw).hexdigest()}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    headers |= {"ETag": etag, "Cache-Control": "private, max-age=60, s-maxage=60"}
    return Response(raw, media_type="application/json; charset=utf-8", headers=headers)


def paged(request: Request, found: list[Doc]) -> tuple[list[Doc], dict[str, str]]:
    query = dict(request.query_params)
    size = min(max(_number(query.get("per_page"), 30), 1), 100)
    page = max(_number(query.get("page"), 1), 1)
    last = max((len(found) + size - 1) // size, 1)
    steps = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    shown = [
        name
        for name in steps
        if (name in ("prev", "first") and page > 1) or (name in ("next", "last") and page < last)
    ]
    url = str(request.url).partition("?")[0]
    links = [f'<{url}?{urlencode({**query, "page": steps[name]})}>; rel="{name}"' for name in shown]
    return found[(page - 1) * size : page * size], {"Link": ", ".join(links)} if links else {}


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def comment_text(body: Doc) -> str:
    text = body.get("body")
    if not isinstance(text, str) or not text.strip():
        raise HTTPException(422, "Validation Failed")
    if len(text) > MAX_COMMENT:
        raise HTTPException(422, f"Body is too long (maximum is {MAX_COMMENT} characters)")
    return text


def error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"message": message, "documentation_url": DOCS, "status": str(status)}, status)


def invalid(resource: str, field: str, code: str) -> JSONResponse:
    errors = [{"resource": resource, "field": field, "code": code}]
    return JSONResponse(
        {"message": "Validation Failed", "errors": errors, "documentation_url": DOCS, "status": "422"}, 422
    )


def _page(repo: str, doc: Doc, comments: list[Doc]) -> str:
    from html import escape

    talk = "".join(
        f'<article id="issuecomment-{c["id"]}"><h2>{escape(c["user"])}, {c["updated_at"]}</h2><pre>{escape(c["body"])}</pre></article>'
        for c in comments
    )
    title = f"{escape(doc['title'])} · {escape(repo)}#{doc['number']}"
    return f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title} ({doc['state']})</h1><pre>{escape(doc['body'])}</pre>{talk}"
