"""Whether what a meeting decided can be seen in the tracker: moved in or out of a milestone, closed, merged."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.model.release import Evidence, Link, Outcome, Rule, Said, Verdict
from bot.model.tracker import Issue, Milestone

MOVE_OUT = re.compile(
    r"\b(?:move|punt|push|drop|defer|postpone|take)\b.*\b(?:out of|from|past|beyond|until after)\s+(?P<title>[\w.+-]+)",
    re.I,
)
MOVE_TO = re.compile(
    r"\b(?:move|punt|push|defer|postpone|add|put|bring|milestone)\b.*\b(?:to|into|in|for)\s+(?:the\s+)?(?P<title>v?\d[\w.+-]*)",
    re.I,
)
CLOSE = re.compile(r"\bclose\b", re.I)
MERGE = re.compile(r"\b(?:merge|land)\b", re.I)


@dataclass(frozen=True, slots=True)
class Seen:
    """What comparing one decision with the tracker gave: True, False, or None when it cannot be compared."""

    said: Said
    seen: bool | None
    why: str


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if evidence.synced_at is None:
        return Verdict(rule, Outcome.UNKNOWN, "the tracker was never read; run `tallyman sync`")
    about = [said for said in evidence.decisions if _is_about(said, evidence)]
    compared = [compare(said, evidence) for said in about]
    grace = timedelta(days=int(rule.parameters.get("grace_days", 7)))
    waiting = [each for each in compared if each.seen is False]
    late = [each for each in waiting if evidence.at - each.said.item.at > grace]
    unclear = [each for each in compared if each.seen is None]
    links = tuple(_link(each) for each in (*late, *unclear))
    if late:
        plural = "decision is" if len(late) == 1 else "decisions are"
        return Verdict(
            rule,
            Outcome.FAILED,
            f"{len(late)} {plural} not seen in the tracker yet",
            links,
            tuple(dict.fromkeys(each.said.item.by for each in late)),
        )
    if unclear:
        plural = "decision" if len(unclear) == 1 else "decisions"
        return Verdict(
            rule, Outcome.UNKNOWN, f"{len(unclear)} {plural} cannot be compared with the tracker", links
        )
    if waiting:
        return Verdict(
            rule, Outcome.PASSED, f"{len(waiting)} from the last {grace.days} days may still be carried out"
        )
    return Verdict(
        rule,
        Outcome.PASSED,
        f"all {len(about)} are seen" if about else "no decision names this release's issues or its milestone",
    )


def _is_about(said: Said, evidence: Evidence) -> bool:
    """A decision that names the release's milestone, or an issue that is in it."""
    if not any(
        ref.repo.lower() == evidence.target.repo.lower() and ref.number for ref in said.item.references
    ):
        return False
    members = {issue.number for issue in evidence.milestone_issues()}
    if any(ref.number in members for ref in said.item.references):
        return True
    titles = [
        found["title"] for found in (MOVE_OUT.search(said.item.text), MOVE_TO.search(said.item.text)) if found
    ]
    return any(_is_release(title, evidence) for title in titles)


def _is_release(title: str, evidence: Evidence) -> bool:
    milestone = evidence.target.milestone
    return milestone is not None and same_title(title, milestone.title)


def same_title(said: str, title: str) -> bool:
    """Whether people mean this milestone: `1.0` is 1.0.0 and v1.0; a candidate is not the release."""

    def plain(text: str) -> str:
        return re.sub(r"(\.0)+$", "", text.lower().strip(" .,;:!").removeprefix("v"))

    return plain(said) == plain(title)


def compare(said: Said, evidence: Evidence) -> Seen:
    """One decision against the tracker as it stands."""
    numbers = [
        ref.number
        for ref in said.item.references
        if ref.repo.lower() == evidence.target.repo.lower() and ref.number
    ]
    by_number = {issue.number: issue for issue in evidence.issues}
    issues = [by_number[number] for number in numbers if number in by_number]
    if len(issues) < len(numbers):
        missing = next(number for number in numbers if number not in by_number)
        return Seen(said, None, f"#{missing} is not recorded")
    text = said.item.text
    out = MOVE_OUT.search(text)
    if out is not None:
        return _moved_out(said, issues, out["title"], evidence.milestones)
    to = MOVE_TO.search(text)
    if to is not None:
        return _moved_to(said, issues, to["title"], evidence.milestones)
    if CLOSE.search(text) or MERGE.search(text):
        still_open = [issue for issue in issues if issue.is_open]
        return Seen(said, not still_open, f"#{still_open[0].number} is open" if still_open else "closed")
    return Seen(said, None, "its words name no move, merge or closing")


def _moved_out(said: Said, issues: list[Issue], title: str, milestones: tuple[Milestone, ...]) -> Seen:
    names = {milestone.number: milestone.title for milestone in milestones}
    for issue in issues:
        if issue.milestone is not None and same_title(title, names.get(issue.milestone, "")):
            return Seen(said, False, f"#{issue.number} is still in {names[issue.milestone]}")
    return Seen(said, True, f"no longer in {title}")


def _moved_to(said: Said, issues: list[Issue], title: str, milestones: tuple[Milestone, ...]) -> Seen:
    wanted = [milestone for milestone in milestones if same_title(title, milestone.title)]
    if not wanted:
        return Seen(said, None, f"there is no milestone {title}")
    for issue in issues:
        if issue.milestone not in {milestone.number for milestone in wanted}:
            return Seen(said, False, f"#{issue.number} is not in {wanted[0].title}")
    return Seen(said, True, f"in {wanted[0].title}")


def _link(each: Seen) -> Link:
    url = next((ref.url for ref in each.said.item.references), "")
    return Link(f"{each.said.item.text} ({each.said.meeting}): {each.why}", url)
