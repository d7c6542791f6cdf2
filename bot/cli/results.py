"""`tallyman conformance matrix`, `diff`, `runs`, `import`: results that were kept, side by side."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.printing import Json, document, note, rows
from bot.model.errors import WrongRequest

if TYPE_CHECKING:  # for `--help` the database need not be loaded
    from bot.model.conformance import ReleaseRun
    from bot.records.engine import Engine
    from bot.reports.matrix import Question


class Form(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


class Group(StrEnum):
    RELEASE = "release"
    FILE = "file"
    SECTION = "section"
    CASE = "case"


Private = Annotated[
    bool,
    typer.Option("--private", help="Also what is kept from others: escapes in runtimes that are not ours."),
]
FILTERS = "differs, regressed, one-fails, untested, explained or disputed"


def register(app: typer.Typer) -> None:
    for name, command in (("matrix", matrix), ("diff", diff), ("runs", runs), ("import", import_)):
        app.command(name)(command)


def matrix(
    words: Annotated[
        list[str] | None, typer.Argument(help="In words: `differs runc`, `only one fails v1.3.0 config.md`.")
    ] = None,
    asked: Annotated[
        str, typer.Option("--filter", help=f"{FILTERS}; a runtime behind it: whose result that is.")
    ] = "",
    release: Annotated[list[str] | None, typer.Option("--release", "-r", help="Only this release.")] = None,
    runtime: Annotated[
        list[str] | None, typer.Option("--runtime", help="Only this runtime's columns.")
    ] = None,
    section: Annotated[
        list[str] | None,
        typer.Option("--section", help="Only this place: config.md, config-linux.md#seccomp."),
    ] = None,
    requirement: Annotated[
        list[str] | None, typer.Option("--requirement", help="Only this requirement's cases.")
    ] = None,
    case: Annotated[
        list[str] | None, typer.Option("--case", help="Only this case, with what it saw.")
    ] = None,
    by: Annotated[Group, typer.Option(help="What a line is about.")] = Group.RELEASE,
    source: Annotated[
        list[Path] | None,
        typer.Option("--from", help="Documents of `run --json`, instead of the recorded runs."),
    ] = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="Also each runtime's earlier versions.")
    ] = False,
    private: Private = False,
    form: Annotated[Form, typer.Option("--format")] = Form.TEXT,
    as_json: Json = False,
) -> None:
    """What each release's cases gave on each runtime: the newest runs, side by side."""
    from bot.reports import matrix as reports
    from bot.reports import matrix_page

    question = reports.Question(
        releases=tuple(release or ()), runtimes=tuple(runtime or ()), sections=tuple(section or ()),
        requirements=tuple(requirement or ()), cases=tuple(case or ()), by=reports.By(by.value),
    )  # fmt: skip
    question = _question(question, asked, words or [])
    newest, earlier = _recorded(question, versions, private) if not source else (_read(source, private), {})
    found = reports.build(newest, question, earlier)
    if as_json:
        document(matrix_page.to_json(found))
    else:
        print(matrix_page.render(found, form.value).rstrip("\n"))


def _question(question: "Question", asked: str, words: Sequence[str]) -> "Question":
    from bot.reports.matrix_words import read_question

    if asked:
        question = read_question([asked], question)
        if question.filter is None:
            raise WrongRequest(f"there is no filter {asked}", do=f"ask for {FILTERS}")
    return read_question(words, question)


def _recorded(
    question: "Question", versions: bool, private: bool
) -> "tuple[tuple[ReleaseRun, ...], dict[int, tuple[ReleaseRun, ...]]]":
    from bot.records.conformance import load_earlier, load_standing
    from bot.records.engine import read_session

    with read_session(open_records()) as session:
        newest = load_standing(session, versions=versions, private=private, evidence=question.is_close)
        return newest, load_earlier(session, newest, private=private)


def _read(files: Sequence[Path], private: bool) -> "tuple[ReleaseRun, ...]":
    from bot.app import now
    from bot.sources.results import read_file

    found = [run for path in files for run in read_file(path, now()).runs]
    return tuple(found if private else (run.public for run in found))


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A run's id, or a document of `run --json`.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    private: Private = False,
    as_json: Json = False,
) -> None:
    """What changed between two runs, and what else is not the same in them."""
    from bot.reports import matrix_diff

    old, new = _runs_of(before), _runs_of(after)
    if not {run.release for run in old} & {run.release for run in new}:
        raise WrongRequest(
            f"{before} and {after} have no release in common", do="`tallyman conformance runs` lists them"
        )
    found = matrix_diff.compare(old, new, private=private)
    if as_json:
        document(matrix_diff.to_json(found))
    else:
        print(matrix_diff.render(found), end="")


def _runs_of(name: str) -> "tuple[ReleaseRun, ...]":
    from bot.records.conformance import load_document
    from bot.records.engine import read_session

    is_id = name.isdecimal() and (len(name) > 18 or not Path(name).exists())
    if not is_id:
        return _read([Path(name)], True)
    with read_session(open_records()) as session:
        return load_document(session, int(name[:18]), private=True)


def runs(as_json: Json = False) -> None:
    """The runs that are kept, newest first: the ids that `diff` takes."""
    from bot.records.conformance import list_documents
    from bot.records.engine import read_session
    from bot.reports.matrix_page import identity

    with read_session(open_records()) as session:
        found = list_documents(session)
    if as_json:
        document(
            [
                {**identity(each.head), "releases": list(each.releases), "source": each.source or None}
                for each in found
            ]
        )
        return
    head = ("run", "at", "runtime", "releases", "host", "by")
    rows(
        head,
        [
            (
                str(each.id), f"{each.head.at:%Y-%m-%d %H:%M}", each.head.title[:60],
                each.releases[0] if len(each.releases) == 1 else f"{len(each.releases)} releases",
                each.head.host[:80], f"vouched for by {each.head.vouched.by[:40]}" if each.head.vouched else "run here",
            )
            for each in found
        ],
    )  # fmt: skip


def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="RESULTS.json...", help="Documents of `run --json`.")
    ],
    vouched_by: Annotated[
        str, typer.Option("--vouched-by", metavar="WHO", help="Who says that they are true.")
    ],
    why: Annotated[str, typer.Option("--why", help="What that rests on.")] = "",
    as_json: Json = False,
) -> None:
    """Keep results of other hosts, with who vouches for them. They never count as runs of this service."""
    from bot import settings
    from bot.app import now, open_desk
    from bot.jobs import testing
    from bot.reports.matrix_page import identity
    from bot.sources.results import read_file

    by, why = said("--vouched-by", vouched_by), why.strip()[:1000]
    found = [(path.name, read_file(path, now())) for path in files]
    kept = testing.take_over(open_desk(settings.load(), note), found, by, why)
    for name, each in found:
        for warning in each.notes:
            note(f"{name}: {warning}")
    if as_json:
        document(
            [
                {
                    "file": name, "new": saved.is_new, "releases": [run.release for run in each.runs],
                    "results": sum(len(run.results) for run in each.runs),
                    **identity(each.runs[0]), "run": saved.id, "vouched": {"by": by, "why": why}, "notes": list(each.notes),
                }
                for (name, each), saved in zip(found, kept, strict=True)
            ]
        )  # fmt: skip
        return
    for (name, each), saved in zip(found, kept, strict=True):
        count = sum(len(run.results) for run in each.runs)
        what = f"kept, vouched for by {by}" if saved.is_new else "known already; nothing was added"
        print(
            f"run {saved.id}: {name}: {each.runs[0].title[:100]} on {each.runs[0].host[:100]}, {count} results: {what}"
        )


def said(option: str, text: str, most: int = 200) -> str:
    """What a person must say. Raises WrongRequest for nothing, or for more than anybody reads."""
    from bot.reports.quoting import one_line

    line = one_line(text)
    if not line or len(line) > most:
        raise WrongRequest(f"{option} must say something, in at most {most} letters")
    return line


def open_records() -> "Engine":
    from bot import settings
    from bot.app import open_database

    return open_database(settings.load())
