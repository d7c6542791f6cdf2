"""One comment in one place, edited in place: found again by a hidden mark, never posted twice, never put back in time."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from github import Auth, Github, GithubException

from bot.model.answers import SOON, Refusal, is_sendable, next_page, said_in
from bot.model.errors import PublicationFailed, WrongRequest
from bot.model.outgoing import Action, Outgoing, Posted

MOST_BYTES = 60_000  # of a report: below what GitHub takes, with room for the mark
MOST_PAGES = 1_000  # of comments on one issue; a list without an end is not GitHub's
ATTEMPTS = 3
MARK = re.compile(
    r"<!-- tallyman:v1 kind=(\S+) project=(\S+) release=(\S+) sequence=(\d+) sha256=([0-9a-f]{64}) -->"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A comment of ours as it stands on GitHub; `body` holds its mark."""

    id: int
    url: str
    body: str
    sequence: int
    sha256: str


class Publisher:
    """Speaks for one token. Not to be shared between threads.

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
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises WrongRequest without a token, and for one that cannot be one."""
        if not token:
            raise WrongRequest("posting needs a token", do="set github.token_file or TALLYMAN_GITHUB_TOKEN")
        if not is_sendable(token):
            raise WrongRequest(
                "the token holds blanks or letters that no token has",
                do="write it alone into github.token_file or TALLYMAN_GITHUB_TOKEN",
            )
        is_near = urlsplit(api).hostname in ("127.0.0.1", "localhost", "::1")
        self.api = api
        self._token, self._patience, self._minute, self._wait = token, patience, minute, wait
        self._client = Github(
            base_url=api,
            auth=Auth.Token(token),
            retry=None,  # PyGithub's own repeating would send a POST again
            timeout=timeout,
            user_agent="tallyman",
            api_version="2022-11-28",
            seconds_between_requests=0 if is_near else 0.25,
            seconds_between_writes=0 if is_near else 1.0,
        )
        self._login = ""
        self._names: dict[str, str] = {}

    def publish(self, outgoing: Outgoing, at: datetime) -> Posted:
        """Makes the place show `outgoing`. What stands there is asked of GitHub itself, never of our records.

        Raises PublicationFailed or WrongRequest; the place then shows what it did before, or the new text.
        """
        size = len(outgoing.body.encode())
        if size > MOST_BYTES:
            raise PublicationFailed(
                f"the report for {outgoing.repo}#{outgoing.number} has {size} bytes",
                do=f"this is a fault of Tallyman: reports stay below {MOST_BYTES}",
            )
        with self._in_words(outgoing):
            issues = f"/repos/{self._name_of(outgoing.repo)}/issues"
            own = self._own(issues, outgoing)
            made = None
            if not own:
                # A connection that is lost here ends the attempt. Whether the comment arrived nobody knows but GitHub,
                # and the next attempt begins by looking.
                path = f"{issues}/{outgoing.number}/comments"
                made = self._ask("POST", path, {"body": marked(outgoing)})["id"]
                # Looked for again, because another publisher may have been as quick; and GitHub's lists may lag behind.
                own = self._own(issues, outgoing, also=f"{issues}/comments/{made}")
            return self._settle(issues, outgoing, own, made, at)

    def _settle(
        self, issues: str, outgoing: Outgoing, own: list[Standing], made: int | None, at: datetime
    ) -> Posted:
        """Of several comments the oldest stays, shows the newest text, and the rest go.

        The newest text may be another run's: a slower, older run must not overwrite a newer report.
        """
        oldest, *others = own
        newest = max(own, key=lambda each: each.sequence)
        is_newer = newest.sequence > outgoing.sequence
        body, sha256 = (newest.body, newest.sha256) if is_newer else (marked(outgoing), outgoing.sha256)
        action = Action.UNCHANGED
        if _text(oldest.body) != _text(body):
            # Looked into, because a login page of some network would call itself a success, too.
            if self._ask("PATCH", f"{issues}/comments/{oldest.id}", {"body": body})["id"] != oldest.id:
                raise ValueError("another comment")
            action = Action.EDITED
        for other in others:
            self._delete(f"{issues}/comments/{other.id}")
            action = Action.EDITED
        return Posted(
            kind=outgoing.kind,
            project=outgoing.project,
            release=outgoing.release,
            repo=outgoing.repo,
            number=outgoing.number,
            comment_id=oldest.id,
            url=oldest.url,
            sha256=sha256,
            sequence=outgoing.sequence,
            action=Action.CREATED if oldest.id == made else action,
            at=at,
        )

    def _own(self, issues: str, outgoing: Outgoing, also: str = "") -> list[Standing]:
        """Our comments of this kind, project and release, oldest first. A mark in somebody else's comment is not ours."""
        login = self.login  # first: nothing is posted that could not be found again
        raws = list(self._pages(f"{issues}/{outgoing.number}/comments"))
        if also and all(not also.endswith(f"/{raw['id']}") for raw in raws):
            raws.append(self._ask("GET", also))
        found = []
        for raw in raws:
            marks = list(MARK.finditer(raw["body"] or ""))
            if not marks or (raw["user"] or {}).get("login") != login:
                continue
            mark = marks[-1]  # the one we set; a text that is quoted above it might look like one
            if mark.group(1, 2, 3) == _names(outgoing):
                found.append(Standing(raw["id"], raw["html_url"], raw["body"], int(mark[4]), mark[5]))
        return sorted(found, key=lambda each: each.id)

    @property
    def login(self) -> str:
        if not self._login:
            self._login = str(self._ask("GET", "/user")["login"])
        return self._login

    def _name_of(self, repo: str) -> str:
        """What the repository is called today: GitHub redirects an old name, but PyGithub then loses the query."""
        if repo not in self._names:
            self._names[repo] = str(self._ask("GET", f"/repos/{repo}")["full_name"])
        return self._names[repo]

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        url: str | None = path
        asked: set[str] = set()
        while url is not None:
            if url in asked or len(asked) == MOST_PAGES:
                raise ValueError("the list has no end")
            query = {} if asked else {"per_page": "100"}
            asked.add(url)
            headers, items = self._send("GET", url, query=query)
            if not isinstance(items, list):
                raise TypeError("not a list")  # and never an empty one: that would mean a second comment
            yield from items
            url = next_page(str(headers.get("link") or ""), self.api)

    def _delete(self, path: str) -> None:
        try:
            if self._ask("DELETE", path) is not None:
                raise ValueError("an answer where there is none")
        except GithubException as failed:
            if failed.status != 404:  # another publisher was quicker
                raise

    def _ask(self, verb: str, path: str, body: dict[str, str] | None = None) -> Any:
        return self._send(verb, path, body)[1]

    def _send(
        self, verb: str, url: str, body: dict[str, str] | None = None, query: dict[str, str] | None = None
    ) -> tuple[dict[str, Any], Any]:
        """One request, repeated while that can help, except a POST: a second one could be a second comment."""
        attempts = 1 if verb == "POST" else ATTEMPTS
        for attempt in range(attempts):
            is_last = attempt + 1 == attempts
            try:
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
    def _in_words(self, outgoing: Outgoing) -> Iterator[None]:
        """Turns what PyGithub, requests and parsing raise into sentences that say what to do. The token is in none."""
        place = f"{outgoing.repo}#{outgoing.number}"
        try:
            yield
        except GithubException as failed:
            raise _refused(place, self._refusal(failed)) from None
        except requests.exceptions.RequestException as failed:
            raise PublicationFailed(
                f"the comment on {place} could not be posted ({type(failed).__name__})",
                do="check the network; it will be tried again",
            ) from None
        except (LookupError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError) as strange:
            raise PublicationFailed(
                f"the comment on {place} could not be posted: {self.api} gave an answer that is not GitHub's "
                f"({type(strange).__name__})",
                do="check github.api; it will be tried again",
            ) from None


def _refused(place: str, refusal: Refusal) -> PublicationFailed | WrongRequest:
    said = refusal.said or "no reason given"
    if refusal.status == 401:
        return WrongRequest(
            f"GitHub does not take the token ({said})",
            do="renew it in github.token_file or TALLYMAN_GITHUB_TOKEN",
        )
    if refusal.is_limit:
        return PublicationFailed(
            f"the comment on {place} has to wait: GitHub asks us to slow down ({said})",
            do="it will be tried again",
        )
    do = {
        403: "unlock it, or give the token the right to write",
        404: "check that it is there and that the token may see it",
        410: "check that it is there and that the token may see it",
    }.get(refusal.status, "it will be tried again")
    return PublicationFailed(f"GitHub answered {refusal.status} to the comment on {place} ({said})", do=do)


def marked(outgoing: Outgoing) -> str:
    """The body with its hidden mark."""
    kind, project, release = _names(outgoing)
    mark = (
        f"<!-- tallyman:v1 kind={kind} project={project} release={release} "
        f"sequence={outgoing.sequence} sha256={outgoing.sha256} -->"
    )
    return f"{outgoing.body.rstrip()}\n\n{mark}\n"


def _names(outgoing: Outgoing) -> tuple[str, str, str]:
    """Kind, project and release without blanks and brackets, so that no name can end the mark or hide it from us."""
    return quote(outgoing.kind), quote(outgoing.project), quote(outgoing.release)


def _text(body: str) -> str:
    """What a reader sees, for comparing: a person may have edited our comment, and line ends are GitHub's affair."""
    return " ".join(MARK.sub(" ", body).split())
