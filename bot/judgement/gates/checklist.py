"""Whether the release's check-list is ticked, wherever a person copied it: into its issue or its pull request."""

import re

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

BOX = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+\[(?P<mark>[ xX])\]\s+(?P<text>\S.*)$", re.M)
OPTIONAL = re.compile(r"^\W*optional\b", re.I)
LONGEST = 200


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """Steps that say that they are optional do not count."""
    repository, target = evidence.repository, evidence.target
    places = [issue for issue in (target.issue, target.pull) if issue is not None]
    talks = [talk for issue in places if repository and (talk := repository.talk(issue.number))]
    boxes = [
        (box["mark"] != " ", box["text"].strip()[:LONGEST], talk.url)
        for talk in talks
        for box in BOX.finditer(talk.body)
        if not OPTIONAL.match(box["text"])
    ]
    if not talks:
        return Verdict(
            rule, Outcome.UNKNOWN, "the release's issue and pull request were not read, or there are none"
        )
    if not boxes:
        return Verdict(
            rule, Outcome.UNKNOWN, "neither the release's issue nor its pull request has a check-list"
        )
    still = tuple(Link(text, url) for is_done, text, url in boxes if not is_done)
    if still:
        return Verdict(
            rule, Outcome.FAILED, f"{len(boxes) - len(still)} of {len(boxes)} steps are ticked", still
        )
    return Verdict(rule, Outcome.PASSED, f"all {len(boxes)} steps are ticked")
