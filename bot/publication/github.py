"""The way to write to GitHub: one connection over PyGithub that keeps its pace, never repeats a POST, and fails in words."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from github import Auth, Github, GithubException

from bot.model.answers import SOON, Refusal, is_sendable, next_page, said_in
from bot.model.errors import MustWait, PublicationFailed, WrongRequest
from bot.publication.pace import Pace

MOST_PAGES = 1_000  # of one list; a list without an end is not GitHub's
ATTEMPTS = 3
NEAR = ("127.0.0.1", "localhost", "::1")
READS = ("GET", "HEAD")


class Connection:
    """Speaks for one token. Not to be shared between threads; its pace is.

    `patience` bounds one wait for a limit, `minute` is what a limit without a date costs, `timeout` is how long the
    server may be silent (seconds).
    """

    def __init__(
        self,
        api: str,
        token: str | None,
        *,
        patience: float = 120.0,
        minute: float = 60.0,
        timeout: int = 30,
        login: str = "",
        pace: Pace | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """`login` is the account's name where the token may not ask for it, as an App's. `pace` None: as fast as it goes.

        Raises WrongRequest without a token, and for one that cannot be one.
        """
        if not token:
            raise WrongRequest("posting needs a token", do="set github.token_file or TALLYMAN_GITHUB_TOKEN")
        if not is_sendable(token):
            raise WrongRequest(
                "the token holds blanks or letters that no token has",
                do="write it alone into github.token_file or TALLYMAN_GITHUB_TOKEN",
            )
        is_near = urlsplit(api).hostname in NEAR
        self.api = api
        self.writes = 0
        self._token, self._patience, self._minute, self._wait = token, patience, minute, wait
        self._client = Github(
            base_url=api,
            auth=Auth.Token(token),
            retry=None,  # PyGithub's own repeating would send a POST again
            timeout=timeout,
            user_agent="tallyman",
            api_version="2022-11-28",
            seconds_between_requests=0 if is_near else 0.25,
            seconds_between_writes=0,  # ours counts across connections and threads
        )
        self._pace = pace
        self._login = login
        self._names: dict[str, str] = {}

    @property
    def login(self) -> str:
        if not self._login:
            self._login = str(self.ask("GET", "/user")["login"])
        return self._login

    def name_of(self, repo: str) -> str:
        """What the repository is called today: GitHub redirects an old name, but PyGithub then loses the query."""
        if repo not in self._names:
            self._names[repo] = str(self.ask("GET", f"/repos/{repo}")["full_name"])
        return self._names[repo]

    def pages(self, path: str, inside: str = "") -> Iterator[dict[str, Any]]:
        """Every item of a list, also of one that stands inside a document under a name."""
        url: str | None = path
        asked: set[str] = set()
        while url is not None:
            if url in asked or len(asked) == MOST_PAGES:
                raise ValueError("the list has no end")
            query = {} if asked else {"per_page": "100"}
            asked.add(url)
            headers, found = self._send("GET", url, query=query)
            items = found[inside] if inside else found
            if not isinstance(items, list):
                raise TypeError("not a list")  # and never an empty one: that would mean a second comment
            yield from items
            url = next_page(str(headers.get("link") or ""), self.api)

    def delete(self, path: str) -> None:
        """Takes something away, or finds it gone. The answer is empty, or a list of what is left."""
        try:
            if not isinstance(self.ask("DELETE", path), list | None):
                raise ValueError("an answer where there is none")
        except GithubException as failed:
            if failed.status != 404:  # another publisher was quicker
                raise

    def ask(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One answer. Raises what PyGithub and requests raise; `in_words` says it."""
        return self._send(verb, path, body)[1]

    def _send(
        self, verb: str, url: str, body: dict[str, Any] | None = None, query: dict[str, str] | None = None
    ) -> tuple[dict[str, Any], Any]:
        """One request, repeated while that can help, except a POST: a second one could be a second comment."""
        attempts = 1 if verb == "POST" else ATTEMPTS
        for attempt in range(attempts):
            is_last = attempt + 1 == attempts
            try:
                with nullcontext() if self._pace is None or verb in READS else self._pace.writing():
                    self.writes += verb not in READS
                    return self._client.requester.requestJsonAndCheck(verb, url, parameters=query, input=body)
            except GithubException as failed:
                pause = self._refusal(failed).pause(attempt, datetime.now(UTC), self._minute)
                if is_last or pause is None or pause > self._patience:
                    raise
            except (requests.exceptions.RequestException, json.JSONDecodeError):
                pause = SOON * 2.0**attempt
                if is_last:
                    raise
            self._wait(pause)
        raise AssertionError("the last attempt returns or raises")

    def _refusal(self, failed: GithubException) -> Refusal:
        return Refusal(failed.status, failed.headers or {}, said_in(failed.data, self._token))

    @contextmanager
    def in_words(self, what: str) -> Iterator[None]:
        """Turns what PyGithub, requests and parsing raise into sentences that say what to do. The token is in none.

        `what` is the subject of those sentences: `the comment on quay/spec#7`.
        """
        try:
            yield
        except GithubException as failed:
            raise _refused(what, self._refusal(failed)) from None
        except requests.exceptions.RequestException as failed:
            raise PublicationFailed(
                f"{what} could not be posted ({type(failed).__name__})",
                do="check the network; it will be tried again",
            ) from None
        except (LookupError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError) as strange:
            raise PublicationFailed(
                f"{what} could not be posted: {self.api} gave an answer that is not GitHub's "
                f"({type(strange).__name__})",
                do="check github.api; it will be tried again",
            ) from None


def _refused(what: str, refusal: Refusal) -> PublicationFailed | WrongRequest:
    said = refusal.said or "no reason given"
    if refusal.status == 401:
        return WrongRequest(
            f"GitHub does not take the token ({said})",
            do="renew it in github.token_file or TALLYMAN_GITHUB_TOKEN",
        )
    if refusal.is_limit:
        return MustWait(
            f"{what} has to wait: GitHub asks us to slow down ({said})",
            do="it will be tried again",
        )
    do = {
        403: "unlock it, or give the token the right to write",
        404: "check that it is there and that the token may see it",
        410: "check that it is there and that the token may see it",
    }.get(refusal.status, "it will be tried again")
    return PublicationFailed(f"GitHub answered {refusal.status} to {what} ({said})", do=do)
