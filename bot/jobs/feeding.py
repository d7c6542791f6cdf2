"""The errand of feeds: a project's meetings as Atom, and the days its actions are due as iCalendar."""

from datetime import datetime

from bot.jobs import following
from bot.jobs.desk import Desk
from bot.model.meeting import Meeting
from bot.records.engine import read_session
from bot.records.meetings import load_changed_at, load_meetings
from bot.reports import duedates
from bot.reports import feed as reports
from bot.settings import Project


def feed(desk: Desk, project: Project, site: str, at: datetime) -> str:
    """The feed of the meetings that spoke of the project's repositories."""
    with read_session(desk.engine) as session:
        changed = load_changed_at(session)
        entries = [
            reports.Entry(meeting, changed[id_], f"{site}/meetings/{id_}")
            for id_, meeting in load_meetings(session)
            if _is_about(meeting, project)
        ]
    url = f"{site}/projects/{project.id}/meetings.atom"
    return reports.feed(entries, project=project.id, repo=project.repo, url=url, site=site, at=at)


def _is_about(meeting: Meeting, project: Project) -> bool:
    own = {repo.casefold() for repo in project.repos}
    return any(item.repo.casefold() in own for item in meeting.items)


def calendar(desk: Desk, project: Project, site: str) -> bytes:
    """The calendar of the project's open actions."""
    with read_session(desk.engine) as session:
        found = following.actions(session, project.repos)
    return duedates.calendar(
        found, project=project.id, repo=project.repo,
        url_of=lambda action: f"{site}/meetings/{action.meeting_id}#{action.item.id}",
    )  # fmt: skip
