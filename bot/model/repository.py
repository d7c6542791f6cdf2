"""What a repository holds besides its tracker: tags, files at a commit, checks, sign-offs, talk and published releases."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Signature(StrEnum):
    """What is known of a tag's signature."""

    VERIFIED = "verified"  # there is one, and the host says whose it is
    UNVERIFIED = "unverified"  # there is one, and the host could not check it; `signature_note` says why
    NONE = "none"  # no signature, as of every lightweight tag
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A release that has landed. `written_at` is the author's date of its commit, `committed_at` the committer's.

    `object_sha` is what the tag's own name points to: the tag object, of a lightweight tag the commit. Of a lightweight tag
    `tagged_at` is the committer's date: the tag itself has none.
    """

    tag: str
    tagged_at: datetime
    commit: str = ""
    committed_at: datetime | None = None
    written_at: datetime | None = None
    signature: Signature = Signature.UNKNOWN
    signature_note: str = ""
    object_sha: str = ""


@dataclass(frozen=True, slots=True)
class FileText:
    """A file at a commit, a tag or a branch; `text` None: there is none of that name there."""

    path: str
    ref: str
    text: str | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a pull request. `signers` are the addresses of its Signed-off-by lines, `mails` its author's and committer's."""

    sha: str
    message: str
    author: str  # a login, or the name in the commit where the host knows no login
    mails: tuple[str, ...]
    signers: tuple[str, ...]
    url: str = ""

    @property
    def is_signed_off(self) -> bool:
        """Whether one of its own people signed it off, as the Developer Certificate of Origin asks."""
        return bool({each.lower() for each in self.mails} & {each.lower() for each in self.signers})


class CheckState(StrEnum):
    PASSED = "passed"  # also a check that was skipped or is neutral: it blocks nobody
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Check:
    """A check run, or a commit status, of the head of a pull request."""

    name: str
    state: CheckState
    url: str = ""


@dataclass(frozen=True, slots=True)
class PullFacts:
    """What the gates ask of an open pull request besides its reviews. `head` is the commit it is about."""

    number: int
    head: str
    commits: tuple[Commit, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Protection:
    """A branch's required checks. `required` None: the token may not see them, and `why` says so."""

    branch: str
    required: tuple[str, ...] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment or a review with its words. `earlier` are the words that former syncs saw, each with the time they were from."""

    id: int
    by: str
    at: datetime
    text: str
    url: str
    edited_at: datetime | None = None
    review: str = ""  # the state of a review; "" for a comment
    commit: str = ""  # the head a review was given on
    earlier: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """What stands on an issue or pull request: its own text first, as `body`, then everything that was said."""

    number: int
    by: str
    at: datetime
    body: str
    url: str
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A published release: its page's text and the names of what is attached."""

    tag: str
    text: str
    assets: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit changes from where it left its branch, as a fingerprint: a plain rebase leaves it the same.

    `id` "" means that the host gave no whole difference, so that nothing can be said.
    """

    sha: str
    id: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A source that could not be read, and why, in words."""

    what: str
    why: str


def as_of(moment: datetime) -> str:
    """The ref under which a file is kept as its branch had it at a moment."""
    return f"as of {moment.astimezone(UTC).isoformat(timespec='seconds')}"


@dataclass(frozen=True, slots=True)
class Repository:
    """All of that, as the last sync left it. None is a kind that was never read; `unread` says what failed, and why.

    `tree` is the head of the default branch; `files` are those at the refs the gates ask about.
    """

    repo: str
    at: datetime
    branch: str = ""
    tree: str = ""
    tags: tuple[Tagged, ...] | None = None
    files: tuple[FileText, ...] = ()
    pulls: tuple[PullFacts, ...] | None = None
    protections: tuple[Protection, ...] = ()
    talks: tuple[Talk, ...] | None = None
    published: tuple[Published, ...] | None = None
    changes: tuple[Change, ...] = ()
    unread: tuple[Unread, ...] = ()

    def same_change(self, one: str, other: str) -> bool | None:
        """Whether two commits change the same; None where nobody could compare them."""
        known = {each.sha: each.id for each in self.changes if each.id}
        return known[one] == known[other] if one in known and other in known else None

    def file(self, path: str, ref: str) -> FileText | None:
        """The file as it was read at that ref; None when it was not asked for or could not be read."""
        return next((each for each in self.files if (each.path, each.ref) == (path, ref)), None)

    def why_unread(self, what: str) -> str:
        """Why a kind of facts is missing, in a clause."""
        found = next((each.why for each in self.unread if each.what == what), "")
        return found or f"the {what} of {self.repo} were never read; run `tallyman sync`"

    def pull(self, number: int) -> PullFacts | None:
        return next((each for each in self.pulls or () if each.number == number), None)

    def talk(self, number: int) -> Talk | None:
        return next((each for each in self.talks or () if each.number == number), None)

    def release(self, tag: str) -> Published | None:
        return next((each for each in self.published or () if each.tag == tag), None)
