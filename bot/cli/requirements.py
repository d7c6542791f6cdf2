"""`tallyman requirements ...`: what each release of the specification asks of whom, and what changed between two."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.places import HELP, WHERE, ProjectOfTexts, laid_out
from bot.cli.printing import CONTROLS, Json, ProjectOption, document, rows

requirements = typer.Typer(
    name="requirements", help="What each release of the specification asks of whom.", no_args_is_help=True
)
Like = Annotated[str, typer.Option(metavar="TAG", help="The release that a draft goes on from.")]
Specs = Annotated[
    Path | None,
    typer.Option(metavar="DIR", envvar="TALLYMAN_SPECS", help="The texts: one folder for each tag."),
]


class DiffForm(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


def register(app: typer.Typer) -> None:
    app.add_typer(requirements)


@requirements.command("extract")
def extract(
    where: Annotated[str, typer.Argument(metavar=WHERE, help=HELP)],
    like: Like = "",
    specs: Specs = None,
    project: ProjectOfTexts = None,
    as_json: Json = False,
) -> None:
    """Every requirement: its keywords, place, property, platform, and whose duty it is."""
    from bot.sources.requirements import ask, extract_requirements

    with laid_out(where, project=project) as laid:
        if as_json:
            document(laid.named(extract_requirements(*laid.places, like=like, specs=specs)))
        else:
            print(laid.said(ask(["extract", *laid.places], like=like, specs=specs)), end="")


@requirements.command("diff")
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=HELP)],
    after: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    like: Like = "",
    specs: Specs = None,
    project: ProjectOfTexts = None,
    form: Annotated[DiffForm, typer.Option("--format")] = DiffForm.TEXT,
    as_json: Json = False,
) -> None:
    """What was added, removed, reworded (word by word), strengthened and weakened from A to B."""
    from bot.reports.requirements import render
    from bot.sources.requirements import compare_requirements

    with laid_out(before, after, project=project) as laid:
        found = laid.named(compare_requirements(*laid.places, like=like, specs=specs))
    if as_json or form is DiffForm.JSON:
        document(found)
    else:
        print(render(found, form.value), end="")


@requirements.command("draft")
def draft(
    project: ProjectOption = None,
    pull: Annotated[int | None, typer.Option(min=1, metavar="N", help="The pull request.")] = None,
    release: Annotated[
        str | None,
        typer.Option("--release", "-r", metavar="TAG", help="The release whose pull request it is."),
    ] = None,
    as_json: Json = False,
) -> None:
    """What a pull request's texts add to the release before, and how much of it has a case. It is kept for the report."""
    from bot import settings
    from bot.app import open_desk
    from bot.cli.printing import note
    from bot.jobs import drafting
    from bot.model.errors import WrongRequest
    from bot.records.values import to_json

    if (pull is None) is (release is None):
        raise WrongRequest("a draft is one pull request's", do="name it with --pull N, or with --release TAG")
    found = settings.load()
    chosen = found.named(project)
    desk = open_desk(found, note)
    number = pull if pull is not None else drafting.release_pull(desk, chosen, release or "")[0]
    drawn = drafting.draft(desk, chosen, number)
    if as_json:
        document({**to_json(drawn), "sentence": drawn.sentence})
        return
    print(
        f"{drawn.repo}#{drawn.number} ({drawn.head[:12]}), against {drawn.before}: {drawn.sentence}".translate(
            CONTROLS
        )
    )
    rows(
        ("strength", "added", "to test", "with a case", "no host"),
        [
            (each.strength.value, *map(str, (each.total, each.counted, each.with_case, each.no_host)))
            for each in drawn.added
        ],
    )
    print(
        f"{drawn.removed} removed, {drawn.strengthened} strengthened, {drawn.weakened} weakened, {drawn.reworded} reworded"
    )
    if drawn.untested:
        print(f"without a case: {', '.join(drawn.untested)}")
