"""Whether the tag is on the commit that was voted on."""

from bot.judgement.released import no_tags, tag_of
from bot.judgement.remarks import same_commit
from bot.model.evidence import Evidence
from bot.model.release import Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    tag = tag_of(evidence)
    if tag is None:
        return Verdict(rule, Outcome.NOT_APPLICABLE, f"{evidence.target.tag} is not tagged yet")
    voted = evidence.vote.tally.motion.commit if evidence.vote else ""
    if not voted:
        return Verdict(rule, Outcome.UNKNOWN, f"{tag.tag} is on {tag.commit[:12]}; no vote names a commit")
    if same_commit(voted, tag.commit):
        return Verdict(rule, Outcome.PASSED, f"on {tag.commit[:12]}, which was voted on")
    same = evidence.repository.same_change(voted, tag.commit) if evidence.repository else None
    if same:
        return Verdict(
            rule, Outcome.PASSED, f"on {tag.commit[:12]}, a rebase of {voted[:12]}, which was voted on"
        )
    reason = f"on {tag.commit[:12]}; the vote was on {voted[:12]}"
    return Verdict(
        rule,
        Outcome.FAILED if same is False else Outcome.UNKNOWN,
        reason if same is False else f"{reason}, and whether the change is the same was not compared",
    )
