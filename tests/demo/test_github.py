"""The local GitHub reads as GitHub does: paths, pages, filters, order, what need not be sent again, and its error documents."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.hubs import NOON, Hub

DAY = timedelta(days=1)


def links(answer: httpx.Response) -> dict[str, str]:
    return {str(name): found["url"] for name, found in answer.links.items()}


def numbers(hub: Hub, path: str, **query: str) -> list[int]:
    answer = hub.http.get(hub.api + path, params=query)
    assert answer.status_code == 200, answer.text
    return [each["number"] for each in answer.json()]


@pytest.fixture
def five(hub: Hub) -> Hub:
    """Five issues, a day apart: 2 is closed, 3 is a pull request, 4 was touched last; 1 and 3 are in milestone 1."""
    store, repo = hub.store, hub.repo
    store.add_milestone(repo, "1.0", by="ada", at=NOON)
    hub.issue("first", at=NOON, milestone=1, assignees=("bo",), labels=("bug", "Spec"))
    hub.issue("second", at=NOON + DAY, labels=("bug",), by="bo")
    hub.pull("third", at=NOON + 2 * DAY, milestone=1, base="v1", by="bo")
    hub.issue("fourth", at=NOON + 3 * DAY, assignees=("bo", "cyd"))
    hub.issue("fifth", at=NOON + 4 * DAY)
    store.edit_issue(repo, 2, {"state": "closed"}, by="ada", at=NOON + 5 * DAY)
    store.add_comment(repo, 4, "a word", by="cyd", at=NOON + 6 * DAY)
    return hub


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({}, [5, 4, 3, 1], id="open ones, the youngest first"),
        pytest.param({"state": "closed"}, [2], id="closed"),
        pytest.param({"state": "all", "direction": "asc"}, [1, 2, 3, 4, 5], id="all, the oldest first"),
        pytest.param({"sort": "updated", "state": "all"}, [4, 2, 5, 3, 1], id="by what happened last"),
        pytest.param({"sort": "comments"}, [4, 5, 3, 1], id="by talk"),
        pytest.param({"since": "2026-06-05T12:00:00Z", "state": "all"}, [5, 4, 2], id="since, inclusive"),
        pytest.param({"since": "2026-06-05T14:00:00+02:00", "state": "all"}, [5, 4, 2], id="since, in another zone"),
        pytest.param({"milestone": "1"}, [3, 1], id="of a milestone"),
        pytest.param({"milestone": "*"}, [3, 1], id="of any milestone"),
        pytest.param({"milestone": "none"}, [5, 4], id="of no milestone"),
        pytest.param({"assignee": "bo"}, [4, 1], id="of an assignee"),
        pytest.param({"assignee": "*"}, [4, 1], id="of anybody"),
        pytest.param({"assignee": "none"}, [5, 3], id="of nobody"),
        pytest.param({"creator": "BO", "state": "all"}, [3, 2], id="by an author"),
        pytest.param({"labels": "bug,spec"}, [1], id="with all labels"),
        pytest.param({"per_page": "2"}, [5, 4], id="two a page"),
        pytest.param({"per_page": "2", "page": "2"}, [3, 1], id="the second page"),
        pytest.param({"per_page": "2", "page": "9"}, [], id="a page behind the last"),
        pytest.param({"per_page": "x", "page": "-1"}, [5, 4, 3, 1], id="pages that are no numbers"),
    ],
)  # fmt: skip
def test_issues_are_filtered_and_ordered(five: Hub, query: dict[str, str], found: list[int]) -> None:
    assert numbers(five, "/issues", **query) == found


def test_pull_requests_are_listed_by_themselves_and_among_the_issues(five: Hub) -> None:
    assert numbers(five, "/pulls") == [3]
    assert numbers(five, "/pulls", base="main") == []
    assert numbers(five, "/pulls", state="closed") == []
    among = {each["number"]: "pull_request" in each for each in five.http.get(f"{five.api}/issues").json()}
    assert among == {5: False, 4: False, 3: True, 1: False}


def test_milestones_come_by_due_date_with_their_counts(five: Hub) -> None:
    store, repo = five.store, five.repo
    for title, due in (("late", NOON + 9 * DAY), ("soon", NOON + DAY)):
        store.add_milestone(repo, title, by="ada", at=NOON, due_on=due)
    store.edit_issue(repo, 1, {"state": "closed"}, by="bo", at=NOON + DAY)
    found = five.http.get(f"{five.api}/milestones").json()
    assert [each["title"] for each in found] == ["soon", "late", "1.0"]
    assert [(each["open_issues"], each["closed_issues"]) for each in found] == [(0, 0), (0, 0), (1, 1)]
    assert [each["due_on"] for each in found] == ["2026-06-02T12:00:00Z", "2026-06-10T12:00:00Z", None]
    assert numbers(five, "/milestones", direction="desc", state="all") == [1, 2, 3]


@pytest.mark.parametrize(
    ("asked", "given"), [(None, 30), ("7", 7), ("100", 100), ("101", 100), ("5000", 100), ("0", 30)]
)
def test_a_page_has_thirty_items_and_at_most_a_hundred(hub: Hub, asked: str | None, given: int) -> None:
    with hub.store.change():
        for _ in range(105):
            hub.issue()
    assert len(numbers(hub, "/issues", **({"per_page": asked} if asked else {}))) == given


def test_link_headers_lead_through_the_pages_by_the_repositorys_number(hub: Hub) -> None:
    with hub.store.change():
        for _ in range(5):
            hub.issue()
    id_ = hub.http.get(hub.api).json()["id"]
    first = hub.http.get(f"{hub.api}/issues", params={"per_page": "2", "state": "all", "labels": ""})
    base = f"{hub.url}/repositories/{id_}/issues?per_page=2&state=all&labels=&page="
    assert links(first) == {"next": f"{base}2", "last": f"{base}3"}
    second = hub.http.get(links(first)["next"])
    assert links(second) == {"prev": f"{base}1", "next": f"{base}3", "last": f"{base}3", "first": f"{base}1"}
    last = hub.http.get(links(second)["next"])
    assert links(last) == {"prev": f"{base}2", "first": f"{base}1"}
    assert [each["number"] for page in (first, second, last) for each in page.json()] == [5, 4, 3, 2, 1]


def test_one_page_has_no_link_header(hub: Hub) -> None:
    hub.issue()
    assert "link" not in hub.http.get(f"{hub.api}/issues").headers


@pytest.mark.parametrize("path", ["", "/issues", "/issues/1", "/milestones", "/pulls", "/issues/1/comments"])
def test_what_has_not_changed_is_not_sent_again(five: Hub, path: str) -> None:
    first = five.http.get(five.api + path)
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}'):
        again = five.http.get(five.api + path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    five.store.edit_issue(five.repo, 1, {"title": "changed", "state": "closed"}, by="bo", at=NOON + 9 * DAY)
    five.store.add_comment(five.repo, 1, "new", by="bo")
    five.store.edit_issue(five.repo, 3, {"title": "changed"}, by="bo", at=NOON + 9 * DAY)
    changed = five.http.get(five.api + path, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["etag"] == etag) == (200, False)


def test_an_etag_belongs_to_its_token(five: Hub) -> None:
    etag = five.http.get(f"{five.api}/issues/1").headers["etag"]
    assert five.guest.get(f"{five.api}/issues/1", headers={"If-None-Match": etag}).status_code == 200


def test_a_single_thing_says_when_it_was_modified(five: Hub) -> None:
    path = f"{five.api}/issues/1"
    modified = five.http.get(path).headers["last-modified"]
    assert modified == "Mon, 01 Jun 2026 12:00:00 GMT"
    assert five.http.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    stale = {"If-Modified-Since": modified, "If-None-Match": '"old"'}
    assert five.http.get(path, headers=stale).status_code == 200, "the tag wins"


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        pytest.param("/repos/harbour/nowhere", 404, "Not Found", id="no such repository"),
        pytest.param("{}/issues/77", 404, "Not Found", id="no such issue"),
        pytest.param("{}/issues/99999999999999999999", 404, "Not Found", id="a number without an end"),
        pytest.param("{}/issues/one", 404, "Not Found", id="a number that is none"),
        pytest.param("{}/pulls/1", 404, "Not Found", id="an issue that is no pull request"),
        pytest.param("{}/pulls/1/reviews", 404, "Not Found", id="reviews of an issue"),
        pytest.param("{}/milestones/9", 404, "Not Found", id="no such milestone"),
        pytest.param("{}/issues/comments/999999", 404, "Not Found", id="no such comment"),
        pytest.param("{}/contents/NOTES", 404, "Not Found", id="no such file"),
        pytest.param("{}/issues/", 404, "Not Found", id="a slash too much"),
        pytest.param("{}/nonsense", 404, "Not Found", id="no such path"),
        pytest.param("/repositories/999/issues", 404, "Not Found", id="no such repository number"),
        pytest.param("/repositories/x", 404, "Not Found", id="a repository number that is none"),
        pytest.param("/users/nobody", 404, "Not Found", id="no such user"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_githubs_error_document(five: Hub, path: str, status: int, message: str) -> None:
    answer = five.http.get(path.format(five.api))
    assert answer.status_code == status
    assert answer.json() == {
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": str(status),
    }


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/issues?state=ajar", {"resource": "Issue", "field": "state", "code": "invalid"}),
        ("/milestones?state=ajar", {"resource": "Milestone", "field": "state", "code": "invalid"}),
        ("/issues?sort=colour", {"resource": "Issue", "field": "sort", "code": "invalid"}),
        ("/issues?direction=up", {"resource": "Issue", "field": "direction", "code": "invalid"}),
        ("/issues?since=yesterday", {"resource": "Issue", "field": "since", "code": "invalid"}),
        ("/issues?milestone=9", {"resource": "Issue", "field": "milestone", "code": "missing"}),
        ("/issues?milestone=next", {"resource": "Issue", "field": "milestone", "code": "invalid"}),
    ],
)
def test_a_query_that_makes_no_sense_is_a_422_with_its_errors(
    hub: Hub, path: str, error: dict[str, str]
) -> None:
    answer = hub.http.get(hub.api + path)
    assert answer.status_code == 422
    assert answer.json() == {
        "message": "Validation Failed", "errors": [error], "documentation_url": "https://docs.github.com/rest", "status": "422",
    }  # fmt: skip


@pytest.mark.parametrize(
    "given", ["token nonsense", "Bearer nonsense", "Basic Ym90OnRva2Vu", "nonsense", "token"]
)
@pytest.mark.parametrize("path", ["/user", "/users/ada", "/rate_limit", "{}", "{}/issues"])
def test_a_token_nobody_knows_is_refused_everywhere(hub: Hub, path: str, given: str) -> None:
    answer = hub.anyone.get(path.format(hub.api), headers={"Authorization": given})
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_a_token_says_who_it_is_in_both_spellings(hub: Hub) -> None:
    for scheme in ("token", "Bearer", "BEARER"):
        assert (
            hub.anyone.get("/user", headers={"Authorization": f"{scheme} {hub.token}"}).json()["login"]
            == "bot"
        )
    assert hub.anyone.get("/user").json()["message"] == "Requires authentication"


def test_rights_are_told_to_whom_they_belong(hub: Hub) -> None:
    assert hub.http.get(hub.api).json()["permissions"]["push"] is True
    assert hub.guest.get(hub.api).json()["permissions"]["push"] is False
    assert "permissions" not in hub.anyone.get(hub.api).json()
    path = f"{hub.api}/collaborators/guest/permission"
    assert hub.http.get(path).json()["permission"] == "read"
    assert hub.guest.get(path).status_code == 403
    assert hub.anyone.get(path).status_code == 401


def test_names_are_found_in_any_case_and_told_in_their_own(hub: Hub) -> None:
    assert hub.http.get(hub.api.upper().replace("/REPOS", "/repos")).json()["full_name"] == hub.repo


def test_the_same_is_served_below_the_path_of_an_enterprise(five: Hub) -> None:
    answer = five.http.get(f"/api/v3{five.api}/issues", params={"per_page": "1"})
    (issue,) = answer.json()
    assert issue["url"] == f"{five.url}/api/v3/repos/{five.repo}/issues/5"
    assert issue["html_url"] == f"{five.url}/{five.repo}/issues/5"
    assert links(answer)["next"].startswith(f"{five.url}/api/v3/repositories/")
    assert five.http.get(links(answer)["next"]).json()[0]["number"] == 4
    assert five.http.get("/api/v3").json()["current_user_url"] == f"{five.url}/api/v3/user"
    assert five.http.get("/api/v3x/user").status_code == 404


def test_a_renamed_repository_redirects_with_everything_that_was_asked(five: Hub) -> None:
    old, id_ = five.repo, five.http.get(five.api).json()["id"]
    five.store.add_file(old, "MAINTAINERS", "ada")
    five.store.rename_repo(old, f"{old}-renamed")
    answer = five.http.get(f"/repos/{old}/issues?state=all&per_page=2")
    target = f"{five.url}/repositories/{id_}/issues?state=all&per_page=2"
    assert (answer.status_code, answer.headers["location"], answer.json()["url"]) == (301, target, target)
    assert answer.json()["message"] == "Moved Permanently"
    assert [each["number"] for each in five.http.get(target).json()] == [5, 4]
    assert five.http.post(f"/repos/{old}/issues/1/comments", json={"body": "x"}).status_code == 307
    assert five.http.get(f"/{old}/issues/1").headers["location"] == f"{five.url}/{old}-renamed/issues/1"
    assert five.http.get(f"/repos/{old}-renamed/contents/MAINTAINERS").status_code == 200
    assert five.store.add_issue(f"{old}-renamed", "next", by="ada", at=NOON)["number"] == 6


def test_head_is_get_without_the_body(five: Hub) -> None:
    whole, head = five.http.get(f"{five.api}/issues"), five.http.head(f"{five.api}/issues")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", whole.headers["etag"])


def test_events_tell_the_moves_between_milestones_by_title(five: Hub) -> None:
    five.store.add_milestone(five.repo, "1.1", by="ada", at=NOON)
    five.store.edit_issue(five.repo, 1, {"milestone": 2}, by="bo", at=NOON + DAY)
    found: list[dict[str, Any]] = five.http.get(f"{five.api}/issues/1/events").json()
    assert [(each["event"], each["milestone"], each["actor"]["login"]) for each in found] == [
        ("milestoned", {"title": "1.0"}, "ada"),
        ("demilestoned", {"title": "1.0"}, "bo"),
        ("milestoned", {"title": "1.1"}, "bo"),
    ]
    assert five.http.get(f"{five.api}/issues/events").json()[0]["milestone"] == {"title": "1.1"}, (
        "the youngest first"
    )


def test_every_answer_has_the_headers_of_a_real_one(five: Hub) -> None:
    headers = five.http.get(f"{five.api}/issues", headers={"X-GitHub-Api-Version": "2022-11-28"}).headers
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["x-github-api-version-selected"] == "2022-11-28"
    assert headers["x-github-media-type"] == "github.v3; format=json"
    assert headers["cache-control"] == "private, max-age=60, s-maxage=60"
    assert "Authorization" in headers["vary"]
    before = int(headers["x-ratelimit-remaining"])
    assert int(headers["x-ratelimit-limit"]) == before + int(headers["x-ratelimit-used"]) == 5000
    etag = five.http.get(f"{five.api}/issues/1").headers["etag"]
    five.http.get(f"{five.api}/issues/1", headers={"If-None-Match": etag})
    rate = five.http.get("/rate_limit").json()["rate"]
    assert rate["remaining"] == before - 1, (
        "what need not be sent again is not counted, nor is asking for the limit"
    )
