"""A decision or an action that names no issue, as the issue that could be opened for it; nobody sends it from here."""

import re

from bot.model.followup import NewIssue
from bot.model.meeting import Item
from bot.reports.quoting import BREAKS, cut, one_line
from bot.reports.templates import environment

TITLE_LENGTH = 80
LONGEST = 2_000  # characters of an item that its issue repeats


def offer(item: Item, *, meeting: str, log_url: str) -> NewIssue:
    """Title and body for an item (`meetings.followup.wants_issue` says for which); `log_url` shows its line of the log.

    The words are the meeting's, quoted: they ping nobody and close nothing.
    """
    template = environment().get_template("new_issue.markdown.j2")
    body = template.render(item=item, meeting=meeting, log_url=log_url, longest=LONGEST)
    return NewIssue(item.repo, _title(item), body)


def _title(item: Item) -> str:
    """The words without the owner in front: `wking to file a hook-dropping PR` is `File a hook-dropping PR`."""
    text = one_line(item.text[:LONGEST])
    names = "|".join(re.escape(name) for name in item.assignees)
    if names:
        owner = rf"@?(?:{names})"
        in_front = rf"{owner}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*){owner})*(?:\s+(?:to|will|shall)|\s*:)\s+(?=\S)"
        text = re.sub(rf"^{in_front}", "", text, flags=re.IGNORECASE)
    text = cut(text[:1].upper() + text[1:], TITLE_LENGTH)
    for pattern, broken in BREAKS:
        text = pattern.sub(broken, text)
    return text or "(an item without words)"
