"""GitHub, read: one gateway over PyGithub that asks for pages of a hundred, waits where it must, and fails in words."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from github import Auth, Github, GithubException, GithubRetry
from github.GithubException import RateLimitExceededException

from bot.model.errors import TrackerFailed, WrongRequest
from bot.model.tracker import Issue, Milestone, Pull, Review, ReviewState, Snapshot, State

API_VERSION = "2022-11-28"
PAGE = "100"  # GitHub's most
# POST is missing on purpose: repeating one could say a thing twice.
REPEATED = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"})
COMPUTING = 3  # times a pull request is asked again while GitHub works out whether it can be merged


class GatewayRetry(GithubRetry):
    """Repeats limits and server errors of idempotent methods; obeys Retry-After, then the reset time, then a minute.

    A wait above `max_rate_limit_wait` raises, so that the errand is put back instead of blocking its thread.
    """

    def increment(self, method=None, url=None, response=None, error=None, _pool=None, _stacktrace=None):  # type: ignore[no-untyped-def]  # urllib3's signature
        following = super().increment(method, url, response, error, _pool, _stacktrace)
        if response is None:
            return following
        wait = self._wait(response)
        if wait is None:
            return following
        if self.max_rate_limit_wait is not None and wait > self.max_rate_limit_wait:
            raise RateLimitExceededException(
                response.status, {"message": "rate limit"}, dict(response.headers)
            )
        if not response.headers.get("Retry-After"):
            backoff = max(wait, following.get_backoff_time())
            following.get_backoff_time = lambda: backoff  # type: ignore[method-assign]  # urllib3 has no other way to say it
        return following

    def _wait(self, response: Any) -> float | None:
        given = response.headers.get("Retry-After")
        if given:
            return float(self.parse_retry_after(given))
        if response.status != 429:
            return None  # a 403 is told apart by GithubRetry itself
        if response.headers.get("X-RateLimit-Remaining") == "0":
            return max(int(response.headers["X-RateLimit-Reset"]) - time.time(), 0) + 1
        return float(self.secondary_rate_wait)


@dataclass(frozen=True, slots=True)
class Gateway:
    """How GitHub is reached. `patience` bounds one wait for a limit, `minute` is what a limit without a date costs (seconds).

    PyGithub's client is not safe to share between threads, so each thread gets its own.
    """

    api: str
    token: str | None
    patience: float = 120.0
    minute: float = 60.0
    timeout: int = 30
    _clients: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    @property
    def client(self) -> Github:
        found = getattr(self._clients, "client", None)
        if found is None:
            retry = GatewayRetry(
                total=3,
                backoff_factor=1,
                secondary_rate_wait=self.minute,
                max_rate_limit_wait=self.patience,
                allowed_methods=REPEATED,
                status_forcelist=[429, *range(500, 600)],
            )
            is_near = (urlsplit(self.api).hostname or "") in ("127.0.0.1", "localhost", "::1")
            found = self._clients.client = Github(
                base_url=self.api,
                auth=Auth.Token(self.token) if self.token else None,
                per_page=100,
                retry=retry,
                timeout=self.timeout,
                user_agent="tallyman",
                api_version=API_VERSION,
                lazy=True,
                seconds_between_requests=0 if is_near else 0.25,
                seconds_between_writes=0 if is_near else 1.0,
            )
        return cast(Github, found)

    def get(self, path: str, **parameters: str) -> Any:
        """One answer. Raises TrackerFailed or WrongRequest."""
        with in_words(self, path):
            _, found = self.client.requester.requestJsonAndCheck("GET", path, parameters=parameters)
        return found

    def pages(self, path: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """Every item of a list, a request for each hundred, following GitHub's own Link header."""
        url: str | None = path
        query: dict[str, str] | None = {"per_page": PAGE, **parameters}
        while url is not None:
            with in_words(self, path):
                headers, items = self.client.requester.requestJsonAndCheck("GET", url, parameters=query)
            if not isinstance(items, list):
                raise TrackerFailed(f"{self.api}{path} did not answer with a list", do="check github.api")
            yield from items
            url, query = _next(headers), None


def _next(headers: Mapping[str, Any]) -> str | None:
    for part in str(headers.get("link") or "").split(","):
        if 'rel="next"' in part:
            return part[part.index("<") + 1 : part.index(">")]
    return None


@contextmanager
def in_words(gateway: Gateway, path: str) -> Iterator[None]:
    """Turns what PyGithub and requests raise into sentences that say what to do. The token is in none of them."""
    where = f"{gateway.api}{path}" if path.startswith("/") else gateway.api
    try:
        yield
    except RateLimitExceededException as limited:
        reset = (limited.headers or {}).get("x-ratelimit-reset", "")
        raise TrackerFailed(
            f"GitHub's limit for {'this token' if gateway.token else 'requests without a token'} is used up",
            do="it starts anew within the hour"
            + (f" (at epoch second {reset})" if reset else "")
            + ("" if gateway.token else "; a token has a far higher one"),
        ) from None
    except GithubException as failed:
        raise _sentence(gateway, where, path, failed) from None
    except requests.exceptions.SSLError as failed:
        raise TrackerFailed(
            f"{gateway.api} could not prove who it is ({_reason(failed)})",
            do="check github.api and the certificates",
        ) from None
    except (requests.exceptions.RequestException, socket.gaierror, TimeoutError) as failed:
        raise TrackerFailed(
            f"{gateway.api} cannot be reached ({_reason(failed)})", do="check the network and github.api"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as failed:
        raise TrackerFailed(
            f"{where} gave an answer that is not GitHub's ({type(failed).__name__})", do="check github.api"
        ) from None


def _sentence(gateway: Gateway, where: str, path: str, failed: GithubException) -> Exception:
    said = (failed.data or {}).get("message", "") if isinstance(failed.data, dict) else ""
    if failed.status == 401:
        if gateway.token:
            return WrongRequest(
                f"GitHub does not take the token ({said})",
                do="renew it in github.token_file or TALLYMAN_GITHUB_TOKEN",
            )
        return WrongRequest(
            "GitHub wants a token for this", do="set github.token_file or TALLYMAN_GITHUB_TOKEN"
        )
    if failed.status == 404 and path.startswith("/repos/"):
        repo = "/".join(path.split("/")[2:4])
        return WrongRequest(
            f"there is no {repo} at {gateway.api}, or the token may not see it",
            do="check the project's repo and the token's rights",
        )
    if failed.status == 403:
        return TrackerFailed(f"GitHub refuses {where} ({said or 'forbidden'})", do="check the token's rights")
    if isinstance(failed.data, str) or not said:
        return TrackerFailed(
            f"{where} gave an answer that is not GitHub's (status {failed.status})", do="check github.api"
        )
    return TrackerFailed(f"GitHub answered {failed.status} to {where} ({said})", do="try again later")


def _reason(failed: Exception) -> str:
    text = str(failed)
    for known in (
        "Connection refused",
        "Name or service not known",
        "timed out",
        "certificate",
        "Connection reset",
    ):
        if known in text:
            return known
    return type(failed).__name__


def read_snapshot(
    gateway: Gateway, repo: str, *, at: datetime, wait: Callable[[float], None] = time.sleep
) -> Snapshot:
    """Milestones, issues and pull requests as they stand. Nothing is returned until everything was read.

    Requests: one for each hundred of milestones and of issues, and two for each open pull request.
    """
    base = f"/repos/{repo}"
    milestones = tuple(_milestone(repo, raw) for raw in gateway.pages(f"{base}/milestones", state="all"))
    issues = tuple(
        _issue(repo, raw)
        for raw in gateway.pages(f"{base}/issues", state="all", sort="created", direction="asc")
    )
    waiting = [issue.number for issue in issues if issue.is_pull and issue.is_open]
    pulls = tuple(_read_pull(gateway, repo, number, wait) for number in waiting)
    return Snapshot(repo, at, gateway.api, milestones, issues, pulls)


def _read_pull(gateway: Gateway, repo: str, number: int, wait: Callable[[float], None]) -> Pull:
    path = f"/repos/{repo}/pulls/{number}"
    raw = gateway.get(path)
    for attempt in range(COMPUTING):
        if raw.get("mergeable") is not None or raw.get("mergeable_state") != "unknown":
            break
        wait(0.5 * (attempt + 1))  # the first look makes GitHub work it out
        raw = gateway.get(path)
    reviews = tuple(_review(each) for each in gateway.pages(f"{path}/reviews"))
    return Pull(
        repo=repo,
        number=number,
        draft=bool(raw.get("draft")),
        merged_at=_moment(raw.get("merged_at")),
        head_sha=raw["head"]["sha"],
        base_ref=raw["base"]["ref"],
        mergeable=raw.get("mergeable"),
        mergeable_state=raw.get("mergeable_state") or "unknown",
        requested_reviewers=tuple(user["login"] for user in raw.get("requested_reviewers") or []),
        reviews=reviews,
    )


def read_login(gateway: Gateway) -> str:
    """Who the token speaks for. Raises WrongRequest without a token."""
    return str(gateway.get("/user")["login"])


def _milestone(repo: str, raw: dict[str, Any]) -> Milestone:
    return Milestone(
        repo, raw["number"], raw["title"], State(raw["state"]), _moment(raw["due_on"]), raw["html_url"]
    )


def _issue(repo: str, raw: dict[str, Any]) -> Issue:
    return Issue(
        repo=repo,
        number=raw["number"],
        title=raw["title"],
        state=State(raw["state"]),
        state_reason=raw.get("state_reason") or "",
        is_pull="pull_request" in raw,
        milestone=raw["milestone"]["number"] if raw.get("milestone") else None,
        author=_login(raw.get("user")),
        assignees=tuple(user["login"] for user in raw.get("assignees") or []),
        labels=tuple(label["name"] for label in raw.get("labels") or []),
        created_at=_required(raw["created_at"]),
        updated_at=_required(raw["updated_at"]),
        closed_at=_moment(raw.get("closed_at")),
        url=raw["html_url"],
        merged_at=_moment((raw.get("pull_request") or {}).get("merged_at")),
    )


def _review(raw: dict[str, Any]) -> Review:
    return Review(
        id=raw["id"],
        by=_login(raw.get("user")),
        state=ReviewState(raw["state"]),
        at=_required(raw.get("submitted_at") or "1970-01-01T00:00:00Z"),
        commit=raw.get("commit_id") or "",
        url=raw["html_url"],
    )


def _login(user: dict[str, Any] | None) -> str:
    return user["login"] if user else "ghost"  # GitHub's own name for a deleted account


def _required(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _moment(text: str | None) -> datetime | None:
    return _required(text) if text else None
