"""`python -m runtime.conformance run|list|coverage|requirements`: the answer on stdout, progress as one JSON line each on stderr."""

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from runtime.conformance import coverage, covers, declare, releases, rootfs, runner
from runtime.conformance.claims import WrongClaims
from runtime.conformance.driver import NoRuntime
from runtime.conformance.requirements import command as requirements


def main(argv: list[str]) -> int:
    """Exit codes: 0 all passed, 1 something failed, 2 the request was wrong, 3 the host failed."""
    options = _parser().parse_args(argv)
    if options.command == "requirements":
        return requirements.run(options)
    if options.command == "coverage":
        return coverage.run(options)
    signal.signal(signal.SIGTERM, _end)  # so that the containers are taken away as after Ctrl-C
    try:
        cases = _chosen(options.case)
        if options.command == "list":
            _list(cases, options.json)
            return 0
        tags = options.release or list(releases.TAGS)
        for tag in tags:
            releases.position(tag)
        say = _progress if options.json else _quiet
        added = {tag: requirements.added(tag, options.specs) for tag in tags if tag not in releases.TAGS}
        document = runner.run(
            options.runtime, tags, cases, rootfs.find(options.rootfs), options.jobs, say, options.claims
        )
    except (
        releases.UnknownRelease,
        requirements.NoTexts,
        NoRuntime,
        WrongClaims,
        FileNotFoundError,
    ) as wrong:
        print(f"conformance: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("conformance: stopped; nothing was left behind", file=sys.stderr)
        return 3
    except OSError as failed:
        print(f"conformance: {failed}", file=sys.stderr)
        return 3
    for run in document["runs"]:
        if run["release"] in added:  # no case can test what nobody has seen before
            run |= {"like": releases.nearest(run["release"]), "untested": added[run["release"]]}
    if options.json:
        json.dump(document, sys.stdout)
    else:
        _table(document)
    bad = sum(run["summary"]["failed"] + run["summary"]["error"] for run in document["runs"])
    return 1 if bad else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "list"):
        command = commands.add_parser(name)
        command.add_argument("--case", action="append", default=[], metavar="ID")
        command.add_argument("--json", action="store_true")
    coverage.add_parser(commands)
    requirements.add_parser(commands)
    run = commands.choices["run"]
    run.add_argument("--release", action="append", metavar="TAG")
    run.add_argument("--runtime", default="refrun", metavar="COMMAND")
    run.add_argument("--jobs", type=_positive, default=runner.default_jobs(), metavar="N")
    run.add_argument("--claims", default="", metavar="MIN..MAX", help="the releases that it is held to")
    run.add_argument("--specs", type=Path, metavar="DIR", help="the texts: one folder for each tag")
    run.add_argument("--rootfs", choices=["busybox", "host"], default="")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is not a number of jobs")
    return int(text)


def _chosen(ids: list[str]) -> tuple[declare.Case, ...]:
    known = declare.all_cases()
    unknown = sorted(set(ids) - {case.id for case in known})
    if unknown:
        raise releases.UnknownRelease(f"there is no case {', '.join(unknown)}; `list` names them all")
    return tuple(case for case in known if not ids or case.id in ids)


def _end(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _progress(step: dict[str, Any]) -> None:
    print(json.dumps({"progress": step}), file=sys.stderr, flush=True)


def _quiet(step: dict[str, Any]) -> None:
    if step["outcome"] in ("failed", "error"):
        print(f"{step['release']} {step['case']}: {step['outcome']}", file=sys.stderr, flush=True)


def _list(cases: tuple[declare.Case, ...], as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "case": c.id,
                "title": c.title,
                "level": c.level,
                "requirements": list(covers.load().get(c.id, {})),
                "sections": c.spec,
                "since": c.since,
                "until": c.until,
            }
            for c in cases
        ]
        json.dump(rows, sys.stdout)
        return
    for case in cases:
        print(f"{case.id:<44}{case.level:<7}{case.since} to {case.until}: {case.title}")


def _table(document: dict[str, Any]) -> None:
    runtime = document["runtime"]
    print(
        f"{runtime['command']} ({runtime['version']}) on {document['host']['kernel']}, cgroup {document['host']['cgroup']}"
    )
    for run in document["runs"]:
        for result in run["results"]:
            if result["outcome"] not in ("passed", "not-applicable"):
                print(f"  {run['release']:<12} {result['outcome']:<8} {result['case']}: {result['reason']}")
    for run in document["runs"]:
        counts = ", ".join(f"{n} {outcome}" for outcome in runner.OUTCOMES if (n := run["summary"][outcome]))
        print(f"{run['release']:<12} {counts}; {run['summary']['containers_created']} containers")
        if "like" in run:
            new = (
                "what it adds"
                if run["untested"] is None
                else f"{len(run['untested'])} requirements that it adds"
            )
            print(f"{'':<12} tested as {run['like']}; {new}: untested")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
