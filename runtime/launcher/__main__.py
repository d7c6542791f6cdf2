"""`python -m runtime.launcher BIN_DIR` links the program and writes the launcher, with absolute paths."""

import compileall
import os
import shlex
import sys
from pathlib import Path

from runtime.launcher import lean, link

# One line that needs no module of ours: the linked program when it is there, else the modules one by one.
START = (
    "import sys, marshal, posix; sys.path.append({home!r}); file = {file!r} + sys.implementation.cache_tag; "
    "fd = posix.open(file, posix.O_CLOEXEC) if posix.access(file, 4) else -1; "
    "linked = marshal.loads(posix.read(fd, {head})) if fd >= 0 else None; "
    'exec(linked[0] if linked else "from runtime.cli import main; sys.exit(main(sys.argv[1:]))")'
)


LONGEST = 127  # bytes of a first line that every kernel reads (execve(2))


def launcher(interpreter: str, start: str) -> str:
    """Two lines. The first names the interpreter, or where its path is too long for that or has a blank, /bin/sh executes it.

    Without a shell in between, each call is 0.6 to 1 ms shorter (of 16 for a whole `run`).
    """
    first = f"#!{interpreter} -IS"
    if len(os.fsencode(first)) <= LONGEST and not set(interpreter) & set(" \t\n"):
        return f"{first}\n{start}\n"
    return f'#!/bin/sh\nexec {shlex.quote(interpreter)} -IS -c {shlex.quote(start)} "$@"\n'


def main(argv: list[str]) -> int:
    if len(argv) != 1 or not os.path.isdir(argv[0]):
        print("usage: python -m runtime.launcher BIN_DIR", file=sys.stderr)
        return 2
    if "no_debug_ranges" not in sys._xoptions:
        # Columns of source are a quarter of compiled code, for markers in tracebacks that no user sees.
        os.execv(sys.executable, [sys.executable, "-X", "no_debug_ranges", "-m", "runtime.launcher", *argv])
    package = Path(__file__).resolve().parent.parent
    compileall.compile_dir(package, quiet=1)
    link.write(package.parent)
    start = START.format(home=str(package.parent), file=f"{package}/__pycache__/refrun.", head=link.HEAD)
    path = os.path.join(argv[0], "refrun")
    with open(path + ".new", "w", encoding="utf-8") as script:
        script.write(launcher(lean.write(package.parent), start))
    os.chmod(path + ".new", 0o755)
    os.rename(path + ".new", path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
