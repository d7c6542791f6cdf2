"""GitHub, read: the milestones, issues, pull requests and reviews of a repository, in few requests."""

from datetime import datetime
from functools import partial

from bot.model.answers import SOON
from bot.model.tracker import Issue, Milestone, Pull, Review, ReviewState, Snapshot, State
from bot.sources.gateway import Gateway, Raw
from bot.sources.payload import COMPUTING, moment, moment_or_none, name_of
from bot.sources.pulls import read_open_pulls


def read_snapshot(gateway: Gateway, repo: str, *, at: datetime) -> Snapshot:
    """Milestones, issues and pull requests as they stand. Nothing is returned until everything was read.

    Requests: one for the name, one for each hundred of milestones and of issues, and one for each fifty open pull
    requests; two for each of them without a token, since GraphQL is not for everybody. Raises TrackerFailed or WrongRequest.
    """
    # A renamed repository is read under its new name: PyGithub follows GitHub's redirect without the query, and would
    # bring back the open issues only, thirty of them.
    name = read_name(gateway, repo)
    base = f"/repos/{name}"
    # In the order of their making, a list that grows meanwhile shifts nothing that is still to be read.
    issues = gateway.pages(
        f"{base}/issues", partial(_issue, repo), state="all", sort="created", direction="asc"
    )
    by_number = {issue.number: issue for issue in issues}
    waiting = [issue.number for issue in by_number.values() if issue.is_pull and issue.is_open]
    if gateway.has_token and waiting:
        pulls = tuple(pull for pull in read_open_pulls(gateway, repo, name) if pull.number in by_number)
    else:
        pulls = tuple(_read_pull(gateway, repo, f"{base}/pulls/{number}") for number in waiting)
    # The milestones last: whatever an issue was in when it was read is then among them.
    milestones = tuple(gateway.pages(f"{base}/milestones", partial(_milestone, repo), state="all"))
    return Snapshot(repo, at, gateway.api, milestones, tuple(by_number.values()), pulls)


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
