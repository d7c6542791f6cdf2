"""What GitHub's answers, by REST or GraphQL, call people and moments."""

from datetime import UTC, datetime
from typing import Any

Raw = dict[str, Any]
COMPUTING = 3  # times a pull request is asked again while GitHub works out whether it can be merged


def name_of(user: Raw | None) -> str:
    """The login of whoever did something."""
    return str(user["login"]) if user else "ghost"  # GitHub's own name for a deleted account


def moment(text: str) -> datetime:
    """A date in UTC. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment without its zone")
    return at.astimezone(UTC)


def moment_or_none(text: str | None) -> datetime | None:
    return moment(text) if text else None
