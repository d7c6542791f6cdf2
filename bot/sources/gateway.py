"""The way to GitHub: one gateway over PyGithub that asks for pages of a hundred, waits where it must, fails in words."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import requests
from github import Auth, Github, GithubException

from bot.model.answers import SOON, Kept, Refusal, is_sendable, kinds_of, next_page, said_in
from bot.model.errors import TrackerFailed, WrongRequest
from bot.sources.download import TooLarge, download

API_VERSION = "2022-11-28"
PAGE = "100"  # GitHub's most
ATTEMPTS = 3
# Cut connections, slow servers, half answers: what may be gone in a moment. A certificate that is wrong stays wrong.
PASSING = (
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
    requests.exceptions.ChunkedEncodingError,
    json.JSONDecodeError,
)

T = TypeVar("T")
Raw = dict[str, Any]


class Answers(Protocol):
    """Where answers are kept, to be asked for again."""

    def get(self, key: str) -> Kept | None: ...
    def put(self, key: str, kept: Kept) -> None: ...


class Budget(Protocol):
    """How many requests may be sent. `take` gives None, or from when on one may be sent."""

    most: int

    def take(self) -> datetime | None: ...
    def give_back(self) -> None: ...
    def left(self) -> int: ...


@dataclass(slots=True)
class Sent:
    """What a gateway sent: requests, and how many of them were answered 304 and cost nothing."""

    requests: int = 0
    free: int = 0


class Gateway:
    """How GitHub is reached, from any thread: one request at a time, as GitHub asks for.

    PyGithub's client mixes up answers when two threads use it at once, so it works under a lock. The lock is also held
    while a limit is waited for: nobody else should ask then. `patience` bounds one such wait, `minute` is what a limit
    without a date costs, `timeout` is how long the server may be silent (seconds). `most_pages` ends a list that has no
    end of its own; no repository has a million issues.

    With `answers` every reading is conditional: what GitHub has not changed is answered 304 and not counted by its limit.
    Its ETags hang on the token, and so do the keys. `budget` is what the operator allows in an hour.
    """

    def __init__(
        self,
        api: str,
        token: str | None,
        *,
        patience: float = 120.0,
        minute: float = 60.0,
        timeout: int = 30,
        most_pages: int = 10_000,
        wait: Callable[[float], None] = time.sleep,
        answers: Answers | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Raises WrongRequest for a token that cannot be one."""
        if token and not is_sendable(token):
            raise WrongRequest(
                "the token holds blanks or letters that no token has",
                do="write it alone into github.token_file or TALLYMAN_GITHUB_TOKEN",
            )
        is_near = urlsplit(api).hostname in ("127.0.0.1", "localhost", "::1")
        self.api, self.has_token = api, bool(token)
        self.wait = wait
        self.sent, self.budget, self._answers = Sent(), budget, answers
        self._token, self._patience, self._minute, self._most_pages = token, patience, minute, most_pages
        self._timeout = timeout
        self._turn = threading.Lock()
        # PyGithub's own repeating is off: it waits for limits without a bound, and repeats what it should not.
        self._client = Github(
            base_url=api,
            auth=Auth.Token(token) if token else None,
            retry=None,
            timeout=timeout,
            user_agent="tallyman",
            api_version=API_VERSION,
            seconds_between_requests=0 if is_near else 0.25,
            seconds_between_writes=0
            if is_near
            else 0.25,  # a GraphQL query is a POST; nothing is written here
        )

    def get(self, path: str, parse: Callable[[Raw], T]) -> T:
        """One answer, parsed. Raises TrackerFailed or WrongRequest."""
        with self._in_words(path):
            found = self._ask(path, {})
            parsed = parse(found.data)
            found.keep()
            return parsed

    def find(self, path: str, parse: Callable[[Raw], T]) -> T | None:
        """One answer, parsed; None when GitHub has no such thing. Raises TrackerFailed or WrongRequest."""
        with self._in_words(path):
            try:
                found = self._ask(path, {})
            except GithubException as failed:
                if failed.status in (404, 410, 422):  # a name that no commit has is a 422
                    return None
                raise
            parsed = parse(found.data)
            found.keep()
            return parsed

    def download(self, path: str, most: int) -> bytes:
        """A file that GitHub has another server hand out, such as a repository's archive; the token stays with GitHub.

        Raises TrackerFailed, and WrongRequest for a file of more than `most` bytes.
        """
        with self._in_words(path):
            return self._patiently(lambda: download(self.api, path, self._token, self._timeout, most))

    def pages(self, path: str, parse: Callable[[Raw], T], **parameters: str) -> Iterator[T]:
        """Every item of a list, parsed; a request for each hundred, following GitHub's own Link header.

        Raises TrackerFailed or WrongRequest.
        """
        url: str | None = path
        query = {"per_page": PAGE, **parameters}
        asked: set[str] = set()
        while url is not None:
            with self._in_words(path):
                if url in asked or len(asked) == self._most_pages:
                    raise ValueError("the list has no end")
                asked.add(url)
                answer = self._ask(url, query)
                if not isinstance(answer.data, list):
                    raise TypeError("not a list")
                found = [parse(item) for item in answer.data]
                url, query = next_page(answer.link, self.api), {}
                answer.keep()
            yield from found

    def query(self, text: str, variables: dict[str, Any], parse: Callable[[Raw], T]) -> T:
        """A GraphQL query's data, parsed. Needs a token. Raises TrackerFailed or WrongRequest."""
        with self._in_words("/graphql"):
            requester = self._client.requester
            _, found = self._patiently(lambda: requester.graphql_query(text, variables))
            return parse(found["data"])

    def _ask(self, url: str, query: dict[str, str]) -> "_Answer":
        """What GitHub says, or what it said when it says that this still holds."""
        key = hashlib.sha256(
            f"{self._token}\n{self.api}\n{url}\n{sorted(query.items())}".encode()
        ).hexdigest()
        kept = self._answers.get(key) if self._answers is not None else None
        headers = {"If-None-Match": kept.etag} if kept is not None else {}
        requester = self._client.requester
        said, data = self._patiently(lambda: requester.requestJsonAndCheck("GET", url, query, headers))
        if data is None and kept is not None:  # PyGithub's way to tell of a 304
            self.sent.free += 1
            if self.budget is not None:
                self.budget.give_back()
            return _Answer(json.loads(kept.body), kept.link, lambda: None)
        etag, link = str(said.get("etag") or ""), str(said.get("link") or "")
        answers = self._answers
        if answers is None or not etag:
            return _Answer(data, link, lambda: None)
        # Kept once it was understood: what is not GitHub's must not be believed again for its ETag.
        return _Answer(data, link, lambda: answers.put(key, Kept(etag, link, json.dumps(data).encode())))

    def _patiently(self, read: Callable[[], T]) -> T:
        """Repeated while that can help: reading twice does no harm."""
        with self._turn:
            for attempt in range(ATTEMPTS):
                is_last = attempt + 1 == ATTEMPTS
                self._spend()
                try:
                    return read()
                except GithubException as failed:
                    pause = self._refusal(failed).pause(attempt, datetime.now(UTC), self._minute)
                    if is_last or pause is None or pause > self._patience:
                        raise
                except PASSING as failed:
                    pause = SOON * 2.0**attempt
                    if is_last or isinstance(failed, requests.exceptions.SSLError):
                        raise
                self.wait(pause)
        raise AssertionError("the last attempt returns or raises")

    def _spend(self) -> None:
        """Counts a request before it is sent. Raises TrackerFailed when the operator allows no more of them now."""
        self.sent.requests += 1
        free_at = self.budget.take() if self.budget is not None else None
        if free_at is not None and self.budget is not None:
            raise TrackerFailed(
                f"{self.budget.most} requests went to GitHub within an hour, the most that github.max_requests_per_hour allows",
                do=f"what was read is kept: it goes on after {free_at:%H:%M} UTC, or allow more",
            )

    def _refusal(self, failed: GithubException) -> Refusal:
        # GraphQL says with status 200 that its limit is used up.
        status = 429 if "RATE_LIMITED" in kinds_of(failed.data) else failed.status
        return Refusal(status, failed.headers or {}, said_in(failed.data, self._token))

    @contextmanager
    def _in_words(self, path: str) -> Iterator[None]:
        """Turns what PyGithub, requests and parsing raise into sentences that say what to do. The token is in none."""
        try:
            yield
        except GithubException as failed:
            raise self._refused(path, self._refusal(failed)) from None
        except requests.exceptions.ProxyError:
            raise TrackerFailed(
                f"{self.api} cannot be reached through the proxy",
                do="check HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
            ) from None
        except requests.exceptions.SSLError as failed:
            raise TrackerFailed(
                f"{self.api} could not prove who it is ({_reason(failed)})",
                do="check github.api and the certificates",
            ) from None
        except requests.exceptions.RequestException as failed:
            raise TrackerFailed(
                f"{self.api} cannot be reached ({_reason(failed)})", do="check the network and github.api"
            ) from None
        except TooLarge as failed:
            raise WrongRequest(
                f"{self.api}{path} has more than {failed.most // 1_000_000} MB",
                do="that is no specification's repository; check the project's repo",
            ) from None
        except RuntimeError:  # PyGithub's word for a redirect to another server or scheme
            raise TrackerFailed(f"{self.api} sends us to another server", do="check github.api") from None
        except (LookupError, ValueError, TypeError, AttributeError, AssertionError) as strange:
            raise TrackerFailed(
                f"{self.api}{path} gave an answer that is not GitHub's ({type(strange).__name__})",
                do="check github.api",
            ) from None

    def _refused(self, path: str, refusal: Refusal) -> TrackerFailed | WrongRequest:
        where, said = f"{self.api}{path}", refusal.said or "no reason given"
        if refusal.is_limit:
            return self._limited(refusal)
        if refusal.status == 401 and self.has_token:
            return WrongRequest(
                f"GitHub does not take the token ({said})",
                do="renew it in github.token_file or TALLYMAN_GITHUB_TOKEN",
            )
        if refusal.status == 401:
            return WrongRequest(
                "GitHub wants a token for this", do="set github.token_file or TALLYMAN_GITHUB_TOKEN"
            )
        if refusal.status == 403:
            return TrackerFailed(f"GitHub refuses {where} ({said})", do="check the token's rights")
        if refusal.status == 404 and path.startswith("/repos/") and path.count("/") == 3:
            return WrongRequest(
                f"there is no {path.removeprefix('/repos/')} at {self.api}, or the token may not see it",
                do="check the project's repo and the token's rights",
            )
        if refusal.status in (404, 410):
            return TrackerFailed(f"{where} is gone ({said})", do="it may have been moved just now; try again")
        return TrackerFailed(f"GitHub answered {refusal.status} to {where} ({said})", do="try again later")

    def _limited(self, refusal: Refusal) -> TrackerFailed:
        whose = "this token" if self.has_token else "requests without a token"
        if refusal.reset is None:
            pause = refusal.pause(0, datetime.now(UTC), self._minute)
            return TrackerFailed(
                f"GitHub asks us to slow down ({refusal.said or 'no reason given'})",
                do=f"try again in {pause:.0f} seconds",
            )
        return TrackerFailed(
            f"GitHub's limit for {whose} is used up",
            do=f"try again after {refusal.reset:%H:%M} UTC"
            + ("" if self.has_token else ", or set a token: its limit is far higher"),
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer's JSON, its Link header, and how to keep it once it was understood."""

    data: Any
    link: str
    keep: Callable[[], None]


def _reason(failed: Exception) -> str:
    text = str(failed)
    for known in (
        "Connection refused",
        "Name or service not known",
        "timed out",
        "certificate",
        "Connection reset",
        "closed connection",
    ):
        if known in text:
            return known
    return type(failed).__name__
