"""Whether somebody asked for more time, short of a concern."""

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if not evidence.holds:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "nobody asked for more time")
    links = tuple(Link(f"{each.by}, {each.at:%Y-%m-%d}: {each.why}", each.url) for each in evidence.holds)
    who = tuple(dict.fromkeys(each.by for each in evidence.holds))
    verb = "asks" if len(who) == 1 else "ask"
    return Verdict(rule, Outcome.FAILED, f"{' and '.join(who)} {verb} for more time", links, who)
