"""Whether what a meeting decided can be seen in the tracker: moved in or out of a milestone, closed, merged, labelled."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.judgement import seen
from bot.judgement.decisions import same_title
from bot.judgement.seen import Books, Compared
from bot.model.evidence import Evidence
from bot.model.followup import Sight
from bot.model.meeting import Reference
from bot.model.release import Link, Outcome, Rule, Verdict


class State(StrEnum):
    """How a decision stands, in the order in which it matters."""

    LATE = "late"  # not seen or seen the other way, though the tracker was read after the days of grace
    UNREAD = "unread"  # not seen, and the tracker was not read since
    UNCLEAR = "unclear"  # cannot be compared
    WAITING = "waiting"  # not seen, within the days of grace
    SEEN = "seen"
    DISMISSED = "dismissed"  # a chair said why it need not be looked for


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about the release beside the tracker; `url` is the page of the first issue that it names."""

    compared: Compared
    url: str


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A decision has `grace_days` to be carried out; only a tracker that was read after that can show that it was not."""
    if missing := evidence.no_tracker() or evidence.no_meeting():
        return Verdict(rule, Outcome.UNKNOWN, missing)
    grace = timedelta(days=int(rule.parameters.get("grace_days", 7)))
    decided: dict[State, list[Decided]] = {state: [] for state in State}
    for each in about_release(evidence):
        decided[_state(each.compared, evidence, grace)].append(each)
    late, unread, unclear, waiting, done, dismissed = decided.values()
    links = tuple(_link(each, "") for each in (*late, *unread, *unclear))
    links += tuple(
        _link(each, f"; it has until {each.compared.said.item.at + grace:%Y-%m-%d}") for each in waiting
    )
    if late:
        who = tuple(dict.fromkeys(each.compared.said.item.by for each in late))
        return Verdict(rule, Outcome.FAILED, _late(late), links, who)
    if unread:
        reason = (
            f"{_count(len(unread))} not seen yet, and the tracker was not read since; run `tallyman sync`"
        )
        return Verdict(rule, Outcome.UNKNOWN, reason, links)
    if unclear:
        reason = f"{_count(len(unclear))} not plain enough to compare with the tracker"
        return Verdict(rule, Outcome.UNKNOWN, reason, links)
    if missing := evidence.no_milestone():  # what it holds is not known, so more decisions may be about it
        return Verdict(rule, Outcome.UNKNOWN, missing)
    reason = _in_order(len(waiting), len(done), len(dismissed), grace.days)
    return Verdict(rule, Outcome.PASSED, reason, links)


def _state(each: Compared, evidence: Evidence, grace: timedelta) -> State:
    if seen.dismissed(each.said, evidence.dismissals):
        return State.DISMISSED
    if each.found.sight is Sight.CANNOT_TELL:
        return State.UNCLEAR
    if each.found.sight is Sight.CARRIED_OUT:
        return State.SEEN
    if evidence.at - each.said.item.at <= grace:
        return State.WAITING
    if each.reading.is_open:  # nobody but people can tell whether its condition has come true
        return State.UNCLEAR
    return State.LATE if seen.was_read_since(each.said, evidence.synced_at, grace) else State.UNREAD


def _late(late: list[Decided]) -> str:
    """`2 decisions are not seen in the tracker yet, 1 is seen the other way`."""
    other = sum(each.compared.found.sight is Sight.OTHER_WAY for each in late)
    unseen = len(late) - other
    if not unseen:
        return f"{_count(other)} seen the other way"
    also = f", {other} {'is' if other == 1 else 'are'} seen the other way" if other else ""
    return f"{_count(unseen)} not seen in the tracker yet{also}"


def _count(decided: int) -> str:
    return "1 decision is" if decided == 1 else f"{decided} decisions are"


def _in_order(waiting: int, done: int, dismissed: int, days: int) -> str:
    if waiting:
        others = f"; {done} more can be seen" if done else ""
        reason = f"{waiting} of the last {days} days may still be carried out{others}"
    elif done:
        reason = "the decision is seen" if done == 1 else f"all {done} decisions are seen"
    elif dismissed:
        return f"{_count(dismissed)} dismissed by a chair"
    else:
        return "no decision asks anything of this release's issues"
    return f"{reason}; {dismissed} dismissed by a chair" if dismissed else reason


def about_release(evidence: Evidence) -> tuple[Decided, ...]:
    """The decisions that name something in the release or move something in or out of it, compared with the tracker."""
    by_number = {issue.number: issue for issue in evidence.issues}
    books = Books(
        evidence.target.repo, evidence.synced_at, by_number, evidence.milestones, evidence.memberships
    )
    members = {issue.number for issue in evidence.members()}
    found = []
    for each in seen.compare(evidence.decisions, books):
        if _is_about(each, evidence, members):
            named = (by_number.get(ref.number or 0) for ref in _own(each, evidence))
            found.append(Decided(each, next((issue.url for issue in named if issue), "")))
    return tuple(found)


def _is_about(each: Compared, evidence: Evidence, members: set[int]) -> bool:
    target = evidence.target
    names = [target.version, *([target.milestone.title] if target.milestone else [])]
    moves = [asked.title for asked in each.reading.asked if asked.act in seen.MOVES]
    if any(same_title(title, name) for title in moves for name in names):
        return True
    return any(ref.number in members for ref in _own(each, evidence))


def _own(each: Compared, evidence: Evidence) -> list[Reference]:
    """What it names in the project's own repository."""
    repo = evidence.target.repo.lower()
    return [ref for ref in each.said.item.references if ref.repo.lower() == repo]


def _link(each: Decided, term: str) -> Link:
    said, found = each.compared.said, each.compared.found
    is_sought = found.sight in (Sight.NOT_SEEN_YET, Sight.OTHER_WAY)
    condition = "; it sets a condition" if each.compared.reading.is_open and is_sought else ""
    return Link(f"{said.item.text} ({said.meeting}): {found.why}{condition}{term}", each.url)
