"""Notes to meetings: each dated section becomes one, its lines items, and what an earlier reading knew keeps its names."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, tzinfo

from bot.meetings import references
from bot.meetings.notes.attendance import people_in, present_people
from bot.meetings.notes.days import Span, find_span
from bot.meetings.notes.items import Draft, drafts_of
from bot.meetings.notes.lasting import Seen, gone, ids_of, meetings_before, new_name
from bot.meetings.notes.markdown import front_matter, rows_of
from bot.meetings.notes.outline import Section, outline
from bot.meetings.notes.placing import place
from bot.meetings.notes.roster import Names, Person, Roster
from bot.meetings.notes.words import Part, is_cancelled, is_procedure
from bot.meetings.references import Home
from bot.model.meeting import (
    DECISIONS,
    Item,
    Kind,
    Meeting,
    Offer,
    Participant,
    Present,
    Reference,
    Rule,
    Status,
    Topic,
)

STRUCK = "it is struck out in the notes"
DAY_OR_MONTH = "the day may be another one: {title!r} can be read as day/month and as month/day, and was read as month/day"


def read_notes(
    text: str,
    *,
    name: str,
    home: Home | None = None,
    previous: Sequence[Meeting] = (),
    zone: tzinfo | None = None,
    redacted: Collection[str] = frozenset(),
) -> tuple[Meeting, ...]:
    """The meetings of a text, oldest first; () when nothing in it says of which day it is. Never raises.

    `name` is the file's path or the page's address: it becomes the meetings' source, and its day is that of a file whose
    headings have none. `home` None: guessed from the links. `zone` is for hours that name none.

    `previous` is what the last reading gave, as it gave it: lines and meetings keep the names (`id`, `name`) they had
    there. A line that is gone stays as an item that is undone, so that its id is not given to another; a meeting that is
    gone from the file is not among those returned, for it was moved to an archive more often than taken back.

    `redacted` are the fingerprints of lines that were redacted: they are not read again.
    """
    rows = rows_of(text)
    parts = outline(rows, name, front_matter(text))
    home = home or references.guessed_home([row.text for row in rows if not row.hidden])
    earlier = Names()
    for person in present_people(place(parts.preamble), Names()):
        earlier.add(person)
    sections = sorted(parts.sections, key=lambda section: section.found.day)
    readings = [_Reading(section, name, home, earlier, zone, redacted) for section in sections]
    befores = meetings_before([reading.seen for reading in readings], previous, name)
    taken = {meeting.name for meeting in previous}
    meetings = []
    for reading, before in zip(readings, befores, strict=True):
        if before is None and reading.is_empty:
            continue
        section = reading.section
        called = before.name if before else new_name(section.found.day, section.beside, name, taken)
        taken.add(called)
        meetings.append(reading.meeting(before, called))
    return tuple(meetings)


class _Reading:
    """One section of the notes, read."""

    def __init__(
        self,
        section: Section,
        source: str,
        home: Home,
        earlier: Names,
        zone: tzinfo | None,
        redacted: Collection[str],
    ) -> None:
        """`earlier` are the people of earlier meetings; this one's are added to them."""
        self.section, self.source, self.home = section, source, home
        self.placed = place(section.rows)
        self.people = present_people(self.placed, earlier)
        self.roster = Roster(self.people, earlier)
        self.chairs, self.scribes = self._named(Part.CHAIR), self._named(Part.SCRIBE)
        self.drafts = drafts_of(self.placed, self.roster, section.found.day, redacted)
        self.span = self._span(zone)
        for person in self.people:
            earlier.add(person)

    @property
    def seen(self) -> Seen:
        lines = frozenset(draft.text for draft in self.drafts)
        people = frozenset(person.nick for person in self._participants())
        return Seen(self.section.found.day, self.section.head.text, lines, people, self.is_empty)

    @property
    def is_empty(self) -> bool:
        """Nobody and nothing, or only that there was no meeting."""
        return not self.people and (not self.drafts or is_cancelled(self.drafts[0].text))

    def meeting(self, before: Meeting | None, name: str) -> Meeting:
        started = self.span.start if self.span else datetime.combine(self.section.found.day, time(), UTC)
        ids = ids_of(self.drafts, before)
        items = self._items(ids, started)
        topics = tuple(_topics(items, started))
        items += gone(before, set(ids), [row.text for row in self.section.rows if row.hidden])
        items.sort(key=lambda item: (item.line, item.status is Status.UNDONE))
        return Meeting(
            name=name, title=self.section.head.text, channel="", started_at=started,
            ended_at=(self.span.end if self.span else None) or started, chairs=self.chairs, items=tuple(items),
            people=tuple(self._participants()), warnings=tuple(self._warnings()), source=self.source, topics=topics,
            offers=tuple(self._offers()), scribes=self.scribes,
            aliases=tuple((p.initials, p.nick) for p in self.people if p.initials), day_only=self.span is None,
        )  # fmt: skip

    def _named(self, part: Part) -> tuple[str, ...]:
        """The nicks of those named as chair or scribe."""
        found: dict[str, None] = {}
        for each in self.placed:
            for person in people_in(each) if each.part is part and not each.row.struck else ():
                meant = self.roster.meant(person.nick) or self.roster.meant(person.name)
                found[meant.nick if meant is not None and meant.is_known else person.nick] = None
        return tuple(found)

    def _span(self, zone: tzinfo | None) -> Span | None:
        told = [each.mark.words for each in self.placed if each.part in (Part.TIME, Part.DATE)]
        found = (find_span(words, self.section.found.day, zone) for words in (self.section.beside, *told))
        return next((span for span in found if span is not None), None)

    def _items(self, ids: Sequence[str], at: datetime) -> list[Item]:
        by = self.scribes[0] if len(self.scribes) == 1 else ""
        items: list[Item] = []
        repos: dict[str, str] = {}
        last = ""
        for id_, draft in zip(ids, self.drafts, strict=True):
            if draft.kind is Kind.TOPIC:
                repos.setdefault(draft.topic, references.repo_of_topic(draft.text, self.home))
            repo = repos.get(draft.topic, "")
            found = references.find(draft.text, self.home, repo, last)
            last = next((ref.repo for ref in reversed(found) if ref.rule is Rule.EXPLICIT), last)
            items.append(
                Item(
                    id=id_, line=self._line(draft), at=at, kind=draft.kind, by=by, speaker=draft.speaker, text=draft.text,
                    topic=draft.topic, assignees=draft.assignees, references=found, status=_status(draft),
                    repo=next((ref.repo for ref in found), "") or repo or self.home.default_repo, due=draft.due,
                    note=STRUCK if draft.is_struck else draft.note, closes=ids[draft.closes] if draft.closes >= 0 else "",
                    done=draft.done,
                )
            )  # fmt: skip
        return items

    def _line(self, draft: Draft) -> int:
        return draft.line - self.section.first_line + 1

    def _participants(self) -> Iterator[Participant]:
        """Those listed, and the chair and the scribe, who were there whether or not they are listed."""
        listed = {person.nick for person in self.people}
        others = dict.fromkeys(nick for nick in (*self.chairs, *self.scribes) if nick not in listed)
        for person in (*self.people, *(Person(nick) for nick in others)):
            also = tuple(name for name in (person.name, person.initials) if name and name != person.nick)
            yield Participant(person.nick, Present.SCRIBED, 0, also=also, affiliation=person.company)

    def _offers(self) -> Iterator[Offer]:
        """One for each name that may mean somebody: a chair can say who it is."""
        lines: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for draft in self.drafts:
            for unsure in draft.unsure_of:
                lines.setdefault(unsure, []).append(self._line(draft))
        for (name, candidates), numbers in lines.items():
            yield Offer(
                "same-person", tuple(numbers), (name, *candidates), f"is {name} {' or '.join(candidates)}?"
            )

    def _warnings(self) -> Iterator[str]:
        if self.section.is_guess:
            yield DAY_OR_MONTH.format(title=self.section.head.text)


def _status(draft: Draft) -> Status:
    if draft.is_struck:
        return Status.UNDONE
    return Status.UNCERTAIN if draft.is_unsure else Status.RECORDED


def _topics(items: Sequence[Item], at: datetime) -> Iterator[Topic]:
    """Each topic once, with what its lines name; it is left open when none of them is a decision or an action."""
    under: dict[str, list[Item]] = {}
    for item in items:
        under.setdefault(item.topic, []).append(item)
    for first in items:
        if first.kind is not Kind.TOPIC or first.topic not in under or not first.stands:
            continue
        inside = under.pop(first.topic)
        settled = any(i.stands and (i.kind in DECISIONS or i.kind is Kind.ACTION) for i in inside)
        mentions = _each_once(ref for item in inside for ref in item.references)
        is_open = not settled and not is_procedure(first.topic)
        yield Topic(first.id, first.topic, first.repo, at, is_open, mentions)


def _each_once(found: Iterable[Reference]) -> tuple[Reference, ...]:
    return tuple(
        {(ref.repo, ref.number, "" if ref.number else ref.url): ref for ref in reversed(list(found))}.values()
    )[::-1]
