"""`tallyman requirements ...`: what each release of the specification asks of whom, and what changed between two."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.printing import Json, document

requirements = typer.Typer(
    name="requirements", help="What each release of the specification asks of whom.", no_args_is_help=True
)
Like = Annotated[str, typer.Option(metavar="TAG", help="The release that a draft goes on from.")]
Specs = Annotated[
    Path | None,
    typer.Option(metavar="DIR", envvar="TALLYMAN_SPECS", help="The texts: one folder for each tag."),
]


def register(app: typer.Typer) -> None:
    app.add_typer(requirements)


@requirements.command("extract")
def extract(
    where: Annotated[str, typer.Argument(metavar="DIR|TAG", help="A folder of texts, or a release.")],
    like: Like = "",
    specs: Specs = None,
    as_json: Json = False,
) -> None:
    """Every requirement: its keywords, place, property, platform, and whose duty it is."""
    from bot.sources.requirements import ask, extract_requirements

    if as_json:
        document(extract_requirements(where, like=like, specs=specs))
    else:
        print(ask(["extract", where], like=like, specs=specs), end="")


@requirements.command("diff")
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A folder of texts, or a release.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    like: Like = "",
    specs: Specs = None,
    as_json: Json = False,
) -> None:
    """What was added, removed, reworded (word by word), strengthened and weakened from A to B."""
    from bot.sources.requirements import ask, compare_requirements

    if as_json:
        document(compare_requirements(before, after, like=like, specs=specs))
    else:
        print(ask(["diff", before, after], like=like, specs=specs), end="")
