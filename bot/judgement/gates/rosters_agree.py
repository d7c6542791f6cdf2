"""Whether those who own the code, as the host is told, are the maintainers of the roster."""

import re

from bot.judgement.released import missing, read
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

LOGIN = re.compile(r"(?<![\w.@+-])@([A-Za-z0-9][A-Za-z0-9-]{0,38})(?![\w.@/-])")
COMMENT = re.compile(r"^\s*#.*$", re.M)


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """Logins are compared without regard to case; who is named in CODEOWNERS for a folder alone counts as an owner."""
    branch = evidence.repository.branch if evidence.repository else ""
    if not branch:
        return Verdict(rule, Outcome.UNKNOWN, missing(evidence, "files"))
    names = []
    for path in (rule.word("roster", "MAINTAINERS"), rule.word("owners", "CODEOWNERS")):
        file = read(evidence, path, branch)
        if isinstance(file, str) or file.text is None:
            why = file if isinstance(file, str) else f"there is no {path}"
            return Verdict(rule, Outcome.UNKNOWN, why)
        names.append({login.lower() for login in LOGIN.findall(COMMENT.sub("", file.text))})
    roster, owners = names
    if roster == owners:
        return Verdict(rule, Outcome.PASSED, f"the same {len(roster)} people")
    only = [f"only in the roster: {', '.join(sorted(roster - owners))}"] if roster - owners else []
    only += [f"only in CODEOWNERS: {', '.join(sorted(owners - roster))}"] if owners - roster else []
    return Verdict(rule, Outcome.FAILED, "; ".join(only), tuple(Link(each, "") for each in only))
