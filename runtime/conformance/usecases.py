"""`python -m runtime.conformance usecases`: the recipes of the cookbook, or of any folder of that shape, tried on a runtime at each release."""

import argparse
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from runtime.conformance import claims, kitchen, progress, recipes, releases, rootfs, shift
from runtime.conformance.driver import NoRuntime

OUTCOMES = ("passed", "failed", "skipped", "not-applicable", "not-claimed", "error")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("usecases", help="the recipes of runtime/cookbook, or of another folder, as tests")  # fmt: skip
    parser.add_argument("--runtime", default="refrun", metavar="COMMAND")
    parser.add_argument("--release", action="append", default=[], metavar="TAG")
    parser.add_argument("--use-case", action="append", default=[], metavar="NAME[/WAY]")
    parser.add_argument("--claims", default="", metavar="MIN..MAX", help="the releases that it is held to")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="a repository, or its folder of use cases")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--limit", type=float, default=kitchen.LIMIT, metavar="SECONDS", help="for a script")
    parser.add_argument("--rootfs", choices=["busybox", "host"], default="")
    parser.add_argument("--json", action="store_true")


def main(options: argparse.Namespace) -> int:
    """Exit codes: 0 all passed, 1 a script failed, 2 the request was wrong, 3 the host failed or we were stopped."""
    signal.signal(signal.SIGTERM, shift.stop)
    said = progress.choose(options.json)
    try:
        document = _run(options, said)
    except (recipes.WrongFolder, releases.UnknownRelease, claims.WrongClaims, NoRuntime, FileNotFoundError) as wrong:  # fmt: skip
        print(f"conformance: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("conformance: stopped; nothing was left behind", file=sys.stderr)
        return 3
    except OSError as failed:
        print(f"conformance: {failed}", file=sys.stderr)
        return 3
    finally:
        said.end()
    if options.json:
        json.dump(document, sys.stdout)
    else:
        _table(document)
    return 1 if any(run["summary"]["failed"] + run["summary"]["error"] for run in document["runs"]) else 0


def _run(options: argparse.Namespace, said: progress.Progress) -> dict[str, Any]:
    """Every way at every release: the document that --json prints. Raises WrongFolder, UnknownRelease, WrongClaims, NoRuntime."""
    if options.jobs < 1 or options.limit <= 0:
        raise recipes.WrongFolder("--jobs and --limit are numbers above zero")
    tags = options.release or list(releases.TAGS)
    for tag in tags:
        releases.position(tag)
    found = recipes.read(recipes.COOKBOOK if options.folder is None else recipes.find(options.folder))
    ways = recipes.chosen(found, options.use_case)
    source = rootfs.find(options.rootfs)
    with tempfile.TemporaryDirectory(prefix="usecases-", ignore_cleanup_errors=True) as made:
        place = Path(made)
        place.chmod(0o755)  # an ordinary user must be able to walk through
        shared = shift.begin(options.runtime, source, place, options.claims, options.folder, options.limit)
        rows = shift.work([(way, tag) for tag in tags for way in ways], shared, options.jobs, said.step)
    runtime = shared.runtime
    claimed = {"min": runtime.claims.oldest, "max": runtime.claims.newest, "from": runtime.claims.told}
    return {
        "runtime": {
            "command": runtime.name, "version": runtime.version, "features": runtime.features, "name": runtime.build.name,
            "build": runtime.build.build, "claims": claimed,
        },
        "host": shared.host, "folder": str(options.folder or ""),
        "runs": [_of(tag, [row for each, row in rows if each == tag]) for tag in dict.fromkeys(tags)],
    }  # fmt: skip


def _of(tag: str, results: list[kitchen.Result]) -> dict[str, Any]:
    counts = {outcome: sum(result.outcome == outcome for result in results) for outcome in OUTCOMES}
    summary = {**counts, "total": len(results), "checks": sum(result.checks for result in results)}
    return {"release": tag, "results": [kitchen.as_row(result) for result in results], "summary": summary}


def _table(document: dict[str, Any]) -> None:
    runtime, host = document["runtime"], document["host"]
    print(f"{runtime['command']} ({runtime['version']}) on {host['kernel']}, cgroup {host['cgroup']}")
    for run in document["runs"]:
        for row in run["results"]:
            if row["outcome"] in ("failed", "error", "skipped"):
                print(f"  {run['release']:<12} {row['outcome']:<8} {row['case']}: {row['reason']}")
            for note in row["notes"]:
                print(f"  {run['release']:<12} note     {row['case']}: {note}")
    for run in document["runs"]:
        counts = ", ".join(f"{n} {outcome}" for outcome in OUTCOMES if (n := run["summary"][outcome]))
        print(f"{run['release']:<12} {counts}; {run['summary']['checks']} checks")
