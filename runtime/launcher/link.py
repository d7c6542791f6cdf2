"""Writes the linked program: the compiled code of every module that a command of refrun can need, in one file."""

import ast
import marshal
import os
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    # The boot code, the home of the sources, the length of all modules' code, which stands behind this at the end of the file,
    # and of each module: name, file, whether it is a package, size and time of change of the source, where its code is in there.
    Linked = tuple[CodeType, str, int, list[tuple[str, str, bool, int, int, int, int]]]


def target(home: Path) -> Path:
    """Where the linked program of the installation in `home` lies, for this interpreter's bytecode."""
    return home / "runtime" / "__pycache__" / f"refrun.{sys.implementation.cache_tag}"


def write(home: Path) -> Path:
    """Links the modules below home/runtime, without the conformance tests and the launcher, whole or not at all."""
    boot = compile((home / "runtime" / "launcher" / "linked.py").read_bytes(), "linked.py", "exec")
    modules, codes = [], b""
    for path in sorted((home / "runtime").rglob("*.py"), key=_packages_first):
        file = path.relative_to(home)
        if file.parts[1] in ("conformance", "launcher", "__main__.py"):
            continue
        before = path.stat()
        names = file.with_suffix("").parts
        is_package = names[-1] == "__init__"
        name = ".".join(names[:-1] if is_package else names)
        code = marshal.dumps(_compiled(path))
        modules.append(
            (
                name,
                str(file),
                is_package,
                before.st_size,
                before.st_mtime_ns,
                len(codes),
                len(codes) + len(code),
            )
        )
        codes += code
    place = target(home)
    place.parent.mkdir(exist_ok=True)
    new = place.with_name(f"{place.name}.{os.getpid()}")
    new.write_bytes(marshal.dumps((boot, str(home), len(codes), modules)) + codes)
    new.replace(place)
    return place


def _packages_first(path: Path) -> tuple[bool, str]:
    return path.name != "__init__.py", str(path)


class _Stripped(ast.NodeTransformer):
    """The tree without what only a reader of the source has use for: hints of types, and what functions and classes say they do."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        return _silent(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        return _silent(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def _silent(node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.copy_location(ast.Pass(), node)]
    return node


def _compiled(path: Path) -> "CodeType":
    """The module's code. `from __future__ import annotations` is left out too: at run time it would read a file for nothing."""
    parsed = ast.parse(path.read_bytes(), str(path))
    parsed.body = [
        each for each in parsed.body if not (isinstance(each, ast.ImportFrom) and each.module == "__future__")
    ]
    code: CodeType = compile(
        ast.fix_missing_locations(_Stripped().visit(parsed)), str(path), "exec", dont_inherit=True
    )
    return code
