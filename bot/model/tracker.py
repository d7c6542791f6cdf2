"""What the tracker holds: milestones, issues and pull requests of a repository, as read at a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ReviewState(StrEnum):
    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"
    PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class Milestone:
    """`number` is GitHub's, unique in its repository; `due_on` is None when no date was set."""

    repo: str
    number: int
    title: str
    state: State
    due_on: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, or the issue side of a pull request (`is_pull`). `milestone` is the milestone's number."""

    repo: str
    number: int
    title: str
    state: State
    state_reason: str  # "", completed, not_planned, reopened, duplicate; ours: deleted, transferred
    is_pull: bool
    milestone: int | None
    author: str
    assignees: tuple[str, ...]
    labels: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    url: str
    merged_at: datetime | None = None  # of a pull request that was merged

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def name(self) -> str:
        return f"{self.repo}#{self.number}"


@dataclass(frozen=True, slots=True)
class Review:
    """One submitted review; `commit` is the head it was given on ("" when GitHub no longer knows)."""

    id: int
    by: str
    state: ReviewState
    at: datetime
    commit: str
    url: str


@dataclass(frozen=True, slots=True)
class Pull:
    """What only a pull request has. `mergeable` is None while GitHub has not worked it out.

    `mergeable_state` is GitHub's word: clean, dirty (conflicts), behind, blocked, unstable, draft, unknown.
    """

    repo: str
    number: int
    draft: bool
    merged_at: datetime | None
    head_sha: str
    base_ref: str
    mergeable: bool | None
    mergeable_state: str
    requested_reviewers: tuple[str, ...]
    reviews: tuple[Review, ...]


class Scope(StrEnum):
    """How much of a repository was read: what changed, that and every open pull request, or everything."""

    CHANGES = "changes"
    PULLS = "pulls"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one sync read of one repository, at one time: all milestones and open pull requests, and the issues of its scope."""

    repo: str
    at: datetime
    source: str  # the API's base URL
    milestones: tuple[Milestone, ...]
    issues: tuple[Issue, ...]
    pulls: tuple[Pull, ...]
    scope: Scope = Scope.ALL
