"""The named facts that a project's own gates may speak of; docs/gates.md is made from these names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.judgement.gates.conformance import BAD
from bot.judgement.gates.review_state import last_reviews
from bot.judgement.released import before, tag_of
from bot.judgement.versions import candidates_of, is_candidate, series, series_size, since_break
from bot.model.conformance import CaseOutcome
from bot.model.evidence import Evidence
from bot.model.repository import CheckState
from bot.model.tracker import Issue, ReviewState

MOST = 500  # of one list: beyond that nobody writes a gate over it, and it stays quick
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """`values` are plain; `missing` says of each name that is not known why it is not."""

    values: dict[str, Any]
    missing: dict[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for. Its fields are shown as `name.field`, those of a list's items as `name[].field`."""

    means: str
    fields: dict[str, str]
    of: Callable[[Evidence], Any]  # a sentence when it is not known
    is_list: bool = False


def facts(evidence: Evidence) -> Facts:
    values: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for name, fact in NAMES.items():
        found = fact.of(evidence)
        if isinstance(found, str):
            missing[name] = found
        else:
            values[name] = found[:MOST] if isinstance(found, list) else found
    return Facts(values, missing)


def _release(evidence: Evidence) -> dict[str, Any]:
    target = evidence.target
    return {
        "version": target.version,
        "tag": target.tag,
        "size": series_size(series(target.version)).value,
        "is_candidate": is_candidate(target.version),
        "is_tagged": tag_of(evidence) is not None,
        "has_issue": target.issue is not None,
        "has_pull": target.pull is not None,
    }


def _milestone(evidence: Evidence) -> dict[str, Any] | str:
    if why := evidence.no_milestone():
        return why
    milestone, members = evidence.target.milestone, evidence.milestone_issues()
    due = milestone.due_on if milestone else None
    still_open = sum(issue.is_open for issue in members)
    return {
        "title": milestone.title if milestone else "",
        "has_due_date": due is not None,
        "days_left": int((due - evidence.at) / DAY) if due else 0,
        "open": still_open,
        "closed": len(members) - still_open,
    }


def _issues(evidence: Evidence) -> list[dict[str, Any]] | str:
    if why := evidence.no_milestone():
        return why
    return [_issue(each, evidence) for each in evidence.members() if not each.is_pull]


def _issue(issue: Issue, evidence: Evidence) -> dict[str, Any]:
    return {
        "number": issue.number,
        "title": issue.title[:300],
        "is_open": issue.is_open,
        "author": issue.author,
        "labels": list(issue.labels),
        "assignees": list(issue.assignees),
        "age_days": (evidence.at - issue.created_at).days,
    }


def _pulls(evidence: Evidence) -> list[dict[str, Any]] | str:
    if why := evidence.no_milestone():
        return why
    by_number = {pull.number: pull for pull in evidence.pulls}
    found = []
    for issue in evidence.members():
        pull = by_number.get(issue.number)
        if not issue.is_pull or not issue.is_open or pull is None:
            continue
        reviews = [review.state for review in last_reviews(pull, issue.author)]
        found.append(
            {
                **_issue(issue, evidence),
                "is_draft": pull.draft,
                "base": pull.base_ref,
                "merge_state": pull.mergeable_state,
                "approvals": reviews.count(ReviewState.APPROVED),
                "changes_requested": reviews.count(ReviewState.CHANGES_REQUESTED),
            }
        )
    return found


def _checks(evidence: Evidence) -> list[dict[str, Any]] | str:
    repository = evidence.repository
    if repository is None or repository.pulls is None:
        return "the checks were never read; run `tallyman sync`"
    return [
        {"pull": pull.number, "name": check.name, "passed": check.state is CheckState.PASSED}
        for pull in repository.pulls
        for check in pull.checks
    ]


def _vote(evidence: Evidence) -> dict[str, Any] | str:
    if evidence.vote is None:
        return "no vote is recorded"
    tally = evidence.vote.tally
    return {
        "outcome": tally.outcome.value,
        "roster": tally.roster,
        "in_favour": tally.lgtm,
        "against": tally.reject,
        "abstaining": tally.abstain,
        "silent": tally.silent,
        "quorum_met": tally.quorum_met,
        "held": len(tally.held),
        "open_concerns": sum(each.is_open for each in tally.concerns),
    }


def _candidates(evidence: Evidence) -> dict[str, Any] | str:
    if evidence.landed is None:
        return "the tags were never read; run `tallyman sync`"
    version = evidence.target.version
    return {
        "count": len(candidates_of(version, evidence.landed)),
        "since_break": since_break(version, evidence.landed, evidence.broken),
    }


def _tags(evidence: Evidence) -> list[dict[str, Any]] | str:
    if evidence.landed is None:
        return "the tags were never read; run `tallyman sync`"
    return [
        {"name": tag.tag, "age_days": (evidence.at - tag.tagged_at).days, "signature": tag.signature.value}
        for tag in evidence.landed
    ]


def _previous(evidence: Evidence) -> dict[str, Any] | str:
    if evidence.landed is None:
        return "the tags were never read; run `tallyman sync`"
    older = before(evidence)
    if not older:
        return "it is the first release"
    return {"name": older[-1].tag, "age_days": (evidence.at - older[-1].tagged_at).days}


def _conformance(evidence: Evidence) -> list[dict[str, Any]] | str:
    if not evidence.runs:
        return "no runtime was tested at this release"
    return [
        {
            "runtime": run.runtime,
            "passed": run.count(CaseOutcome.PASSED),
            "failed": sum(run.count(outcome) for outcome in BAD),
            "skipped": run.count(CaseOutcome.SKIPPED),
            "disputed": run.count(CaseOutcome.DISPUTED),
        }
        for run in evidence.runs
    ]


def _actions(evidence: Evidence) -> list[dict[str, Any]] | str:
    if why := evidence.no_meeting():
        return why
    return [
        {
            "text": said.item.text[:300],
            "assignees": list(said.item.assignees),
            "is_done": said.done_at is not None,
            "is_overdue": said.done_at is None
            and said.item.due is not None
            and said.item.due < evidence.at.date(),
            "age_days": (evidence.at - said.item.at).days,
        }
        for said in evidence.actions
        if not said.archived
    ]


def _meetings(evidence: Evidence) -> dict[str, Any] | str:
    if not evidence.met_at:
        return evidence.no_meeting() or "no meeting is recorded"
    return {"count": len(evidence.met_at), "days_since": (evidence.at - evidence.met_at[-1]).days}


def _holds(evidence: Evidence) -> list[dict[str, Any]]:
    return [{"by": each.by, "why": each.why[:300]} for each in evidence.holds]


ISSUE = {
    "number": "its number",
    "title": "its title",
    "is_open": "whether it is open",
    "author": "who opened it",
    "labels": "its labels",
    "assignees": "who it is assigned to",
    "age_days": "days since it was opened",
}
NAMES: dict[str, Named] = {
    "release": Named(
        "the release that is judged",
        {
            "version": "`1.3.0`",
            "tag": "`v1.3.0`",
            "size": "`major`, `minor`, `patch` or `zero`; a candidate has that of its final",
            "is_candidate": "whether it is a candidate",
            "is_tagged": "whether it has landed",
            "has_issue": "whether an issue is open for it",
            "has_pull": "whether a pull request is open for it",
        },
        _release,
    ),
    "milestone": Named(
        "its milestone",
        {
            "title": "its title",
            "has_due_date": "whether it has a due date",
            "days_left": "whole days until that; negative when it has passed",
            "open": "how many of its issues and pull requests are open",
            "closed": "how many are closed",
        },
        _milestone,
    ),
    "issues": Named("the release's issues", ISSUE, _issues, True),
    "pulls": Named(
        "the release's open pull requests",
        {
            **ISSUE,
            "is_draft": "whether it is a draft",
            "base": "the branch it goes to",
            "merge_state": "GitHub's word: `clean`, `dirty`, `behind`, `blocked`, `unstable`, `unknown`",
            "approvals": "approvals that stand, its author's own aside",
            "changes_requested": "requests for changes that stand",
        },
        _pulls,
        True,
    ),
    "checks": Named(
        "the checks of all open pull requests",
        {"pull": "the pull request's number", "name": "the check's name", "passed": "whether it passed"},
        _checks,
        True,
    ),
    "vote": Named(
        "the vote on the release",
        {
            "outcome": "`adopted`, `not-adopted`, `open` or `unknown`",
            "roster": "how many may vote",
            "in_favour": "votes in favour",
            "against": "votes against",
            "abstaining": "abstentions",
            "silent": "who has not voted",
            "quorum_met": "whether the quorum is there",
            "held": "remarks that a person has to judge",
            "open_concerns": "concerns that are not resolved",
        },
        _vote,
    ),
    "candidates": Named(
        "the release's candidates",
        {"count": "how many there are, each once", "since_break": "how many since the last break, its own included"},
        _candidates,
    ),
    "tags": Named(
        "the releases that have landed, lowest version first",
        {
            "name": "its tag",
            "age_days": "days since it was tagged",
            "signature": "`verified`, `unverified`, `none` or `unknown`",
        },
        _tags,
        True,
    ),
    "previous": Named(
        "the release before this one",
        {"name": "its tag", "age_days": "days since it was tagged"},
        _previous,
    ),
    "conformance": Named(
        "the runs of this release's cases",
        {
            "runtime": "the runtime's command",
            "passed": "cases that passed",
            "failed": "cases that failed or broke off",
            "skipped": "cases that were skipped",
            "disputed": "cases that are disputed",
        },
        _conformance,
        True,
    ),
    "actions": Named(
        "what was promised in the project's meetings",
        {
            "text": "the action",
            "assignees": "whose it is",
            "is_done": "whether it was called done",
            "is_overdue": "whether its date has passed",
            "age_days": "days since the meeting",
        },
        _actions,
        True,
    ),
    "meetings": Named(
        "the project's recorded meetings",
        {"count": "how many", "days_since": "days since the last one"},
        _meetings,
    ),
    "holds": Named(
        "who asks for more time",
        {"by": "who", "why": "the reason"},
        _holds,
        True,
    ),
}  # fmt: skip
