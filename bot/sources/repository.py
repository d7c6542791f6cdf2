"""What a repository on GitHub holds besides its tracker, as far as the gates of a project ask for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot.model.errors import TrackerFailed
from bot.model.repository import Change, FileText, PullFacts, Repository, Tagged, Unread, as_of
from bot.model.tracker import Pull
from bot.sources.checks import read_branch, read_checks
from bot.sources.commits import commit_before, read_change, read_commits
from bot.sources.files import read_file
from bot.sources.gateway import Gateway, Raw
from bot.sources.landed import read_tags
from bot.sources.published import read_published
from bot.sources.talk import read_talk

T = TypeVar("T")
MOST_COMMITS = 30  # of a release's pull request, at which its files are read: such a one has two or three


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read. `pulls` are the open pull requests of the releases in play, `releases` those that are releases themselves.

    `on_branch` are paths at the default branch, `at_tags` at every release and at the head of a release's pull request,
    `at_commits` at each of its commits. `talks` are (number, whether it is a pull request).
    """

    pulls: tuple[Pull, ...] = ()
    releases: tuple[Pull, ...] = ()
    talks: tuple[tuple[int, bool], ...] = ()
    on_branch: tuple[str, ...] = ()
    at_tags: tuple[str, ...] = ()
    at_commits: tuple[str, ...] = ()
    published: bool = False
    checks: bool = False


@dataclass
class _Reading:
    """One reading under way. What fails is noted, and everything else is read all the same."""

    gateway: Gateway
    base: str
    known: Repository | None
    unread: list[Unread] = field(default_factory=list)

    def try_(self, what: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except TrackerFailed as failed:
            self.unread.append(Unread(what, str(failed)))
            return None

    def file(self, path: str, ref: str, *, at: str = "", is_same: bool) -> list[FileText]:
        """The file, from the last reading where it cannot have changed since."""
        before = self.known.file(path, ref) if self.known and is_same else None
        found = before or self.try_("files", partial(read_file, self.gateway, self.base, path, ref, at=at))
        return [found] if found is not None else []


def read_repository(
    gateway: Gateway, repo: str, known: Repository | None, wanted: Wanted, *, at: datetime
) -> Repository:
    """Everything that is wanted. What cannot change (a tag's commit and files) is not read again; what cannot be read is named.

    Raises WrongRequest when there is no such repository, TrackerFailed when it cannot be reached at all.
    """
    name, branch = gateway.get(f"/repos/{repo}", _head)
    reading = _Reading(gateway, f"/repos/{name}", known)
    base = reading.base
    bases = {pull.base_ref for pull in wanted.pulls} - {branch}
    heads = {
        each: reading.try_("branch", partial(read_branch, gateway, base, each))
        for each in (branch, *sorted(bases))
    }
    head = heads[branch]
    tree = head[0] if head else ""
    tags = reading.try_("tags", partial(read_tags, gateway, base, (known.tags or ()) if known else ()))
    pulls = tuple(_pulls(reading, wanted))
    files = [
        *_on_branch(reading, wanted, branch, tree),
        *_at_tags(reading, wanted, tags or ()),
        *_at_pulls(reading, wanted, pulls),
    ]
    talks = [
        reading.try_("talk", partial(read_talk, gateway, base, number, is_pull=is_pull))
        for number, is_pull in wanted.talks
    ]
    published = None
    if wanted.published:
        published = reading.try_("published releases", partial(read_published, gateway, base))
    return Repository(
        repo, at, branch, tree, tags, tuple(files), pulls, tuple(found[1] for found in heads.values() if found),
        tuple(talk for talk in talks if talk is not None), published, tuple(_changes(reading, wanted, branch)),
        tuple(reading.unread),
    )  # fmt: skip


def read_rosters(
    gateway: Gateway, found: Repository, known: Repository | None, path: str, moments: Sequence[datetime]
) -> Repository:
    """The same with the roster as its branch had it at each of these moments; the past does not change, so each is read once."""
    reading = _Reading(gateway, f"/repos/{found.repo}", known)
    files = list(found.files)
    for moment in dict.fromkeys(moments):
        before = known.file(path, as_of(moment)) if known else None
        roster = before or reading.try_(
            "roster", partial(_roster, gateway, reading.base, path, found.branch, moment)
        )
        files += [roster] if roster is not None else []
    return replace(found, files=tuple(files), unread=(*found.unread, *reading.unread))


def _roster(gateway: Gateway, base: str, path: str, branch: str, moment: datetime) -> FileText | None:
    sha = commit_before(gateway, base, branch, moment)
    return (
        read_file(gateway, base, path, as_of(moment), at=sha) if sha else FileText(path, as_of(moment), None)
    )


def _head(raw: Raw) -> tuple[str, str]:
    return str(raw["full_name"]), str(raw["default_branch"])


def _pulls(reading: _Reading, wanted: Wanted) -> Iterator[PullFacts]:
    """The commits of a head are read once; its checks each time."""
    for pull in wanted.pulls:
        before = reading.known.pull(pull.number) if reading.known else None
        facts = reading.try_("checks", partial(_pull, reading, wanted, pull, before))
        if facts is not None:
            yield facts


def _pull(reading: _Reading, wanted: Wanted, pull: Pull, before: PullFacts | None) -> PullFacts:
    if before is not None and before.head == pull.head_sha:
        commits = before.commits
    else:
        commits = read_commits(reading.gateway, reading.base, pull.number)
    checks = read_checks(reading.gateway, reading.base, pull.head_sha) if wanted.checks else ()
    return PullFacts(pull.number, pull.head_sha, commits, checks)


def _on_branch(reading: _Reading, wanted: Wanted, branch: str, tree: str) -> Iterator[FileText]:
    """As long as the branch stands where it stood, so do its files."""
    is_same = reading.known is not None and bool(tree) and reading.known.tree == tree
    for path in wanted.on_branch:
        yield from reading.file(path, branch, is_same=is_same)


def _at_tags(reading: _Reading, wanted: Wanted, tags: Sequence[Tagged]) -> Iterator[FileText]:
    before = {(tag.tag, tag.object_sha) for tag in (reading.known.tags or ())} if reading.known else set()
    for path in wanted.at_tags:
        for tag in tags:
            is_same = (tag.tag, tag.object_sha) in before
            yield from reading.file(path, tag.tag, at=tag.commit, is_same=is_same)


def _at_pulls(reading: _Reading, wanted: Wanted, pulls: Sequence[PullFacts]) -> Iterator[FileText]:
    """Files at the head and the commits of the releases' own pull requests; at a commit they never change."""
    own = {pull.number for pull in wanted.releases}
    for facts in pulls:
        if facts.number not in own:
            continue
        places = [(path, facts.head) for path in wanted.at_tags]
        commits = facts.commits[-MOST_COMMITS:]
        places += [(path, commit.sha) for path in wanted.at_commits for commit in commits]
        for path, sha in dict.fromkeys(places):
            yield from reading.file(path, sha, is_same=True)


def _changes(reading: _Reading, wanted: Wanted, branch: str) -> Iterator[Change]:
    """What the commits that were reviewed change, where they are not all the head: only then is there something to compare."""
    for pull in wanted.releases:
        commits = {review.commit for review in pull.reviews if review.commit} | {pull.head_sha}
        if len(commits) < 2:
            continue
        for sha in sorted(commits):
            before = (
                next((each for each in reading.known.changes if each.sha == sha), None)
                if reading.known
                else None
            )
            found = before or reading.try_(
                "changes", partial(read_change, reading.gateway, reading.base, pull.base_ref or branch, sha)
            )
            if found is not None:
                yield found
