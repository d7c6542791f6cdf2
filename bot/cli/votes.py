"""`tallyman tally` and `tallyman vote ...`: counting a motion's votes, and the texts that people send about it."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.printing import Json, document, note, rows
from bot.model.ballot import Kind
from bot.model.errors import WrongRequest

if TYPE_CHECKING:
    from bot.jobs.voting import Counted
    from bot.model.person import People
    from bot.reports.votes import Draft
    from bot.sources.ballots import Ballots

vote = typer.Typer(
    name="vote",
    help="Texts about a vote, for a person to send, and votes in a mailbox.",
    no_args_is_help=True,
)
BallotFile = Annotated[Path, typer.Argument(metavar="BALLOTS.json", help="The motion and its posts.")]
RosterFiles = Annotated[
    list[Path],
    typer.Option("--roster", help="MAINTAINERS as it was at the opening; several count as one."),
]
RuleSetName = Annotated[str, typer.Option("--rules", help="A rule set, or a file that extends one.")]
Moment = Annotated[str | None, typer.Option("--at", help="As it stood then, such as 2016-06-03T20:00:00Z.")]


def register(app: typer.Typer) -> None:
    app.command("tally")(tally)
    app.add_typer(vote)


def tally(
    ballots: BallotFile,
    roster: RosterFiles,
    named: RuleSetName = "oci",
    at: Moment = None,
    early: Annotated[
        str | None,
        typer.Option("--early", metavar="REASON", help="Adopt it before the window ends, and why."),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who says so: one of the roster.")] = None,
    check: Annotated[
        str | None,
        typer.Option(
            "--check",
            metavar="TALLY",
            help="A person's tally line: say where it differs. Exits 1 if it does.",
        ),
    ] = None,
    repository: Annotated[
        Path | None, typer.Option(help="A git checkout, to compare the commits that votes were cast on.")
    ] = None,
    onto: Annotated[str, typer.Option(help="With --repository: the branch the change goes to.")] = "HEAD",
    with_people: Annotated[
        bool, typer.Option("--people", help="Also join the nicks and addresses that are recorded here.")
    ] = False,
    as_of_opening: Annotated[
        bool,
        typer.Option(
            "--as-of-opening", help="The roster as its git checkout had it when the motion was opened."
        ),
    ] = False,
    embargoed: Annotated[
        bool, typer.Option("--embargoed", help="Show a motion under embargo, on this terminal only.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Count the votes on a motion by the project's rules. Exits 1 when it is not adopted."""
    from bot.reports import votes as reports

    found = _loaded(ballots)
    if found.motion.is_hidden and not embargoed:
        if as_json:
            document(reports.hidden_json())
        else:
            print(reports.HIDDEN)
            note("--embargoed shows it on this terminal")
        raise typer.Exit(1)
    counted = _counted(found, roster, named, at, (early, by), (repository, onto), with_people, as_of_opening)
    if check is not None:
        _compare(check, counted, as_json)
        return
    if as_json:
        document(reports.tally_json(counted.tally))
    else:
        from bot.jobs import voting

        print(voting.text(counted), end="")
    if not counted.tally.adopted:
        raise typer.Exit(1)


def _compare(line: str, counted: "Counted", as_json: bool) -> None:
    from bot.judgement.checking import differences
    from bot.reports.votes import tally_json

    found = differences(line, counted.tally)
    if as_json:
        document({"agrees": not found, "differences": list(found), "tally": tally_json(counted.tally)})
    else:
        print("\n".join(found) if found else "the tally agrees with the count")
    if found:
        raise typer.Exit(1)


@vote.command("opening")
def opening(
    ballots: BallotFile,
    roster: RosterFiles,
    named: RuleSetName = "oci",
    pulls: Annotated[int | None, typer.Option(min=0, help="Pull requests merged since --since.")] = None,
    since: Annotated[str, typer.Option(help="The release before, such as v1.2.1.")] = "",
    compare: Annotated[str, typer.Option(help="The address that shows what changed.")] = "",
    pull: Annotated[str, typer.Option(help="The address of the release's pull request.")] = "",
    as_json: Json = False,
) -> None:
    """Write the mail or comment that opens a vote; a person sends it."""
    from bot.jobs import voting

    counted = _counted(_loaded(ballots), roster, named, None)
    facts = {"pulls": "" if pulls is None else str(pulls), "since": since, "compare": compare, "pull": pull}
    _print(voting.opening(counted, facts), as_json)


@vote.command("reminder")
def reminder(
    ballots: BallotFile,
    roster: RosterFiles,
    named: RuleSetName = "oci",
    at: Moment = None,
    as_json: Json = False,
) -> None:
    """Write a friendly word to those who may still vote; a person sends it."""
    from bot.jobs import voting

    draft = voting.reminder(_counted(_loaded(ballots), roster, named, at))
    if draft is None:
        note("everybody has voted; nobody needs a reminder")
    _print(draft, as_json)


@vote.command("mailbox")
def mailbox(
    path: Annotated[Path, typer.Argument(help="An mbox file, a Maildir, or a folder of mails.")],
    roster: RosterFiles,
    kind: Annotated[
        Kind, typer.Option(help="What the project is: a specification, or anything else.")
    ] = Kind.SPEC,
    project: Annotated[
        str | None, typer.Option(help="Only motions of this project, as subjects name it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write each as a BALLOTS.json into this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read the votes of a mailing list: one motion for each thread `[project VOTE]: motion (closes DATE)`."""
    from bot.jobs import voting
    from bot.judgement.subjects import shown
    from bot.reports.votes import ballots_json

    threads, unread = voting.from_mail(path, voting.load_electorate(roster), kind)
    found = [each for each in threads if project is None or each.motion.project.lower() == project.lower()]
    documents = [ballots_json(each.motion, each.posts) for each in found]
    if unread:
        note(f"note: {unread} mails could not be read")
    for each in found:
        if each.closes_text:
            note(
                f"note: {each.motion.text[:80]!r} closes {each.closes_text[:80]!r}, which is no plain time: taken from the rules"
            )
    if out is not None:
        _write(out, documents)
    if as_json:
        document(documents)
    else:
        closing = [shown(each.motion.closes_at) if each.motion.closes_at else "-" for each in found]
        lines: list[tuple[str, ...]] = [
            (
                each.motion.project,
                each.motion.text,
                shown(each.motion.opened_at),
                closes,
                str(len(each.posts)),
            )
            for each, closes in zip(found, closing, strict=True)
        ]
        rows(("project", "motion", "opened", "closes", "posts"), lines)


def _write(out: Path, documents: list[dict[str, Any]]) -> None:
    """Each in a file of its own, named by its day, its project and its place in that mailbox."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for number, each in enumerate(documents, 1):
            name = re.sub(r"[^A-Za-z0-9-]+", "-", each["project"])[:60]
            path = out / f"{each['opened_at'][:10]}-{name}-{number}.json"
            path.write_text(json.dumps(each, indent=2), encoding="utf-8")
    except OSError as failed:
        raise WrongRequest(
            f"{out} cannot be written ({failed.strerror})", do="choose another folder"
        ) from None


def _print(draft: "Draft | None", as_json: bool) -> None:
    from bot.reports.votes import draft_json

    if as_json:
        document(draft_json(draft) if draft else None)
    elif draft is not None:
        print(f"Subject: {draft.subject}\n\n{draft.body}", end="")


def _loaded(ballots: Path) -> "Ballots":
    from bot.sources.ballots import load_ballots

    found = load_ballots(ballots)
    if found.unknown:
        note(f"note: {ballots.name} has fields that nobody reads: {', '.join(found.unknown)[:500]}")
    return found


def _counted(
    found: "Ballots",
    roster: list[Path],
    named: str,
    at: str | None,
    early: tuple[str | None, str | None] = (None, None),
    checkout: tuple[Path | None, str] = (None, "HEAD"),
    with_people: bool = False,
    as_of_opening: bool = False,
) -> "Counted":
    from bot.app import now
    from bot.jobs import voting
    from bot.judgement.remarks import no_comparison
    from bot.model.ballot import Early
    from bot.sources.changes import same_change

    why, by = early
    if (why is None) is not (by is None):
        raise WrongRequest("an early closing needs a person and a reason", do="give both --early and --by")
    who = voting.load_electorate(
        roster, _people() if with_people else None, found.motion.opened_at if as_of_opening else None
    )
    moment = now() if at is None else moment_of(at)
    said = Early(by, why) if why and by else None
    comparing = no_comparison if checkout[0] is None else same_change(checkout[0], checkout[1])
    return voting.count(found, who, named, moment, said, comparing)


def _people() -> "People":
    from bot import settings
    from bot.app import open_database
    from bot.jobs import following
    from bot.records.engine import read_session

    with read_session(open_database(settings.load())) as session:
        return following.who_is_who(session).people


def moment_of(text: str, option: str = "--at") -> datetime:
    from bot.judgement.subjects import read_time

    found = read_time(text)
    if found is None:
        raise WrongRequest(f"{option} {text} is no time", do="write it as 2016-06-03T20:00:00Z")
    return found
