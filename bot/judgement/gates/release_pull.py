"""Whether the release is decided somewhere: its pull request, and its issue."""

from bot.model.release import Evidence, Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    found = [issue for issue in (evidence.target.pull, evidence.target.issue) if issue is not None]
    links = tuple(Link(f"#{issue.number} {issue.title}", issue.url) for issue in found)
    if evidence.target.pull is None:
        return Verdict(
            rule,
            Outcome.FAILED,
            f"no open pull request is titled as the release of {evidence.target.tag}",
            links,
        )
    return Verdict(rule, Outcome.PASSED, f"#{evidence.target.pull.number}", links)
