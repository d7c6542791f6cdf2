"""What goes wrong with a real GitHub, on request: limits, bad gateways, slow, cut and strange answers; and a count by route."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from bot.demo.github.call import error

LIMIT, HOUR = 5000, 3600
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for user ID 1."
KINDS = ("plain", "secondary", "primary", "slow", "html", "broken", "cut", "lost")


@dataclass
class Script:
    """After `skip` of them, the next `left` requests of `method` whose path begins with `path` fail as told.

    plain, secondary, primary: an error document with `status`, and Retry-After when given; slow: the true answer after
    `seconds`; html: a page in its place; broken: the true answer's first half; cut: the connection is closed and nothing
    was done; lost: everything was done, but the connection is closed before the answer.
    """

    status: int
    left: int
    skip: int
    method: str
    path: str
    kind: str
    message: str
    retry_after: str
    seconds: float

    def takes(self, method: str, path: str) -> bool:
        if self.left == 0 or self.method not in ("", method) or not path.startswith(self.path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.left -= 1
        return True


class Faults:
    """`cut` closes the connection of a client; whoever runs the server sets it."""

    def __init__(self) -> None:
        self.cut: Callable[[Any], None] = lambda _client: None
        self._scripts: list[Script] = []
        self._requests: Counter[str] = Counter()
        self._used = 0
        self._began = time.time()

    def limits(self) -> dict[str, Any]:
        core = self._core()
        search = {"limit": 30, "used": 0, "remaining": 30, "reset": core["reset"]}
        return {"resources": {"core": core, "search": search}, "rate": core}

    def _core(self) -> dict[str, int]:
        """The hourly limit, which nobody reaches here: what goes wrong goes wrong on request."""
        if time.time() >= self._began + HOUR:
            self._began, self._used = time.time(), 0
        return {
            "limit": LIMIT,
            "used": self._used,
            "remaining": max(LIMIT - self._used, 0),
            "reset": int(self._began) + HOUR,
        }

    async def script(self, request: Request) -> Response:
        """POST /_fail?status=403&n=1&skip=0&method=PATCH&path=/repos&kind=secondary&message=&retry_after=1&seconds=0"""
        query = request.query_params
        try:
            script = Script(
                int(query.get("status", "500")), int(query.get("n", "1")), int(query.get("skip", "0")),
                query.get("method", ""), query.get("path", "/"), query.get("kind", "plain"),
                query.get("message", "Server Error"), query.get("retry_after", ""), float(query.get("seconds", "0")),
            )  # fmt: skip
        except ValueError:
            return error(400, "status, n, skip and seconds are numbers")
        if script.kind not in KINDS:
            return error(400, f"kind is one of {', '.join(KINDS)}")
        self._scripts.append(script)
        return Response(status_code=204)

    async def count(self, request: Request) -> Response:
        """GET /_count?reset=1: how many requests of each method, route and status there were. Forgets the scripts too."""
        found = dict(self._requests)
        if request.query_params.get("reset"):
            self._requests.clear()
            self._scripts.clear()
        return JSONResponse(found)

    async def around(self, request: Request, call_next: Any) -> Response:
        path = request.scope["path"]
        if path.startswith("/_"):
            answer: Response = await call_next(request)
            return answer
        script = next((each for each in self._scripts if each.takes(request.method, path)), None)
        answer = await call_next(request) if script is None else await self._fail(script, request, call_next)
        route = getattr(request.scope.get("route"), "path", path)
        self._requests[f"{request.method} {route} {answer.status_code}"] += 1
        if answer.status_code != 304 and route != "/rate_limit":  # GitHub counts neither
            self._used += 1
        core = self._core()
        for name in ("limit", "used", "remaining", "reset"):
            answer.headers.setdefault(f"X-RateLimit-{name.title()}", str(core[name]))
        answer.headers["X-RateLimit-Resource"] = "core"
        answer.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
        answer.headers["X-GitHub-Api-Version-Selected"] = request.headers.get(
            "x-github-api-version", "2022-11-28"
        )
        return answer

    async def _fail(self, script: Script, request: Request, call_next: Any) -> Response:
        await request.body()  # first: what was sent has arrived, even if the client leaves before the answer
        await asyncio.sleep(script.seconds)
        if script.kind in ("slow", "lost", "broken"):
            answer: Response = await call_next(request)
            if script.kind == "broken":
                return await _half(answer)
            if script.kind == "slow":
                return answer
        if script.kind in ("cut", "lost"):
            self.cut(request.scope["client"])
            return Response(status_code=499)  # nobody hears it
        if script.kind == "html":
            page = "<html>a harbour café, not an API</html>"
            return Response(page, script.status, media_type="text/html")
        headers = {"Retry-After": script.retry_after} if script.retry_after else {}
        if script.kind == "primary":
            headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1)}
        message = {"secondary": SECONDARY, "primary": PRIMARY}.get(script.kind, script.message)
        return error(script.status, message, (), **headers)


async def _half(answer: Any) -> Response:
    """As from a proxy that gave up in the middle, without saying so in the length."""
    whole = b"".join([part async for part in answer.body_iterator]) or json.dumps({}).encode()
    return Response(whole[: len(whole) // 2], answer.status_code, media_type="application/json")
