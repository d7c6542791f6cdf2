"""`tallyman conformance ...`: the cases of each release on any runtime, and what was recorded of them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import disputes, results
from bot.cli.conformance_run import run
from bot.cli.printing import Json, document

conformance = typer.Typer(
    name="conformance", help="The runtime's cases, release by release.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    conformance.command("run")(run)
    results.register(conformance)
    disputes.register(conformance)
    app.add_typer(conformance)


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
