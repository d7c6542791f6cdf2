"""`tallyman waive`, `hold`, `embargo`, `lift` and `rulings`: a maintainer's word on a release, with its reason."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.printing import Json, ProjectOption, ReleaseOption, document, note, rows

if TYPE_CHECKING:
    from bot.jobs.desk import Desk
    from bot.jobs.ruling import Said
    from bot.model.ruling import Ruling
    from bot.settings import Project

By = Annotated[str, typer.Option("--by", help="Who says so: a maintainer.")]
Because = Annotated[str, typer.Option("--because", help="Why; every report shows it.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take it back.")]
MaybeRelease = Annotated[str, typer.Option("--release", "-r", help="The release's tag, for its vote.")]
About = Annotated[str, typer.Argument(help="vote, milestone:TITLE, meeting:ID or meeting:ID:TOPIC.")]


def register(app: typer.Typer) -> None:
    for name, command in (
        ("waive", waive), ("hold", hold), ("embargo", embargo), ("lift", lift), ("rulings", rulings),
    ):  # fmt: skip
        app.command(name)(command)


def waive(
    gate: Annotated[str, typer.Argument(metavar="GATE", help="A rule's id, such as C3, or its gate.")],
    release: ReleaseOption,
    by: By,
    because: Because,
    project: ProjectOption = None,
    undo: Undo = False,
    as_json: Json = False,
) -> None:
    """Set aside a SHOULD for one release, by a maintainer with a reason. A MUST is never waived."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    _say(project, release, Said(Act.UNWAIVE if undo else Act.WAIVE, by, because, gate), as_json)


def hold(
    release: ReleaseOption,
    by: By,
    because: Because,
    project: ProjectOption = None,
    undo: Undo = False,
    as_json: Json = False,
) -> None:
    """Ask for more time, short of a concern."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    _say(project, release, Said(Act.UNHOLD if undo else Act.HOLD, by, because), as_json)


def embargo(
    about: About,
    by: By,
    because: Because,
    project: ProjectOption = None,
    release: MaybeRelease = "",
    as_json: Json = False,
) -> None:
    """Hide a vote, a milestone, a meeting or one of its topics everywhere, until it is lifted."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    _say(project, release, Said(Act.EMBARGO, by, because, about), as_json)


def lift(
    about: About,
    by: By,
    because: Because,
    project: ProjectOption = None,
    release: MaybeRelease = "",
    as_json: Json = False,
) -> None:
    """Lift an embargo: what it hid is shown again."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    _say(project, release, Said(Act.LIFT, by, because, about), as_json)


def rulings(
    release: ReleaseOption,
    project: ProjectOption = None,
    embargoed: Annotated[
        bool, typer.Option("--embargoed", help="Also what is under embargo, on this terminal only.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List what people decided of a release."""
    from bot.jobs import ruling

    desk, chosen = open_desk(project)
    found = ruling.rulings(desk, chosen, release, embargoed=embargoed)
    if as_json:
        document([to_json(each) for each in found])
    else:
        rows(
            ("act", "about", "by", "on", "why"),
            [(each.act.value, each.about, each.by, f"{each.at:%Y-%m-%d}", each.why) for each in found],
        )


def _say(project: str | None, release: str, said: "Said", as_json: bool) -> None:
    desk, chosen = open_desk(project)
    say(desk, chosen, release, said, as_json)


def say(desk: "Desk", chosen: "Project", release: str, said: "Said", as_json: bool) -> None:
    from bot.jobs import ruling

    kept = ruling.rule(desk, chosen, release, said)
    if as_json:
        document(to_json(kept))
    else:
        print(f"{kept.act.value} {kept.about}: {kept.why} ({kept.by})")


def open_desk(project: str | None) -> "tuple[Desk, Project]":
    from bot import app, settings

    found = settings.load()
    return app.open_desk(found, note), found.named(project)


def to_json(ruling: "Ruling") -> dict[str, Any]:
    from bot.reports.minutes import stamp

    return {
        "project": ruling.project, "release": ruling.release or None, "act": ruling.act.value, "about": ruling.about,
        "by": ruling.by, "at": stamp(ruling.at), "because": ruling.why,
    }  # fmt: skip
