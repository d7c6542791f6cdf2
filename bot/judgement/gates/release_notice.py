"""Whether the page of a published release leads to its pull request and gives the count of its vote."""

import re

from bot.judgement.released import missing, no_tags, tag_of
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

COUNT = re.compile(r"\+\d{1,4}\s+[-−–]\d{1,4}\s+#\d{1,4}|\b\d{1,4}\s*(?:/|of|out of)\s*\d{1,4}\b", re.I)
PULL = re.compile(r"/pull/\d{1,9}\b|#\d{1,9}\b")


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    tag = tag_of(evidence)
    if tag is None:
        return Verdict(rule, Outcome.NOT_APPLICABLE, f"{evidence.target.tag} is not tagged yet")
    if evidence.repository is None or evidence.repository.published is None:
        return Verdict(rule, Outcome.UNKNOWN, missing(evidence, "published releases"))
    page = evidence.repository.release(tag.tag)
    if page is None:
        return Verdict(rule, Outcome.FAILED, f"{tag.tag} has no published release")
    counted = COUNT.search(page.text)
    without_count = COUNT.sub("", page.text)
    lacks = [] if PULL.search(without_count) else ["a link to its pull request"]
    lacks += [] if counted else ["the count of its vote"]
    link = (Link(tag.tag, page.url),)
    if lacks:
        return Verdict(rule, Outcome.FAILED, f"its page lacks {' and '.join(lacks)}", link)
    return Verdict(rule, Outcome.PASSED, "its page has both", link)
