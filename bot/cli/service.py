"""`tallyman serve`: the schedule and the dashboard in one process."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8080,
) -> None:
    """Read, test, judge and publish by schedule, and show the dashboard, until Ctrl-C."""
    import sys

    from bot import app, settings

    found = settings.load()
    app.set_up_logs(json=not sys.stderr.isatty())
    app.serve(app.open_desk(found, app.tell), host, port, lambda url: print(f"dashboard: {url}", flush=True))
