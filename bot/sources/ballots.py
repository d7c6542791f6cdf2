"""A motion and its posts from a JSON file, each field checked at the door and named when it is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from bot.judgement.concerns import Resolution
from bot.model.ballot import About, Early, Kind, Motion, Post
from bot.model.errors import BadInput, WrongRequest
from bot.model.tracker import ReviewState

MOST = 20_000_000  # bytes of a file
MOST_POSTS = 100_000
KNOWN = frozenset(
    "project motion kind about opened_at closes_at commit posts proposed_by cosponsor embargo early resolutions url".split()
)
OF_POST = frozenset("by at text commit url edited_at edits review".split())
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Ballots:
    """What the file holds. `posts` None: it names none, which is another thing than an empty list."""

    motion: Motion
    posts: tuple[Post, ...] | None
    early: Early | None = None
    resolutions: tuple[Resolution, ...] = ()
    unknown: tuple[str, ...] = ()  # fields that nobody reads


def load_ballots(path: Path) -> Ballots:
    """The motion in a file. Raises WrongRequest when it cannot be read, BadInput naming what in it is wrong."""
    return read_ballots(read_text(path), path.name)


def read_text(path: Path, most: int = MOST) -> str:
    """The text of a file that is none too large. Raises WrongRequest or BadInput."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as failed:
        raise WrongRequest(
            f"{path} cannot be read ({getattr(failed, 'strerror', None) or 'no such name'})",
            do="check the path",
        ) from None
    if len(raw) > most:
        raise BadInput(f"{path.name} is larger than {most:,} bytes", do="give the right file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not UTF-8 text", do="write it as UTF-8") from None


def read_ballots(text: str, name: str = "the file") -> Ballots:
    """The motion of a JSON text. Raises BadInput: `posts[3].at is no time with a zone`."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except BadInput as twice:
        raise BadInput(f"{name}: {twice.what}", do=twice.do) from None
    except (ValueError, RecursionError) as broken:
        raise BadInput(f"{name} is no JSON ({str(broken)[:100]})", do="mend it") from None
    try:
        return _ballots(_object(data, "the document"))
    except BadInput as wrong:
        raise BadInput(f"{name}: {wrong.what}", do=wrong.do) from None


def _ballots(data: Mapping[str, Any]) -> Ballots:
    embargo = data.get("embargo")
    if embargo is not None and not isinstance(embargo, bool):
        raise BadInput("embargo is neither true nor false", do="write one of them")
    motion = Motion(
        _text(data, "project", "", needed=True),
        _text(data, "motion", "", needed=True),
        _moment(data, "opened_at", ""),
        _word(data, "kind", Kind, Kind.SPEC),
        _word(data, "about", About, About.RELEASE),
        _moment(data, "closes_at", "") if data.get("closes_at") is not None else None,
        _text(data, "commit", ""),
        _text(data, "proposed_by", ""),
        _text(data, "cosponsor", ""),
        embargo,
        _text(data, "url", ""),
    )
    if motion.closes_at is not None and motion.closes_at <= motion.opened_at:
        raise BadInput("closes_at is not after opened_at", do="mend one of them")
    posts = data.get("posts")
    if posts is not None and (not isinstance(posts, list) or len(posts) > MOST_POSTS):
        raise BadInput(f"posts is no list of at most {MOST_POSTS:,} posts", do="write [{...}, ...]")
    rows = [_object(post, f"posts[{n}]") for n, post in enumerate(posts or ())]
    unknown = [
        *sorted(set(data) - KNOWN),
        *sorted({f"posts[].{key}" for row in rows for key in set(row) - OF_POST}),
    ]
    return Ballots(
        motion,
        None if posts is None else tuple(_post(row, f"posts[{n}].") for n, row in enumerate(rows)),
        _early(data.get("early")),
        tuple(
            _resolution(_object(row, f"resolutions[{n}]"), f"resolutions[{n}].")
            for n, row in enumerate(_list(data, "resolutions", ""))
        ),
        tuple(unknown),
    )


def _post(row: Mapping[str, Any], where: str) -> Post:
    edits = tuple(
        (
            _moment(_object(edit, f"{where}edits"), "at", f"{where}edits[{n}]."),
            _text(edit, "text", f"{where}edits[{n}]."),
        )
        for n, edit in enumerate(_list(row, "edits", where))
    )
    edited = _moment(row, "edited_at", where) if row.get("edited_at") is not None else None
    at = _moment(row, "at", where)
    return Post(
        _text(row, "by", where, needed=True),
        at,
        _text(row, "text", where),
        _text(row, "commit", where),
        _text(row, "url", where),
        edited if edited is None or edited > at else None,
        edits,
        _review(row, where),
    )


def _review(row: Mapping[str, Any], where: str) -> str:
    value = _text(row, "review", where)
    if value and value not in set(ReviewState):
        raise BadInput(f"{where}review is {value[:40]!r}", do=f"write one of {', '.join(ReviewState)}")
    return value


def _early(row: Any) -> Early | None:
    if row is None:
        return None
    found = _object(row, "early")
    return Early(_text(found, "by", "early.", needed=True), _text(found, "why", "early.", needed=True))


def _resolution(row: Mapping[str, Any], where: str) -> Resolution:
    return Resolution(
        _text(row, "of", where, needed=True),
        _text(row, "by", where, needed=True),
        _moment(row, "at", where),
        _text(row, "how", where, needed=True),
        _text(row, "url", where),
    )


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"{where} is no object", do="write {...}")
    return value


def _list(row: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = row.get(key) or []
    if not isinstance(value, list):
        raise BadInput(f"{where}{key} is no list", do="write [...]")
    return value


def _text(row: Mapping[str, Any], key: str, where: str, *, needed: bool = False) -> str:
    value = row.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise BadInput(
            f"{where}{key} is {'missing' if value is None else 'no text'}", do="write it in quotes"
        )
    return value


def _word(row: Mapping[str, Any], key: str, words: type[Word], default: Word) -> Word:
    value = row.get(key)
    if value is None:
        return default
    if value not in tuple(words):
        raise BadInput(f"{key} is {str(value)[:40]!r}", do=f"write one of {', '.join(words)}")
    return words(value)


def _moment(row: Mapping[str, Any], key: str, where: str) -> datetime:
    value = row.get(key)
    at = parse_moment(value) if isinstance(value, str) else None
    if at is None:
        raise BadInput(
            f"{where}{key} is {'missing' if value is None else 'no time with a zone'}",
            do="write it as 2016-06-03T20:00:00Z",
        )
    return at


def parse_moment(text: str) -> datetime | None:
    """An ISO time with its zone, in UTC; None for anything else."""
    try:
        at = datetime.fromisoformat(text.strip())
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key in found if sum(key == other for other, _ in pairs) > 1)
        raise BadInput(f"{twice[:40]!r} stands twice in one object", do="keep one of them")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
