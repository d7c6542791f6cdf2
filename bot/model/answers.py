"""What an answer of GitHub's says beside its facts: why it refuses, when to ask again, and where a list goes on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

LIMIT = re.compile(r"rate limit|abuse detection", re.IGNORECASE)
LINK = re.compile(r"<([^<>]+)>([^<]*)")  # an address, and what is said of it
SOON = 0.5  # seconds until a server's own fault is asked again, doubled each time
MOST_SAID = 200  # characters of a foreign message that a sentence of ours repeats


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it came: its ETag, its Link header and its JSON."""

    etag: str
    link: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success. The names in `headers` are in lower case; `said` is the server's own message."""

    status: int
    headers: Mapping[str, str]
    said: str

    @property
    def is_limit(self) -> bool:
        """A used up limit is a 403 or a 429; a 403 that is none carries no word and no header of limits."""
        return self.status == 429 or (
            self.status == 403
            and ("retry-after" in self.headers or self._is_used_up or bool(LIMIT.search(self.said)))
        )

    @property
    def _is_used_up(self) -> bool:
        return self.headers.get("x-ratelimit-remaining") == "0"

    def pause(self, attempt: int, now: datetime, minute: float = 60.0) -> float | None:
        """Seconds until the same may be asked again; None when asking again cannot help. `attempt` counts from 0.

        GitHub's rule for limits: what Retry-After says; else, when nothing remains, the time of the reset; else a
        minute, and longer each time.
        """
        if not self.is_limit and self.status < 500:
            return None
        given = self._retry_after(now)
        if given is not None:
            return given
        if not self.is_limit:
            return SOON * 2.0**attempt
        reset = self.reset
        if reset is not None:
            return max((reset - now).total_seconds(), 0.0) + 1  # it is not said when in that second
        return minute * 2.0**attempt

    @property
    def reset(self) -> datetime | None:
        """When the hourly limit starts anew; None when it is not the one that is used up."""
        stamp = self.headers.get("x-ratelimit-reset", "")
        if not self._is_used_up or not re.fullmatch(r"\d{1,11}", stamp):
            return None
        return datetime.fromtimestamp(int(stamp), UTC)

    def _retry_after(self, now: datetime) -> float | None:
        """Seconds or an HTTP date; what is neither counts as not given."""
        given = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"\d{1,9}", given):
            return float(given)
        try:
            return max((parsedate_to_datetime(given).astimezone(UTC) - now).total_seconds(), 0.0)
        except (ValueError, OverflowError):
            return None


def is_sendable(token: str) -> bool:
    """Whether a token can stand in a header at all. One that cannot is told before it lands in somebody's error text."""
    return re.fullmatch(r"[!-~]+", token) is not None


def said_in(data: object, secret: str | None) -> str:
    """The messages of an error document as one harmless line, without the token if the server should repeat it."""
    found = data if isinstance(data, dict) else {}
    errors = found.get("errors")
    parts = [found, *(errors if isinstance(errors, list) else [])]
    said = "; ".join(
        part["message"] for part in parts if isinstance(part, dict) and isinstance(part.get("message"), str)
    )
    if secret:
        said = said.replace(secret, "[hidden]")
    plain = " ".join("".join(char if char.isprintable() else " " for char in said).split())
    return plain if len(plain) <= MOST_SAID else plain[: MOST_SAID - 1] + "…"


def kinds_of(data: object) -> frozenset[str]:
    """The types of a GraphQL answer's errors, such as NOT_FOUND and RATE_LIMITED."""
    errors = data.get("errors") if isinstance(data, dict) else None
    return frozenset(
        part["type"]
        for part in (errors if isinstance(errors, list) else [])
        if isinstance(part, dict) and isinstance(part.get("type"), str)
    )


def next_page(link: str, api: str) -> str | None:
    """Where a Link header says that the list goes on. Raises ValueError when that is not the server we asked.

    Going there would hand the token to somebody else.
    """
    for address, about in LINK.findall(link):
        if 'rel="next"' in about:
            if urlsplit(address)[:2] != urlsplit(api)[:2]:
                raise ValueError("the list goes on at another server")
            return str(address)
    return None
