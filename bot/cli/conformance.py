"""`tallyman conformance ...`: the cases of each release on any runtime, and what was recorded of them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.conformance_run import run
from bot.cli.printing import Json, document, rows
from bot.model.conformance import CaseOutcome, ReleaseRun

conformance = typer.Typer(
    name="conformance", help="The runtime's cases, release by release.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    conformance.command("run")(run)
    app.add_typer(conformance)


def _table(runs: tuple[ReleaseRun, ...]) -> None:
    head = ("release", "runtime", *(outcome.value for outcome in CaseOutcome))
    rows(
        head,
        [(run.release, run.runtime, *(str(run.count(outcome)) for outcome in CaseOutcome)) for run in runs],
    )


@conformance.command("matrix")
def matrix(as_json: Json = False) -> None:
    """The newest recorded run of each release and runtime."""
    from bot import settings
    from bot.app import open_database
    from bot.records.conformance import load_runs
    from bot.records.engine import read_session

    with read_session(open_database(settings.load())) as session:
        runs = load_runs(session)
    if as_json:
        document(
            [
                {
                    "release": r.release,
                    "runtime": r.runtime,
                    "at": r.at.isoformat(),
                    "host": r.host,
                    "counts": {o.value: r.count(o) for o in CaseOutcome},
                }
                for r in runs
            ]
        )
    else:
        _table(runs)


@conformance.command("coverage")
def coverage(
    where: Annotated[
        str, typer.Argument(metavar="TAG|DIR", help="A release, or a folder of texts such as a draft.")
    ],
    like: Annotated[str, typer.Option(metavar="TAG", help="The release that a draft goes on from.")] = "",
    specs: Annotated[
        Path | None,
        typer.Option(metavar="DIR", envvar="TALLYMAN_SPECS", help="The texts: one folder for each tag."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Which requirements have a case, which cannot be tested and why, and which have neither."""
    from bot.sources.requirements import SUITE, ask, measure_coverage

    if as_json:
        document(measure_coverage(where, like=like, specs=specs))
    else:
        print(ask(["coverage", where], like=like, specs=specs, command=SUITE), end="")
