"""What is to be said to the world, and what was."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    CREATED = "created"
    EDITED = "edited"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One comment as it should stand on one issue or pull request. A higher `sequence` is newer."""

    kind: str  # readiness
    project: str
    release: str
    repo: str
    number: int
    body: str
    sequence: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """The comment that stands there after a publication."""

    kind: str
    project: str
    release: str
    repo: str
    number: int
    comment_id: int
    url: str
    sha256: str
    sequence: int
    action: Action
    at: datetime
