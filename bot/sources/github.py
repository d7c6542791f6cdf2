"""GitHub, read: the milestones, issues, pull requests and reviews of a repository, in few requests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.model.answers import SOON
from bot.model.tracker import Issue, Milestone, Pull, Review, ReviewState, Scope, Snapshot, State
from bot.sources.gateway import Gateway, Raw
from bot.sources.payload import COMPUTING, moment, moment_or_none, name_of
from bot.sources.pulls import KnownPull, read_changed_pulls, read_open_pulls


@dataclass(frozen=True, slots=True)
class Before:
    """What is known already. `since` is the newest change of an issue, and a little before it: GitHub's own copies lag.

    `pulls` are the open pull requests that need not be read again while their change and head are the same.
    """

    since: datetime
    pulls: Mapping[int, KnownPull]

    @property
    def scope(self) -> Scope:
        return Scope.CHANGES if self.pulls else Scope.PULLS


def read_snapshot(
    gateway: Gateway, repo: str, *, at: datetime, name: str = "", before: Before | None = None
) -> Snapshot:
    """Milestones, issues and pull requests as they stand. Nothing is returned until everything was read.

    `name` is what the repository is called today, asked for when it is not given. With `before` only what changed since
    is read: issues by their last change, pull requests by their change and head, where `before` is not too old for that.

    Requests: one for each hundred of milestones, of issues and of open pull requests, and one for each fifty open pull
    requests that changed; two for each of them without a token, since GraphQL is not for everybody.
    Raises TrackerFailed or WrongRequest.
    """
    # A renamed repository is read under its new name: PyGithub follows GitHub's redirect without the query, and would
    # bring back the open issues only, thirty of them.
    name = name or read_name(gateway, repo)
    base = f"/repos/{name}"
    since = {"since": f"{before.since:%Y-%m-%dT%H:%M:%SZ}"} if before is not None else {}
    # In the order of their making, a list that grows meanwhile shifts nothing that is still to be read. (By their
    # change, one that changes meanwhile would move to the end, and another out of the next page.)
    issues = gateway.pages(
        f"{base}/issues", partial(_issue, repo), state="all", sort="created", direction="asc", **since
    )
    by_number = {issue.number: issue for issue in issues}
    pulls: tuple[Pull, ...]
    if before is not None:
        pulls = read_changed_pulls(gateway, repo, name, before.pulls)
    elif gateway.has_token:
        waiting = any(issue.is_pull and issue.is_open for issue in by_number.values())
        pulls = read_open_pulls(gateway, repo, name) if waiting else ()
        pulls = tuple(pull for pull in pulls if pull.number in by_number)
    else:
        numbers = [issue.number for issue in by_number.values() if issue.is_pull and issue.is_open]
        pulls = tuple(_read_pull(gateway, repo, f"{base}/pulls/{number}") for number in numbers)
    # The milestones last: whatever an issue was in when it was read is then among them.
    milestones = tuple(gateway.pages(f"{base}/milestones", partial(_milestone, repo), state="all"))
    scope = before.scope if before is not None else Scope.ALL
    return Snapshot(repo, at, gateway.api, milestones, tuple(by_number.values()), pulls, scope)


def read_missing(gateway: Gateway, issue: Issue, *, at: datetime) -> Issue:
    """What became of an issue that GitHub no longer lists: deleted, or transferred. The issue itself when it is there after all."""
    owner = f"/repos/{issue.repo}".lower()
    found = gateway.find(f"/repos/{issue.repo}/issues/{issue.number}", lambda raw: str(raw["repository_url"]))
    if found is not None and found.lower().endswith(owner):
        return issue
    reason = "deleted" if found is None else "transferred"
    return replace(issue, state=State.CLOSED, state_reason=reason, closed_at=at, updated_at=at)


def read_name(gateway: Gateway, repo: str) -> str:
    """What the repository is called today. Raises WrongRequest when there is none."""
    return gateway.get(f"/repos/{repo}", lambda raw: str(raw["full_name"]))


def read_login(gateway: Gateway) -> str:
    """Who the token speaks for. Raises WrongRequest without a token."""
    return gateway.get("/user", lambda raw: str(raw["login"]))


def _read_pull(gateway: Gateway, repo: str, path: str) -> Pull:
    reviews = tuple(review for review in gateway.pages(f"{path}/reviews", _review) if review is not None)
    parse = partial(_pull, repo, reviews)
    pull = gateway.get(path, parse)
    for attempt in range(COMPUTING):
        if pull.mergeable is not None or pull.mergeable_state != "unknown" or pull.merged_at is not None:
            break
        gateway.wait(SOON * (attempt + 1))  # the first look makes GitHub work it out
        pull = gateway.get(path, parse)
    return pull


def _milestone(repo: str, raw: Raw) -> Milestone:
    return Milestone(
        repo, raw["number"], raw["title"], State(raw["state"]), moment_or_none(raw["due_on"]), raw["html_url"]
    )


def _issue(repo: str, raw: Raw) -> Issue:
    return Issue(
        repo=repo,
        number=raw["number"],
        title=raw["title"],
        state=State(raw["state"]),
        state_reason=raw.get("state_reason") or "",
        is_pull="pull_request" in raw,
        milestone=raw["milestone"]["number"] if raw.get("milestone") else None,
        author=name_of(raw.get("user")),
        assignees=tuple(user["login"] for user in raw.get("assignees") or []),
        labels=tuple(label["name"] for label in raw.get("labels") or []),
        created_at=moment(raw["created_at"]),
        updated_at=moment(raw["updated_at"]),
        closed_at=moment_or_none(raw.get("closed_at")),
        url=raw["html_url"],
        merged_at=moment_or_none((raw.get("pull_request") or {}).get("merged_at")),
    )


def _pull(repo: str, reviews: tuple[Review, ...], raw: Raw) -> Pull:
    return Pull(
        repo=repo,
        number=raw["number"],
        draft=bool(raw.get("draft")),
        merged_at=moment_or_none(raw.get("merged_at")),
        head_sha=raw["head"]["sha"],
        base_ref=raw["base"]["ref"],
        mergeable=raw.get("mergeable"),
        mergeable_state=raw.get("mergeable_state") or "unknown",
        requested_reviewers=tuple(user["login"] for user in raw.get("requested_reviewers") or []),
        reviews=reviews,
    )


def _review(raw: Raw) -> Review | None:
    """None for a review that is still being written: only its author sees it, and it has no date."""
    if not raw.get("submitted_at"):
        return None
    return Review(
        id=raw["id"],
        by=name_of(raw.get("user")),
        state=ReviewState(raw["state"]),
        at=moment(raw["submitted_at"]),
        commit=raw.get("commit_id") or "",
        url=raw["html_url"],
    )
