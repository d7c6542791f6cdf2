"""The arithmetic of a meeting's vote in words: how many, who, and who else spoke."""

from dataclasses import dataclass

from bot.model.meeting import Choice, Poll


@dataclass(frozen=True, slots=True)
class Count:
    """One option with those who chose it, in the order of their votes."""

    choice: str
    ballots: tuple[Choice, ...]


def counts(poll: Poll) -> tuple[Count, ...]:
    """Every option, also one that nobody chose; then what else was voted."""
    chosen: dict[str, list[Choice]] = {option: [] for option in poll.options}
    for ballot in poll.ballots:
        if ballot.counts:
            chosen.setdefault(ballot.choice, []).append(ballot)
    return tuple(Count(choice, tuple(ballots)) for choice, ballots in chosen.items())


def uncounted(poll: Poll) -> tuple[Choice, ...]:
    return tuple(ballot for ballot in poll.ballots if not ballot.counts)


def turnout(poll: Poll) -> str:
    """`4 of 7 who could vote did`; only how many, for nobody has to vote."""
    voted = len({ballot.by for ballot in poll.ballots if ballot.counts})
    if not poll.electorate:
        return "nobody voted" if not voted else f"{voted} voted"
    return f"{voted} of {len(poll.electorate)} who could vote did"


def span(poll: Poll) -> str:
    opened = f"opened {poll.opened_at:%H:%M}"
    return f"{opened}, closed {poll.closed_at:%H:%M}" if poll.closed_at else f"{opened}, never closed"


def names(ballots: tuple[Choice, ...]) -> list[str]:
    """`ada (no before)`: whoever changed their mind is shown with what they voted first."""
    return [
        f"{ballot.by} ({', '.join(ballot.history)} before)" if ballot.history else ballot.by
        for ballot in ballots
    ]


FILTERS = {"counts": counts, "uncounted": uncounted, "turnout": turnout, "span": span, "voters": names}
