"""`tallyman conformance ...`: the cases of each release on any runtime, and what was recorded of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import disputes, results
from bot.cli.printing import Json, document, note, rows
from bot.model.conformance import CaseOutcome, ReleaseRun

if TYPE_CHECKING:  # for `--help` the database need not be loaded
    from bot.sources.conformance import Answer

conformance = typer.Typer(
    name="conformance", help="The runtime's cases, release by release.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    results.register(conformance)
    disputes.register(conformance)
    app.add_typer(conformance)


@conformance.command("run")
def run(
    release: Annotated[
        list[str] | None, typer.Option("--release", "-r", help="A tag since v0.4.0; all when left out.")
    ] = None,
    runtime: Annotated[str, typer.Option(help="A runtime with runc's command line.")] = "refrun",
    case: Annotated[list[str] | None, typer.Option("--case", help="Only this case.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many at once.")] = None,
    save: Annotated[bool, typer.Option("--save", help="Keep the results in the database.")] = False,
    as_json: Json = False,
) -> None:
    """Run the cases. Exits 1 when something failed."""
    from datetime import UTC, datetime

    from bot.sources.conformance import run_conformance

    def progress(step: dict[str, object]) -> None:
        if step["outcome"] in ("failed", "error"):
            note(f"{step['release']} {step['case']}: {step['outcome']}")

    answer = run_conformance(
        runtime,
        release or [],
        clock=lambda: datetime.now(UTC),
        cases=case or [],
        jobs=jobs,
        progress=progress,
    )
    if save:
        _save(answer)
    if as_json:
        document(answer.document)
    else:
        for each in answer.runs:
            for result in each.results:
                if result.outcome.value not in ("passed", "not-applicable"):
                    print(f"{each.release:<12} {result.outcome.value:<8} {result.case}: {result.reason}")
        _table(answer.runs)
        print(f"{answer.containers} containers were made")
    if any(result.outcome.value in ("failed", "error") for each in answer.runs for result in each.results):
        raise typer.Exit(1)


def _save(answer: "Answer") -> None:
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import testing

    kept = testing.keep(open_desk(settings.load(), note), answer)
    note(f"kept as run {kept.id}" if kept.is_new else f"known already as run {kept.id}")


def _table(runs: tuple[ReleaseRun, ...]) -> None:
    head = ("release", "runtime", *(outcome.value for outcome in CaseOutcome))
    rows(
        head,
        [(run.release, run.runtime, *(str(run.count(outcome)) for outcome in CaseOutcome)) for run in runs],
    )


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
