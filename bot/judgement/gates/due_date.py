"""Whether the release's milestone is published with a due date."""

from bot.model.release import Evidence, Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    milestone = evidence.target.milestone
    if milestone is None:
        note = next(
            (note for note in evidence.target.notes if "milestone" in note),
            "no milestone matches this release",
        )
        return Verdict(rule, Outcome.FAILED, note)
    link = (Link(milestone.title, milestone.url),)
    if milestone.due_on is None:
        return Verdict(rule, Outcome.FAILED, f"the milestone {milestone.title} has no due date", link)
    if milestone.due_on < evidence.at:
        return Verdict(
            rule,
            Outcome.PASSED,
            f"due {milestone.due_on:%Y-%m-%d}, which has passed: set a new date if it slipped",
            link,
        )
    return Verdict(rule, Outcome.PASSED, f"due {milestone.due_on:%Y-%m-%d}", link)
