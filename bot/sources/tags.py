"""The releases a project has landed, with their ChangeLogs: from a git checkout, or from a folder of texts by tag."""

from datetime import UTC, datetime
from pathlib import Path

from bot.judgement.versions import key
from bot.model.errors import BadInput, WrongRequest
from bot.model.repository import Tagged
from bot.sources.changes import git

FORM = "%(refname:strip=2)%09%(objectname)%09%(*objectname)%09%(creatordate:iso-strict)"
MOST_TAGS = 10_000
MOST_CHANGELOG = 5_000_000  # bytes


def read_past(place: Path, changelog: str = "ChangeLog") -> tuple[tuple[Tagged, ...], dict[str, str]]:
    """The tags that name a version, and the ChangeLog at each that has one.

    A folder of texts has a file TAGS (`tag commit tagged_at committed_at authored_at` a line) and a folder for each tag.
    Raises WrongRequest when there is neither, BadInput for a TAGS file that cannot be read.
    """
    if (place / "TAGS").is_file():
        return _folder(place, changelog)
    answer = git(place, "for-each-ref", "refs/tags", f"--format={FORM}", f"--count={MOST_TAGS}")
    if answer is None:
        raise WrongRequest(
            f"{place} is no git checkout and has no file TAGS",
            do="give the folder of the project's repository",
        )
    tags = [tag for line in answer.decode("utf-8", "replace").splitlines() if (tag := _of_line(line))]
    texts = {}
    for tag in tags:
        text = git(place, "cat-file", "blob", f"refs/tags/{tag.tag}:{changelog}")
        if text is not None and len(text) <= MOST_CHANGELOG:
            texts[tag.tag] = text.decode("utf-8", "replace")
    return tuple(tags), texts


def _of_line(line: str) -> Tagged | None:
    name, own, pointed, at = line.split("\t")
    if key(name)[0] < 0 or not at:
        return None
    return Tagged(name, datetime.fromisoformat(at).astimezone(UTC), pointed or own)


def _folder(place: Path, changelog: str) -> tuple[tuple[Tagged, ...], dict[str, str]]:
    tags, texts = [], {}
    try:
        lines = (place / "TAGS").read_text(encoding="utf-8").splitlines()
        for line in lines:
            if line.strip() and not line.startswith("#"):
                name, commit, *times = line.split()
                tagged, committed, written = (datetime.fromisoformat(each).astimezone(UTC) for each in times)
                tags.append(Tagged(name, tagged, commit, committed, written))
                file = place / name / changelog
                if file.resolve().is_relative_to(place.resolve()) and file.is_file():
                    texts[name] = file.read_text(encoding="utf-8", errors="replace")
    except (ValueError, OverflowError) as broken:
        raise BadInput(f"{place / 'TAGS'} cannot be read ({broken})", do="mend it") from None
    except OSError as failed:
        raise WrongRequest(f"{place} cannot be read ({failed.strerror})", do="check its rights") from None
    return tuple(tags), texts
