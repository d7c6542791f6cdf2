"""The errand of reading GitHub: what changed of a project's repositories, everything once a day, kept at once."""

from datetime import timedelta

from bot.jobs import reading
from bot.jobs.desk import Desk
from bot.model.tracker import Scope, Snapshot
from bot.records.engine import Session, read_session, write_session
from bot.records.events import newest_event, save_events
from bot.records.tracker import Counts, last_read, load_whole_tracker, save_snapshot
from bot.settings import Project
from bot.sources.events import read_events
from bot.sources.gateway import Gateway
from bot.sources.github import Before, read_missing, read_name, read_snapshot
from bot.sources.pulls import KnownPull

OVERLAP = timedelta(minutes=2)  # GitHub's copies lag behind each other
SWEEP = timedelta(hours=24)  # deleted and transferred issues are in no list of changes
LOOK = timedelta(hours=1)  # a branch that moves ahead or a check that ends changes no pull request's own date
MOST_MISSING = 200  # issues that one sweep looks for; the next one goes on


def run(desk: Desk, project: Project, *, full: bool = False) -> tuple[tuple[Snapshot, Counts], ...]:
    """Reads and keeps each repository of the project, and gives it as it stands then.

    Nothing is half-written: a failed read keeps nothing of its repository. What GitHub has answered is not asked for
    again, so that a sync that was interrupted goes on where it was. What a repository holds besides its tracker is read
    behind that; what of it fails is named, and stays as it was.
    """
    done = tuple(_one(desk, repo, full=full) for repo in project.repos)
    reading.run(desk, project, tuple(snapshot for snapshot, _ in done))
    return done


def _one(desk: Desk, repo: str, *, full: bool) -> tuple[Snapshot, Counts]:
    gateway, at = desk.gateway(), desk.clock()
    requests, free = gateway.sent.requests, gateway.sent.free
    with read_session(desk.engine) as session:
        known = load_whole_tracker(session, repo)
        newest = newest_event(session, repo)
        before = None if full or not gateway.has_token else _before(session, repo, known, desk)
    name = read_name(gateway, repo)
    read = read_snapshot(gateway, repo, at=at, name=name, before=before)
    if known is not None and before is None:
        read = _with_missing(gateway, known, read)
    events = read_events(gateway, name, after=newest)
    with write_session(desk.engine) as session:
        counts = save_snapshot(session, read)
        save_events(session, repo, events)
        session.flush()
        snapshot = load_whole_tracker(session, repo) or read
    requests, free = gateway.sent.requests - requests, gateway.sent.free - free
    desk.say(
        f"sync: {repo}: {len(snapshot.milestones)} milestones, {len(snapshot.issues)} issues and pull requests, "
        f"{counts.changed} changed; {requests} requests, {free} of them free"
    )
    return snapshot, counts


def _before(session: Session, repo: str, known: Snapshot | None, desk: Desk) -> Before | None:
    """What the next reading can build on; None when everything is to be read."""
    whole = last_read(session, repo, Scope.ALL)
    if known is None or not known.issues or whole is None or desk.clock() - whole >= SWEEP:
        return None
    looked = last_read(session, repo, Scope.ALL, Scope.PULLS)
    changed = {issue.number: issue.updated_at for issue in known.issues}
    pulls = {}
    if looked is not None and desk.clock() - looked < LOOK:
        pulls = {pull.number: KnownPull(changed[pull.number], pull) for pull in known.pulls}
    return Before(max(changed.values()) - OVERLAP, pulls)


def _with_missing(gateway: Gateway, known: Snapshot, read: Snapshot) -> Snapshot:
    """The whole reading, with what became of the issues that it no longer lists."""
    there = {issue.number for issue in read.issues}
    missing = [
        issue
        for issue in known.issues
        if issue.number not in there and issue.state_reason not in ("deleted", "transferred")
    ]
    found = tuple(read_missing(gateway, issue, at=read.at) for issue in missing[:MOST_MISSING])
    return Snapshot(
        read.repo, read.at, read.source, read.milestones, (*read.issues, *found), read.pulls, read.scope
    )
