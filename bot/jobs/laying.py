"""The errand before a conformance run: what it needs from GitHub is laid out, the texts of releases that nobody has seen yet, and
the cases that a specification keeps in its own repository, once they are merged."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.jobs.desk import Desk
from bot.jobs.drafting import release_pull, texts_at, texts_of
from bot.model.errors import TallymanError, WrongRequest
from bot.model.texts import SpecTexts
from bot.settings import Project
from bot.sources.requirements import extract_requirements, lay, unpacked
from bot.sources.spec_texts import find_commit, is_merged, texts_alone


@contextmanager
def specs(desk: Desk, project: Project, releases: Sequence[str]) -> Iterator[Path | None]:
    """A folder with the texts of those releases that the suite does not know, by tag; None when it knows them all.

    A release without a tag yet is read from its pull request, and only its texts: nothing of it is run. One that cannot be read is
    said, and what it adds is then unknown.
    """
    unknown = [tag for tag in releases if not _is_known(tag)]
    if not unknown:
        yield None
        return
    with TemporaryDirectory(prefix="specs-") as top:
        for tag in unknown:
            try:
                texts = _texts(desk, project, tag)
            except TallymanError as failed:
                desk.say(f"conformance: what {tag} adds is unknown ({failed})")
            else:
                lay(texts_alone(texts.files), Path(top) / tag)
        yield Path(top)


def _is_known(tag: str) -> bool:
    try:
        extract_requirements(tag)
    except WrongRequest:
        return False
    return True


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
