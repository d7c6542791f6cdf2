"""Reading GitHub: the same once more changes nothing, and what could not be read whole is not kept in part."""

from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from bot.jobs import sync
from bot.jobs.desk import Desk
from bot.model.errors import TrackerFailed, WrongRequest
from bot.records.answers import KeptAnswers, RequestBudget
from bot.records.engine import read_session
from bot.records.events import load_versions
from bot.records.tracker import load_tracker
from bot.sources.gateway import Gateway
from tests.world import TOKEN, World

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


# --- few requests: what did not change is not asked for, or costs nothing


def counted(world: World) -> dict[str, int]:
    found: dict[str, int] = httpx.get(f"{world.url}/_count", params={"reset": "1"}).json()
    return found


TRACKER = (
    "",
    "/issues",
    "/pulls",
    "/milestones",
    "/issues/events",
)  # what the gates ask for is read behind these


def number_of(counts: dict[str, int]) -> int:
    """Requests for the tracker itself; the repository's own page is asked for once more for what stands beside it."""
    routes = {f"GET /repos/{{owner}}/{{name}}{each}" for each in TRACKER} | {"POST /graphql"}
    found = {key: count for key, count in counts.items() if key.rpartition(" ")[0] in routes}
    return sum(found.values()) - 1


def test_when_nothing_happened_nothing_is_counted(desk: Desk, world: World) -> None:
    """The list of changes costs no more than one page, and GitHub's limit counts none of it."""
    project = desk.settings.project[0]
    sync.run(desk, project)
    sync.run(desk, project)  # its address is new: the answer is not known yet
    counted(world)
    ((_, counts),) = sync.run(desk, project)
    found = counted(world)
    assert (counts.changed, number_of(found)) == (0, 5)
    assert {key.rpartition(" ")[2] for key in found} == {"304"}


def test_only_what_changed_is_read_again(desk: Desk, world: World) -> None:
    project = desk.settings.project[0]
    sync.run(desk, project)
    world.store.edit_issue(REPO, 34, {"title": "renamed"}, by="bo")
    world.store.add_review(REPO, 43, "APPROVED", by="cyd", at=desk.clock())
    counted(world)
    ((snapshot, counts),) = sync.run(desk, project)
    found = counted(world)
    assert found["POST /graphql 200"] == 1, "the one pull request that changed"
    assert number_of(found) <= 6
    assert {issue.number: issue.title for issue in snapshot.issues}[34] == "renamed"
    assert counts.changed == 3  # the issue, the pull request and its reviews
    reviews = {pull.number: pull.reviews for pull in snapshot.pulls}[43]
    assert reviews[-1].by == "cyd"


def test_a_change_is_seen_however_it_is_read(desk: Desk, world: World) -> None:
    """What was kept change by change is what one reading of everything gives."""
    project = desk.settings.project[0]
    sync.run(desk, project)
    first = world.store.add_milestone(REPO, "v9.0.0", by="ada", at=desk.clock())["number"]
    new = world.store.add_issue(REPO, "a new one", by="ada", at=desk.clock(), milestone=first)["number"]
    pull = world.store.add_pull(REPO, "a change", by="bo", at=desk.clock())["number"]
    sync.run(desk, project)
    world.store.edit_issue(REPO, new, {"milestone": None, "state": "closed"}, by="ada", at=desk.clock())
    world.store.merge(REPO, pull, by="ada", at=desk.clock())
    ((step, _),) = sync.run(desk, project)
    ((whole, counts),) = sync.run(desk, project, full=True)
    assert counts.changed == 0
    assert (step.milestones, step.issues, step.pulls) == (whole.milestones, whole.issues, whole.pulls)


def test_a_milestone_that_was_deleted_is_no_longer_there(desk: Desk, world: World) -> None:
    project = desk.settings.project[0]
    number = world.store.add_milestone(REPO, "v9.0.0", by="ada", at=desk.clock())["number"]
    sync.run(desk, project)
    world.store.remove("milestone", REPO, number)
    ((snapshot, counts),) = sync.run(desk, project)
    assert number not in {each.number for each in snapshot.milestones}
    assert counts.changed == 1
    ((_, counts),) = sync.run(desk, project)
    assert counts.changed == 0, "it goes once"
    with read_session(desk.engine) as session:
        assert [each.state for each in load_versions(session, REPO) if each.number == number] == [
            "open",
            "closed",
        ]


def test_deleted_and_transferred_issues_are_found_by_the_sweep(desk: Desk, world: World) -> None:
    """No list of changes names them; once a day everything is read, and what is missing is looked for."""
    project = desk.settings.project[0]
    world.store.add_repo("quayside/elsewhere", at=desk.clock())
    deleted, moved = (
        world.store.add_issue(REPO, f"issue {n}", by="ada", at=desk.clock())["number"] for n in (1, 2)
    )
    sync.run(desk, project)
    world.store.leave(REPO, deleted)
    world.store.leave(REPO, moved, to="quayside/elsewhere", by="ada")
    ((snapshot, _),) = sync.run(desk, project)
    assert {deleted, moved} <= {issue.number for issue in snapshot.issues if issue.is_open}
    tomorrow = replace(desk, clock=lambda: desk.clock() + timedelta(hours=25))
    ((snapshot, _),) = sync.run(tomorrow, project)
    left = {issue.number: issue.state_reason for issue in snapshot.issues if not issue.is_open}
    assert (left[deleted], left[moved]) == ("deleted", "transferred")
    ((_, counts),) = sync.run(tomorrow, project, full=True)
    assert counts.changed == 0, "they are looked for once"


def test_every_pull_request_is_looked_at_once_an_hour(desk: Desk, world: World) -> None:
    """A branch that moved ahead changes no date of the pull requests behind it."""
    project = desk.settings.project[0]
    sync.run(desk, project)
    doc = world.store.get("issue", REPO, 43)
    doc["pull"]["mergeable_state"] = "behind"
    world.store.put("issue", REPO, 43, doc)
    ((snapshot, _),) = sync.run(desk, project)
    assert {pull.number: pull.mergeable_state for pull in snapshot.pulls}[43] != "behind"
    later = replace(desk, clock=lambda: desk.clock() + timedelta(minutes=61))
    ((snapshot, _),) = sync.run(later, project)
    assert {pull.number: pull.mergeable_state for pull in snapshot.pulls}[43] == "behind"


MOST = 4


def paid(world: World) -> int:
    """What was sent and is counted by GitHub."""
    return sum(count for key, count in counted(world).items() if not key.endswith("304"))


def test_the_operators_limit_is_never_exceeded_and_the_sync_goes_on(desk: Desk, world: World) -> None:
    """With four requests an hour a first sync takes several hours; what was read is not paid for again."""
    project = desk.settings.project[0]
    hours, clock = [0], desk.clock

    def now() -> datetime:
        return clock() + timedelta(hours=hours[0])

    gateway = Gateway(
        world.url, TOKEN, answers=KeptAnswers(desk.engine, now), budget=RequestBudget(desk.engine, now, MOST)
    )
    slow = replace(desk, clock=now, gateway=lambda: gateway)
    counted(world)
    with pytest.raises(TrackerFailed, match=r"the most that github.max_requests_per_hour allows"):
        sync.run(slow, project)
    assert paid(world) == MOST
    for _ in range(20):
        hours[0] += 1
        try:
            ((snapshot, _),) = sync.run(slow, project)
        except TrackerFailed:
            assert paid(world) <= MOST
            continue
        break
    assert paid(world) <= MOST
    assert snapshot.issues
