"""What people promised in meetings about this release, and nobody has called done yet."""

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Said, Verdict
from bot.model.tracker import Issue


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if missing := evidence.no_tracker() or evidence.no_meeting():
        return Verdict(rule, Outcome.UNKNOWN, missing)
    members = {issue.number for issue in evidence.members()}
    live = [said for said in evidence.actions if not said.archived]
    named = [said for said in live if members & _numbers(said, evidence.target.repo)]
    still_open = [said for said in named if said.done_at is None]
    if still_open:
        by_number = {issue.number: issue for issue in evidence.issues}
        links = tuple(_link(said, _numbers(said, evidence.target.repo), by_number) for said in still_open)
        who = tuple(dict.fromkeys(name for said in still_open for name in said.item.assignees))
        plural = "action is" if len(still_open) == 1 else "actions are"
        today = evidence.at.date()
        overdue = sum(said.item.due is not None and said.item.due < today for said in still_open)
        due = f", {overdue} past {'its' if overdue == 1 else 'their'} date" if overdue else ""
        return Verdict(
            rule, Outcome.FAILED, f"{len(still_open)} {plural} not called done yet{due}", links, who
        )
    if missing := evidence.no_milestone():  # what it holds is not known, so more actions may be about it
        return Verdict(rule, Outcome.UNKNOWN, missing)
    if not named:
        return Verdict(rule, Outcome.PASSED, "no action names this release's issues")
    return Verdict(
        rule,
        Outcome.PASSED,
        "the action is done" if len(named) == 1 else f"all {len(named)} actions are done",
    )


def _numbers(said: Said, repo: str) -> set[int]:
    return {ref.number for ref in said.item.references if ref.number and ref.repo.lower() == repo.lower()}


def _link(said: Said, numbers: set[int], by_number: dict[int, Issue]) -> Link:
    named = [by_number[number] for number in sorted(numbers) if number in by_number]
    to = ", ".join(said.item.assignees) or "nobody named"
    is_closed = bool(named) and not any(issue.is_open for issue in named)
    hint = "; perhaps done: what it names is closed" if is_closed else ""
    by = f"; due {said.item.due}" if said.item.due else ""
    return Link(f"{said.item.text} ({to}; {said.meeting}{by}{hint})", named[0].url if named else "")
