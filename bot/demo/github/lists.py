"""GitHub's lists: filters, order and pages; and answers that need not be sent again."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import Response

from bot.demo.github.call import Call, Listing, invalid
from bot.demo.github.store import Doc, stamp

MOST, USUAL = 100, 30  # items a page


def answer(call: Call, found: Doc | Listing) -> Response:
    """A single thing or a page of a list; 304 when the caller has it already."""
    headers: dict[str, str] = {}
    shown: Any = found
    if isinstance(found, Listing):
        docs, headers = page(call, found.docs)
        shown = [found.render(doc) for doc in docs]
    elif "updated_at" in found:
        headers["Last-Modified"] = format_datetime(datetime.fromisoformat(found["updated_at"]), usegmt=True)
    raw = json.dumps(shown, ensure_ascii=False).encode()
    headers |= {
        "ETag": call.etag(raw),
        "Cache-Control": f"{'private' if call.login else 'public'}, max-age=60, s-maxage=60",
        "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With",
    }
    if _is_known(call, headers):
        return Response(status_code=304, headers=headers)
    return Response(raw, media_type="application/json; charset=utf-8", headers=headers)


def _is_known(call: Call, headers: dict[str, str]) -> bool:
    """Whether the caller's copy is still good; If-None-Match wins over If-Modified-Since."""
    tags = call.request.headers.get("if-none-match")
    if tags is not None:
        known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return "*" in known or headers["ETag"].removeprefix("W/") in known
    return call.request.headers.get("if-modified-since") == headers.get("Last-Modified", "never")


def page(call: Call, docs: list[Doc]) -> tuple[list[Doc], dict[str, str]]:
    """The asked page and its Link header; thirty items, at most a hundred."""
    size = min(_number(call.query.get("per_page")) or USUAL, MOST)
    number = _number(call.query.get("page")) or 1
    last = max((len(docs) + size - 1) // size, 1)
    steps: dict[str, int] = {}
    if number > 1:
        steps["prev"] = min(number - 1, last)
    if number < last:
        steps |= {"next": number + 1, "last": last}
    if number > 1:
        steps["first"] = 1
    links = [
        f'<{call.address}?{urlencode({**dict(call.query), "page": step})}>; rel="{name}"'
        for name, step in steps.items()
    ]
    return docs[(number - 1) * size : number * size], {"Link": ", ".join(links)} if links else {}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def by_state(call: Call, docs: list[Doc], resource: str = "Issue") -> list[Doc]:
    state = call.query.get("state", "open")
    if state not in ("open", "closed", "all"):
        raise invalid(resource, "state", "invalid")
    return docs if state == "all" else [doc for doc in docs if doc["state"] == state]


def since(call: Call, docs: list[Doc]) -> list[Doc]:
    """`since` is inclusive: updated at that moment or later."""
    given = call.query.get("since")
    if not given:
        return docs
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise invalid("Issue", "since", "invalid") from None
    start = stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return [doc for doc in docs if doc["updated_at"] >= start]


def of_milestone(call: Call, docs: list[Doc]) -> list[Doc]:
    """`milestone` is a number, * (any) or none."""
    wanted = call.query.get("milestone")
    if not wanted:
        return docs
    if wanted not in ("*", "none"):
        known = {str(each["number"]) for each in call.store.all("milestone", call.repo)}
        if wanted not in known:
            raise invalid("Issue", "milestone", "missing" if wanted.isdecimal() else "invalid")
    return [doc for doc in docs if _fits(wanted, doc["milestone"] and str(doc["milestone"]))]


def _fits(wanted: str, have: str | None) -> bool:
    return (wanted == "*" and have is not None) or (have or "none") == wanted


def of_people_and_labels(call: Call, docs: list[Doc]) -> list[Doc]:
    creator, assignee, labels = (call.query.get(name, "") for name in ("creator", "assignee", "labels"))
    if creator:
        docs = [doc for doc in docs if doc["user"].lower() == creator.lower()]
    if assignee:
        docs = [doc for doc in docs if any(_fits(assignee, name) for name in doc["assignees"] or [None])]
    if labels:
        wanted = {label.strip().lower() for label in labels.split(",")}
        docs = [doc for doc in docs if wanted <= {name.lower() for name in doc["labels"]}]
    return docs


def in_order(call: Call, docs: list[Doc]) -> list[Doc]:
    """Issues: the youngest first, unless told otherwise."""
    talk: dict[int, int] = {}
    sort = call.query.get("sort", "created")
    if sort == "comments":
        for comment in call.store.all("comment", call.repo):
            talk[comment["issue"]] = talk.get(comment["issue"], 0) + 1
        return _sorted(call, docs, lambda doc: talk.get(doc["number"], 0), "desc")
    if sort not in ("created", "updated"):
        raise invalid("Issue", "sort", "invalid")
    return _sorted(call, docs, lambda doc: doc[f"{sort}_at"], "desc")


def by_due_date(call: Call, docs: list[Doc]) -> list[Doc]:
    """Milestones: what is due first comes first, what has no date last."""
    return _sorted(call, docs, lambda doc: doc["due_on"] or "9999", "asc")


def _sorted(call: Call, docs: list[Doc], key: Any, usual: str) -> list[Doc]:
    direction = call.query.get("direction", usual)
    if direction not in ("asc", "desc"):
        raise invalid("Issue", "direction", "invalid")
    return sorted(docs, key=lambda doc: (key(doc), doc["number"]), reverse=direction == "desc")
