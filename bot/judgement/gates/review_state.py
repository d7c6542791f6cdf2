"""Which pull requests of the release wait: for approvals, for their author, or for a merge that is not possible."""

from bot.model.release import Evidence, Link, Outcome, Rule, Verdict
from bot.model.tracker import Issue, Pull, Review, ReviewState

CANNOT = {
    "dirty": "has conflicts",
    "behind": "is behind its base",
    "blocked": "is blocked by a required check or review",
    "unstable": "has a failing check",
}
COUNTED = (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED)


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    needed = int(rule.parameters.get("approvals", 2))
    pulls = {pull.number: pull for pull in evidence.pulls}
    own = [evidence.target.pull] if evidence.target.pull is not None else []
    about = [issue for issue in (*evidence.milestone_issues(), *own) if issue.is_pull and issue.is_open]
    issues = list({issue.number: issue for issue in about}.values())
    if not issues:
        return Verdict(rule, Outcome.PASSED, "no pull request of this release is open")
    unread = [issue for issue in issues if issue.number not in pulls]
    waiting = [
        (issue, why)
        for issue in issues
        if issue.number in pulls and (why := waits(issue, pulls[issue.number], needed))
    ]
    who = tuple(dict.fromkeys(login for issue, _ in waiting for login in turns(issue, pulls[issue.number])))
    links = tuple(
        Link(f"#{issue.number} {issue.title}: {'; '.join(why)}", issue.url) for issue, why in waiting
    )
    if waiting:
        return Verdict(
            rule, Outcome.FAILED, f"{len(waiting)} of {len(issues)} open pull requests wait", links, who
        )
    if unread:
        return Verdict(
            rule, Outcome.UNKNOWN, f"the reviews of #{unread[0].number} were not read; run `tallyman sync`"
        )
    unsure = [issue for issue in issues if pulls[issue.number].mergeable is None]
    if unsure:
        return Verdict(
            rule, Outcome.UNKNOWN, f"GitHub has not said whether #{unsure[0].number} can be merged"
        )
    return Verdict(rule, Outcome.PASSED, f"{len(issues)} open, each with {needed} approvals and mergeable")


def last_reviews(pull: Pull, author: str) -> dict[str, Review]:
    """Each reviewer's last word that counts; the author's own does not, and a comment takes nothing back."""
    last: dict[str, Review] = {}
    for review in sorted(pull.reviews, key=lambda each: (each.at, each.id)):
        if review.state in COUNTED and review.by.lower() != author.lower():
            last[review.by.lower()] = review
    return last


def waits(issue: Issue, pull: Pull, needed: int) -> tuple[str, ...]:
    """Everything a pull request waits for, in words; () when it could be merged now."""
    if pull.draft:
        return ("is a draft",)
    last = last_reviews(pull, issue.author)
    approvals = [review for review in last.values() if review.state is ReviewState.APPROVED]
    against = [review.by for review in last.values() if review.state is ReviewState.CHANGES_REQUESTED]
    older = sum(bool(review.commit) and review.commit != pull.head_sha for review in approvals)
    why = []
    if against:
        why.append(f"changes requested by {', '.join(against)}")
    if len(approvals) < needed:
        why.append(f"{len(approvals)} of {needed} approvals")
    if older:
        why.append(f"{older} {'approval was' if older == 1 else 'approvals were'} given on an older commit")
    if pull.mergeable is False or pull.mergeable_state in CANNOT:
        why.append(CANNOT.get(pull.mergeable_state, "cannot be merged"))
    return tuple(why)


def turns(issue: Issue, pull: Pull) -> tuple[str, ...]:
    """Whose turn it is: the author's after requested changes, conflicts or in a draft, else the reviewers who were asked."""
    last = last_reviews(pull, issue.author)
    with_author = (
        pull.draft
        or pull.mergeable_state == "dirty"
        or any(review.state is ReviewState.CHANGES_REQUESTED for review in last.values())
    )
    return (issue.author,) if with_author else pull.requested_reviewers
