"""Quayside, a sample community: two invented specifications, the people who write them, and three of their meetings.

Everything is dated relative to the first start, so that the story is always a fresh one: the first meeting was three
weeks ago, the last one the day before yesterday.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib import resources
from pathlib import Path

from bot.demo.community import releasing
from bot.demo.community.code import lay_code
from bot.demo.github.store import Store
from bot.records.engine import default_url

RUNTIME, IMAGE = "quayside/runtime-spec", "quayside/image-spec"
PEOPLE = ("ada", "bo", "cyd", "dot", "eli", "fay")
BOT = "quayside-tallyman"
PROJECT, RELEASE = "runtime-spec", "v1.3.0"
MEETINGS = (("first", 21), ("second", 13), ("third", 2))  # log, days before the epoch
EPOCH, TOKEN = "epoch", "token"

SETTINGS = """\
# The sample community's settings, written by `tallyman demo`.
[service]
database = {database}
send = true

[github]
api = "{github}"
token_file = {token_file}

[[project]]
id = "runtime-spec"
repo = "quayside/runtime-spec"
family = "oci"
kind = "spec"
channels = ["irc.example.org/#quayside"]
[project.conformance]
suite = "runtime"
runtimes = ["refrun"]

[[project]]
id = "image-spec"
repo = "quayside/image-spec"
family = "plain"
kind = "spec"
channels = ["irc.example.org/#quayside"]
[project.releases]
milestone = '^{{version}}$'
issue = '^Checklist for {{version}}$'
pull = '^image-spec {{version}}$'
"""


@dataclass(frozen=True, slots=True)
class Community:
    """The community in its state folder. `epoch` is noon of the day it was first started."""

    state: Path
    epoch: datetime
    token: str

    def settings(self, github: str) -> Path:
        """Writes tallyman.toml for the address the local GitHub has this time."""
        path = self.state / "tallyman.toml"
        # A TOML string is written like a JSON one; a folder may have a quote in its name.
        database = json.dumps(default_url(self.state), ensure_ascii=False)
        token_file = json.dumps(str(self.state / TOKEN), ensure_ascii=False)
        text = SETTINGS.format(github=github, database=database, token_file=token_file)
        path.write_text(text, encoding="utf-8")
        return path

    def logs(self, github: str) -> tuple[Path, ...]:
        """Writes the meetings' logs; their links lead to the local GitHub."""
        folder = self.state / "logs"
        folder.mkdir(exist_ok=True)
        return tuple(self._log(folder, name, days, github) for name, days in MEETINGS)

    def _log(self, folder: Path, name: str, days: int, github: str) -> Path:
        day = (self.epoch - timedelta(days=days)).date()
        first_line = datetime.combine(day, time(16, 0, 3), UTC)
        text = resources.files(__name__).joinpath("logs", f"{name}.log").read_text(encoding="utf-8")
        path = folder / f"quayside.{day}-16.00.log.txt"
        asctime = f"{first_line:%a %b} {day.day:>2} {first_line:%H:%M:%S %Y}"
        path.write_text(text.format(asctime=asctime, web=github), encoding="utf-8")
        return path


def open_community(state: Path, now: datetime) -> Community:
    """The community of a state folder, founded at the first call."""
    state.mkdir(parents=True, exist_ok=True)
    noon = datetime.combine(now.astimezone(UTC).date(), time(12), UTC)
    epoch = _once(state / EPOCH, noon.isoformat())
    token = _once(state / TOKEN, secrets.token_hex(20))
    return Community(state, datetime.fromisoformat(epoch), token)


def _once(path: Path, text: str) -> str:
    """What the file holds, `text` at the first call. The file is there whole or not at all, and readable by its owner."""
    if not path.exists():
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    return path.read_text(encoding="utf-8")


def load(store: Store, community: Community) -> None:
    """Lays the community's history into the local GitHub, once: a second call changes nothing."""
    with store.change():
        if store.all("repo", RUNTIME):
            return
        for login in PEOPLE:
            store.add_user(login)
        store.add_user(BOT, community.token)
        _runtime(store, community.epoch)
        _image(store, community.epoch)


def _runtime(store: Store, epoch: datetime) -> None:
    def ago(days: float) -> datetime:
        return epoch - timedelta(days=days)

    store.add_repo(RUNTIME, at=ago(900), description="How a container is started, by the people of Quayside")
    releasing.lay(store, RUNTIME, PEOPLE, epoch)
    store.add_milestone(RUNTIME, "v1.2.1", by="ada", at=ago(300), due_on=ago(200), state="closed")
    release = store.add_milestone(RUNTIME, "v1.3.0", by="ada", at=ago(120))["number"]
    later = store.add_milestone(RUNTIME, "v1.4.0", by="ada", at=ago(20))["number"]

    store.add_issue(
        RUNTIME,
        "Idmapped mounts: who owns a file that is in no range?",
        by="fay",
        at=ago(90),
        milestone=release,
        number=29,
    )
    store.edit_issue(RUNTIME, 29, {"milestone": later}, by="bo", at=ago(20))
    store.add_issue(
        RUNTIME,
        "Hooks: what happens when poststart fails?",
        by="cyd",
        at=ago(80),
        milestone=release,
        assignees=("bo",),
        number=31,
    )
    store.edit_issue(RUNTIME, 31, {"state": "closed"}, by="bo", at=ago(9))
    store.add_issue(
        RUNTIME,
        "Network devices: who moves them back?",
        by="eli",
        at=ago(70),
        milestone=release,
        assignees=("fay",),
        number=34,
    )
    store.add_comment(
        RUNTIME,
        34,
        "The kernel gives them back to the namespace they came from, or it does not; both happen.",
        by="eli",
        at=ago(60),
    )
    store.add_issue(
        RUNTIME,
        "Memory policy: may the node list be empty?",
        by="eli",
        at=ago(50),
        milestone=release,
        assignees=("cyd",),
        number=36,
    )
    store.add_pull(RUNTIME, "Describe network devices", by="fay", at=ago(45), milestone=release, number=38)
    store.add_review(RUNTIME, 38, "APPROVED", by="ada", at=ago(30))
    store.add_review(RUNTIME, 38, "APPROVED", by="cyd", at=ago(18))
    store.merge(RUNTIME, 38, by="ada", at=ago(17))
    store.add_pull(
        RUNTIME,
        "Say what a failed poststart does",
        by="bo",
        at=ago(10),
        milestone=release,
        reviewers=("fay", "eli"),
        mergeable_state="blocked",
        number=40,
    )
    store.add_review(RUNTIME, 40, "APPROVED", by="cyd", at=ago(3))
    store.add_pull(
        RUNTIME,
        "Memory policy: the node list may be empty",
        by="cyd",
        at=ago(14),
        milestone=release,
        mergeable=False,
        mergeable_state="dirty",
        reviewers=("bo",),
        number=41,
    )
    store.add_review(
        RUNTIME, 41, "CHANGES_REQUESTED", by="eli", at=ago(12), body="The example still has a node."
    )
    store.add_issue(
        RUNTIME, "Release v1.3.0", by="ada", at=ago(8), body="What is left before we can cut it.", number=42
    )
    store.add_pull(
        RUNTIME,
        "version: release v1.3.0",
        by="ada",
        at=ago(4),
        milestone=release,
        reviewers=("bo", "dot"),
        number=43,
        body=releasing.motion(epoch),
    )
    releasing.release(store, RUNTIME, 43, epoch)
    store.add_review(RUNTIME, 43, "APPROVED", by="fay", at=ago(3))
    store.add_review(RUNTIME, 43, "COMMENTED", by="bo", at=ago(2), body="Reading it tonight.")
    lay_code(store, RUNTIME, 43, ago)


def _image(store: Store, epoch: datetime) -> None:
    def ago(days: float) -> datetime:
        return epoch - timedelta(days=days)

    store.add_repo(
        IMAGE, at=ago(900), description="What a container is started from, by the people of Quayside"
    )
    store.add_milestone(IMAGE, "1.0.1", by="dot", at=ago(400), due_on=ago(350), state="closed")
    release = store.add_milestone(IMAGE, "1.1.0", by="dot", at=ago(100), due_on=epoch + timedelta(days=30))[
        "number"
    ]
    store.add_issue(
        IMAGE,
        "Two rows of the media type table say the same",
        by="dot",
        at=ago(60),
        milestone=release,
        assignees=("dot",),
        number=11,
    )
    store.edit_issue(IMAGE, 11, {"state": "closed"}, by="dot", at=ago(14))
    store.add_issue(
        IMAGE,
        "Which registries keep unknown annotations?",
        by="ada",
        at=ago(55),
        assignees=("dot",),
        number=12,
    )
    store.edit_issue(IMAGE, 12, {"milestone": release}, by="ada", at=ago(20))
    store.add_pull(IMAGE, "One row for each media type", by="dot", at=ago(19), milestone=release, number=13)
    store.add_review(IMAGE, 13, "APPROVED", by="ada", at=ago(16))
    store.add_review(IMAGE, 13, "APPROVED", by="bo", at=ago(15))
    store.merge(IMAGE, 13, by="ada", at=ago(14))
