"""What a verdict is called where people read it: words first, a picture beside them, and who can act."""

from bot.model.release import Force, Link, Outcome, Readiness, Verdict

SIGNS = {
    Outcome.PASSED: "✅",
    Outcome.FAILED: "❌",
    Outcome.UNKNOWN: "❓",
    Outcome.WAIVED: "➖",
    Outcome.NOT_APPLICABLE: "➖",
}
MILD = {Force.SHOULD: "⚠️", Force.INFO: "ℹ️"}  # what does not stand in the way must not look as if it did


def state(verdict: Verdict) -> str:
    """The outcome in a word. What is only information has not failed: it is noted."""
    if verdict.outcome is Outcome.FAILED and verdict.rule.force is Force.INFO:
        return "noted"
    return verdict.outcome.value.replace("_", " ").lower()


def sign(verdict: Verdict) -> str:
    """A picture beside the word: the word is what counts."""
    if verdict.outcome is Outcome.FAILED:
        return MILD.get(verdict.rule.force, SIGNS[verdict.outcome])
    return SIGNS[verdict.outcome]


def who_can_act(verdict: Verdict) -> tuple[str, ...]:
    """Names; where something is not met and nobody is named, it is anybody's who looks after the project."""
    if verdict.who or verdict.outcome is not Outcome.FAILED or verdict.rule.force is Force.INFO:
        return verdict.who
    return ("any maintainer",)


def only_link(verdict: Verdict) -> Link | None:
    """The one piece of evidence that a reason can carry itself, because it says nothing more than the reason."""
    if len(verdict.links) != 1:
        return None
    (link,) = verdict.links
    return link if link.text in verdict.reason or verdict.outcome is Outcome.PASSED else None


def evidence(verdict: Verdict) -> tuple[Link, ...]:
    """What is to be listed below a verdict."""
    return () if only_link(verdict) else verdict.links


def standing(readiness: Readiness) -> str:
    """The whole judgement in a word or two."""
    if readiness.is_ready:
        return "ready"
    return "not ready" if any(each.outcome is Outcome.FAILED for each in readiness.blocking) else "unknown"


def headline(readiness: Readiness) -> str:
    """The verdict in one line, with its reason."""
    if not readiness.verdicts:
        return f"Unknown: {readiness.note or 'no rule was applied'}"
    if readiness.is_ready:
        others = sum(each.outcome in (Outcome.FAILED, Outcome.UNKNOWN) for each in readiness.verdicts)
        more = f"; {others} more to look at" if others else ""
        return f"Ready: nothing that must hold is missing{more}"
    musts = sum(verdict.rule.force is Force.MUST for verdict in readiness.verdicts)
    failed = sum(verdict.outcome is Outcome.FAILED for verdict in readiness.blocking)
    unknown = len(readiness.blocking) - failed
    of = f"of {musts} {'rule' if musts == 1 else 'rules'} that must hold"
    if not failed:
        return f"Unknown: {unknown} {of} cannot be judged yet"
    also = f", {unknown} {_is(unknown)} unknown" if unknown else ""
    return f"Not ready: {failed} {of} {_is(failed)} not met{also}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
