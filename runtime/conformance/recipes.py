"""A folder of use cases, read strictly: each has a README, bundles, and a script for each way of doing it (runtime/cookbook/README.md)."""

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.conformance import host, releases

COOKBOOK = Path(__file__).resolve().parent.parent / "cookbook"
PLACES = ("conformance/use-cases", "use-cases")  # where a repository keeps them
FILE = "use-case.toml"
OF_A_USE_CASE = {"title", "ways"}
OF_BOTH = {
    "since",
    "until",
    "needs",
    "programs",
    "as-user",
    "own-network",
}  # of a use case for all its ways, or of one way
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class WrongFolder(Exception):
    """A folder that is no folder of use cases; the text says which file is wrong and what it should be."""


@dataclass(frozen=True, slots=True)
class Way:
    """One script. `needs` are facts of host.py, `programs` what must be installed; `as_user`: root runs it as an ordinary user."""

    use_case: str
    name: str
    title: str
    script: Path
    since: str
    until: str
    needs: tuple[str, ...]
    programs: tuple[str, ...]
    as_user: bool
    own_network: bool

    @property
    def id(self) -> str:
        return f"{self.use_case}/{self.name}"

    @property
    def folder(self) -> Path:
        return self.script.parent


@dataclass(frozen=True, slots=True)
class UseCase:
    name: str
    title: str
    folder: Path
    ways: tuple[Way, ...]

    @property
    def readme(self) -> str:
        return (self.folder / "README.md").read_text(encoding="utf-8")


def find(folder: Path) -> Path:
    """The folder itself, or where the repository that it is keeps its use cases."""
    for place in PLACES:
        if (folder / place).is_dir():
            return folder / place
    return folder


def read(folder: Path) -> tuple[UseCase, ...]:
    """The use cases of a folder, by name. Raises WrongFolder."""
    if not folder.is_dir():
        raise WrongFolder(f"{folder} is not a folder; give one that holds a folder for each use case")
    found = sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")
    if not found:
        raise WrongFolder(f"{folder} holds no use case: each is a folder with {FILE}, README.md and scripts")
    return tuple(_use_case(each) for each in found)


def chosen(cases: tuple[UseCase, ...], asked: Sequence[str]) -> tuple[Way, ...]:
    """The ways that are asked for, by use case or alone; all when nothing is asked. Raises WrongFolder."""
    every = tuple(way for case in cases for way in case.ways)
    unknown = set(asked) - {way.id for way in every} - {case.name for case in cases}
    if unknown:
        raise WrongFolder(
            f"there is no use case {', '.join(sorted(unknown))}; there are {', '.join(case.name for case in cases)}"
        )
    return tuple(way for way in every if not asked or way.id in asked or way.use_case in asked)


def _use_case(folder: Path) -> UseCase:
    if not NAME.fullmatch(folder.name):
        raise WrongFolder(
            f"{folder}: the name of a use case has small letters, digits and single dashes only"
        )
    path = folder / FILE
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as failed:
        raise WrongFolder(f"{path} cannot be read ({failed.strerror}); each use case has one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise WrongFolder(f"{path} is not TOML: {wrong}") from None
    _check_keys(told, OF_A_USE_CASE | OF_BOTH, str(path))
    ways = told.pop("ways", None)
    if not isinstance(ways, dict) or len(ways) < 2 or not all(isinstance(way, dict) for way in ways.values()):
        raise WrongFolder(f"{path}: at least two [ways.NAME] are compared")
    if not (folder / "README.md").is_file():
        raise WrongFolder(f"{folder} has no README.md, which says what for, and when to use which way")
    _check_bundles(folder)
    title = _text(told, "title", str(path))
    return UseCase(folder.name, title, folder, tuple(_way(folder, told, *each) for each in ways.items()))


def _way(folder: Path, common: dict[str, Any], name: str, told: dict[str, Any]) -> Way:
    where = f"{folder / FILE}, way {name}"
    _check_keys(told, {"title"} | OF_BOTH, where)
    script = folder / f"{name}.sh"
    if not NAME.fullmatch(name) or not script.is_file():
        raise WrongFolder(f"{where}: its script would be {script}, which is not there")
    own = {**common, **told}
    since, until = (_tag(own.get(key, default), where) for key, default in
                    (("since", releases.FIRST), ("until", releases.NEWEST)))  # fmt: skip
    if releases.position(since) > releases.position(until):
        raise WrongFolder(f"{where}: since {since} is later than until {until}")
    needs = _texts(own, "needs", where)
    if unknown := sorted(set(needs) - set(host.FACTS)):
        raise WrongFolder(
            f"{where}: needs {', '.join(unknown)}, which is no fact; {', '.join(host.FACTS)} are"
        )
    return Way(
        folder.name, name, _text(told, "title", where), script, since, until, needs, _texts(own, "programs", where),
        _switch(own, "as-user", where), _switch(own, "own-network", where),
    )  # fmt: skip


def _check_bundles(folder: Path) -> None:
    """Raises WrongFolder for a config.json that is no JSON object; its values are the runtime's to judge."""
    for path in sorted(folder.glob("*/config.json")):
        try:
            config = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as wrong:
            raise WrongFolder(f"{path} is not JSON: {wrong}") from None
        if not isinstance(config, dict):
            raise WrongFolder(f"{path} is not a JSON object")


def _check_keys(told: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(told) - known):
        raise WrongFolder(f"{where}: unknown key {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def _tag(value: object, where: str) -> str:
    try:
        releases.position(str(value))
    except releases.UnknownRelease as unknown:
        raise WrongFolder(f"{where}: {unknown}") from None
    return str(value)


def _text(told: dict[str, Any], key: str, where: str) -> str:
    found = told.get(key)
    if not isinstance(found, str) or not found.strip() or "\n" in found:
        raise WrongFolder(f"{where}: {key} is one line of text")
    return found


def _texts(told: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    found = told.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise WrongFolder(f"{where}: {key} is a list of texts")
    return tuple(found)


def _switch(told: dict[str, Any], key: str, where: str) -> bool:
    found = told.get(key, False)
    if not isinstance(found, bool):
        raise WrongFolder(f"{where}: {key} is true or false")
    return found
