"""Five events speak, each once; everything else only edits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.judgement.occasions import Event, corrected, definite, occasions
from bot.model.ballot import Voted
from bot.model.release import Beside, Force, Outcome, Readiness, Verdict
from bot.model.telling import Correction
from tests.judgement.made import NOON, rule, target
from tests.judgement.voting import CLOSES, OPENED, count, motion


def judged(word: str, at: float = 0, vote: Voted | None = None) -> Readiness:
    """A judgement in a letter: r ready, n not ready, u unknown; `at` are hours from noon."""
    outcome = {"r": Outcome.PASSED, "n": Outcome.FAILED, "u": Outcome.UNKNOWN}[word]
    verdict = Verdict(rule("due_date", Force.MUST), outcome, "because")
    moment = NOON + timedelta(hours=at)
    return Readiness(target(), moment, "quay", (verdict,), moment, beside=Beside(vote=vote))


def voted(letters: str, hours: float, *, window: float = 168, hidden: bool = False) -> Readiness:
    """A judgement so many hours after a vote was opened."""
    closes = OPENED + timedelta(hours=window)
    tally = count(letters, hours=hours, motion=motion(closes_at=closes, embargoed=hidden))
    found = judged("n", vote=Voted(tally, "the vote", closes))
    return replace(found, at=OPENED + timedelta(hours=hours))


def events(readiness: Readiness, before: Readiness | None = None) -> list[str]:
    return [each.event.value for each in occasions(readiness, before)]


@pytest.mark.parametrize(
    ("before", "now", "turned"),
    [
        pytest.param("n", "r", True, id="not ready, then ready"),
        pytest.param("r", "n", True, id="ready, then not"),
        pytest.param("r", "r", False, id="ready still"),
        pytest.param("n", "n", False, id="not ready still"),
        pytest.param("r", "u", False, id="an unknown is no turn"),
        pytest.param("", "r", False, id="the first judgement"),
    ],
)
def test_a_verdict_that_turned_is_told(before: str, now: str, turned: bool) -> None:
    earlier = judged(before, -1) if before else None
    assert events(judged(now), earlier) == (["verdict-turned"] if turned else [])


def test_two_that_judge_at_once_tell_of_the_same_turn() -> None:
    before = judged("n", -5)
    (one,) = occasions(judged("r", 0), before)
    (other,) = occasions(judged("r", 0.01), before)
    assert one.key == other.key
    (back,) = occasions(judged("n", 1), judged("r", 0))
    assert back.key != one.key


@pytest.mark.parametrize(
    ("letters", "hours", "window", "expected"),
    [
        pytest.param("L", 0, 168, ["vote-opened"], id="it opens"),
        pytest.param("L", 23, 168, ["vote-opened"], id="a day later it may still be told"),
        pytest.param("L", 24, 168, [], id="then no more"),
        pytest.param("L", 143, 168, [], id="25 hours before its end"),
        pytest.param("L", 144, 168, ["vote-closing"], id="24 hours before its end"),
        pytest.param("L", 167.9, 168, ["vote-closing"], id="minutes before its end"),
        pytest.param("L", 1, 20, ["vote-opened"], id="a short one does not close soon as well"),
        pytest.param("LLLLLL", 168.1, 168, ["vote-result"], id="adopted"),
        pytest.param("LL", 168.1, 168, ["vote-result"], id="not adopted"),
        pytest.param("LLLLL?", 168.1, 168, [], id="a person has to say what a remark means"),
        pytest.param("LLLLLL", 168 * 2 - 1, 168, ["vote-result"], id="a result is news for a week"),
        pytest.param("LLLLLL", 168 * 2, 168, [], id="and then history"),
    ],
)
def test_a_vote_is_told(letters: str, hours: float, window: float, expected: list[str]) -> None:
    assert events(voted(letters, hours, window=window)) == expected


@pytest.mark.parametrize("hours", [1, 150, 169])
def test_nothing_of_a_vote_under_embargo_is_told(hours: float) -> None:
    assert events(voted("LLLLLL", hours, hidden=True)) == []
    assert events(voted("LLLLLL", hours)) != []


def test_each_part_of_a_vote_has_its_own_key_and_keeps_it() -> None:
    keys = [occasions(voted("LLLLLL", hours), None)[0].key for hours in (1, 2, 145, 146, 169, 170)]
    assert len(set(keys)) == 3
    assert keys[0] == keys[1]
    assert keys[2] == keys[3]
    assert keys[4] == keys[5]
    assert CLOSES.isoformat(timespec="seconds") in keys[2]


def test_a_correction_is_told_once_for_each_that_is_said() -> None:
    said = Correction("Ready", NOON, "ada", NOON, "it is not")
    assert corrected(judged("r"), said).event is Event.CORRECTION
    assert corrected(judged("r"), said).key == corrected(judged("n"), said).key
    assert corrected(judged("r"), replace(said, by="bo")).key != corrected(judged("r"), said).key


@pytest.mark.parametrize(("word", "expected"), [("r", "ready"), ("n", "not ready"), ("u", "")])
def test_only_ready_and_not_ready_are_definite(word: str, expected: str) -> None:
    assert definite(judged(word)) == expected
