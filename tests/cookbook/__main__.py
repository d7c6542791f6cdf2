"""`make cookbook`: tries every use case on every runtime that is here, keeps the record, and writes docs/cookbook.md from it."""

import json
import subprocess
import sys
from typing import Any

from runtime.conformance import cookbook_page, host, recipes
from tests.bench.record import ROOT, circumstances, keep
from tests.peers import runtimes

RECORD, PAGE = ROOT / "docs" / "measured" / "cookbook.json", ROOT / "docs" / "cookbook.md"


def main() -> int:
    if lacking := host.lacking("root"):
        print(f"cookbook: {lacking}", file=sys.stderr)
        return 3
    found = record({name: tried(name) for name in runtimes.programs()})
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
    told = {}
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
        }
    where = next(iter(documents.values()))["host"]
    return circumstances("make cookbook") | {
        "host": {"kernel": f"Linux {where['kernel']}", "cgroup": where["cgroup"]}, "runtimes": told, "cells": cells,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
