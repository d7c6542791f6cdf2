"""`tallyman demo`: the whole circle once, on the sample community and the local GitHub; `demo-github` is the latter alone."""

from pathlib import Path
from typing import Annotated, Any

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
    from bot import app
    from bot.demo.circle import run

    _reach_ourselves()
    folder = _folder(state)
    if facts is not None:
        _check_writable(facts)
    with run(folder, app.open_desk, app.now, note, port) as circle:
        print(circle.report)
        for post in circle.facts["posted"]:
            print(f"{post['action']}: {post['url']}", flush=True)
        if facts is not None:
            _write(facts, circle.facts)
        if circle.without_containers:
            note(
                f"tallyman: no case made a container: {circle.without_containers}; "
                "the rest of the circle is done, but this shows less than it should"
            )
            raise typer.Exit(1)
        if once:
            note(f"everything is kept in {folder}; without --once the dashboard follows here")
            return
        app.set_up_logs(json=False)
        app.serve(circle.desk, "127.0.0.1", circle.port, lambda url: print(f"dashboard: {url}", flush=True))


def _folder(state: Path | None) -> Path:
    from bot import settings

    return (state or settings.data_dir() / "demo").expanduser().absolute()


def _reach_ourselves() -> None:
    """The local GitHub is on this machine: no proxy of the environment stands between it and us."""
    import os

    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1", "localhost")))


def _check_writable(path: Path) -> None:
    """Asked before the work, so that nothing is posted whose facts are then lost. Raises WrongRequest."""
    import os

    from bot.model.errors import WrongRequest

    place = path if path.exists() else path.parent
    if path.is_dir() or not os.access(place, os.W_OK):
        raise WrongRequest(f"{path} cannot be written", do="choose another file for --json")


def _write(path: Path, facts: dict[str, Any]) -> None:
    import json

    from bot.model.errors import WrongRequest

    try:
        path.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
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
    from bot import app
    from bot.demo.circle import usable
    from bot.demo.community import load, open_community
    from bot.demo.github import FILE, Store, serve

    folder = _folder(state)
    with usable(folder):
        community = open_community(folder, app.now())
        store = Store(folder / FILE)
        load(store, community)
        store.close()
    note(f"token: {folder / 'token'}")
    serve(folder, host, port)
