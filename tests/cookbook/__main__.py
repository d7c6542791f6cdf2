"""`make cookbook`: tries every use case on every runtime that is here, keeps the record, and writes docs/cookbook.md from it.

`python -m tests.cookbook runc crun` tries these alone, and keeps what the record has of others.
"""

import json
import subprocess
import sys
from typing import Any

from runtime.conformance import cookbook_page, host, recipes
from tests.bench.record import ROOT, circumstances, keep
from tests.peers import runtimes

RECORD, PAGE = ROOT / "docs" / "measured" / "cookbook.json", ROOT / "docs" / "cookbook.md"


def main(names: list[str]) -> int:
    if lacking := host.lacking("root"):
        print(f"cookbook: {lacking}", file=sys.stderr)
        return 3
    found = record({name: tried(name) for name in names or runtimes.programs()})
    if names:
        found = joined(json.loads(RECORD.read_text(encoding="utf-8")), found)
    keep(found, RECORD)
    PAGE.write_text(cookbook_page.page(recipes.read(recipes.COOKBOOK), found), encoding="utf-8")
    for name, document in found["runtimes"].items():
        print(f"{name} {document['version']}: {document['counts']}")
    return 0


def tried(name: str, *words: str) -> dict[str, Any]:
    """What `usecases --json` says of a runtime."""
    command = [sys.executable, "-m", "runtime.conformance", "usecases", "--json", "--runtime", name, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise SystemExit(f"cookbook: {name}: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def record(documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is kept: outcomes way by way; a release that allows no such way, or is not claimed, is left out."""
    cells: dict[str, dict[str, dict[str, Any]]] = {}
    told, when = {}, circumstances("make cookbook")
    for name, document in documents.items():
        counts: dict[str, int] = {}
        for run in document["runs"]:
            for row in run["results"]:
                if row["outcome"] == "not-claimed" or row["reason"].startswith("this way exists"):
                    continue
                counts[row["outcome"]] = counts.get(row["outcome"], 0) + 1
                kept = {"outcome": row["outcome"], "reason": row["reason"], "notes": list(row["notes"])}
                cells.setdefault(row["case"], {}).setdefault(name, {})[run["release"]] = kept
        version = document["runtime"]["version"].removeprefix(f"{name} version ")
        around = f"in {words}" if (words := document["host"].get("around")) else ""
        told[name] = {
            "version": version,
            "claims": "{min} to {max}".format(**document["runtime"]["claims"]),
            "around": around,
            "counts": counts,
            **{key: when[key] for key in ("at", "commit")},
        }
    where = next(iter(documents.values()))["host"]
    return when | {
        "host": {"kernel": f"Linux {where['kernel']}", "cgroup": where["cgroup"]}, "runtimes": told, "cells": cells,
    }  # fmt: skip


def joined(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The later record, with those runtimes of the earlier one that were not tried again."""
    cells = {way: before["cells"].get(way, {}) | cells for way, cells in after["cells"].items()}
    untouched = {way: cells for way, cells in before["cells"].items() if way not in cells}
    return after | {"runtimes": before["runtimes"] | after["runtimes"], "cells": {**untouched, **cells}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
