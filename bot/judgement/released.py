"""Where a release stands in its repository: its tag once it has landed, else the head of its pull request; and files there."""

from bot.judgement.versions import key
from bot.model.evidence import Evidence
from bot.model.repository import FileText, PullFacts, Tagged
from bot.model.tracker import Pull

NO_PLACE = "the release has neither a tag nor an open pull request yet"


def tag_of(evidence: Evidence) -> Tagged | None:
    """The release's own tag; None while it has not landed."""
    wanted = key(evidence.target.version)
    return next((tag for tag in evidence.landed or () if key(tag.tag) == wanted), None)


def pull_of(evidence: Evidence) -> Pull | None:
    """The release's pull request as the tracker has it."""
    own = evidence.target.pull
    return next((pull for pull in evidence.pulls if own is not None and pull.number == own.number), None)


def facts_of(evidence: Evidence, number: int) -> PullFacts | None:
    return evidence.repository.pull(number) if evidence.repository else None


def ref_of(evidence: Evidence) -> str:
    """The commit that is, or would be, the release; "" when there is none yet."""
    tag = tag_of(evidence)
    if tag is not None:
        return tag.tag
    pull = pull_of(evidence)
    return pull.head_sha if pull is not None else ""


def before(evidence: Evidence) -> tuple[Tagged, ...]:
    """The releases that are older than this one by their versions, in that order."""
    wanted = key(evidence.target.version)
    return tuple(tag for tag in evidence.landed or () if key(tag.tag) < wanted)


def missing(evidence: Evidence, what: str) -> str:
    """Why a kind of the repository's facts is not known: never read, or refused."""
    if evidence.repository is None:
        return f"the {what} of {evidence.target.repo} were never read; run `tallyman sync`"
    return evidence.repository.why_unread(what)


def no_tags(evidence: Evidence) -> str:
    """Why nobody knows which releases have landed; "" when that is known."""
    return missing(evidence, "tags") if evidence.landed is None else ""


def read(evidence: Evidence, path: str, ref: str = "") -> FileText | str:
    """A file of the release (or at `ref`), or in a clause why it is not known."""
    at = ref or ref_of(evidence)
    if not at:
        return NO_PLACE
    found = evidence.repository.file(path, at) if evidence.repository else None
    if found is None:
        return f"{path} of {_short(at)} was not read; run `tallyman sync`"
    return found


def _short(ref: str) -> str:
    return ref[:12] if len(ref) == 40 else ref
