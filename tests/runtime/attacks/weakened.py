"""A copy of the runtime with a defence taken out, to see that the attack it answers is a real one."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@dataclass(frozen=True, slots=True)
class Defence:
    """One text of one file of the runtime, and what stands there when the defence is out."""

    file: str
    text: str
    instead: str


def without(folder: Path, *defences: Defence, python: str = sys.executable) -> list[str]:
    """The command's words of a refrun without some defences; none is a plain copy. Fails when a text is not there any more."""
    copy = folder / "weakened"
    shutil.copytree(
        ROOT / "runtime", copy / "runtime", ignore=shutil.ignore_patterns("__pycache__", "conformance")
    )
    for each in defences:
        path = copy / "runtime" / each.file
        source = path.read_text(encoding="utf-8")
        assert source.count(each.text) == 1, (
            f"{each.file} has the defence {each.text!r} {source.count(each.text)} times"
        )
        path.write_text(source.replace(each.text, each.instead), encoding="utf-8")
    for parent in (copy, *copy.rglob("*")):
        os.chmod(parent, 0o755 if parent.is_dir() else 0o644)
    start = f"import sys; sys.path.insert(0, {str(copy)!r}); from runtime.cli import main; sys.exit(main(sys.argv[1:]))"
    return [python, "-IS", "-c", start, "--root", str(folder / "state")]
