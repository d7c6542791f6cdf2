"""A milestone's story told from the records, with the forecast of its work."""

from dataclasses import dataclass

from bot.jobs.desk import Desk
from bot.jobs.following import decisions
from bot.judgement.forecast import Forecast, forecast
from bot.judgement.milestones import Books, tell
from bot.judgement.stays import standings, stays
from bot.model.errors import WrongRequest
from bot.model.milestone import Story
from bot.model.tracker import Milestone
from bot.records.engine import read_session
from bot.records.events import load_events, load_versions, newest_event
from bot.records.tracker import load_memberships, load_tracker
from bot.settings import Project


@dataclass(frozen=True, slots=True)
class Told:
    milestone: Milestone
    story: Story
    forecast: Forecast


def run(desk: Desk, project: Project, title: str) -> Told:
    """The story of the milestone with this title, up to the last sync. Raises WrongRequest when there is none."""
    with read_session(desk.engine) as session:
        tracker = load_tracker(session, project.repo)
        known = {each.title: each for each in tracker.milestones} if tracker else {}
        if tracker is None or title not in known:
            raise WrongRequest(
                f"{project.id} has no milestone {title}",
                do=f"known are {', '.join(known) or 'none; run `tallyman sync`'}",
            )
        events, versions = load_events(session, project.repo), load_versions(session, project.repo)
        there = stays(
            tracker.issues, events, versions, load_memberships(session, project.repo), at=tracker.at
        )
        books = Books(
            tracker.issues, tracker.pulls, versions, there, standings(tracker.issues, events),
            decisions(session, desk, project),
        )  # fmt: skip
        seed = f"{project.repo} {known[title].number} {newest_event(session, project.repo)}"
    milestone = known[title]
    story = tell(milestone.number, books, at=tracker.at)
    due = milestone.due_on.date() if milestone.due_on else None
    return Told(
        milestone, story, forecast(story.remaining, story.weeks, on=story.at.date(), due=due, seed=seed)
    )
