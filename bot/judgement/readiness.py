"""The judgement of a release: every rule in force, asked of its gate."""

from dataclasses import replace

from bot.judgement.gates import gates
from bot.model.release import Evidence, Outcome, Readiness, RuleSet, Verdict


def judge(evidence: Evidence, rules: RuleSet) -> Readiness:
    """One verdict for each rule, in the order of the rule set. A rule whose gate does not exist is UNKNOWN."""
    known = gates()
    verdicts = tuple(
        _with_its_override(known[rule.gate](evidence, rule))
        if rule.gate in known
        else Verdict(rule, Outcome.UNKNOWN, f"this version of Tallyman has no gate {rule.gate}")
        for rule in rules.rules
    )
    return Readiness(evidence.target, evidence.at, rules.family, verdicts, evidence.synced_at, rules.note)


def _with_its_override(verdict: Verdict) -> Verdict:
    """The reason for which the project has the rule in its own way stands beside what the rule says."""
    why = verdict.rule.why
    return replace(verdict, reason=f"{verdict.reason} (rule overridden: {why})") if why else verdict
