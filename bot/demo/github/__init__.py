"""A local GitHub: a real HTTP server with GitHub's REST API, for the demo and for the tests."""

import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from bot.demo.github.faults import Faults
from bot.demo.github.server import Observer, build
from bot.demo.github.store import Store
from bot.model.errors import WorldFailed

__all__ = ["Server", "Store", "serve", "start"]

FILE = "github.db"


class Server:
    """A running server; `url` is its address. Also a context manager that stops it."""

    def __init__(self, url: str, server: uvicorn.Server, thread: threading.Thread) -> None:
        self.url, self._server, self._thread = url, server, thread

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises WorldFailed when the port is taken."""
    # The protocol is named because asyncio sets TCP_NODELAY on named TCP only; without it an answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as failed:
        listener.close()
        raise WorldFailed(
            f"{host}:{port} cannot be listened on ({failed.strerror})", do="choose another port"
        ) from None
    listener.listen(128)
    return listener


def start(
    store: Store, port: int = 0, host: str = "127.0.0.1", observe: Observer = lambda *_: None
) -> Server:
    """Starts the server in a thread of its own and returns when it answers. Raises WorldFailed when it cannot."""
    listener = listen(host, port)
    url = f"http://{host}:{listener.getsockname()[1]}"
    faults = Faults()
    config = uvicorn.Config(
        build(store, url, faults, observe), log_level="warning", lifespan="off", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    faults.cut = lambda client: _cut(server, client)
    thread = threading.Thread(target=server.run, args=([listener],), name="local-github", daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            listener.close()
            raise WorldFailed(f"the local GitHub did not start on {url}", do="see what it said above")
        time.sleep(0.01)
    return Server(url, server, thread)


def _cut(server: uvicorn.Server, client: object) -> None:
    """Closes a client's connection at once, as a network does."""
    for connection in list(server.server_state.connections):
        if getattr(connection, "client", None) == client:
            connection.transport.abort()


def serve(state: Path, host: str, port: int) -> None:
    """Serves the GitHub kept in a state folder until Ctrl-C."""
    state.mkdir(parents=True, exist_ok=True)
    store = Store(state / FILE)
    with start(store, port, host) as server:
        try:
            print(f"github: {server.url}", flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            return
        finally:
            store.close()
