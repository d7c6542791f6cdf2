"""One comment in one place, edited in place: found again by a hidden mark, never posted twice, never put back in time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from github import Auth, Github, GithubException, GithubRetry

from bot.model.errors import PublicationFailed, WrongRequest
from bot.model.outgoing import Action, Outgoing, Posted

MOST_BYTES = 60_000  # below what GitHub takes, with room for the mark
MARK = re.compile(
    r"<!-- tallyman:v1 kind=(\S+) project=(\S+) release=(\S+) sequence=(\d+) sha256=([0-9a-f]{64}) -->"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A comment of ours as it stands on GitHub."""

    id: int
    url: str
    sequence: int
    sha256: str


class Publisher:
    """Speaks for one token. Not to be shared between threads."""

    def __init__(self, api: str, token: str | None) -> None:
        if not token:
            raise WrongRequest("posting needs a token", do="set github.token_file or TALLYMAN_GITHUB_TOKEN")
        # PATCH and DELETE may be repeated; a POST never is: a second one could be a second comment.
        retry = GithubRetry(
            total=3,
            allowed_methods={"GET", "PATCH", "DELETE"},
            status_forcelist=[429, *range(500, 600)],
            backoff_factor=0.5,
        )
        self.api = api
        self.client = Github(
            base_url=api,
            auth=Auth.Token(token),
            per_page=100,
            retry=retry,
            timeout=30,
            user_agent="tallyman",
            api_version="2022-11-28",
            lazy=True,
            seconds_between_requests=0,
            seconds_between_writes=0,
        )
        self._login = ""

    def publish(self, outgoing: Outgoing, at: datetime) -> Posted:
        """Makes the place show `outgoing`. What stands there is asked of GitHub itself, never of our records.

        Raises PublicationFailed or WrongRequest; the place then shows what it did before, or the new text.
        """
        body = marked(outgoing)
        if len(body.encode()) > MOST_BYTES + 200:
            raise PublicationFailed(
                f"the report for {outgoing.repo}#{outgoing.number} has {len(body.encode())} bytes",
                do="this is a fault of Tallyman: reports stay below 60,000",
            )
        with in_words(outgoing):
            own = self._own(outgoing)
            if not own:
                # An issue that was locked or a lost connection raises here. Whether a lost POST arrived is found out
                # by the search at the beginning of the next attempt.
                self._write("POST", f"/repos/{outgoing.repo}/issues/{outgoing.number}/comments", body)
                return self._settle(outgoing, body, at, Action.CREATED)
            if len(own) > 1 or self._is_behind(own[0], outgoing):
                return self._settle(outgoing, body, at, Action.EDITED)
            return _posted(outgoing, own[0], Action.UNCHANGED, at)

    @staticmethod
    def _is_behind(standing: Standing, outgoing: Outgoing) -> bool:
        """Whether what stands there is older and different. A slower, older run must not overwrite a newer report."""
        return standing.sequence < outgoing.sequence and standing.sha256 != outgoing.sha256

    def _settle(self, outgoing: Outgoing, body: str, at: datetime, action: Action) -> Posted:
        """Looks again after writing: of several comments the oldest stays, shows the newest text, and the rest go."""
        own = self._own(outgoing)
        if not own:
            raise PublicationFailed(
                f"the comment on {outgoing.repo}#{outgoing.number} is not to be seen after posting",
                do="it will be tried again",
            )
        oldest, *others = own
        newest = max(own, key=lambda each: each.sequence)
        if newest.sequence <= outgoing.sequence and oldest.sha256 != outgoing.sha256:
            self._write("PATCH", f"/repos/{outgoing.repo}/issues/comments/{oldest.id}", body)
            oldest = Standing(oldest.id, oldest.url, outgoing.sequence, outgoing.sha256)
        for other in others:
            self._delete(outgoing.repo, other.id)
        return _posted(outgoing, oldest, action, at)

    def _own(self, outgoing: Outgoing) -> list[Standing]:
        """Our comments of this kind, project and release, oldest first. A mark in somebody else's comment is not ours."""
        found = []
        for comment in self._comments(outgoing.repo, outgoing.number):
            mark = MARK.search(comment.get("body") or "")
            if mark is None or (comment.get("user") or {}).get("login") != self.login:
                continue
            if mark.group(1, 2, 3) == (outgoing.kind, outgoing.project, outgoing.release):
                found.append(Standing(comment["id"], comment["html_url"], int(mark[4]), mark[5]))
        return sorted(found, key=lambda each: each.id)

    def _comments(self, repo: str, number: int) -> Iterator[dict[str, Any]]:
        page = 1
        while True:
            _, items = self.client.requester.requestJsonAndCheck(
                "GET", f"/repos/{repo}/issues/{number}/comments", parameters={"per_page": 100, "page": page}
            )
            yield from items or []
            if len(items or []) < 100:
                return
            page += 1

    @property
    def login(self) -> str:
        if not self._login:
            _, user = self.client.requester.requestJsonAndCheck("GET", "/user")
            self._login = str(user["login"])
        return self._login

    def _write(self, verb: str, path: str, body: str) -> None:
        self.client.requester.requestJsonAndCheck(verb, path, input={"body": body})

    def _delete(self, repo: str, id_: int) -> None:
        try:
            self.client.requester.requestJsonAndCheck("DELETE", f"/repos/{repo}/issues/comments/{id_}")
        except GithubException as failed:
            if failed.status != 404:  # another publisher was quicker
                raise


def marked(outgoing: Outgoing) -> str:
    """The body with its hidden mark."""
    mark = (
        f"<!-- tallyman:v1 kind={outgoing.kind} project={outgoing.project} release={outgoing.release} "
        f"sequence={outgoing.sequence} sha256={outgoing.sha256} -->"
    )
    return f"{outgoing.body.rstrip()}\n\n{mark}\n"


def _posted(outgoing: Outgoing, standing: Standing, action: Action, at: datetime) -> Posted:
    return Posted(
        outgoing.kind,
        outgoing.project,
        outgoing.release,
        outgoing.repo,
        outgoing.number,
        standing.id,
        standing.url,
        standing.sha256,
        outgoing.sequence,
        action,
        at,
    )


@contextmanager
def in_words(outgoing: Outgoing) -> Iterator[None]:
    place = f"{outgoing.repo}#{outgoing.number}"
    try:
        yield
    except GithubException as failed:
        said = failed.data.get("message", "") if isinstance(failed.data, dict) else ""
        if failed.status == 401:
            raise WrongRequest(
                f"GitHub does not take the token ({said})",
                do="renew it in github.token_file or TALLYMAN_GITHUB_TOKEN",
            ) from None
        do = (
            "unlock it, or give the token the right to write"
            if failed.status in (403, 404)
            else "it will be tried again"
        )
        raise PublicationFailed(
            f"GitHub answered {failed.status} to the comment on {place} ({said or 'no reason given'})", do=do
        ) from None
    except requests.exceptions.RequestException as failed:
        raise PublicationFailed(
            f"the comment on {place} could not be posted ({type(failed).__name__})",
            do="check the network; it will be tried again",
        ) from None
