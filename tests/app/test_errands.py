"""Errands by schedule: the round from sync to comment happens by itself, and what fails is logged once and tried again."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.app import now, scheduler, set_up_logs
from bot.jobs import judging
from bot.jobs.desk import Desk
from bot.model.conformance import CaseOutcome
from bot.records.conformance import load_runs
from bot.records.engine import Engine, default_url, open_engine, read_session
from bot.records.judgements import load_readiness
from bot.records.outbox import load_outbox
from bot.records.tracker import load_tracker
from tests.world import World, environment, without_containers

# The service's scheduler without its clock: each named errand runs at once, as a user without namespaces, so that the
# cases are asked for and need no time.
ROUND = """\
import queue, sys
from pathlib import Path
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from bot import app, settings

config, *names = sys.argv[1:]
app.set_up_logs(json=True)
errands = app.scheduler(app.open_desk(settings.load(Path(config), {}), app.tell))
done = queue.Queue()
errands.add_listener(lambda event: done.put(event.job_id), EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
errands.start()
for name in names:
    errands.modify_job(f"{name}:runtime-spec", next_run_time=app.now())
    done.get(timeout=60)
errands.shutdown()
"""
PROJECT, REPO = "runtime-spec", "quayside/runtime-spec"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the service logs, as lines of JSON."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    set_up_logs(json=True)
    yield written
    structlog.reset_defaults()


def events(log: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def until(is_so: Callable[[], object], seconds: float = 60) -> None:
    """Waits for something that another thread does."""
    patience = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < patience, "it did not happen"
        time.sleep(0.05)


@contextmanager
def running(desk: Desk) -> Iterator[BackgroundScheduler]:
    found = scheduler(desk)
    found.start()
    yield found
    found.shutdown()


def run_now(errands: BackgroundScheduler, name: str, log: io.StringIO) -> dict[str, str]:
    """Lets the scheduler run one errand at once, and gives what it logged of it."""
    before = len(events(log))
    errands.modify_job(f"{name}:{PROJECT}", next_run_time=now())
    until(lambda: any(each.get("errand") == name for each in events(log)[before:]))
    return next(each for each in events(log)[before:] if each.get("errand") == name)


def serve_round(world: World, tmp_path: Path, *errands: str) -> list[dict[str, str]]:
    """Runs errands one after the other in a scheduler of its own process, and gives its log."""
    config = world.settings(send=True)
    done = subprocess.run(
        [*without_containers(), sys.executable, "-c", ROUND, config, *errands],
        env=environment(tmp_path), capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_the_schedule_does_the_whole_round_and_a_comment_appears_and_follows_what_changes(
    world: World, tmp_path: Path
) -> None:
    log = serve_round(world, tmp_path, "sync", "conformance", "judge")
    assert [each["errand"] for each in log if each["event"] == "errand done"] == [
        "sync", "conformance", "judge",
    ]  # fmt: skip
    first = [world.comments(number) for number in (42, 43)]
    assert [len(each) for each in first] == [1, 1]
    assert "Issues and milestones" in first[0][0]
    assert "4 of 6 are open" in first[0][0]

    world.store.edit_issue(REPO, 36, {"state": "closed"}, by="bo")
    log = serve_round(world, tmp_path, "sync", "judge")
    assert sum("edited" in each["event"] for each in log) == 2
    then = [world.comments(number) for number in (42, 43)]
    assert [len(each) for each in then] == [1, 1]
    assert "3 of 6 are open" in then[0][0]

    engine = open_engine(default_url(tmp_path / "data"))
    with read_session(engine) as session:
        (run,) = load_runs(session)
    engine.dispose()
    assert run.release == "v1.3.0"
    assert run.count(CaseOutcome.SKIPPED) > 90


def test_without_send_the_verdict_is_kept_and_nothing_is_said_not_even_what_waited(
    world: World, engine: Engine, log: io.StringIO
) -> None:
    desk = world.desk(engine)
    with running(desk) as errands:
        run_now(errands, "sync", log)
        run_now(errands, "judge", log)
        with read_session(engine) as session:
            assert load_readiness(session, PROJECT, "v1.3.0") is not None
            assert load_outbox(session) == ()
        judging.queue(
            desk, judging.judge(desk, desk.settings.project[0], "v1.3.0")
        )  # as `publish --send` does
        assert run_now(errands, "judge", log)["event"] == "errand done"
    assert world.comments(42) == world.comments(43) == []


def test_an_errand_that_fails_is_logged_once_in_words_and_done_again_at_its_next_time(
    world: World, engine: Engine, log: io.StringIO
) -> None:
    httpx.post(f"{world.url}/_fail", params={"status": 403, "path": f"/repos/{REPO}/milestones"})
    with running(world.desk(engine)) as errands:
        failed = run_now(errands, "sync", log)
        assert (failed["event"], failed["level"], failed["project"]) == ("errand failed", "warning", PROJECT)
        assert "check the token's rights" in failed["why"]
        assert len(events(log)) == 1
        assert run_now(errands, "sync", log)["event"] == "errand done"
    with read_session(engine) as session:
        assert load_tracker(session, REPO) is not None


def test_a_fault_of_ours_is_logged_with_its_traceback_and_the_scheduler_lives_on(
    world: World, engine: Engine, log: io.StringIO
) -> None:
    broken = [True]

    def clock():  # type: ignore[no-untyped-def]  # a clock that is no clock
        return "half past" if any(broken) else now()

    desk = world.desk(engine)
    odd = Desk(desk.settings, engine, clock, desk.gateway, desk.publisher, desk.say)
    with running(odd) as errands:
        said = run_now(errands, "sync", log)
        assert (said["event"], said["level"]) == ("errand broke", "error")
        assert "Traceback" in said["exception"]
        broken.clear()
        assert run_now(errands, "sync", log)["event"] == "errand done"


SECRET = "0123456789abcdefABCD"  # of no account anywhere


@pytest.mark.parametrize("as_json", [True, False], ids=["as JSON", "for a terminal"])
@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(f"{'ghp'}_{SECRET}", id="a classic token"),
        pytest.param(f"{'github_pat'}_{SECRET}", id="a fine-grained token"),
        pytest.param(f"token {SECRET}", id="the header of old"),
        pytest.param(f"Bearer {SECRET}", id="the header of today"),
        pytest.param(f"postgresql://tallyman:{SECRET}@db.example.org/books", id="a database's password"),
    ],
)
def test_tokens_and_passwords_are_hidden_wherever_they_stand(
    secret: str, as_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    set_up_logs(json=as_json)
    log = structlog.get_logger()
    try:
        log.info(f"asked with {secret}", header={"Authorization": secret})
        try:
            raise ValueError(f"{secret} was refused")
        except ValueError:
            log.exception("it broke")
    finally:
        structlog.reset_defaults()
    text = written.getvalue()
    assert "it broke" in text
    assert "Traceback" in text
    assert text.count("[hidden]") >= 3
    assert SECRET not in text
