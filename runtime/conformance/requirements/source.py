"""What somebody means by "v1.3.0" or "./drafts": a release's requirements, with its texts where they can be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime.conformance.requirements import history, texts
from runtime.conformance.requirements.identity import Known, Requirement
from runtime.conformance.requirements.keywords import strength
from runtime.conformance.requirements.statements import Statement


class WrongRequest(Exception):
    """Neither a folder nor a release; the text says what to give."""


@dataclass(frozen=True, slots=True)
class Source:
    """`release` is the tag, or "" for a draft; `like` the known release whose ids it keeps; `where` the folder read, or ""
    when the release is known by its file alone: then no requirement has a text.
    """

    release: str
    like: str
    where: str
    requirements: tuple[Requirement, ...]

    @property
    def base(self) -> str:
        """The release of this suite's own that it goes on from: `like`, unless a draft brought that one's file along."""
        return history.own(self.like)

    @property
    def is_draft(self) -> bool:
        return not self.release or self.base != self.release

    @property
    def fresh(self) -> tuple[Requirement, ...]:
        """What a draft adds to the release before it; it is tested by no case of ours yet."""
        return tuple(each for each in self.requirements if each.id not in history.load(self.base).known)

    @property
    def gone(self) -> tuple[str, ...]:
        """The ids that a draft no longer has."""
        here = {each.id for each in self.requirements}
        return tuple(id_ for id_ in history.load(self.base).known if id_ not in here)


def find(what: str, specs: Path | None, like: str = "") -> Source:
    """A folder of texts, or a tag whose texts are in `specs`/tag, or a tag known by its file alone.

    A folder keeps the ids of `like`, else of the release or version that it is named after, else of the release with the
    most wordings in common. WrongRequest when nothing fits; texts.NoTexts and OSError as texts.read raises them.
    """
    if like and like not in history.tags():
        raise WrongRequest(f"there is no release {like}; known are {', '.join(history.tags())}")
    folder = Path(what)
    if folder.is_dir():
        return of_texts(texts.read(folder), folder.resolve().name, like, str(folder))
    known = what in history.tags()
    if specs is not None and (specs / what).is_dir() and Path(what).name == what:
        return of_texts(texts.read(specs / what), what, like, str(specs / what))
    if known:
        return Source(what, what, "", tuple(map(_without_text, _noted(what))))
    if folder.exists():
        raise WrongRequest(f"{what} is a file; give the folder that holds config.md and runtime.md, or a tag")
    raise WrongRequest(f"{what} is neither a folder nor a release; known are {', '.join(history.tags())}")


def of_texts(files: Mapping[str, str], name: str, like: str = "", where: str = "texts") -> Source:
    """The requirements of some files by name (`config.md`), wherever they come from: a folder, a Git tag, a pull request.

    `name` is a tag, a version that no file describes, or anything: see `find`.
    """
    if name in history.tags() and like in ("", name):
        return Source(name, name, where, history.requirements(files, name))
    if not like:
        like = history.nearest(name) if history.VERSION.match(name) else history.closest(files)
    return Source("", like, where, history.requirements(files, like))


def _noted(tag: str) -> tuple[tuple[Known, str], ...]:
    release = history.load(tag)
    return tuple((each, release.notes.get(id_, "")) for id_, each in release.known.items())


def _without_text(noted: tuple[Known, str]) -> Requirement:
    each, note = noted
    file, _, anchor = each.at.partition("#")
    statement = Statement(
        file=file, line=0, anchors=(anchor,) if anchor else (), path=each.path, kind="", text="", same=f"{each.fingerprint} {each.listed}",
        keywords=each.keywords, strength=strength(each.keywords), platform=each.platform, duty=each.duty,
        refused=each.refused,
    )  # fmt: skip
    return Requirement(each.id, each.fingerprint, statement, note)
