"""`tallyman vote open`, `close`, `cancel`, `refresh`, `resolve`, `import` and `show`: the vote on a release that is recorded here."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.printing import Json, ProjectOption, ReleaseOption, document
from bot.cli.rulings import Because, By, open_desk, say
from bot.cli.votes import moment_of, vote
from bot.model.errors import WrongRequest


def register(app: typer.Typer) -> None:
    """The commands belong to `tallyman vote`, which bot/cli/votes.py makes."""


@vote.command("open")
def open_(
    release: ReleaseOption,
    by: By,
    because: Because = "it is to be released",
    project: ProjectOption = None,
    closes: Annotated[
        str, typer.Option(help="When it closes, such as 2016-06-03T20:00:00Z; else as the rules ask.")
    ] = "",
    commit: Annotated[
        str, typer.Option(help="The commit that is voted on; else the pull request's head.")
    ] = "",
    cosponsor: Annotated[str, typer.Option(help="The maintainer who sponsors it too.")] = "",
    as_json: Json = False,
) -> None:
    """Open the vote on a release as of now."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    facts = {"commit": commit, "cosponsor": cosponsor}
    if closes:
        facts["closes_at"] = moment_of(closes, "--closes").isoformat()
    desk, chosen = open_desk(project)
    say(desk, chosen, release, Said(Act.OPEN, by, because, facts=facts), as_json)


@vote.command("close")
def close(
    release: ReleaseOption, by: By, because: Because, project: ProjectOption = None, as_json: Json = False
) -> None:
    """Close a vote before its window ends, where the rules let a maintainer do so."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    desk, chosen = open_desk(project)
    say(desk, chosen, release, Said(Act.CLOSE, by, because), as_json)


@vote.command("cancel")
def cancel(
    release: ReleaseOption, by: By, because: Because, project: ProjectOption = None, as_json: Json = False
) -> None:
    """Cancel a vote; the record of it stays."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    desk, chosen = open_desk(project)
    say(desk, chosen, release, Said(Act.CANCEL, by, because), as_json)


@vote.command("refresh")
def refresh(
    release: ReleaseOption, by: By, because: Because, project: ProjectOption = None, as_json: Json = False
) -> None:
    """Take the roster as it is now instead of as of the opening; the next sync reads it."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    desk, chosen = open_desk(project)
    say(desk, chosen, release, Said(Act.ROSTER, by, because), as_json)


@vote.command("resolve")
def resolve(
    of: Annotated[str, typer.Argument(metavar="WHO", help="Whose concern is met.")],
    release: ReleaseOption,
    by: By,
    because: Annotated[str, typer.Option("--because", help="How it was met.")],
    project: ProjectOption = None,
    url: Annotated[str, typer.Option(help="Which, when several are open: the address of the vote.")] = "",
    as_json: Json = False,
) -> None:
    """Record that what somebody who rejected asked for was met."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act

    desk, chosen = open_desk(project)
    say(desk, chosen, release, Said(Act.RESOLVE, by, because, of, url=url), as_json)


@vote.command("import")
def import_(
    ballots: Annotated[Path, typer.Argument(metavar="BALLOTS.json", help="As `vote mailbox` writes them.")],
    release: ReleaseOption,
    by: By,
    because: Because = "voted on elsewhere",
    project: ProjectOption = None,
    as_json: Json = False,
) -> None:
    """Add the posts of a vote that was held elsewhere, such as on a mailing list, to those of the release."""
    from bot.jobs.ruling import Said
    from bot.model.ruling import Act
    from bot.reports.votes import ballots_json
    from bot.sources.ballots import load_ballots

    found = load_ballots(ballots)
    if not found.posts:
        raise WrongRequest(f"{ballots.name} has no posts", do="give a file that names some")
    facts = {"posts": ballots_json(found.motion, found.posts)["posts"]}
    desk, chosen = open_desk(project)
    say(desk, chosen, release, Said(Act.POSTS, by, because, ballots.name, facts), as_json)


@vote.command("show")
def show(
    release: ReleaseOption,
    project: ProjectOption = None,
    embargoed: Annotated[
        bool, typer.Option("--embargoed", help="Show a vote under embargo, on this terminal only.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Count the recorded vote on a release. Exits 1 when it is not adopted."""
    from bot.jobs import release_vote
    from bot.reports import votes as reports

    desk, chosen = open_desk(project)
    found = release_vote.shown(desk, chosen, release, embargoed=embargoed)
    if found is None:
        if as_json:
            document(None)
        else:
            print(f"no vote on {release} is recorded")
        raise typer.Exit(1)
    if as_json:
        document(reports.tally_json(found.voted.tally))
    else:
        print(release_vote.text(found), end="")
    if not found.voted.tally.adopted:
        raise typer.Exit(1)
