"""Meeting notes as people write them: Markdown with dated sections, lists of attendees, topics, decisions and actions."""

from bot.meetings.notes.items import fingerprint
from bot.meetings.notes.looks import looks_like_notes
from bot.meetings.notes.reading import read_notes

__all__ = ["fingerprint", "looks_like_notes", "read_notes"]
