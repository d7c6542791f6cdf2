"""The whole circle on the sample community: recorded, synced, tested, judged, and posted on the local GitHub."""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import settings
from bot.demo import community, github
from bot.jobs import judging, publishing, recording, sync, testing
from bot.jobs.desk import Desk
from bot.meetings import logformats
from bot.meetings.references import Home
from bot.model.errors import WorldFailed, WrongRequest
from bot.model.meeting import Meeting
from bot.model.outgoing import Posted
from bot.records.meetings import Saved
from bot.reports.minutes import to_json as minutes_json
from bot.reports.readiness import to_json

TESTED = ("v1.0.2", "v1.3.0")  # one release before the hooks changed, and the one that is being decided
PORTS = "ports.json"


class NoContainer(Exception):
    """No case made a container: the demo showed less than it promises, and says why."""


@dataclass(frozen=True, slots=True)
class Circle:
    """What happened. `facts` is the document of `tallyman demo --json`."""

    desk: Desk
    report: str
    facts: dict[str, Any]
    state: Path

    def port(self, name: str, wanted: int) -> int:
        """The port to listen on: the asked one, else the one of last time while it is free, else a free one."""
        return take_port(self.state, name, wanted)


@contextmanager
def run(
    state: Path,
    open_desk: Callable[[settings.Settings, Callable[[str], None]], Desk],
    clock: Callable[[], datetime],
    say: Callable[[str], None],
) -> Iterator[Circle]:
    """Runs the circle and keeps the local GitHub up until the block ends.

    Raises NoContainer when no case could make one, WrongRequest when another demo uses the folder.
    """
    people = _open(state, clock)
    with _alone(state):
        store = github.Store(state / github.FILE)
        try:
            community.load(store, people)
            with github.start(store, take_port(state, "github", 0)) as server:
                print(f"github: {server.url}", flush=True)
                yield _circle(people, server.url, open_desk, say)
        finally:
            store.close()


def _open(state: Path, clock: Callable[[], datetime]) -> community.Community:
    try:
        return community.open_community(state, clock())
    except OSError as failed:
        raise WrongRequest(
            f"the demo's folder {state} cannot be used ({failed.strerror})", do="choose another with --state"
        ) from None


def _circle(
    people: community.Community,
    url: str,
    open_desk: Callable[[settings.Settings, Callable[[str], None]], Desk],
    say: Callable[[str], None],
) -> Circle:
    desk = open_desk(settings.load(people.settings(url), {}), say)
    project = desk.settings.named(community.PROJECT)
    facts: dict[str, Any] = {"meeting": _record(desk, people, url), "sync": {}, "conformance": {}}
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
    say(
        f"conformance: running {' and '.join(TESTED)} on {', '.join(project.conformance.runtimes)}; this makes real containers"
    )
    containers = 0
    for answer in testing.run(desk, project, TESTED):
        containers += answer.containers
        for each in answer.document["runs"]:
            facts["conformance"][each["release"]] = {
                "runtime": answer.document["runtime"]["command"],
                **each["summary"],
            }
    judged = judging.judge(desk, project, community.RELEASE)
    judging.queue(desk, judged)
    posted = publishing.run(desk, project.id)
    facts |= {"verdict": to_json(judged.readiness), "posted": [_post(each) for each in posted]}
    if not containers:
        print(judged.report("markdown"))
        for post in facts["posted"]:
            print(f"{post['action']}: {post['url']}")
        raise NoContainer(
            f"no case made a container: {_why(judged)}; the circle is complete, conformance is UNKNOWN"
        )
    return Circle(desk, judged.report("markdown"), facts, people.state)


def _record(desk: Desk, people: community.Community, url: str) -> dict[str, Any]:
    repos = tuple(repo for project in desk.settings.project for repo in project.repos)
    home = Home(community.RUNTIME, repos, url)
    kept: list[tuple[Saved, Meeting]] = []
    for log in people.logs(url):
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


def _why(judged: judging.Judged) -> str:
    results = (result for run in judged.evidence.runs for result in run.results)
    return next(
        (result.reason for result in results if result.outcome.value in ("skipped", "failed", "error")),
        "nothing was run",
    )


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
    kept: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
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
