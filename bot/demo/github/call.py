"""One request as the answers see it: who asks, for which repository, with what; and the ways to refuse it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from bot.demo.github.payloads import Payloads
from bot.demo.github.store import Doc, Missing, Store

DOCS = "https://docs.github.com/rest"


class Refused(Exception):
    """An answer with GitHub's error document."""

    def __init__(self, status: int, message: str, *errors: Doc) -> None:
        super().__init__(message)
        self.status, self.message, self.errors = status, message, errors


class Moved(Exception):
    """The repository has another name now."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@dataclass(frozen=True, slots=True)
class Listing:
    """A list before it is cut into pages: only what is shown of it is rendered."""

    docs: list[Doc]
    render: Callable[[Doc], Doc]


class Call:
    """`base` is the server's address; with /api/v3 in front of the path the links of the answer have it too."""

    def __init__(self, request: Request, body: bytes, store: Store, base: str) -> None:
        self.request, self.store, self.web = request, store, base
        self.api = base + str(request.scope.get("root_path", ""))
        self.query, self.path, self._body = request.query_params, request.path_params, body
        self.login = self._login()

    def _login(self) -> str | None:
        """The login behind the token, None without one. A token nobody knows is a 401 everywhere."""
        given = self.request.headers.get("authorization", "")
        if not given:
            return None
        scheme, _, token = given.partition(" ")
        login = self.store.login_of(token.strip()) if scheme.lower() in ("token", "bearer") else None
        if login is None:
            raise Refused(401, "Bad credentials")
        return login

    @cached_property
    def give(self) -> Payloads:
        return Payloads(self.store, self.api, self.web, self.login)

    @property
    def writer(self) -> str:
        """Who writes; a 401 for nobody."""
        if self.login is None:
            raise Refused(401, "Requires authentication")
        return self.login

    @property
    def may_push(self) -> bool:
        return self.login is not None and self.store.access_of(self.login) == "write"

    @cached_property
    def repo(self) -> str:
        """The repository's full name. Raises Missing or Moved."""
        name = f"{self.path['owner']}/{self.path['name']}"
        try:
            return str(self.store.get("repo", name, 0)["full_name"])
        except Missing:
            raise self._moved(name, self.store.get("moved", name, 0)["id"]) from None

    def _moved(self, name: str, id_: int) -> Moved:
        query = f"?{self.request.url.query}" if self.request.url.query else ""
        before, found, rest = self.request.scope["path"].partition(f"/repos/{name}")
        if found:
            return Moved(f"{self.api}/repositories/{id_}{rest}{query}")
        return Moved(f"{self.web}/{self.store.name_of_repo(id_)}{before.removeprefix(f'/{name}')}")

    @property
    def address(self) -> str:
        """This request's own address as GitHub writes it in Link headers: a repository by its number."""
        rest = self.request.scope["path"].partition(f"/repos/{self.path['owner']}/{self.path['name']}")[2]
        return f"{self.api}/repositories/{self.store.get('repo', self.repo, 0)['id']}{rest}"

    @cached_property
    def body(self) -> Doc:
        try:
            found = json.loads(self._body or b"{}")
            json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair could never be sent again
        except (ValueError, RecursionError):
            raise Refused(400, "Problems parsing JSON") from None
        if not isinstance(found, dict):
            raise Refused(400, "Body should be a JSON object")
        return found

    def etag(self, raw: bytes) -> str:
        """Differs by token, as GitHub's does."""
        token = self.request.headers.get("authorization", "").encode()
        return f'W/"{hashlib.sha256(token + raw).hexdigest()}"'


def error(status: int, message: str, errors: tuple[Doc, ...] = (), **headers: str) -> JSONResponse:
    """GitHub's error document."""
    document: dict[str, Any] = {"message": message}
    if errors:
        document["errors"] = list(errors)
    return JSONResponse({**document, "documentation_url": DOCS, "status": str(status)}, status, headers)


def invalid(resource: str, field: str, code: str, **more: str) -> Refused:
    """GitHub's 422."""
    return Refused(422, "Validation Failed", {"resource": resource, "field": field, "code": code, **more})
