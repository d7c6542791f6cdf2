"""The verdict as one label of three, where a project wants it; other labels are not touched."""

import json
from datetime import datetime
from urllib.parse import quote

from bot.model.outgoing import Action, Outgoing, Posted
from bot.publication.github import Connection


def publish(github: Connection, outgoing: Outgoing, at: datetime) -> Posted:
    """Puts `on` on the issue and takes those of `off` away that it has. Raises PublicationFailed."""
    wanted = json.loads(outgoing.body)
    with github.in_words(f"the labels of {outgoing.repo}#{outgoing.number}"):
        labels = f"/repos/{github.name_of(outgoing.repo)}/issues/{outgoing.number}/labels"
        names = {str(each["name"]).casefold() for each in github.pages(labels)}
        action = Action.UNCHANGED
        for name in wanted["off"]:
            if name.casefold() in names:
                github.delete(f"{labels}/{quote(name, safe='')}")
                action = Action.EDITED
        if wanted["on"].casefold() not in names:
            github.ask("POST", labels, {"labels": [wanted["on"]]})
            action = Action.EDITED
    return Posted(
        kind=outgoing.kind, project=outgoing.project, release=outgoing.release, repo=outgoing.repo,
        number=outgoing.number, comment_id=0, url="", sha256=outgoing.sha256, sequence=outgoing.sequence,
        action=action, at=at, key=outgoing.key,
    )  # fmt: skip
