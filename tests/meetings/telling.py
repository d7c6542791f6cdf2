"""A meeting told in plain words, for transcripts that anybody can read."""

from bot.model.meeting import Item, Kind, Meeting
from bot.reports.minutes import stamp


def items(meetings: tuple[Meeting, ...]) -> list[str]:
    """A line for each item; a line for each meeting when there are several."""
    lines = []
    for meeting in meetings:
        if len(meetings) > 1:
            lines.append(_heading(meeting))
        lines += [in_words(item) for item in meeting.items]
    return lines


def _heading(meeting: Meeting) -> str:
    return f"{meeting.name} {stamp(meeting.started_at)} to {stamp(meeting.ended_at) if meeting.ended_at else '(not ended)'}"


def in_words(item: Item) -> str:
    to = f" -> {' '.join(item.assignees) or 'nobody'}" if item.kind is Kind.ACTION else ""
    done = " (said to be done)" if item.done else ""
    return f"{item.id} {item.kind} {item.status}: {item.text}{to}{done}"


def everything(meetings: tuple[Meeting, ...]) -> list[str]:
    """All that is known of each meeting."""
    return [line for meeting in meetings for line in _everything(meeting)]


def _everything(meeting: Meeting) -> list[str]:
    lines = [_heading(meeting), f"title: {meeting.title}", f"chairs: {' '.join(meeting.chairs)}"]
    for item in meeting.items:
        lines.append(f"  {in_words(item)}")
        lines += [f"      {more}" for more in _more(item)]
    for topic in meeting.topics:
        left = "left open" if topic.left_open else "closed"
        lines.append(f"topic {topic.id}: {topic.text} ({topic.repo or 'no repository'}), {left}")
    for poll in meeting.polls:
        counted = ", ".join(f"{option} {count}" for option, count in poll.tally().items())
        lines.append(f"vote {poll.id}: {poll.question} {counted}; could vote: {' '.join(poll.electorate)}")
        for ballot in poll.ballots:
            before = f", before that {', '.join(ballot.history)}" if ballot.history else ""
            lines.append(
                f"      {ballot.by}: {ballot.choice}{before}{'' if ballot.counts else ' (does not count)'}"
            )
    for person in meeting.people:
        also = f", also {', '.join(person.also)}" if person.also else ""
        near = f", perhaps {', '.join(person.near)}" if person.near else ""
        left = f", left {stamp(person.left_at)}" if person.left_at else ""
        lines.append(f"person {person.nick}: {person.present}{also}{near}{left}")
    lines += [f"scribe: {nick}" for nick in meeting.scribes]
    lines += [f"{name} is {nick}" for name, nick in meeting.aliases]
    lines += [f"offered ({offer.kind}): {offer.text}" for offer in meeting.offers]
    return lines + [f"note: {warning}" for warning in meeting.warnings]


def _more(item: Item) -> list[str]:
    found = [f"topic: {item.topic}"] if item.topic and item.kind is not Kind.TOPIC else []
    if item.speaker != item.by:
        found.append(f"said by {item.speaker}, typed by {item.by}")
    else:
        found.append(f"by {item.by}")
    found += [
        f"{ref.kind} {ref.repo}{f'#{ref.number}' if ref.number else ''} {'' if ref.number else ref.url + ' '}by {ref.rule}"
        for ref in item.references
    ]
    found += [f"due {item.due:%A %d %B %Y}"] if item.due else []
    found += [f"gloss: {item.gloss}"] if item.gloss else []
    found += [f"closes {item.closes}"] if item.closes else []
    return found + ([f"note: {item.note}"] if item.note else [])
