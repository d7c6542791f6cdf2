"""The command line: it builds what a command needs, calls one errand or one pure function, and prints the answer.

Heavy libraries are imported inside the commands, so that `--help` and `minutes` stay quick.
"""

import sys

import typer

from bot.cli import (
    actions,
    conformance,
    demo,
    judgement,
    meetings,
    minutes,
    people,
    records,
    service,
    setup,
    tracker,
)
from bot.model.errors import TallymanError

app = typer.Typer(
    name="tallyman",
    help="Keeps the books of a specification project: meetings, milestones, conformance, readiness.",
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
    judgement,
    service,
    records,
):
    group.register(app)


def main() -> None:
    """Runs one command. Exit codes: 0 done, 1 the answer is no, 2 the request was wrong, 3 the world failed."""
    try:
        app()
    except TallymanError as failed:
        print(f"tallyman: {failed}", file=sys.stderr)
        raise SystemExit(failed.exit_code) from None
    except BrokenPipeError:  # `tallyman ... | head` read enough
        sys.stderr.close()
        raise SystemExit(0) from None


if __name__ == "__main__":
    main()
