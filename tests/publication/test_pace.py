"""Writes keep a second apart, whoever makes them; reading is not slowed down."""

from bot.model.outgoing import Action
from bot.publication.marks import marked
from bot.publication.pace import GAP, Pace
from bot.publication.publisher import Publisher
from tests.hubs import Hub
from tests.publication.test_comment import AT, report


class Clock:
    """Time that passes only while somebody waits, or when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def test_the_first_write_goes_at_once_and_each_further_one_a_second_later() -> None:
    clock = Clock()
    pace = Pace(clock=clock, wait=clock.wait)
    began = []
    for seconds in (0.25, 0.0, 0.0):
        with pace.writing():
            began.append(clock.now)
            clock.now += seconds
    assert began == [100.0, 101.25, 102.25], "counted from the end of the write before"


def test_a_pause_that_was_long_enough_is_not_made_longer() -> None:
    clock = Clock()
    pace = Pace(clock=clock, wait=clock.wait)
    with pace.writing():
        pass
    clock.now += 5
    with pace.writing():
        pass
    assert clock.waited == []


def test_two_publishers_share_one_pace_and_reading_needs_none(hub: Hub) -> None:
    clock = Clock()
    pace = Pace(clock=clock, wait=clock.wait)
    number = hub.issue()
    for n in (1, 2, 3):
        hub.store.add_comment(hub.repo, number, marked(report(hub, number, f"text {n}", n)), by="bot")
    publishers = [Publisher(hub.url, hub.token, pace=pace, wait=clock.wait) for _ in range(2)]
    assert publishers[0].publish(report(hub, number, "text 4", 4), AT).action is Action.EDITED
    assert publishers[1].publish(report(hub, hub.issue(), "text", 1), AT).action is Action.CREATED
    assert [each.writes for each in publishers] == [3, 1]  # an edit and two removals; a comment
    assert clock.waited == [GAP] * 3


def test_a_write_that_fails_counts_too(hub: Hub) -> None:
    clock = Clock()
    publisher = Publisher(hub.url, hub.token, pace=Pace(clock=clock, wait=clock.wait), wait=lambda _: None)
    number = hub.issue()
    hub.store.add_comment(hub.repo, number, marked(report(hub, number)), by="bot")
    hub.fail(method="PATCH", status=502, n=1)
    publisher.publish(report(hub, number, "Ready.", 2), AT)
    assert clock.waited == [GAP]
