"""docs/runtime-safety.md says what is true: every attack of the reference is in it, every function and test it names exists."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from tests.skips import skip_data

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PAGE = (ROOT / "docs" / "runtime-safety.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split(" | "))
    for line in PAGE.partition("## Attack by attack")[2].splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| attack"))
]
IDS = [f"{row[0]} {row[1][:40]}" for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_defence_exists(row: tuple[str, ...]) -> None:
    names = re.findall(r"`([\w.]+)`", row[2])
    assert names, row
    for name in names:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(f"runtime.{module}"), function)), name


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_test_exists_and_names_the_attack(row: tuple[str, ...]) -> None:
    file, _, test = row[3].partition("::")
    source = (Path(__file__).parent / file).read_text(encoding="utf-8")
    functions = {each.name for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef)}
    assert test in functions
    assert row[0] in source or row[0] in ("id traversal", "CVE-2022-27650", "CVE-2026-47766"), (
        "the file says which"
    )


def test_every_attack_of_the_reference_is_here() -> None:
    reference = skip_data("reference/runtime.md").read_text(encoding="utf-8")
    section = reference.partition("## 8. Security regressions")[2].partition("\n## ")[0]
    firsts = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    numbers = {number for first in firsts for number in re.findall(r"\d{4}-\d{4,5}", first)}
    # A cell may name a second one by its last part only: "2019-16884, 2019-19921" and "2023-27561, 2023-28642" do not.
    assert len(numbers) > 20
    assert {f"CVE-{number}" for number in numbers} - {row[0] for row in ROWS} == set()
