"""A small web server on a free port whose pages a test writes down: status, headers, body, and how it behaves."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


@dataclass(slots=True)
class Answer:
    """`length` False: the body ends with the connection. `cut`: the body stops short. `trickle`: seconds between bytes."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: bool = True
    cut: int = 0
    trickle: float = 0.0
    silence: float = 0.0


class Pages:
    """What the server answers, by path, and the requests it saw."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.over = Event()
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pages.asked.append((self.path, dict(self.headers.items())))
                answer = pages.answers.get(self.path, Answer(status=404))
                tag = answer.headers.get("ETag")
                if tag is not None and self.headers.get("If-None-Match") == tag:
                    answer = Answer(status=304)
                pages.over.wait(answer.silence)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.length:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self._send(answer)

            def _send(self, answer: Answer) -> None:
                body = answer.body[: len(answer.body) - answer.cut]
                try:
                    if not answer.trickle:
                        self.wfile.write(body)
                    for at in range(len(body) if answer.trickle else 0):
                        self.wfile.write(body[at : at + 1])
                        self.wfile.flush()
                        if pages.over.wait(answer.trickle):
                            return
                except OSError:
                    pass  # the reader had enough

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def serving() -> Iterator[Pages]:
    pages = Pages()
    thread = Thread(target=pages.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield pages
    finally:
        pages.over.set()
        pages.server.shutdown()
        thread.join()
        pages.server.server_close()


def within(seconds: float, started: float) -> bool:
    return time.monotonic() - started < seconds
