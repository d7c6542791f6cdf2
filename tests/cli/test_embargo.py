"""An embargo: canaries in a vote, a milestone and a meeting are seen everywhere before it, nowhere while it holds, and again when lifted."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot import app, settings
from bot.jobs import judging
from bot.records.engine import read_session
from bot.records.outbox import load_outbox
from bot.web.app import build
from tests.cli.conftest import Command
from tests.world import World, harbour

REPO = "quayside/runtime-spec"
# The rule set's own words are no canaries: each of these stands in one thing alone.
VOTE = ("2031-03-09", "canary-of-the-vote")
MILESTONE = ("v1.2.2", "2032-04-17", "canary-of-the-milestone")
TOPIC = ("canary-of-the-topic", "canary-of-an-action", "canary-of-the-talk")
LOG = """\
16:00:03 <ada> #startmeeting quayside weekly
16:00:10 <ada> #topic runtime-spec v1.3.0
16:00:40 <ada> #action bo to close #36
16:01:00 <ada> #topic canary-of-the-topic
16:01:10 <bo> canary-of-the-talk
16:01:20 <ada> #action bo to mend #34, canary-of-an-action
16:02:00 <ada> #topic other business
16:02:10 <ada> #agreed Move #34 out of v1.3.0
16:03:00 <ada> #endmeeting
"""


@pytest.fixture
def planted(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """`command` comes first: this world takes the place of its own."""
    with harbour(tmp_path / "embargo") as found:
        store, at = found.store, datetime.now(UTC) - timedelta(days=1)
        number = store.add_milestone(
            REPO, "v1.2.2", by="ada", at=at, due_on=datetime(2032, 4, 17, tzinfo=UTC)
        )["number"]
        store.add_issue(REPO, "canary-of-the-milestone", by="ada", at=at, milestone=number)
        store.add_issue(REPO, "Release v1.2.2", by="ada", at=at, body="canary-of-the-milestone")
        store.edit_issue(
            REPO,
            43,
            {"body": "[runtime-spec VOTE]: tag 1.3.0 canary-of-the-vote (closes 2031-03-09 12:00 UTC)"},
            by="ada",
        )
        (tmp_path / "weekly.log").write_text(LOG)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("TALLYMAN_DATA", str(tmp_path / "data"))
        monkeypatch.setenv("TALLYMAN_CONFIG", str(found.settings()))
        yield found


LINES = (
    *(f"report -r {tag} --format {form}" for tag in ("v1.3.0", "v1.2.2") for form in ("markdown", "html", "text", "json")),
    "judge -r v1.3.0", "judge -r v1.2.2 --json", "publish -r v1.3.0", "publish -r v1.2.2",
    "vote show -r v1.3.0", "vote show -r v1.3.0 --json", "rulings -r v1.3.0 --json",
    "release plan --as v1.2.2", "release plan --as v1.2.2 --as v1.3.0 --json", "milestones list", "milestones list --json",
    "milestones show v1.2.2", "milestones show v1.3.0", "meeting list --json", "meeting show 1", "meeting export 1 --format log",
    "meeting export 1 --format log-page", "meeting export 1 --format json", "meeting agenda", "meeting feed",
    "meeting calendar", "actions list", "actions list --json", "decisions list", "decisions list --json",
)  # fmt: skip


def everything(command: Command, world: World) -> dict[str, str]:
    """What every command prints, what every page shows, and what waits to be sent."""
    found = {line: (said := command(*line.split())).out + said.err for line in LINES}
    desk = app.open_desk(settings.load(world.folder / "tallyman.toml"), found.get)  # type: ignore[arg-type]  # nobody listens
    found |= asyncio.run(pages(build(desk.engine, desk.settings.project, lambda _: None)))
    with read_session(desk.engine) as session:
        found["outbox"] = "\n".join(each.body for each in load_outbox(session))
    return found


async def pages(dashboard: FastAPI) -> dict[str, str]:
    paths = ["/", "/api/v1/projects"]
    paths += [f"{root}/projects/runtime-spec/milestones/{n}" for root in ("", "/api/v1") for n in range(1, 6)]
    transport = httpx.ASGITransport(dashboard)
    async with httpx.AsyncClient(transport=transport, base_url="http://dashboard.example") as visitor:
        return {path: (await visitor.get(path)).text for path in paths}


def seen(found: dict[str, str], canaries: tuple[str, ...]) -> dict[str, list[str]]:
    """Where canaries are, by canary. What the asker typed himself is no leak."""
    shown = {
        name: "\n".join(
            line for line in text.splitlines() if "canary" in line or "203" in line or "v1.2.2" not in name
        )
        for name, text in found.items()
    }
    return {
        bird: places
        for bird in canaries
        if (places := [name for name, text in shown.items() if bird in text])
    }


def test_an_embargo_hides_existence_counts_and_dates_everywhere(planted: World, command: Command) -> None:
    world = planted
    assert command("sync").code == 0
    assert command("meeting", "import", "weekly.log", "--live", "--date", "2026-06-03").code == 0
    desk = app.open_desk(settings.load(world.folder / "tallyman.toml"), world.told.append)
    for tag in ("v1.3.0", "v1.2.2"):
        judging.queue(desk, judging.judge(desk, desk.settings.project[0], tag))
    before = everything(command, world)
    for canaries in (VOTE, MILESTONE, TOPIC):
        assert set(seen(before, canaries)) == set(canaries), "each is somewhere"

    for about in ("vote", "milestone:v1.2.2", "meeting:1:canary-of-the-topic"):
        words = (
            "embargo",
            about,
            "--by",
            "ada",
            "--because",
            "not yet",
            *(("-r", "v1.3.0") if about == "vote" else ()),
        )
        said = command(*words)
        assert said.code == 0, said.err
    hidden = everything(command, world)
    assert seen(hidden, (*VOTE, *MILESTONE, *TOPIC)) == {}
    assert "embargo" not in "\n".join(hidden.values()).lower(), "nor that there is one"
    assert '"total": 7' not in hidden["/api/v1/projects"] or "v1.2.2" not in hidden["/api/v1/projects"]
    assert "canary-of-the-vote" in command("vote", "show", "-r", "v1.3.0", "--embargoed").out, (
        "on the asker's own terminal"
    )
    assert command("sync").code == 0, "a sync brings nothing back"
    assert command("meeting", "import", "weekly.log", "--live", "--date", "2026-06-03").code == 0
    assert seen(everything(command, world), (*VOTE, *MILESTONE, *TOPIC)) == {}

    for about in ("vote", "milestone:v1.2.2", "meeting:1:canary-of-the-topic"):
        words = (
            "lift",
            about,
            "--by",
            "bo",
            "--because",
            "it is out",
            *(("-r", "v1.3.0") if about == "vote" else ()),
        )
        assert command(*words).code == 0
    after = everything(command, world)
    for canaries in (VOTE, MILESTONE, TOPIC):
        assert set(seen(after, canaries)) == set(canaries)


def test_a_whole_meeting_under_embargo_is_as_if_it_was_never_held(planted: World, command: Command) -> None:
    assert command("sync").code == 0
    assert command("meeting", "import", "weekly.log", "--live", "--date", "2026-06-03").code == 0
    assert command("embargo", "meeting:1", "--by", "ada", "--because", "not yet").code == 0
    found = everything(command, planted)
    assert seen(found, (*TOPIC, "Move #34 out of v1.3.0", "quayside weekly")) == {}
    assert "there is no meeting 1" in found["meeting show 1"]
    assert found["meeting list --json"].strip() == "[]"
