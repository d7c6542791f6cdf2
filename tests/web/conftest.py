"""A dashboard, served by uvicorn, over books that the errands wrote, about a community that writes hostile things."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from bot.app import listen, now
from bot.jobs import judging, recording, sync
from bot.meetings import logformats
from bot.meetings.references import Home
from bot.model.conformance import CaseOutcome, CaseResult, Level, ReleaseRun
from bot.records import migrate
from bot.records.conformance import save_run
from bot.records.engine import Engine, default_url, open_engine, write_session
from bot.web.app import build
from tests.world import World, harbour

REPO = "quayside/runtime-spec"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> & \"'"
LOG = f"""\
16:00:03 <ada> #startmeeting quayside weekly {EVIL}
16:00:10 <ada> #action bo to close #36 {EVIL}
16:01:00 <evil<b>nick> #info {EVIL}
16:02:00 <ada> #endmeeting
"""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`told` is what the operator was told."""

    visitor: httpx.Client
    engine: Engine
    told: list[str]


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with harbour(tmp_path_factory.mktemp("web") / "world") as found:
        store = found.store
        evil = store.add_milestone(REPO, f"v1.5.0 {EVIL}", by="ada", at=now())["number"]
        store.add_issue(REPO, f"Evil {EVIL}", by="eli", at=now(), milestone=evil, assignees=("bo",))
        store.edit_issue(REPO, 36, {"title": f"Memory {EVIL}"}, by="eli")
        yield found


@pytest.fixture(scope="package")
def engine(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    found = open_engine(default_url(tmp_path_factory.mktemp("books")))
    migrate.upgrade(found)
    desk = world.desk(found)
    project = desk.settings.project[0]
    sync.run(desk, project)
    lines = logformats.read(LOG, name="quayside.log", form=None, on=date(2026, 6, 3), zone=UTC)
    recording.run(desk, lines, home=Home(REPO, (REPO,), world.url), source="quayside.log")
    result = CaseResult(f"process/{EVIL}", (), Level.MUST, CaseOutcome.FAILED, EVIL, 0.1)
    with write_session(found) as session:
        save_run(session, ReleaseRun("v1.3.0", f"runc {EVIL}", EVIL, EVIL, now(), (result,)))
    judging.keep(desk, judging.judge(desk, project, "v1.3.0"))
    yield found
    found.dispose()


@contextmanager
def served(application: FastAPI) -> Iterator[httpx.Client]:
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False) as visitor:
        yield visitor
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="package")
def dashboard(world: World, engine: Engine) -> Iterator[Dashboard]:
    told: list[str] = []
    projects = world.desk(engine).settings.project
    with served(build(engine, projects, told.append)) as visitor:
        yield Dashboard(visitor, engine, told)


@pytest.fixture(scope="package")
def with_its_folder_gone(
    world: World, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboard]:
    gone = open_engine(f"sqlite:///{tmp_path_factory.mktemp('away')}/gone/tallyman.db")
    told: list[str] = []
    projects = world.desk(engine).settings.project
    with served(build(gone, projects, told.append)) as visitor:
        yield Dashboard(visitor, gone, told)
    gone.dispose()


@pytest.fixture
def away(with_its_folder_gone: Dashboard) -> Dashboard:
    """The same dashboard when the folder of its database is gone; the operator was told nothing yet."""
    with_its_folder_gone.told.clear()
    return with_its_folder_gone
