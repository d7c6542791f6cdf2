"""Whether what a meeting decided can be seen in the tracker: moved in or out of a milestone, closed, merged."""

from datetime import timedelta

from bot.judgement.decisions import Tracker, compare
from bot.judgement.intents import milestones_said, same_title
from bot.model.followup import SeenDecision, Sight
from bot.model.release import Evidence, Link, Outcome, Rule, Said, Verdict

SOUGHT = (Sight.NOT_SEEN_YET, Sight.OTHER_WAY)


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """FAILED for what is not seen, or seen the other way, after the grace; what a chair dismissed is not asked again."""
    if evidence.synced_at is None:
        return Verdict(rule, Outcome.UNKNOWN, "the tracker was never read; run `tallyman sync`")
    grace = timedelta(days=int(rule.parameters.get("grace_days", 7)))
    every = _compared(evidence, grace)
    compared = [each for each in every if each.dismissed is None]
    late = [each for each in compared if each.is_asked]
    unclear = [each for each in compared if each.sight is Sight.CANNOT_TELL]
    waiting = [each for each in compared if each.in_grace and each.sight in SOUGHT]
    links = tuple(_link(each) for each in (*late, *unclear))
    if late:
        who = tuple(dict.fromkeys(each.item.by for each in late))
        return Verdict(rule, Outcome.FAILED, _late(late), links, who)
    if unclear:
        plural = "decision" if len(unclear) == 1 else "decisions"
        reason = f"{len(unclear)} {plural} cannot be compared with the tracker"
        return Verdict(rule, Outcome.UNKNOWN, reason, links)
    if waiting:
        reason = f"{len(waiting)} from the last {grace.days} days may still be carried out"
    elif compared:
        reason = f"all {len(compared)} are seen"
    else:
        reason = "no decision names this release's issues or its milestone"
    settled = len(every) - len(compared)
    return Verdict(rule, Outcome.PASSED, f"{reason}; {settled} dismissed by a chair" if settled else reason)


def _compared(evidence: Evidence, grace: timedelta) -> list[SeenDecision]:
    repo = evidence.target.repo
    tracker = Tracker(
        {repo: evidence.synced_at} if evidence.synced_at else {},
        evidence.issues,
        evidence.milestones,
        evidence.pulls,
        evidence.memberships,
    )
    return [
        compare(said, tracker, at=evidence.at, dismissals=evidence.dismissals, grace=grace, repo=repo)
        for said in evidence.decisions
        if not said.archived and _is_about(said, evidence)
    ]


def _is_about(said: Said, evidence: Evidence) -> bool:
    """A decision that names the release's milestone, or an issue that is in it."""
    named = {
        ref.number
        for ref in said.item.references
        if ref.repo.lower() == evidence.target.repo.lower() and ref.number
    }
    if not named:
        return False
    if named & {issue.number for issue in evidence.milestone_issues()}:
        return True
    milestone = evidence.target.milestone
    titles = tuple(each.title for each in evidence.milestones)
    return milestone is not None and any(
        same_title(said_title, milestone.title) for said_title in milestones_said(said.item, titles)
    )


def _late(late: list[SeenDecision]) -> str:
    """`2 decisions are not seen in the tracker yet, 1 seen the other way`."""
    unseen = sum(each.sight is Sight.NOT_SEEN_YET for each in late)
    other = len(late) - unseen
    if not unseen:
        return f"{_decisions(other)} seen the other way"
    also = f", {other} seen the other way" if other else ""
    return f"{_decisions(unseen)} not seen in the tracker yet{also}"


def _decisions(count: int) -> str:
    return "1 decision is" if count == 1 else f"{count} decisions are"


def _link(each: SeenDecision) -> Link:
    url = next((ref.url for ref in each.item.references), "")
    return Link(f"{each.item.text} ({each.meeting}): {each.why}", url)
