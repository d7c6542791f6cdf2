"""`tallyman judge`, `report` and `publish`: is the release ready, and saying so."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.minutes import Form
from bot.cli.printing import Json, ProjectOption, ReleaseOption, document, note
from bot.model.errors import WorldFailed

if TYPE_CHECKING:
    from bot.jobs.desk import Desk
    from bot.jobs.judging import Judged


def register(app: typer.Typer) -> None:
    app.command("judge")(judge)
    app.command("report")(report)
    app.command("publish")(publish)


def judge(release: ReleaseOption, project: ProjectOption = None, as_json: Json = False) -> None:
    """Judge a release by what is recorded. Exits 1 when it is not ready."""
    from bot.reports.readiness import to_json

    _, judged = _judged(project, release)
    if as_json:
        document(to_json(judged.told()))
    else:
        print(judged.report("text"), end="")
    if not judged.readiness.is_ready:
        raise typer.Exit(1)


def report(
    release: ReleaseOption,
    project: ProjectOption = None,
    form: Annotated[Form, typer.Option("--format")] = Form.MARKDOWN,
    as_json: Json = False,
) -> None:
    """Print the readiness report."""
    from bot.reports.readiness import to_json

    _, judged = _judged(project, release)
    if as_json or form is Form.JSON:
        document(to_json(judged.told()))
    else:
        print(judged.report(form.value), end="")


def publish(
    release: ReleaseOption,
    project: ProjectOption = None,
    send: Annotated[bool, typer.Option("--send", help="Post it; without this it is only printed.")] = False,
    as_json: Json = False,
) -> None:
    """Post the report as one comment on the release's issue and one on its pull request, or print it.

    With `send = "shadow"` it goes to the private page that service.shadow names.
    """
    from bot.jobs import judging, publishing
    from bot.model.outgoing import Kind

    desk, judged = _judged(project, release)
    target = judged.readiness.target
    if target.issue is None and target.pull is None:
        judging.queue(desk, judged)  # says what to do
    if not send and not desk.settings.service.send:
        if as_json:
            document({"posted": [], "report": judged.report("markdown")})
        else:
            print(judged.report("markdown"), end="")
            note("nothing was sent; --send posts it")
        return
    desk.publisher()  # a missing token is said before anything is queued
    judging.queue(desk, judged)
    said = publishing.run(desk, target.project)
    posted = [each for each in said if each.release == target.tag and each.kind == Kind.READINESS]
    if as_json:
        document(
            {"posted": [{"url": p.url, "comment_id": p.comment_id, "action": p.action.value} for p in posted]}
        )
    else:
        for each in posted:
            print(f"{each.action}: {each.url}")
    if desk.settings.service.send == "shadow":
        note("this is the shadow: everything stands on the private page, and nothing in public")
    if len(posted) < sum(place is not None for place in (target.issue, target.pull)):
        note("what could not be posted waits in the outbox; publish again, or let `tallyman serve` do it")
        raise typer.Exit(WorldFailed.exit_code)


def _judged(project: str | None, release: str) -> "tuple[Desk, Judged]":
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import judging

    found = settings.load()
    chosen = found.named(project)
    desk = open_desk(found, note)
    return desk, judging.judge(desk, chosen, release)
