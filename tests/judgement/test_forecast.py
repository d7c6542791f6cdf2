"""When the work could be done: a spread from past weeks, checked against what can be counted, or a refusal with its reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judgement.forecast import HORIZON, HitRate, Past, forecast, hit_rate
from bot.model.milestone import Week

TODAY = date(2026, 6, 15)


def weeks(*done: int, grown: int = 0) -> tuple[Week, ...]:
    """So many done in each week, the last one ending today."""
    first = TODAY - timedelta(weeks=len(done))
    return tuple(Week(first + timedelta(weeks=n), each, grown) for n, each in enumerate(done))


def test_without_chance_it_is_a_division() -> None:
    """Two a week for ever: ten remain, five weeks; by a due date in three weeks six are done."""
    found = forecast(10, weeks(*[2] * 12), on=TODAY, due=TODAY + timedelta(weeks=3), seed="a")
    in_five = TODAY + timedelta(weeks=5)
    assert (found.p50, found.p85, found.p95) == (in_five, in_five, in_five)
    assert (found.by_due, found.done_by_due, found.refused) == (0, 6, "")


def test_growth_is_part_of_it() -> None:
    """Two done and one new in each week: ten lessen by one a week."""
    found = forecast(10, weeks(*[2] * 12, grown=1), on=TODAY, due=None, seed="a")
    assert found.p50 == TODAY + timedelta(weeks=10)


def test_chance_is_what_it_should_be() -> None:
    """A coin a week: with one issue left, half of the futures are done in one week, three quarters in two."""
    coin = weeks(*[0, 1] * 13)
    found = forecast(1, coin, on=TODAY, due=TODAY + timedelta(weeks=2), seed="a")
    assert found.p50 == TODAY + timedelta(weeks=1) or found.p50 == TODAY + timedelta(weeks=2)
    assert found.p85 == TODAY + timedelta(weeks=3)
    assert found.by_due is not None
    assert 73 <= found.by_due <= 77


def test_weeks_of_nothing_count() -> None:
    busy = forecast(8, weeks(*[2] * 12), on=TODAY, due=None, seed="a")
    still = forecast(8, weeks(*[2, 0] * 6), on=TODAY, due=None, seed="a")
    assert busy.p50 is not None
    assert still.p50 is not None
    assert still.p50 > busy.p50 + timedelta(weeks=2)


def test_only_the_last_half_year_counts() -> None:
    """Old speed is no promise: 26 weeks of one a week behind a year of ten."""
    found = forecast(5, weeks(*[10] * 52, *[1] * 26), on=TODAY, due=None, seed="a")
    assert (found.weeks, found.p50) == (26, TODAY + timedelta(weeks=5))


@pytest.mark.parametrize(
    ("remaining", "history", "refused"),
    [
        pytest.param(0, weeks(*[1] * 12), "nothing remains", id="nothing remains"),
        pytest.param(3, (), "0 whole weeks of history; 10 are needed", id="no history"),
        pytest.param(3, weeks(*[1] * 9), "9 whole weeks of history; 10 are needed", id="too short"),
        pytest.param(
            3, weeks(*[0] * 20, 1, 1, 1, 1, 0),
            "something was finished in 4 of the last 25 weeks; 5 are needed", id="too still",
        ),
        pytest.param(
            3, weeks(*[1] * 6, *[0] * 6),
            "nothing was finished in the last 6 weeks: the past says nothing of the future", id="it stopped",
        ),
        pytest.param(
            3, weeks(*[5] * 6, *[1, 0] * 3),
            "30 were finished in the first half of the last 12 weeks and 3 in the second: too uneven", id="it changed",
        ),
    ],
)  # fmt: skip
def test_refused(remaining: int, history: tuple[Week, ...], refused: str) -> None:
    found = forecast(remaining, history, on=TODAY, due=TODAY, seed="a")
    assert found.refused == refused
    assert (found.p50, found.p85, found.p95, found.by_due) == (None, None, None, None)


def test_a_scope_that_grows_faster_than_work_has_no_day() -> None:
    found = forecast(
        5, weeks(*[1] * 12, grown=2), on=TODAY, due=TODAY + timedelta(weeks=30), seed="a", runs=200
    )
    assert (found.p50, found.p85, found.by_due, found.refused) == (None, None, 0, "")


def test_the_same_facts_give_the_same_answer() -> None:
    history = weeks(*[0, 1, 3] * 6)
    first = forecast(20, history, on=TODAY, due=TODAY + timedelta(weeks=9), seed="v1.0.0 snapshot 7")
    again = forecast(20, history, on=TODAY, due=TODAY + timedelta(weeks=9), seed="v1.0.0 snapshot 7")
    assert first == again


def test_a_due_date_that_has_passed() -> None:
    found = forecast(2, weeks(*[1] * 12), on=TODAY, due=TODAY - timedelta(days=30), seed="a", runs=100)
    assert (found.by_due, found.done_by_due) == (0, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.lists(st.integers(0, 6), min_size=10, max_size=40), st.integers(-2, 40))
def test_the_spread_is_in_order(remaining: int, done: list[int], due_weeks: int) -> None:
    found = forecast(
        remaining, weeks(*done), on=TODAY, due=TODAY + timedelta(weeks=due_weeks), seed="a", runs=300
    )
    if found.refused:
        return
    far = TODAY + timedelta(weeks=HORIZON + 1)
    p50, p85, p95 = (each or far for each in (found.p50, found.p85, found.p95))
    assert TODAY < p50 <= p85 <= p95
    assert found.by_due is not None
    assert found.by_due >= 50 if p50 <= TODAY + timedelta(weeks=due_weeks) else found.by_due <= 50


def test_hit_rate() -> None:
    """A forecast whose day has not come, of work that is not done, cannot be judged yet."""
    day = timedelta(days=1)
    past = [
        Past(TODAY - 90 * day, TODAY - 30 * day, TODAY - 40 * day),  # in time
        Past(TODAY - 90 * day, TODAY - 30 * day, TODAY - 20 * day),  # late
        Past(TODAY - 90 * day, TODAY - 30 * day, None),  # late, and not done yet
        Past(TODAY - 90 * day, TODAY + 30 * day, None),  # open
        Past(TODAY - 90 * day, TODAY + 30 * day, TODAY - day),  # in time
    ]
    assert hit_rate(past, on=TODAY) == HitRate(2, 4)
    assert hit_rate([], on=TODAY) == HitRate(0, 0)
