"""The errand behind a meeting: each issue that it decided about hears so, and the minutes go where the project keeps them."""

from datetime import timedelta

from bot.jobs.desk import Desk
from bot.model.meeting import Meeting
from bot.model.outgoing import Draft, Kind
from bot.records import outbox
from bot.records.engine import read_session, write_session
from bot.records.meetings import archived_ids, load_meetings
from bot.reports import meeting as texts
from bot.settings import Project

OLD = timedelta(days=7)  # what is older is history, and nobody is told of it


def run(desk: Desk, project: Project) -> int:
    """Queues what meetings that ended within a week give to say; gives how many comments. Amended minutes edit theirs."""
    wanted = project.publication
    if not (wanted.meetings or wanted.minutes):
        return 0
    now = desk.clock()
    count = 0
    with read_session(desk.engine) as session:
        old = archived_ids(session)
        meetings = [each for id_, each in load_meetings(session) if id_ not in old]
    for meeting in meetings:
        if meeting.ended_at is None or meeting.ended_at < now - OLD:
            continue
        drafts = _drafts(project, meeting)
        with write_session(desk.engine) as session:
            outbox.queue(session, drafts, project=project.id, release="", as_of=now)
        count += len(drafts)
    return count


def _drafts(project: Project, meeting: Meeting) -> list[Draft]:
    repos = {repo.casefold(): repo for repo in project.repos}
    log = address(project.publication.log, meeting)
    key = f"{meeting.channel} {meeting.started_at.isoformat()}"
    decided = {
        place: items for place, items in texts.decisions(meeting).items() if place[0].casefold() in repos
    }
    drafts = []
    if project.publication.meetings:
        drafts += [
            Draft(
                Kind.MEETING,
                repos[repo.casefold()],
                number,
                texts.comment(meeting, items, log),
                key,
                quiet=True,
            )
            for (repo, number), items in decided.items()
        ]
    is_ours = any(item.repo.casefold() in repos for item in meeting.items)
    if project.publication.minutes and is_ours:
        repo, _, number = project.publication.minutes.partition("#")
        drafts.append(Draft(Kind.MINUTES, repo, int(number), texts.kept(meeting, log), key, quiet=True))
    return drafts


def address(pattern: str, meeting: Meeting) -> str:
    """Where the log is: by the project's pattern, else where it was read from when that is on the web."""
    if pattern:
        return pattern.replace("{date}", f"{meeting.started_at:%Y-%m-%d}")
    return meeting.source if meeting.source.startswith(("https://", "http://")) else ""
