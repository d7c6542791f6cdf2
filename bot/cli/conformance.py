"""`tallyman conformance ...`: the cases of each release on any runtime, and what was recorded of them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import disputes, results
from bot.cli.conformance_run import run
from bot.cli.places import HELP, WHERE, ProjectOfTexts, laid_out
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
    where: Annotated[str, typer.Argument(metavar=WHERE, help=HELP)],
    like: Annotated[str, typer.Option(metavar="TAG", help="The release that a draft goes on from.")] = "",
    specs: Annotated[
        Path | None,
        typer.Option(metavar="DIR", envvar="TALLYMAN_SPECS", help="The texts: one folder for each tag."),
    ] = None,
    project: ProjectOfTexts = None,
    as_json: Json = False,
) -> None:
    """Which requirements have a case, which cannot be tested and why, and which have neither."""
    from bot.sources.requirements import SUITE, ask, measure_coverage

    with laid_out(where, project=project) as laid:
        if as_json:
            document(laid.named(measure_coverage(*laid.places, like=like, specs=specs)))
        else:
            print(laid.said(ask(["coverage", *laid.places], like=like, specs=specs, command=SUITE)), end="")
