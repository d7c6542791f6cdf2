"""One comment in one place, edited in place: found again by its hidden mark, never posted twice, never put back in time."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model.errors import PublicationFailed
from bot.model.outgoing import Action, Outgoing, Posted
from bot.publication.github import Connection
from bot.publication.marks import Standing, marked, seen, standing

MOST_BYTES = 60_000  # of a text: below what GitHub takes, with room for the mark


def publish(github: Connection, outgoing: Outgoing, at: datetime) -> Posted:
    """Makes the place show `outgoing`. What stands there is asked of GitHub itself, never of our records.

    Raises PublicationFailed or WrongRequest; the place then shows what it did before, or the new text.
    """
    size = len(outgoing.body.encode())
    if size > MOST_BYTES:
        raise PublicationFailed(
            f"the report for {outgoing.repo}#{outgoing.number} has {size} bytes",
            do=f"this is a fault of Tallyman: reports stay below {MOST_BYTES}",
        )
    with github.in_words(f"the comment on {outgoing.repo}#{outgoing.number}"):
        issues = f"/repos/{github.name_of(outgoing.repo)}/issues"
        own = _own(github, issues, outgoing, at)
        made = None
        if not own:
            # A connection that is lost here ends the attempt. Whether the comment arrived nobody knows but GitHub,
            # and the next attempt begins by looking.
            path = f"{issues}/{outgoing.number}/comments"
            made = github.ask("POST", path, {"body": marked(outgoing)})["id"]
            # Looked for again, because another publisher may have been as quick; and GitHub's lists may lag behind.
            own = _own(github, issues, outgoing, at, also=f"{issues}/comments/{made}")
        return _settle(github, issues, outgoing, own, made, at)


def _settle(
    github: Connection, issues: str, outgoing: Outgoing, own: list[Standing], made: int | None, at: datetime
) -> Posted:
    """Of several comments the oldest stays, shows the newest text, and the rest go.

    The newest text may be another run's: a slower, older run must not overwrite a newer report. A text of ours that is
    newer gets a higher sequence number than what stands there, even when our own count was lost with a database.
    """
    oldest, *others = own
    newest = max(own, key=lambda each: each.rank)
    body, sha256, sequence = newest.body, newest.sha256, newest.sequence
    if newest.rank <= (outgoing.as_of, outgoing.sequence):
        is_same = seen(oldest.body) == seen(outgoing.body)
        sequence = oldest.sequence if is_same else max(outgoing.sequence, newest.sequence + 1)
        body, sha256 = marked(replace(outgoing, sequence=sequence)), outgoing.sha256
    action = Action.UNCHANGED
    if seen(oldest.body) != seen(body):
        # Looked into, because a login page of some network would call itself a success, too.
        if github.ask("PATCH", f"{issues}/comments/{oldest.id}", {"body": body})["id"] != oldest.id:
            raise ValueError("another comment")
        action = Action.EDITED
    for other in others:
        github.delete(f"{issues}/comments/{other.id}")
        action = Action.EDITED
    return Posted(
        kind=outgoing.kind, project=outgoing.project, release=outgoing.release, repo=outgoing.repo,
        number=outgoing.number, comment_id=oldest.id, url=oldest.url, sha256=sha256, sequence=sequence,
        action=Action.CREATED if oldest.id == made else action, at=at, key=outgoing.key,
    )  # fmt: skip


def _own(
    github: Connection, issues: str, outgoing: Outgoing, now: datetime, also: str = ""
) -> list[Standing]:
    """Our comments of this kind, project and release, oldest first. A mark in somebody else's comment is not ours."""
    login = github.login  # first: nothing is posted that could not be found again
    raws = list(github.pages(f"{issues}/{outgoing.number}/comments"))
    if also and all(not also.endswith(f"/{raw['id']}") for raw in raws):
        raws.append(github.ask("GET", also))
    found = [
        ours
        for raw in raws
        if _author(raw) == login
        and (ours := standing(raw["id"], raw["html_url"], raw["body"] or "", outgoing, now)) is not None
    ]
    return sorted(found, key=lambda each: each.id)


def _author(raw: dict[str, Any]) -> str:
    return str((raw["user"] or {}).get("login", ""))
