"""What the next meeting has before it: what was left open, promised, decided and not seen, and what waits for the group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.meetings.followup import label
from bot.model.followup import Action, Agenda, Membership, Proposal, SeenDecision, Sight
from bot.model.meeting import Item, Meeting
from bot.model.tracker import Issue, Milestone, Pull, ReviewState, State

AT_LEAST = timedelta(days=7)  # without movement; a meeting that was yesterday makes nothing still
WITHOUT_MEETING = timedelta(days=14)

ActionKey = tuple[int, str]  # meeting, item


@dataclass(frozen=True, slots=True)
class Facts:
    """What one repository's tracker held; `synced_at` None: it was never read."""

    repo: str
    synced_at: datetime | None
    milestones: tuple[Milestone, ...] = ()
    issues: tuple[Issue, ...] = ()
    pulls: tuple[Pull, ...] = ()
    memberships: tuple[Membership, ...] = ()


def agenda(
    project: str,
    *,
    repos: Sequence[str],
    meetings: Iterable[Meeting],
    actions: Iterable[Action],
    decisions: Iterable[SeenDecision],
    tracker: Facts,
    roster: Iterable[str],
    at: datetime,
    evidence: Mapping[ActionKey, Proposal] | None = None,
) -> Agenda:
    """The agenda of a project whose repositories are `repos`, at a time.

    `meetings` are those that are not archived, in any order; an item without a repository is everybody's. `roster` are
    the logins of the group, `evidence` what may show an action done, by meeting and item. Nothing is ranked: each list
    is in the order of time, and topics are those of the newest meeting first.
    """
    own = {repo.casefold() for repo in repos}
    met = sorted((m for m in meetings if m.started_at <= at), key=lambda m: (m.started_at, m.name))
    milestone = next_milestone(tracker.milestones)
    group = {login.casefold() for login in roster}
    waiting = _waiting(tracker, group)
    seen = [each for each in decisions if _is_of(each.item, own)]
    still = () if milestone is None else _still(tracker, milestone, _since(met, at), waiting)
    return Agenda(
        project=project,
        topics=_left_open(met, own),
        actions=tuple(
            (action, (evidence or {}).get((action.meeting_id, action.item.id)))
            for action in sorted(actions, key=lambda a: (a.item.at, a.meeting_id, a.item.line))
            if action.is_open and not action.archived and _is_of(action.item, own)
        ),
        decisions=tuple(
            sorted(
                (each for each in seen if each.is_asked), key=lambda d: (d.item.at, d.meeting_id, d.item.line)
            )
        ),
        still=still,
        waiting=waiting,
        unknown=_unknown(tracker, milestone, group, met, seen),
    )


def _is_of(item: Item, own: set[str]) -> bool:
    """Whether an item belongs to the project: by its repository, or by one that it names."""
    repos = {repo.casefold() for repo in (item.repo, *(ref.repo for ref in item.references)) if repo}
    return not repos or bool(repos & own)


def _left_open(met: Sequence[Meeting], own: set[str]) -> tuple[tuple[str, str], ...]:
    """Topics that the meeting which last had them left open, each once."""
    open_topics: dict[str, tuple[str, str]] = {}
    decided: set[str] = set()
    for meeting in reversed(met):
        for topic in meeting.topics:
            if topic.repo and topic.repo.casefold() not in own:
                continue
            key = " ".join(topic.text.casefold().split())
            if key in decided or key in open_topics:
                continue
            if topic.left_open:
                open_topics[key] = (topic.text, label(meeting))
            else:
                decided.add(key)
    return tuple(open_topics.values())


def next_milestone(milestones: Iterable[Milestone]) -> Milestone | None:
    """The open milestone that is due first; of those without a date the one that was made first."""
    still_open = [each for each in milestones if each.state is State.OPEN]
    return min(
        still_open,
        key=lambda each: (each.due_on is None, each.due_on.timestamp() if each.due_on else 0, each.number),
        default=None,
    )


def _since(met: Sequence[Meeting], at: datetime) -> datetime:
    """Since when something should have moved: the last meeting, but a week at the least."""
    return min(met[-1].started_at, at - AT_LEAST) if met else at - WITHOUT_MEETING


def _still(
    tracker: Facts, milestone: Milestone, since: datetime, waiting: Sequence[Issue]
) -> tuple[Issue, ...]:
    """What is open in the milestone and neither changed nor came into it since; a waiting pull request is named there."""
    first_sync = min((each.seen_from for each in tracker.memberships), default=since)
    moving = {issue.number for issue in waiting} | {
        each.number
        for each in tracker.memberships
        if each.gone_at is None and each.seen_from >= since and each.seen_from > first_sync
    }
    return tuple(
        issue
        for issue in sorted(tracker.issues, key=lambda issue: (issue.updated_at, issue.number))
        if issue.is_open
        and issue.milestone == milestone.number
        and issue.updated_at < since
        and issue.number not in moving
    )


def _waiting(tracker: Facts, group: set[str]) -> tuple[Issue, ...]:
    """Open pull requests that ask one of the group for a review, or that nobody but the author has reviewed."""
    pulls = {pull.number: pull for pull in tracker.pulls}
    return tuple(
        issue
        for issue in sorted(tracker.issues, key=lambda issue: (issue.created_at, issue.number))
        if issue.is_pull
        and issue.is_open
        and (pull := pulls.get(issue.number)) is not None
        and not pull.draft
        and _awaits(pull, issue.author, group)
    )


def _awaits(pull: Pull, author: str, group: set[str]) -> bool:
    asked = {login.casefold() for login in pull.requested_reviewers}
    given = [
        review
        for review in pull.reviews
        if review.state is not ReviewState.PENDING and review.by.casefold() != author.casefold()
    ]
    return bool(asked & group) or not given


def _unknown(
    tracker: Facts,
    milestone: Milestone | None,
    group: set[str],
    met: Sequence[Meeting],
    seen: Sequence[SeenDecision],
) -> tuple[str, ...]:
    """What could not be looked up, a sentence for each."""
    found = []
    if not met:
        found.append("no meeting is recorded")
    if tracker.synced_at is None:
        found.append(f"the tracker of {tracker.repo} was never read; run `tallyman sync`")
    else:
        if met and tracker.synced_at < met[-1].started_at:
            found.append(
                f"the tracker of {tracker.repo} was last read before the last meeting; run `tallyman sync`"
            )
        if milestone is None:
            found.append(
                f"no milestone of {tracker.repo} is open, so that nothing in it can be without movement"
            )
    if not group:
        found.append("no roster is recorded, so that it is not known whose review is asked for")
    read = {pull.number for pull in tracker.pulls}
    unread = [f"#{i.number}" for i in tracker.issues if i.is_pull and i.is_open and i.number not in read]
    if unread:
        found.append(f"the reviews of {', '.join(unread)} are not recorded")
    unclear = sum(each.sight is Sight.CANNOT_TELL and each.dismissed is None for each in seen)
    if unclear:
        plural = "decision" if unclear == 1 else "decisions"
        found.append(f"{unclear} {plural} cannot be compared with the tracker")
    return tuple(found)
