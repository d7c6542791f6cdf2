"""The tags of a repository on GitHub: when each was made, on which commit of which dates, and whether it is signed."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.judgement.versions import key
from bot.model.repository import Signature, Tagged
from bot.sources.gateway import Gateway, Raw

UNSIGNED = "unsigned"
GOOD = "valid"


def read_tags(gateway: Gateway, base: str, known: Iterable[Tagged] = ()) -> tuple[Tagged, ...]:
    """The tags that name a version. One that points where it did when it was read last is not read again.

    Requests: one for each hundred tags, and two for each new one (one for a lightweight tag). Raises TrackerFailed.
    """
    before = {(tag.tag, tag.object_sha): tag for tag in known}
    refs = [
        (name, str(raw["sha"]), str(raw["type"]))
        for name, raw in gateway.pages(f"{base}/git/matching-refs/tags/", _ref)
        if key(name)[0] >= 0
    ]
    return tuple(before.get((name, sha)) or _read(gateway, base, name, sha, kind) for name, sha, kind in refs)


def _ref(raw: Raw) -> tuple[str, Raw]:
    return str(raw["ref"]).removeprefix("refs/tags/"), raw["object"]


def _read(gateway: Gateway, base: str, name: str, sha: str, kind: str) -> Tagged:
    if kind != "tag":
        committed, written = gateway.get(f"{base}/commits/{sha}", _dates)
        return Tagged(name, committed, sha, committed, written, Signature.NONE, "a lightweight tag", sha)
    at, commit, signature, note = gateway.get(f"{base}/git/tags/{sha}", _tag)
    committed, written = gateway.get(f"{base}/commits/{commit}", _dates)
    return Tagged(name, at, commit, committed, written, signature, note, sha)


def _tag(raw: Raw) -> tuple[datetime, str, Signature, str]:
    said = raw.get("verification") or {}
    reason = str(said.get("reason") or "")
    if said.get("verified"):
        signature = Signature.VERIFIED
    elif reason == UNSIGNED or (not said.get("signature") and reason):
        signature = Signature.NONE
    elif reason:
        signature = Signature.UNVERIFIED
    else:
        signature = Signature.UNKNOWN
    note = "" if reason in (GOOD, UNSIGNED) else reason.replace("_", " ")
    return moment(raw["tagger"]["date"]), str(raw["object"]["sha"]), signature, note


def _dates(raw: Raw) -> tuple[datetime, datetime]:
    commit = raw["commit"]
    return moment(commit["committer"]["date"]), moment(commit["author"]["date"])


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment without its zone")
    return at.astimezone(UTC)
