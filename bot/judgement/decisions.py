"""What a meeting decided beside what the tracker shows: carried out, not seen yet, seen the other way, or not comparable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.judgement.intents import Intent, Verb, read, same_title
from bot.model.followup import Dismissal, Membership, SeenDecision, Sight
from bot.model.meeting import Reference
from bot.model.release import Said
from bot.model.tracker import Issue, Milestone, Pull

GRACE = timedelta(days=7)
LASTING = frozenset({Verb.KEEP, Verb.KEEP_OPEN, Verb.REOPEN})
# Of several issues the first of these decides: a decision that is carried out in part is not seen yet.
WEIGHT = (Sight.CANNOT_TELL, Sight.OTHER_WAY, Sight.NOT_SEEN_YET, Sight.CARRIED_OUT)


class Tracker:
    """What the tracker held, arranged for comparing. `synced_at` has every repository that was ever read, and when last."""

    def __init__(
        self,
        synced_at: Mapping[str, datetime],
        issues: Iterable[Issue],
        milestones: Iterable[Milestone],
        pulls: Iterable[Pull] = (),
        memberships: Iterable[Membership] = (),
    ) -> None:
        self.synced_at = {repo.lower(): at for repo, at in synced_at.items()}
        self.issues = {(issue.repo.lower(), issue.number): issue for issue in issues}
        self.pulls = {(pull.repo.lower(), pull.number): pull for pull in pulls}
        self.milestones = tuple(milestones)
        self.titles = {(each.repo.lower(), each.number): each.title for each in self.milestones}
        self.memberships: dict[tuple[str, int], list[Membership]] = {}
        for each in sorted(memberships, key=lambda each: each.seen_from):
            self.memberships.setdefault((each.repo.lower(), each.number), []).append(each)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one issue; `at` is when it came about, None when the syncs do not say."""

    sight: Sight
    why: str
    at: datetime | None = None


def compare(
    said: Said,
    tracker: Tracker,
    *,
    at: datetime,
    dismissals: Iterable[Dismissal] = (),
    grace: timedelta = GRACE,
    repo: str = "",
) -> SeenDecision:
    """One decision beside the tracker, at a time. `repo`: only what it says of that repository.

    Nothing is asked of anybody within the grace, and only of chairs for as long again.
    """
    age = at - said.item.at
    found = _look(said, tracker, repo.lower())
    return SeenDecision(
        said.meeting_id, said.meeting, said.item, found.sight, found.why, in_grace=age <= grace,
        chairs_only=grace < age <= 2 * grace, dismissed=_dismissed(said, dismissals),
    )  # fmt: skip


def _dismissed(said: Said, dismissals: Iterable[Dismissal]) -> Dismissal | None:
    """The last word of those who may say that the decision need not be looked for; without a reason it is none."""
    own = [
        each
        for each in dismissals
        if (each.meeting_id, each.item) == (said.meeting_id, said.item.id)
        and (each.why.strip() or not each.stands)
    ]
    last = max(own, key=lambda each: (each.at, not each.stands, each.by, each.why), default=None)
    return last if last is not None and last.stands else None


def _look(said: Said, tracker: Tracker, repo: str) -> Found:
    titles = tuple(milestone.title for milestone in tracker.milestones)
    named = [ref for ref in said.item.references if ref.number and repo in ("", ref.repo.lower())]
    if not named:
        return Found(Sight.CANNOT_TELL, "it names no issue")
    unread = next((ref for ref in named if ref.repo.lower() not in tracker.synced_at), None)
    if unread is not None:
        return Found(Sight.CANNOT_TELL, f"the tracker of {unread.repo} was never read; run `tallyman sync`")
    missing = next((ref for ref in named if (ref.repo.lower(), ref.number) not in tracker.issues), None)
    if missing is not None:
        return Found(Sight.CANNOT_TELL, f"#{missing.number} is not recorded")
    intents = [(intent, ref) for intent in read(said.item, titles) for ref in intent.objects if ref in named]
    if not intents:
        return Found(Sight.CANNOT_TELL, "its words name no move, merge or closing of it")
    return _together([_look_at(intent, ref, said.item.at, tracker) for intent, ref in intents])


def _together(found: list[Found]) -> Found:
    """Several issues as one: the sight that weighs most and whose it is, and what is seen of the rest."""
    sight = next(sight for sight in WEIGHT if any(each.sight is sight for each in found))
    deciding = dict.fromkeys(each.why for each in found if each.sight is sight)
    done = dict.fromkeys(each.why for each in found if each.sight is Sight.CARRIED_OUT)
    rest = f"; seen: {', '.join(done)}" if done and sight is not Sight.CARRIED_OUT else ""
    return Found(sight, ", ".join(deciding) + rest)


def _look_at(intent: Intent, ref: Reference, decided: datetime, tracker: Tracker) -> Found:
    issue = tracker.issues[ref.repo.lower(), ref.number or 0]
    found = _compare(intent, issue, decided, tracker)
    read_at = tracker.synced_at[issue.repo.lower()]
    # What was done before the meeting stays done; all else must have been looked at since.
    needs_fresh = intent.negated or intent.verb in LASTING or found.sight is Sight.NOT_SEEN_YET
    if needs_fresh and read_at < decided:
        return Found(
            Sight.CANNOT_TELL,
            f"the tracker was last read on {day(read_at)}, before the decision; run `tallyman sync`",
        )
    return _against(found, decided) if intent.negated else found


def _against(found: Found, decided: datetime) -> Found:
    """What was found when it was decided not to do it."""
    if found.sight is not Sight.CARRIED_OUT:
        is_left = found.sight in (Sight.NOT_SEEN_YET, Sight.OTHER_WAY)
        return Found(Sight.CARRIED_OUT, f"left as it was: {found.why}") if is_left else found
    if found.at is not None and found.at > decided:
        return Found(Sight.OTHER_WAY, f"decided against, and yet {found.why}", found.at)
    return Found(Sight.CANNOT_TELL, f"decided against, but {found.why} and no sync saw it come about since")


def _compare(intent: Intent, issue: Issue, decided: datetime, tracker: Tracker) -> Found:
    match intent.verb:
        case Verb.MOVE | Verb.KEEP:
            return _moved(intent, issue, decided, tracker)
        case Verb.CLOSE:
            return _closed(issue, tracker)
        case Verb.MERGE:
            return _merged(issue, tracker)
        case Verb.REOPEN | Verb.KEEP_OPEN:
            return _open(issue, decided)
        case Verb.LABEL | Verb.UNLABEL:
            return _labelled(issue, intent.label, wanted=intent.verb is Verb.LABEL)


def _moved(intent: Intent, issue: Issue, decided: datetime, tracker: Tracker) -> Found:
    now = _milestone(issue, tracker)
    if now is None:
        return Found(Sight.CANNOT_TELL, f"the milestone of #{issue.number} is not recorded")
    if not intent.out_of and not intent.to:
        return Found(Sight.CANNOT_TELL, f"its words name no milestone for #{issue.number}")
    if not intent.out_of:
        return _into(intent.to, issue, now, decided, tracker)
    out = _out_of(intent.out_of, issue, now, decided, tracker)
    if not intent.to or out.sight is not Sight.CARRIED_OUT:
        return out
    return _into(intent.to, issue, now, decided, tracker)


def _out_of(said: str, issue: Issue, now: str, decided: datetime, tracker: Tracker) -> Found:
    name, history = f"#{issue.number}", _history(issue, tracker)
    spells = [spell for spell in history if same_title(said, spell.milestone)]
    if not same_title(said, now):
        return _left(spells, name, decided) or Found(Sight.CARRIED_OUT, f"{name} is not in {said}")
    if issue.closed_at is not None and issue.closed_at > decided:
        return Found(
            Sight.OTHER_WAY, f"{name} was closed in {now} on {day(issue.closed_at)}", issue.closed_at
        )
    entered = spells[-1].seen_from if spells else decided
    # Only somebody who was seen elsewhere has moved in; all others may have been there before the first sync.
    was_elsewhere = any(spell.gone_at is not None and spell.gone_at <= entered for spell in history)
    if entered > decided and was_elsewhere:
        return Found(Sight.OTHER_WAY, f"{name} was moved into {now}: seen there on {day(entered)}", entered)
    return Found(Sight.NOT_SEEN_YET, f"{name} is still in {now}")


def _into(said: str, issue: Issue, now: str, decided: datetime, tracker: Tracker) -> Found:
    name = f"#{issue.number}"
    spells = [spell for spell in _history(issue, tracker) if same_title(said, spell.milestone)]
    if same_title(said, now):
        entered = spells[-1].seen_from if spells else None
        since = f", seen there on {day(entered)}" if entered else ""
        return Found(Sight.CARRIED_OUT, f"{name} is in {now}{since}", entered)
    there_are = (each.title for each in tracker.milestones if each.repo.lower() == issue.repo.lower())
    if not spells and not any(same_title(said, title) for title in there_are):
        return Found(Sight.CANNOT_TELL, f"there is no milestone {said}")
    left = _left(spells, name, decided)
    if left is not None and left.at is not None and left.at > decided:
        return Found(Sight.OTHER_WAY, left.why, left.at)
    if issue.closed_at is not None and issue.closed_at > decided:
        where = f"in {now}" if now else "in no milestone"
        return Found(Sight.OTHER_WAY, f"{name} was closed {where} on {day(issue.closed_at)}", issue.closed_at)
    return Found(Sight.NOT_SEEN_YET, f"{name} is not in {said}")


def _left(spells: list[Membership], name: str, decided: datetime) -> Found | None:
    """When it was last seen to leave: `#299 was in 1.0.0 on 1 June 2016, not on 8 June 2016`. None: never."""
    ended = [(spell.gone_at, spell) for spell in spells if spell.gone_at is not None]
    if not ended:
        return None
    gone, spell = max(ended, key=lambda pair: pair[0])
    there = max(spell.seen_from, decided) if decided < gone else spell.seen_from
    if day(there) == day(gone):
        days = f"on {day(there)} at {there:%H:%M} UTC, not at {gone:%H:%M} UTC"
    else:
        days = f"on {day(there)}, not on {day(gone)}"
    return Found(Sight.CARRIED_OUT, f"{name} was in {spell.milestone} {days}", gone)


def _closed(issue: Issue, tracker: Tracker) -> Found:
    pull = tracker.pulls.get((issue.repo.lower(), issue.number))
    if pull is not None and pull.merged_at is not None:
        return Found(Sight.OTHER_WAY, f"#{issue.number} was merged on {day(pull.merged_at)}", pull.merged_at)
    if issue.is_open:
        return Found(Sight.NOT_SEEN_YET, f"#{issue.number} is open")
    return Found(Sight.CARRIED_OUT, f"#{issue.number} was closed{_on(issue.closed_at)}", issue.closed_at)


def _merged(issue: Issue, tracker: Tracker) -> Found:
    pull = tracker.pulls.get((issue.repo.lower(), issue.number))
    if pull is not None and pull.merged_at is not None:
        return Found(
            Sight.CARRIED_OUT, f"#{issue.number} was merged on {day(pull.merged_at)}", pull.merged_at
        )
    if issue.is_open:
        return Found(Sight.NOT_SEEN_YET, f"#{issue.number} is open")
    if pull is not None:
        return Found(
            Sight.OTHER_WAY,
            f"#{issue.number} was closed{_on(issue.closed_at)} without a merge",
            issue.closed_at,
        )
    doubt = "; whether it was merged is not recorded" if issue.is_pull else ""
    return Found(
        Sight.CARRIED_OUT, f"#{issue.number} was closed{_on(issue.closed_at)}{doubt}", issue.closed_at
    )


def _open(issue: Issue, decided: datetime) -> Found:
    if issue.is_open:
        return Found(Sight.CARRIED_OUT, f"#{issue.number} is open")
    late = issue.closed_at is not None and issue.closed_at > decided
    why = f"#{issue.number} was closed{_on(issue.closed_at)}"
    return Found(Sight.OTHER_WAY if late else Sight.NOT_SEEN_YET, why, issue.closed_at)


def _labelled(issue: Issue, label: str, *, wanted: bool) -> Found:
    if not label:
        return Found(Sight.CANNOT_TELL, f"its words do not say which label #{issue.number} should have")
    has = label.casefold() in {each.casefold() for each in issue.labels}
    why = f"#{issue.number} {'has' if has else 'does not have'} the label {label}"
    return Found(Sight.CARRIED_OUT if has is wanted else Sight.NOT_SEEN_YET, why)


def _milestone(issue: Issue, tracker: Tracker) -> str | None:
    """The title of the milestone it is in, "" for none; None when that milestone was never read."""
    return "" if issue.milestone is None else tracker.titles.get((issue.repo.lower(), issue.milestone))


def _history(issue: Issue, tracker: Tracker) -> list[Membership]:
    return tracker.memberships.get((issue.repo.lower(), issue.number), [])


def _on(moment: datetime | None) -> str:
    return f" on {day(moment)}" if moment else ""


def day(moment: datetime) -> str:
    """`1 June 2016`, in UTC."""
    on = moment.astimezone(UTC)
    return f"{on.day} {on:%B} {on.year}"
