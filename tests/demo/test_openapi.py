"""The judge of the local GitHub's answers itself: it takes what GitHub gives, and names what it would not."""

import json
from typing import Any

import pytest

from tests.hubs import NOON, Hub, hub, running
from tests.openapi import description

__all__ = ["hub", "running"]
ISSUE = "/repos/{owner}/{name}/issues/{number:int}"


def answer(hub: Hub) -> dict[str, Any]:
    found: dict[str, Any] = hub.http.get(f"{hub.api}/issues/{hub.issue(at=NOON)}").json()
    return found


def faults(body: dict[str, Any], route: str = ISSUE, status: int = 200) -> list[str]:
    return description().faults("GET", route, status, json.dumps(body).encode())


def test_a_true_answer_has_no_fault(hub: Hub) -> None:
    assert faults(answer(hub)) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        pytest.param({"number": "seven"}, "number", id="a number that is a text"),
        pytest.param({"title": None}, "title", id="null where GitHub has none"),
        pytest.param({"state_reason": "bored"}, "state_reason", id="a word that is not in its list"),
        pytest.param({"user": {"login": "ada"}}, "user", id="a person by halves"),
        pytest.param({"labels": [{"color": 5}]}, "labels", id="a label that is none"),
    ],
)
def test_a_broken_one_is_named(hub: Hub, changes: dict[str, Any], fault: str) -> None:
    (said,) = faults({**answer(hub), **changes})
    assert said.startswith(fault)


def test_a_missing_field_is_named(hub: Hub) -> None:
    body = answer(hub)
    del body["html_url"]
    (said,) = faults(body)
    assert "html_url" in said


def test_a_path_that_github_does_not_have() -> None:
    assert faults({}, "/repos/{owner}/{name}/quays") == ["GitHub has no GET /repos/{owner}/{name}/quays"]


def test_an_error_is_githubs_error_document() -> None:
    assert (
        faults(
            {"message": "Not Found", "documentation_url": "https://x.example", "status": "404"}, status=404
        )
        == []
    )
    assert faults({"message": 5}, status=404) != []
