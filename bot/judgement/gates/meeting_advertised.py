"""Whether the project's README says where and when it meets."""

import re

from bot.judgement.released import missing, read
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

SAYS = re.compile(r"^#{1,6}[^\n]*\bmeetings?\b|\[[^\]\n]*\bmeetings?\b[^\]\n]*\]\s*[(\[]", re.I | re.M)


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A heading or a link that speaks of meetings."""
    path = rule.word("path", "README.md")
    branch = evidence.repository.branch if evidence.repository else ""
    if not branch:
        return Verdict(rule, Outcome.UNKNOWN, missing(evidence, "files"))
    file = read(evidence, path, branch)
    if isinstance(file, str):
        return Verdict(rule, Outcome.UNKNOWN, file)
    if file.text is None:
        return Verdict(rule, Outcome.FAILED, f"there is no {path}")
    found = SAYS.search(file.text)
    link = (Link(path, file.url),)
    if found is None:
        return Verdict(rule, Outcome.FAILED, f"{path} has no heading and no link about meetings", link)
    return Verdict(rule, Outcome.PASSED, f"{path} does", link)
