"""Whether the release's milestone is published with a due date."""

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if missing := evidence.no_tracker():
        return Verdict(rule, Outcome.UNKNOWN, missing)
    milestone = evidence.target.milestone
    if milestone is None:
        return Verdict(rule, Outcome.FAILED, evidence.no_milestone())
    link = (Link(milestone.title, milestone.url),)
    if milestone.due_on is None:
        return Verdict(rule, Outcome.FAILED, f"the milestone {milestone.title} has no due date yet", link)
    due = f"due {milestone.due_on:%Y-%m-%d}"
    if milestone.due_on.date() < evidence.at.date():  # GitHub gives a moment of that day, which is all of it
        due += ", which has passed: set a new date if it slipped"
    return Verdict(rule, Outcome.PASSED, due, link)
