"""The command as the tests ask it: a process, its document read."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def usecases(*words: str, around: tuple[str, ...] = (), **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*around, sys.executable, "-m", "runtime.conformance", "usecases", *words],
        cwd=ROOT, env={**os.environ, **environ}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def results(*words: str, around: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The rows of a run at one release."""
    done = usecases("--json", *words, around=around)
    assert done.returncode in (0, 1), done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["runs"][0]["results"]
    return rows
