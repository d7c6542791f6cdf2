"""The command line: it builds what a command needs, calls one errand or one pure function, and prints the answer.

Heavy libraries are imported inside the commands, so that `--help` and `minutes` stay quick.
"""

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from bot.cli import (
    actions,
    conformance,
    demo,
    judgement,
    meetings,
    minutes,
    people,
    plan,
    records,
    release_votes,
    requirements,
    rulings,
    service,
    setup,
    tracker,
    usecases,
    votes,
)
from bot.cli.printing import open_streams
from bot.model.errors import TallymanError

app = typer.Typer(
    name="tallyman",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for group in (
    setup,
    demo,
    minutes,
    meetings,
    actions,
    people,
    tracker,
    conformance,
    usecases,
    requirements,
    judgement,
    votes,
    release_votes,
    rulings,
    plan,
    service,
    records,
):
    group.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"tallyman {version('tallyman-bot')}")
        raise typer.Exit


@app.callback()
def tallyman(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keeps the books of a specification project: meetings, milestones, conformance, readiness.

    Settings are read from tallyman.toml in this folder, or from the file that TALLYMAN_CONFIG names.
    Exit codes: 0 done, 1 the answer is no, 2 the request was wrong, 3 the world failed.
    """


def main() -> None:
    """Runs one command. Exit codes: 0 done, 1 the answer is no, 2 the request was wrong, 3 the world failed."""
    open_streams()
    # As Ctrl-C: what was begun is taken away (130); `serve` ends well (0). A terminal that goes away is the same.
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # nohup has it ignored, and so it stays
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    code = run()
    # An errand of the schedule may still wait for the network; what it did is kept or undone, so nobody waits for it.
    os._exit(code)


def run(words: Sequence[str] | None = None) -> int:
    """Runs one command (`words` None: the process's own) and gives its exit code; everything is written out by then."""
    try:
        try:
            app(words)
        finally:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except TallymanError as failed:
        print(f"tallyman: {failed}", file=sys.stderr, flush=True)
        return failed.exit_code
    except KeyboardInterrupt:  # where Typer does not look for it
        return 130
    except Exception:
        traceback.print_exc()
        print(
            "tallyman: this is a fault of Tallyman's own: please report it with the lines above",
            file=sys.stderr,
            flush=True,
        )
        return 3
    return 0


if __name__ == "__main__":
    main()
