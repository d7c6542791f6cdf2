"""`tallyman db ...`: the database itself."""

import typer

from bot.cli.printing import Json, document

db = typer.Typer(name="db", help="The database.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(db)


@db.command("upgrade")
def upgrade(as_json: Json = False) -> None:
    """Bring the database to this version's tables."""
    from bot import settings
    from bot.app import open_database
    from bot.records import migrate

    standing = migrate.check(open_database(settings.load()))
    if as_json:
        document({"revision": standing, "head": migrate.head()})
    else:
        print(f"revision {standing}")


@db.command("check")
def check(as_json: Json = False) -> None:
    """Say which revision the database stands at. Exits 1 when it needs an upgrade."""
    from bot import settings
    from bot.records import migrate
    from bot.records.engine import default_url, open_engine

    engine = open_engine(settings.load().service.database or default_url(settings.data_dir()))
    standing, wanted = migrate.check(engine), migrate.head()
    if as_json:
        document({"revision": standing, "head": wanted})
    else:
        print(f"revision {standing or 'none'}, this version writes {wanted}")
    if standing != wanted:
        raise typer.Exit(1)
