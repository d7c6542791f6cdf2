"""The tests' GitHub: the local one, started in process on port 0; one for each test file, a new repository for each test."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from bot.demo.github import Store, start
from tests.openapi import judge

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKENS = {"bot": "token-of-the-bot", "guest": "token-of-the-guest"}  # guest may read, the bot may push


@dataclass
class Hub:
    """A running local GitHub. `repo` is this test's own repository; `http` speaks for the bot, `anyone` for nobody."""

    store: Store
    url: str
    repo: str = ""
    token: str = TOKENS["bot"]
    http: httpx.Client = field(init=False)
    anyone: httpx.Client = field(init=False)
    guest: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        def client(login: str) -> httpx.Client:
            return httpx.Client(
                base_url=self.url,
                headers={"Authorization": f"token {TOKENS[login]}"} if login else {},
                trust_env=False,
            )

        self.http, self.guest, self.anyone = client("bot"), client("guest"), client("")

    @property
    def api(self) -> str:
        return f"/repos/{self.repo}"

    def fail(self, **script: object) -> None:
        """Makes the next requests fail (bot/demo/github/faults.py has the words)."""
        found = self.anyone.post("/_fail", params={name: str(value) for name, value in script.items()})
        assert found.status_code == 204, found.text

    def count(self) -> dict[str, int]:
        """Requests of this test by method, route and status."""
        found: dict[str, int] = self.anyone.get("/_count").json()
        return found

    def issue(self, title: str = "an issue", **more: object) -> int:
        found = self.store.add_issue(self.repo, title, **{"by": "ada", "at": NOON, **more})  # type: ignore[arg-type]  # a test's shorthand
        return int(found["number"])

    def pull(self, title: str = "a pull request", **more: object) -> int:
        found = self.store.add_pull(self.repo, title, **{"by": "bo", "at": NOON, **more})  # type: ignore[arg-type]  # a test's shorthand
        return int(found["number"])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    store = Store(tmp_path_factory.mktemp("hub") / "github.db")
    with store.change():
        for login in ("ada", "bo", "cyd"):
            store.add_user(login)
        store.add_user("bot", TOKENS["bot"])
        store.add_user("guest", TOKENS["guest"], access="read")
    judged = judge()
    faults: set[str] = set()

    def observe(method: str, route: str, status: int, body: bytes) -> None:
        if route.startswith("/repos") or route in ("/user", "/users/{login}", "/rate_limit"):
            faults.update(
                f"{method} {route} {status}: {each}" for each in judged(method, route, status, body)
            )

    with start(store, observe=observe) as server:
        hub = Hub(store, server.url)
        yield hub
        for client in (hub.http, hub.guest, hub.anyone):
            client.close()
    store.close()
    assert not faults, "answers that GitHub's own description does not know: " + "; ".join(sorted(faults))


NUMBERS = itertools.count(1)


@pytest.fixture
def hub(running: Hub) -> Hub:
    """The file's GitHub with an empty repository, nothing counted and nothing set to fail."""
    running.repo = f"harbour/quay-{next(NUMBERS)}"
    running.store.add_repo(running.repo, at=NOON)
    running.anyone.get("/_count", params={"reset": "1"})
    return running


Answer = tuple[int, dict[str, str], bytes]  # status, headers, body


@contextmanager
def stranger(answer: Callable[[str], Answer], heard: list[dict[str, str]] | None = None) -> Iterator[str]:
    """A server that is no GitHub: what it answers to a path is up to the test. Gives its address; `heard` gets the headers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if heard is not None:
                heard.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    """A port that nobody listens on."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return int(server.server_address[1])
