"""Whether the documents of a published release are attached, under names with its version."""

from bot.judgement.released import missing, no_tags, tag_of
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    tag = tag_of(evidence)
    if tag is None:
        return Verdict(rule, Outcome.NOT_APPLICABLE, f"{evidence.target.tag} is not tagged yet")
    if evidence.repository is None or evidence.repository.published is None:
        return Verdict(rule, Outcome.UNKNOWN, missing(evidence, "published releases"))
    page = evidence.repository.release(tag.tag)
    if page is None:
        return Verdict(rule, Outcome.FAILED, f"{tag.tag} has no published release")
    version = evidence.target.version.lower()
    named = [name for name in page.assets if version in name.lower()]
    endings = rule.words("endings", (".pdf", ".html"))
    without = [end for end in endings if not any(name.lower().endswith(end) for name in named)]
    link = (Link(tag.tag, page.url),)
    if without:
        return Verdict(
            rule, Outcome.FAILED, f"no {' and no '.join(without)} with {version} in its name", link
        )
    return Verdict(rule, Outcome.PASSED, f"{', '.join(named)}", link)
