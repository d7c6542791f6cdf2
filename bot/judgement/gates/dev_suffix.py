"""Whether the commit behind the release's puts the development suffix back."""

from bot.judgement.released import read, tag_of
from bot.judgement.version_file import along, stated
from bot.judgement.versions import key
from bot.model.evidence import Evidence
from bot.model.release import Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """In the release's pull request; once it has landed, on the branch as it stands."""
    path, suffix = rule.word("path", "specs-go/version.go"), rule.word("suffix", "+dev")
    if tag_of(evidence) is not None:
        return _on_branch(evidence, rule, path, suffix)
    found = along(evidence, path)
    if isinstance(found, str):
        return Verdict(rule, Outcome.UNKNOWN, found)
    wanted = key(evidence.target.version)
    bump = next((n for n, each in enumerate(found) if key(each.version) == wanted), None)
    if bump is None:
        return Verdict(rule, Outcome.FAILED, f"no commit says {evidence.target.version} yet")
    if any(each.dev.endswith(suffix) for each in found[bump + 1 :]):
        return Verdict(rule, Outcome.PASSED, f"the commit behind it says {found[-1].version}")
    return Verdict(rule, Outcome.FAILED, f"no commit behind it puts {suffix} back")


def _on_branch(evidence: Evidence, rule: Rule, path: str, suffix: str) -> Verdict:
    branch = evidence.repository.branch if evidence.repository else ""
    file = read(evidence, path, branch or "the branch")
    says = None if isinstance(file, str) else stated(file.text or "", branch)
    if says is None:
        why = file if isinstance(file, str) else f"{path} on {branch} states no version"
        return Verdict(rule, Outcome.UNKNOWN, why)
    if says.dev.endswith(suffix):
        return Verdict(rule, Outcome.PASSED, f"{branch} says {says.version}")
    return Verdict(rule, Outcome.FAILED, f"{branch} says {says.version}, without {suffix}")
