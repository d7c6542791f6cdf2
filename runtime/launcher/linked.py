"""The start of a linked program, run by the launcher's one line: `data` is the file that link.py wrote, `linked` its head.

Importing the forty modules of a `run` one by one took 6 ms of each call: the search for the file, reading and checking it, and
the import system's own steps for each. Here one file has them all, and a module's code runs when something of it is first
used, so that a container without a terminal never runs the terminal's module. `refrun run` with this file and
without it: 17.5 ms and 24.6 (medians of 60 runs in turn with hyperfine, Linux 6.18, Python 3.11). A source that is newer than the file makes the launcher go the ordinary way, so
that nobody runs yesterday's code. Nothing is left to be read from disk once a container's namespaces are entered.
"""

import gc
import sys

import marshal  # isort: skip
import posix  # isort: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from runtime.launcher.link import Linked

_Module: "type[ModuleType]" = type(sys)
_codes: "dict[str, memoryview]" = {}


class _Unread(_Module):  # type: ignore[misc,valid-type]
    """A module whose code has not run yet; the first name asked of it runs it."""

    def __getattr__(self, name: str) -> object:
        _read(self)
        return getattr(self, name)


def _read(module: "ModuleType") -> None:
    code = _codes.pop(module.__name__, None)
    if code is None:
        return
    module.__class__ = _Module
    exec(marshal.loads(code), module.__dict__)


def is_fresh(program: "Linked") -> bool:
    """Whether every source is the one that was linked: same size, same time of change."""
    _, home, _, modules = program
    try:
        for _, file, _, size, changed, _, _ in modules:
            found = posix.stat(f"{home}/{file}")
            if found.st_size != size or found.st_mtime_ns != changed:
                return False
    except OSError:
        return False
    return True


def stand_in(program: "Linked", content: bytes) -> None:
    """Puts an unread module of each name where `import` looks first."""
    _, home, length, modules = program
    codes = memoryview(content)[-length:]
    for name, file, is_package, _, _, start, end in modules:
        module = sys.modules[name] = (_Module if is_package else _Unread)(name)
        module.__file__ = f"{home}/{file}"
        _codes[name] = codes[start:end]
        if is_package:
            module.__path__ = [module.__file__.rpartition("/")[0]]
            _read(module)  # so that a missing submodule is looked for on disk
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


if __name__ == "__main__":
    gc.disable()  # a call is over before there is anything to collect
    program: "Linked" = linked  # type: ignore[name-defined]  # noqa: F821  # set by the launcher's line
    if is_fresh(program):
        stand_in(program, data)  # type: ignore[name-defined]  # noqa: F821
    from runtime.cli import main

    # The interpreter's own end takes 0.6 ms and has nothing to do here: main has written everything out.
    posix._exit(main(sys.argv[1:]))
