"""Reads what the reports wrote: HTML with every tag and attribute looked at, and minutes from their JSON."""

from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

from bot.model.meeting import (
    Choice,
    Item,
    Kind,
    Meeting,
    Offer,
    Participant,
    Poll,
    Present,
    Reference,
    Rule,
    Status,
    Thing,
    Topic,
)

VOID = {"meta", "link"}
TAGS = VOID | {
    "html", "head", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "p", "a", "span",
    "div", "ul", "ol", "li", "dl", "dt", "dd", "b", "i", "q", "time", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "id", "href", "rel", "title", "dir", "datetime"}


class Page(HTMLParser):
    """A page, read strictly: only our tags and attributes, everything closed in order. Raises AssertionError otherwise."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: list[tuple[str, bool]] = []  # (text, whether some element around it has dir="auto")
        self.feed(html)
        self.close()
        assert self.open == [], "left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, f"<{tag}> is none of ours"
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        found = dict(attrs)
        assert len(found) == len(attrs), "an attribute twice"
        self.tags.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        around = any(found.get("dir") == "auto" for _, found in self.open)
        self.texts.append((data, around or (bool(self.open) and self.open[-1][0] in ("title", "style"))))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.texts)


def from_json(document: dict[str, Any]) -> Meeting:
    """The meeting that a document of `to_json(..., count_lines=True)` tells of."""
    head = document["meeting"]
    return Meeting(
        name=head["name"],
        title=head["title"],
        channel=head["channel"],
        started_at=_at(head["started_at"]),
        ended_at=_at(head["ended_at"]) if head["ended_at"] else None,
        chairs=tuple(head["chairs"]),
        items=tuple(map(_item, document["items"])),
        people=tuple(map(_person, document["people"])),
        warnings=tuple(document["warnings"]),
        source=document["source"],
        day_only=document["day_only"],
        topics=tuple(map(_topic, document["topics"])),
        polls=tuple(map(_poll, document["polls"])),
        offers=tuple(
            Offer(o["kind"], tuple(o["lines"]), tuple(o["about"]), o["text"]) for o in document["offers"]
        ),
        scribes=tuple(document["scribes"]),
        aliases=tuple((alias["name"], alias["nick"]) for alias in document["aliases"]),
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _item(found: dict[str, Any]) -> Item:
    return Item(
        **found
        | {
            "at": _at(found["at"]),
            "kind": Kind(found["kind"]),
            "status": Status(found["status"]),
            "assignees": tuple(found["assignees"]),
            "references": _references(found["references"]),
            "due": date.fromisoformat(found["due"]) if found["due"] else None,
        }
    )


def _references(found: list[dict[str, Any]]) -> tuple[Reference, ...]:
    return tuple(Reference(**r | {"kind": Thing(r["kind"]), "rule": Rule(r["rule"])}) for r in found)


def _person(found: dict[str, Any]) -> Participant:
    left = _at(found["left_at"]) if found["left_at"] else None
    known = {"present": Present(found["present"]), "left_at": left}
    return Participant(**found | known | {"also": tuple(found["also"]), "near": tuple(found["near"])})


def _topic(found: dict[str, Any]) -> Topic:
    return Topic(**found | {"opened_at": _at(found["opened_at"]), "mentions": _references(found["mentions"])})


def _poll(found: dict[str, Any]) -> Poll:
    return Poll(
        id=found["id"],
        question=found["question"],
        options=tuple(found["options"]),
        opened_at=_at(found["opened_at"]),
        closed_at=_at(found["closed_at"]) if found["closed_at"] else None,
        electorate=tuple(found["electorate"]),
        ballots=tuple(
            Choice(**b | {"at": _at(b["at"]), "history": tuple(b["history"])}) for b in found["ballots"]
        ),
    )
