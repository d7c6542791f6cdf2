"""The errand of following up: what came of actions and decisions, who is who, and what the next meeting has before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.jobs.desk import Desk
from bot.judgement import seen
from bot.judgement.seen import Books
from bot.meetings import agenda as agendas
from bot.meetings import evidence, identity
from bot.meetings.agenda import Facts
from bot.meetings.evidence import Activity
from bot.meetings.followup import actions_of
from bot.meetings.identity import Joined
from bot.model.errors import WrongRequest
from bot.model.followup import Action, Agenda, Proposal, SeenDecision, Step
from bot.model.meeting import DECISIONS, Kind, Meeting
from bot.model.person import Certainty, Means, People, Tie
from bot.records.engine import Session, read_session, write_session
from bot.records.meetings import archived_ids, find_item, load_meeting, load_meetings, load_said
from bot.records.steps import load_dismissals, load_steps, load_ties, save_step, save_tie
from bot.records.tracker import load_memberships, load_tracker
from bot.settings import Project

Key = tuple[int, str]  # meeting, item


@dataclass(frozen=True, slots=True)
class Followed:
    """Actions with what may show them done, as chairs see it or as everybody does."""

    actions: tuple[Action, ...]
    proposals: Mapping[Key, Proposal]


def who_is_who(session: Session) -> Joined:
    """Everybody as they stand, and what only a person can settle."""
    return identity.join(People(), load_ties(session))


def actions(
    session: Session, repos: Iterable[str] | None = None, *, archived: bool = False
) -> tuple[Action, ...]:
    """Every action of the meetings, oldest first; of these repositories only, when they are given."""
    people, steps, old = who_is_who(session).people, load_steps(session), archived_ids(session)
    wanted = None if repos is None else {repo.casefold() for repo in repos}
    found: list[Action] = []
    for id_, meeting in load_meetings(session):
        if id_ in old and not archived:
            continue
        own = {item.id: steps.get((id_, item.id), ()) for item in meeting.items}
        found += actions_of(id_, meeting, own, people, archived=id_ in old)
    return tuple(action for action in found if wanted is None or _is_of(action, wanted))


def _is_of(action: Action, repos: set[str]) -> bool:
    named = {ref.repo.casefold() for ref in action.references}
    return action.item.repo.casefold() in repos or bool(named & repos)


def follow(session: Session, project: Project, *, for_chairs: bool) -> Followed:
    """A project's actions, and for each open one what the tracker shows since: proposed, never decided."""
    people = who_is_who(session).people
    found = actions(session, project.repos)
    activity = _activity(session, project)
    proposals: dict[Key, Proposal] = {}
    for action in found:
        best = evidence.best(evidence.proposals(action, activity, people), for_chairs=for_chairs)
        if best is not None:
            proposals[action.meeting_id, action.item.id] = best
    return Followed(found, proposals)


def _activity(session: Session, project: Project) -> Activity:
    trackers = [each for repo in project.repos if (each := load_tracker(session, repo)) is not None]
    return Activity(
        [issue for tracker in trackers for issue in tracker.issues],
        [pull for tracker in trackers for pull in tracker.pulls],
    )


def decisions(session: Session, desk: Desk, project: Project) -> tuple[SeenDecision, ...]:
    """A project's decisions beside its tracker."""
    _, said = load_said(session, project.repos)
    tracker = load_tracker(session, project.repo)
    books = Books(
        project.repo,
        tracker.at if tracker else None,
        {issue.number: issue for issue in tracker.issues} if tracker else {},
        tracker.milestones if tracker else (),
        load_memberships(session, project.repo),
    )
    return seen.see(said, books, at=desk.clock(), dismissals=load_dismissals(session))


def agenda(desk: Desk, project: Project, *, for_chairs: bool = False) -> Agenda:
    """What the project's next meeting has before it."""
    with read_session(desk.engine) as session:
        tracker = load_tracker(session, project.repo)
        facts = Facts(project.repo, None)
        if tracker is not None:
            memberships = load_memberships(session, project.repo)
            facts = Facts(
                project.repo, tracker.at, tracker.milestones, tracker.issues, tracker.pulls, memberships
            )
        old = archived_ids(session)
        followed = follow(session, project, for_chairs=for_chairs)
        people = who_is_who(session).people
        return agendas.agenda(
            project.id, repos=project.repos, meetings=[m for id_, m in load_meetings(session) if id_ not in old],
            actions=followed.actions, decisions=decisions(session, desk, project), tracker=facts,
            roster=_logins(people), at=desk.clock(), evidence=followed.proposals,
        )  # fmt: skip


def _logins(people: People) -> tuple[str, ...]:
    return tuple(
        tie.value for tie in people.ties if tie.means is Means.LOGIN and tie.certainty is Certainty.CONFIRMED
    )


def aliases(session: Session) -> dict[str, str]:
    """Confirmed names of people as the nicks they are known by, for reading a log: name -> nick."""
    people = who_is_who(session).people
    found: dict[str, str] = {}
    for tie in people.ties:
        nicks = people.known_as(tie.person, Means.NICK)
        if tie.certainty is Certainty.CONFIRMED and tie.means in (Means.NICK, Means.NAME) and nicks:
            found[tie.value] = nicks[0]
    return found


# --- what people say


def say(desk: Desk, meeting_id: int, item: str, step: Step) -> Action:
    """Keeps what a person said of an action, and gives it as it stands then. Raises WrongRequest."""
    with write_session(desk.engine) as session:
        found = find_item(session, meeting_id, item)
        if found.kind is not Kind.ACTION:
            raise WrongRequest(
                f"{item} of meeting {meeting_id} is no action", do="`tallyman actions list` names them"
            )
        save_step(session, meeting_id, item, step)
        session.flush()
        return next(
            action
            for action in actions(session, archived=True)
            if (action.meeting_id, action.item.id) == (meeting_id, item)
        )


def dismiss(desk: Desk, meeting_id: int, item: str, *, by: str, why: str, stands: bool = True) -> None:
    """A chair's word that a decision need not be looked for in the tracker. Raises WrongRequest for anybody else."""
    with write_session(desk.engine) as session:
        found, meeting = find_item(session, meeting_id, item), load_meeting(session, meeting_id)
        if found.kind not in DECISIONS:
            raise WrongRequest(
                f"{item} of meeting {meeting_id} is no decision", do="name a line that was agreed"
            )
        _must_chair(meeting, by)
        if stands and not why.strip():
            raise WrongRequest("a decision is not set aside without a reason", do="say it with --because")
        save_step(session, meeting_id, item, Step(desk.clock(), by, "dismissed" if stands else "wanted", why))


def _must_chair(meeting: Meeting, by: str) -> None:
    if by.casefold() not in {chair.casefold() for chair in meeting.chairs}:
        raise WrongRequest(
            f"{by} did not chair that meeting", do=f"one of {', '.join(meeting.chairs)} can say it"
        )


def tie(desk: Desk, said: Iterable[Tie]) -> Joined:
    """Keeps what was said of who is who, and gives everybody as they stand then."""
    with write_session(desk.engine) as session:
        for each in said:
            save_tie(session, each)
        session.flush()
        return who_is_who(session)
