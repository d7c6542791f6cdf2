"""`python -m runtime.launcher BIN_DIR` writes the launcher of a development install, with absolute paths."""

import compileall
import os
import shlex
import sys


def main(argv: "list[str]") -> int:
    if len(argv) != 1 or not os.path.isdir(argv[0]):
        print("usage: python -m runtime.launcher BIN_DIR", file=sys.stderr)
        return 2
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    compileall.compile_dir(package, quiet=1)
    start = f"import sys; sys.path.insert(0, {os.path.dirname(package)!r}); from runtime.cli import main; sys.exit(main(sys.argv[1:]))"
    path = os.path.join(argv[0], "refrun")
    with open(path + ".new", "w", encoding="utf-8") as script:
        script.write(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -IS -c {shlex.quote(start)} "$@"\n')
    os.chmod(path + ".new", 0o755)
    os.rename(path + ".new", path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
