"""Issue events and milestone versions: each once, however often a sync brings them."""

from dataclasses import replace
from datetime import timedelta

from bot.model.history import Event, What
from bot.model.tracker import Milestone, Snapshot, State
from bot.records.engine import Engine, read_session, write_session
from bot.records.events import load_events, load_versions, newest_event, save_events
from bot.records.tracker import save_snapshot
from tests.records.test_records import NOON, REPO

FIRST = Event(7, What.MILESTONED, NOON, 5_000_000_000, "ada", "https://example.org/7#event", "v1.0.0", "")
SECOND = Event(
    7, What.CLOSED, NOON + timedelta(hours=1), 5_000_000_001, "", "https://example.org/7#e", "", "not_planned"
)


def test_an_event_is_kept_once(engine: Engine) -> None:
    with write_session(engine) as session:
        assert newest_event(session, REPO) == 0
        assert save_events(session, REPO, [FIRST]) == 1
    with write_session(engine) as session:
        assert save_events(session, REPO, [FIRST, SECOND, SECOND]) == 1
        assert save_events(session, REPO, []) == 0
    with read_session(engine) as session:
        assert load_events(session, REPO) == (FIRST, SECOND)
        assert newest_event(session, REPO) == SECOND.id


def test_repositories_have_their_own(engine: Engine) -> None:
    with write_session(engine) as session:
        save_events(session, REPO, [FIRST])
        assert newest_event(session, "harbour/other") == 0
        assert save_events(session, "harbour/other", [FIRST]) == 1
        assert load_events(session, "harbour/other") == (FIRST,)


def test_a_due_date_that_slips_is_history(engine: Engine) -> None:
    first = Milestone(REPO, 1, "v1.0.0", State.OPEN, NOON, "https://example.org/m/1")
    later = replace(first, due_on=NOON + timedelta(days=9))
    closed = replace(later, state=State.CLOSED)
    for days, each in ((0, first), (1, first), (2, later), (3, closed)):
        with write_session(engine) as session:
            save_snapshot(session, Snapshot(REPO, NOON + timedelta(days=days), "x", (each,), (), ()))
    with read_session(engine) as session:
        found = load_versions(session, REPO)
    assert [((each.seen_at - NOON).days, each.due_on, each.state) for each in found] == [
        (0, NOON, State.OPEN),
        (2, NOON + timedelta(days=9), State.OPEN),
        (3, NOON + timedelta(days=9), State.CLOSED),
    ]
