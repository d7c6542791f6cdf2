"""A small world: the sample community on a local GitHub, settings that name it, and `tallyman` as it is typed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot import app, settings
from bot.demo import github
from bot.demo.community import BOT, Community, load
from bot.jobs.desk import Desk
from bot.records.engine import Engine
from tests.conftest import no_user_namespace
from tests.skips import skip_host, skip_tool

BINARIES = Path(sys.executable).parent
TOKEN = "a-token-of-the-tests"
SETTINGS = """\
[service]
send = {send}
[github]
api = "{api}"
token_file = "{token}"
[[project]]
id = "runtime-spec"
repo = "quayside/runtime-spec"
[project.conformance]
suite = "runtime"
runtimes = ["{runtime}"]
"""


@dataclass(frozen=True, slots=True)
class World:
    """A folder with tallyman.toml and a token, and the local GitHub that they lead to."""

    folder: Path
    store: github.Store
    url: str
    told: list[str] = field(default_factory=list)  # what errands said of their progress

    def settings(self, *, send: bool = False, runtime: str = "refrun", more: str = "") -> Path:
        """Writes tallyman.toml and the token; `more` comes at the settings' end."""
        token = self.folder / "token"
        token.write_text(TOKEN)
        path = self.folder / "tallyman.toml"
        text = SETTINGS.format(send=str(send).lower(), api=self.url, token=token, runtime=runtime)
        path.write_text(text + more)
        return path

    def desk(self, engine: Engine, *, send: bool = False, runtime: str = "refrun", more: str = "") -> Desk:
        found = settings.load(self.settings(send=send, runtime=runtime, more=more), {})
        return app.open_desk(found, self.told.append, engine)

    def comments(self, number: int) -> list[str]:
        """What Tallyman said on an issue or pull request."""
        said = self.store.all("comment", "quayside/runtime-spec")
        return [each["body"] for each in said if each["issue"] == number and each["user"] == BOT]


@contextmanager
def harbour(folder: Path) -> Iterator[World]:
    """The world, until the block ends."""
    folder.mkdir(exist_ok=True)
    with closing(github.Store(folder / "github.db")) as store:
        load(store, Community(folder, datetime.now(UTC), TOKEN))
        with github.start(store) as server:
            world = World(folder, store, server.url)
            world.settings()
            yield world


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def environment(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a command's process sees: nothing of the developer's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "CI") if name in os.environ}
    return {**kept, "HOME": str(folder), "TALLYMAN_DATA": str(folder / "data"), **(more or {})}


def tallyman(
    *words: str | Path,
    folder: Path,
    environ: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    timeout: float = 100,
) -> Said:
    """Runs `tallyman` as a process in a folder; `before` is what stands in front of it, such as unshare."""
    done = subprocess.run(
        [*before, str(BINARIES / "tallyman"), *map(str, words)],
        cwd=folder, env=environment(folder, environ), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def without_containers(uid: int = 1000) -> list[str]:
    """What to put in front of a command so that it is a user whom the kernel gives no namespace.

    Its group is mapped to nothing, and for such a user the kernel makes no further user namespace. Skips where not even
    the first one can be made and the tests run as root.
    """
    if not no_user_namespace():
        return [skip_tool("unshare"), "--user", f"--map-user={uid}"]
    if os.geteuid() == 0:
        skip_host("no-user-namespace", "unshare(CLONE_NEWUSER) is refused, and root needs none")
    return []


def own_mounts(prepare: str, *, stay: bool = False) -> list[str]:
    """What to put in front of a command so that it sees mounts that are gone when it ends; `prepare` is shell and makes them.

    With `stay` the shell waits for the command, so that a trap of `prepare` runs after it.
    """
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    if as_root and no_user_namespace():
        skip_host(
            "no-user-namespace", "unshare(CLONE_NEWUSER) is refused, and only root can mount without one"
        )
    command = '"$@"' if stay else 'exec "$@"'
    return [skip_tool("unshare"), *as_root, "--mount", "sh", "-ec", f"{prepare}; {command}", "sh"]


def copy_books(source: Path, target: Path) -> None:
    """Copies a database that somebody may have open."""
    target.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(target)) as after:
        before.backup(after)
        after.execute("PRAGMA journal_mode=WAL")


def books(database: Path) -> str:
    """Everything a SQLite database holds, as text: to see that nothing of it changed."""
    if not database.exists():
        return ""
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())
