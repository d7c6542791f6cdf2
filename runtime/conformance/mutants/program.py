"""A mutant as a program: refrun's own launcher, with the mutant's code between the modules and the command line; and cases run on it."""

import ast
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from runtime.launcher import link
from runtime.launcher.__main__ import launcher

HOME = Path(__file__).resolve().parents[3]
# As the launcher's line does, but every module that the code names is read first: what it sets would be set anew later.
START = """\
import sys, marshal, posix
sys.path.insert(0, {home!r})
file = {file!r}
here = {{"__name__": "mutant"}}
if posix.access(file, 4):
    with open(file, "rb", 0) as whole:
        data = whole.read()
    linked = marshal.loads(data)
    exec(linked[0], here)
    _, home, every, _ = linked
    if here["is_fresh"](home, every):
        here["stand_in"](home, every, data[-every[-1][5] :])
for name in {modules!r}:
    __import__(name)
    if "_read" in here:
        here["_read"](sys.modules[name])
{imports}
{code}
from runtime.cli import main
posix._exit(main(sys.argv[1:]))
"""
MODULES = frozenset(path.stem for path in (HOME / "runtime").glob("*.py") if not path.stem.startswith("__"))


CLONE_NEWUTS = 0x04000000
PATIENCE = (
    400  # seconds for all cases on one mutant: what hangs in every second case is too broad in any case
)


class HostFailed(Exception):
    """The cases could not be run at all."""


def write(folder: Path, name: str, code: str) -> Path:
    """Writes a refrun that runs `code` first. Raises SyntaxError for what is no Python."""
    names = sorted(modules_of(code))
    text = START.format(
        home=str(HOME), file=str(link.target(HOME)), modules=[f"runtime.{name}" for name in names],
        imports=f"from runtime import {', '.join(names)}" if names else "", code=code,
    )  # fmt: skip
    path = folder / name
    path.write_text(launcher(sys.executable, text), encoding="utf-8")
    path.chmod(0o755)
    return path


def _with_another_name() -> None:
    """Into a uts namespace of its own: a runtime that is wrong about namespaces must not rename the host."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).unshare(CLONE_NEWUTS)


def modules_of(code: str) -> set[str]:
    """The modules of refrun that a mutant's code names, by import or without."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.ImportFrom) and node.module == "runtime":
            found.update(alias.name for alias in node.names)
    return found & MODULES


def run(runtime: Path | str, release: str, cases: Iterable[str], jobs: int) -> dict[str, str]:
    """Case -> outcome, of the command line's own `run`; all are `error` when it takes too long. Raises HostFailed."""
    words = [word for case in cases for word in ("--case", case)]
    child = subprocess.Popen(
        [sys.executable, "-m", "runtime.conformance", "run", "--json", "--fresh", "--jobs", str(jobs), "--release", release,
         "--runtime", str(runtime), *words],
        cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_with_another_name,
    )  # fmt: skip
    try:
        out, err = child.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        child.terminate()  # it takes its containers away first
        child.communicate()
        return dict.fromkeys(words[1::2], "error")
    except BaseException:  # we are to end: it must not go on without us
        child.terminate()
        child.wait()
        raise
    try:
        results = json.loads(out)["runs"][0]["results"]
    except ValueError:
        raise HostFailed((err.strip().splitlines() or ["`run` said nothing"])[-1]) from None
    return {each["case"]: each["outcome"] for each in results}
