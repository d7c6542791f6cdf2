"""The errand beside a conformance run: what a release that nobody has seen yet adds, and the cases that a specification keeps in its
own repository, once they are merged."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.jobs.desk import Desk
from bot.jobs.drafting import release_pull, texts_at, texts_of
from bot.model.errors import TallymanError, WrongRequest
from bot.model.texts import SpecTexts
from bot.settings import Project
from bot.sources.requirements import extract_requirements, measure_coverage, unpacked
from bot.sources.spec_texts import find_commit, is_merged, texts_alone


def name_untested(
    desk: Desk, project: Project, document: dict[str, Any], suite: Path | None = None
) -> dict[str, list[str]]:
    """Says of each release in a run's document that nobody has seen before which requirements it adds: by its texts at the tag, or as
    long as there is none at its pull request. Nothing of either is run. `suite` are cases that were run too.

    A release that cannot be read is said, and what it adds stays unknown.
    """
    named: dict[str, list[str]] = {}
    for run in document["runs"]:
        if run.get("untested", ()) is not None:
            continue
        try:
            texts = _texts(desk, project, run["release"])
            alone = replace(texts, files=texts_alone(texts.files))
            with unpacked(alone, run["release"]) as folder:
                fresh = extract_requirements(str(folder))["fresh"]
            covered = _covered(suite)
            named[run["release"]] = run["untested"] = [id_ for id_ in fresh if id_ not in covered]
        except TallymanError as failed:
            desk.say(f"conformance: what {run['release']} adds is unknown ({failed})")
    return named


def _covered(suite: Path | None) -> frozenset[str]:
    """What the cases of a specification's own repository cover; nothing known of one that holds cases alone."""
    if suite is None:
        return frozenset()
    try:
        rows = measure_coverage(str(suite))["requirements"]
    except WrongRequest:
        return frozenset()
    return frozenset(row["id"] for row in rows if row["cases"])


def _texts(desk: Desk, project: Project, tag: str) -> SpecTexts:
    try:
        return texts_at(desk, project.repo, tag)
    except WrongRequest as missing:
        try:
            number, _ = release_pull(desk, project, tag)
        except WrongRequest:
            raise missing from None
        return texts_at(desk, project.repo, f"#{number}")


@contextmanager
def merged_suite(desk: Desk, repo: str, ref: str) -> Iterator[Path]:
    """A specification's own cases, to be run: only from a commit that is on its default branch, so that people have looked at it.

    Raises WrongRequest for a pull request and for any commit that nobody has merged.
    """
    if ref.startswith("#"):
        raise _refused(repo, ref)
    commit = find_commit(desk.gateway(), repo, ref)
    if not is_merged(desk.gateway(), commit):
        raise _refused(repo, ref)
    with unpacked(texts_of(desk, commit)) as folder:
        yield folder


def _refused(repo: str, ref: str) -> WrongRequest:
    return WrongRequest(
        f"the cases of {repo}{ref if ref.startswith('#') else f'@{ref}'} are not merged, so they are not run here",
        do="run them in the repository's own CI with `python -m runtime.conformance run --suite .`",
    )
