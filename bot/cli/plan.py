"""`tallyman release plan`: what a release would take under each name it could have."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.printing import Json, ProjectOption, document, note
from bot.cli.votes import Moment

if TYPE_CHECKING:
    from bot.jobs.planning import Planned
    from bot.reports.plan import PlanPage

release = typer.Typer(name="release", help="Plan a release.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(release)


@release.callback()
def _group() -> None:
    """Plan a release by the project's rules."""


@release.command("plan")
def plan(
    names: Annotated[
        list[str], typer.Option("--as", metavar="VERSION", help="A name it could have; may be given again.")
    ],
    project: ProjectOption = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="REF", help="Leave this issue out, such as #299.")
    ] = None,
    roster: Annotated[
        list[Path] | None, typer.Option("--roster", help="MAINTAINERS, for the number of votes.")
    ] = None,
    past: Annotated[
        Path | None,
        typer.Option("--repository", help="A git checkout with the project's tags, or a folder with TAGS."),
    ] = None,
    at: Moment = None,
    as_json: Json = False,
) -> None:
    """For each name: the rules that apply, the votes it needs, and the earliest date."""
    from bot import settings
    from bot.app import open_desk
    from bot.cli.votes import moment_of
    from bot.jobs import planning, voting
    from bot.reports import plan as reports

    found = settings.load()
    chosen = found.named(project)
    desk = open_desk(found, note)
    size = len(voting.load_electorate(roster).maintainers) if roster else None
    when = desk.clock() if at is None else moment_of(at)
    planned = planning.plans(desk, chosen, names, when, without=without or (), roster=size, past=past)
    pages = [_page(each) for each in planned]
    if as_json:
        document([reports.to_json(page) for page in pages])
    else:
        print(reports.text(pages), end="")


def _page(planned: "Planned") -> "PlanPage":
    from bot.reports.plan import PlanPage

    plan = planned.plan
    return PlanPage(
        plan.version,
        plan.size.value,
        planned.clauses.title,
        plan.clauses,
        plan.needs,
        tuple((step.version, step.earliest, step.why) for step in plan.steps),
        plan.earliest,
        (*plan.notes, *planned.notes),
        plan.unknown,
        planned.milestone.title if planned.milestone else "",
        planned.milestone.due_on if planned.milestone else None,
        len(planned.still_open),
        planned.without,
        len(planned.left_open),
        planned.smaller.earliest if planned.smaller else None,
    )
