"""`tallyman people ...`: which nicks, logins and names are one person, as that person or the roster says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.meetings import By
from bot.cli.printing import Json, document, note, rows

if TYPE_CHECKING:
    from bot.meetings.identity import Joined
    from bot.model.person import Certainty, Tie

people = typer.Typer(name="people", help="Who is who, as they say themselves.", no_args_is_help=True)
Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person's key, as the list shows it.")]
Value = Annotated[str, typer.Argument(metavar="NAME", help="A nick; with an @ a GitHub login.")]


def register(app: typer.Typer) -> None:
    app.add_typer(people)


@people.command("list")
def list_(
    for_chairs: Annotated[
        bool, typer.Option("--for-chairs", help="Also guesses, which only chairs should see.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Everybody who is known by more than a nick. Mail addresses stay in the database."""
    from bot import settings
    from bot.app import open_database
    from bot.jobs import following
    from bot.records.engine import read_session

    with read_session(open_database(settings.load())) as session:
        joined = following.who_is_who(session)
    shown = [tie for tie in joined.people.ties if _is_shown(tie, for_chairs)]
    if as_json:
        document(
            [
                {"person": t.person, "means": t.means.value, "value": t.value, "certainty": t.certainty.value}
                for t in shown
            ]
        )
    else:
        rows(
            ("person", "is", "", "says"),
            [(t.person, t.value, f"{t.means}, {t.certainty}", t.by) for t in shown],
        )
    _tell(joined)


def _is_shown(tie: "Tie", for_chairs: bool) -> bool:
    from bot.model.person import Certainty, Means

    sure = tie.certainty is Certainty.CONFIRMED or (for_chairs and tie.certainty is Certainty.GUESSED)
    return sure and tie.means is not Means.MAIL


@people.command("link")
def link(person: Person, value: Value, by: By, as_json: Json = False) -> None:
    """Say that a nick or login is this person: for the person, or for whoever keeps the roster."""
    from bot.model.person import Certainty

    _say(person, value, by, Certainty.CONFIRMED, as_json, f"{value} is {person}")


@people.command("unlink")
def unlink(person: Person, value: Value, by: By, as_json: Json = False) -> None:
    """Say that a nick or login is not this person. It works at once, and the machine does not guess it again."""
    from bot.model.person import Certainty

    _say(person, value, by, Certainty.UNLINKED, as_json, f"{value} is not {person}")


@people.command("roster")
def roster(
    file: Annotated[Path, typer.Argument(help="A MAINTAINERS file: lines `Name <email> (@login)`.")],
    as_json: Json = False,
) -> None:
    """Take in who is who from a project's own roster."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import following
    from bot.meetings.rosters import read_roster, roster_ties
    from bot.model.errors import BadInput, WrongRequest
    from bot.records.engine import read_session

    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as failed:
        raise WrongRequest(f"{file} cannot be read ({failed.strerror})", do="check the path") from None
    found = read_roster(text)
    if not found.entries:
        raise BadInput(f"{file} names nobody", do="its lines should read `Name <email> (@login)`")
    desk = open_desk(settings.load(), note)
    with read_session(desk.engine) as session:
        known = following.who_is_who(session).people
    _tell(following.tie(desk, roster_ties(found, known, at=desk.clock(), source=file.name)))
    if as_json:
        document({"file": file.name, "people": len(found.entries)})
    else:
        print(f"{len(found.entries)} people of {file.name} are known")


def _say(person: str, value: str, by: str, certainty: "Certainty", as_json: bool, words: str) -> None:
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import following
    from bot.model.person import Means, Tie

    desk = open_desk(settings.load(), note)
    means = Means.LOGIN if value.startswith("@") else Means.NICK
    tie = Tie(person, means, value.removeprefix("@"), certainty, by, desk.clock(), "command line")
    joined = following.tie(desk, [tie])
    if as_json:
        document({"person": person, "means": means.value, "value": tie.value, "certainty": certainty.value})
    else:
        print(words)
    _tell(joined)


def _tell(joined: "Joined") -> None:
    for conflict in joined.conflicts:
        note(f"note: {conflict.text}")
