"""Whether a commit of the release, or its tag, states exactly its version."""

from bot.judgement.version_file import along
from bot.judgement.versions import key
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    found = along(evidence, rule.word("path", "specs-go/version.go"))
    if isinstance(found, str):
        return Verdict(rule, Outcome.UNKNOWN, found)
    wanted = key(evidence.target.version)
    right = [each for each in found if key(each.version) == wanted and "dev" not in each.dev]
    if right:
        return Verdict(
            rule, Outcome.PASSED, f"it says {right[0].version}", (Link(right[0].ref[:12], right[0].url),)
        )
    said = ", ".join(dict.fromkeys(each.version for each in found))
    return Verdict(rule, Outcome.FAILED, f"no commit says {evidence.target.version}; they say {said}")
