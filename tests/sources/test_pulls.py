"""Open pull requests by GraphQL: few requests, every page, and GitHub's ways to refuse."""

import json
from typing import Any

import pytest

from bot.model.errors import TrackerFailed, WrongRequest
from bot.model.tracker import Pull
from bot.sources.gateway import Gateway
from bot.sources.pulls import read_open_pulls
from tests.hubs import NOON, Hub, stranger

ROUTE = "POST /graphql 200"


def read(hub: Hub, waited: list[float] | None = None) -> tuple[Pull, ...]:
    gateway = Gateway(hub.url, hub.token, wait=(waited if waited is not None else []).append)
    return read_open_pulls(gateway, hub.repo, hub.repo)


@pytest.mark.parametrize(
    ("pulls", "requests"),
    [
        pytest.param(0, 1, id="none"),
        pytest.param(50, 1, id="a page"),
        pytest.param(51, 2, id="a page and one"),
        pytest.param(120, 3, id="three pages"),
    ],
)
def test_fifty_in_a_request(hub: Hub, pulls: int, requests: int) -> None:
    with hub.store.change():
        numbers = [hub.pull(reviewers=("ada",)) for _ in range(pulls)]
        for number in numbers:
            hub.store.add_review(hub.repo, number, "APPROVED", by="cyd", at=NOON)
    found = read(hub)
    assert [pull.number for pull in found] == numbers
    assert all(len(pull.reviews) == 1 for pull in found)
    assert hub.count()[ROUTE] == requests


def test_more_than_a_hundred_reviews_cost_one_more(hub: Hub) -> None:
    with hub.store.change():
        number = hub.pull()
        for _ in range(230):
            hub.store.add_review(hub.repo, number, "COMMENTED", by="ada", at=NOON)
    (pull,) = read(hub)
    assert len({review.id for review in pull.reviews}) == 230
    assert hub.count()[ROUTE] == 3


def test_what_was_not_worked_out_is_asked_again_together(hub: Hub) -> None:
    with hub.store.change():
        late = [hub.pull(looks=1) for _ in range(30)]
        known = hub.pull()
    waited: list[float] = []
    assert {pull.number for pull in read(hub, waited) if pull.mergeable} == {*late, known}
    assert (hub.count()[ROUTE], waited) == (3, [0.5]), "thirty of them in two requests"


def test_one_that_is_merged_meanwhile_is_what_it_now_is(hub: Hub) -> None:
    number = hub.pull(looks=9)
    gateway = Gateway(hub.url, hub.token, wait=lambda _: merge())

    def merge() -> None:
        hub.store.merge(hub.repo, number, by="ada", at=NOON)

    (pull,) = read_open_pulls(gateway, hub.repo, hub.repo)
    assert pull.merged_at == NOON


def test_a_team_is_asked_by_its_name(hub: Hub) -> None:
    hub.pull(reviewers=("ada", "harbour/masters"))
    assert read(hub)[0].requested_reviewers == ("ada", "harbour/masters")


def test_the_enterprise_path(hub: Hub) -> None:
    hub.pull()
    gateway = Gateway(f"{hub.url}/api/v3", hub.token)
    assert len(read_open_pulls(gateway, hub.repo, hub.repo)) == 1


def test_a_repository_that_is_not_there(hub: Hub) -> None:
    with pytest.raises(
        TrackerFailed, match="Could not resolve to a Repository with the name 'harbour/nowhere'"
    ):
        read_open_pulls(Gateway(hub.url, hub.token), hub.repo, "harbour/nowhere")


def test_without_a_token_nobody_is_answered(hub: Hub) -> None:
    with pytest.raises(WrongRequest, match="wants a token"):
        read_open_pulls(Gateway(hub.url, None), hub.repo, hub.repo)


def test_a_server_fault_is_asked_again(hub: Hub) -> None:
    hub.pull()
    hub.fail(status=502, path="/graphql")
    waited: list[float] = []
    assert len(read(hub, waited)) == 1
    assert waited == [0.5]


LIMITED = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}


@pytest.mark.parametrize(
    ("answer", "headers", "expected"),
    [
        pytest.param(LIMITED, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4102444800"}, "is used up", id="no points left"),
        pytest.param(LIMITED, {}, "asks us to slow down", id="a limit without a date"),
        pytest.param({"errors": [{"message": "Something went wrong"}]}, {}, "400 to .*Something went wrong", id="an error"),
        pytest.param({"data": None}, {}, "not GitHub's", id="no data"),
        pytest.param({"data": {"repository": None}}, {}, "not GitHub's", id="no repository"),
        pytest.param({"data": {"repository": {"pullRequests": {"nodes": [{}]}}}}, {}, "not GitHub's", id="half an answer"),
        pytest.param([1], {}, "not GitHub's", id="a list"),
    ],
)  # fmt: skip
def test_answers_with_status_200_that_are_none(answer: Any, headers: dict[str, str], expected: str) -> None:
    def said(_path: str) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Type": "application/json", **headers}, json.dumps(answer).encode()

    with stranger(said) as url, pytest.raises(TrackerFailed, match=expected):
        read_open_pulls(Gateway(url, "a-token", wait=lambda _: None, patience=0), "a/b", "a/b")


def test_a_list_without_an_end_ends() -> None:
    """A cursor that leads nowhere new is the last one."""
    page = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "same"}}
    body = json.dumps({"data": {"repository": {"pullRequests": page}}}).encode()
    with stranger(lambda _: (200, {"Content-Type": "application/json"}, body)) as url:
        assert read_open_pulls(Gateway(url, "a-token"), "a/b", "a/b") == ()
