"""Where a release is decided: its milestone, its issue and its pull request, found by the project's patterns."""

import re
from collections.abc import Sequence

from bot.model.errors import WrongRequest
from bot.model.release import Patterns, Target
from bot.model.tracker import Issue, Milestone, State

# Anybody may write a title: the lengths are bounded so that a long one costs no time, and the digits are ASCII ones.
ANY_VERSION = r"(?<![0-9])(?P<version>[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}(?:-rc\.?[0-9]{1,9})?)"


def version_of(tag: str, patterns: Patterns) -> str:
    """The version a tag names; a bare version is taken too. Raises WrongRequest."""
    for candidate in (tag, f"v{tag}"):
        found = re.search(patterns.tag, candidate)
        if found is not None and found["version"]:
            return found["version"]
    raise WrongRequest(f"{tag} is no release of this project", do=f"its tags look like {patterns.tag}")


def find_target(
    project: str,
    repo: str,
    tag: str,
    patterns: Patterns,
    milestones: Sequence[Milestone],
    issues: Sequence[Issue],
) -> Target:
    """Looks the release up. What is missing, or there more than once, is said in `notes`. Raises WrongRequest for no tag.

    The candidate is spelled as its own titles spell it (rc1 or rc.1), so that a release has one name however it was asked for.
    """
    version = version_of(tag, patterns)
    notes: list[str] = []
    milestone = _milestone(version, patterns, milestones, notes)
    issue = _one("issue", version, patterns.issue, [each for each in issues if not each.is_pull], notes)
    pull = _one("pull request", version, patterns.pull, [each for each in issues if each.is_pull], notes)
    shown = tag if re.search(patterns.tag, tag) else f"v{tag}"
    titles = [each.title for each in (pull, issue, milestone) if each is not None]
    spelled = next((found for title in titles if (found := _spelling(version, title))), version)
    tag = shown.replace(version, spelled)
    return Target(project, repo, spelled, tag, milestone, issue, pull, tuple(notes))


def _spelling(version: str, title: str) -> str:
    """The version as a title spells it; "" when the title does not name it."""
    named = (match["version"] for match in re.finditer(ANY_VERSION, title))
    return next((each for each in named if _folded(each) == _folded(version)), "")


def _folded(version: str) -> str:
    return version.replace("-rc.", "-rc")


def in_play(patterns: Patterns, issues: Sequence[Issue]) -> tuple[str, ...]:
    """The versions that have an open release issue or pull request, lowest number first; rc1 and rc.1 are one."""
    found: dict[str, str] = {}
    for issue in sorted(issues, key=lambda each: each.number):
        pattern = patterns.pull if issue.is_pull else patterns.issue
        match = _any(pattern, issue.title)
        if match is not None and issue.is_open:
            found.setdefault(_folded(match["version"]), match["version"])
    return tuple(found.values())


def in_title(patterns: Patterns, title: str) -> str:
    """The version that a pull request of this title is to become; "" for none."""
    found = _any(patterns.pull, title)
    return found["version"] if found is not None else ""


def _any(pattern: str, title: str) -> re.Match[str] | None:
    """The version in a title for which the pattern holds, if there is one."""
    for match in re.finditer(ANY_VERSION, title):
        if re.search(with_version(pattern, match["version"]), title):
            return match
    return None


def with_version(pattern: str, version: str) -> str:
    """The pattern for one version; rc1 and rc.1 are the same candidate."""
    escaped = re.escape(version)
    return pattern.replace("{version}", re.sub(r"(?<=rc)(?:\\\.)?(?=\d)", r"\\.?", escaped))


def _milestone(
    version: str, patterns: Patterns, milestones: Sequence[Milestone], notes: list[str]
) -> Milestone | None:
    wanted = [each for each in milestones if re.search(with_version(patterns.milestone, version), each.title)]
    if not wanted and "-rc" in version:
        # A milestone that ends in a bare `-rc` holds all candidates of its version.
        series = with_version(patterns.milestone, version.partition("-rc")[0] + "-rc")
        wanted = [each for each in milestones if re.search(series, each.title)]
    if not wanted:
        notes.append(f"no milestone matches {patterns.milestone} for {version}")
        return None
    wanted.sort(key=lambda each: (each.state is not State.OPEN, each.number))
    if len(wanted) > 1:
        notes.append(
            f"{len(wanted)} milestones match {version}; this is {wanted[0].title} (number {wanted[0].number})"
        )
    return wanted[0]


def _one(what: str, version: str, pattern: str, issues: Sequence[Issue], notes: list[str]) -> Issue | None:
    wanted = [
        each for each in issues if each.is_open and re.search(with_version(pattern, version), each.title)
    ]
    if not wanted:
        notes.append(f"no open {what} is titled as the release of {version}")
        return None
    wanted.sort(key=lambda each: each.number)
    if len(wanted) > 1:
        notes.append(
            f"{len(wanted)} open {what}s are titled as the release of {version}; this is #{wanted[0].number}"
        )
    return wanted[0]
