"""The suite asked as users ask it: one process, its document, its notes, and made-up documents for what only reads one."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ARGS = "process/args-reach-the-program"


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def results(self) -> list[dict[str, Any]]:
        return [each for run in self.document["runs"] for each in run["results"]]

    @property
    def notes(self) -> list[str]:
        told = [json.loads(line) for line in self.err.splitlines() if line.startswith("{")]
        return [each["note"] for each in told if "note" in each]


def ask(*words: str | Path, environ: Mapping[str, str] | None = None) -> Said:
    """`python -m runtime.conformance run ...`, of any test's own cache folder."""
    done = subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "run", *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, **(environ or {})}, timeout=300, check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def row(case: str, outcome: str, **more: Any) -> dict[str, Any]:
    return {
        "case": case, "requirements": [], "sections": ["config.md#mounts"], "level": "MUST", "outcome": outcome,
        "reason": "" if outcome == "passed" else f"why {case}", "seconds": 0.25, "counted": True, "explained": None, "disputed": None,
        "private": False, "stored": None, "output": "", "config": None, "repeat": f"tallyman ... --case {case}",
    } | more  # fmt: skip


def document(*rows: dict[str, Any], release: str = "v1.3.0") -> dict[str, Any]:
    """A run of one release on a runtime called harbour."""
    outcomes = (
        "passed",
        "failed",
        "skipped",
        "not-applicable",
        "not-claimed",
        "disputed",
        "error",
    )
    summary = {each: sum(one["outcome"] == each for one in rows) for each in outcomes}
    summary |= {
        "total": len(rows), "containers_created": 1, "executions": 1, "oci_version": "1.3.0",
        "explained": sum(one["explained"] is not None for one in rows), "stored": sum(one["stored"] is not None for one in rows),
    }  # fmt: skip
    return {
        "suite": "sha256:0", "at": "2026-11-25T19:40:00Z",
        "runtime": {
            "command": "harbour", "version": "harbour version 2.1", "features": {}, "name": "harbour", "build": "2.1-1+b1",
            "digest": "sha256:1", "claims": {"min": "v1.0.0", "max": "v1.3.0", "from": "features"},
        },
        "host": {"kernel": "6.1", "machine": "x86_64", "cgroup": "v2", "rights": "root", "rootfs": "busybox"},
        "runs": [{"release": release, "results": list(rows), "summary": summary}],
    }  # fmt: skip
