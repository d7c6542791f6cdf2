"""How many of the milestone's issues are open; whether that blocks is the rule set's say."""

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

SET_ASIDE = ("not_planned", "duplicate")  # closed without being done


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """The release's own issue and pull request do not count: they stay open until the release is out."""
    if missing := evidence.no_milestone():
        return Verdict(rule, Outcome.UNKNOWN, missing)
    own = {issue.number for issue in (evidence.target.issue, evidence.target.pull) if issue is not None}
    members = [issue for issue in evidence.milestone_issues() if issue.number not in own]
    if not members:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "the milestone holds nothing besides the release itself")
    still_open = [issue for issue in members if issue.is_open]
    if not still_open:
        aside = sum(issue.state_reason in SET_ASIDE for issue in members)
        but = f", {aside} of them without being done" if aside else ""
        closed = f"{len(members)} of {len(members)} {'is' if len(members) == 1 else 'are'} closed"
        return Verdict(rule, Outcome.PASSED, closed + but)
    links = tuple(Link(f"#{issue.number} {issue.title}", issue.url) for issue in still_open)
    who = tuple(dict.fromkeys(login for issue in still_open for login in issue.assignees))
    verb = "is" if len(still_open) == 1 else "are"
    return Verdict(rule, Outcome.FAILED, f"{len(still_open)} of {len(members)} {verb} open", links, who)
