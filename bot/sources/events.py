"""The events of a repository's issues, read from the newest back to those that are known."""

from bot.model.history import Event, What
from bot.sources.gateway import Gateway, Raw
from bot.sources.payload import moment, name_of

KNOWN = frozenset(what.value for what in What)


def read_events(gateway: Gateway, name: str, *, after: int) -> tuple[Event, ...]:
    """What happened in the repository, as it is called today, since the event `after` (0: everything), oldest first.

    One request for each hundred.

    GitHub adds new kinds of events at any time; those that tell nothing of milestones are left out. Raises TrackerFailed
    or WrongRequest.
    """
    found: list[Event] = []
    for id_, event in gateway.pages(f"/repos/{name}/issues/events", _event):
        if id_ <= after:
            break
        if event is not None:
            found.append(event)
    return tuple(reversed(found))


def _event(raw: Raw) -> tuple[int, Event | None]:
    id_ = int(raw["id"])
    if raw["event"] not in KNOWN or not raw.get("issue"):  # the issue of an event may have been deleted
        return id_, None
    issue = raw["issue"]
    return id_, Event(
        number=issue["number"],
        what=What(raw["event"]),
        at=moment(raw["created_at"]),
        id=id_,
        by=name_of(raw.get("actor")),
        url=f"{issue['html_url']}#event-{id_}",
        milestone=(raw.get("milestone") or {}).get("title") or "",
        reason=raw.get("state_reason") or "",
    )
