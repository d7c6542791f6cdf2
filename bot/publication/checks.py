"""The verdict at a commit, so that branch protection can ask for it: a check run where an App speaks, else a status."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.errors import PublicationFailed
from bot.model.outgoing import OWN_CHECK, Action, Outgoing, Posted
from bot.publication.github import Connection

MOST_DESCRIPTION = 140  # characters of a status's description
STATES = {"ready": "success", "not ready": "failure", "unknown": "pending"}
# An unknown must not pass a required check: GitHub lets `neutral` and `skipped` through.
CONCLUSIONS = {"ready": "success", "not ready": "failure", "unknown": "action_required"}


@dataclass(frozen=True, slots=True)
class Check:
    """What a body of kind `check` holds. `how` is status or check-run; `url` leads to the report."""

    how: str
    commit: str
    standing: str
    title: str
    url: str


def read(body: str) -> Check:
    """Raises PublicationFailed for a body that is none."""
    try:
        return Check(**json.loads(body))
    except (TypeError, ValueError):
        raise PublicationFailed(
            "a check in the outbox cannot be read", do="judge the release again with `tallyman publish`"
        ) from None


def publish(github: Connection, outgoing: Outgoing, at: datetime) -> Posted:
    """Makes the commit show the verdict; nothing is written when it does already. Raises PublicationFailed."""
    check = read(outgoing.body)
    with github.in_words(f"the check on {outgoing.repo}@{check.commit[:12]}"):
        repo = f"/repos/{github.name_of(outgoing.repo)}"
        how = _check_run if check.how == "check-run" else _status
        id_, url, action = how(github, repo, check, outgoing)
    return Posted(
        kind=outgoing.kind, project=outgoing.project, release=outgoing.release, repo=outgoing.repo,
        number=outgoing.number, comment_id=id_, url=url, sha256=outgoing.sha256, sequence=outgoing.sequence,
        action=action, at=at, key=outgoing.key,
    )  # fmt: skip


def _status(github: Connection, repo: str, check: Check, outgoing: Outgoing) -> tuple[int, str, Action]:
    """The newest status of our name is the one that counts, so that an equal one is enough."""
    context = f"{OWN_CHECK}/{outgoing.release}"
    wanted = {
        "state": STATES[check.standing],
        "description": _short(check.title),
        "target_url": check.url,
        "context": context,
    }
    standing = next(
        (
            each
            for each in github.pages(f"{repo}/commits/{check.commit}/statuses")
            if each["context"] == context
        ),
        None,
    )  # the list begins with the newest
    if standing is not None and all(standing[name] == value for name, value in wanted.items()):
        return int(standing["id"]), str(standing["url"]), Action.UNCHANGED
    made = github.ask("POST", f"{repo}/statuses/{check.commit}", wanted)
    return int(made["id"]), str(made["url"]), Action.EDITED if standing else Action.CREATED


def _check_run(github: Connection, repo: str, check: Check, outgoing: Outgoing) -> tuple[int, str, Action]:
    """Ours is known by its name and `external_id`; of several the oldest is kept up to date."""
    mark = f"{outgoing.project}/{outgoing.release}"
    wanted: dict[str, Any] = {
        "status": "completed",
        "conclusion": CONCLUSIONS[check.standing],
        "details_url": check.url,
        "output": {"title": check.title, "summary": f"The report with its reasons: {check.url}"},
    }
    name = f"{OWN_CHECK}/{outgoing.release}"
    own = [
        each
        for each in github.pages(f"{repo}/commits/{check.commit}/check-runs", inside="check_runs")
        if each.get("external_id") == mark and each["name"] == name
    ]
    if not own:
        more = {"name": name, "head_sha": check.commit, "external_id": mark}
        made = github.ask("POST", f"{repo}/check-runs", {**wanted, **more})
        return int(made["id"]), str(made["html_url"]), Action.CREATED
    oldest = min(own, key=lambda each: int(each["id"]))
    stands = {**{key: oldest[key] for key in ("status", "conclusion", "details_url")}, "output": {
        key: oldest["output"][key] for key in ("title", "summary")}}  # fmt: skip
    if stands == wanted:
        return int(oldest["id"]), str(oldest["html_url"]), Action.UNCHANGED
    github.ask("PATCH", f"{repo}/check-runs/{oldest['id']}", wanted)
    return int(oldest["id"]), str(oldest["html_url"]), Action.EDITED


def _short(text: str) -> str:
    return text if len(text) <= MOST_DESCRIPTION else text[: MOST_DESCRIPTION - 1] + "…"
