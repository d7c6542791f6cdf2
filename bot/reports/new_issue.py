"""A decision or an action that names no issue, as the issue that could be opened for it; nobody sends it from here."""

import re

from bot.model.followup import NewIssue
from bot.model.meeting import Item
from bot.reports.quoting import ZERO_WIDTH, cut
from bot.reports.templates import environment

TITLE_LENGTH = 80
LOUD = re.compile(r"@(?=[\w-])|#(?=\d)")  # what a title would link to


def offer(item: Item, *, meeting: str, log_url: str) -> NewIssue:
    """Title and body for an item (`meetings.followup.wants_issue` says for which ones); `log_url` is its line's page."""
    body = (
        environment()
        .get_template("new_issue.markdown.j2")
        .render(item=item, meeting=meeting, log_url=log_url)
    )
    return NewIssue(item.repo, _title(item), body)


def _title(item: Item) -> str:
    """The words without the owner in front: `wking to file a hook-dropping PR` is `File a hook-dropping PR`."""
    text = " ".join(item.text.split())
    names = "|".join(re.escape(name) for name in item.assignees)
    if names:
        text = (
            re.sub(
                rf"^(?:@?(?:{names})[\s,&]*(?:and\s+)?)+(?:to|will|shall|:)\s+", "", text, flags=re.IGNORECASE
            )
            or text
        )
    quiet = LOUD.sub(lambda found: found[0] + ZERO_WIDTH, text)
    return cut(quiet[:1].upper() + quiet[1:], TITLE_LENGTH)
