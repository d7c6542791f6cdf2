"""What goes wrong on the way to GitHub is repeated where that can help, and else told in words that say what to do."""

import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.model.errors import TallymanError, TrackerFailed, WrongRequest
from bot.sources.gateway import ATTEMPTS, Gateway
from bot.sources.github import read_login, read_name, read_snapshot
from tests.hubs import NOON, Answer, Hub, free_port, stranger

JSON = {"Content-Type": "application/json"}


def read_issues(gateway: Gateway, repo: str) -> list[int]:
    return list(gateway.pages(f"/repos/{repo}/issues", lambda raw: int(raw["number"]), state="all"))


def failure(gateway: Gateway, repo: str = "harbour/quay") -> TallymanError:
    with pytest.raises(TallymanError) as caught:
        read_issues(gateway, repo)
    assert caught.value.do, "an error says what to do"
    return caught.value


@pytest.mark.parametrize(
    ("script", "waits"),
    [
        pytest.param({"status": 502}, [0.5], id="a bad gateway"),
        pytest.param({"status": 500, "n": 2}, [0.5, 1.0], id="two server errors"),
        pytest.param({"status": 503, "retry_after": "3"}, [3.0], id="out of service for three seconds"),
        pytest.param({"status": 502, "kind": "html"}, [0.5], id="a bad gateway that speaks HTML"),
        pytest.param({"status": 403, "kind": "secondary"}, [60.0], id="the secondary limit without a date"),
        pytest.param(
            {"status": 403, "kind": "secondary", "retry_after": "7"},
            [7.0],
            id="the secondary limit with a date",
        ),
        pytest.param(
            {"status": 403, "kind": "secondary", "n": 2}, [60.0, 120.0], id="the second minute is longer"
        ),
        pytest.param({"status": 429}, [60.0], id="429 without a word"),
        pytest.param({"status": 429, "retry_after": "2"}, [2.0], id="429 with a date"),
        pytest.param({"status": 429, "retry_after": "soon"}, [60.0], id="429 with a date that is none"),
        pytest.param({"kind": "cut"}, [0.5], id="a cut connection"),
        pytest.param({"kind": "broken", "n": 2}, [0.5, 1.0], id="half an answer"),
    ],
)
def test_what_passes_is_waited_for(hub: Hub, script: dict[str, object], waits: list[float]) -> None:
    number = hub.issue()
    hub.fail(path=hub.api, **script)
    waited: list[float] = []
    assert read_issues(Gateway(hub.url, hub.token, wait=waited.append), hub.repo) == [number]
    assert waited == waits


def test_the_primary_limit_is_waited_for_until_its_reset(hub: Hub) -> None:
    hub.issue()
    hub.fail(status=403, kind="primary", path=hub.api)
    waited: list[float] = []
    read_issues(Gateway(hub.url, hub.token, wait=waited.append), hub.repo)
    assert len(waited) == 1
    assert 1.0 <= waited[0] <= 2.0, "the reset is within a second; one is added, since nobody says when in it"


def test_a_wait_is_a_real_one(hub: Hub) -> None:
    hub.issue()
    hub.fail(status=429, path=hub.api)
    began = time.monotonic()
    read_issues(Gateway(hub.url, hub.token, minute=0.2), hub.repo)
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("script", "kind", "said", "do"),
    [
        pytest.param(
            {"status": 403, "kind": "secondary", "retry_after": "900"}, TrackerFailed,
            r"asks us to slow down \(You have exceeded a secondary rate limit", "try again in 900 seconds",
            id="the secondary limit, longer than our patience",
        ),
        pytest.param(
            {"status": 403, "kind": "secondary", "n": 99}, TrackerFailed, "asks us to slow down", "try again in",
            id="the secondary limit, again and again",
        ),
        pytest.param(
            {"status": 403, "kind": "primary", "n": 99}, TrackerFailed, "limit for this token is used up",
            r"try again after \d\d:\d\d UTC$", id="the primary limit",
        ),
        pytest.param(
            {"status": 403, "message": "Resource not accessible by personal access token"}, TrackerFailed,
            r"GitHub refuses .*/issues \(Resource not accessible", "check the token's rights", id="forbidden",
        ),
        pytest.param(
            {"status": 502, "n": 99}, TrackerFailed, r"GitHub answered 502 to .*/issues \(Server Error\)",
            "try again later", id="server errors without an end",
        ),
        pytest.param(
            {"status": 503, "kind": "html", "n": 99}, TrackerFailed, r"answered 503 to .* \(no reason given\)",
            "try again later", id="server errors in HTML",
        ),
        pytest.param(
            {"status": 503, "retry_after": "86400"}, TrackerFailed, "GitHub answered 503", "try again later",
            id="out of service for a day",
        ),
        pytest.param(
            {"status": 200, "kind": "html"}, TrackerFailed, "an answer that is not GitHub's", "check github.api",
            id="HTML that calls itself a success",
        ),
        pytest.param(
            {"kind": "broken", "n": 99}, TrackerFailed, "an answer that is not GitHub's", "check github.api",
            id="half an answer, again and again",
        ),
        pytest.param(
            {"kind": "cut", "n": 99}, TrackerFailed, "cannot be reached", "check the network and github.api",
            id="cut connections",
        ),
        pytest.param({"status": 451}, TrackerFailed, "GitHub answered 451", "try again later", id="for legal reasons"),
        pytest.param({"status": 410}, TrackerFailed, "is gone", "try again", id="gone"),
    ],
)  # fmt: skip
def test_what_does_not_pass_is_told_in_words(
    hub: Hub, script: dict[str, object], kind: type[TallymanError], said: str, do: str
) -> None:
    hub.fail(path=hub.api, **script)
    error = failure(Gateway(hub.url, hub.token, wait=lambda _: None), hub.repo)
    assert type(error) is kind
    assert re.search(said, error.what), error.what
    assert re.search(do, error.do), error.do
    assert sum(hub.count().values()) <= ATTEMPTS


def test_a_plain_refusal_is_not_repeated(hub: Hub) -> None:
    hub.fail(status=403, message="Must have admin rights to Repository.", path=hub.api)
    failure(Gateway(hub.url, hub.token, wait=lambda _: None), hub.repo)
    assert hub.count() == {f"GET {hub.api}/issues 403": 1}


def test_an_unknown_repository_is_the_askers_mistake(hub: Hub) -> None:
    with pytest.raises(
        WrongRequest, match=f"there is no harbour/nowhere at {hub.url}.*check the project's repo"
    ):
        read_snapshot(Gateway(hub.url, hub.token), "harbour/nowhere", at=NOON)


def test_a_thing_that_is_gone_is_not_taken_for_a_missing_repository(hub: Hub) -> None:
    with pytest.raises(TrackerFailed, match="/pulls/77 is gone"):
        Gateway(hub.url, hub.token).get(f"{hub.api}/pulls/77", dict)


def test_a_wrong_token_says_where_to_renew_it(hub: Hub) -> None:
    with pytest.raises(
        WrongRequest, match=r"does not take the token \(Bad credentials\): renew it in github.token_file"
    ):
        read_name(Gateway(hub.url, "no-such-token"), hub.repo)


def test_a_repository_is_read_without_a_token_and_a_login_is_not(hub: Hub) -> None:
    number = hub.issue()
    gateway = Gateway(hub.url, None)
    assert read_issues(gateway, hub.repo) == [number]
    with pytest.raises(WrongRequest, match=r"GitHub wants a token for this: set github.token_file"):
        read_login(gateway)


def test_without_a_token_a_used_up_limit_says_that_a_token_helps(hub: Hub) -> None:
    hub.fail(status=403, kind="primary", n=99, path=hub.api)
    error = failure(Gateway(hub.url, None, wait=lambda _: None), hub.repo)
    assert "requests without a token" in error.what
    assert error.do.endswith("or set a token: its limit is far higher")


@pytest.mark.parametrize("token", ["two words", "with\nline", "schlüssel"])
def test_a_token_that_cannot_be_one_is_told_before_it_is_sent(token: str) -> None:
    with pytest.raises(WrongRequest, match="the token holds blanks or letters that no token has") as caught:
        Gateway("http://127.0.0.1:1", token)
    assert token not in str(caught.value)


def test_a_port_where_nobody_listens_is_told_as_such() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    error = failure(Gateway(url, "t0ken", wait=lambda _: None))
    assert str(error) == f"{url} cannot be reached (Connection refused): check the network and github.api"


def test_a_server_that_says_nothing_is_left_after_a_while(hub: Hub) -> None:
    hub.fail(kind="slow", seconds=1.5, n=99, path=hub.api)
    error = failure(Gateway(hub.url, hub.token, timeout=1, wait=lambda _: None), hub.repo)
    assert "cannot be reached (timed out)" in error.what


def test_a_slow_answer_is_an_answer(hub: Hub) -> None:
    number = hub.issue()
    hub.fail(kind="slow", seconds=0.3, path=hub.api)
    assert read_issues(Gateway(hub.url, hub.token, timeout=5), hub.repo) == [number]


def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    error = failure(Gateway("http://harbour.invalid", None, wait=lambda _: None))
    assert "cannot be reached through the proxy" in error.what
    assert "NO_PROXY" in error.do


def link(url: str) -> dict[str, str]:
    return {**JSON, "Link": f'<{url}>; rel="next"'}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(lambda url: (200, link(f"{url}/repos/harbour/quay/issues?page=2"), b"[]"), "not GitHub's", id="a list in a circle"),
        pytest.param(lambda url: (200, link("http://127.0.0.1:1/steal"), b"[]"), "not GitHub's", id="a list that goes on at another server"),
        pytest.param(lambda url: (200, JSON, b'{"message": "hello"}'), "not GitHub's", id="no list"),
        pytest.param(lambda url: (200, JSON, b""), "not GitHub's", id="nothing at all"),
        pytest.param(lambda url: (200, JSON, b'""'), "not GitHub's", id="an empty text"),
        pytest.param(lambda url: (200, JSON, b'[{"title": "no number"}]'), "not GitHub's", id="an issue without a number"),
        pytest.param(lambda url: (200, JSON, b"[7, null]"), "not GitHub's", id="issues that are numbers"),
        pytest.param(lambda url: (200, JSON, b'["\xff"]'), "not GitHub's", id="bytes that are no text"),
        pytest.param(lambda url: (403, JSON, b"[1]"), "not GitHub's", id="an error that is a list"),
        pytest.param(lambda url: (500, JSON, b'{"message": {"a": 1}}'), "not GitHub's", id="an error whose message is none"),
        pytest.param(lambda url: (200, {**JSON, "X-RateLimit-Remaining": "x", "X-RateLimit-Limit": "y"}, b"[]"), "not GitHub's", id="limits that are no numbers"),
        pytest.param(lambda url: (301, {"Location": "https://harbour.invalid/x"}, b""), "sends us to another server", id="a redirect to another server"),
        pytest.param(lambda url: (301, {"Location": f"{url}/repos/harbour/quay/issues?state=all"}, b""), "not GitHub's|another server", id="a redirect in a circle"),
        pytest.param(lambda url: (200, {**JSON, "Content-Length": "99", "Connection": "close"}, b"[]"), "cannot be reached", id="an answer that is cut off"),
    ],
)  # fmt: skip
def test_a_server_that_is_no_github_is_told_in_words(answer: Callable[[str], Answer], said: str) -> None:
    where: list[str] = []

    def strange(_path: str) -> Answer:
        return answer(where[0])

    with stranger(strange) as url:
        where.append(url)
        error = failure(Gateway(url, "t0ken", wait=lambda _: None))
    assert type(error) is TrackerFailed
    assert re.search(said, error.what), error.what


def test_a_list_in_an_endless_row_of_pages_is_ended() -> None:
    asked: list[str] = []

    def endless(path: str) -> Answer:
        asked.append(path)
        return 200, link(f"{where[0]}/repos/harbour/quay/issues?page={len(asked) + 1}"), b"[]"

    where: list[str] = []
    with stranger(endless) as url:
        where.append(url)
        error = failure(Gateway(url, None, most_pages=20))
    assert len(asked) == 20
    assert "not GitHub's" in error.what


HOSTILE = "Not so fast\x1b[31m\r\n" + "t0ken-that-is-secret " + "x" * 5000


@pytest.mark.parametrize("status", [401, 403, 404, 422, 429, 500])
def test_what_a_server_says_is_repeated_as_one_short_line_without_the_token(status: int) -> None:
    body = json.dumps({"message": HOSTILE, "errors": [{"message": HOSTILE}, "x"]}).encode()
    with stranger(lambda _path: (status, JSON, body)) as url:
        error = failure(Gateway(url, "t0ken-that-is-secret", wait=lambda _: None))
    assert "Not so fast" in str(error)
    assert len(str(error)) < 500
    assert str(error).isprintable()
    assert "t0ken" not in str(error)


def test_the_token_is_in_no_text_of_ours(hub: Hub) -> None:
    gateway = Gateway(hub.url, hub.token, wait=lambda _: None)
    hub.fail(status=403, message=f"Bad token {hub.token}", path=hub.api)
    error = failure(gateway, hub.repo)
    assert hub.token not in f"{error!s}{error!r}{gateway!r}{vars(error)}"
    assert error.__suppress_context__, "a traceback would show what the client held"


def test_others_wait_while_one_waits_for_a_limit(hub: Hub) -> None:
    hub.issue()
    hub.fail(status=429, path=hub.api)
    order: list[str] = []
    is_waiting, may_go_on = threading.Event(), threading.Event()

    def wait(_seconds: float) -> None:
        is_waiting.set()
        may_go_on.wait(5)
        order.append("waited")

    gateway = Gateway(hub.url, hub.token, wait=wait)

    def ask() -> None:
        read_issues(gateway, hub.repo)
        order.append("answered")

    first = threading.Thread(target=ask)
    first.start()
    assert is_waiting.wait(5)
    second = threading.Thread(target=ask)
    second.start()
    second.join(0.2)
    assert order == [], "nobody asks while the limit lasts"
    may_go_on.set()
    first.join()
    second.join()
    assert order == ["waited", "answered", "answered"]


def test_an_answer_of_another_shape_is_told_and_not_half_taken(hub: Hub) -> None:
    def parse(raw: dict[str, Any]) -> int:
        return int(raw["no such field"])

    with pytest.raises(TrackerFailed, match="not GitHub's"):
        Gateway(hub.url, hub.token).get(hub.api, parse)
