"""Whether every commit of the release's open pull requests is signed off by its author (Developer Certificate of Origin)."""

from bot.judgement.released import missing
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A merge commit of two parents' work has its own author, and is asked like any other."""
    if why := evidence.no_milestone():
        return Verdict(rule, Outcome.UNKNOWN, why)
    open_ = [issue for issue in evidence.members() if issue.is_pull and issue.is_open]
    if not open_:
        return Verdict(rule, Outcome.PASSED, "no pull request of this release is open")
    if evidence.repository is None or evidence.repository.pulls is None:
        return Verdict(rule, Outcome.UNKNOWN, missing(evidence, "commits"))
    links: list[Link] = []
    unread: list[Link] = []
    who: list[str] = []
    for issue in open_:
        facts = evidence.repository.pull(issue.number)
        if facts is None or not facts.commits:
            unread.append(Link(f"#{issue.number}: its commits were not read", issue.url))
            continue
        bare = [commit for commit in facts.commits if not commit.is_signed_off]
        if bare:
            shas = ", ".join(commit.sha[:12] for commit in bare)
            links.append(Link(f"#{issue.number}: {shas} of {len(facts.commits)} commits", issue.url))
            who.append(issue.author)
    if links:
        reason = (
            f"{len(links)} of {len(open_)} open pull requests have commits that their author did not sign off"
        )
        return Verdict(rule, Outcome.FAILED, reason, (*links, *unread), tuple(dict.fromkeys(who)))
    if unread:
        return Verdict(rule, Outcome.UNKNOWN, unread[0].text, tuple(unread))
    return Verdict(rule, Outcome.PASSED, f"all commits of all {len(open_)} that are open")
