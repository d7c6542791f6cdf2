"""Speaking: one comment that fails stays in the outbox, says why, and holds up no other."""

import pytest
from sqlalchemy import text

from bot.demo.community import BOT
from bot.jobs import judging, publishing, sync
from bot.jobs.desk import Desk
from bot.model.errors import PublicationFailed, WrongRequest
from bot.publication.publisher import Publisher
from bot.records.engine import read_session
from bot.records.outbox import load_outbox
from tests.world import World

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
