"""How many of the milestone's issues are open; whether that blocks is the rule set's say."""

from bot.model.release import Evidence, Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if evidence.target.milestone is None:
        return Verdict(
            rule, Outcome.UNKNOWN, "no milestone is recorded for this release; run `tallyman sync`"
        )
    own = {number for number in (_number(evidence.target.issue), _number(evidence.target.pull)) if number}
    members = [issue for issue in evidence.milestone_issues() if issue.number not in own]
    still_open = [issue for issue in members if issue.is_open]
    if not still_open:
        return Verdict(rule, Outcome.PASSED, f"all {len(members)} are done")
    links = tuple(Link(f"#{issue.number} {issue.title}", issue.url) for issue in still_open)
    who = tuple(dict.fromkeys(login for issue in still_open for login in issue.assignees))
    return Verdict(rule, Outcome.FAILED, f"{len(still_open)} of {len(members)} are open", links, who)


def _number(issue: object) -> int | None:
    return getattr(issue, "number", None)
