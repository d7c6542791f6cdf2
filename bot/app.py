"""Where things are built: the desk with its engine, clients and clock, the scheduler, and the running service."""

import logging
import re
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from bot.jobs import commanding, drafting, judging, publishing, sync, telling, testing
from bot.jobs.desk import Desk
from bot.model.errors import TallymanError, WorldFailed, WrongRequest
from bot.model.schedule import read_cron
from bot.publication.github import NEAR, Connection
from bot.publication.pace import Pace
from bot.publication.publisher import Publisher, Speaker
from bot.publication.shadow import ISSUE, ShadowFile, ShadowIssue
from bot.records import migrate
from bot.records.answers import KeptAnswers, RequestBudget
from bot.records.engine import Engine, default_url, open_engine
from bot.settings import Project, Settings, data_dir
from bot.sources.conformance import stop_all
from bot.sources.gateway import Gateway
from bot.web.app import build

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
GRACE = 300  # seconds an errand may start late and still be worth starting
SECRETS = re.compile(
    r"(gh[pousr]_|github_pat_)\w+|(?i:bearer|token)\s+[\w.-]{16,}|(?<=://)[^\s/@]+:[^\s/@]+(?=@)"
)

log = structlog.get_logger()


def now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings, folder: Path | None = None) -> Engine:
    """The database of the settings, brought to this version's tables. Raises DatabaseFailed or WrongRequest."""
    engine = open_engine(settings.service.database or default_url(folder or data_dir()))
    migrate.upgrade(engine)
    return engine


def open_desk(settings: Settings, say: Callable[[str], None], engine: Engine | None = None) -> Desk:
    """Everything an errand works with; `engine` None opens the database of the settings."""
    token = settings.token()
    engine = engine or open_database(settings)
    budget = RequestBudget(engine, now, settings.github.max_requests_per_hour)
    gateway = Gateway(settings.github.api, token, answers=KeptAnswers(engine, now), budget=budget)
    return Desk(settings, engine, now, lambda: gateway, speakers(settings, token), say)


def speakers(settings: Settings, token: str | None) -> Callable[[], Speaker]:
    """Makes whoever says what waits: on GitHub, or on the private page. All of them keep one pace."""
    api, login = settings.github.api, settings.github.login
    # The local GitHub of this machine asks for no pause between two writes.
    pace = None if urlsplit(api).hostname in NEAR else Pace()

    def speaker() -> Speaker:
        if settings.service.send != "shadow":
            return Publisher(api, token, login=login, pace=pace)
        page = settings.service.shadow
        if not page:
            raise WrongRequest(
                'send = "shadow" needs a private page', do="name a file or an issue with service.shadow"
            )
        if ISSUE.fullmatch(page):
            return ShadowIssue(page, Connection(api, token, login=login, pace=pace))
        return ShadowFile(Path(page).expanduser())

    return speaker


def set_up_logs(json: bool) -> None:
    """Logs go to stderr, a line for each event; whatever looks like a token or a password is hidden."""
    render = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    )

    def hidden(logger: Any, name: str, event: Any) -> str:
        # The whole line, so that a traceback and nested values are covered too.
        return SECRETS.sub("[hidden]", str(render(logger, name, event)))

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if json else []),
            hidden,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def tell(text: str) -> None:
    """The progress of an errand, as a line of the log."""
    log.info(text)


def scheduler(desk: Desk) -> BackgroundScheduler:
    """The errands of every project at the times of the settings; each runs once at a time and catches up once."""
    found = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE}
    )
    times = desk.settings.schedule
    for project in desk.settings.project:
        for name, cron, errand in (
            ("sync", times.sync, sync_one),
            ("judge", times.judge, judge_and_publish),
            ("conformance", times.conformance, test_in_play),
        ):
            found.add_job(
                logged,
                trigger(cron),
                args=(name, errand, desk, project),
                id=f"{name}:{project.id}",
            )
    return found


def trigger(cron: str) -> BaseTrigger:
    """A cron line's times. APScheduler's weekdays count from Monday, so they go in by name."""
    times = read_cron(cron)
    weekdays = ",".join(WEEKDAYS[day] for day in times.weekdays)

    def at(**days: str) -> CronTrigger:
        return CronTrigger(
            minute=_listed(times.minutes),
            hour=_listed(times.hours),
            month=_listed(times.months),
            timezone="UTC",
            **days,
        )

    if times.either:
        return OrTrigger([at(day=_listed(times.days)), at(day_of_week=weekdays)])
    return at(day=_listed(times.days), day_of_week=weekdays)


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def logged(name: str, errand: Callable[[Desk, Project], object], desk: Desk, project: Project) -> None:
    """Runs one errand; what fails is logged once, in words, and tried again at its next time."""
    try:
        errand(desk, project)
    except TallymanError as failed:
        log.warning("errand failed", errand=name, project=project.id, why=str(failed))
    except Exception:  # the scheduler must outlive a fault of ours
        log.exception("errand broke", errand=name, project=project.id)
    else:
        log.info("errand done", errand=name, project=project.id)


def sync_one(desk: Desk, project: Project) -> None:
    sync.run(desk, project)
    drafting.run(desk, project)


def test_in_play(desk: Desk, project: Project) -> None:
    """Tests the releases that are being decided."""
    releases = [f"v{version}" for version in judging.in_play(desk, project)]
    wanted = re.compile(project.conformance.releases)
    testing.run(desk, project, [tag for tag in releases if wanted.search(tag)])


def judge_and_publish(desk: Desk, project: Project) -> None:
    """Judges the releases that are being decided, and says so where that is allowed.

    Commands are carried out only where their answers can be seen: not in the shadow.
    """
    if desk.settings.service.send is True and project.publication.commands:
        commanding.run(desk, project)
    if desk.settings.service.send:
        telling.run(desk, project)
    for version in judging.in_play(desk, project):
        judged = judging.judge(desk, project, version)
        if desk.settings.service.send:
            judging.queue(desk, judged)
        else:
            judging.keep(desk, judged)
    if desk.settings.service.send:
        publishing.run(desk, project.id)


def serve(desk: Desk, host: str, port: int, announce: Callable[[str], None]) -> None:
    """The service: the schedule and the dashboard, until Ctrl-C or SIGTERM. Raises WorldFailed for a port that is taken."""
    listener = listen(host, port)
    config = uvicorn.Config(
        build(desk.engine, desk.settings.project, desk.say), log_level="warning", timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)
    errands = scheduler(desk)
    errands.start()
    threading.Thread(
        target=_announce_when_up, args=(server, address(host, listener), announce), daemon=True
    ).start()
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # uvicorn ends in good order and then hands the signal on; it is how a service ends
    finally:
        errands.shutdown(wait=False)
        stop_all()
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """Raises WorldFailed for an address that is taken or not of this machine."""
    # The protocol is named because asyncio sets TCP_NODELAY on named TCP only; without it an answer takes 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as failed:
        listener.close()
        raise WorldFailed(
            f"{host}:{port} cannot be listened on ({failed.strerror})", do="choose another port with --port"
        ) from None
    return listener


def address(host: str, listener: socket.socket) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


def _announce_when_up(server: uvicorn.Server, url: str, announce: Callable[[str], None]) -> None:
    waiting = threading.Event()
    while not server.started and not server.should_exit:
        waiting.wait(0.02)
    announce(url)
