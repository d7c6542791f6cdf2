"""The errand of reading GitHub: everything of a project's repositories, read first and then kept at once."""

from bot.jobs import reading
from bot.jobs.desk import Desk
from bot.model.tracker import Snapshot
from bot.records.engine import write_session
from bot.records.tracker import Counts, save_snapshot
from bot.settings import Project
from bot.sources.github import read_snapshot


def run(desk: Desk, project: Project) -> tuple[tuple[Snapshot, Counts], ...]:
    """Reads and keeps each repository of the project. Nothing is half-written: a failed read keeps nothing of its repository.

    What it holds besides its tracker is read behind that; what of it fails is named, and stays as it was.
    """
    done = []
    for repo in project.repos:
        snapshot = read_snapshot(desk.gateway(), repo, at=desk.clock())
        with write_session(desk.engine) as session:
            counts = save_snapshot(session, snapshot)
        desk.say(
            f"sync: {repo}: {len(snapshot.milestones)} milestones, {len(snapshot.issues)} issues and pull requests, {counts.changed} changed"
        )
        done.append((snapshot, counts))
    reading.run(desk, project, tuple(snapshot for snapshot, _ in done))
    return tuple(done)
