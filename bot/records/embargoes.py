"""What is under embargo: hidden where it is loaded, so that no report, page, feed or plan can show it until a person lifts it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.meeting import Item, Kind, Meeting
from bot.model.ruling import Act, Ruling, standing
from bot.model.tracker import Issue, Milestone
from bot.records.tables import ItemRow, LineRow, RulingRow
from bot.records.values import from_json

WORD = r"(?<![\w.]){}(?![\w]|[-+.]\w)"


@dataclass(frozen=True, slots=True)
class Curtain:
    """Meetings as a whole, and topics of meetings by their text, that nothing is shown of."""

    meetings: frozenset[int] = frozenset()
    topics: frozenset[tuple[int, str]] = frozenset()

    def hides(self, id_: int, item: Item) -> bool:
        if id_ in self.meetings:
            return True
        names = [item.topic, *([item.text] if item.kind in (Kind.TOPIC, Kind.SUBTOPIC) else [])]
        return any((id_, name.casefold()) in self.topics for name in names)

    def draw(self, id_: int, meeting: Meeting, items: Iterable[Item]) -> Meeting:
        """The meeting with what may be shown of it; `items` are those that may."""
        shown = tuple(items)
        if not any(id_ == each for each, _ in self.topics):
            return replace(meeting, items=shown)
        ids = {item.id for item in shown}
        lines = {item.line for item in shown}
        return replace(
            meeting,
            items=shown,
            topics=tuple(t for t in meeting.topics if (id_, t.text.casefold()) not in self.topics),
            polls=tuple(poll for poll in meeting.polls if poll.id in ids),
            offers=tuple(offer for offer in meeting.offers if set(offer.lines) <= lines),
        )


def load_curtain(session: Session) -> Curtain:
    meetings, topics = set(), set()
    for about in _about(session, "meeting"):
        number, _, topic = about.partition(":")
        if number.isdecimal() and topic:
            topics.add((int(number), topic.casefold()))
        elif number.isdecimal():
            meetings.add(int(number))
    return Curtain(frozenset(meetings), frozenset(topics))


def hidden_lines(session: Session, id_: int) -> frozenset[int]:
    """The lines of a meeting under embargo: all of them, or those from where such a topic was taken up to the next topic."""
    curtain = load_curtain(session)
    if id_ not in curtain.meetings and not any(id_ == each for each, _ in curtain.topics):
        return frozenset()
    numbers = session.scalars(
        select(LineRow.number).where(LineRow.meeting_id == id_).order_by(LineRow.place, LineRow.number)
    ).all()
    if id_ in curtain.meetings:
        return frozenset(numbers)
    newest = select(func.max(ItemRow.id)).where(ItemRow.meeting_id == id_).group_by(ItemRow.item)
    items = [
        from_json(Item, row.facts) for row in session.scalars(select(ItemRow).where(ItemRow.id.in_(newest)))
    ]
    opened = {item.line: item for item in items if item.kind is Kind.TOPIC}
    found, is_hidden = set(), False
    for number in numbers:
        if number in opened:
            is_hidden = curtain.hides(id_, opened[number])
        if is_hidden:
            found.add(number)
    return frozenset(found | {item.line for item in items if curtain.hides(id_, item)})


def hidden_titles(session: Session, repo: str) -> frozenset[str]:
    """The milestones of a repository that are under embargo, in small letters."""
    return frozenset(title.casefold() for title in _about(session, "milestone", repo))


def is_hidden_release(titles: frozenset[str], version: str) -> bool:
    """Whether a release goes by the name of a milestone under embargo."""
    return version.casefold().removeprefix("v") in {title.removeprefix("v") for title in titles}


def hidden_numbers(
    titles: frozenset[str], milestones: Iterable[Milestone], issues: Iterable[Issue]
) -> frozenset[int]:
    """The issues that are in such a milestone, or are titled as its release."""
    numbers = {each.number for each in milestones if each.title.casefold() in titles}
    named = [re.compile(WORD.format("v?" + re.escape(title.removeprefix("v"))), re.I) for title in titles]
    return frozenset(
        issue.number
        for issue in issues
        if issue.milestone in numbers or any(pattern.search(issue.title) for pattern in named)
    )


def _about(session: Session, what: str, repo: str | None = None) -> tuple[str, ...]:
    rows = session.scalars(
        select(RulingRow)
        .where(RulingRow.act.in_((Act.EMBARGO.value, Act.LIFT.value)), RulingRow.about.like(f"{what}:%"))
        .order_by(RulingRow.id)
    )
    found = [
        Ruling(row.project, row.release, Act(row.act), row.about, row.by, row.at, row.why)
        for row in rows
        if repo is None or row.facts.get("repo", "").lower() == repo.lower()
    ]
    return tuple(each.about.partition(":")[2] for each in standing(found, Act.EMBARGO))
