"""`tallyman conformance run`: the cases on a runtime, with how far it is, and the answer as the runner itself shows it."""

import shutil
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.printing import Json, document, note
from bot.model.errors import WrongRequest

if TYPE_CHECKING:  # for `--help` the database need not be loaded
    from bot.sources.conformance import Answer

FORMATS = ("text", "json", "junit", "tap", "html")
SOME = 0.1  # seconds between two pictures of the bar
WIDTH = 24


def run(
    release: Annotated[
        list[str] | None, typer.Option("--release", "-r", help="A tag since v0.4.0; all when left out.")
    ] = None,
    runtime: Annotated[str, typer.Option(help="A runtime with runc's command line.")] = "refrun",
    claims: Annotated[
        str, typer.Option(metavar="MIN..MAX", help="The releases it is held to; else what it claims itself.")
    ] = "",
    case: Annotated[list[str] | None, typer.Option("--case", help="Only this case.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many at once.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Take no stored results over.")] = False,
    expect: Annotated[
        str, typer.Option(metavar="FILE", help="Exit 1 only when something changed against it.")
    ] = "",
    write_expect: Annotated[
        str, typer.Option(metavar="FILE", help="Write what came out as what is expected.")
    ] = "",
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help="How it is shown.")] = "",
    output: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Write there: .txt, .json, .xml, .tap, .html, or FORMAT=FILE. May be repeated.",
        ),
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Keep the results in the database.")] = False,
    as_json: Json = False,
) -> None:
    """Run the cases. Exits 1 when something failed or, with --expect, when something changed."""
    from datetime import UTC, datetime

    from bot.sources.conformance import Wishes, run_conformance

    outputs = list(output or [])
    if form and form not in FORMATS:
        raise WrongRequest(f"there is no format {form}", do=f"choose {', '.join(FORMATS)}")
    if form and len(outputs) > 1:
        raise WrongRequest(
            "--format is for one --output", do="let each file's ending say what it is, or write FORMAT=FILE"
        )
    if form and outputs:
        outputs, form = [f"{form}={outputs[0]}"], ""
    shown = Shown()
    answer = run_conformance(
        runtime,
        release or [],
        clock=lambda: datetime.now(UTC),
        cases=case or [],
        jobs=jobs,
        progress=shown.step,
        note=shown.note,
        wishes=Wishes(claims, fresh, expect, write_expect, form or "text", tuple(outputs)),
    )
    shown.wipe()
    if save:
        _save(answer)
    if as_json:
        document(answer.document)
    else:
        print(answer.text, end="")
    if answer.is_red:
        raise typer.Exit(1)


class Shown:
    """How far the run is, on stderr: a bar on a terminal, else what fails and each tenth of the way."""

    def __init__(self) -> None:
        self.is_bar = sys.stderr.isatty()
        self.began, self.drawn, self.failed, self.tenths = time.monotonic(), 0.0, 0, 0

    def step(self, step: dict[str, Any]) -> None:
        bad = step["outcome"] in ("failed", "error")
        self.failed += bad
        if self.is_bar:
            self._draw(step)
            return
        if bad:
            note(f"{step['release']} {step['case']}: {step['outcome']}")
        tenths = 10 * step["done"] // max(step["total"], 1)
        if tenths > self.tenths:
            self.tenths = tenths
            note(f"{step['done']} of {step['total']} results")

    def note(self, text: str) -> None:
        self.wipe()
        note(text)

    def wipe(self) -> None:
        if self.is_bar:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _draw(self, step: dict[str, Any]) -> None:
        now = time.monotonic()
        done, total = step["done"], max(step["total"], 1)
        if now - self.drawn < SOME and done < total:
            return
        self.drawn = now
        full = WIDTH * done // total
        left = round((now - self.began) / max(done, 1) * (total - done))
        bar = f"[{'#' * full}{'.' * (WIDTH - full)}] {done}/{total}, {self.failed} failed, {left} s left"
        text = f"{bar}, {step['release']} {step['case']}"[: shutil.get_terminal_size().columns - 1]
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _save(answer: "Answer") -> None:
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import testing

    kept = testing.keep(open_desk(settings.load(), note), answer)
    note(f"kept as run {kept.id}" if kept.is_new else f"known already as run {kept.id}")
