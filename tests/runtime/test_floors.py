"""The floors of runtime/__init__.py: every module stands on one, uses only what is below it, and none uses itself in a circle."""

import ast
import graphlib
from pathlib import Path

import pytest

import runtime

HOME = Path(runtime.__file__).parent
MODULES = sorted(path for path in HOME.rglob("*.py") if not {"conformance", "launcher", "cookbook"} & set(path.parts) and path.name != "__init__.py")  # fmt: skip


def floors() -> dict[str, int]:
    """Module -> the number of its floor, 0 for the topmost, as the docstring of the package lists them."""
    lines = [line[4:] for line in (runtime.__doc__ or "").splitlines() if line.startswith("    ")]
    joined: list[str] = []
    for line in lines:
        if line.startswith(" "):
            joined[-1] += line
        else:
            joined.append(line)
    return {
        module: number for number, line in enumerate(joined) for module in line.partition(":")[0].split()[1:]
    }


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(HOME).with_suffix("").parts)


def top(name: str) -> str:
    """What stands for a module in the list: all commands stand together."""
    return name.partition(".")[0]


class Uses(ast.NodeVisitor):
    """The modules of ours that a file imports when it runs, wherever in it; what is only for type checkers does not count."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        top, _, rest = (node.module or "").partition(".")
        if top == "runtime":
            self.found |= (
                {rest.partition(".")[0]} if rest else {alias.name for alias in node.names} - {"VERSION"}
            )


def uses(path: Path) -> set[str]:
    visitor = Uses()
    visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
    return visitor.found


def test_every_module_stands_on_one_floor() -> None:
    text = (runtime.__doc__ or "").splitlines()
    listed = [
        word for line in text if line.startswith("    ") for word in line[16:].partition(":")[0].split()
    ]
    there = {top(name_of(path)) for path in MODULES}
    assert sorted(floors()) == sorted(there)
    assert sorted(word for word in listed if word in there) == sorted(there)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_uses_only_its_floor_and_those_below(path: Path) -> None:
    at = floors()
    own = at[top(name_of(path))]
    assert {module for module in uses(path) if at.get(top(module), own) < own} == set()


def test_no_two_modules_use_each_other_in_turn() -> None:
    graph = {name_of(path): uses(path) for path in MODULES}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names them
