"""Speaking: one comment that fails stays in the outbox, says why, and holds up no other."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from bot import app, settings
from bot.demo.community import BOT
from bot.jobs import judging, publishing, sync
from bot.jobs.desk import Desk
from bot.model.errors import MustWait, PublicationFailed, WrongRequest
from bot.publication.publisher import Publisher
from bot.records.engine import Engine, read_session
from bot.records.outbox import load_outbox
from tests.world import TOKEN, World

REPO = "quayside/runtime-spec"


@pytest.fixture
def queued(desk: Desk) -> Desk:
    project = desk.settings.project[0]
    sync.run(desk, project)
    judging.queue(desk, judging.judge(desk, project, "v1.3.0"))
    return desk


def waiting(desk: Desk) -> list[int]:
    with read_session(desk.engine) as session:
        return [each.number for each in load_outbox(session)]


def test_what_waits_is_posted_once(queued: Desk, world: World) -> None:
    assert [post.action for post in publishing.run(queued)] == ["created", "created"]
    assert publishing.run(queued) == ()
    assert [len(world.comments(number)) for number in (42, 43)] == [1, 1]


def may(world: World, access: str) -> None:
    """Sets what the bot's account may do: who may push may also speak in a locked issue."""
    world.store.add_user(BOT, access=access)


def test_a_locked_issue_does_not_hold_up_the_pull_request(queued: Desk, world: World) -> None:
    may(world, "read")
    world.store.edit_issue(REPO, 42, {"locked": True}, by="ada")
    assert [post.number for post in publishing.run(queued)] == [43]
    assert waiting(queued) == [42]
    with read_session(queued.engine) as session:
        row = session.execute(text("SELECT attempts, last_error FROM outbox WHERE number = 42")).one()
    assert row.attempts == 1
    assert "issue is locked" in row.last_error

    world.store.edit_issue(REPO, 42, {"locked": False}, by="ada")
    assert [post.number for post in publishing.run(queued)] == [42]
    assert waiting(queued) == []


def test_the_reason_is_raised_when_nothing_at_all_could_be_posted(queued: Desk, world: World) -> None:
    may(world, "read")
    for number in (42, 43):
        world.store.edit_issue(REPO, number, {"locked": True}, by="ada")
    with pytest.raises(PublicationFailed, match="issue is locked"):
        publishing.run(queued)
    assert waiting(queued) == [42, 43]


def test_a_wrong_token_leaves_everything_waiting(queued: Desk, world: World) -> None:
    stranger = Desk(
        queued.settings, queued.engine, queued.clock, queued.gateway, lambda: Publisher(world.url, "wrong"), queued.say
    )  # fmt: skip
    with pytest.raises(WrongRequest, match="does not take the token"):
        publishing.run(stranger)
    assert waiting(queued) == [42, 43]
    assert world.comments(42) == world.comments(43) == []


def test_another_project_s_comments_are_left_alone(queued: Desk) -> None:
    assert publishing.run(queued, "image-spec") == ()
    assert waiting(queued) == [42, 43]


# --- how much, and where


def test_a_limit_stops_the_run_and_is_no_failed_attempt(queued: Desk, world: World) -> None:
    fail = {"status": "403", "kind": "secondary", "method": "POST", "n": "99"}
    httpx.post(f"{world.url}/_fail", params=fail)
    for _ in range(12):
        with pytest.raises(MustWait, match="GitHub asks us to slow down"):
            publishing.run(patient(queued, world))
    assert waiting(queued) == [42, 43]
    with read_session(queued.engine) as session:
        rows = session.execute(text("SELECT attempts, state, last_error FROM outbox ORDER BY number")).all()
    assert [(row.attempts, row.state) for row in rows] == [(0, "pending")] * 2
    assert "slow down" in rows[0].last_error
    assert rows[1].last_error == "", "the limit is the same for all of them"
    httpx.get(f"{world.url}/_count", params={"reset": 1})
    assert len(publishing.run(queued)) == 2


def patient(desk: Desk, world: World) -> Desk:
    return replace(desk, publisher=lambda: Publisher(world.url, TOKEN, patience=0, wait=lambda _: None))


def test_a_run_makes_so_many_changes_and_leaves_the_rest_for_the_next(queued: Desk, world: World) -> None:
    service = queued.settings.service.model_copy(update={"most_writes": 1})
    desk = replace(queued, settings=queued.settings.model_copy(update={"service": service}))
    assert [post.number for post in publishing.run(desk)] == [42]
    assert "publish: 1 more wait for the next run" in world.told
    assert [post.number for post in publishing.run(desk)] == [43]
    assert publishing.run(desk) == ()


EVERYTHING = """
[project.publication]
check = "status"
labels = true
"""


def test_a_check_leads_to_the_report_and_labels_say_it(world: World, engine: Engine) -> None:
    desk = world.desk(engine, more=EVERYTHING)
    project = desk.settings.project[0]
    sync.run(desk, project)
    judging.queue(desk, judging.judge(desk, project, "v1.3.0"))
    posted = {(post.kind, post.number): post for post in publishing.run(desk)}
    assert set(posted) == {
        ("readiness", 42), ("readiness", 43), ("check", 43), ("labels", 42), ("labels", 43),
    }  # fmt: skip
    (status,) = world.store.all("status", REPO)
    assert status["sha"] == world.store.get("issue", REPO, 43)["pull"]["head"]
    assert status["target_url"] == posted["readiness", 43].url
    assert status["state"] in ("failure", "pending")
    for number in (42, 43):
        labels = world.store.get("issue", REPO, number)["labels"]
        assert [label for label in labels if label.startswith("readiness: ")] == ["readiness: not ready"]
    sync.run(desk, project)
    judging.queue(desk, judging.judge(desk, project, "v1.3.0"))
    assert {post.action for post in publishing.run(desk)} == {"unchanged"}


def test_in_the_shadow_everything_is_on_the_private_page_and_nothing_in_public(
    world: World, engine: Engine, tmp_path: Path
) -> None:
    page = tmp_path / "shadow.md"
    environ = {"TALLYMAN_SERVICE__SEND": "shadow", "TALLYMAN_SERVICE__SHADOW": str(page)}
    desk = app.open_desk(settings.load(world.settings(more=EVERYTHING), environ), world.told.append, engine)
    project = desk.settings.project[0]
    app.sync_one(desk, project)
    before = len(world.store.all("comment", REPO))
    app.judge_and_publish(desk, project)
    told = page.read_text()
    assert told.count("that would stand on `quayside/runtime-spec#4") == 5
    assert "## Is v1.3.0 ready?" in told
    assert len(world.store.all("comment", REPO)) == before
    assert world.store.all("status", REPO) == []
    app.judge_and_publish(desk, project)
    assert page.read_text() == told
    assert waiting(desk) == []


def test_the_shadow_needs_its_page(world: World, engine: Engine) -> None:
    environ = {"TALLYMAN_SERVICE__SEND": "shadow"}
    desk = app.open_desk(settings.load(world.settings(), environ), world.told.append, engine)
    with pytest.raises(
        WrongRequest, match=r"needs a private page: name a file or an issue with service\.shadow"
    ):
        desk.publisher()
