"""What stands around every answer: headers that keep pages inert, HEAD, reading only, and JSON for programs."""

import pytest

from bot.model.conformance import CaseOutcome
from tests.web.conftest import EVIL, Dashboard

API = "/api/v1/projects"
ADDRESSES = (
    "/", "/projects/runtime-spec/milestones/2", "/nowhere", "/tallyman.css", "/favicon.ico", "/healthz",
    API, f"{API}/runtime-spec/milestones/2", f"{API}/runtime-spec/milestones/99", "/api/v1/openapi.json",
)  # fmt: skip


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_forbids_scripts_frames_and_guessing(dashboard: Dashboard, path: str) -> None:
    headers = dashboard.visitor.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_head_of_an_address_is_that_of_its_page(dashboard: Dashboard, path: str) -> None:
    whole, head = dashboard.visitor.get(path), dashboard.visitor.head(path)
    assert head.status_code == whole.status_code
    assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}
    assert head.content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_dashboard_is_only_for_reading(dashboard: Dashboard, method: str) -> None:
    answer = dashboard.visitor.request(method, "/")
    assert answer.status_code == 405
    assert "only for reading" in answer.text


def test_a_milestone_as_json_holds_what_its_page_shows(dashboard: Dashboard) -> None:
    (project,) = dashboard.visitor.get(API).json()
    line = next(each for each in project["milestones"] if each["title"] == "v1.3.0")
    assert (line["total"], line["closed"], line["ready"], line["due_on"]) == (7, 2, False, None)
    found = dashboard.visitor.get(f"{API}/runtime-spec/milestones/{line['number']}").json()
    assert [issue["number"] for issue in found["issues"]] == [34, 36, 40, 41, 43, 31, 38]
    assert found["judgement"]["release"] == "v1.3.0"
    assert [verdict["rule"] for verdict in found["judgement"]["verdicts"] if verdict["blocks"]] == [
        "VOTE",
        "R7",
    ]
    (action,) = found["actions"]
    assert action["assignees"] == ["bo"]
    assert EVIL in action["text"]
    (run,) = found["conformance"]
    assert run["counts"] == {outcome: int(outcome is CaseOutcome.FAILED) for outcome in CaseOutcome}


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        pytest.param(f"{API}/runtime-spec/milestones/99", "There is no milestone 99 of runtime-spec.", id="milestone"),
        pytest.param(f"{API}/nowhere/milestones/1", "There is no project nowhere.", id="project"),
        pytest.param("/api/v1/nowhere", "There is nothing under this address.", id="any address"),
    ],
)  # fmt: skip
def test_a_program_is_refused_in_json(dashboard: Dashboard, path: str, detail: str) -> None:
    answer = dashboard.visitor.get(path)
    assert (answer.status_code, answer.json()) == (404, {"detail": detail})


@pytest.mark.parametrize("path", [API, f"{API}/runtime-spec/milestones/2", "/healthz"])
def test_a_program_hears_that_the_database_is_away_and_not_where_it_was(away: Dashboard, path: str) -> None:
    answer = away.visitor.get(path)
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("The records cannot be read at the moment.")
    assert len(away.told) == 1


def test_the_service_is_alive_as_long_as_its_books_can_be_read(dashboard: Dashboard) -> None:
    assert dashboard.visitor.get("/healthz").json() == {"status": "ok"}


def test_the_api_describes_itself_with_its_refusals(dashboard: Dashboard) -> None:
    paths = dashboard.visitor.get("/api/v1/openapi.json").json()["paths"]
    assert sorted(paths) == [API, f"{API}/{{id}}/milestones/{{number}}", "/healthz"]
    assert {"200", "404", "503"} <= set(paths[f"{API}/{{id}}/milestones/{{number}}"]["get"]["responses"])
