"""Whether the checks that the branch requires have passed on every open pull request of the release."""

from bot.judgement.released import missing
from bot.model.evidence import Evidence
from bot.model.outgoing import OWN_CHECK
from bot.model.release import Link, Outcome, Rule, Verdict
from bot.model.repository import CheckState, PullFacts


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """Which are required may not be visible to the token: then nothing is called passed."""
    if why := evidence.no_milestone():
        return Verdict(rule, Outcome.UNKNOWN, why)
    open_ = [issue for issue in evidence.members() if issue.is_pull and issue.is_open]
    if not open_:
        return Verdict(rule, Outcome.PASSED, "no pull request of this release is open")
    if evidence.repository is None or evidence.repository.pulls is None:
        return Verdict(rule, Outcome.UNKNOWN, missing(evidence, "checks"))
    bases = {pull.number: pull.base_ref for pull in evidence.pulls}
    protections = {each.branch: each for each in evidence.repository.protections}
    failed: list[Link] = []
    unsure: list[Link] = []
    for issue in open_:
        facts, protection = (
            evidence.repository.pull(issue.number),
            protections.get(bases.get(issue.number, "")),
        )
        if facts is None:
            unsure.append(Link(f"#{issue.number}: its checks were not read", issue.url))
            continue
        if protection is None or protection.required is None:
            why = protection.why if protection else "the branch's protection was not read"
            bad = [
                check.name
                for check in facts.checks
                if check.state is CheckState.FAILED and not check.name.startswith(OWN_CHECK)
            ]
            also = f"; {', '.join(bad)} failed" if bad else ""
            unsure.append(Link(f"#{issue.number}: {why}{also}", issue.url))
            continue
        bad, waiting = _of(facts, protection.required)
        failed += [Link(f"#{issue.number}: {', '.join(bad)} failed", issue.url)] if bad else []
        unsure += [Link(f"#{issue.number}: {', '.join(waiting)} not finished", issue.url)] if waiting else []
    if failed:
        return Verdict(
            rule,
            Outcome.FAILED,
            f"{len(failed)} of {len(open_)} have a required check that failed",
            (*failed, *unsure),
        )
    if unsure:
        return Verdict(
            rule,
            Outcome.UNKNOWN,
            f"{len(unsure)} of {len(open_)} not known: {unsure[0].text}",
            tuple(unsure),
        )
    return Verdict(rule, Outcome.PASSED, f"passed on all {len(open_)} that are open")


def _of(facts: PullFacts, required: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The required checks that failed, and those that have not ended; one that was run twice counts as it ended last.

    Our own says what this judgement will say: it is not asked.
    """
    required = tuple(name for name in required if not name.startswith(OWN_CHECK))
    last = {check.name: check.state for check in facts.checks}
    failed = [name for name in required if last.get(name) is CheckState.FAILED]
    return failed, [name for name in required if last.get(name) in (None, CheckState.PENDING)]
