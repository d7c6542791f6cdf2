"""`tallyman sync` and `tallyman milestones ...`: reading GitHub, and where each milestone stands."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.printing import Json, ProjectOption, document, note, rows

if TYPE_CHECKING:  # for `--help` the database need not be loaded
    from bot.model.tracker import Snapshot
    from bot.records.tracker import Counts

milestones = typer.Typer(name="milestones", help="Where each milestone stands.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.command("sync")(sync)
    app.add_typer(milestones)


def sync(
    project: ProjectOption = None,
    full: Annotated[
        bool, typer.Option("--full", help="Everything, not only what changed; done by itself once a day.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read milestones, issues, pull requests, reviews and events from GitHub."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import drafting
    from bot.jobs import sync as errand

    found = settings.load()
    if project or not found.project:
        found.named(project)  # says what to do before anything is opened
    desk = open_desk(found, note)
    done = [
        (each.id, snapshot, counts)
        for each in desk.projects(project)
        for snapshot, counts in errand.run(desk, each, full=full)
    ]
    for each in desk.projects(project):
        drafting.run(desk, each)
    facts = [_counted(id_, snapshot, counts) for id_, snapshot, counts in done]
    if as_json:
        document(facts)
    else:
        rows(tuple(facts[0]), [tuple(map(str, each.values())) for each in facts])


def _counted(id_: str, snapshot: "Snapshot", counts: "Counts") -> dict[str, str | int]:
    return {
        "project": id_,
        "repo": snapshot.repo,
        "milestones": len(snapshot.milestones),
        "issues": sum(not issue.is_pull for issue in snapshot.issues),
        "pulls": sum(issue.is_pull for issue in snapshot.issues),
        "changed": counts.changed,
        "unchanged": counts.unchanged,
    }


@milestones.command("list")
def list_(project: ProjectOption = None, as_json: Json = False) -> None:
    """Every milestone with what is done and what is open."""
    from bot import settings
    from bot.app import open_database
    from bot.records.engine import read_session
    from bot.web.gathering import home
    from bot.web.json import home_json

    found = settings.load()
    chosen = (found.named(project),) if project else found.project
    with read_session(open_database(found)) as session:
        page = home(session, chosen)
    if as_json:
        document(home_json(page))
        return
    lines = [(each.id, line) for each in page.projects for line in each.milestones]
    rows(
        ("project", "milestone", "state", "due", "done", "open"),
        [
            (
                id_,
                line.milestone.title,
                line.milestone.state.value,
                f"{line.milestone.due_on:%Y-%m-%d}" if line.milestone.due_on else "-",
                str(line.closed),
                str(line.total - line.closed),
            )
            for id_, line in lines
        ],
    )


@milestones.command("show")
def show(
    title: Annotated[str, typer.Argument()], project: ProjectOption = None, as_json: Json = False
) -> None:
    """One milestone's story: scope by day, moves, slips, said against done, what waits for what, and a forecast."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import milestone as errand
    from bot.records.engine import read_session
    from bot.reports import milestones as reports
    from bot.reports.milestone_words import Outlook
    from bot.web.gathering import milestone
    from bot.web.json import milestone_json

    found = settings.load()
    chosen = found.named(project)
    desk = open_desk(found, note)
    told = errand.run(desk, chosen, title)
    given = told.forecast
    outlook = Outlook(
        given.p50,
        given.p85,
        given.p95,
        given.by_due,
        given.done_by_due,
        given.weeks,
        given.first_week,
        given.refused,
    )
    if as_json:
        with read_session(desk.engine) as session:
            page = milestone(session, chosen, told.milestone.number)
        document({**milestone_json(page), "story": reports.to_json(told.story, outlook)})
    else:
        print(reports.text(told.milestone, told.story, outlook), end="")
