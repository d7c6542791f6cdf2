"""The errand of texts: the specification at a commit, read once; and what a pull request adds to it, kept for its report."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.jobs.desk import Desk
from bot.jobs.facts import patterns
from bot.jobs.judging import in_play
from bot.judgement import targets, versions
from bot.model.conformance import Level
from bot.model.errors import TallymanError, WrongRequest
from bot.model.texts import Added, Draft, SpecTexts
from bot.records.engine import read_session, write_session
from bot.records.texts import load_draft, load_texts, save_draft, save_ref, save_texts
from bot.records.tracker import load_tracker
from bot.settings import Project
from bot.sources.requirements import compare_requirements, extract_requirements, measure_coverage, unpacked
from bot.sources.spec_texts import Commit, find_commit, find_start, read_tags, read_texts


def texts_at(desk: Desk, repo: str, ref: str) -> SpecTexts:
    """The texts at a tag, a branch, a commit or a pull request (`#43`); a commit that was read before is not read again."""
    return texts_of(desk, find_commit(desk.gateway(), repo, ref))


def texts_of(desk: Desk, commit: Commit) -> SpecTexts:
    """The texts of a commit, with their sentences kept. Raises WrongRequest, TrackerFailed or WorldFailed."""
    with read_session(desk.engine) as session:
        known = load_texts(session, commit.repo, commit.sha, commit.name)
    if known is not None:
        known = replace(known, at=desk.clock(), source=commit.source)
        with write_session(desk.engine) as session:
            if not known.commit.startswith(known.name):
                save_ref(session, known)
        return known
    texts = read_texts(desk.gateway(), commit, at=desk.clock())
    with unpacked(texts) as folder:
        asked = extract_requirements(str(folder))["requirements"]
    with write_session(desk.engine) as session:
        save_texts(session, texts, {each["id"]: _sentence(each) for each in asked})
    return texts


def _sentence(requirement: Mapping[str, Any]) -> str:
    return "\n".join((requirement["text"], *(f"- {item}" for item in requirement["listed"])))


def release_pull(desk: Desk, project: Project, release: str) -> tuple[int, str]:
    """The number of a release's pull request and the version, as the last sync saw them. Raises WrongRequest."""
    with read_session(desk.engine) as session:
        tracker = load_tracker(session, project.repo)
    issues = tracker.issues if tracker else ()
    target = targets.find_target(project.id, project.repo, release, patterns(project), (), issues)
    if target.pull is None:
        raise WrongRequest(
            f"{project.id} has no open pull request for {target.tag}",
            do="name it with --pull, or run `tallyman sync`" if tracker else "run `tallyman sync`",
        )
    return target.pull.number, target.version


def draft(desk: Desk, project: Project, number: int) -> Draft:
    """What a pull request's texts ask that those before them do not: those of the release before when it is to become one, else
    those where it left its base. It is kept. Nothing of it is run: its texts and its `conformance/` are read.
    """
    head = find_commit(desk.gateway(), project.repo, f"#{number}")
    version = targets.in_title(patterns(project), head.title)
    before = _before(desk, project, head, version)
    new, old = texts_of(desk, head), texts_of(desk, before)
    found = replace(_compared(old, new, version), at=desk.clock())
    with write_session(desk.engine) as session:
        save_draft(session, replace(found, number=number, version=version))
    return replace(found, number=number, version=version)


def _before(desk: Desk, project: Project, head: Commit, version: str) -> Commit:
    tag = earlier(project, version, dict(read_tags(desk.gateway(), project.repo))) if version else None
    if tag is not None:
        return find_commit(desk.gateway(), project.repo, tag)
    return find_start(desk.gateway(), project.repo, head.base, head.sha)


def earlier(project: Project, version: str, tags: Mapping[str, str]) -> str | None:
    """The tag of the release before: for a final the last final one, for a candidate whatever came last."""
    mine = versions.key(version)
    finals = not versions.is_candidate(version)
    found = [
        (versions.key(match["version"]), tag)
        for tag in tags
        if (match := re.search(project.releases.tag, tag)) is not None
        and versions.key(match["version"]) < mine
        and not (finals and versions.is_candidate(match["version"]))
    ]
    return max(found)[1] if found else None


def _compared(old: SpecTexts, new: SpecTexts, version: str) -> Draft:
    with unpacked(old) as before, unpacked(new, f"v{version}" if version else "") as after:
        covered = measure_coverage(str(after))
        like = "" if version else covered["like"]  # a release's texts are known by their name
        found = compare_requirements(str(before), str(after), like=like)
    rows = {row["id"]: row for row in covered["requirements"]}
    added = [rows[each["id"]] for each in found["added"]]
    counts = {kind: Counter(row["strength"] for row in added if is_of(row)) for kind, is_of in KINDS.items()}
    return Draft(
        repo=new.repo, number=0, version=version, head=new.commit, before=old.name, like=covered["like"], at=new.at,
        source=new.source,
        added=tuple(Added(level, *(counts[kind][level.value] for kind in KINDS)) for level in Level),
        removed=len(found["removed"]), strengthened=len(found["strengthened"]), weakened=len(found["weakened"]),
        reworded=len(found["reworded"]),
        untested=tuple(row["id"] for row in added if row["counted"] and not row["cases"]),
    )  # fmt: skip


KINDS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {  # in the order of Added's fields
    "total": lambda row: True,
    "counted": lambda row: row["counted"],
    "with_case": lambda row: row["counted"] and bool(row["cases"]),
    "no_host": lambda row: row["platform"] not in ("all", "linux"),
}


def run(desk: Desk, project: Project) -> tuple[Draft, ...]:
    """What the pull requests of the releases in play add; those whose head was read before are not read again. One that cannot be
    read is said, and the others are read.
    """
    if project.kind != "spec" or not project.conformance.suite:
        return ()
    return tuple(
        found for version in in_play(desk, project) if (found := _in_play(desk, project, version)) is not None
    )


def _in_play(desk: Desk, project: Project, version: str) -> Draft | None:
    try:
        number, _ = release_pull(desk, project, version)
    except WrongRequest:
        return None  # decided in an issue alone
    with read_session(desk.engine) as session:
        tracker, known = load_tracker(session, project.repo), load_draft(session, project.repo, number)
    heads = {pull.number: pull.head_sha for pull in tracker.pulls} if tracker else {}
    if known is not None and known.head == heads.get(number):
        return known
    try:
        found = draft(desk, project, number)
    except TallymanError as failed:
        desk.say(f"draft: {project.repo}#{number} could not be read ({failed})")
        return None
    desk.say(f"draft: {project.repo}#{number} for v{version}: {found.sentence}")
    return found
