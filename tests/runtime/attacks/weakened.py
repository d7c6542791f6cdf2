"""A copy of the runtime with one defence taken out, to see that the attack it answers is a real one."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def without(folder: Path, file: str, text: str, instead: str) -> list[str]:
    """The command's words of a refrun in which one text of one file is another. Fails when the text is not there any more."""
    copy = folder / "weakened"
    shutil.copytree(
        ROOT / "runtime", copy / "runtime", ignore=shutil.ignore_patterns("__pycache__", "conformance")
    )
    path = copy / "runtime" / file
    source = path.read_text(encoding="utf-8")
    assert source.count(text) == 1, f"{file} has the defence {text!r} {source.count(text)} times"
    path.write_text(source.replace(text, instead), encoding="utf-8")
    for parent in (copy, *copy.rglob("*")):
        if parent.is_dir():
            os.chmod(parent, 0o755)
    start = f"import sys; sys.path.insert(0, {str(copy)!r}); from runtime.cli import main; sys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-IS", "-c", start, "--root", str(folder / "state")]
