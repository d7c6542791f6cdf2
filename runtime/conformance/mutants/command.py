"""`python -m runtime.conformance mutants`: wrong runtimes on all cases, which cases each kills, and which cases none does."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from runtime.conformance import declare
from runtime.conformance.mutants import LEAST, Mutant, kept, load, matrix
from runtime.conformance.mutants.program import HostFailed


class WrongRequest(Exception):
    """A mutant or a case that there is not; the text says how to find those that there are."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `mutants` to the parser of `python -m runtime.conformance`."""
    parser = commands.add_parser(
        "mutants", help="wrong runtimes, the cases that they fail, and the cases that none does"
    )
    parser.add_argument(
        "--mutant",
        action="append",
        default=[],
        metavar="NAME",
        help="this one, on all cases, and keep nothing",
    )
    parser.add_argument(
        "--case", action="append", default=[], metavar="ID", help="those that are for a case, likewise"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fresh", action="store_true", help="run everything, whatever is kept")
    parser.add_argument("--jobs", type=_positive, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument(
        "--keep", type=Path, default=kept.FILE, metavar="FILE", help="where all of them are kept"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is not a number of jobs")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Exit codes: 0 every case can fail, 1 one is blind or a mutant is too broad, 2 the request was wrong, 3 the host failed."""
    try:
        chosen = _chosen(options.mutant, options.case)
        if options.mutant or options.case:
            found = matrix.bring_up_to_date(kept.Matrix(), chosen, options.jobs, _say, lambda _: None)
        else:
            before = kept.Matrix() if options.fresh else kept.load(options.keep)
            found = matrix.bring_up_to_date(
                before, chosen, options.jobs, _say, lambda each: kept.save(options.keep, each)
            )
            kept.save(options.keep, found)
    except (WrongRequest, kept.Damaged) as wrong:
        print(f"mutants: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "mutants: stopped; what was run is kept, and the same command goes on from there", file=sys.stderr
        )
        return 3
    except (HostFailed, OSError) as failed:
        print(f"mutants: {failed}", file=sys.stderr)
        return 3
    document = report(found, chosen, is_whole=not (options.mutant or options.case))
    if options.json:
        print(json.dumps(document))
    else:
        print("\n".join(lines(document)))
    return 1 if document["wrong"] else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _chosen(names: Sequence[str], ids: Sequence[str]) -> tuple[Mutant, ...]:
    """Raises WrongRequest."""
    mutants = load()
    unknown = sorted(set(names) - {mutant.name for mutant in mutants})
    if unknown:
        raise WrongRequest(f"there is no mutant {', '.join(unknown)}; runtime/conformance/mutants/ has them")
    unknown = sorted(set(ids) - {case.id for case in declare.all_cases()})
    if unknown:
        raise WrongRequest(f"there is no case {', '.join(unknown)}; `list` names them all")
    if not names and not ids:
        return mutants
    return tuple(mutant for mutant in mutants if mutant.name in names or set(ids) & set(mutant.kills))


def report(found: kept.Matrix, mutants: Sequence[Mutant], *, is_whole: bool) -> dict[str, Any]:
    """The document that `mutants --json` prints. What is wrong of the whole is only known when all mutants were run."""
    rows = [_row(mutant, found.rows[mutant.name]) for mutant in mutants]
    wrong = [
        f"{row['mutant']} {what}"
        for row in rows
        for what, is_so in (
            (f"does not kill {', '.join(row['alive'])}", row["alive"]),
            (
                f"leaves {row['left']} % of the others passing, and {LEAST:g} are the least",
                row["left"] < LEAST,
            ),
        )
        if is_so
    ]
    return {
        "mutants": rows,
        "cases": len(found.cases),
        "blind": found.blind() if is_whole else None,
        "wrong": list(kept.gaps(found, mutants)) if is_whole else wrong,
    }


def _row(mutant: Mutant, row: kept.Row) -> dict[str, Any]:
    """`killed` are those that it is for, `also` what it fails besides, `alive` those that it is for and leaves alone."""
    killed = row.named("killed")
    return {
        "mutant": mutant.name,
        "wrong": mutant.wrong,
        "release": mutant.release,
        "killed": [id_ for id_ in killed if id_ in mutant.kills],
        "also": [id_ for id_ in killed if id_ not in mutant.kills],
        "errors": row.named("error"),
        "alive": [id_ for id_ in mutant.kills if row.cells.get(id_, "killed") != "killed"],
        "of": len(row.cells),
        "untouched": row.untouched,
        "left": row.left(),
    }


def lines(document: dict[str, Any]) -> Iterator[str]:
    for row in document["mutants"]:
        yield f"{row['mutant']} ({row['release']}): {row['wrong']}"
        for what, ids in (
            ("kills", row["killed"]),
            ("also", row["also"]),
            ("errors", row["errors"]),
            ("leaves alive", row["alive"]),
        ):
            if ids:
                yield f"  {what}: {', '.join(ids)}"
        yield f"  leaves {row['left']} % of {row['of']} cases passing; {row['untouched']} of them call nothing that it replaces"
    if document["blind"] is not None:
        yield f"{document['cases']} cases, {len(document['mutants'])} mutants; blind: {', '.join(document['blind']) or 'none'}"
    yield from document["wrong"]
