"""Open pull requests with their reviews: fifty in a request, where REST takes two requests for each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.model.answers import SOON
from bot.model.tracker import Pull, Review, ReviewState
from bot.sources.gateway import Gateway
from bot.sources.payload import COMPUTING, Raw, moment, moment_or_none, name_of

T = TypeVar("T")

PAGE = 50  # pull requests; with a hundred reviews each that is far below GitHub's half a million nodes
AGAIN = 25  # of those that GitHub had not worked out, in one further request

FIELDS = """
fragment asked on PullRequest {
  number isDraft state mergedAt headRefOid baseRefName mergeable mergeStateStatus
  reviewRequests(first: 100) {
    nodes { requestedReviewer {
      __typename ... on User { login } ... on Bot { login } ... on Mannequin { login } ... on Team { combinedSlug }
    } }
  }
  reviews(first: 100) { ...given }
}
fragment given on PullRequestReviewConnection {
  nodes { databaseId state submittedAt url author { login } commit { oid } }
  pageInfo { hasNextPage endCursor }
}
"""
OPEN = """
query open($owner: String!, $name: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $first, after: $after, states: [OPEN], orderBy: {field: CREATED_AT, direction: ASC}) {
      nodes { ...asked } pageInfo { hasNextPage endCursor }
    }
  }
}
"""
MORE = """
query more($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { reviews(first: 100, after: $after) { ...given } }
  }
}
"""
GIVEN = FIELDS[FIELDS.index("fragment given") :]


@dataclass(frozen=True, slots=True)
class _Read:
    """A pull request as one answer gave it; `more` is the cursor behind its first hundred reviews."""

    pull: Pull
    is_open: bool
    more: str | None


@dataclass(frozen=True, slots=True)
class KnownPull:
    """An open pull request as it was read last, and its change at that time."""

    updated_at: datetime
    pull: Pull


def read_open_pulls(gateway: Gateway, repo: str, name: str) -> tuple[Pull, ...]:
    """Every open pull request, by number. `repo` is what it is recorded as, `name` what it is called today.

    Requests: one for each fifty, and for whatever GitHub had not worked out another after a moment. Needs a token.
    Raises TrackerFailed or WrongRequest.
    """
    owner, _, short = name.partition("/")
    where = {"owner": owner, "name": short}
    return _worked_out(gateway, repo, where, {each.pull.number: each for each in _open(gateway, repo, where)})


def read_changed_pulls(
    gateway: Gateway, repo: str, name: str, known: Mapping[int, KnownPull]
) -> tuple[Pull, ...]:
    """The same, where only what changed since is read anew; the list itself is asked conditionally.

    A branch that moved ahead, a check that ended: of these the list tells nothing. Requests: one for each hundred, and
    one for each 25 that changed. Raises TrackerFailed or WrongRequest.
    """
    owner, _, short = name.partition("/")
    where = {"owner": owner, "name": short}
    listed = dict(
        gateway.pages(f"/repos/{name}/pulls", _listed, state="open", sort="created", direction="asc")
    )
    same = {
        number: known[number].pull for number, seen in listed.items() if _is_same(known.get(number), seen)
    }
    changed = [number for number in listed if number not in same]
    anew = {each.pull.number: each for each in _again(gateway, repo, where, changed)}
    read = _worked_out(gateway, repo, where, {number: each for number, each in anew.items() if each.is_open})
    return tuple(sorted([*same.values(), *read], key=lambda pull: pull.number))


def _listed(raw: Raw) -> tuple[int, tuple[datetime, str]]:
    return raw["number"], (moment(raw["updated_at"]), raw["head"]["sha"])


def _is_same(known: KnownPull | None, seen: tuple[datetime, str]) -> bool:
    return (
        known is not None
        and known.pull.mergeable is not None
        and (known.updated_at, known.pull.head_sha) == seen
    )


def _worked_out(
    gateway: Gateway, repo: str, where: dict[str, str], found: dict[int, "_Read"]
) -> tuple[Pull, ...]:
    """What was read, once GitHub has worked out whether it can be merged, with all reviews, by number."""
    for attempt in range(COMPUTING):
        unknown = [number for number, each in found.items() if each.is_open and each.pull.mergeable is None]
        if not unknown:
            break
        gateway.wait(SOON * (attempt + 1))  # the first look makes GitHub work it out
        found |= {each.pull.number: each for each in _again(gateway, repo, where, unknown)}
    return tuple(_with_reviews(gateway, where, found[number]) for number in sorted(found))


def _open(gateway: Gateway, repo: str, where: dict[str, str]) -> Iterator[_Read]:
    def parse(data: Raw) -> tuple[list[_Read], str | None]:
        return _page(data["repository"]["pullRequests"], lambda raw: _read(repo, raw))

    return _all(lambda after: gateway.query(OPEN + FIELDS, {**where, "first": PAGE, "after": after}, parse))


def _again(gateway: Gateway, repo: str, where: dict[str, str], numbers: Sequence[int]) -> Iterator[_Read]:
    """Those of the numbers that are still there."""

    def parse(data: Raw) -> list[_Read]:
        return [_read(repo, raw) for raw in data["repository"].values() if raw is not None]

    for start in range(0, len(numbers), AGAIN):
        asked = " ".join(
            f"p{n}: pullRequest(number: {n}) {{ ...asked }}" for n in numbers[start : start + AGAIN]
        )
        text = f"query again($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {asked} }} }}"
        yield from gateway.query(text + FIELDS, where, parse)


def _with_reviews(gateway: Gateway, where: dict[str, str], read: _Read) -> Pull:
    """The pull request with the reviews behind its first hundred."""
    if read.more is None:
        return read.pull

    def parse(data: Raw) -> tuple[list[Review | None], str | None]:
        return _page(data["repository"]["pullRequest"]["reviews"], _review)

    variables = {**where, "number": read.pull.number}
    rest = _all(lambda after: gateway.query(MORE + GIVEN, {**variables, "after": after}, parse), read.more)
    return replace(read.pull, reviews=(*read.pull.reviews, *(each for each in rest if each is not None)))


def _page(connection: Raw, parse: Callable[[Raw], T]) -> tuple[list[T], str | None]:
    """A page's nodes, parsed, and the cursor of the next page."""
    info = connection["pageInfo"]
    return [parse(node) for node in connection["nodes"] if node], info["endCursor"] if info[
        "hasNextPage"
    ] else None


def _all(ask: Callable[[str | None], tuple[list[T], str | None]], after: str | None = None) -> Iterator[T]:
    """Every node of a connection, page by page. A cursor that leads nowhere new ends it."""
    while True:
        found, following = ask(after)
        yield from found
        if following is None or following == after:
            return
        after = following


def _read(repo: str, raw: Raw) -> _Read:
    reviews, more = _page(raw["reviews"], _review)
    pull = Pull(
        repo=repo,
        number=raw["number"],
        draft=raw["isDraft"],
        merged_at=moment_or_none(raw["mergedAt"]),
        head_sha=raw["headRefOid"],
        base_ref=raw["baseRefName"],
        mergeable={"MERGEABLE": True, "CONFLICTING": False}.get(raw["mergeable"]),
        mergeable_state=raw["mergeStateStatus"].lower(),
        requested_reviewers=tuple(
            _asked(each["requestedReviewer"]) for each in raw["reviewRequests"]["nodes"] if each
        ),
        reviews=tuple(review for review in reviews if review is not None),
    )
    return _Read(pull, raw["state"] == "OPEN", more)


def _asked(reviewer: Raw | None) -> str:
    """A login, or ORGANISATION/TEAM."""
    if reviewer is None:
        return name_of(None)
    return str(reviewer["combinedSlug"] if reviewer["__typename"] == "Team" else reviewer["login"])


def _review(raw: Raw) -> Review | None:
    """None for a review that is still being written: only its author sees it, and it has no date."""
    if not raw["submittedAt"]:
        return None
    return Review(
        id=raw["databaseId"],
        by=name_of(raw["author"]),
        state=ReviewState(raw["state"]),
        at=moment(raw["submittedAt"]),
        commit=raw["commit"]["oid"] if raw["commit"] else "",
        url=raw["url"],
    )
