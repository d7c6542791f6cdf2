"""The specification's texts on GitHub: at a tag, a branch, a commit or a pull request, in three requests at most."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from bot.model.errors import BadInput, WrongRequest
from bot.model.texts import SpecTexts
from bot.sources.archive import MOST_PACKED, read_archive
from bot.sources.gateway import Gateway

COMMIT = re.compile(r"[0-9a-f]{40}")
PULL = re.compile(r"#?(?P<number>[1-9][0-9]{0,8})")
REF = re.compile(r"[A-Za-z0-9_][\w./+-]{0,200}")
PLACE = re.compile(r"(?P<project>[\w.-]+(?:/[\w.-]+)?)(?:@(?P<ref>[^@#]+)|#(?P<number>[0-9]+))")


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody typed: a project's id or a repository's name, and a ref or a pull request (`#43`)."""

    project: str
    ref: str

    @property
    def is_pull(self) -> bool:
        return self.ref.startswith("#")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit and how it was called. `base` is the branch a pull request goes to, "" for what is none."""

    repo: str
    sha: str
    name: str
    source: str
    base: str = ""
    title: str = ""


def read_place(text: str, project: str | None = None) -> Place | None:
    """`P@REF`, `P#43`, or with the project given elsewhere `REF` or `#43`; None for what is no such thing.

    Raises BadInput for a ref that no repository can have.
    """
    if project is not None:
        place = Place(project, text)
    elif found := PLACE.fullmatch(text):
        place = Place(found["project"], f"#{found['number']}" if found["number"] else found["ref"])
    else:
        return None
    if place.is_pull:
        if not PULL.fullmatch(place.ref):
            raise BadInput(f"{place.ref[:40]} is no pull request", do="write its number, such as #43")
    elif not REF.fullmatch(place.ref) or ".." in place.ref or place.ref.endswith((".lock", "/", ".")):
        raise BadInput(
            f"{place.ref[:80]!r} is no tag, branch or commit",
            do="name one, such as v1.3.0, or a pull request as #43",
        )
    return place


def find_commit(gateway: Gateway, repo: str, ref: str) -> Commit:
    """What a ref or a pull request (`#43`) is today: one request, none for a whole commit. Raises WrongRequest."""
    web = _web(gateway.api)
    if ref.startswith("#"):
        return _pull(gateway, repo, int(ref[1:]), web)
    if COMMIT.fullmatch(ref):
        return Commit(repo, ref, ref[:12], f"{web}/{repo}/tree/{ref}")
    sha = gateway.find(f"/repos/{repo}/commits/{quote(ref)}", lambda raw: _sha(raw["sha"]))
    if sha is None:
        raise WrongRequest(
            f"{repo} has no {ref}, or the token may not see it",
            do="name a tag, a branch, a commit or a pull request (#43) of it",
        )
    return Commit(repo, sha, ref, f"{web}/{repo}/tree/{quote(ref)}")


def _pull(gateway: Gateway, repo: str, number: int, web: str) -> Commit:
    """A pull request's head is read in the repository that it goes to: the fork may be private, or gone."""
    found = gateway.find(
        f"/repos/{repo}/pulls/{number}",
        lambda raw: Commit(
            repo, _sha(raw["head"]["sha"]), f"#{number}", f"{web}/{repo}/pull/{number}", str(raw["base"]["ref"]),
            str(raw["title"]),
        ),
    )  # fmt: skip
    if found is None:
        raise WrongRequest(
            f"{repo} has no pull request #{number}, or the token may not see it", do="check its number"
        )
    return found


def find_start(gateway: Gateway, repo: str, base: str, head: str) -> Commit:
    """Where a pull request's commits left its base: what has landed on the base since is none of its doing."""
    sha, _ = _compared(gateway, repo, base, head)
    return Commit(repo, sha, sha[:12], f"{_web(gateway.api)}/{repo}/tree/{sha}")


def is_merged(gateway: Gateway, commit: Commit) -> bool:
    """Whether a commit is part of the default branch: what is not has been merged by nobody."""
    branch = gateway.get(f"/repos/{commit.repo}", lambda raw: str(raw["default_branch"]))
    _, status = _compared(gateway, commit.repo, branch, commit.sha)
    return status in ("behind", "identical")


def _compared(gateway: Gateway, repo: str, base: str, head: str) -> tuple[str, str]:
    path = f"/repos/{repo}/compare/{quote(base)}...{quote(head)}?per_page=1"
    found = gateway.find(path, lambda raw: (_sha(raw["merge_base_commit"]["sha"]), str(raw["status"])))
    if found is None:
        raise WrongRequest(
            f"{head[:12]} and {base} of {repo} have no commit in common", do="name another commit"
        )
    return found


def read_tags(gateway: Gateway, repo: str) -> tuple[tuple[str, str], ...]:
    """Every tag and its commit, in GitHub's order; one request for each hundred."""
    return tuple(
        gateway.pages(f"/repos/{repo}/tags", lambda raw: (str(raw["name"]), _sha(raw["commit"]["sha"])))
    )


def read_texts(gateway: Gateway, commit: Commit, *, at: datetime) -> SpecTexts:
    """The texts at a commit: one request, and one to where GitHub keeps its archives.

    Raises WrongRequest for a repository without such texts and for an archive that is hostile, TrackerFailed.
    """
    files = read_archive(gateway.download(f"/repos/{commit.repo}/tarball/{commit.sha}", MOST_PACKED))
    if not any("/" not in path for path in files):
        raise WrongRequest(
            f"{commit.repo} has no file of a runtime specification at {commit.name}",
            do="name a commit that has config.md and runtime.md at its top",
        )
    return SpecTexts(commit.repo, commit.sha, commit.name, at, commit.source, files)


def texts_alone(files: Mapping[str, str]) -> dict[str, str]:
    """The specification's own files, without those of `conformance/`."""
    return {path: text for path, text in files.items() if "/" not in path}


def _sha(found: object) -> str:
    if not isinstance(found, str) or not COMMIT.fullmatch(found):
        raise ValueError("no commit")
    return found


def _web(api: str) -> str:
    """Where people look at what the API at this address tells."""
    parts = urlsplit(api)
    if parts.netloc == "api.github.com":
        return "https://github.com"
    return f"{parts.scheme}://{parts.netloc}"
