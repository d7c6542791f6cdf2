"""Whatever is to be said, said in its own way: comments, the check of a commit, labels."""

from datetime import datetime
from typing import Protocol

from bot.model.outgoing import Kind, Outgoing, Posted
from bot.publication import checks, comments, labels
from bot.publication.github import Connection


class Speaker(Protocol):
    """Where what waits in the outbox goes: GitHub, or a private page while nothing is public yet."""

    @property
    def writes(self) -> int:
        """How many requests changed something."""

    def publish(self, outgoing: Outgoing, at: datetime) -> Posted: ...


class Publisher(Connection):
    """Says things on GitHub itself."""

    def publish(self, outgoing: Outgoing, at: datetime) -> Posted:
        """Makes the place show `outgoing`. Raises PublicationFailed, MustWait or WrongRequest."""
        if outgoing.kind == Kind.CHECK:
            return checks.publish(self, outgoing, at)
        if outgoing.kind == Kind.LABELS:
            return labels.publish(self, outgoing, at)
        return comments.publish(self, outgoing, at)
