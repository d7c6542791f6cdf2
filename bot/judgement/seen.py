"""Decisions beside the tracker: carried out, not seen yet, seen the other way or not comparable, with the days of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.judgement.decisions import Act, Asked, Reading, plain_title, read, same_title
from bot.model.followup import Dismissal, Membership, SeenDecision, Sight
from bot.model.meeting import Kind
from bot.model.release import Said
from bot.model.tracker import Issue, Milestone

GRACE = timedelta(days=7)
MOVES = (Act.OUT, Act.INTO)
# Of several things that a decision asks the first of these decides: what is done in part is not seen yet.
WEIGHT = (Sight.OTHER_WAY, Sight.NOT_SEEN_YET, Sight.CANNOT_TELL, Sight.CARRIED_OUT)


@dataclass(frozen=True, slots=True)
class Books:
    """What the syncs of one repository left behind; `synced_at` None: it was never read."""

    repo: str
    synced_at: datetime | None
    issues: Mapping[int, Issue]
    milestones: tuple[Milestone, ...]
    memberships: tuple[Membership, ...] = ()


class Index:
    """The books, to look things up in: milestones (number -> title) by what people may call them, spells by issue."""

    def __init__(self, books: Books) -> None:
        self.is_read, self.issues = books.synced_at is not None, books.issues
        self.milestones: dict[str, dict[int, str]] = {}
        for milestone in books.milestones:
            self.milestones.setdefault(plain_title(milestone.title), {})[milestone.number] = milestone.title
        self.spells: dict[int, list[Membership]] = {}
        for each in sorted(books.memberships, key=lambda each: each.seen_from):
            if each.repo.lower() == books.repo.lower():
                self.spells.setdefault(each.number, []).append(each)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and of which day it is the news; `at` None when no sync saw it come about."""

    sight: Sight
    why: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A decision, what its words ask, and what was found of it, whatever the time."""

    said: Said
    reading: Reading
    found: Found


def compare(decisions: Iterable[Said], books: Books) -> tuple[Compared, ...]:
    """Every decision that still stands beside the tracker of one repository, oldest first.

    A later move of the same issue takes the place of an earlier one. What was rejected asks for nothing, and what an
    archived meeting decided is not compared.
    """
    titles = [milestone.title for milestone in books.milestones]
    standing = [each for each in decisions if each.item.kind is not Kind.REJECTED and not each.archived]
    standing.sort(key=lambda said: (said.item.at, said.item.line))
    readings = [(said, read(said.item, books.repo, titles)) for said in standing]
    last = {
        number: said
        for said, reading in readings
        for asked in reading.asked
        if asked.act in MOVES
        for number in asked.numbers
    }
    index = Index(books)
    found = []
    for said, reading in readings:
        asked = tuple(_standing(each, said, last) for each in reading.asked)
        now = replace(reading, asked=tuple(each for each in asked if each.numbers))
        if now.asked or reading.unclear or not reading.asked:  # else it was replaced as a whole
            found.append(Compared(said, reading, _look(now, said.item.at, index)))
    return tuple(found)


def see(
    decisions: Iterable[Said],
    books: Books,
    *,
    at: datetime,
    dismissals: Iterable[Dismissal] = (),
    grace: timedelta = GRACE,
) -> tuple[SeenDecision, ...]:
    """The same as facts to be shown, at a time.

    Nobody is asked within the grace, and only chairs for as long again. Only a tracker that was read after the grace can
    show that something was not done; and whether a condition has come true, nobody but people can tell.
    """
    words = tuple(dismissals)
    return tuple(_as_fact(each, books, at, words, grace) for each in compare(decisions, books))


def _as_fact(
    each: Compared, books: Books, at: datetime, dismissals: Sequence[Dismissal], grace: timedelta
) -> SeenDecision:
    said, found, age = each.said, each.found, at - each.said.item.at
    sight, why = found.sight, found.why
    if sight in (Sight.NOT_SEEN_YET, Sight.OTHER_WAY):
        if each.reading.is_open:
            sight, why = Sight.CANNOT_TELL, f"{why}; it sets a condition"
        elif age > grace and not was_read_since(said, books.synced_at, grace):
            sight, why = Sight.CANNOT_TELL, f"{why}, but the tracker was not read since; run `tallyman sync`"
    return SeenDecision(
        said.meeting_id, said.meeting, said.item, sight, why, in_grace=age <= grace,
        chairs_only=grace < age <= 2 * grace, dismissed=dismissed(said, dismissals),
    )  # fmt: skip


def was_read_since(said: Said, synced_at: datetime | None, grace: timedelta) -> bool:
    """Whether the tracker was read after a decision's days of grace."""
    return synced_at is not None and synced_at - said.item.at > grace


def dismissed(said: Said, dismissals: Iterable[Dismissal]) -> Dismissal | None:
    """The last word of a chair that a decision need not be looked for; a dismissal without a reason is none."""
    own = [
        each
        for each in dismissals
        if (each.meeting_id, each.item) == (said.meeting_id, said.item.id)
        and (each.why.strip() or not each.stands)
    ]
    last = max(own, key=lambda each: (each.at, not each.stands, each.by, each.why), default=None)
    return last if last is not None and last.stands else None


def _standing(asked: Asked, said: Said, last: Mapping[int, Said]) -> Asked:
    if asked.act not in MOVES:
        return asked
    return replace(asked, numbers=tuple(number for number in asked.numbers if last[number] is said))


def _look(reading: Reading, decided: datetime, index: Index) -> Found:
    """All that is asked as one: the sight that weighs most, and everything that has it."""
    found = [_compare(asked, number, decided, index) for asked in reading.asked for number in asked.numbers]
    found += [Found(Sight.CANNOT_TELL, reading.unclear)] if reading.unclear else []
    sight = next(sight for sight in WEIGHT if any(each.sight is sight for each in found))
    return Found(sight, "; ".join(dict.fromkeys(each.why for each in found if each.sight is sight)))


def _compare(asked: Asked, number: int, decided: datetime, index: Index) -> Found:
    issue = index.issues.get(number)
    if not index.is_read:
        return Found(Sight.CANNOT_TELL, "the tracker was never read; run `tallyman sync`")
    if issue is None:
        return Found(Sight.CANNOT_TELL, f"#{number} is not recorded")
    match asked.act:
        case Act.CLOSE:
            return _closed(issue)
        case Act.MERGE:
            return _merged(issue)
        case Act.OPEN:
            return _open(issue, decided)
        case Act.LABEL | Act.UNLABEL:
            return _labelled(issue, asked.title, wanted=asked.act is Act.LABEL)
        case Act.OUT | Act.INTO:
            return _moved(asked, issue, decided, index)


def _closed(issue: Issue) -> Found:
    if issue.merged_at is not None:
        return Found(Sight.OTHER_WAY, f"#{issue.number} was merged{_on(issue.merged_at)}", issue.merged_at)
    if issue.is_open:
        return Found(Sight.NOT_SEEN_YET, f"#{issue.number} is open")
    return Found(Sight.CARRIED_OUT, f"#{issue.number} was closed{_on(issue.closed_at)}", issue.closed_at)


def _merged(issue: Issue) -> Found:
    name = f"#{issue.number}"
    if issue.merged_at is not None:
        return Found(Sight.CARRIED_OUT, f"{name} was merged{_on(issue.merged_at)}", issue.merged_at)
    if issue.is_open:
        return Found(Sight.NOT_SEEN_YET, f"{name} is open")
    if issue.is_pull:  # older syncs did not record merges
        return Found(Sight.NOT_SEEN_YET, f"{name} is closed, and no merge of it is recorded")
    return Found(Sight.CANNOT_TELL, f"{name} is a closed issue; which pull request it means is not clear")


def _open(issue: Issue, decided: datetime) -> Found:
    if issue.is_open:
        return Found(Sight.CARRIED_OUT, f"#{issue.number} is open")
    since = issue.closed_at is not None and issue.closed_at > decided
    why = f"#{issue.number} was closed{_on(issue.closed_at)}"
    return Found(Sight.OTHER_WAY if since else Sight.NOT_SEEN_YET, why, issue.closed_at)


def _labelled(issue: Issue, label: str, *, wanted: bool) -> Found:
    has = label.casefold() in {each.casefold() for each in issue.labels}
    why = f"#{issue.number} {'has' if has else 'does not have'} the label {label}"
    return Found(Sight.CARRIED_OUT if has is wanted else Sight.NOT_SEEN_YET, why)


def _moved(asked: Asked, issue: Issue, decided: datetime, index: Index) -> Found:
    name, spells = f"#{issue.number}", index.spells.get(issue.number, [])
    called = index.milestones.get(plain_title(asked.title), {})
    there = [spell for spell in spells if same_title(asked.title, spell.milestone)]
    if not called and not there and (asked.act is Act.INTO or issue.milestone is not None):
        return Found(Sight.CANNOT_TELL, f"there is no milestone {asked.title}")
    title = called.get(issue.milestone or 0) or next(iter(called.values()), asked.title)
    is_in, left = issue.milestone in called, _left(name, there, decided)
    if asked.act is Act.OUT and not is_in:
        return left or Found(Sight.CARRIED_OUT, f"{name} is not in {title}")
    if asked.act is Act.INTO and is_in:
        entered = there[-1].seen_from if there else None
        return Found(Sight.CARRIED_OUT, f"{name} is in {title}{_seen_on(entered)}", entered)
    if asked.act is Act.INTO and left is not None and left.at is not None and left.at > decided:
        return replace(left, sight=Sight.OTHER_WAY)
    if (moved := _moved_since(spells, decided)) is not None:
        where = f"{moved.milestone}{_seen_on(moved.seen_from)}"
        return Found(Sight.OTHER_WAY, f"{name} was moved into {where}", moved.seen_from)
    if issue.closed_at is not None and issue.closed_at > decided:
        where = f"still in {title}" if is_in else f"and was never moved to {title}"
        return Found(Sight.OTHER_WAY, f"{name} was closed{_on(issue.closed_at)}, {where}", issue.closed_at)
    return Found(Sight.NOT_SEEN_YET, f"{name} is {'still' if is_in else 'not'} in {title}")


def _left(name: str, there: Sequence[Membership], decided: datetime) -> Found | None:
    """When a sync last found it gone: `#299 was in 1.0.0 on 1 June 2016, not on 8 June 2016`. None: never."""
    ended = [(spell.gone_at, spell) for spell in there if spell.gone_at is not None]
    if not ended:
        return None
    gone, spell = max(ended, key=lambda pair: pair[0])
    seen = max(spell.seen_from, decided) if decided < gone else spell.seen_from
    if day(seen) == day(gone):
        days = f"on {day(seen)} at {seen:%H:%M} UTC, not at {gone:%H:%M} UTC"
    else:
        days = f"on {day(seen)}, not on {day(gone)}"
    return Found(Sight.CARRIED_OUT, f"{name} was in {spell.milestone} {days}", gone)


def _moved_since(spells: Sequence[Membership], decided: datetime) -> Membership | None:
    """The milestone it is in, when it came there after the decision.

    Only what was seen elsewhere before has come: all else may have been there before the first sync.
    """
    if not spells or spells[-1].gone_at is not None or spells[-1].seen_from <= decided:
        return None
    was_elsewhere = any(spell.gone_at and spell.gone_at <= spells[-1].seen_from for spell in spells)
    return spells[-1] if was_elsewhere else None


def _on(moment: datetime | None) -> str:
    return f" on {day(moment)}" if moment else ""


def _seen_on(moment: datetime | None) -> str:
    return f", seen there on {day(moment)}" if moment else ""


def day(moment: datetime) -> str:
    """`1 June 2016`, in UTC."""
    on = moment.astimezone(UTC)
    return f"{on.day} {on:%B} {on.year}"
