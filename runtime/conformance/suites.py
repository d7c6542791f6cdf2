"""Cases, release files and notes that a specification keeps in its own repository, in a folder `conformance/`.

    conformance/cases/<topic>.py       cases, declared as ours are (docs/requirements.md)
    conformance/covers.toml            which requirements each case covers, ours too
    conformance/untestable.toml        requirements that no case can test
    conformance/releases/<tag>.toml    releases that this suite does not know yet, with their notes
    conformance/known.toml, disputed.toml

`read` takes them as data and is safe with a draft of anybody's: a case is then a name found in the file's syntax, and nothing of it
runs. `use` runs what is in cases/, and is for a folder that somebody trusts: the specification's own CI.
"""

import ast
import importlib.util
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime.conformance import beside, covers, declare, releases
from runtime.conformance.requirements import history
from runtime.conformance.requirements.keywords import ORDER
from runtime.conformance.requirements.texts import NoTexts

NAME = "conformance"
LARGEST = 2 * 1024 * 1024  # bytes of one file


class WrongSuite(Exception):
    """Something in a `conformance/` folder cannot be used; the text names the file and says what to do."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a case file says of a case without being run. A range that is computed counts as the whole history."""

    id: str
    since: str
    until: str


def beneath(folder: Path) -> Path | None:
    """The `conformance/` folder of a folder of texts, if it has one."""
    found = folder / NAME
    return found if found.is_dir() and not found.is_symlink() else None


def read(folder: Path) -> None:
    """Puts the data of a specification's repository into use: releases, what is covered, what cannot be tested. Nothing is run.

    Raises WrongSuite. A folder without `conformance/` adds nothing.
    """
    found = beneath(folder)
    if found is None:
        return
    beside.add(found)
    try:
        _check_releases(found)
        _check_tables(found)
        _check_names(found)
    except WrongSuite:
        beside.remove(found)
        raise


def use(folder: Path) -> tuple[str, ...]:
    """Puts everything of a specification's repository into use, and runs its case files so that they declare their cases.

    Returns the ids of those. Raises WrongSuite.
    """
    found = beneath(folder)
    if found is None:
        raise WrongSuite(f"{folder} has no folder {NAME}/; give the top of the specification's repository")
    before = {case.id for case in declare.all_cases()}
    read(folder)
    for path in _case_files(found):
        _run(path)
    mine = [case for case in declare.all_cases() if case.id not in before]
    for case in mine:
        if case.level not in ORDER:
            raise WrongSuite(f"the case {case.id} has the level {case.level}; it is MUST, SHOULD or MAY")
        for tag in (case.since, case.until):
            if tag not in releases.TAGS:
                raise WrongSuite(
                    f"the case {case.id} names the release {tag}, which is not known; "
                    f"add {NAME}/releases/{tag}.toml, or name one of {', '.join(releases.TAGS)}"
                )
    _check_covered({*before, *(case.id for case in mine)}, found)
    return tuple(case.id for case in mine)


def without_a_case(ids: list[str] | None, cases: Iterable[declare.Case]) -> list[str] | None:
    """Those of the requirements that a release adds which none of the cases covers; None of what is unknown."""
    covered = {id_ for case in cases for id_ in covers.load().get(case.id, {})}
    return None if ids is None else [id_ for id_ in ids if id_ not in covered]


def told() -> tuple[Told, ...]:
    """The cases of the folders in use that only their syntax tells of."""
    return tuple(case for folder in beside.FOLDERS for path in _case_files(folder) for case in _told(path))


def _case_files(folder: Path) -> list[Path]:
    cases = folder / "cases"
    return sorted(path for path in cases.glob("*.py") if path.name != "__init__.py" and path.is_file())


def _run(path: Path) -> None:
    """As a module of its own, whose last name is the topic."""
    spec = importlib.util.spec_from_file_location(f"{NAME}.cases.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise WrongSuite(f"{path} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # as an import does: dataclasses look there
    try:
        spec.loader.exec_module(module)
    except Exception as broken:  # whatever is wrong in it, it is said by its name
        raise WrongSuite(f"{path} cannot be used ({type(broken).__name__}: {broken})") from None


def _told(path: Path) -> Iterator[Told]:
    tree = _parsed(path)
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if (
                isinstance(decorator, ast.Call)
                and getattr(decorator.func, "id", getattr(decorator.func, "attr", "")) == "case"
            ):
                said = {
                    each.arg: each.value.value
                    for each in decorator.keywords
                    if isinstance(each.value, ast.Constant) and isinstance(each.value.value, str)
                }
                yield Told(
                    f"{path.stem}/{node.name}".replace("_", "-"),
                    _known(said.get("since"), releases.FIRST),
                    _known(said.get("until"), releases.NEWEST),
                )


def _known(tag: str | None, otherwise: str) -> str:
    return tag if tag in releases.TAGS else otherwise


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(_text(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as broken:
        raise WrongSuite(f"{path} is no Python ({type(broken).__name__})") from None


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        raise WrongSuite(f"{path} is no file of its own; put the file itself there")
    if path.stat().st_size > LARGEST:
        raise WrongSuite(f"{path} is larger than {LARGEST} bytes")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongSuite(f"{path} is not UTF-8") from None


def _check_releases(folder: Path) -> None:
    """Each is read once, so that what is wrong in it is said by its name."""
    for path in sorted((folder / "releases").glob("*.toml")):
        _text(path)
        if not history.VERSION.match(path.stem):
            raise WrongSuite(f"{path} is named after no release; call it <tag>.toml, such as v1.4.0.toml")
        if path.stem in releases.TAGS or (history.FOLDER / path.name).exists():
            continue  # this suite knows it, and its people have reviewed it
        try:
            history.load(path.stem)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as broken:
            raise WrongSuite(
                f"{path} is no release file ({type(broken).__name__}: {broken}); "
                "write it with `python -m runtime.conformance requirements record`"
            ) from None
        releases.add(path.stem)


def _check_tables(folder: Path) -> None:
    for name in ("covers.toml", "untestable.toml", "known.toml", "disputed.toml"):
        path = folder / name
        if not path.exists():
            continue
        try:
            rows = tomllib.loads(_text(path)).values()
        except (tomllib.TOMLDecodeError, RecursionError) as broken:
            raise WrongSuite(f"{path} is no TOML ({broken})") from None
        kind = dict if name in ("covers.toml", "untestable.toml") else list
        if not all(isinstance(row, kind) for row in rows):
            raise WrongSuite(f"{path} has another shape than this suite's own {name}")
        if name == "untestable.toml":
            from runtime.conformance.coverage import REASONS  # it asks us which cases there are

            for id_, row in tomllib.loads(_text(path)).items():
                if row.get("reason") not in REASONS or not isinstance(row.get("why"), str):
                    raise WrongSuite(f"{path}: {id_} needs a reason ({', '.join(REASONS)}) and a why")


def _check_names(folder: Path) -> None:
    """A name means one case, here and there."""
    theirs = [case.id for path in _case_files(folder) for case in _told(path)]
    taken = {case.id for case in declare.all_cases()} if theirs else set()
    for id_ in theirs:
        if id_ in taken:
            raise WrongSuite(
                f"{folder / 'cases'} declares {id_}, and a case of that name is there; rename it"
            )
        taken.add(id_)


def _check_covered(cases: set[str], folder: Path) -> None:
    """A case that covers.toml names must be there, and so must a requirement: else a slip of the pen reads as tested."""
    known = _requirements(folder)
    for table in beside.tables("covers.toml"):
        for case, ids in table.items():
            if case not in cases:
                raise WrongSuite(f"{folder / 'covers.toml'} names the case {case}, which is not there")
            for id_ in ids:
                if id_ not in known:
                    raise WrongSuite(
                        f"{folder / 'covers.toml'} names the requirement {id_}, which no release and no text here has; "
                        "`python -m runtime.conformance requirements extract DIR` prints the ids"
                    )


def _requirements(folder: Path) -> set[str]:
    """Every id of every release, and those of the texts beside the folder."""
    from runtime.conformance.requirements import source

    known = {id_ for tag in history.tags() for id_ in history.load(tag).known}
    try:
        known |= {each.id for each in source.find(str(folder.parent), None).requirements}
    except (NoTexts, source.WrongRequest):
        pass  # the tests live in a repository of their own
    return known
