"""A meeting arranged for reading: decisions first, then actions by person, what was left open, and topics in order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.model.meeting import DECISIONS, Item, Kind, Meeting, Reference, Status

Promise = TypeVar("Promise")
NOBODY = "nobody"
BEFORE, UNDER_NONE = "Before the first topic", "Under no topic"
UNCONFIRMED = "who is meant has not been confirmed yet"


@dataclass(slots=True)
class Section:
    """A topic and what was recorded under it; `turns` are the items that took it up, more than one when it was resumed.

    `text` is "" for what stands under no topic, `heading` says so. `mentions` were spoken of and are in none of the items.
    """

    text: str
    heading: str
    repo: str = ""
    left_open: bool = False
    mentions: tuple[Reference, ...] = ()
    turns: list[Item] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a page of minutes shows, in its order. `waiting` is what only a chair can make count."""

    decisions: tuple[Item, ...]
    actions: tuple[tuple[str, tuple[Item, ...]], ...]
    questions: tuple[Item, ...]
    left_open: tuple[Section, ...]
    waiting: tuple[Item, ...]
    sections: tuple[Section, ...]


def outline(meeting: Meeting) -> Outline:
    parts = sections(meeting)
    standing = [item for item in meeting.items if item.stands]
    answered = {item.closes for item in standing if item.kind is Kind.ANSWER}
    return Outline(
        decisions=tuple(item for item in standing if item.kind in DECISIONS),
        actions=by_person(
            (item for item in standing if item.kind is Kind.ACTION), lambda item: item.assignees
        ),
        questions=tuple(i for i in standing if i.kind is Kind.QUESTION and i.id not in answered),
        left_open=tuple(part for part in parts if part.left_open),
        waiting=tuple(item for item in meeting.items if item.status is Status.PENDING),
        sections=parts,
    )


def by_person(
    promises: Iterable[Promise], people: Callable[[Promise], Sequence[str]]
) -> tuple[tuple[str, tuple[Promise, ...]], ...]:
    """What was promised under everybody it was given to, by name; nobody is a person too, and comes last."""
    owned: dict[str, list[Promise]] = {}
    for promise in promises:
        for name in dict.fromkeys(people(promise)) or [""]:
            owned.setdefault(name, []).append(promise)
    nobody = owned.pop("", [])
    found = [(name, tuple(owned[name])) for name in sorted(owned, key=lambda name: (name.casefold(), name))]
    return (*found, *([(NOBODY, tuple(nobody))] if nobody else []))


def sections(meeting: Meeting) -> tuple[Section, ...]:
    """One section for each topic, also for one that was taken up again; every item of the meeting is in one of them.

    Meetings recorded before topics were values of their own are put together by the topics' text.
    """
    topics = {topic.id: topic for topic in meeting.topics}
    said = {item.text: topics[item.id].text for item in meeting.items if item.id in topics}
    busy = {item.topic for item in meeting.items if item.kind is not Kind.TOPIC}
    found: dict[str, Section] = {}
    here = ""
    for item in meeting.items:
        turns = item.kind is Kind.TOPIC and (item.stands or item.text in busy)
        if turns:
            here = item.text
        elif item.kind is not Kind.TOPIC or item.topic != item.text:
            here = item.topic
        text = said.get(here, here)
        section = found.setdefault(text, Section(text, text or (BEFORE if not found else UNDER_NONE)))
        (section.turns if turns else section.items).append(item)
    for topic in meeting.topics:
        section = found.setdefault(topic.text, Section(topic.text, topic.text or UNDER_NONE))
        section.repo, section.left_open = topic.repo, topic.left_open
        shown = {_same(ref) for each in [*section.turns, *section.items] for ref in each.references}
        section.mentions = tuple(ref for ref in topic.mentions if _same(ref) not in shown)
    if not meeting.topics:
        for section in found.values():
            section.left_open = is_left_open(section.text, section.items)
            section.repo = next((turn.repo for turn in section.turns), "")
    return tuple(found.values())


def _same(reference: Reference) -> tuple[str, int | str]:
    """`#412` and the address of pull request 412 are one thing, as they are for GitHub."""
    return reference.repo, reference.number if reference.number is not None else reference.url


def is_left_open(topic: str, items: Sequence[Item]) -> bool:
    """A topic without decision and without action is left open; what came before the first topic is none."""
    settled = any(item.stands and (item.kind in DECISIONS or item.kind is Kind.ACTION) for item in items)
    return bool(topic) and not settled


def for_everybody(meeting: Meeting) -> Meeting:
    """The meeting without guesses about who is who, for pages that not only chairs read (DESIGN, law 7)."""
    return replace(
        meeting,
        items=tuple(
            replace(item, note=UNCONFIRMED) if item.status is Status.UNCERTAIN else item
            for item in meeting.items
        ),
        people=tuple(replace(person, near=()) for person in meeting.people),
        offers=tuple(offer for offer in meeting.offers if offer.kind != "same-person"),
    )
