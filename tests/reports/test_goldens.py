"""No golden file is left behind when its test goes: each one is declared by a test module."""

import importlib

from tests.goldens import FOLDER

TESTS = FOLDER.parent


def declared() -> set[str]:
    """What the test modules name in GOLDENS."""
    names: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        if "\nGOLDENS" in path.read_text(encoding="utf-8"):
            module = importlib.import_module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts))
            names |= module.GOLDENS
    return names


def test_every_golden_file_has_its_test() -> None:
    stale = {path.name for path in FOLDER.iterdir()} - declared()
    assert stale == set(), "delete them, or name them in the GOLDENS of the test that reads them"
