"""Who may write to a repository on GitHub."""

import re

from bot.model.errors import TrackerFailed
from bot.sources.gateway import Gateway

LOGIN = re.compile(r"[A-Za-z0-9-]{1,39}")
WRITES = ("admin", "maintain", "write")


def may_write(gateway: Gateway, repo: str, login: str) -> bool:
    """Asks GitHub; a token that may not ask gives no. Raises TrackerFailed or WrongRequest."""
    if not LOGIN.fullmatch(login):
        return False
    try:
        found = gateway.find(
            f"/repos/{repo}/collaborators/{login}/permission", lambda raw: str(raw["permission"])
        )
    except TrackerFailed as failed:
        if failed.what.startswith("GitHub refuses"):
            return False
        raise
    return found in WRITES
