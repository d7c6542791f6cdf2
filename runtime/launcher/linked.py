"""The start of a linked program, run by the launcher's one line: `linked` is the head of the file that link.py wrote, `fd` the file.

Importing the forty modules of a `run` one by one took 6 ms of each call: the search for the file, reading and checking it, and
the import system's own steps for each. Here one file has them all; what the command can need of it is read at once, and a
module's code runs when something of it is first used, so that a container without a terminal never runs the terminal's
module. `refrun run` with this file and without it: 17.5 ms and 24.6 (medians of 60 runs in turn with hyperfine, Linux 6.18,
Python 3.11). A source that is newer than the file makes the launcher go the ordinary way, so that nobody runs yesterday's
code. Nothing is left to be read from disk once a container's namespaces are entered.
"""

import gc
import sys

import _imp  # isort: skip
from _frozen_importlib import ModuleSpec  # isort: skip
import marshal  # isort: skip
import posix  # isort: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from runtime.launcher.link import Linked, Module

_Module: "type[ModuleType]" = type(sys)
_codes: "dict[str, tuple[memoryview, tuple[tuple[str, str], ...]]]" = {}


class _Unread(_Module):  # type: ignore[misc,valid-type]
    """A module whose code has not run yet; the first name asked of it runs it."""

    def __getattr__(self, name: str) -> object:
        _read(self)
        return getattr(self, name)


def _read(module: "ModuleType") -> None:
    code, libraries = _codes.pop(module.__name__, (None, ()))
    if code is None:
        return
    module.__class__ = _Module
    for name, file in libraries:
        _load(name, file)
    exec(marshal.loads(code), module.__dict__)


def _load(name: str, file: str) -> None:
    """Loads a C module of the standard library from where link.py found it ("" is in the interpreter), before `import` looks for it.

    The search on sys.path takes longer than the loading: 0.2 ms of each call.
    """
    if name not in sys.modules:
        spec = ModuleSpec(name, None, origin=file)
        made = _imp.create_dynamic(spec) if file else _imp.create_builtin(spec)
        (_imp.exec_dynamic if file else _imp.exec_builtin)(made)
        sys.modules[name] = made


def needed(program: "Linked", words: list[str]) -> "list[Module]":
    """What the command among the words can need. A word that only happens to be a command's name brings some more."""
    _, _, modules, needs = program
    wanted = set(needs[""]).union(*[needs[word] for word in words if word in needs])
    return [modules[at] for at in sorted(wanted)]


def is_fresh(home: str, modules: "list[Module]") -> bool:
    """Whether every source is the one that was linked: same size, same time of change."""
    try:
        for name, is_package, size, changed, *_ in modules:
            found = posix.stat(source(home, name, is_package))
            if found.st_size != size or found.st_mtime_ns != changed:
                return False
    except OSError:
        return False
    return True


def source(home: str, name: str, is_package: bool) -> str:
    return f"{home}/{name.replace('.', '/')}{'/__init__' if is_package else ''}.py"


def stand_in(home: str, modules: "list[Module]", content: bytes) -> None:
    """Puts an unread module of each name where `import` looks first."""
    codes = memoryview(content)
    for name, is_package, _, _, start, end, libraries in modules:
        if name in sys.modules:
            continue
        module = sys.modules[name] = (_Module if is_package else _Unread)(name)
        module.__file__ = source(home, name, is_package)
        _codes[name] = codes[start:end], libraries
        if is_package:
            module.__path__ = [module.__file__.rpartition("/")[0]]
            _read(module)  # so that a missing submodule is looked for on disk
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


def enter(program: "Linked", file: str, fd: int) -> None:
    """Makes the modules that this call can need importable from the open file, unless one was changed."""
    _, home, every, _ = program
    modules = needed(program, sys.argv[1:])
    content = posix.read(fd, modules[-1][5])
    posix.close(fd)
    if not is_fresh(home, modules):
        return
    stand_in(home, modules, content)

    def others(name: str) -> object:
        """A command in a form that few use asks for what its list leaves out: then all that there is stands in."""
        del sys.modules["runtime"].__getattr__
        with open(file, "rb", 0) as whole:
            content = whole.read()
        if marshal.loads(content)[2] == every and is_fresh(home, every):
            stand_in(home, every, content[-every[-1][5] :])
        return getattr(sys.modules["runtime"], name)

    sys.modules["runtime"].__getattr__ = others  # type: ignore[method-assign]


if __name__ == "__main__":
    gc.disable()  # a call is over before there is anything to collect
    enter(linked, file, fd)  # type: ignore[name-defined]  # noqa: F821  # all set by the launcher's line
    from runtime.cli import main

    # The interpreter's own end takes 0.6 ms and has nothing to do here: main has written everything out.
    posix._exit(main(sys.argv[1:]))
