"""Which functions of refrun a case makes it call, and which ones a mutant replaces: where they have none in common, nothing can differ.

A mutant is a refrun until the first call of something that it replaced. So a case in which sound refrun calls none of these
functions cannot see it, and need not be run on it. That holds for functions alone: what replaces anything else (a table, a
class, a function of the interpreter), or looks at the command line, is run on every case.

Every run asks for `features` before its first case. What these say is seen by the cases that read it, and by the choice of the
releases and of the version that a runtime is tested with; so for a mutant that changes neither end of the range it is as if `features`
were called in those cases alone.
"""

import ast
import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from runtime.conformance.mutants import Mutant, program

# A datagram for each function that a process is the first to call. The socket is connected before any namespace is entered and
# lives through fork(2); a file could not be opened where the interpreter made its mounts read-only (interpreter.seal).
TELL = """\
import _socket
_known, _told = set(), []
def _connect():
    first = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
    first.connect({address!r})
    _told[:] = [_socket.socket(fileno=posix.dup2(first.fileno(), 200, False))]  # where it is in nobody's way
    first.close()
_connect()
def _tell(frame, event, argument):
    code = frame.f_code
    if event == "call" and code not in _known:
        _known.add(code)
        if code.co_filename.startswith({home!r}):
            text = (code.co_filename.removeprefix({home!r}) + ":" + code.co_qualname).encode()
            try:
                _told[0].send(text)
            except OSError:  # create has closed what it did not open (CVE-2024-21626)
                _told[0].detach()
                _connect()
                _told[0].send(text)
sys.setprofile(_tell)
"""
# Prints what differs in refrun's modules and classes after the code ran: [file:function, ...], null where it is no function of theirs.
COMPARE = """\
import importlib, json, sys, types
sys.path.insert(0, {home!r})
def spaces():
    for name, module in sorted(sys.modules.items()):
        if name.partition(".")[0] == "runtime" and not name.startswith("runtime.conformance"):
            yield name, vars(module)
            for each in vars(module).values():
                if isinstance(each, type) and each.__module__ == name:
                    yield name + "." + each.__qualname__, vars(each)
for name in {modules!r}:
    importlib.import_module("runtime." + name)
before = {{where: dict(space) for where, space in spaces()}}
kept = {{where: {{n: repr(v) for n, v in space.items() if isinstance(v, (dict, list, set)) and n != "__builtins__"}} for where, space in before.items()}}
argv, sys.argv = sys.argv, ["refrun", "--root", "/nowhere", "--version"]
{imports}
{code}
found = []
for where, space in spaces():
    old = before.get(where, {{}})
    for name in {{*old, *space}}:
        if isinstance(space.get(name), types.ModuleType) or name in ("__builtins__", "__dict__", "__weakref__"):
            continue
        was, now = old.get(name), space.get(name)
        if now is sys.modules:
            continue
        if was is now and kept.get(where, {{}}).get(name) in (None, repr(now)):
            continue
        was = getattr(was, "__func__", was)
        if name not in old and where in before and "." not in where.removeprefix("runtime."):
            continue  # nobody asks for a name that was not there
        code_of = getattr(was, "__code__", None)
        file = getattr(code_of, "co_filename", "")
        found.append(file.removeprefix({home!r}) + ":" + code_of.co_qualname if file.startswith({home!r}) else None)
print(json.dumps(found))
"""
FEATURES = "runtime/features.py:features"
CLAIMS = (
    "features",
    "_claims",
    "_linux",
    "tells_releases_apart",
    "speaks",
)  # trial.py has no other way to them
ALL_MODULES = sorted(
    {
        *program.MODULES,
        *(f"commands.{p.stem}" for p in (program.HOME / "runtime" / "commands").glob("[!_]*.py")),
    }
)


def called(case: str, release: str) -> tuple[str, ...]:
    """The functions of refrun that are called while a case runs on it, as `runtime/hooks.py:run`, and in what every run asks first."""
    with (
        tempfile.TemporaryDirectory(prefix="conformance-trace-") as name,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        ear.bind(f"{name}/ear")
        ear.settimeout(0.2)
        told: set[str] = set()
        is_over = threading.Event()
        hearing = threading.Thread(target=_hear, args=(ear, told, is_over))
        hearing.start()
        try:
            code = TELL.format(address=f"{name}/ear", home=f"{program.HOME}/")
            program.run(program.write(folder, "refrun", code), release, [case], 1)
        finally:
            is_over.set()
            hearing.join()
    return tuple(sorted(told))


def _hear(ear: socket.socket, told: set[str], is_over: threading.Event) -> None:
    while True:
        try:
            told.add(ear.recv(4096).decode())
        except TimeoutError:
            if is_over.is_set():
                return


def replaced(mutant: Mutant) -> tuple[str, ...] | None:
    """The functions that a mutant replaces; None when it replaces more than functions, or asks how it was called."""
    if "ociVersionM" in mutant.code:
        return None  # an end of the range
    if {node.attr for node in ast.walk(ast.parse(mutant.code)) if isinstance(node, ast.Attribute)} & {
        "argv",
        "orig_argv",
    }:
        return None
    names = sorted(program.modules_of(mutant.code))
    text = COMPARE.format(
        home=f"{program.HOME}/", modules=ALL_MODULES, code=mutant.code,
        imports=f"from runtime import {', '.join(names)}" if names else "",
    )  # fmt: skip
    done = subprocess.run([sys.executable, "-IS", "-c", text], capture_output=True, text=True, check=False)
    found: list[str | None] = json.loads(done.stdout) if done.returncode == 0 else [None]
    if not found or None in found:
        return None
    return tuple(sorted({each for each in found if each is not None}))


def reads_claims(text: str) -> bool:
    """Whether a case with this text can see what the features document says: by itself or by one of the trial's answers."""
    return any(word in text for word in CLAIMS)


def touched(functions: Sequence[str] | None, calls: Sequence[str]) -> bool:
    """Whether a case that makes these calls can tell a mutant that replaces these functions."""
    return functions is None or not set(functions).isdisjoint(calls)
