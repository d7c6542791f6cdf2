"""Publishing in processes that are killed: each order is carried out by a child that dies at a given step.

    python -m tests.publication.mortal      one order a line, as JSON, on stdin; how the child ended on stdout

A step is whatever goes to the database or over the network: a statement, a commit, a connection, a request. The child
is killed by the kernel right before its step, or a moment after it began. Nothing of the code under test is replaced.
"""

import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event

from bot.jobs import publishing
from bot.jobs.desk import Desk
from bot.model.errors import TallymanError
from bot.model.outgoing import Draft, Kind
from bot.publication.publisher import Publisher
from bot.records.engine import open_engine, write_session
from bot.records.outbox import queue
from bot.settings import Settings

EPOCH = datetime(2026, 6, 1, tzinfo=UTC)
NEVER = 1_000_000


def drafts(repo: str, issue: int, pull: int, commit: str, text: str, event_key: str) -> list[Draft]:
    """What a judgement says: its report in two places, a check, and perhaps an event."""
    check = {
        "how": "status",
        "commit": commit,
        "standing": "unknown",
        "title": text,
        "url": "https://example.org/",
    }
    found = [
        Draft(Kind.READINESS, repo, issue, text),
        Draft(Kind.READINESS, repo, pull, text),
        Draft(Kind.CHECK, repo, pull, json.dumps(check)),
    ]
    if event_key:
        found.append(Draft(Kind.EVENT, repo, issue, f"event {event_key}", event_key, once=True))
    return found


def carry_out(order: dict[str, Any]) -> None:
    """Queues a text as of its minute, when there is one, and publishes what waits."""
    engine = open_engine(order["database"])
    die_at(engine, order["step"], order["after"])
    now = EPOCH + timedelta(minutes=order["minute"])
    if order["text"]:
        with write_session(engine) as session:
            queue(
                session,
                drafts(order["repo"], order["issue"], order["pull"], order["commit"], order["text"], order["event"]),
                project="quay", release="v1.0.0", as_of=now,
            )  # fmt: skip
    desk = Desk(
        Settings(), engine, lambda: now, lambda: None,  # type: ignore[arg-type,return-value]  # nothing is read
        lambda: Publisher(order["github"], order["token"], patience=0, wait=lambda _: None), lambda _: None,
    )  # fmt: skip
    publishing.run(desk)


def die_at(engine: Any, step: int, after: float) -> None:
    """Arranges that the process is killed at its `step`th step: before it, or `after` seconds from then."""
    steps = 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def at_step(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps != step:
            return
        if after:
            threading.Timer(after, die).start()
        else:
            die()

    for name in ("before_cursor_execute", "commit", "begin"):
        event.listen(engine, name, at_step)
    sys.addaudithook(lambda name, _: at_step() if name in ("socket.connect", "http.client.send") else None)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                carry_out(json.loads(line))
                code = 0
            except TallymanError:
                code = 3
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
