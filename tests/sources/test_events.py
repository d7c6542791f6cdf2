"""Issue events: everything once, oldest first, and after the first time only what is new."""

from datetime import timedelta
from typing import Any

import pytest

from bot.judgement.stays import standings, stays
from bot.model.errors import TrackerFailed
from bot.model.history import Event, Fate, What
from bot.sources.events import read_events
from bot.sources.gateway import Gateway
from bot.sources.github import read_snapshot
from tests.hubs import NOON, Hub, stranger

HOUR = timedelta(hours=1)


def gateway(hub: Hub) -> Gateway:
    return Gateway(hub.url, hub.token, wait=lambda _: None)


def read(hub: Hub, after: int = 0) -> tuple[Event, ...]:
    return read_events(gateway(hub), hub.repo, after=after)


def milestones(hub: Hub) -> tuple[int, int]:
    first, second = (hub.store.add_milestone(hub.repo, title, by="ada", at=NOON) for title in ("1.0", "1.1"))
    return int(first["number"]), int(second["number"])


def test_a_move_is_two_events_with_titles(hub: Hub) -> None:
    first, second = milestones(hub)
    number = hub.issue(milestone=first)
    hub.store.edit_issue(hub.repo, number, {"milestone": second}, by="bo", at=NOON + HOUR)
    hub.store.edit_issue(hub.repo, number, {"state": "closed"}, by="cyd", at=NOON + 2 * HOUR)
    found = read(hub)
    assert sorted((each.what, each.milestone, each.by, each.at) for each in found) == sorted([
        (What.MILESTONED, "1.0", "ada", NOON),
        (What.DEMILESTONED, "1.0", "bo", NOON + HOUR),
        (What.MILESTONED, "1.1", "bo", NOON + HOUR),
        (What.CLOSED, "", "cyd", NOON + 2 * HOUR),
    ])  # fmt: skip
    assert [each.id for each in found] == sorted(each.id for each in found)
    assert {each.url for each in found} == {
        f"{hub.url}/{hub.repo}/issues/{number}#event-{e.id}" for e in found
    }


def test_what_github_tells_is_what_happened(hub: Hub) -> None:
    """The whole way: events and issues as they are read give the stays and the fates that were laid."""
    first, second = milestones(hub)
    moved, dropped, back = (hub.issue(milestone=first) for _ in range(3))
    laid: list[tuple[int, dict[str, Any], int]] = [
        (moved, {"milestone": second}, 1), (dropped, {"state": "closed", "state_reason": "not_planned"}, 2),
        (back, {"state": "closed"}, 3), (back, {"state": "open"}, 4), (moved, {"milestone": None}, 5),
    ]  # fmt: skip
    for number, changes, hours in laid:
        hub.store.edit_issue(hub.repo, number, changes, by="bo", at=NOON + hours * HOUR)
    at = NOON + 9 * HOUR
    snapshot, events = read_snapshot(gateway(hub), hub.repo, at=at), read(hub)
    found = stays(snapshot.issues, events, (), at=at)
    assert [(e.number, e.title, e.left.at if e.left else None) for e in found if e.number == moved] == [
        (moved, "1.0", NOON + HOUR),
        (moved, "1.1", NOON + 5 * HOUR),
    ]
    fates = [(each.number, each.fate) for each in standings(snapshot.issues, events) if each.number != moved]
    assert fates == [
        (dropped, Fate.OPEN), (dropped, Fate.DROPPED), (back, Fate.OPEN), (back, Fate.DONE), (back, Fate.OPEN),
    ]  # fmt: skip


def test_only_what_is_new_is_read_again(hub: Hub) -> None:
    first, _ = milestones(hub)
    with hub.store.change():
        for _ in range(250):
            hub.issue(milestone=first)
    all_ = read(hub)
    assert len(all_) == 250
    number = hub.issue(milestone=first)
    hub.anyone.get("/_count", params={"reset": "1"})
    assert [each.number for each in read(hub, after=all_[-1].id)] == [number]
    assert hub.count()["GET /repos/{owner}/{name}/issues/events 200"] == 1


def test_nothing_happened(hub: Hub) -> None:
    assert read(hub) == ()


def test_kinds_that_tell_nothing_of_milestones_are_left_out(hub: Hub) -> None:
    number = hub.issue()
    for what in ("subscribed", "labeled", "a_kind_of_next_year"):
        hub.store.add_event(hub.repo, number, what, by="ada", at=NOON)
    assert read(hub) == ()


def test_an_answer_that_is_not_githubs() -> None:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        body = (
            b'[{"id": 1, "event": "milestoned", "issue": {"x": 1}}]'
            if "events" in path
            else b'{"full_name": "a/b"}'
        )
        return 200, {"Content-Type": "application/json"}, body

    with stranger(answer) as url, pytest.raises(TrackerFailed, match="not GitHub's"):
        read_events(Gateway(url, None, wait=lambda _: None), "a/b", after=0)
