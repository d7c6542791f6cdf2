"""Whether the tools that follow this specification keep step with it, and how far behind they are."""

from datetime import timedelta

from bot.judgement.released import no_tags
from bot.judgement.versions import is_candidate, key
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict
from bot.model.repository import Tagged

DAY = timedelta(days=1)


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """`policy` is in-step (a tool's release of the same or a newer version on the same day or before), or follows: within `days`.

    It is asked about the newest release that has landed, candidates aside; `match` date takes any release of the tool since.
    """
    if not evidence.tools:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "the project names no repositories that follow it")
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    finals = [
        tag for tag in evidence.landed or () if not is_candidate(tag.tag) and tag.tagged_at <= evidence.at
    ]
    if not finals:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "nothing has landed yet that tools could follow")
    spec = max(finals, key=lambda tag: key(tag.tag))
    days = 0 if rule.word("policy", "in-step") == "in-step" else rule.number("days", 30)
    asked = "in step" if days == 0 else f"within {days} days"
    links, late, unread = [], 0, []
    for repo, tags in evidence.tools.items():
        if tags is None:
            unread.append(repo)
            links.append(Link(f"{repo}: its tags were never read; run `tallyman sync`", ""))
            continue
        found = _following(spec, tags, rule.word("match", "version"))
        gap = ((found.tagged_at if found else evidence.at) - spec.tagged_at) / DAY
        late += gap > max(days, 1) if days == 0 else gap > days  # the same day is in step
        behind = f"{found.tag}, {max(gap, 0):.0f} days behind {spec.tag}" if found else ""
        how = behind or f"no release yet since {spec.tag} of {spec.tagged_at:%Y-%m-%d}"
        links.append(Link(f"{repo}: {how}", ""))
    if late:
        return Verdict(
            rule,
            Outcome.FAILED,
            f"{late} of {len(links)} not {asked} with {spec.tag}: {links[0].text}",
            tuple(links),
        )
    if unread:
        return Verdict(
            rule,
            Outcome.UNKNOWN,
            links[0].text if len(links) == 1 else f"{len(unread)} were never read",
            tuple(links),
        )
    return Verdict(rule, Outcome.PASSED, f"{asked} with {spec.tag}: {links[0].text}", tuple(links))


def _following(spec: Tagged, tags: tuple[Tagged, ...], match: str) -> Tagged | None:
    """The first release of the tool that answers the specification's."""
    if match == "date":
        answers = [tag for tag in tags if tag.tagged_at >= spec.tagged_at]
    else:
        answers = [tag for tag in tags if key(tag.tag)[:3] >= key(spec.tag)[:3]]
    return min(answers, key=lambda tag: tag.tagged_at, default=None)
