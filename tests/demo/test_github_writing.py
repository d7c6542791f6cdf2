"""The local GitHub writes as GitHub does: who may, what is refused and how, and nothing of a wrong shape gets in."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.hubs import NOON, Hub

LONGEST = 65_536


def document(message: str, status: int, *errors: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": str(status),
    }
    return {**found, "errors": list(errors)} if errors else found


def comment(
    hub: Hub, client: httpx.Client | None = None, number: int = 0, body: object = "A word."
) -> httpx.Response:
    return (client or hub.http).post(
        f"{hub.api}/issues/{number or hub.issue()}/comments", json={"body": body}
    )


def test_a_comment_is_made_changed_and_taken_away(hub: Hub) -> None:
    number = hub.issue()
    made = comment(hub, number=number, body="A *word* & <b>more</b> 🐳\r\n")
    assert made.status_code == 201
    found = made.json()
    assert (found["user"]["login"], found["body"]) == ("bot", "A *word* & <b>more</b> 🐳\r\n")
    assert found["html_url"] == f"{hub.url}/{hub.repo}/issues/{number}#issuecomment-{found['id']}"
    assert found["issue_url"] == f"{hub.url}{hub.api}/issues/{number}"
    assert hub.http.get(found["url"]).json() == found
    assert hub.http.get(f"{hub.api}/issues/{number}").json()["comments"] == 1

    edited = hub.http.patch(found["url"], json={"body": "Another."})
    assert (edited.status_code, edited.json()["body"], edited.json()["id"]) == (200, "Another.", found["id"])
    assert edited.json()["created_at"] == found["created_at"]

    gone = hub.http.delete(found["url"])
    assert (gone.status_code, gone.content) == (204, b"")
    assert hub.http.delete(found["url"]).status_code == 404
    assert hub.http.patch(found["url"], json={"body": "x"}).status_code == 404
    assert hub.http.get(f"{hub.api}/issues/{number}/comments").json() == []


def test_a_number_is_never_given_twice(hub: Hub) -> None:
    number = hub.issue()
    first = comment(hub, number=number).json()
    hub.http.delete(first["url"])
    assert comment(hub, number=number).json()["id"] > first["id"]
    assert [hub.issue(), hub.pull(), hub.issue(number=10), hub.issue()] == [number + 1, number + 2, 10, 11]


def test_a_comment_moves_its_issue_to_the_front(hub: Hub) -> None:
    first, second = hub.issue(), hub.issue()
    comment(hub, number=first)
    found = hub.http.get(f"{hub.api}/issues", params={"sort": "updated"}).json()
    assert [each["number"] for each in found] == [first, second]


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        pytest.param({"body": "x" * LONGEST}, None, id="the longest text"),
        pytest.param({"body": "🐳" * LONGEST}, None, id="the longest text in letters, not bytes"),
        pytest.param(
            {"body": "x" * (LONGEST + 1)},
            document("Validation Failed", 422, {
                "resource": "IssueComment", "field": "data", "code": "unprocessable",
                "message": "Body is too long (maximum is 65536 characters)",
            }), id="one letter more",
        ),
        pytest.param(
            {"body": " \n"}, document("Validation Failed", 422, {"resource": "IssueComment", "field": "body", "code": "missing_field"}),
            id="blanks only",
        ),
        pytest.param({}, document('Invalid request.\n\n"body" wasn\'t supplied.', 422), id="no text"),
        pytest.param({"body": 7}, document('Invalid request.\n\n"body" wasn\'t supplied.', 422), id="a number"),
        pytest.param(["x"], document("Body should be a JSON object", 400), id="a list"),
    ],
)  # fmt: skip
def test_what_is_too_long_or_nothing_is_refused(
    hub: Hub, body: object, answer: dict[str, Any] | None
) -> None:
    number = hub.issue()
    found = hub.http.post(f"{hub.api}/issues/{number}/comments", json=body)
    if answer is None:
        assert found.status_code == 201
    else:
        assert (found.status_code, found.json()) == (int(answer["status"]), answer)
        assert hub.store.all("comment", hub.repo) == []


@pytest.mark.parametrize(
    "raw",
    [b"{", b"\xff", b'{"body": "\\ud800"}', b"[" * 100_000],
    ids=["half", "no text", "half a letter", "too deep"],
)
def test_what_is_not_json_is_refused(hub: Hub, raw: bytes) -> None:
    answer = hub.http.post(f"{hub.api}/issues/{hub.issue()}/comments", content=raw)
    assert (answer.status_code, answer.json()) == (400, document("Problems parsing JSON", 400))


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/issues"), ("PATCH", "/issues/{issue}"), ("PUT", "/issues/{issue}/lock"), ("DELETE", "/issues/{issue}/lock"),
        ("POST", "/issues/{issue}/comments"), ("PATCH", "/issues/comments/{comment}"), ("DELETE", "/issues/comments/{comment}"),
    ],
)  # fmt: skip
def test_nobody_writes_without_a_token(hub: Hub, verb: str, path: str) -> None:
    number = hub.issue()
    path = hub.api + path.format(issue=number, comment=comment(hub, number=number).json()["id"])
    before = (hub.store.all("issue", hub.repo), hub.store.all("comment", hub.repo))
    answer = hub.anyone.request(verb, path, json={"title": "x", "body": "x"})
    assert (answer.status_code, answer.json()) == (401, document("Requires authentication", 401))
    assert (hub.store.all("issue", hub.repo), hub.store.all("comment", hub.repo)) == before


def test_who_may_only_read_speaks_for_themselves(hub: Hub) -> None:
    number = hub.issue()
    others = comment(hub, number=number).json()["url"]
    own = comment(hub, hub.guest, number).json()["url"]
    refused = document("Must have admin rights to Repository.", 403)
    for verb in ("PATCH", "DELETE"):
        answer = hub.guest.request(verb, others, json={"body": "mine now"})
        assert (answer.status_code, answer.json()) == (403, refused)
    assert hub.guest.put(f"{hub.api}/issues/{number}/lock").json() == refused
    assert hub.guest.patch(f"{hub.api}/issues/{number}", json={"title": "mine now"}).json() == refused
    assert hub.guest.patch(own, json={"body": "better"}).json()["body"] == "better"
    assert hub.http.patch(own, json={"body": "moderated"}).json()["body"] == "moderated", (
        "who may push may moderate"
    )
    assert hub.guest.delete(own).status_code == 204


def test_a_locked_issue_is_open_to_those_who_may_push(hub: Hub) -> None:
    number = hub.issue()
    assert hub.http.put(f"{hub.api}/issues/{number}/lock").status_code == 204
    assert hub.http.get(f"{hub.api}/issues/{number}").json()["locked"] is True
    answer = comment(hub, hub.guest, number)
    assert (answer.status_code, answer.json()) == (
        403,
        document("Unable to create comment because issue is locked.", 403),
    )
    assert comment(hub, number=number).status_code == 201
    assert hub.http.delete(f"{hub.api}/issues/{number}/lock").status_code == 204
    assert comment(hub, hub.guest, number).status_code == 201


def test_an_issue_is_opened_with_all_that_belongs_to_it(hub: Hub) -> None:
    hub.store.add_milestone(hub.repo, "1.0", by="ada", at=NOON)
    wish = {
        "title": "New",
        "body": "Why.",
        "milestone": 1,
        "assignees": ["BO"],
        "labels": ["bug", {"name": "spec"}],
    }
    made = hub.http.post(f"{hub.api}/issues", json=wish)
    assert made.status_code == 201
    found = made.json()
    assert (found["title"], found["body"], found["user"]["login"], found["state"]) == (
        "New",
        "Why.",
        "bot",
        "open",
    )
    assert (found["milestone"]["title"], [each["login"] for each in found["assignees"]]) == ("1.0", ["bo"])
    assert [label["name"] for label in found["labels"]] == ["bug", "spec"]
    by_guest = hub.guest.post(f"{hub.api}/issues", json=wish).json()
    assert (by_guest["title"], by_guest["milestone"], by_guest["assignees"], by_guest["labels"]) == (
        "New",
        None,
        [],
        [],
    )


def test_an_issue_is_closed_reopened_and_moved(hub: Hub) -> None:
    for title in ("1.0", "1.1"):
        hub.store.add_milestone(hub.repo, title, by="ada", at=NOON)
    path = f"{hub.api}/issues/{hub.issue(milestone=1)}"
    closed = hub.http.patch(path, json={"state": "closed", "state_reason": "not_planned"}).json()
    assert (closed["state"], closed["state_reason"], closed["closed_by"]["login"]) == (
        "closed",
        "not_planned",
        "bot",
    )
    assert closed["closed_at"] == closed["updated_at"]
    opened = hub.http.patch(path, json={"state": "open"}).json()
    assert (opened["state"], opened["state_reason"], opened["closed_at"], opened["closed_by"]) == (
        "open",
        "reopened",
        None,
        None,
    )
    assert hub.http.patch(path, json={"milestone": 2}).json()["milestone"]["title"] == "1.1"
    assert hub.http.patch(path, json={"milestone": None}).json()["milestone"] is None
    events = [each["event"] for each in hub.http.get(f"{path}/events").json()]
    assert events == ["milestoned", "closed", "reopened", "demilestoned", "milestoned", "demilestoned"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "", "missing_field"), ("title", 7, "invalid"), ("body", ["x"], "invalid"), ("state", "ajar", "invalid"),
        ("state", ["open"], "invalid"), ("state_reason", "bored", "invalid"), ("milestone", 99, "invalid"),
        ("milestone", "1.0", "invalid"), ("assignees", "bo", "invalid"), ("assignees", ["nobody"], "invalid"),
        ("assignees", [7], "invalid"), ("labels", "bug", "invalid"), ("labels", [7], "invalid"), ("labels", [{"id": 1}], "invalid"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["POST", "PATCH"])
def test_nothing_of_a_wrong_shape_gets_in(hub: Hub, verb: str, field: str, value: object, code: str) -> None:
    number = hub.issue()
    before = hub.store.all("issue", hub.repo)
    path = f"{hub.api}/issues" + (f"/{number}" if verb == "PATCH" else "")
    answer = hub.http.request(verb, path, json={"title": "fine", field: value})
    error = {"resource": "Issue", "field": field, "code": code}
    assert (answer.status_code, answer.json()) == (422, document("Validation Failed", 422, error))
    assert hub.store.all("issue", hub.repo) == before


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/repos/harbour/nowhere/issues"), ("POST", "{}/issues/99/comments"), ("PATCH", "{}/issues/99"),
        ("PATCH", "{}/issues/comments/99999"), ("DELETE", "{}/issues/comments/x"), ("PUT", "{}/issues/99/lock"),
        ("DELETE", "{}"), ("POST", "/user"), ("PATCH", "{}/issues"),
    ],
)  # fmt: skip
def test_writing_where_nothing_is_is_not_found(hub: Hub, verb: str, path: str) -> None:
    answer = hub.http.request(verb, path.format(hub.api), json={"title": "x", "body": "x"})
    assert (answer.status_code, answer.json()) == (404, document("Not Found", 404))


def test_a_change_is_made_wholly_or_not_at_all(hub: Hub) -> None:
    number = hub.issue()

    def half() -> None:
        with hub.store.change():
            hub.store.edit_issue(hub.repo, number, {"title": "half"}, by="bo")
            raise KeyError("the power went")

    with pytest.raises(KeyError):
        half()
    assert hub.store.get("issue", hub.repo, number)["title"] == "an issue"
    hub.store.edit_issue(hub.repo, number, {"title": "whole"}, by="bo")
    assert hub.store.get("issue", hub.repo, number)["title"] == "whole"


HOSTILE = '</pre><script>alert("x")</script><img src=x onerror=alert(1)>&amp;\'"'


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(lambda hub, number: f"/{hub.repo}/issues/{number}", id="an issue"),
        pytest.param(lambda hub, number: f"/{hub.repo}/pull/{number}", id="a pull request"),
        pytest.param(lambda hub, number: f"/{hub.repo}/milestone/1", id="a milestone"),
        pytest.param(lambda hub, number: f"/{hub.repo}", id="a repository"),
    ],
)
def test_a_page_shows_what_was_typed_and_does_nothing_else(hub: Hub, page: Callable[[Hub, int], str]) -> None:
    hub.store.add_user(HOSTILE)
    hub.store.add_milestone(hub.repo, HOSTILE, by="ada", at=NOON, due_on=NOON)
    number = hub.pull(HOSTILE, body=HOSTILE, milestone=1)
    hub.store.add_comment(hub.repo, number, HOSTILE, by=HOSTILE)
    hub.store.add_review(hub.repo, number, "APPROVED", by=HOSTILE, at=NOON, body=HOSTILE)
    answer = hub.anyone.get(page(hub, number))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in answer.text
    assert not any(tag in answer.text for tag in ("<script", "<img", "</pre><s"))


def test_the_links_of_payloads_lead_to_pages(hub: Hub) -> None:
    hub.store.add_milestone(hub.repo, "1.0", by="ada", at=NOON)
    number = hub.pull("The title", milestone=1)
    review = hub.store.add_review(hub.repo, number, "APPROVED", by="ada", at=NOON)["id"]
    talk = comment(hub, number=number).json()
    for path, anchor in (
        (f"{hub.api}/pulls/{number}", ""),
        (f"{hub.api}/issues/comments/{talk['id']}", f'id="issuecomment-{talk["id"]}"'),
        (f"{hub.api}/milestones/1", "The title"),
        (hub.api, "The title"),
    ):
        page = hub.anyone.get(hub.http.get(path).json()["html_url"])
        assert (page.status_code, anchor in page.text) == (200, True)
    (found,) = hub.http.get(f"{hub.api}/pulls/{number}/reviews").json()
    assert f'id="pullrequestreview-{review}"' in hub.anyone.get(found["html_url"]).text
    assert hub.anyone.get(f"/{hub.repo}/issues/99").status_code == 404
    assert json.loads(hub.anyone.get(f"/{hub.repo}/banana/1").text)["message"] == "Not Found"
