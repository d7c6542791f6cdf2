"""`make peers`: asks and tries every runtime that is here, keeps the record, and writes docs/runtime-peers.md from it.

`python -m tests.peers NAME` asks one runtime alone and prints its column as JSON: each is asked by a process of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from runtime.conformance import host
from runtime.conformance.declare import all_cases
from tests.bench.record import ROOT, circumstances, keep
from tests.peers import behaviours, claims, runtimes, safety
from tests.peers.page import page

RECORD, PAGE = ROOT / "docs" / "measured" / "runtime-peers.json", ROOT / "docs" / "runtime-peers.md"


def main(argv: list[str]) -> int:
    if lacking := host.lacking("root"):
        print(f"peers: {lacking}", file=sys.stderr)
        return 3
    if argv:
        json.dump(_ask(argv[0]), sys.stdout)
        return 0
    found = record({name: _apart(name) for name in runtimes.programs()})
    keep(found, RECORD)
    PAGE.write_text(page(found), encoding="utf-8")
    for name, one in found["runtimes"].items():
        words = [row["cells"][name]["word"] for row in found["behaviours"]]
        print(
            f"{name} {one['told']}: {', '.join(f'{words.count(word)} {word}' for word in dict.fromkeys(words))}"
        )
    return 0


def record(columns: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is kept: the columns side by side, row by row."""
    told = {
        name: {key: one[key] for key in ("told", "package", "claims", "around")}
        for name, one in columns.items()
    }
    documents = {name: one["features"] for name, one in columns.items()}
    return circumstances("make peers") | {
        "cgroup": host.cgroup_layout(), "runtimes": told, "claims": claims.rows(documents),
        "behaviours": behaviours.rows(all_cases(), {name: one["behaviours"] for name, one in columns.items()}),
        "safety": safety.rows({name: one["safety"] for name, one in columns.items()}), "features": documents,
    }  # fmt: skip


def _apart(name: str) -> dict[str, Any]:
    words = [*runtimes.around(name), sys.executable, "-m", "tests.peers", name]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {
        "around": "in a mount namespace without the unified cgroup mount" if runtimes.around(name) else ""
    }


def _ask(name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="peers-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # a mapped user inside must be able to walk through
        column = runtimes.column(name, folder)
        return {
            "told": column.told, "package": column.package, "claims": column.claims, "features": column.features,
            "behaviours": behaviours.cells(column, all_cases(), os.cpu_count() or 1), "safety": safety.cells(column, folder),
        }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
