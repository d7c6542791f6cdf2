"""A vote in words: every option with its voters, whoever could not vote apart, and no name of somebody who did not."""

from datetime import datetime

import pytest

from bot.model.meeting import Choice, Poll
from bot.reports.polls import counts, names, span, turnout, uncounted
from tests.reports.samples import FULL, START, at

POLL = FULL.polls[0]


def poll(*ballots: Choice, electorate: tuple[str, ...] = (), closed_at: datetime | None = None) -> Poll:
    return Poll("L1", "Ship it?", ("yes", "no"), START, closed_at, electorate, ballots)


def test_every_option_is_counted_with_its_voters() -> None:
    found = [(count.choice, [ballot.by for ballot in count.ballots]) for count in counts(POLL)]
    assert found == [("yes", ["ada", "cy"]), ("no", ["bo"]), ("abstain", [])]
    assert {choice: len(voters) for choice, voters in found} == POLL.tally()


def test_what_was_no_option_is_counted_too() -> None:
    found = counts(poll(Choice("ada", "maybe", START, 2)))
    assert [(count.choice, len(count.ballots)) for count in found] == [("yes", 0), ("no", 0), ("maybe", 1)]


def test_who_could_not_vote_is_heard_and_not_counted() -> None:
    assert [ballot.by for ballot in uncounted(POLL)] == ["eve"]
    assert "eve" not in [ballot.by for count in counts(POLL) for ballot in count.ballots]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(POLL, "3 of 4 who could vote did", id="an electorate"),
        pytest.param(poll(Choice("ada", "yes", START, 2)), "1 voted", id="none was named"),
        pytest.param(poll(), "nobody voted", id="nobody"),
        pytest.param(poll(electorate=("ada",)), "0 of 1 who could vote did", id="nobody of one"),
        pytest.param(
            poll(Choice("eve", "yes", START, 2, counts=False)), "nobody voted", id="nobody who could"
        ),
    ],
)
def test_how_many_voted(found: Poll, words: str) -> None:
    assert turnout(found) == words


def test_whoever_changed_their_mind_is_shown_with_what_they_said_first() -> None:
    assert names(counts(POLL)[0].ballots) == ["ada", "cy (no before)"]


def test_a_vote_that_was_never_closed_says_so() -> None:
    assert span(poll(closed_at=at(5))) == "opened 23:50, closed 23:55"
    assert span(poll()) == "opened 23:50, never closed"
