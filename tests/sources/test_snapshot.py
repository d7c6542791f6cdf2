"""A snapshot holds everything of a repository as it stands: every page, every milestone, every review, once."""

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.errors import TrackerFailed
from bot.model.tracker import Review, ReviewState, Snapshot, State
from bot.sources.gateway import Gateway
from bot.sources.github import read_login, read_name, read_snapshot
from bot.sources.payload import COMPUTING
from tests.hubs import NOON, Hub

AT = datetime(2026, 6, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read(hub: Hub, wait: Callable[[float], None] = lambda _: None, api: str = "") -> Snapshot:
    return read_snapshot(Gateway(hub.url + api, hub.token, wait=wait), hub.repo, at=AT)


def test_every_issue_of_three_pages_is_there_once(hub: Hub) -> None:
    with hub.store.change():
        numbers = [hub.issue(f"issue {n}", at=NOON + n * HOUR) for n in range(230)]
        for number in numbers[::3]:
            hub.store.edit_issue(hub.repo, number, {"state": "closed"}, by="bo", at=AT)
    found = read(hub)
    assert [issue.number for issue in found.issues] == numbers
    assert sum(issue.is_open for issue in found.issues) == 153
    assert hub.count()["GET /repos/{owner}/{name}/issues 200"] == 3


def test_more_than_a_hundred_milestones_are_read(hub: Hub) -> None:
    with hub.store.change():
        for n in range(120):
            hub.store.add_milestone(hub.repo, f"v0.{n}.0", by="ada", at=NOON)
    assert {milestone.title for milestone in read(hub).milestones} == {f"v0.{n}.0" for n in range(120)}


def test_a_milestone_has_its_due_date_or_none_and_its_state(hub: Hub) -> None:
    hub.store.add_milestone(hub.repo, "1.0", by="ada", at=NOON, due_on=NOON + 24 * HOUR, state="closed")
    hub.store.add_milestone(hub.repo, "1.1", by="ada", at=NOON)
    found = {each.title: (each.due_on, each.state) for each in read(hub).milestones}
    assert found == {"1.0": (NOON + 24 * HOUR, State.CLOSED), "1.1": (None, State.OPEN)}


def test_an_issue_that_was_moved_is_where_it_is_now(hub: Hub) -> None:
    first, second = (
        hub.store.add_milestone(hub.repo, t, by="ada", at=NOON)["number"] for t in ("1.0", "1.1")
    )
    moved, left = hub.issue(milestone=first), hub.issue(milestone=first)
    hub.store.edit_issue(hub.repo, moved, {"milestone": second}, by="bo", at=AT)
    hub.store.edit_issue(hub.repo, left, {"milestone": None}, by="bo", at=AT)
    assert {issue.number: issue.milestone for issue in read(hub).issues} == {moved: second, left: None}


def test_an_issue_comes_with_everything_that_is_said_of_it(hub: Hub) -> None:
    title = "Who <b>owns</b> it? 🐳\t@ada `x` " + "long " * 2000
    number = hub.issue(title, assignees=("bo", "cyd"), labels=("bug", "spec"))
    hub.store.edit_issue(hub.repo, number, {"state": "closed", "state_reason": "not_planned"}, by="bo", at=AT)
    (issue,) = read(hub).issues
    assert (issue.repo, issue.number, issue.title, issue.author) == (hub.repo, number, title, "ada")
    assert (issue.assignees, issue.labels) == (("bo", "cyd"), ("bug", "spec"))
    assert (issue.state, issue.state_reason) == (State.CLOSED, "not_planned")
    assert (issue.created_at, issue.updated_at, issue.closed_at) == (NOON, AT, AT)
    assert issue.url == f"{hub.url}/{hub.repo}/issues/{number}"
    assert not issue.is_pull


def test_a_pull_request_comes_with_its_reviews_in_order(hub: Hub) -> None:
    number = hub.pull(draft=True, reviewers=("ada", "cyd"), mergeable_state="draft", base="v1")
    hub.store.add_review(hub.repo, number, "CHANGES_REQUESTED", by="cyd", at=NOON, commit="0" * 40)
    hub.store.add_review(hub.repo, number, "APPROVED", by="cyd", at=NOON + HOUR)
    found = read(hub)
    (pull,) = found.pulls
    assert found.issues[0].is_pull
    assert (pull.number, pull.draft, pull.base_ref) == (number, True, "v1")
    assert (pull.mergeable, pull.mergeable_state, pull.merged_at) == (True, "draft", None)
    assert pull.requested_reviewers == ("ada",), "who has answered is asked no more"
    assert [(each.by, each.state, each.at) for each in pull.reviews] == [
        ("cyd", ReviewState.CHANGES_REQUESTED, NOON),
        ("cyd", ReviewState.APPROVED, NOON + HOUR),
    ]
    assert [each.commit for each in pull.reviews] == ["0" * 40, pull.head_sha]
    assert pull.reviews[0].url.startswith(f"{hub.url}/{hub.repo}/pull/{number}#pullrequestreview-")


def test_more_than_a_hundred_reviews_are_read(hub: Hub) -> None:
    with hub.store.change():
        number = hub.pull()
        for n in range(130):
            hub.store.add_review(hub.repo, number, "COMMENTED", by="ada", at=NOON + n * HOUR)
    assert len(read(hub).pulls[0].reviews) == 130


def test_a_review_that_is_still_being_written_is_left_out(hub: Hub) -> None:
    number = hub.pull()
    hub.store.add_review(hub.repo, number, "PENDING", by="bot", at=NOON)
    assert read(hub).pulls[0].reviews == ()


def test_what_somebody_wrote_who_has_left_is_the_ghosts(hub: Hub) -> None:
    hub.store.add_user("gone")
    number = hub.pull(by="gone")
    hub.store.add_review(hub.repo, number, "APPROVED", by="gone", at=NOON)
    hub.store.remove_user("gone")
    found = read(hub)
    (review,) = found.pulls[0].reviews
    assert (found.issues[0].author, review.by) == ("ghost", "ghost")
    assert isinstance(review, Review)


@pytest.mark.parametrize(
    ("looks", "mergeable", "state", "waits"),
    [
        pytest.param(0, False, "dirty", [], id="known at once"),
        pytest.param(2, False, "dirty", [0.5, 1.0], id="worked out at the third look"),
        pytest.param(99, None, "unknown", [0.5, 1.0, 1.5], id="not worked out for a long time"),
    ],
)
def test_whether_it_can_be_merged_may_be_known_late(
    hub: Hub, looks: int, mergeable: bool | None, state: str, waits: list[float]
) -> None:
    hub.pull(mergeable=False, mergeable_state="dirty", looks=looks)
    waited: list[float] = []
    (pull,) = read(hub, waited.append).pulls
    assert (pull.mergeable, pull.mergeable_state) == (mergeable, state)
    assert waited == waits
    assert len(waits) <= COMPUTING


@pytest.mark.parametrize(
    ("token", "requests"),
    [
        pytest.param(True, {"POST /graphql 200": 1}, id="with a token"),
        pytest.param(
            False,
            {
                "GET /repos/{owner}/{name}/pulls/{number:int} 200": 1,
                "GET /repos/{owner}/{name}/pulls/{number:int}/reviews 200": 1,
            },
            id="without one",
        ),
    ],
)
def test_a_closed_pull_request_costs_no_request(hub: Hub, token: bool, requests: dict[str, int]) -> None:
    merged, waiting = hub.pull(), hub.pull()
    hub.store.merge(hub.repo, merged, by="ada", at=AT)
    gateway = Gateway(hub.url, hub.token if token else None)
    assert [pull.number for pull in read_snapshot(gateway, hub.repo, at=AT).pulls] == [waiting]
    assert hub.count() == {
        "GET /repos/{owner}/{name} 200": 1,
        "GET /repos/{owner}/{name}/milestones 200": 1,
        "GET /repos/{owner}/{name}/issues 200": 1,
        **requests,
    }


def test_both_ways_read_the_same(hub: Hub) -> None:
    """GraphQL with a token, REST without one: one truth."""
    hub.store.add_user("gone")
    states = {"draft": None, "dirty": False, "behind": True, "blocked": True, "clean": True, "unstable": True}
    for state, mergeable in states.items():
        number = hub.pull(
            reviewers=("ada", "cyd"), mergeable_state=state, mergeable=mergeable, draft=state == "draft"
        )
        hub.store.add_review(hub.repo, number, "APPROVED", by="gone", at=NOON)
        hub.store.add_review(hub.repo, number, "CHANGES_REQUESTED", by="cyd", at=NOON + HOUR, commit="0" * 40)
        hub.store.add_review(hub.repo, number, "PENDING", by="bot", at=NOON)
        hub.store.add_review(hub.repo, number, "DISMISSED", by="bo", at=NOON + 2 * HOUR, commit="")
    hub.store.remove_user("gone")
    asked = read(hub)
    assert hub.count()["POST /graphql 200"] == 4, "the draft is not worked out"
    plain = read_snapshot(Gateway(hub.url, None, wait=lambda _: None), hub.repo, at=AT)
    assert asked.pulls == plain.pulls
    assert len(asked.pulls) == len(states)


def test_an_issue_that_is_made_while_the_pages_are_read_hides_none(hub: Hub) -> None:
    with hub.store.change():
        numbers = [hub.issue(at=NOON + n * HOUR) for n in range(150)]
    # The gateway waits before the second page, and life goes on meanwhile.
    hub.fail(status=502, skip=1, path=f"{hub.api}/issues")
    found = read(hub, lambda _: numbers.append(hub.issue(at=NOON + 200 * HOUR)))
    assert [issue.number for issue in found.issues] == numbers
    assert len(numbers) == 151


def test_a_renamed_repository_is_read_whole_by_its_old_name(hub: Hub) -> None:
    with hub.store.change():
        for n in range(150):
            number = hub.issue(at=NOON + n * HOUR)
            hub.store.edit_issue(hub.repo, number, {"state": "closed"}, by="bo", at=AT)
        hub.store.rename_repo(hub.repo, f"{hub.repo}-renamed")
    found = read(hub)
    assert (found.repo, len(found.issues)) == (hub.repo, 150)
    assert read_name(Gateway(hub.url, hub.token), hub.repo) == f"{hub.repo}-renamed"


def test_an_enterprise_address_is_read_like_any_other(hub: Hub) -> None:
    with hub.store.change():
        for n in range(101):
            hub.issue(at=NOON + n * HOUR)
    assert len(read(hub, api="/api/v3").issues) == 101


def test_reading_twice_gives_the_same(hub: Hub) -> None:
    hub.issue()
    hub.pull(reviewers=("ada",))
    assert read(hub) == read(hub)


def test_a_fault_at_the_end_leaves_nothing_half_read(hub: Hub) -> None:
    hub.pull()
    hub.fail(status=500, n=99, path=f"{hub.api}/milestones")
    with pytest.raises(TrackerFailed):
        read(hub)


def test_the_token_says_whose_it_is(hub: Hub) -> None:
    assert read_login(Gateway(hub.url, hub.token)) == "bot"


def test_threads_that_share_the_gateway_get_their_own_answers(hub: Hub) -> None:
    with hub.store.change():
        numbers = [hub.issue() for _ in range(8)]
    gateway = Gateway(hub.url, hub.token)
    wrong: list[tuple[int, int]] = []

    def ask(number: int) -> None:
        for _ in range(30):
            found = gateway.get(f"{hub.api}/issues/{number}", lambda raw: int(raw["number"]))
            if found != number:
                wrong.append((number, found))

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=ask, args=(number,)) for number in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    assert wrong == []
