"""`python -m runtime.conformance run|list|coverage|requirements`: the answer on stdout, progress as one JSON line each on stderr."""

import argparse
import json
import signal
import sys
from typing import NoReturn

from runtime.conformance import command, coverage, covers, declare, releases
from runtime.conformance.requirements import command as requirements


def main(argv: list[str]) -> int:
    """Exit codes: 0 all passed, 1 something failed, 2 the request was wrong, 3 the host failed."""
    options = _parser().parse_args(argv)
    if options.command == "requirements":
        return requirements.run(options)
    if options.command == "coverage":
        return coverage.run(options)
    if options.command == "list":
        return _list(options.case, options.json)
    signal.signal(signal.SIGTERM, _end)  # so that the containers are taken away as after Ctrl-C
    return command.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "list"):
        each = commands.add_parser(name)
        each.add_argument("--case", action="append", default=[], metavar="ID")
        each.add_argument("--json", action="store_true")
    coverage.add_parser(commands)
    requirements.add_parser(commands)
    command.add_options(commands.choices["run"])
    return parser


def _end(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _list(ids: list[str], as_json: bool) -> int:
    try:
        cases = command.chosen(ids)
    except releases.UnknownRelease as wrong:
        print(f"conformance: {wrong}", file=sys.stderr)
        return 2
    if as_json:
        json.dump([_row(case) for case in cases], sys.stdout)
        return 0
    for case in cases:
        print(f"{case.id:<44}{case.level:<7}{case.since} to {case.until}: {case.title}")
    return 0


def _row(case: declare.Case) -> dict[str, object]:
    return {
        "case": case.id,
        "title": case.title,
        "level": case.level,
        "requirements": list(covers.load().get(case.id, {})),
        "sections": case.spec,
        "since": case.since,
        "until": case.until,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
