"""Whether the groups of the release's ChangeLog section are those the project knows."""

from bot.judgement.changelog import Effect
from bot.judgement.released import read
from bot.judgement.sections import section_of
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    path = rule.word("path", "ChangeLog")
    file = read(evidence, path)
    if isinstance(file, str):
        return Verdict(rule, Outcome.UNKNOWN, file)
    entries = section_of(file, evidence.target.version)
    link = (Link(path, file.url),)
    if isinstance(entries, str):
        return Verdict(rule, Outcome.FAILED, entries, link)
    known = {name.casefold() for name in rule.words("groups")}
    groups = tuple(dict.fromkeys(entry.heading for entry in entries))
    strange = [group for group in groups if group.casefold() not in known]
    if strange:
        named = ", ".join(group or "no group at all" for group in strange)
        return Verdict(rule, Outcome.FAILED, f"not among the known groups: {named}", link)
    breaking = sum(entry.effect is Effect.BREAK for entry in entries)
    also = (
        f"; {breaking} break the specification"
        if breaking > 1
        else "; 1 breaks the specification"
        if breaking
        else ""
    )
    return Verdict(rule, Outcome.PASSED, f"known groups: {', '.join(groups)}{also}", link)
