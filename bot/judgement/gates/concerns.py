"""Whether what those who rejected ask for was resolved; the rules may let a motion be adopted all the same."""

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if evidence.vote is None:
        return Verdict(rule, Outcome.UNKNOWN, "no vote is recorded")
    concerns = evidence.vote.tally.concerns
    still_open = [each for each in concerns if each.is_open]
    if still_open:
        links = tuple(Link(f"{each.by}: {each.text}", each.url) for each in still_open)
        verb = "is" if len(still_open) == 1 else "are"
        reason = f"{len(still_open)} of {len(concerns)} {verb} open"
        return Verdict(rule, Outcome.FAILED, reason, links, tuple(dict.fromkeys(c.by for c in still_open)))
    if not concerns:
        return Verdict(rule, Outcome.PASSED, "nobody raised any")
    links = tuple(Link(f"{each.by}: {each.text}; {each.how}", each.url) for each in concerns)
    return Verdict(rule, Outcome.PASSED, f"all {len(concerns)} are resolved", links)
