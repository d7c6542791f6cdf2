"""Everything on one private page instead of in public, so that people can look at a bot before it speaks."""

import os
import re
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.model.errors import PublicationFailed, WrongRequest
from bot.model.outgoing import Action, Kind, Outgoing, Posted
from bot.publication import comments
from bot.publication.github import Connection
from bot.publication.marks import marked, names, seen, standing

ISSUE = re.compile(r"(?P<repo>[A-Za-z0-9-]+/[A-Za-z0-9._-]+)#(?P<number>[1-9]\d{0,8})")
DIVIDER = "\n\n---\n\n"


class ShadowIssue:
    """One issue of a private repository, with one comment for each thing that would have been said."""

    def __init__(self, page: str, github: Connection) -> None:
        """`page` reads owner/repo#12. Raises WrongRequest."""
        found = ISSUE.fullmatch(page)
        if found is None:
            raise WrongRequest(
                f"service.shadow {page} is no issue", do="write it as owner/repo#12, or as the path of a file"
            )
        self._github, self._repo, self._number = github, found["repo"], int(found["number"])

    @property
    def writes(self) -> int:
        return self._github.writes

    def publish(self, outgoing: Outgoing, at: datetime) -> Posted:
        """Raises WrongRequest when everybody could read the page, PublicationFailed when it cannot be written."""
        page = f"{self._repo}#{self._number}"
        with self._github.in_words(f"the private page {page}"):
            is_private = self._github.ask("GET", f"/repos/{self._github.name_of(self._repo)}")["private"]
        if is_private is not True:
            raise WrongRequest(
                f"service.shadow {page} is in a public repository",
                do="name an issue of a private one, or a file",
            )
        there = replace(shadowed(outgoing), repo=self._repo, number=self._number)
        posted = comments.publish(self._github, there, at)
        return replace(
            posted, kind=outgoing.kind, key=outgoing.key, repo=outgoing.repo, number=outgoing.number
        )


class ShadowFile:
    """One file of this machine, a section for each thing that would have been said."""

    def __init__(self, path: Path) -> None:
        self.path, self.writes = path, 0

    def publish(self, outgoing: Outgoing, at: datetime) -> Posted:
        """Raises PublicationFailed when the file cannot be read or written."""
        there = shadowed(outgoing)
        try:
            text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
            parts = [part for part in text.split(DIVIDER) if part.strip()]
            places = [n for n, part in enumerate(parts) if standing(0, "", part, there, at) is not None]
            action = Action.EDITED if places else Action.CREATED
            if places and seen(parts[places[0]]) == seen(there.body):
                action = Action.UNCHANGED
            else:
                where = places[0] if places else len(parts)
                parts[where : where + 1] = [marked(there).strip()]
                self._write(DIVIDER.join(parts) + "\n")
        except (OSError, UnicodeDecodeError) as failed:
            raise PublicationFailed(
                f"the private page {self.path} cannot be used ({getattr(failed, 'strerror', 'not text')})",
                do="name another file with service.shadow",
            ) from None
        return Posted(
            kind=outgoing.kind, project=outgoing.project, release=outgoing.release, repo=outgoing.repo,
            number=outgoing.number, comment_id=0, url=self.path.absolute().as_uri(), sha256=there.sha256,
            sequence=outgoing.sequence, action=action, at=at, key=outgoing.key,
        )  # fmt: skip

    def _write(self, text: str) -> None:
        """Beside its place first, readable by its owner alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(beside, self.path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        self.writes += 1


def shadowed(outgoing: Outgoing) -> Outgoing:
    """The same text for the private page: with where it would have stood, and a mark of its own."""
    place = f"{outgoing.repo}#{outgoing.number}"
    what = {Kind.CHECK.value: "A check", Kind.LABELS.value: "Labels"}.get(
        outgoing.kind, f"A comment ({outgoing.kind})"
    )
    body = outgoing.body if outgoing.kind not in (Kind.CHECK, Kind.LABELS) else f"`{outgoing.body}`"
    body = body.replace(DIVIDER, "\n\n***\n\n")
    # A dot between the names would be taken for one of theirs; the mark quotes what is no part of a name.
    return replace(
        outgoing, kind="shadow", key="/".join((*names(outgoing)[::3], place)),
        body=f"_{what} that would stand on `{place}`:_\n\n{body}",
    )  # fmt: skip
