"""What goes wrong with a real GitHub, on request: limits, bad gateways, slow answers; and the count of requests by route."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

LIMIT = 5000
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for user ID 1."


@dataclass
class Script:
    """The next `left` requests of `method` whose path begins with `path` fail as told."""

    status: int
    left: int
    method: str
    path: str
    kind: str  # secondary, primary, plain, slow, garbage
    retry_after: str
    seconds: float


class Faults:
    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.requests: Counter[str] = Counter()
        self.began = time.time()

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    def core(self) -> dict[str, int]:
        used = sum(self.requests.values())
        return {
            "limit": LIMIT,
            "used": used,
            "remaining": max(LIMIT - used, 0),
            "reset": int(self.began) + 3600,
        }

    async def script(self, request: Request) -> Response:
        """POST /_fail?status=403&n=1&method=PATCH&path=/repos&kind=secondary&retry_after=1&seconds=0"""
        query = request.query_params
        self.scripts.append(
            Script(
                int(query.get("status", "500")), int(query.get("n", "1")), query.get("method", ""), query.get("path", "/"),
                query.get("kind", "plain"), query.get("retry_after", ""), float(query.get("seconds", "0")),
            )
        )  # fmt: skip
        return Response(status_code=204)

    async def count(self, request: Request) -> Response:
        """GET /_count?reset=1: how many requests of each method and status there were."""
        found = dict(self.requests)
        if request.query_params.get("reset"):
            self.requests.clear()
        return JSONResponse(found)

    async def around(self, request: Request, call_next: Any) -> Response:
        if request.scope["path"].startswith("/_"):
            answer: Response = await call_next(request)
            return answer
        failing = next((s for s in self.scripts if self._fits(s, request)), None)
        if failing is None:
            answer = await call_next(request)
        else:
            failing.left -= 1
            await asyncio.sleep(failing.seconds)
            answer = await call_next(request) if failing.kind == "slow" else self._failure(failing)
        self.requests[f"{request.method} {answer.status_code}"] += 1
        core = self.core()
        for name in ("limit", "used", "remaining", "reset"):
            answer.headers.setdefault(f"X-RateLimit-{name.title()}", str(core[name]))
        answer.headers["X-RateLimit-Resource"] = "core"
        answer.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
        answer.headers["X-GitHub-Api-Version-Selected"] = request.headers.get(
            "x-github-api-version", "2022-11-28"
        )
        return answer

    @staticmethod
    def _fits(script: Script, request: Request) -> bool:
        return (
            script.left > 0
            and script.method in ("", request.method)
            and request.scope["path"].startswith(script.path)
        )

    def _failure(self, script: Script) -> Response:
        if script.kind == "garbage":
            return Response(
                "<html>a harbour café, not an API</html>", media_type="text/html", status_code=script.status
            )
        messages = {"secondary": SECONDARY, "primary": PRIMARY}
        headers = {"Retry-After": script.retry_after} if script.retry_after else {}
        if script.kind == "primary":
            headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1)}
        body = {
            "message": messages.get(script.kind, "Server Error"),
            "documentation_url": "",
            "status": str(script.status),
        }
        return JSONResponse(body, script.status, headers)
