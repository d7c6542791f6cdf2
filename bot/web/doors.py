"""What stands around every answer: HEAD, the headers that keep a page inert, and refusals in words for people and programs."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException as AnyHTTPException

from bot.model.errors import DatabaseFailed
from bot.reports.pages import render_problem

# Pages are made on the server; the stylesheet and the icon are all they load, and they load them from here.
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
API = "/api/"
AWAY = "The records cannot be read at the moment. Nothing is lost: try again in a minute."

Message = MutableMapping[str, Any]


class NoSuchPage(Exception):
    """There is nothing under this address."""


class Guarded:
    """Around the application: every answer bears the headers, and HEAD is answered as GET (the server drops the body)."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = ((name.encode(), value.encode()) for name, value in HEADERS.items())
                message["headers"] = [*message.get("headers", ()), *ours]
            await send(message)

        is_head = scope.get("method") == "HEAD"
        await self.app({**scope, "method": "GET"} if is_head else scope, receive, guarded)


def refuse_in_words(app: FastAPI, say: Callable[[str], None]) -> None:
    """Every refusal is a page for a reader and JSON for a program. Why the database failed is told to the operator only."""

    def refused(request: Request, status: int, why: str) -> Response:
        if request.url.path.startswith(API) or request.url.path == "/healthz":
            return JSONResponse({"detail": why}, status)
        return HTMLResponse(render_problem(HTTPStatus(status).phrase, why), status)

    @app.exception_handler(NoSuchPage)
    async def missing(request: Request, error: NoSuchPage) -> Response:
        return refused(request, 404, f"{str(error)[:1].upper()}{str(error)[1:]}.")

    @app.exception_handler(DatabaseFailed)
    async def away(request: Request, error: DatabaseFailed) -> Response:
        say(f"dashboard: {error}")
        return refused(request, 503, AWAY)

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, _error: RequestValidationError) -> Response:
        return refused(request, 404, "There is nothing under this address: a milestone has a number.")

    @app.exception_handler(Exception)
    async def broken(request: Request, _error: Exception) -> Response:
        """Answered outside of Guarded, and logged with its traceback by the server."""
        answer = refused(request, 500, "Something in Tallyman broke. The operator's log says what.")
        answer.headers.update(HEADERS)
        return answer

    @app.exception_handler(AnyHTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        words = {
            404: "There is nothing under this address.",
            405: "This address is only for reading.",
        }
        answer = refused(request, error.status_code, words.get(error.status_code, str(error.detail)))
        answer.headers.update(error.headers or {})
        return answer
