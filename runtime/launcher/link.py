"""Writes the linked program: the compiled code of every module that a command of refrun can need, in one file."""

import __future__

import ast
import marshal
import os
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    Linked = tuple[CodeType, str, list[tuple[str, str, bool, int, int, bytes]]]

ANNOTATIONS = __future__.annotations.compiler_flag


def target(home: Path) -> Path:
    """Where the linked program of the installation in `home` lies, for this interpreter's bytecode."""
    return home / "runtime" / "__pycache__" / f"refrun.{sys.implementation.cache_tag}"


def write(home: Path) -> Path:
    """Links the modules below home/runtime, without the conformance tests and the launcher, whole or not at all."""
    boot = compile((home / "runtime" / "launcher" / "linked.py").read_bytes(), "linked.py", "exec")
    modules = []
    for path in sorted((home / "runtime").rglob("*.py"), key=_packages_first):
        file = path.relative_to(home)
        if file.parts[1] in ("conformance", "launcher", "__main__.py"):
            continue
        before = path.stat()
        names = file.with_suffix("").parts
        is_package = names[-1] == "__init__"
        name = ".".join(names[:-1] if is_package else names)
        code = marshal.dumps(_compiled(path))
        modules.append((name, str(file), is_package, before.st_size, before.st_mtime_ns, code))
    place = target(home)
    place.parent.mkdir(exist_ok=True)
    new = place.with_name(f"{place.name}.{os.getpid()}")
    new.write_bytes(marshal.dumps((boot, str(home), modules)))
    new.replace(place)
    return place


def _packages_first(path: Path) -> tuple[bool, str]:
    return path.name != "__init__.py", str(path)


def _compiled(path: Path) -> "CodeType":
    """The module's code. `from __future__ import annotations` becomes a flag: at run time it would read a file for nothing."""
    parsed = ast.parse(path.read_bytes(), str(path))
    kept = [
        each for each in parsed.body if not (isinstance(each, ast.ImportFrom) and each.module == "__future__")
    ]
    flags = 0 if len(kept) == len(parsed.body) else ANNOTATIONS
    parsed.body = kept
    code: CodeType = compile(parsed, str(path), "exec", flags=flags, dont_inherit=True)
    return code
