"""The house plan, held: imports point down, rooms of one floor do not know each other, libraries have one home."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "model": 0, "meetings": 1, "judgement": 1, "reports": 1,
    "settings": 2, "sources": 2, "records": 2, "publication": 2,
    "jobs": 3, "web": 4, "demo": 4, "app": 5, "cli": 6,
}  # fmt: skip
HOMES = {
    "sqlalchemy": {"records"}, "alembic": {"records"}, "psycopg": {"records"},
    "github": {"sources", "publication"}, "fastapi": {"web", "demo"}, "starlette": {"web", "demo"},
    "jinja2": {"reports"}, "icalendar": {"reports"}, "rapidfuzz": {"meetings"}, "markdown_it": {"reports"}, "nh3": {"reports"},
    "pydantic_settings": {"settings"}, "apscheduler": {"app", "cli"}, "typer": {"app", "cli"},
    "cel": {"sources"}, "structlog": {"app", "cli"}, "uvicorn": {"app", "cli", "demo"},
}  # fmt: skip
WORLD = {"os", "socket", "urllib.request", "http", "requests", "subprocess", "time", "asyncio", "sqlite3"}
CLOCKS = {"now", "utcnow", "today"}


def python_files(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "_shipped" not in path.parts)


def imports(tree: ast.AST) -> list[str]:
    """Every module a file imports, dotted; `from bot import app` counts as bot.app."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            found += [f"{module}.{alias.name}" if module == "bot" else module for alias in node.names]
    return found


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")


def wrong_imports(path: Path, tree: ast.AST) -> list[str]:
    room, wrong = room_of(path), []
    if room == "__init__":
        return [f"bot/__init__.py imports {module}" for module in imports(tree)]
    for module in imports(tree):
        top, *rest = module.split(".")
        if top == "runtime":
            wrong.append(f"{room} imports {module}: bot and runtime meet as processes")
        if top == "bot" and rest and rest[0] != room and FLOORS[rest[0]] >= FLOORS[room]:
            wrong.append(f"{room} imports {module}: imports point down")
        homes = HOMES.get(top)
        if homes is not None and room not in homes:
            wrong.append(f"{room} imports {module}: its home is {' and '.join(sorted(homes))}")
        if FLOORS[room] <= 1 and (module in WORLD or top in WORLD):
            wrong.append(
                f"{room} imports {module}: floors 0 and 1 know no clock, environment, disk or network"
            )
    return wrong


def clock_calls(path: Path, tree: ast.AST) -> list[str]:
    if FLOORS.get(room_of(path), 5) > 1:
        return []
    return [
        f"line {node.lineno} asks the clock: take the time as an argument"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ]


@pytest.mark.parametrize("path", python_files("bot"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_stands_below_it(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert wrong_imports(path, tree) + clock_calls(path, tree) == []


@pytest.mark.parametrize("path", python_files("runtime"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_runtime_uses_only_the_standard_library(path: Path) -> None:
    foreign = [
        module
        for module in imports(ast.parse(path.read_text(encoding="utf-8")))
        if module.split(".")[0] not in sys.stdlib_module_names | {"runtime", ""}
    ]
    assert foreign == []


@pytest.mark.parametrize("folder", ["bot", "runtime", "tests", "migrations"])
def test_no_file_holds_two_things(folder: str) -> None:
    long = [
        f"{path.name}: {n}"
        for path in python_files(folder)
        if (n := len(path.read_text().splitlines())) > 400
    ]
    assert long == [], "at 400 lines it is two files"


@pytest.mark.parametrize(
    ("room", "source", "fault"),
    [
        pytest.param("meetings", "import os", "environment", id="the environment on floor 1"),
        pytest.param("judgement", "from bot.reports import x", "imports point down", id="a neighbour"),
        pytest.param("records", "from bot.app import main", "imports point down", id="upwards"),
        pytest.param("jobs", "import sqlalchemy", "its home is records", id="a library outside its home"),
        pytest.param("sources", "import runtime.state", "meet as processes", id="bot imports runtime"),
    ],
)
def test_the_house_test_itself_sees_a_breach(room: str, source: str, fault: str) -> None:
    assert fault in " ".join(wrong_imports(ROOT / "bot" / room / "x.py", ast.parse(source)))


def test_the_house_test_itself_sees_a_clock() -> None:
    tree = ast.parse("datetime.now()")
    assert clock_calls(ROOT / "bot" / "judgement" / "x.py", tree) != []
