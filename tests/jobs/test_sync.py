"""Reading GitHub: the same once more changes nothing, and what could not be read whole is not kept in part."""

import httpx
import pytest

from bot.jobs import sync
from bot.jobs.desk import Desk
from bot.model.errors import TrackerFailed, WrongRequest
from bot.records.engine import read_session
from bot.records.tracker import load_tracker
from tests.world import World

REPO = "quayside/runtime-spec"


def test_a_second_sync_changes_nothing(desk: Desk) -> None:
    project = desk.settings.project[0]
    ((first, counted),) = sync.run(desk, project)
    assert counted.changed > 0
    ((second, again),) = sync.run(desk, project)
    assert again.changed == 0
    assert (second.milestones, second.issues, second.pulls) == (first.milestones, first.issues, first.pulls)


def test_what_changed_on_github_is_counted_and_kept(desk: Desk, world: World) -> None:
    project = desk.settings.project[0]
    sync.run(desk, project)
    world.store.edit_issue(REPO, 34, {"state": "closed"}, by="bo")
    ((_, counted),) = sync.run(desk, project)
    assert counted.changed == 1
    with read_session(desk.engine) as session:
        tracker = load_tracker(session, REPO)
    assert tracker is not None
    assert [issue.number for issue in tracker.issues if not issue.is_open] == [31, 34, 38]


def test_a_reading_that_breaks_off_keeps_nothing(desk: Desk, world: World) -> None:
    httpx.post(f"{world.url}/_fail", params={"status": 403, "path": "/graphql"})
    with pytest.raises(TrackerFailed, match="refuses"):
        sync.run(desk, desk.settings.project[0])
    with read_session(desk.engine) as session:
        assert load_tracker(session, REPO) is None


def test_an_unknown_repository_is_named(desk: Desk) -> None:
    project = desk.settings.project[0].model_copy(update={"repo": "quayside/nowhere"})
    with pytest.raises(WrongRequest, match="there is no quayside/nowhere"):
        sync.run(desk, project)
