"""A meeting beside what the tracker did while it was held."""

from bot.jobs.desk import Desk
from bot.jobs.following import decisions
from bot.judgement.during import Compared, compare
from bot.records.engine import read_session
from bot.records.events import load_events
from bot.records.meetings import load_meeting
from bot.settings import Project


def run(desk: Desk, meeting_id: int, projects: tuple[Project, ...]) -> Compared:
    """Every repository of the projects, and their decisions of this meeting. Raises WrongRequest for an unknown meeting."""
    with read_session(desk.engine) as session:
        meeting = load_meeting(session, meeting_id)
        repos = dict.fromkeys(repo for project in projects for repo in project.repos)
        happened = {repo: load_events(session, repo) for repo in repos}
        seen = {
            (each.meeting_id, each.item.id): each
            for project in projects
            for each in decisions(session, desk, project)
            if each.meeting_id == meeting_id
        }
    return compare(meeting, happened, seen.values())
