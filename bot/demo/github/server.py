"""GitHub's REST API over the store: the same paths, pages, status codes and error bodies."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from bot.demo.github import code, commits, graphql, lists, pages, reading, trees, writing
from bot.demo.github.call import Call, Listing, Moved, Refused, error
from bot.demo.github.faults import Faults
from bot.demo.github.store import Doc, Missing, Store

ENTERPRISE = "/api/v3"  # GitHub Enterprise serves the same paths below this one
GRAPHQL = "/graphql"
BY_NUMBER = "/repositories/"


# What is told of an answer: method, route, status, body.
Observer = Callable[[str, str, int, bytes], None]


def build(store: Store, base: str, faults: Faults, observe: Observer = lambda *_: None) -> FastAPI:
    """The application. `base` is the address under which it will be reached; `observe` hears of every REST answer."""
    app = FastAPI(
        title="A local GitHub", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )

    @app.middleware("http")
    async def as_github(request: Request, call_next: Any) -> Response:
        _find_path(request.scope, store)
        return await faults.around(request, call_next)

    @app.exception_handler(Missing)
    async def missing(_request: Request, _error: Missing) -> Response:
        return error(404, "Not Found")

    @app.exception_handler(HTTPException)
    async def no_such_path(_request: Request, _error: HTTPException) -> Response:
        return error(404, "Not Found")  # also for a method the path does not know

    @app.exception_handler(Refused)
    async def refused(_request: Request, failed: Refused) -> Response:
        return error(failed.status, failed.message, failed.errors)

    @app.exception_handler(Moved)
    async def moved(request: Request, to: Moved) -> Response:
        status = 301 if request.method in ("GET", "HEAD") else 307
        return JSONResponse(
            {
                "message": "Moved Permanently",
                "url": to.location,
                "documentation_url": "https://docs.github.com/rest",
            },
            status,
            {"Location": to.location},
        )

    @app.exception_handler(ClientDisconnect)
    async def left(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=499)  # nobody hears it, and nobody need read of it

    def serve(path: str, methods: list[str], answer: Callable[[Call], Response]) -> None:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            found = await run_in_threadpool(lambda: answer(Call(request, body, store, base)))
            if request.method != "HEAD":
                observe(request.method, path, found.status_code, bytes(found.body))
            return found

        app.add_api_route(path, endpoint, methods=methods)

    app.add_api_route("/_fail", faults.script, methods=["POST"])
    app.add_api_route("/_count", faults.count, methods=["GET"])
    serve("/rate_limit", ["GET", "HEAD"], lambda call: lists.answer(call, faults.limits()))
    serve(GRAPHQL, ["POST"], graphql.answer)
    # Of two that take a path the first one has it: the last one's commits take any rest of a path for a ref.
    own = reading.PATHS | trees.PATHS | commits.READING
    for path, read in (*own.items(), *code.PATHS.items()):
        serve(path, ["GET", "HEAD"], _reading(read))
    for (method, path), write in (writing.PATHS | commits.WRITING).items():
        serve(path, [method], _writing(write))
    for path, page in (*pages.PATHS.items(), *code.FILES.items()):
        serve(path, ["GET", "HEAD"], page)
    return app


def _find_path(scope: Any, store: Store) -> None:
    """Reads /api/v3/... and /repositories/ID/..., GitHub's other ways to say the same."""
    path: str = scope["path"]
    if path == f"/api{GRAPHQL}":  # where GitHub Enterprise has it
        path = GRAPHQL
    if path == ENTERPRISE or path.startswith(f"{ENTERPRISE}/"):
        scope["root_path"] = ENTERPRISE
        path = path.removeprefix(ENTERPRISE) or "/"
    if path.startswith(BY_NUMBER):
        number, slash, rest = path.removeprefix(BY_NUMBER).partition("/")
        try:
            name = store.name_of_repo(int(number) if number.isdecimal() and len(number) < 19 else 0)
        except Missing:
            name = "-/-"  # nobody's: a 404
        path = f"/repos/{name}{slash}{rest}"
    scope["path"] = scope.get("root_path", "") + path


def _reading(read: Callable[[Call], Doc | Listing]) -> Callable[[Call], Response]:
    return lambda call: lists.answer(call, read(call))


def _writing(write: Callable[[Call], writing.Done]) -> Callable[[Call], Response]:
    def answer(call: Call) -> Response:
        status, shown = write(call)
        return Response(status_code=status) if shown is None else JSONResponse(shown, status)

    return answer
