"""Whether the release's tag is signed."""

from bot.judgement.released import no_tags, tag_of
from bot.model.evidence import Evidence
from bot.model.release import Outcome, Rule, Verdict
from bot.model.repository import Signature


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A signature that the host could not check is one, and is told apart."""
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    tag = tag_of(evidence)
    if tag is None:
        return Verdict(rule, Outcome.NOT_APPLICABLE, f"{evidence.target.tag} is not tagged yet")
    note = f" ({tag.signature_note})" if tag.signature_note else ""
    match tag.signature:
        case Signature.VERIFIED:
            return Verdict(rule, Outcome.PASSED, f"signed, and the signature is verified{note}")
        case Signature.UNVERIFIED:
            return Verdict(rule, Outcome.UNKNOWN, f"signed, but the signature could not be verified{note}")
        case Signature.NONE:
            return Verdict(rule, Outcome.FAILED, f"{tag.tag} has no signature{note}")
    return Verdict(rule, Outcome.UNKNOWN, f"nobody looked for a signature of {tag.tag}")
