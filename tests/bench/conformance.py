"""`make bench-conformance`: a whole run of every case at every release, against refrun and runc: executions, wall time, ms for each.

Nothing is taken over from an earlier run. Prints a table and keeps it in docs/measured/bench-conformance.json with date, host and load.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.peers import which
from tests.bench.record import ROOT, circumstances, keep

RUNTIMES = ("refrun", "runc")
TARGET = 60.0  # milliseconds of wall time for one execution, of refrun on two cores


def main(argv: list[str]) -> int:
    asked = _options(argv)
    load = os.getloadavg()[0]
    rows = {name: _run(name, asked) for name in RUNTIMES if name == "refrun" or which(name)}
    found = circumstances("make bench-conformance") | {
        "load_before": round(load, 2), "target_ms": TARGET, "runtimes": rows,
    }  # fmt: skip
    if not asked.release:
        keep(found, ROOT / "docs" / "measured" / "bench-conformance.json")
    print(table(found))
    return 0


def table(found: dict[str, Any]) -> str:
    lines = [
        f"{found['host']}, load {found['load_before']} before; the target is {found['target_ms']:g} ms for refrun"
    ]
    lines.append(f"{'':10}{'executions':>12}{'wall, s':>10}{'ms each':>10}{'processor, s':>14}  version")
    for name, row in found["runtimes"].items():
        lines.append(
            f"{name:10}{row['executions']:>12}{row['wall']:>10.1f}{row['ms']:>10.1f}{row['processor']:>14.1f}  {row['version']}"
        )
    return "\n".join(lines)


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-conformance")
    parser.add_argument("--release", action="append", default=[], help="only these; nothing is kept then")
    parser.add_argument("--jobs", default="", help="else the runner's own choice")
    return parser.parse_args(argv)


def _run(name: str, asked: argparse.Namespace) -> dict[str, Any]:
    """The very command that users type, with a cache of its own; its processor time includes that of all it started."""
    words = [sys.executable, "-P", "-m", "runtime.conformance", "run", "--fresh", "--json", "--runtime", name]
    for tag in asked.release:
        words += ["--release", tag]
    if asked.jobs:
        words += ["--jobs", asked.jobs]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = Path(folder) / "out.json"
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with out.open("w") as file:
            done = subprocess.run(
                words, cwd=ROOT, stdout=file, stderr=subprocess.DEVNULL, env={**os.environ, "XDG_CACHE_HOME": folder}, check=False
            )  # fmt: skip
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in (0, 1):
            raise SystemExit(f"the run of {name} ended with {done.returncode}")
        document = json.loads(out.read_text())
    summaries = [run["summary"] for run in document["runs"]]
    executions = sum(each["executions"] for each in summaries)
    runtime = document["runtime"]
    return {
        "version": f"{runtime['version']} {runtime['build']}".strip(), "claims": runtime["claims"],
        "releases": sum(each["executions"] > 0 for each in summaries), "executions": executions,
        "containers": sum(each["containers_created"] for each in summaries),
        "failed": sum(each["failed"] + each["error"] for each in summaries),
        "wall": round(wall, 2), "ms": round(1000 * wall / max(executions, 1), 2),
        "processor": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
