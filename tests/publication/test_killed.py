"""Kill -9 between any two steps of publishing, with GitHub failing at random: in the end there is one comment in each place,
with the newest text, every event once, and nothing waits."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from sqlalchemy import text

from bot.publication.marks import seen as shown
from bot.records.engine import open_engine
from tests.databases import template
from tests.hubs import Hub
from tests.publication.mortal import NEVER
from tests.soaking import seeds
from tests.world import environment

__all__ = ["template"]

KINDS: tuple[dict[str, object], ...] = (
    {"kind": "cut"}, {"kind": "lost"}, {"kind": "broken"}, {"kind": "html", "status": 200}, {"status": 500}, {"status": 502},
    {"status": 429}, {"status": 403, "kind": "secondary"}, {"status": 403, "kind": "primary"}, {"kind": "slow", "seconds": 0.01},
)  # fmt: skip
KILLED = -9
Order = Callable[..., int]


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.publication.mortal"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment(tmp_path_factory.mktemp("home")),
    )  # fmt: skip
    yield process
    stdin(process).close()
    process.wait(30)
    stdout(process).close()


def stdin(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdin is not None
    return process.stdin


def stdout(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


@pytest.fixture
def world(hub: Hub, tmp_path: Path, template: Path) -> dict[str, Any]:
    """What an order says of where it works: a database, and an issue and a pull request of its own."""
    path = tmp_path / "books.db"
    shutil.copy(template, path)
    issue, pull = hub.issue(), hub.pull()
    return {
        "database": f"sqlite:///{path}", "github": hub.url, "token": hub.token, "repo": hub.repo, "issue": issue, "pull": pull,
        "commit": hub.store.get("issue", hub.repo, pull)["pull"]["head"],
    }  # fmt: skip


def give(process: subprocess.Popen[str], world: dict[str, Any], **order: Any) -> int:
    """How the child ended: 0, 3 when the world failed, -9 when it was killed."""
    rest = {"text": "", "event": "", "step": NEVER, "after": 0.0, **order}
    print(json.dumps({**world, **rest}), file=stdin(process), flush=True)
    return int(stdout(process).readline())


def rows(world: dict[str, Any], query: str) -> list[Any]:
    engine = open_engine(world["database"])
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(query)))
    finally:
        engine.dispose()


def standing(hub: Hub, number: int) -> list[str]:
    return [shown(doc["body"]) for doc in hub.store.all("comment", hub.repo) if doc["issue"] == number]


def check_the_end(hub: Hub, world: dict[str, Any], minute: int, process: subprocess.Popen[str]) -> None:
    """Without faults, what waits is said; then everything is as if nothing had ever gone wrong."""
    hub.anyone.get("/_count", params={"reset": "1"})
    for _ in range(3):  # what was sent by a run that a newer text overtook is looked after once more
        assert give(process, world, minute=minute) == 0
    assert rows(world, "SELECT kind, state FROM outbox WHERE state != 'sent'") == []
    reports = dict(rows(world, "SELECT number, body FROM outbox WHERE kind = 'readiness'"))
    events = [row[0] for row in rows(world, "SELECT body FROM outbox WHERE kind = 'event'")]
    for number in (world["issue"], world["pull"]):
        expected = [reports[number]] if number in reports else []
        said = standing(hub, number)
        assert [each for each in said if not each.startswith("event ")] == expected
        if number == world["issue"]:
            assert sorted(each for each in said if each.startswith("event ")) == sorted(events)
    statuses = hub.store.all("status", hub.repo)
    assert bool(statuses) == bool(reports)
    if reports:
        newest = reports[world["issue"]]
        assert statuses[-1]["description"] == newest
        hub.anyone.get("/_count", params={"reset": "1"})
        assert give(process, world, minute=minute + 1, text=newest) == 0
        assert [line for line in hub.count() if not line.startswith("GET")] == [], (
            "nothing changed: nothing is written"
        )


@pytest.mark.parametrize("seed", range(seeds(12, 1000)))
def test_killed_at_any_step_with_github_failing(
    hub: Hub, world: dict[str, Any], mortal: subprocess.Popen[str], seed: int
) -> None:
    chance = random.Random(seed)
    ended = []
    for minute in range(chance.randrange(2, 7)):
        for _ in range(chance.randrange(4)):
            hub.fail(
                method=chance.choice(("", "GET", "POST", "PATCH", "DELETE")), path=hub.api, skip=chance.randrange(6),
                n=chance.randrange(1, 3), **chance.choice(KINDS),
            )  # fmt: skip
        order = {
            "minute": minute, "text": chance.choice(("", "text 0", "text 1", f"text of {minute}")),
            "event": chance.choice(("", "", f"event-{chance.randrange(3)}")), "step": chance.randrange(1, 90),
            "after": chance.choice((0.0, 0.0, chance.random() / 100)),
        }  # fmt: skip
        ended.append(give(mortal, world, **order))
        if chance.randrange(3) == 0:
            hub.anyone.get("/_count", params={"reset": "1"})
    assert set(ended) <= {0, 3, KILLED}
    check_the_end(hub, world, 10, mortal)


def test_killed_at_every_single_step_of_one_publication(
    hub: Hub, world: dict[str, Any], mortal: subprocess.Popen[str]
) -> None:
    """One after the other, on the same places: each step is the last one once, until a run comes through."""
    step = 0
    ended = KILLED
    while ended == KILLED:
        step += 1
        ended = give(mortal, world, minute=step, text=f"text of {step}", event="opened", step=step)
    assert ended == 0
    assert step > 30, "there are more steps than that"
    check_the_end(hub, world, step, mortal)
    assert standing(hub, world["pull"]) == [f"text of {step}"]


def test_of_two_that_publish_at_once_and_are_killed_one_comment_is_left(
    hub: Hub, world: dict[str, Any], mortal: subprocess.Popen[str], tmp_path: Path
) -> None:
    """Two databases know nothing of each other: only GitHub's own list keeps the comment single."""
    other = {**world, "database": f"sqlite:///{tmp_path / 'others.db'}"}
    shutil.copy(world["database"].removeprefix("sqlite:///"), tmp_path / "others.db")
    for step in range(14, 60, 5):
        give(mortal, world, minute=step, text=f"a {step}", step=step)
        give(mortal, other, minute=step + 1, text=f"b {step}", step=step + 2)
    assert give(mortal, other, minute=90, text="the last word") == 0
    assert give(mortal, world, minute=80, text="an older word") == 0
    for number in (world["issue"], world["pull"]):
        assert standing(hub, number) == ["the last word"]
