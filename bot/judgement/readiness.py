"""The judgement of a release: every rule in force, asked of its gate, with what a maintainer set aside."""

from dataclasses import replace

from bot.judgement.gates import gates
from bot.judgement.versions import series, series_size, size
from bot.model.clause import Size
from bot.model.evidence import Evidence
from bot.model.release import Beside, Force, Outcome, Readiness, Rule, RuleSet, Verdict, Waiver

NOTHING = Beside()
CAN_BE_WAIVED = (Outcome.FAILED, Outcome.UNKNOWN)


def judge(evidence: Evidence, rules: RuleSet, beside: Beside = NOTHING) -> Readiness:
    """One verdict for each rule, in the order of the rule set. A rule whose gate does not exist is UNKNOWN."""
    verdicts = tuple(_with_its_override(_waived(_ask(evidence, rule), evidence)) for rule in rules.rules)
    return Readiness(
        evidence.target, evidence.at, rules.family, verdicts, evidence.synced_at, rules.note, beside
    )


def _ask(evidence: Evidence, rule: Rule) -> Verdict:
    if rule.releases and not _is_asked_of(evidence.target.version, rule.releases):
        return Verdict(rule, Outcome.NOT_APPLICABLE, f"only asked of {_named(rule.releases)}")
    judge_it = gates().get(rule.gate)
    if judge_it is None:
        return Verdict(rule, Outcome.UNKNOWN, f"this version of Tallyman has no gate {rule.gate}")
    return judge_it(evidence, rule)


def _named(sizes: tuple[str, ...]) -> str:
    """`major releases`, `releases before 1.0.0`."""
    sized = " and ".join(size for size in sizes if size != Size.ZERO)
    before = ["releases before 1.0.0"] if Size.ZERO in sizes else []
    return " and ".join([*([f"{sized} releases"] if sized else []), *before])


def _is_asked_of(version: str, sizes: tuple[str, ...]) -> bool:
    """A rule for major releases is also asked of their candidates: its gate says what of it can be asked there."""
    kind = size(version)
    return kind in sizes or (kind is Size.CANDIDATE and series_size(series(version)) in sizes)


def _waived(verdict: Verdict, evidence: Evidence) -> Verdict:
    """A SHOULD that a maintainer set aside is WAIVED, with their reason; a MUST never is."""
    if verdict.rule.force is not Force.SHOULD or verdict.outcome not in CAN_BE_WAIVED:
        return verdict
    names = (verdict.rule.id.casefold(), verdict.rule.gate.casefold())
    found = [each for each in evidence.waivers if each.about.casefold() in names]
    if not found:
        return verdict
    last = found[-1]
    waiver = Waiver(last.by, last.at, last.why, verdict.reason, last.url)
    reason = f"{verdict.reason}; waived by {last.by} on {last.at:%Y-%m-%d}: {last.why}"
    return replace(verdict, outcome=Outcome.WAIVED, reason=reason, waiver=waiver, who=())


def _with_its_override(verdict: Verdict) -> Verdict:
    """The reason for which the project has the rule in its own way stands beside what the rule says."""
    why = verdict.rule.why
    return replace(verdict, reason=f"{verdict.reason} (rule overridden: {why})") if why else verdict
