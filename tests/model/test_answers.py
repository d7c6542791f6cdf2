"""What GitHub's answers say of limits, of when to ask again, and of where a list goes on: its documented rules, as tables."""

from datetime import UTC, datetime

import pytest

from bot.model.answers import MOST_SAID, Refusal, is_sendable, next_page, said_in

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
RESET = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}
API = "https://api.example.org"


@pytest.mark.parametrize(
    ("status", "headers", "said", "first", "third"),
    [
        pytest.param(403, {"retry-after": "5"}, "", 5, 5, id="Retry-After in seconds"),
        pytest.param(429, {"retry-after": "Mon, 01 Jun 2026 12:00:30 GMT"}, "", 30, 30, id="Retry-After as a date"),
        pytest.param(429, {"retry-after": "Mon, 01 Jun 2026 11:00:00 GMT"}, "", 0, 0, id="a date that is over"),
        pytest.param(429, {"retry-after": "9" * 400}, "", 60, 240, id="a number that is none"),
        pytest.param(429, {"retry-after": "-1"}, "", 60, 240, id="a wait that is negative"),
        pytest.param(403, {"retry-after": "5", **RESET}, "", 5, 5, id="Retry-After wins over the reset"),
        pytest.param(403, RESET, "API rate limit exceeded", 91, 91, id="the hourly limit of a 403"),
        pytest.param(429, RESET, "", 91, 91, id="the hourly limit of a 429"),
        pytest.param(403, {**RESET, "x-ratelimit-remaining": "12"}, "secondary rate limit", 60, 240, id="the reset of another limit"),
        pytest.param(403, {**RESET, "x-ratelimit-reset": "never"}, "", 60, 240, id="a reset that is none"),
        pytest.param(403, {}, "You have exceeded a secondary rate limit.", 60, 240, id="the secondary limit"),
        pytest.param(403, {}, "You have triggered an abuse detection mechanism.", 60, 240, id="its older name"),
        pytest.param(429, {}, "", 60, 240, id="429 without a word"),
        pytest.param(403, {}, "Resource not accessible by integration", None, None, id="forbidden"),
        pytest.param(401, {}, "Bad credentials", None, None, id="a wrong token"),
        pytest.param(404, {"retry-after": "5"}, "Not Found", None, None, id="not found"),
        pytest.param(422, {}, "Validation Failed", None, None, id="a wrong request"),
        pytest.param(500, {}, "", 0.5, 2, id="a server error"),
        pytest.param(503, {"retry-after": "20"}, "", 20, 20, id="out of service"),
    ],
)  # fmt: skip
def test_when_the_same_may_be_asked_again(
    status: int, headers: dict[str, str], said: str, first: float | None, third: float | None
) -> None:
    refusal = Refusal(status, headers, said)
    assert (refusal.pause(0, NOW), refusal.pause(2, NOW)) == (first, third)


def test_a_reset_is_told_only_of_the_limit_that_is_used_up() -> None:
    assert Refusal(403, RESET, "").reset == datetime(2026, 6, 1, 12, 1, 30, tzinfo=UTC)
    assert Refusal(403, {**RESET, "x-ratelimit-remaining": "7"}, "").reset is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param({"message": "Not Found"}, "Not Found", id="a message"),
        pytest.param(
            {"message": "Validation Failed", "errors": [{"message": "Body is too long"}, {"code": "invalid"}, "x"]},
            "Validation Failed; Body is too long", id="with its errors",
        ),
        pytest.param({"message": "The token s3cret is wrong"}, "The token [hidden] is wrong", id="with the token"),
        pytest.param({"message": "two\nlines\x1b[2J\u202e"}, "two lines [2J", id="with control characters"),
        pytest.param({"message": "x" * 999}, "x" * (MOST_SAID - 1) + "…", id="without an end"),
        pytest.param({"message": ["x"], "errors": 7}, "", id="of a strange shape"),
        pytest.param({"data": "<html>"}, "", id="a page"),
        pytest.param(None, "", id="nothing"),
    ],
)  # fmt: skip
def test_what_a_server_says_is_one_harmless_line(data: object, said: str) -> None:
    assert said_in(data, "s3cret") == said


@pytest.mark.parametrize(
    ("link", "url"),
    [
        pytest.param(f'<{API}/x?page=2>; rel="next", <{API}/x?page=9>; rel="last"', f"{API}/x?page=2", id="GitHub's own"),
        pytest.param(f'<{API}/x?page=1>; rel="prev", <{API}/x?page=3>; rel="next"', f"{API}/x?page=3", id="not the first"),
        pytest.param(f'<{API}/x?labels=a,b&page=2>; rel="next"', f"{API}/x?labels=a,b&page=2", id="with a comma inside"),
        pytest.param(f'<{API}/x?page=1>; rel="first"', None, id="the last page"),
        pytest.param('rel="next"', None, id="without an address"),
        pytest.param("", None, id="no header"),
    ],
)  # fmt: skip
def test_where_a_list_goes_on(link: str, url: str | None) -> None:
    assert next_page(link, API) == url


@pytest.mark.parametrize(
    "url", ["https://evil.example.org/x", "http://api.example.org/x", f"{API}:8443/x", "/x"]
)
def test_a_list_goes_on_nowhere_else(url: str) -> None:
    with pytest.raises(ValueError, match="another server"):
        next_page(f'<{url}>; rel="next"', API)


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "ä", "a\x00"])
def test_a_token_is_one_plain_word(token: str) -> None:
    assert not is_sendable(token)
    assert is_sendable("github_pat_11ABC-x.y")
