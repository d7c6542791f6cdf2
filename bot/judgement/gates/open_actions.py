"""What people promised in meetings about this release, and nobody has called done yet."""

from bot.model.release import Evidence, Link, Outcome, Rule, Said, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    members = {issue.number for issue in evidence.milestone_issues()}
    members |= {issue.number for issue in (evidence.target.issue, evidence.target.pull) if issue is not None}
    if not members:
        return Verdict(
            rule,
            Outcome.UNKNOWN,
            "nothing of this release is recorded yet, so no action can be matched to it",
        )
    named = [
        said for said in evidence.actions if not said.archived and _names(said, evidence.target.repo, members)
    ]
    still_open = [said for said in named if said.done_at is None]
    if not still_open:
        return Verdict(
            rule,
            Outcome.PASSED,
            f"all {len(named)} are done" if named else "no action names this release's issues",
        )
    who = tuple(dict.fromkeys(name for said in still_open for name in said.item.assignees))
    plural = "action is" if len(still_open) == 1 else "actions are"
    return Verdict(
        rule,
        Outcome.FAILED,
        f"{len(still_open)} {plural} open",
        tuple(_link(said, evidence) for said in still_open),
        who,
    )


def _names(said: Said, repo: str, members: set[int]) -> bool:
    return any(ref.repo.lower() == repo.lower() and ref.number in members for ref in said.item.references)


def _link(said: Said, evidence: Evidence) -> Link:
    to = ", ".join(said.item.assignees) or "nobody named"
    url = next((ref.url for ref in said.item.references), "")
    numbers = {ref.number for ref in said.item.references if ref.repo.lower() == evidence.target.repo.lower()}
    named = [issue for issue in evidence.issues if issue.number in numbers]
    hint = (
        "; perhaps done: what it names is closed"
        if named and not any(issue.is_open for issue in named)
        else ""
    )
    return Link(f"{said.item.text} ({to}; {said.meeting}{hint})", url)
