"""Records are added, never changed; saving the same twice adds nothing; a verdict and its comment are kept together."""

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.model.conformance import CaseOutcome, CaseResult, Level, ReleaseRun
from bot.model.errors import DatabaseFailed, WrongRequest
from bot.model.followup import Membership, Step
from bot.model.meeting import Item, Kind, Line, Meeting, Participant, Present, Reference, Rule, Status, Thing
from bot.model.outgoing import Draft
from bot.model.outgoing import Kind as Spoken
from bot.model.release import Force, Link, Outcome, Readiness, Target, Verdict
from bot.model.release import Rule as GovernanceRule
from bot.model.tracker import Issue, Milestone, Pull, Review, ReviewState, Snapshot, State
from bot.records import conformance, judgements, meetings, migrate, outbox, steps, tracker
from bot.records.engine import Engine, open_engine, read_session, write_session
from bot.records.tables import FactRow, ItemRow, JudgementRow, LineRow, OutboxRow

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
REPO = "harbour/quay"


def meeting(**changes: object) -> Meeting:
    reference = Reference(REPO, 7, Thing.EITHER, f"https://example.org/{REPO}/issues/7", Rule.TOPIC)
    action = Item(
        "L3",
        3,
        NOON,
        Kind.ACTION,
        "ada",
        "ada",
        "bo to mend #7",
        "quay",
        ("bo",),
        (reference,),
        Status.RECORDED,
        REPO,
    )
    agreed = Item(
        "L4",
        4,
        NOON,
        Kind.AGREED,
        "ada",
        "ada",
        "Move #7 out of 1.0",
        "quay",
        (),
        (reference,),
        Status.RECORDED,
        REPO,
    )
    people = (Participant("ada", Present.TYPED, 4),)
    found = Meeting("quay", "Quay", "#quay", NOON, None, ("ada",), (action, agreed), people, (), "quay.log")
    return replace(found, **changes)  # type: ignore[arg-type]  # a test's shorthand


LINES = tuple(Line(number, NOON, "ada", f"line {number}") for number in range(1, 5))


def issue(number: int = 7, milestone: int | None = 1, state: State = State.OPEN) -> Issue:
    return Issue(
        REPO,
        number,
        f"issue {number}",
        state,
        "",
        False,
        milestone,
        "bo",
        ("bo",),
        ("bug",),
        NOON,
        NOON,
        None,
        "u",
    )


def snapshot(at: datetime, *issues: Issue) -> Snapshot:
    review = Review(1, "cy", ReviewState.APPROVED, NOON, "abc", "u")
    pull = Pull(REPO, 9, False, None, "abc", "main", True, "clean", ("di",), (review,))
    return Snapshot(
        REPO, at, "http://x", (Milestone(REPO, 1, "1.0", State.OPEN, NOON, "u"),), issues, (pull,)
    )


def test_a_meeting_comes_back_as_it_was_saved(engine: Engine) -> None:
    with write_session(engine) as session:
        saved = meetings.save_meeting(session, meeting(), LINES, NOON)
    with read_session(engine) as session:
        assert meetings.load_meeting(session, saved.id) == meeting()


def test_importing_the_same_log_twice_changes_nothing(engine: Engine) -> None:
    for is_new, added in ((True, 6), (False, 0)):
        with write_session(engine) as session:
            saved = meetings.save_meeting(session, meeting(), LINES, NOON)
        assert (saved.is_new, saved.added) == (is_new, added)
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(ItemRow)) == 2
        assert session.scalar(select(func.count()).select_from(LineRow)) == 4


def test_a_log_that_has_grown_adds_its_new_lines_and_its_end(engine: Engine) -> None:
    with write_session(engine) as session:
        id_ = meetings.save_meeting(session, meeting(), LINES, NOON).id
        ended = meeting(ended_at=NOON + timedelta(hours=1))
        saved = meetings.save_meeting(session, ended, (*LINES, Line(5, NOON, "ada", "#endmeeting")), NOON)
    assert (saved.id, saved.added) == (id_, 1)
    with read_session(engine) as session:
        assert meetings.load_meeting(session, id_).ended_at == NOON + timedelta(hours=1)


def test_an_item_that_changed_gets_a_version_and_the_old_one_is_kept(engine: Engine) -> None:
    first, second = meeting().items
    with write_session(engine) as session:
        id_ = meetings.save_meeting(session, meeting(), LINES, NOON).id
        meetings.save_meeting(
            session, meeting(items=(first, replace(second, status=Status.UNDONE))), LINES, NOON
        )
    with read_session(engine) as session:
        assert [item.status for item in meetings.load_meeting(session, id_).items] == [
            Status.RECORDED,
            Status.UNDONE,
        ]
        assert session.scalar(select(func.count()).select_from(ItemRow)) == 3


def test_actions_and_decisions_are_found_by_repository(engine: Engine) -> None:
    with write_session(engine) as session:
        meetings.save_meeting(session, meeting(), LINES, NOON)
    with read_session(engine) as session:
        actions, decisions = meetings.load_said(session, [REPO])
        assert ([s.item.id for s in actions], [s.item.id for s in decisions]) == (["L3"], ["L4"])
        assert meetings.load_said(session, ["harbour/other"]) == ((), ())
        assert meetings.load_said(session, ["Harbour/Quay"]) == (actions, decisions)
        spoken = [meetings.count_meetings(session, [repo]) for repo in (REPO, REPO.upper(), "harbour/other")]
        assert spoken == [1, 1, 0]


def test_an_action_is_done_when_somebody_says_so_and_open_again_when_they_take_it_back(
    engine: Engine,
) -> None:
    with write_session(engine) as session:
        id_ = meetings.save_meeting(session, meeting(), LINES, NOON).id
        steps.save_step(session, id_, "L3", Step(NOON, "bo", "done", "https://example.org/pull/8"))
    with read_session(engine) as session:
        assert meetings.load_said(session, [REPO])[0][0].done_at == NOON
    with write_session(engine) as session:
        steps.save_step(session, id_, "L3", Step(NOON, "ada", "open", "not yet"))
    with read_session(engine) as session:
        assert meetings.load_said(session, [REPO])[0][0].done_at is None
        assert [step.by for step in steps.load_steps(session)[id_, "L3"]] == ["bo", "ada"]


def test_an_item_that_does_not_exist_is_answered_in_words(engine: Engine) -> None:
    with pytest.raises(WrongRequest, match="no item L9"), write_session(engine) as session:
        id_ = meetings.save_meeting(session, meeting(), LINES, NOON).id
        meetings.find_item(session, id_, "L9")


def test_syncing_twice_adds_nothing(engine: Engine) -> None:
    counts = []
    for at in (NOON, NOON + timedelta(hours=1)):
        with write_session(engine) as session:
            counts.append(tracker.save_snapshot(session, snapshot(at, issue())))
    assert [(c.changed, c.unchanged) for c in counts] == [(3, 0), (0, 3)]
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(FactRow)) == 3
        loaded = tracker.load_tracker(session, REPO)
    assert loaded is not None
    assert (loaded.at, loaded.issues) == (NOON + timedelta(hours=1), (issue(),))


def test_an_issue_s_way_through_milestones_is_kept(engine: Engine) -> None:
    for day, milestone in enumerate((1, 1, None, 2)):
        with write_session(engine) as session:
            tracker.save_snapshot(session, snapshot(NOON + timedelta(days=day), issue(milestone=milestone)))
    with read_session(engine) as session:
        assert tracker.load_memberships(session, REPO) == (
            Membership(REPO, 7, "1.0", NOON, NOON + timedelta(days=2)),
            Membership(REPO, 7, "", NOON + timedelta(days=3), None),  # a milestone that no sync has read
        )


def test_a_closed_pull_request_no_longer_waits_for_anybody(engine: Engine) -> None:
    with write_session(engine) as session:
        tracker.save_snapshot(session, snapshot(NOON, replace(issue(9), is_pull=True)))
    with read_session(engine) as session:
        loaded = tracker.load_tracker(session, REPO)
        assert loaded is not None
        assert [pull.number for pull in loaded.pulls] == [9]
    with write_session(engine) as session:
        tracker.save_snapshot(session, snapshot(NOON, replace(issue(9, state=State.CLOSED), is_pull=True)))
    with read_session(engine) as session:
        loaded = tracker.load_tracker(session, REPO)
        assert loaded is not None
        assert loaded.pulls == ()


def test_a_repository_that_was_never_read_is_none_and_not_empty(engine: Engine) -> None:
    with read_session(engine) as session:
        assert tracker.load_tracker(session, REPO) is None


def test_the_newest_run_of_each_runtime_is_how_a_release_stands(engine: Engine) -> None:
    def run(runtime: str, outcome: CaseOutcome) -> ReleaseRun:
        result = CaseResult("a/b", ("runtime.md#create",), Level.MUST, outcome, "", 0.5)
        return ReleaseRun("v1.3.0", runtime, "1", "linux", NOON, (result,))

    with write_session(engine) as session:
        for each in (
            run("refrun", CaseOutcome.FAILED),
            run("refrun", CaseOutcome.PASSED),
            run("runc", CaseOutcome.FAILED),
        ):
            conformance.save_run(session, each)
    with read_session(engine) as session:
        assert conformance.load_runs(session, "v1.3.0") == (
            run("refrun", CaseOutcome.PASSED),
            run("runc", CaseOutcome.FAILED),
        )
        assert conformance.load_runs(session, "v1.2.0") == ()


TARGET = Target(
    "quay",
    REPO,
    "1.3.0",
    "v1.3.0",
    Milestone(REPO, 1, "1.0", State.OPEN, None, "u"),
    issue(),
    None,
    ("a note",),
)
VERDICT = Verdict(
    GovernanceRule("R7", "due_date", Force.MUST, "t", "s", "u", {"days": 7}),
    Outcome.FAILED,
    "why",
    (Link("a", "b"),),
    ("ada",),
)
READINESS = Readiness(TARGET, NOON, "oci", (VERDICT,), NOON)
DRAFT = Draft(Spoken.READINESS, REPO, 7, "the body")


def test_a_judgement_comes_back_as_it_was_saved(engine: Engine) -> None:
    with write_session(engine) as session:
        judgements.save_readiness(session, READINESS, [DRAFT])
    with read_session(engine) as session:
        assert judgements.load_readiness(session, "quay", "v1.3.0") == READINESS
        assert [out.body for out in outbox.load_outbox(session)] == ["the body"]


def test_a_crash_between_the_verdict_and_its_comment_keeps_neither(engine: Engine) -> None:
    with pytest.raises(RuntimeError, match="power"), write_session(engine) as session:
        judgements.save_readiness(session, READINESS, [DRAFT])
        raise RuntimeError("power cut")
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(JudgementRow)) == 0
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_four_writers_lose_nothing(engine: Engine) -> None:
    def write(name: str) -> None:
        for number in range(15):
            with write_session(engine) as session:
                judgements.save_readiness(session, replace(READINESS, family=f"{name}{number}"), [])

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(JudgementRow)) == 60


def test_a_database_somebody_else_holds_is_named_as_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "held.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    impatient = open_engine(f"sqlite:///{path}?timeout=0.1")
    try:
        with pytest.raises(DatabaseFailed, match="is locked"), write_session(impatient) as session:
            session.connection().exec_driver_sql("SELECT 1")
    finally:
        holder.close()
        impatient.dispose()
        engine.dispose()


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(Exception, match="without a zone"), write_session(engine) as session:
        meetings.save_meeting(session, meeting(), LINES, datetime(2026, 1, 1))  # noqa: DTZ001 -- that is the point
