"""`tallyman conformance usecases`: the recipes of the cookbook, or of any repository, tried as tests by the suite."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.conformance import conformance
from bot.cli.printing import Json

SUITE = (sys.executable, "-P", "-X", "utf8", "-m", "runtime.conformance", "usecases")


def register(app: typer.Typer) -> None:
    conformance.command("usecases")(usecases)


def usecases(
    runtime: Annotated[str, typer.Option(help="A runtime with runc's command line.")] = "refrun",
    release: Annotated[
        list[str] | None, typer.Option("--release", "-r", help="A tag since v0.4.0; all when left out.")
    ] = None,
    use_case: Annotated[
        list[str] | None, typer.Option("--use-case", metavar="NAME[/WAY]", help="Only this one.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A repository, or its folder of use cases.")
    ] = None,
    claims: Annotated[
        str, typer.Option(metavar="MIN..MAX", help="The releases that the runtime is held to.")
    ] = "",
    jobs: Annotated[int | None, typer.Option(min=1, help="How many at once.")] = None,
    as_json: Json = False,
) -> None:
    """Try each way of each use case. Exits 1 when a script failed."""
    words = [*SUITE, "--runtime", runtime]
    for name, values in (("--release", release), ("--use-case", use_case)):
        for value in values or ():
            words.append(f"{name}={value}")
    words += [] if folder is None else [f"--folder={folder}"]
    words += [f"--claims={claims}"] * bool(claims)
    words += [] if jobs is None else [f"--jobs={jobs}"]
    with subprocess.Popen([*words, *["--json"] * as_json], stdin=subprocess.DEVNULL) as suite:
        try:
            code = suite.wait()
        except BaseException:  # Ctrl-C: it takes away what its scripts made, then we go
            suite.terminate()
            suite.wait()
            raise
    raise typer.Exit(code)
