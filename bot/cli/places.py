"""Where the texts of a specification are: a folder, a release, or a commit or pull request on GitHub."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.model.texts import SpecTexts
    from bot.settings import Settings

WHERE = "DIR|TAG|P@REF|P#N"
HELP = "A folder of texts, a release, or a tag, branch, commit or pull request of a project: P@v1.3.0, P#43."
ProjectOfTexts = Annotated[
    str | None,
    typer.Option(
        "--project",
        "-p",
        metavar="P",
        help="Read the texts from this project's repository: v1.3.0, a commit, #43.",
    ),
]


@dataclass(frozen=True, slots=True)
class Laid:
    """Places as the suite takes them: what was typed, or a folder that is gone when the block ends. `labels` say what each such
    folder is, `read` what was read from GitHub.
    """

    places: tuple[str, ...]
    labels: dict[str, str] = field(default_factory=dict)
    read: tuple["SpecTexts", ...] = ()

    def named(self, document: dict[str, Any]) -> dict[str, Any]:
        """The suite's document with the names of places instead of our folders, and the commits that were read."""
        for part in (document, document.get("before"), document.get("after")):
            if isinstance(part, dict) and part.get("texts") in self.labels:
                part["texts"] = self.labels[part["texts"]]
        if self.read:
            document["commits"] = {
                texts.label: {"commit": texts.commit, "files": texts.folder} for texts in self.read
            }
        return document

    def said(self, text: str) -> str:
        for folder, label in self.labels.items():
            text = text.replace(folder, label)
        return text


@contextmanager
def laid_out(*wheres: str, project: str | None) -> Iterator[Laid]:
    """Each place as the suite takes it. Raises WrongRequest for a project or a ref that there is not, TrackerFailed."""
    from bot.sources.spec_texts import read_place

    places, labels, read = [], {}, []
    with ExitStack() as kept:
        for where in wheres:
            is_here = where.startswith((".", "/")) or (project is None and Path(where).is_dir())
            place = None if is_here else read_place(where, project)
            if place is None:
                places.append(where)
                continue
            texts = _read(place.project, place.ref)
            folder = str(kept.enter_context(_unpacked(texts)))
            places.append(folder)
            labels[folder] = texts.label
            read.append(texts)
        yield Laid(tuple(places), labels, tuple(read))


def _unpacked(texts: "SpecTexts") -> Any:
    from bot.sources.requirements import unpacked

    return unpacked(texts)


def _read(project: str, ref: str) -> "SpecTexts":
    from bot import settings
    from bot.app import open_desk
    from bot.cli.printing import note
    from bot.jobs.drafting import texts_at

    found = settings.load()
    return texts_at(open_desk(found, note), repo_of(found, project), ref)


def repo_of(found: "Settings", project: str) -> str:
    """The repository of a project's id; `owner/name` is one itself. Raises WrongRequest."""
    if "/" in project and project not in {each.id for each in found.project}:
        return project
    return found.named(project).repo


@contextmanager
def suite_at(suite: str) -> Iterator[Path | None]:
    """The folder of a specification's repository with cases of its own: a folder here, or P@REF of merged ones; None for none.

    Raises WrongRequest for cases that nobody has merged, TrackerFailed.
    """
    from bot.sources.spec_texts import read_place

    place = None if not suite or Path(suite).is_dir() else read_place(suite)
    if place is None:
        yield Path(suite) if suite else None
        return
    from bot import settings
    from bot.app import open_desk
    from bot.cli.printing import note
    from bot.jobs import laying

    found = settings.load()
    with laying.merged_suite(open_desk(found, note), repo_of(found, place.project), place.ref) as folder:
        yield folder


def name_untested(document: dict[str, Any], project: str | None, suite: Path | None) -> dict[str, list[str]]:
    """Asks the project's repository what releases add that nobody has seen yet, by tag. Without a project nothing is asked."""
    if project is None:
        return {}
    from bot import settings
    from bot.app import open_desk
    from bot.cli.printing import note
    from bot.jobs import laying

    found = settings.load()
    return laying.name_untested(open_desk(found, note), found.named(project), document, suite)
