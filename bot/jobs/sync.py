"""The errand of reading GitHub: everything of a project's repositories, read first and then kept at once."""

from bot.jobs.desk import Desk
from bot.model.tracker import Snapshot
from bot.records.engine import read_session, write_session
from bot.records.events import newest_event, save_events
from bot.records.tracker import Counts, save_snapshot
from bot.settings import Project
from bot.sources.events import read_events
from bot.sources.github import read_snapshot


def run(desk: Desk, project: Project) -> tuple[tuple[Snapshot, Counts], ...]:
    """Reads and keeps each repository of the project. Nothing is half-written: a failed read keeps nothing of its repository."""
    done = []
    for repo in project.repos:
        with read_session(desk.engine) as session:
            known = newest_event(session, repo)
        snapshot = read_snapshot(desk.gateway(), repo, at=desk.clock())
        events = read_events(desk.gateway(), repo, after=known)
        with write_session(desk.engine) as session:
            counts = save_snapshot(session, snapshot)
            save_events(session, repo, events)
        desk.say(
            f"sync: {repo}: {len(snapshot.milestones)} milestones, {len(snapshot.issues)} issues and pull requests, {counts.changed} changed"
        )
        done.append((snapshot, counts))
    return tuple(done)
