"""What was said on an issue or pull request on GitHub: its own text, its comments, and the words of its reviews."""

from datetime import datetime

from bot.model.repository import Comment, Talk
from bot.sources.gateway import Gateway, Raw
from bot.sources.landed import moment


def read_talk(gateway: Gateway, base: str, number: int, *, is_pull: bool) -> Talk:
    """Comments and reviews in the order of their time; a review that is still being written is nobody's business.

    Requests: one, and one for each hundred of comments and of reviews. Raises TrackerFailed.
    """
    by, at, body, url = gateway.get(f"{base}/issues/{number}", _own)
    said = list(gateway.pages(f"{base}/issues/{number}/comments", _comment))
    if is_pull:
        reviews = gateway.pages(f"{base}/pulls/{number}/reviews", _review)
        said += [review for review in reviews if review is not None]
    return Talk(number, by, at, body, url, tuple(sorted(said, key=lambda each: (each.at, each.id))))


def _own(raw: Raw) -> tuple[str, datetime, str, str]:
    return _login(raw), moment(raw["created_at"]), str(raw.get("body") or ""), str(raw["html_url"])


def _comment(raw: Raw) -> Comment:
    at, edited = moment(raw["created_at"]), moment(raw["updated_at"])
    return Comment(
        int(raw["id"]),
        _login(raw),
        at,
        str(raw.get("body") or ""),
        str(raw["html_url"]),
        edited if edited > at else None,
    )


def _review(raw: Raw) -> Comment | None:
    if not raw.get("submitted_at"):
        return None
    return Comment(
        int(raw["id"]),
        _login(raw),
        moment(raw["submitted_at"]),
        str(raw.get("body") or ""),
        str(raw["html_url"]),
        None,
        str(raw["state"]),
        str(raw.get("commit_id") or ""),
    )


def _login(raw: Raw) -> str:
    return str(raw["user"]["login"]) if raw.get("user") else "ghost"
