"""An iCalendar file of the days by which actions are due."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from bot.model.followup import Action
from bot.reports.feed import tag
from bot.reports.linking import is_web, label
from bot.reports.outline import NOBODY
from bot.reports.plain import listed, long_day, short


def calendar(actions: Iterable[Action], *, project: str, repo: str, url_of: Callable[[Action], str]) -> bytes:
    """The open actions with a due date, each as an event of a whole day that blocks no time. Archived ones are left out.

    Events and no VTODOs: calendars that people subscribe with (Google's, Apple's, Fastmail's) show no VTODO at all
    (nextcloud/server#38036), and elsewhere both together would show twice. Nobody is invited, so that no address is
    needed; a UID stays the same when the date, the owner or the site's address changes.
    """
    found = Calendar()
    found.add("prodid", "-//Tallyman//Actions//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", short(f"Actions of {project}", 200))
    found.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    found.add("x-published-ttl", "PT6H")
    for action in actions:
        if action.due is not None and action.is_open and not action.archived:
            uid = str(
                uuid5(NAMESPACE_URL, tag(repo, project, "actions", str(action.meeting_id), action.item.id))
            )
            found.add_component(_event(action, action.due, uid, url_of(action)))
    return bytes(found.to_ical())


def _event(action: Action, due: date, uid: str, url: str) -> Event:
    changed = max([action.item.at, *(step.at for step in action.history)])
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", len(action.history))
    event.add("dtstart", due)
    if due < date.max:
        event.add("dtend", due + timedelta(days=1))  # the first day that is not in it, RFC 5545 section 3.6.1
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(action))
    event.add("description", _description(action, due))
    if is_web(url):
        event.add("url", url)
    return event


def _summary(action: Action) -> str:
    """Who and what; who only when the words do not begin with it."""
    who, text = owners(action), action.item.text
    return short(text if text.casefold().startswith(who.casefold()) else f"{who}: {text}", 200)


def _description(action: Action, due: date) -> str:
    """What was promised, by whom and where: one fact a line, the links at the end."""
    links = [f"{label(reference, full=True)}: {reference.url}" for reference in action.references]
    return "\n".join(
        short(line)
        for line in (
            action.item.text,
            f"With {owners(action)}, due {long_day(due)}.",
            f"Said in {action.meeting}.",
            *links,
        )
    )


def owners(action: Action) -> str:
    """`ada and bo`, or nobody."""
    return short(listed([shown(name) for name in action.owners]) or NOBODY, 200)


def shown(name: str) -> str:
    """A person's name; of one who is known by a mail address only what stands before the @ (DESIGN, law 7)."""
    return name.partition("@")[0] or name
