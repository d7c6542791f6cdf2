"""`tallyman init` and `tallyman doctor`: a first settings file, and what works here."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.printing import Json, document, rows
from bot.model.errors import TallymanError, WrongRequest


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("doctor")(doctor)


def init(
    preset: Annotated[str, typer.Option(help="The rule set to begin with.")] = "oci",
    path: Annotated[Path, typer.Option("--file", help="Where to write it.")] = Path("tallyman.toml"),
) -> None:
    """Write a commented tallyman.toml to start from."""
    from bot.judgement.rules import families
    from bot.reports.templates import folder

    if preset not in families():
        raise WrongRequest(f"there is no preset {preset}", do=f"known are {', '.join(families())}")
    text = (
        (folder() / "tallyman.toml")
        .read_text(encoding="utf-8")
        .replace('family = "oci"', f'family = "{preset}"')
    )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WrongRequest(f"{path} exists", do="edit it, or write another one with --file") from None
    except OSError as failed:
        raise WrongRequest(
            f"{path} cannot be written ({failed.strerror})", do="choose another folder"
        ) from None
    print(f"{path} is written: name your repository in it, then run `tallyman doctor`")


def doctor(as_json: Json = False) -> None:
    """Say what works here: settings, token, database, kernel. Exits 1 if something does not."""
    checks = (
        ("settings", _settings),
        ("database", _database),
        ("github", _github),
        ("conformance", _conformance),
    )
    found = []
    for name, check in checks:
        try:
            found.append({"check": name, "works": True, "what": check()})
        except TallymanError as failed:
            found.append({"check": name, "works": False, "what": str(failed)})
    if as_json:
        document(found)
    else:
        rows(
            ("", "check", "what"),
            [("yes" if f["works"] else "NO", str(f["check"]), str(f["what"])) for f in found],
        )
    if not all(each["works"] for each in found):
        raise typer.Exit(1)


def _settings() -> str:
    from bot import settings

    found = settings.load()
    names = ", ".join(project.id for project in found.project)
    return (
        f"{names} ({'sends' if found.service.send is True else 'sends nothing'})"
        if names
        else "no project yet; run `tallyman init`"
    )


def _database() -> str:
    from bot import settings
    from bot.records import migrate
    from bot.records.engine import default_url, open_engine

    engine = open_engine(settings.load().service.database or default_url(settings.data_dir()))
    where = engine.url.render_as_string(hide_password=True)
    standing = migrate.check(engine)
    return (
        f"{where}, revision {standing}"
        if standing
        else f"{where}, still empty: it is set up at the first use"
    )


def _github() -> str:
    from bot import settings
    from bot.sources.gateway import Gateway
    from bot.sources.github import read_login, read_name

    found = settings.load()
    gateway = Gateway(found.github.api, found.token())
    gateway.get("/", lambda raw: raw)  # does anything answer there?
    who = (
        f"as {read_login(gateway)}"
        if gateway.has_token
        else "without a token: it can read public repositories and write nothing"
    )
    for project in found.project:
        read_name(gateway, project.repo)
    return f"{found.github.api} {who}"


def _conformance() -> str:
    from bot.app import now
    from bot.sources.conformance import run_conformance

    answer = run_conformance("refrun", ["v1.3.0"], clock=now, cases=["process/args-reach-the-program"])
    result = answer.runs[0].results[0]
    if result.outcome.value != "passed":
        raise WrongRequest(
            f"refrun makes no container here: {result.reason}", do="run as root, or allow user namespaces"
        )
    return f"refrun makes containers: {answer.runs[0].host}"
