"""The verdict at the pull request's commit: never green when unknown, written once, and again when it changes."""

import json
from typing import Any

import pytest

from bot.model.errors import PublicationFailed
from bot.model.outgoing import Action, Outgoing, Posted
from bot.publication.checks import CONCLUSIONS, STATES
from bot.publication.publisher import Publisher
from tests.hubs import Hub
from tests.publication.test_comment import AT, report

APP_TOKEN = "token-of-the-app"


def head(hub: Hub, number: int) -> str:
    return str(hub.store.get("issue", hub.repo, number)["pull"]["head"])


def check(
    hub: Hub, number: int, standing: str = "not ready", *, how: str = "status", **more: str
) -> Outgoing:
    facts = {
        "how": how, "commit": head(hub, number), "standing": standing, "title": f"{standing}: 1 of 7 rules",
        "url": f"{hub.url}/{hub.repo}/pull/{number}", **more,
    }  # fmt: skip
    return report(hub, number, json.dumps(facts), kind="check")


def publish(hub: Hub, outgoing: Outgoing) -> Posted:
    token, login = (hub.token, "") if '"status"' in outgoing.body else (APP_TOKEN, "tallyman[bot]")
    if login:
        hub.store.add_user(login, APP_TOKEN)
    return Publisher(hub.url, token, login=login, wait=lambda _: None).publish(outgoing, AT)


def stored(hub: Hub, how: str) -> list[dict[str, Any]]:
    return hub.store.all("status" if how == "status" else "check-run", hub.repo)


@pytest.mark.parametrize("how", ["status", "check-run"])
def test_it_is_written_once_and_again_only_when_it_changes(hub: Hub, how: str) -> None:
    number = hub.pull()
    assert publish(hub, check(hub, number, how=how)).action is Action.CREATED
    assert publish(hub, check(hub, number, how=how)).action is Action.UNCHANGED
    assert publish(hub, check(hub, number, "ready", how=how)).action is Action.EDITED
    assert publish(hub, check(hub, number, "ready", how=how)).action is Action.UNCHANGED
    assert len(stored(hub, how)) == (2 if how == "status" else 1), "statuses are added, check runs edited"
    last = stored(hub, how)[-1]
    assert last["state" if how == "status" else "conclusion"] == "success"


@pytest.mark.parametrize("how", ["status", "check-run"])
@pytest.mark.parametrize("standing", ["not ready", "unknown"])
def test_only_ready_passes_a_required_check(hub: Hub, standing: str, how: str) -> None:
    publish(hub, check(hub, hub.pull(), standing, how=how))
    (found,) = stored(hub, how)
    assert found["state" if how == "status" else "conclusion"] not in ("success", "neutral", "skipped")
    assert set(STATES) == set(CONCLUSIONS) == {"ready", "not ready", "unknown"}


def test_a_status_s_words_fit(hub: Hub) -> None:
    number = hub.pull()
    assert publish(hub, check(hub, number, title="why " * 100)).action is Action.CREATED
    assert publish(hub, check(hub, number, title="why " * 100)).action is Action.UNCHANGED
    (found,) = stored(hub, "status")
    assert len(found["description"]) == 140


def test_a_new_commit_gets_its_own(hub: Hub) -> None:
    number = hub.pull()
    publish(hub, check(hub, number))
    before = head(hub, number)
    doc = hub.store.get("issue", hub.repo, number)
    doc["pull"]["head"] = "b" * 40
    hub.store.put("issue", hub.repo, number, doc)
    assert publish(hub, check(hub, number)).action is Action.CREATED
    assert [each["sha"] for each in stored(hub, "status")] == [before, "b" * 40]


def test_another_s_status_of_another_name_is_left_alone(hub: Hub) -> None:
    number = hub.pull()
    hub.http.post(f"{hub.api}/statuses/{head(hub, number)}", json={"state": "success", "context": "ci/tests"})
    assert publish(hub, check(hub, number)).action is Action.CREATED
    assert [each["context"] for each in stored(hub, "status")] == ["ci/tests", "tallyman/readiness/v1.0.0"]


def test_a_token_that_is_no_app_s_cannot_write_check_runs_and_hears_what_to_do(hub: Hub) -> None:
    outgoing = check(hub, hub.pull(), how="check-run")
    with pytest.raises(PublicationFailed, match="You must authenticate via a GitHub App"):
        Publisher(hub.url, hub.token, wait=lambda _: None).publish(outgoing, AT)


@pytest.mark.parametrize("how", ["status", "check-run"])
def test_what_arrived_without_an_answer_is_not_written_again(hub: Hub, how: str) -> None:
    number = hub.pull()
    hub.fail(kind="lost", method="POST")
    with pytest.raises(PublicationFailed):
        publish(hub, check(hub, number, how=how))
    assert publish(hub, check(hub, number, how=how)).action is Action.UNCHANGED
    assert len(stored(hub, how)) == 1


def labels(hub: Hub, number: int, on: str) -> Outgoing:
    names = ("readiness: ready", "readiness: not ready", "readiness: unknown")
    body = json.dumps({"on": on, "off": [name for name in names if name != on]})
    return report(hub, number, body, kind="labels")


def test_one_label_of_three_says_it_and_others_stay(hub: Hub) -> None:
    number = hub.issue(labels=("bug", "Readiness: Unknown"))

    def have() -> list[str]:
        return list(hub.store.get("issue", hub.repo, number)["labels"])

    assert speak(hub, labels(hub, number, "readiness: not ready")).action is Action.EDITED
    assert have() == ["bug", "readiness: not ready"]
    assert speak(hub, labels(hub, number, "readiness: not ready")).action is Action.UNCHANGED
    assert speak(hub, labels(hub, number, "readiness: ready")).action is Action.EDITED
    assert have() == ["bug", "readiness: ready"]


def speak(hub: Hub, outgoing: Outgoing) -> Posted:
    return Publisher(hub.url, hub.token, wait=lambda _: None).publish(outgoing, AT)
