"""The local GitHub fails on request as the real one does, counts what was asked, and is itself again afterwards."""

import time

import httpx
import pytest

from tests.hubs import Hub


def talk(hub: Hub) -> list[str]:
    return [doc["body"] for doc in hub.store.all("comment", hub.repo)]


@pytest.mark.parametrize(
    ("script", "status", "message", "retry_after"),
    [
        pytest.param({"status": 500}, 500, "Server Error", None, id="a server error"),
        pytest.param({"status": 403, "message": "Forbidden, friend"}, 403, "Forbidden, friend", None, id="words of one's own"),
        pytest.param({"status": 403, "kind": "secondary"}, 403, "You have exceeded a secondary rate limit.", None, id="secondary"),
        pytest.param({"status": 429, "kind": "secondary", "retry_after": "5"}, 429, "You have exceeded", "5", id="with a date"),
        pytest.param({"status": 403, "kind": "primary"}, 403, "API rate limit exceeded", None, id="primary"),
    ],
)  # fmt: skip
def test_a_failure_is_an_error_document(
    hub: Hub, script: dict[str, object], status: int, message: str, retry_after: str | None
) -> None:
    hub.fail(path=hub.api, **script)
    answer = hub.http.get(hub.api)
    assert (answer.status_code, answer.json()["status"]) == (status, str(status))
    assert answer.json()["message"].startswith(message)
    assert answer.headers.get("retry-after") == retry_after
    if script.get("kind") == "primary":
        assert answer.headers["x-ratelimit-remaining"] == "0"
        assert int(answer.headers["x-ratelimit-reset"]) <= time.time() + 1
    assert hub.http.get(hub.api).status_code == 200, "once was asked for"


def test_only_the_named_requests_fail_and_only_so_often(hub: Hub) -> None:
    number = hub.issue()
    hub.fail(status=502, n=2, skip=1, method="GET", path=f"{hub.api}/issues")
    assert hub.http.get(hub.api).status_code == 200
    assert hub.http.post(f"{hub.api}/issues/{number}/comments", json={"body": "x"}).status_code == 201
    assert [hub.http.get(f"{hub.api}/issues").status_code for _ in range(4)] == [200, 502, 502, 200]


def test_a_page_in_the_place_of_an_answer(hub: Hub) -> None:
    hub.fail(status=200, kind="html", path=hub.api)
    answer = hub.http.get(hub.api)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_half_an_answer(hub: Hub) -> None:
    whole = hub.http.get(hub.api).content
    hub.fail(kind="broken", path=hub.api)
    half = hub.http.get(hub.api)
    assert half.status_code == 200
    assert whole.startswith(half.content)
    assert len(half.content) == len(whole) // 2


def test_a_slow_answer(hub: Hub) -> None:
    hub.fail(kind="slow", seconds=0.2, path=hub.api)
    began = time.monotonic()
    assert hub.http.get(hub.api).status_code == 200
    assert time.monotonic() - began >= 0.2


def test_a_cut_connection_did_nothing_and_a_lost_answer_did_everything(hub: Hub) -> None:
    path = f"{hub.api}/issues/{hub.issue()}/comments"
    for kind, done in (("cut", []), ("lost", ["lost"])):
        hub.fail(kind=kind, method="POST", path=path)
        with pytest.raises(httpx.TransportError):
            hub.http.post(path, json={"body": kind})
        assert talk(hub) == done
    assert hub.http.get(path).status_code == 200, "the next connection is a good one"


def test_requests_are_counted_by_method_route_and_status(hub: Hub) -> None:
    for path in (hub.api, f"{hub.api}/issues/77", f"{hub.api}/issues/78", "/nonsense"):
        hub.http.get(path)
    assert hub.count() == {
        "GET /repos/{owner}/{name} 200": 1,
        "GET /repos/{owner}/{name}/issues/{number:int} 404": 2,
        "GET /nonsense 404": 1,
    }
    hub.fail(status=500)
    hub.anyone.get("/_count", params={"reset": "1"})
    assert hub.count() == {}
    assert hub.http.get(hub.api).status_code == 200, "the scripts are forgotten with the count"


@pytest.mark.parametrize(
    ("script", "message"), [({"status": "bad"}, "are numbers"), ({"kind": "polite"}, "kind is one of plain")]
)
def test_a_script_that_makes_no_sense_is_told_in_words(
    hub: Hub, script: dict[str, str], message: str
) -> None:
    answer = hub.anyone.post("/_fail", params=script)
    assert answer.status_code == 400
    assert message in answer.json()["message"]
