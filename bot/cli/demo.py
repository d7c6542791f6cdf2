"""`tallyman demo`: the whole circle once, on the sample community and the local GitHub; `demo-github` is the latter alone."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.printing import note


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)
    app.command("demo-github")(demo_github)


def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop after printing.")] = False,
    facts: Annotated[Path | None, typer.Option("--json", help="Write what happened into this file.")] = None,
    state: Annotated[
        Path | None, typer.Option(help="Where the demo keeps its database, its GitHub and its ports.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The dashboard's port; 0 takes the last one or a free one.")
    ] = 0,
) -> None:
    """Record, sync, test, judge and post, once, on sample data; then show the dashboard until Ctrl-C."""
    import json

    from bot import app, settings
    from bot.demo.circle import NoContainer, run

    folder = (state or settings.data_dir() / "demo").expanduser().resolve()
    try:
        with run(folder, app.open_desk, app.now, note) as circle:
            print(circle.report)
            for post in circle.facts["posted"]:
                print(f"{post['action']}: {post['url']}")
            if facts is not None:
                _write(facts, json.dumps(circle.facts, indent=2))
            if not once:
                app.set_up_logs(json=False)
                dashboard = circle.port("dashboard", port)
                app.serve(
                    circle.desk, "127.0.0.1", dashboard, lambda url: print(f"dashboard: {url}", flush=True)
                )
            else:
                note(f"everything is kept in {folder}; without --once the dashboard follows here")
    except NoContainer as nothing:
        note(f"tallyman: {nothing}")
        raise typer.Exit(1) from None


def _write(path: Path, text: str) -> None:
    from bot.model.errors import WrongRequest

    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as failed:
        raise WrongRequest(
            f"{path} cannot be written ({failed.strerror})", do="choose another file for --json"
        ) from None


def demo_github(
    state: Annotated[Path | None, typer.Option(help="Where it keeps what it knows.")] = None,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 0,
) -> None:
    """Serve the local GitHub alone, with the sample community in it, until Ctrl-C."""
    from bot import app, settings
    from bot.demo.community import load, open_community
    from bot.demo.github import FILE, Store, serve

    folder = (state or settings.data_dir() / "demo").expanduser().resolve()
    community = open_community(folder, app.now())
    store = Store(folder / FILE)
    load(store, community)
    store.close()
    note(f"token: {folder / 'token'}")
    serve(folder, host, port)
