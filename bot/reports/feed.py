"""An Atom feed (RFC 4287) of a project's meetings: the newest first, each with what was decided and promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.model.meeting import Meeting
from bot.reports.linking import is_web
from bot.reports.minutes import title, when
from bot.reports.minutes_json import stamp
from bot.reports.outline import for_everybody, outline
from bot.reports.plain import keep_lines, short, typed
from bot.reports.templates import environment

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50  # meetings in a feed
SINCE = "2026"  # the year in which these ids were thought of; part of every id, never to be changed


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting in the feed. `updated` is when its minutes last changed, `url` where they are read."""

    meeting: Meeting
    updated: datetime
    url: str


def feed(entries: Iterable[Entry], *, project: str, repo: str, url: str, site: str, at: datetime) -> str:
    """The feed that stands at `url`, of the pages at `site`; `at` is its date while no meeting is in it.

    Moving the site makes nothing new in anybody's reader: ids are tag: URIs of the repository's owner.
    """
    newest = sorted(entries, key=lambda entry: (entry.meeting.started_at, entry.meeting.name), reverse=True)
    shown = newest[:MOST]
    root = Element("feed", xmlns=ATOM)
    _text(root, "id", tag(repo, project, "meetings"))
    _text(root, "title", f"Meetings of {project}")
    _text(root, "updated", stamp(max((entry.updated for entry in shown), default=at)))
    _link(root, "self", url, "application/atom+xml")
    _link(root, "alternate", site, "text/html")
    _text(SubElement(root, "author"), "name", project)
    _text(root, "generator", "Tallyman")
    for entry in shown:
        _entry(SubElement(root, "entry"), entry, tag(repo, project, "meetings", *_key(entry.meeting)))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _entry(element: Element, entry: Entry, id_: str) -> None:
    meeting = for_everybody(entry.meeting)
    summary = environment().get_template("feed.html.j2")
    _text(element, "id", id_)
    _text(element, "title", f"{title(meeting)}, {meeting.started_at:%Y-%m-%d}")
    _text(element, "published", stamp(meeting.ended_at or meeting.started_at))
    _text(element, "updated", stamp(entry.updated))
    _link(element, "alternate", entry.url, "text/html")
    url = entry.url if is_web(entry.url) else ""
    text = summary.render(outline=outline(meeting), when=when(meeting), minutes=url)
    SubElement(element, "summary", type="html").text = keep_lines(text)


def tag(repo: str, *path: str) -> str:
    """A tag: URI (RFC 4151) in the name of the repository's owner, to whom OWNER.github.io belongs."""
    owner = "".join(
        sign for sign in repo.split("/")[0].lower() if sign.isascii() and (sign.isalnum() or sign == "-")
    )
    return f"tag:{owner or 'tallyman'}.github.io,{SINCE}:" + "/".join(
        quote(part, safe="", errors="replace") for part in path
    )


def _key(meeting: Meeting) -> list[str]:
    """What tells a meeting from every other one, whatever database it is in."""
    began = f"{meeting.started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return [short(part, 200) for part in (meeting.channel, began, meeting.name) if part]


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = typed(text)


def _link(parent: Element, rel: str, url: str, kind: str) -> None:
    if is_web(url):
        SubElement(parent, "link", rel=rel, type=kind, href=url)
