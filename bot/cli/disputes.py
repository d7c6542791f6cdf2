"""`tallyman conformance dispute`, `undispute`, `disputes`: results that people read differently."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.printing import Json, document
from bot.cli.results import open_records, said
from bot.model.errors import WrongRequest

if TYPE_CHECKING:  # for `--help` the database need not be loaded
    from bot.model.disputes import Dispute

By = Annotated[str, typer.Option("--by", help="Who says so.")]
RuntimeOption = Annotated[str, typer.Option("--runtime", help="Only of this runtime.")]
ReleaseOption = Annotated[str, typer.Option("--release", "-r", help="Only at this release.")]


def register(app: typer.Typer) -> None:
    for name, command in (("dispute", dispute), ("undispute", undispute), ("disputes", disputes)):
        app.command(name)(command)


def dispute(
    case: Annotated[str, typer.Argument(metavar="CASE")],
    by: By,
    link: Annotated[str, typer.Option(help="Where it is talked about.")],
    reading: Annotated[str, typer.Option(help="How the sentence is read otherwise.")],
    runtime: RuntimeOption = "",
    release: ReleaseOption = "",
    as_json: Json = False,
) -> None:
    """Mark a result as disputed: out of every total until a person closes the dispute."""
    from bot.app import now
    from bot.model.disputes import Dispute
    from bot.records.conformance import load_standing
    from bot.records.disputes import open_dispute
    from bot.records.engine import write_session
    from bot.reports.quoting import web_address

    if not web_address(link):
        raise WrongRequest(
            f"--link {link[:80]} is no address", do="give where it is talked about: https://..."
        )
    wanted = Dispute(
        0, case, runtime, release, said("--by", by), now(), link, said("--reading", reading, 2000)
    )
    with write_session(open_records()) as session:
        standing = load_standing(session, versions=True, private=True)
        touched = [
            run for run in standing if wanted.touches(run) and any(case == each.case for each in run.results)
        ]
        if not touched:
            raise WrongRequest(
                f"no recorded run has {case}{_scope(wanted)}",
                do="`tallyman conformance matrix --by case` names the cases, `runs` the runs",
            )
        opened = open_dispute(session, wanted)
    if as_json:
        document({**_dispute_json(opened), "runs": len(touched)})
        return
    print(
        f"dispute {opened.id}: {case}{_scope(opened)} is out of every total until "
        f"`tallyman conformance undispute {opened.id} --by WHO` closes it"
    )


def undispute(
    id_: Annotated[int, typer.Argument(metavar="ID", min=1, max=2**31)],
    by: By,
    why: Annotated[str, typer.Option("--why", help="How it was settled.")] = "",
    as_json: Json = False,
) -> None:
    """Close a dispute: its results count again."""
    from bot.app import now
    from bot.records.disputes import close_dispute
    from bot.records.engine import write_session

    with write_session(open_records()) as session:
        closed = close_dispute(session, id_, said("--by", by), now(), why.strip()[:2000])
    if as_json:
        document(_dispute_json(closed))
    else:
        print(f"dispute {closed.id} is closed: {closed.case}{_scope(closed)} counts again")


def disputes(
    every: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    as_json: Json = False,
) -> None:
    """Which results are disputed, by whom, and where that is talked about."""
    from bot.records.disputes import load_disputes
    from bot.records.engine import read_session
    from bot.reports.quoting import one_line

    with read_session(open_records()) as session:
        found = [each for each in load_disputes(session) if every or each.is_open]
    if as_json:
        document([_dispute_json(each) for each in found])
        return
    for each in found:
        print(
            f"{each.id}  {each.case}{_scope(each)}: disputed on {each.at:%Y-%m-%d} by {one_line(each.by)}: {one_line(each.reading)} {each.link}"
        )
        if each.closed_at:
            print(
                f"   closed on {each.closed_at:%Y-%m-%d} by {one_line(each.closed_by)}: {one_line(each.closed_why)}"
            )


def _dispute_json(each: "Dispute") -> dict[str, Any]:
    from bot.reports.minutes_json import stamp

    return {
        "id": each.id, "case": each.case, "runtime": each.runtime or None, "release": each.release or None, "by": each.by,
        "at": stamp(each.at), "link": each.link, "reading": each.reading,
        "closed": {"by": each.closed_by, "at": stamp(each.closed_at), "why": each.closed_why} if each.closed_at else None,
    }  # fmt: skip


def _scope(each: "Dispute") -> str:
    return (f" on {each.runtime}" if each.runtime else "") + (f" at {each.release}" if each.release else "")
