"""What was changed or taken back later in the same log, found before its lines are read."""

from collections.abc import Sequence
from typing import Any

from bot.meetings.logformats.reading.decoding import Source, pieces


class Versions:
    """Memory grows with the number of edits and removals, not with the log."""

    def __init__(self) -> None:
        self._edits: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
        self.gone: set[str] = set()

    def edited(self, message: str, edit: str, by: str, content: dict[str, Any]) -> None:
        self._edits.setdefault(message, []).append((edit, by, content))

    def removed(self, message: str) -> None:
        self.gone.add(message)

    def last(self, message: str, by: str) -> dict[str, Any] | None:
        """The last version by the message's own author that was not taken back; None when it was never changed."""
        edits = self._edits.get(message, [])
        standing = [content for edit, author, content in edits if author == by and edit not in self.gone]
        return standing[-1] if standing else None


def mentions(stream: Source, words: Sequence[str]) -> bool:
    """Whether any of these words occurs anywhere; much quicker than reading the entries."""
    longest = max(map(len, words))
    before = ""
    for piece in pieces(stream):
        text = before + piece
        if any(word in text for word in words):
            return True
        before = text[-longest:]
    return False
