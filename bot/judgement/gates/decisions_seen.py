"""Whether what a meeting decided can be seen in the tracker: moved in or out of a milestone, closed, merged."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.judgement.decisions import Act, Asked, Reading, plain_title, read, same_title
from bot.model.meeting import Kind, Reference
from bot.model.release import Evidence, Link, Outcome, Rule, Said, Verdict
from bot.model.tracker import Issue


class State(StrEnum):
    """How a decision stands, in the order in which it matters."""

    LATE = "late"  # not seen, though the tracker was read after the days of grace
    UNREAD = "unread"  # not seen, and the tracker was not read since
    UNCLEAR = "unclear"  # cannot be compared
    WAITING = "waiting"  # not seen, within the days of grace
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Tracker:
    """The tracker, to look things up in: issues by number, milestones (number -> title) by what people may call them."""

    issues: dict[int, Issue]
    milestones: dict[str, dict[int, str]]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about the release, what it asks, and whether that is seen: True, False, or None when it cannot be told."""

    said: Said
    reading: Reading
    seen: bool | None
    why: str
    url: str


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A decision has `grace_days` to be carried out; only a tracker that was read after that can show that it was not."""
    if missing := evidence.no_tracker() or evidence.no_meeting():
        return Verdict(rule, Outcome.UNKNOWN, missing)
    grace = timedelta(days=int(rule.parameters.get("grace_days", 7)))
    decided: dict[State, list[Decided]] = {state: [] for state in State}
    for each in about_release(evidence):
        decided[_state(each, evidence, grace)].append(each)
    late, unread, unclear, waiting, seen = decided.values()
    links = tuple(_link(each, "") for each in (*late, *unread, *unclear))
    links += tuple(_link(each, f"; it has until {each.said.item.at + grace:%Y-%m-%d}") for each in waiting)
    if late:
        who = tuple(dict.fromkeys(each.said.item.by for each in late))
        return Verdict(rule, Outcome.FAILED, f"{_count(late)} not seen in the tracker yet", links, who)
    if unread:
        reason = f"{_count(unread)} not seen yet, and the tracker was not read since; run `tallyman sync`"
        return Verdict(rule, Outcome.UNKNOWN, reason, links)
    if unclear:
        reason = f"{_count(unclear)} not plain enough to compare with the tracker"
        return Verdict(rule, Outcome.UNKNOWN, reason, links)
    if missing := evidence.no_milestone():  # what it holds is not known, so more decisions may be about it
        return Verdict(rule, Outcome.UNKNOWN, missing)
    return Verdict(rule, Outcome.PASSED, _in_order(len(waiting), len(seen), grace.days), links)


def _state(each: Decided, evidence: Evidence, grace: timedelta) -> State:
    if each.seen is None:
        return State.UNCLEAR
    if each.seen:
        return State.SEEN
    if evidence.at - each.said.item.at <= grace:
        return State.WAITING
    if each.reading.is_open:  # nobody but people can tell whether its condition has come true
        return State.UNCLEAR
    return State.LATE if _read_at(evidence) - each.said.item.at > grace else State.UNREAD


def _read_at(evidence: Evidence) -> datetime:
    return evidence.synced_at or evidence.at


def _count(decided: list[Decided]) -> str:
    return "1 decision is" if len(decided) == 1 else f"{len(decided)} decisions are"


def _in_order(waiting: int, seen: int, days: int) -> str:
    if waiting:
        others = f"; {seen} more can be seen" if seen else ""
        return f"{waiting} of the last {days} days may still be carried out{others}"
    if seen:
        return "the decision is seen" if seen == 1 else f"all {seen} decisions are seen"
    return "no decision asks anything of this release's issues"


def about_release(evidence: Evidence) -> tuple[Decided, ...]:
    """The decisions that name something in the release or move something in or out of it, compared with the tracker.

    A later move of the same issue takes the place of an earlier one. What was rejected asks for nothing.
    """
    titles = [milestone.title for milestone in evidence.milestones]
    accepted = [said for said in evidence.decisions if said.item.kind is not Kind.REJECTED]
    accepted.sort(key=lambda said: (said.item.at, said.item.line))
    readings = [(said, read(said.item, evidence.target.repo, titles)) for said in accepted]
    last = {
        number: said
        for said, reading in readings
        for asked in reading.asked
        if asked.act in (Act.OUT, Act.INTO)
        for number in asked.numbers
    }
    tracker = _tracker(evidence)
    members = {issue.number for issue in evidence.members()}
    found = []
    for said, reading in readings:
        standing = tuple(_standing(asked, said, last) for asked in reading.asked)
        now = replace(reading, asked=tuple(asked for asked in standing if asked.numbers))
        was_replaced = bool(reading.asked) and not now.asked and not reading.unclear
        if not was_replaced and _is_about(said, reading, evidence, members):
            seen, why = compare(now, tracker)
            named = (tracker.issues.get(ref.number or 0) for ref in _own(said, evidence))
            url = next((issue.url for issue in named if issue), "")
            found.append(Decided(said, now, seen, why, url))
    return tuple(found)


def _tracker(evidence: Evidence) -> Tracker:
    milestones: dict[str, dict[int, str]] = {}
    for milestone in evidence.milestones:
        milestones.setdefault(plain_title(milestone.title), {})[milestone.number] = milestone.title
    return Tracker({issue.number: issue for issue in evidence.issues}, milestones)


def _standing(asked: Asked, said: Said, last: dict[int, Said]) -> Asked:
    if asked.act not in (Act.OUT, Act.INTO):
        return asked
    return replace(asked, numbers=tuple(number for number in asked.numbers if last[number] is said))


def _is_about(said: Said, reading: Reading, evidence: Evidence, members: set[int]) -> bool:
    target = evidence.target
    names = [target.version, *([target.milestone.title] if target.milestone else [])]
    if any(same_title(asked.title, name) for asked in reading.asked if asked.title for name in names):
        return True
    return any(ref.number in members for ref in _own(said, evidence))


def _own(said: Said, evidence: Evidence) -> list[Reference]:
    """What it names in the project's own repository."""
    return [ref for ref in said.item.references if ref.repo.lower() == evidence.target.repo.lower()]


def compare(reading: Reading, tracker: Tracker) -> tuple[bool | None, str]:
    """Whether all that is asked is seen, and why (not): one thing that is not seen outweighs one that is unclear."""
    answers = [_compare(asked, number, tracker) for asked in reading.asked for number in asked.numbers]
    answers += [(None, reading.unclear)] if reading.unclear else []
    for wanted in (False, None):
        if first := next((answer for answer in answers if answer[0] is wanted), None):
            return first
    return True, "; ".join(dict.fromkeys(why for _, why in answers))


def _compare(asked: Asked, number: int, tracker: Tracker) -> tuple[bool | None, str]:
    issue = tracker.issues.get(number)
    if issue is None:
        return None, f"#{number} is not recorded"
    if asked.act is Act.CLOSE:
        return not issue.is_open, f"#{number} is {issue.state.value}"
    if asked.act is Act.MERGE:
        return _merged(issue)
    return _moved(asked, issue, tracker)


def _merged(issue: Issue) -> tuple[bool | None, str]:
    if issue.merged_at is not None:
        return True, f"#{issue.number} is merged"
    if not issue.is_pull and not issue.is_open:
        return None, f"#{issue.number} is a closed issue; which pull request it means is not clear"
    return (
        False,
        f"#{issue.number} is {'open' if issue.is_open else 'closed, and no merge of it is recorded'}",
    )


def _moved(asked: Asked, issue: Issue, tracker: Tracker) -> tuple[bool | None, str]:
    called = tracker.milestones.get(plain_title(asked.title), {})
    if asked.act is Act.OUT and issue.milestone is None:
        return True, f"#{issue.number} is in no milestone"
    if not called:
        return None, f"there is no milestone {asked.title}"
    is_in = issue.milestone in called
    where = called.get(issue.milestone or 0) or next(iter(called.values()))
    if asked.act is Act.OUT:
        return not is_in, f"#{issue.number} is {'still' if is_in else 'no longer'} in {where}"
    return is_in, f"#{issue.number} is {'' if is_in else 'not '}in {where}"


def _link(each: Decided, term: str) -> Link:
    condition = "; it sets a condition" if each.reading.is_open and each.seen is False else ""
    return Link(f"{each.said.item.text} ({each.said.meeting}): {each.why}{condition}{term}", each.url)
