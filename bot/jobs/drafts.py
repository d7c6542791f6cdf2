"""What a judgement gives to say: its report in each place, the events it is the occasion of, a check and labels where wanted."""

import json
from collections.abc import Iterator

from bot.judgement.occasions import Occasion
from bot.model.evidence import Evidence
from bot.model.outgoing import Draft, Kind
from bot.model.release import Readiness, Target
from bot.model.tracker import Issue
from bot.reports.events import event
from bot.reports.told import by_when
from bot.reports.wording import headline, standing
from bot.settings import Publication

LABELS = {
    "ready": "readiness: ready",
    "not ready": "readiness: not ready",
    "unknown": "readiness: unknown",
}


def places(target: Target) -> tuple[Issue, ...]:
    """Where a release is decided: its issue and its pull request."""
    return tuple(issue for issue in (target.issue, target.pull) if issue is not None)


def of_judgement(
    wanted: Publication, readiness: Readiness, evidence: Evidence, body: str, found: tuple[Occasion, ...]
) -> Iterator[Draft]:
    """`body` is the report in Markdown; `found` are the judgement's occasions."""
    for place in places(readiness.target):
        yield Draft(Kind.READINESS, place.repo, place.number, body)
    if wanted.events:
        yield from of_occasions(found)
    if wanted.check:
        yield from _check(wanted.check, readiness, evidence)
    if wanted.labels:
        word = standing(readiness)
        told = json.dumps({"on": LABELS[word], "off": [LABELS[each] for each in LABELS if each != word]})
        for place in places(readiness.target):
            yield Draft(Kind.LABELS, place.repo, place.number, told)


def of_occasions(found: tuple[Occasion, ...]) -> Iterator[Draft]:
    """One short comment each, where the release is decided: on its pull request, else on its issue."""
    for each in found:
        *_, place = (None, *places(each.readiness.target))
        if place is not None:
            text = event(each.event, each.readiness, each.vote, each.before, each.correction)
            yield Draft(Kind.EVENT, place.repo, place.number, text, each.key, once=True)


def _check(how: str, readiness: Readiness, evidence: Evidence) -> Iterator[Draft]:
    """At the head of the release pull request, as the last sync saw it."""
    pull = readiness.target.pull
    head = next((each.head_sha for each in evidence.pulls if pull and each.number == pull.number), "")
    if pull is None or not head:
        return
    when = by_when(readiness)
    title = "; ".join(filter(None, (headline(readiness), when)))
    facts = {
        "how": how, "commit": head, "standing": standing(readiness), "title": title, "url": pull.url,
    }  # fmt: skip
    yield Draft(Kind.CHECK, pull.repo, pull.number, json.dumps(facts, ensure_ascii=False))
