"""Which pull requests of the release wait: for approvals, for their author, or for a merge that is not possible."""

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict
from bot.model.tracker import Issue, Pull, Review, ReviewState

CANNOT = {  # GitHub's mergeable_state -> what keeps the pull request from being merged
    "dirty": "has conflicts",
    "behind": "is behind its base",
    "blocked": "is blocked by a required check or review",
    "unstable": "has a check that fails or still runs",
}
COUNTED = (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED)


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if missing := evidence.no_tracker():
        return Verdict(rule, Outcome.UNKNOWN, missing)
    needed = int(rule.parameters.get("approvals", 2))
    pulls = {pull.number: pull for pull in evidence.pulls}
    issues = [issue for issue in evidence.members() if issue.is_pull and issue.is_open]
    pairs = [(issue, pulls[issue.number]) for issue in issues if issue.number in pulls]
    waiting = [(issue, pull, why) for issue, pull in pairs if (why := waits(issue, pull, needed))]
    if waiting:
        links = tuple(_link(issue, why) for issue, _, why in waiting)
        who = tuple(dict.fromkeys(login for issue, pull, _ in waiting for login in turns(issue, pull)))
        noun, verb = "request" if len(issues) == 1 else "requests", "waits" if len(waiting) == 1 else "wait"
        reason = f"{len(waiting)} of {len(issues)} open pull {noun} {verb}"
        return Verdict(rule, Outcome.FAILED, reason, links, who)
    if missing := evidence.no_milestone():  # more pull requests may belong to it
        return Verdict(rule, Outcome.UNKNOWN, missing)
    if not issues:
        return Verdict(rule, Outcome.PASSED, "no pull request of this release is open")
    unsure = [(issue, why) for issue in issues if (why := unknown(issue, pulls.get(issue.number)))]
    if unsure:
        links = tuple(_link(issue, why) for issue, why in unsure)
        return Verdict(rule, Outcome.UNKNOWN, f"#{unsure[0][0].number}: {unsure[0][1][0]}", links)
    return Verdict(
        rule, Outcome.PASSED, f"{len(issues)} open, with {needed} approvals or more, can be merged"
    )


def last_reviews(pull: Pull, author: str) -> tuple[Review, ...]:
    """Each reviewer's last word that counts; the author's own does not, and a comment takes nothing back."""
    last: dict[str, Review] = {}
    for review in sorted(pull.reviews, key=lambda each: (each.at, each.id)):
        if review.state in COUNTED and review.by.lower() != author.lower():
            last[review.by.lower()] = review
    return tuple(last.values())


def _in_state(pull: Pull, author: str, state: ReviewState) -> list[Review]:
    return [review for review in last_reviews(pull, author) if review.state is state]


def waits(issue: Issue, pull: Pull, needed: int) -> tuple[str, ...]:
    """Everything a pull request is known to wait for, in words."""
    if pull.draft:
        return ("is a draft",)
    approvals = _in_state(pull, issue.author, ReviewState.APPROVED)
    why = [
        f"changes requested by {review.by}"
        + ("" if review.commit == pull.head_sha else " on an older commit")
        for review in _in_state(pull, issue.author, ReviewState.CHANGES_REQUESTED)
    ]
    if len(approvals) < needed:
        why.append(f"{len(approvals)} of {needed} approvals")
    if pull.mergeable is False or pull.mergeable_state in CANNOT:
        why.append(CANNOT.get(pull.mergeable_state, "cannot be merged"))
    return (*why, *_older(issue, pull)) if why else ()


def unknown(issue: Issue, pull: Pull | None) -> tuple[str, ...]:
    """What is not known of a pull request that waits for nothing."""
    if pull is None:
        return ("its reviews were not read; run `tallyman sync`",)
    unsaid = ("GitHub has not said yet whether it can be merged",) if pull.mergeable is None else ()
    return (*unsaid, *_older(issue, pull))


def _older(issue: Issue, pull: Pull) -> tuple[str, ...]:
    """Approvals of another commit than the one that would be merged; a mere rebase cannot be told from a change here."""
    approvals = _in_state(pull, issue.author, ReviewState.APPROVED)
    older = sum(review.commit != pull.head_sha for review in approvals)
    if not older:
        return ()
    return (
        f"{older} of {len(approvals)} {'approval' if len(approvals) == 1 else 'approvals'} given on an older commit",
    )


def turns(issue: Issue, pull: Pull) -> tuple[str, ...]:
    """Whose turn it is: the author's while something is asked of them or nobody was asked to look, else the reviewers'."""
    against = _in_state(pull, issue.author, ReviewState.CHANGES_REQUESTED)
    with_author = pull.draft or pull.mergeable_state in ("dirty", "behind")
    if with_author or any(review.commit == pull.head_sha for review in against):
        return (issue.author,)
    answered = tuple(review.by for review in against)  # the author pushed since
    return tuple(dict.fromkeys((*answered, *pull.requested_reviewers))) or (issue.author,)


def _link(issue: Issue, why: tuple[str, ...]) -> Link:
    return Link(f"#{issue.number} {issue.title}: {'; '.join(why)}", issue.url)
