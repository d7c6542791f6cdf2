"""Kept answers and the request budget: shared by processes, thrown away in time, never more than is allowed."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.model.answers import Kept
from bot.records.answers import KEEP, KeptAnswers, RequestBudget
from bot.records.engine import Engine, read_session
from bot.records.request_tables import KeptAnswerRow

START = datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


def test_an_answer_comes_back_as_it_was(engine: Engine) -> None:
    answers = KeptAnswers(engine, Clock())
    kept = Kept('W/"x"', '<https://api.example/?page=2>; rel="next"', '["ä"]'.encode() * 50_000)
    assert answers.get("k") is None
    answers.put("k", Kept("old", "", b"[]"))
    answers.put("k", kept)
    assert answers.get("k") == kept


def test_what_nobody_asks_for_is_thrown_away(engine: Engine) -> None:
    clock = Clock()
    answers = KeptAnswers(engine, clock)
    answers.put("old", Kept("a", "", b"[]"))
    clock.pass_(seconds=KEEP.total_seconds() + 1)
    answers.put("new", Kept("b", "", b"[]"))
    with read_session(engine) as session:
        assert session.scalars(select(KeptAnswerRow.key)).all() == ["new"]


def test_so_many_in_any_sixty_minutes(engine: Engine) -> None:
    clock = Clock()
    budget = RequestBudget(engine, clock, 3)
    assert [budget.take(), budget.take()] == [None, None]
    clock.pass_(minutes=30)
    assert (budget.take(), budget.left()) == (None, 0)
    assert budget.take() == START.replace(minute=0, second=0) + timedelta(hours=1)
    clock.pass_(minutes=29)
    assert budget.take() is not None, "59 minutes are no hour"
    clock.pass_(minutes=1)
    assert (budget.take(), budget.take()) == (None, None)
    assert budget.take() is not None


def test_what_cost_nothing_is_given_back(engine: Engine) -> None:
    clock = Clock()
    budget = RequestBudget(engine, clock, 1)
    for _ in range(5):
        assert budget.take() is None
        clock.pass_(seconds=40)  # the answer may come in the next minute
        budget.give_back()
    assert budget.left() == 1


def test_processes_share_it(engine: Engine) -> None:
    """Eight at once, each with its own budget over one database: together no more than is allowed."""
    clock = Clock()
    taken: list[bool] = []

    def ask() -> None:
        budget = RequestBudget(engine, clock, 20)
        for _ in range(5):
            taken.append(budget.take() is None)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 20


@pytest.mark.parametrize("most", [1, 7])
def test_an_hour_of_asking_sends_no_more(engine: Engine, most: int) -> None:
    clock = Clock()
    budget, sent = RequestBudget(engine, clock, most), []
    for _ in range(150):
        if budget.take() is None:
            sent.append(clock.at)
        clock.pass_(minutes=1)
    for at in sent:
        assert sum(at <= other < at + timedelta(hours=1) for other in sent) <= most
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(KeptAnswerRow)) == 0
