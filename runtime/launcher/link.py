"""Writes the linked program: the compiled code of every module that a command of refrun can need, in one file."""

import ast
import importlib.machinery
import importlib.util
import marshal
import os
import sys
from collections.abc import Iterable
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    # Name, whether it is a package, size and time of change of the source, where its code begins and ends behind the head, and
    # the C modules of the standard library that it imports, with their files.
    Module = tuple[str, bool, int, int, int, int, tuple[tuple[str, str], ...]]
    # The boot code, the home of the sources, the modules, and for each command ("" is none) which it can need: indices into them.
    Linked = tuple[CodeType, str, list[Module], dict[str, bytes]]

# The modules stand in the order in which these commands need them, and each command reads as far as its last one.
FIRST = ("", "state", "list", "kill", "delete", "start", "create", "run", "exec")
HEAD = 16384  # bytes of the file in which a `Linked` stands; the modules' code follows


def target(home: Path) -> Path:
    """Where the linked program of the installation in `home` lies, for this interpreter's bytecode."""
    return home / "runtime" / "__pycache__" / f"refrun.{sys.implementation.cache_tag}"


def write(home: Path) -> Path:
    """Links the modules below home/runtime that a command can need, whole or not at all."""
    boot = compile(
        _stripped(home / "runtime" / "launcher" / "linked.py"), "linked.py", "exec", dont_inherit=True
    )
    files = {_name(path.relative_to(home)): path for path in sorted((home / "runtime").rglob("*.py"))}
    files = {name: path for name, path in files.items() if not _is_left_out(name)}
    states = {name: path.stat() for name, path in files.items()}
    trees = {name: _stripped(path) for name, path in files.items()}
    needs = _needs(trees)
    needed = set[str]().union(*needs.values())
    order = sorted(needed, key=lambda name: (not _is_package(files[name]), _place(name, needs), name))
    modules, codes = [], b""
    for name in order:
        code = marshal.dumps(compile(trees[name], str(files[name]), "exec", dont_inherit=True))
        file, state = files[name], states[name]
        at = len(codes), len(codes) + len(code)
        modules.append(
            (name, _is_package(file), state.st_size, state.st_mtime_ns, *at, _libraries(trees[name]))
        )
        codes += code
    indices = {command: bytes(map(order.index, some)) for command, some in needs.items()}
    head = marshal.dumps((boot, str(home), modules, indices))
    if len(head) > HEAD:
        raise ValueError(f"the head of the linked program has {len(head)} bytes: HEAD is too small")
    place = target(home)
    place.parent.mkdir(exist_ok=True)
    new = place.with_name(f"{place.name}.{os.getpid()}")
    new.write_bytes(head.ljust(HEAD, b"\0") + codes)
    new.replace(place)
    return place


def _place(name: str, needs: dict[str, set[str]]) -> int:
    """Behind the packages, in which they are entered, the modules stand in the order in which the commands of FIRST need them."""
    return next((at for at, command in enumerate(FIRST) if name in needs[command]), len(FIRST))


def _name(file: Path) -> str:
    names = file.with_suffix("").parts
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def _is_package(file: Path) -> bool:
    return file.name == "__init__.py"


def _is_left_out(name: str) -> bool:
    return name.split(".")[1:2] in (["conformance"], ["cookbook"], ["launcher"], ["__main__"])


def _needs(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Command -> all modules that it can come to import, wherever in a function that may be; "" -> those of every call.

    What a command's own file imports in a function is for a form of it that few use, and left out.
    """
    start = "runtime.commands."
    uses = {
        name: _uses(tree.body if name.startswith(start) else ast.walk(tree)) for name, tree in trees.items()
    }

    def closure(found: set[str]) -> set[str]:
        more = set().union(*(uses[name] for name in found)).intersection(trees) - found
        return closure(found | more) if more else found

    every = closure({"runtime", "runtime.commands", "runtime.cli"})
    commands = {name.removeprefix(start): closure({*every, name}) for name in trees if name.startswith(start)}
    return {"": every} | commands


def _uses(nodes: Iterable[ast.AST]) -> set[str]:
    """What is named in imports: packages, modules, and names in modules, which do no harm."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _libraries(tree: ast.Module) -> tuple[tuple[str, str], ...]:
    """The C modules of the standard library that a module imports at its top, each with its file, "" for one that is built in."""
    found = {}
    for node in tree.body:
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for spec in map(importlib.util.find_spec, {*names} & sys.stdlib_module_names):
            if spec and spec.origin == "built-in":
                found[spec.name] = ""
            elif spec and isinstance(spec.loader, importlib.machinery.ExtensionFileLoader):
                found[spec.name] = spec.origin or ""
    return tuple(sorted(found.items()))


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


def _is_for_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _stripped(path: Path) -> ast.Module:
    """The module's tree. `from __future__ import annotations` is left out too: at run time it would read a file for nothing."""
    parsed = ast.parse(path.read_bytes(), str(path))
    parsed.body = [
        each
        for each in parsed.body
        if not _is_for_checkers(each)
        and not (isinstance(each, ast.ImportFrom) and each.module == "__future__")
    ]
    tree: ast.Module = ast.fix_missing_locations(_Stripped().visit(parsed))
    return tree
