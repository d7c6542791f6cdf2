"""What goes wrong is one sentence on stderr that says what to do, an exit code that says whose part it was, and no trace."""

import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from bot.demo.community import BOT
from tests.cli.conftest import Command
from tests.world import Said, World, books, harbour

IMPORT = ("meeting", "import", "weekly.log", "--date", "2026-06-03")
DATABASE = Path("data/tallyman.db")


def failed(said: Said, code: int, *words: str) -> None:
    """One sentence of ours, nothing on stdout, no traceback."""
    assert said.code == code, said.err
    assert said.out == ""
    last = said.err.splitlines()[-1]
    assert last.startswith("tallyman: ")
    assert [word for word in words if word not in last] == []
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        pytest.param("minutes nowhere.log", 2, "nowhere.log cannot be read", id="no such log"),
        pytest.param("minutes .", 2, "Is a directory", id="a folder for a log"),
        pytest.param("minutes empty.log", 2, "is empty", id="an empty log"),
        pytest.param("minutes quiet.log --date 2026-06-03", 2, "a meeting begins with a line that says #startmeeting", id="a log without a meeting"),
        pytest.param("minutes binary.log", 2, "is not a log Tallyman can read", id="a binary file"),
        pytest.param("minutes weekly.log --project nowhere", 2, "the settings name runtime-spec", id="minutes for an unknown project"),
        pytest.param("meeting import nowhere.log", 2, "nowhere.log cannot be read", id="recording no log"),
        pytest.param("meeting import empty.log", 2, "is empty", id="recording an empty log"),
        pytest.param("meeting import quiet.log --date 2026-06-03", 2, "no meeting starts in quiet.log", id="recording no meeting"),
        pytest.param("meeting import binary.log", 2, "is not a log Tallyman can read", id="recording a binary file"),
        pytest.param("meeting show 99", 2, "99", id="a meeting that was not recorded"),
        pytest.param("actions done 9/L1 --by ada", 2, "9", id="an action that was not promised"),
        pytest.param("sync --project nowhere", 2, "the settings name runtime-spec", id="syncing an unknown project"),
        pytest.param("milestones show v9", 2, "has no milestone v9: known are", id="an unknown milestone"),
        pytest.param("judge --release v1.3.0 --project nowhere", 2, "the settings name runtime-spec", id="judging an unknown project"),
        pytest.param("judge --release nonsense", 2, "nonsense is no release of this project", id="judging no release"),
        pytest.param("report --release nonsense", 2, "nonsense is no release of this project", id="reporting no release"),
        pytest.param("publish --release v9.0.0", 2, "open the release's issue or pull request", id="publishing a release that is decided nowhere"),
        pytest.param("publish --release v9.0.0 --send", 2, "open the release's issue or pull request", id="posting a release that is decided nowhere"),
        pytest.param("conformance run --release v9", 2, "known are v0.4.0", id="testing an unknown release"),
        pytest.param("conformance run --release v1.3.0 --case nope", 2, "there is no case nope", id="an unknown case"),
        pytest.param("conformance run --release v1.3.0 --runtime nope", 2, "there is no runtime nope on this host: install it", id="an unknown runtime"),
        pytest.param("init --preset nope", 2, "known are apache, cncf, oci, oci-project, plain", id="an unknown preset"),
        pytest.param("init --file nowhere/tallyman.toml", 2, "cannot be written (No such file or directory)", id="settings in no folder"),
        pytest.param("init --file weekly.log", 2, "weekly.log exists", id="settings over another file"),
    ],
)  # fmt: skip
def test_a_wrong_request_says_what_to_do_and_writes_nothing(
    books_of_the_meeting: Command, line: str, code: int, words: str
) -> None:
    Path("empty.log").write_bytes(b"")
    Path("quiet.log").write_text("16:00:03 <ada> good morning\n")
    Path("binary.log").write_bytes(bytes(range(256)) * 20)
    files, before = sorted(os.listdir()), books(DATABASE)
    failed(books_of_the_meeting(*line.split()), code, words)
    assert (sorted(os.listdir()), books(DATABASE)) == (files, before)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        pytest.param(("token", "wrong"), "GitHub does not take the token", id="a wrong token"),
        pytest.param(("token", ""), "is empty: write the token into it", id="an empty token file"),
        pytest.param(("repo", "quayside/nowhere"), "there is no quayside/nowhere at http://127.0.0.1", id="an unknown repository"),
    ],
)  # fmt: skip
def test_what_github_does_not_take_is_named(
    command: Command, world: World, setting: tuple[str, str], words: str
) -> None:
    path, (name, value) = world.settings(), setting
    if name == "token":
        (world.folder / "token").write_text(value)
    else:
        path.write_text(path.read_text().replace("quayside/runtime-spec", value))
    failed(command("sync"), 2, words)
    failed(command("sync", "--json"), 2, words)
    assert "quayside" not in books(DATABASE)


def test_posting_without_a_token_queues_nothing(books_of_the_meeting: Command, world: World) -> None:
    path = world.settings()
    path.write_text("".join(line for line in path.read_text().splitlines(True) if "token_file" not in line))
    before = books(DATABASE)
    failed(books_of_the_meeting("publish", "--release", "v1.3.0", "--send"), 2, "posting needs a token: set")
    assert books(DATABASE) == before


def test_without_any_settings_a_command_says_how_to_begin(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALLYMAN_CONFIG")
    for words in (("sync",), ("judge", "-r", "v1.3.0"), ("publish", "-r", "v1.3.0")):
        failed(command(*words), 2, "no project is set up: run `tallyman init`")
    assert not DATABASE.exists()


def test_every_problem_of_the_settings_is_named_at_once(command: Command, world: World) -> None:
    world.settings().write_text(
        '[service]\nsned = true\nsend = "maybe"\n[github]\napi = "x"\n'
        '[[project]]\nid = "x"\n[schedule]\nsync = "61 * * * *"\nwhenever = 1\n'
    )
    said = command("milestones", "list")
    assert (said.code, said.out) == (2, "")
    first, *problems = said.err.splitlines()
    assert first.endswith("tallyman.toml has 6 problems:")
    assert [problem.split(":")[0] for problem in problems] == [
        "  - service.send", "  - service.sned", "  - github.api", "  - project[1].repo",
        "  - schedule.sync", "  - schedule.whenever",
    ]  # fmt: skip
    assert not DATABASE.exists()


@contextmanager
def garbage() -> Iterator[None]:
    DATABASE.parent.mkdir(exist_ok=True)
    DATABASE.write_bytes(b"Dear harbour master, " * 300)
    yield


@contextmanager
def somebody_else_s() -> Iterator[None]:
    DATABASE.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute("CREATE TABLE ledger (x INTEGER)")
    yield


@contextmanager
def too_new() -> Iterator[None]:
    with closing(sqlite3.connect(DATABASE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    yield


@contextmanager
def locked() -> Iterator[None]:
    with closing(sqlite3.connect(DATABASE, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.parametrize(
    ("state", "words"),
    [
        pytest.param(garbage, "is not a database of Tallyman", id="no database"),
        pytest.param(somebody_else_s, "tables of another program", id="another program's"),
        pytest.param(too_new, "was written by a newer Tallyman (revision 9999): install that version", id="a newer one"),
        pytest.param(locked, "is locked: another tallyman is writing; try again in a moment", id="a locked one"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_used_stays_as_it_is(
    command: Command, state: Callable[[], AbstractContextManager[None]], words: str
) -> None:
    if state in (too_new, locked):
        assert command("db", "upgrade").code == 0
    with state():
        before = DATABASE.read_bytes()
        failed(command(*IMPORT), 3, words)
        assert DATABASE.read_bytes() == before


def test_a_locked_database_can_still_be_read(books_of_the_meeting: Command) -> None:
    with locked():
        assert "quayside weekly" in books_of_the_meeting("meeting", "show", "1").out


def test_a_port_that_is_taken_is_named(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        failed(
            command("serve", "--port", port),
            3,
            f"127.0.0.1:{port} cannot be listened on (Address already in use)",
        )
        failed(command("demo-github", "--port", port, "--state", "state"), 3, f"127.0.0.1:{port}")  # fmt: skip
    failed(command("serve", "--host", "192.0.2.1"), 3, "192.0.2.1:8080 cannot be listened on")


def test_a_comment_that_cannot_be_posted_is_a_failure_and_the_other_one_is_posted(
    tmp_path_factory: pytest.TempPathFactory, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with harbour(tmp_path_factory.mktemp("locked") / "world") as world:
        monkeypatch.setenv("TALLYMAN_CONFIG", str(world.settings()))
        assert command("sync").code == 0
        world.store.add_user(BOT, access="read")  # who may push may speak in a locked issue, too
        world.store.edit_issue("quayside/runtime-spec", 42, {"locked": True}, by="ada")
        said = command("publish", "-r", "v1.3.0", "--send")
        assert said.code == 3
        assert said.out.startswith("created: http://127.0.0.1")
        assert "/pull/43#issuecomment-" in said.out
        assert "Unable to create comment because issue is locked" in said.err
        assert "waits in the outbox" in said.err
        assert (len(world.comments(42)), len(world.comments(43))) == (0, 1)
