"""The whole circle on the sample community: recorded, synced, tested, judged, and posted on the local GitHub."""

import errno
import fcntl
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import settings
from bot.demo import community, github
from bot.jobs import drafting, judging, publishing, recording, sync, testing
from bot.jobs.desk import Desk
from bot.meetings import logformats
from bot.meetings.references import Home
from bot.model.conformance import CaseOutcome
from bot.model.errors import WorldFailed, WrongRequest
from bot.model.meeting import Meeting
from bot.model.outgoing import Kind, Posted
from bot.records.meetings import Saved
from bot.reports.minutes import to_json as minutes_json
from bot.reports.readiness import to_json
from bot.sources.conformance import Answer

TESTED = ("v1.0.2", "v1.3.0")  # one release before the hooks changed, and the one that is being decided
PORTS = "ports.json"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
NO_ANSWER = (CaseOutcome.SKIPPED, CaseOutcome.FAILED, CaseOutcome.ERROR)


@dataclass(frozen=True, slots=True)
class Circle:
    """What happened. `facts` is the document of `tallyman demo --json`; `without_containers` says why none came to be, or "".

    `port` is the dashboard's: the asked one, else the one of last time while it is free, else a free one.
    """

    desk: Desk
    report: str
    facts: dict[str, Any]
    without_containers: str
    port: int


@contextmanager
def run(
    state: Path,
    open_desk: Callable[[settings.Settings, Callable[[str], None]], Desk],
    clock: Callable[[], datetime],
    say: Callable[[str], None],
    port: int = 0,
) -> Iterator[Circle]:
    """Runs the circle and keeps the local GitHub up until the block ends.

    Raises WrongRequest when another demo uses the folder or it cannot be written, WorldFailed when `port` is taken.
    """
    with ExitStack() as kept:
        with usable(state):
            state.mkdir(parents=True, exist_ok=True)
            kept.enter_context(_alone(state))
            people = community.open_community(state, clock())
            dashboard = take_port(state, "dashboard", port)
            store = kept.enter_context(closing(github.Store(state / github.FILE)))
            community.load(store, people)
            server = kept.enter_context(github.start(store, take_port(state, "github", 0)))
            config, logs = people.settings(server.url), people.logs(server.url)
        print(f"github: {server.url}", flush=True)
        desk = open_desk(settings.load(config, {}), say)
        yield _circle(desk, logs, server.url, dashboard)


@contextmanager
def usable(state: Path) -> Iterator[None]:
    """Turns what can be wrong with a state folder into sentences: it is not ours to write, full, or holds something else."""
    try:
        yield
    except OSError as failed:
        raise (WorldFailed if failed.errno in FULL else WrongRequest)(
            f"the demo's folder {state} cannot be used ({failed.strerror})", do="choose another with --state"
        ) from None
    except (sqlite3.Error, ValueError) as failed:
        raise WorldFailed(
            f"the demo's folder {state} cannot be used ({failed})",
            do="free some space, or choose another with --state",
        ) from None


def _circle(desk: Desk, logs: Sequence[Path], url: str, port: int) -> Circle:
    project = desk.settings.named(community.PROJECT)
    facts: dict[str, Any] = {"meeting": _record(desk, logs, url), "sync": {}, "conformance": {}}
    for each in desk.settings.project:
        for snapshot, counts in sync.run(desk, each):
            facts["sync"][each.id] = {
                "repo": snapshot.repo,
                "milestones": len(snapshot.milestones),
                "issues": sum(not i.is_pull for i in snapshot.issues),
                "pulls": sum(i.is_pull for i in snapshot.issues),
                "changed": counts.changed,
                "unchanged": counts.unchanged,
            }
    drafting.run(desk, project)
    runtimes = ", ".join(project.conformance.runtimes)
    desk.say(f"conformance: running {' and '.join(TESTED)} on {runtimes}; this makes real containers")
    answers = testing.run(desk, project, TESTED)
    for answer in answers:
        for tested in answer.document["runs"]:
            facts["conformance"][tested["release"]] = {
                "runtime": answer.document["runtime"]["command"],
                **tested["summary"],
            }
    judged = judging.judge(desk, project, community.RELEASE)
    judging.queue(desk, judged)
    posted = publishing.run(desk, project.id)
    facts |= {
        "verdict": to_json(judged.told()),
        "posted": [_post(each) for each in posted if each.kind == Kind.READINESS],
    }
    return Circle(desk, judged.report("markdown"), facts, _without_containers(answers), port)


def _without_containers(answers: Sequence[Answer]) -> str:
    """The reason that most cases give, when no case at all made a container."""
    if any(answer.containers for answer in answers):
        return ""
    results = (result for answer in answers for run in answer.runs for result in run.results)
    reasons = Counter(result.reason for result in results if result.outcome in NO_ANSWER)
    return reasons.most_common(1)[0][0] if reasons else "nothing was run"


def _record(desk: Desk, logs: Sequence[Path], url: str) -> dict[str, Any]:
    repos = tuple(repo for project in desk.settings.project for repo in project.repos)
    home = Home(community.RUNTIME, repos, url)
    kept: list[tuple[Saved, Meeting]] = []
    for log in logs:
        lines = logformats.read(
            logformats.decode(log.read_bytes()), name=log.name, form=None, on=None, zone=UTC
        )
        kept += recording.run(desk, lines, recording.Reading(home, log.name, "#quayside"))
    by_project = {
        project.id: sum(item.repo in project.repos for _, meeting in kept for item in meeting.items)
        for project in desk.settings.project
    }
    desk.say(
        f"meeting: {len(kept)} recorded, {', '.join(f'{n} items for {id_}' for id_, n in by_project.items())}"
    )
    return {
        "recorded": len(kept),
        "new": sum(saved.is_new for saved, _ in kept),
        "items": by_project,
        "last": minutes_json(kept[-1][1], count_lines=False),
    }


def _post(posted: Posted) -> dict[str, Any]:
    return {"url": posted.url, "comment_id": posted.comment_id, "action": posted.action.value}


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WrongRequest(
                f"another demo is running on {state}", do="end it, or choose another folder with --state"
            ) from None
        yield


def take_port(state: Path, name: str, wanted: int) -> int:
    """The port to use and to remember for the next start, so that links from the last one still lead somewhere."""
    path = state / PORTS
    kept = _ports(path)
    for port in (wanted,) if wanted else (kept.get(name, 0), 0):
        try:
            listener = github.listen("127.0.0.1", port)
        except WorldFailed:
            if port == wanted:
                raise
            continue
        kept[name] = listener.getsockname()[1]
        listener.close()
        path.write_text(json.dumps(kept))
        return kept[name]
    raise WorldFailed("no port is free on 127.0.0.1")


def _ports(path: Path) -> dict[str, int]:
    """The ports of last time; what is unreadable or no port is forgotten."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: port for name, port in found.items() if isinstance(port, int) and 0 < port < 65536}
    except (FileNotFoundError, ValueError, AttributeError):
        return {}
