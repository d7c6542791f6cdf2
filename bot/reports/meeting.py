"""What one issue hears of a meeting: the decisions about it, and where the log is; and the minutes where they are kept."""

from collections.abc import Sequence

from bot.model.meeting import Item, Kind, Meeting, Status
from bot.reports import minutes
from bot.reports.quoting import quote_markdown
from bot.reports.templates import environment

DECIDED = (Kind.AGREED, Kind.ACCEPTED, Kind.REJECTED, Kind.VOTE, Kind.ACTION)
STANDS = (Status.RECORDED, Status.ADOPTED, Status.AMENDED)
MOST = 30  # decisions about one issue
MOST_BYTES = 58_000


def decisions(meeting: Meeting) -> dict[tuple[str, int], tuple[Item, ...]]:
    """What was decided about each issue or pull request that a decision names, as (repository, number)."""
    found: dict[tuple[str, int], list[Item]] = {}
    for item in meeting.items:
        if item.kind not in DECIDED or item.status not in STANDS:
            continue
        for ref in item.references:
            named = found.setdefault((ref.repo, ref.number), []) if ref.number is not None else []
            if item not in named:
                named.append(item)
    return {place: tuple(items) for place, items in found.items()}


def comment(meeting: Meeting, items: Sequence[Item], log: str) -> str:
    """The comment on one issue. `log` is the log's address, "" for none."""
    return (
        environment()
        .get_template("meeting.markdown.j2")
        .render(meeting=meeting, items=list(items), log=log, most=MOST)
    )


def kept(meeting: Meeting, log: str) -> str:
    """The minutes as a comment; what is too long for one ends at a line, and says so."""
    whole = minutes.render(meeting, "markdown", log=log)
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    fits = whole.encode()[:MOST_BYTES].decode(errors="ignore").rsplit("\n", 1)[0]
    return f"{fits}\n\nand more: `tallyman meeting show` has all of {quote_markdown(meeting.name)}\n"
