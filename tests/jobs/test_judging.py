"""Judging: the verdict and what is to be said of it are kept together or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.jobs import judging, sync
from bot.jobs.desk import Desk
from bot.model.errors import WrongRequest
from bot.records.engine import read_session
from bot.records.judgements import load_readiness
from bot.records.outbox import load_outbox
from tests.world import World, environment

# Queues the report of v1.3.0 in a process that the kernel kills when the second comment is being queued.
KILLED = """\
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from bot import app, settings
from bot.jobs import judging
from bot.jobs.desk import Desk
from bot.records.engine import open_engine

config, url = sys.argv[1:]
found, engine = settings.load(Path(config), {}), open_engine(url)
seen = []

@event.listens_for(engine, "before_cursor_execute")
def watch(connection, cursor, statement, *rest):
    if "INSERT INTO outbox" in statement:
        seen.append(statement)
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

desk = Desk(found, engine, app.now, lambda: None, lambda: None, print)
judging.queue(desk, judging.judge(desk, found.project[0], "v1.3.0"))
"""


@pytest.fixture
def synced(desk: Desk) -> Desk:
    sync.run(desk, desk.settings.project[0])
    return desk


def kept(desk: Desk) -> dict[str, int]:
    """How many rows each table of judging has."""
    tables = ("judgements", "verdicts", "outbox")
    with read_session(desk.engine) as session:
        return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in tables}


def test_judging_alone_keeps_nothing(synced: Desk) -> None:
    judged = judging.judge(synced, synced.settings.project[0], "v1.3.0")
    assert [verdict.rule.id for verdict in judged.readiness.blocking] == ["VOTE", "R7"]
    assert kept(synced) == {"judgements": 0, "verdicts": 0, "outbox": 0}


def test_a_judgement_is_kept_with_a_comment_for_the_issue_and_one_for_the_pull_request(synced: Desk) -> None:
    judged = judging.judge(synced, synced.settings.project[0], "v1.3.0")
    judging.queue(synced, judged)
    with read_session(synced.engine) as session:
        waiting = load_outbox(session)
        found = load_readiness(session, "runtime-spec", "v1.3.0")
    assert [(each.repo, each.number) for each in waiting] == [
        ("quayside/runtime-spec", 42),
        ("quayside/runtime-spec", 43),
    ]
    assert {each.body for each in waiting} == {judged.report("markdown")}
    assert found is not None
    assert found.verdicts == judged.readiness.verdicts


def test_a_newer_judgement_takes_the_place_of_what_still_waits(synced: Desk) -> None:
    project = synced.settings.project[0]
    judging.queue(synced, judging.judge(synced, project, "v1.3.0"))
    judging.queue(synced, judging.judge(synced, project, "v1.3.0"))
    with read_session(synced.engine) as session:
        assert len(load_outbox(session)) == 2
    assert kept(synced) | {"verdicts": 0} == {"judgements": 2, "verdicts": 0, "outbox": 2}


def test_a_process_killed_between_the_verdict_and_its_last_comment_leaves_nothing(
    synced: Desk, world: World, tmp_path: Path
) -> None:
    url = synced.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, world.folder / "tallyman.toml", url],
        env=environment(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -9, killed.stderr
    assert kept(synced) == {"judgements": 0, "verdicts": 0, "outbox": 0}
    judging.queue(synced, judging.judge(synced, synced.settings.project[0], "v1.3.0"))
    assert kept(synced)["outbox"] == 2


def test_a_release_that_is_decided_nowhere_is_not_queued(synced: Desk) -> None:
    judged = judging.judge(synced, synced.settings.project[0], "v9.0.0")
    with pytest.raises(WrongRequest, match="open the release's issue or pull request"):
        judging.queue(synced, judged)
    assert kept(synced) == {"judgements": 0, "verdicts": 0, "outbox": 0}


def test_the_releases_in_play_are_those_with_an_open_issue_or_pull_request(synced: Desk) -> None:
    assert judging.in_play(synced, synced.settings.project[0]) == ("1.3.0",)
