"""The outbox: one row for each place, its sequence never falls back, and nothing that came in between gets lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.model.outgoing import Action, Draft, Kind, Outgoing, Posted
from bot.records import outbox
from bot.records.engine import Engine, Session, read_session, write_session
from bot.records.tables import OutboxRow, PostRow

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
REPO = "harbour/quay"
DRAFT = Draft(Kind.READINESS, REPO, 7, "the body")


def queue(session: Session, *drafts: Draft, at: datetime = NOON) -> None:
    outbox.queue(session, drafts, project="quay", release="v1.3.0", as_of=at)
    session.flush()


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def posted(outgoing: Outgoing, **more: object) -> Posted:
    made = Posted(
        outgoing.kind, outgoing.project, outgoing.release, outgoing.repo, outgoing.number, 99, "url", outgoing.sha256,
        outgoing.sequence, Action.CREATED, NOON, outgoing.key,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]  # a test's shorthand


def bodies(session: Session) -> list[str]:
    return [each.body for each in outbox.load_outbox(session)]


def states(session: Session) -> Sequence[str]:
    return session.scalars(select(OutboxRow.state).order_by(OutboxRow.id)).all()


def test_a_newer_text_takes_the_row_of_an_older_one_and_a_higher_number(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        queue(session, replace(DRAFT, body="newer"), at=later(1))
        (waiting,) = outbox.load_outbox(session)
    assert (waiting.body, waiting.sequence, waiting.as_of) == ("newer", 2, later(1))


def test_places_kinds_and_keys_have_rows_of_their_own(engine: Engine) -> None:
    others = [
        DRAFT,
        replace(DRAFT, number=8),
        replace(DRAFT, repo="harbour/pier"),
        replace(DRAFT, kind=Kind.EVENT),
        replace(DRAFT, key="2"),
    ]
    with write_session(engine) as session:
        queue(session, *others)
        assert len(outbox.load_outbox(session)) == len(others)


def test_a_text_of_older_facts_does_not_replace_a_newer_one(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, replace(DRAFT, body="newer"), at=later(15))
        queue(session, DRAFT, at=NOON)
        assert bodies(session) == ["newer"]


def test_what_a_clock_that_ran_ahead_wrote_is_replaced(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, replace(DRAFT, body="from 2031"), at=NOON + timedelta(days=1800))
        queue(session, DRAFT)
        assert bodies(session) == ["the body"]


@pytest.mark.parametrize("is_sent", [True, False])
def test_what_is_said_once_is_never_said_again(engine: Engine, is_sent: bool) -> None:
    event = replace(DRAFT, kind=Kind.EVENT, key="flip", once=True)
    with write_session(engine) as session:
        queue(session, event)
        if is_sent:
            (waiting,) = outbox.load_outbox(session)
            outbox.save_posted(session, waiting, posted(waiting))
            session.flush()
        queue(session, replace(event, body="again"), at=later(1))
        assert bodies(session) == ([] if is_sent else ["the body"])


def test_what_was_posted_leaves_the_outbox_and_is_remembered(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        (waiting,) = outbox.load_outbox(session)
        outbox.save_posted(session, waiting, posted(waiting))
    with read_session(engine) as session:
        assert outbox.load_outbox(session) == ()
        row = session.get(OutboxRow, waiting.row)
        assert row is not None
        assert (row.state, row.sent_at) == ("sent", NOON)
        assert session.scalars(select(PostRow.comment_id)).all() == [99]
        assert outbox.load_posted(session, REPO, 7, "readiness", "quay", "v1.3.0") == posted(waiting)
        assert outbox.load_posted(session, REPO, 8, "readiness", "quay", "v1.3.0") is None


def test_what_was_sent_is_looked_after_again_when_it_is_queued_again(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        (waiting,) = outbox.load_outbox(session)
        outbox.save_posted(session, waiting, posted(waiting))
        session.flush()
        queue(session, DRAFT, at=later(15))
        (again,) = outbox.load_outbox(session)
    assert again.sequence == waiting.sequence, "the text is the same"
    assert again.as_of == later(15)


def test_a_text_that_came_in_while_the_last_one_was_sent_is_still_to_be_sent(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        (sending,) = outbox.load_outbox(session)
        queue(session, replace(DRAFT, body="newer"), at=later(1))
        outbox.save_posted(session, sending, posted(sending))
        session.flush()
        assert bodies(session) == ["newer"]


def test_a_slow_run_that_may_have_gone_over_a_newer_text_has_that_sent_again(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        (slow,) = outbox.load_outbox(session)
        queue(session, replace(DRAFT, body="newer"), at=later(1))
        (quick,) = outbox.load_outbox(session)
        outbox.save_posted(session, quick, posted(quick))
        outbox.save_posted(session, slow, posted(slow))
        session.flush()
        (again,) = outbox.load_outbox(session)
    assert again.body == "newer"
    assert again.sequence > slow.sequence


def test_the_sequence_goes_on_from_what_the_comment_has(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        (waiting,) = outbox.load_outbox(session)
        outbox.save_posted(session, waiting, posted(waiting, sequence=58))
        queue(session, replace(DRAFT, body="newer"), at=later(1))
        (then,) = outbox.load_outbox(session)
    assert then.sequence == 59


def test_the_sequence_survives_the_row(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        (waiting,) = outbox.load_outbox(session)
        outbox.save_posted(session, waiting, posted(waiting, sequence=58))
        session.delete(session.get(OutboxRow, waiting.row))
        session.flush()
        queue(session, DRAFT)
        (then,) = outbox.load_outbox(session)
    assert then.sequence == 59


def test_what_fails_ten_times_waits_for_a_person_until_there_is_something_new_to_say(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        (waiting,) = outbox.load_outbox(session)
        for _ in range(outbox.MAX_ATTEMPTS):
            assert outbox.load_outbox(session) == (waiting,)
            outbox.save_failure(session, waiting, "no network")
            session.flush()
        assert outbox.load_outbox(session) == ()
        assert outbox.count_waiting(session) == {"failed": 1}
        row = session.get(OutboxRow, waiting.row)
        assert row is not None
        assert (row.state, row.last_error) == ("failed", "no network")
        queue(session, replace(DRAFT, body="newer"), at=later(1))
        assert (bodies(session), row.attempts) == (["newer"], 0)


def test_a_limit_is_no_failure(engine: Engine) -> None:
    with write_session(engine) as session:
        queue(session, DRAFT)
        (waiting,) = outbox.load_outbox(session)
        for _ in range(3 * outbox.MAX_ATTEMPTS):
            outbox.save_wait(session, waiting, "slow down")
        row = session.get(OutboxRow, waiting.row)
        assert row is not None
        assert (row.state, row.attempts, row.last_error) == ("pending", 0, "slow down")


def test_queueing_again_and_again_leaves_one_row(engine: Engine) -> None:
    with write_session(engine) as session:
        for minute in range(20):
            queue(session, replace(DRAFT, body=f"text {minute % 3}"), at=later(minute))
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 1
    assert states_of(engine) == ["pending"]


def states_of(engine: Engine) -> list[str]:
    with read_session(engine) as session:
        return list(states(session))
