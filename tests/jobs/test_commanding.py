"""Commands in comments: carried out once for those who may, answered in place, and a polite no for anybody else."""

from datetime import datetime, timedelta

import pytest

from bot.demo.community import RUNTIME
from bot.jobs import commanding, following, judging, publishing, sync
from bot.jobs.desk import Desk
from bot.model.followup import State
from bot.model.release import Force, Outcome
from bot.publication.marks import MARK
from bot.publication.marks import seen as shown
from bot.records.engine import read_session
from bot.records.judgements import load_corrections
from bot.records.outbox import load_outbox
from bot.records.rulings import load_rulings
from tests.jobs.said import record
from tests.world import World

ISSUE, PULL = 42, 43
TAG = "v1.3.0"


@pytest.fixture
def ready(desk: Desk, world: World) -> Desk:
    """A community whose release was judged and reported once."""
    world.store.add_user("mallory", access="read")
    world.store.add_user("wren", access="write")  # may write to the repository, and is no maintainer
    listen(desk)
    judging.queue(desk, judging.judge(desk, desk.settings.project[0], TAG))
    publishing.run(desk)
    return desk


def listen(desk: Desk) -> int:
    project = desk.settings.project[0]
    sync.run(desk, project)
    return commanding.run(desk, project)


def ask(
    desk: Desk, world: World, text: str, by: str = "ada", number: int = ISSUE, at: datetime | None = None
) -> int:
    """Somebody writes it, a sync reads it, it is carried out and answered; gives the comment."""
    id_ = int(world.store.add_comment(RUNTIME, number, text, by=by, at=at or desk.clock())["id"])
    listen(desk)
    publishing.run(desk)
    return id_


def follow(desk: Desk) -> None:
    """What the schedule does next."""
    sync.run(desk, desk.settings.project[0])
    judging.speak(desk, desk.settings.project[0], TAG)
    publishing.run(desk)


def answers(world: World, number: int = ISSUE) -> list[str]:
    return [
        shown(body)
        for body in world.comments(number)
        if (mark := MARK.search(body)) and mark["kind"] == "answer"
    ]


def events(world: World) -> list[str]:
    bodies = [body for number in (ISSUE, PULL) for body in world.comments(number)]
    return [shown(body) for body in bodies if (mark := MARK.search(body)) and mark["kind"] == "event"]


def a_should(desk: Desk) -> str:
    """A SHOULD of the project that this release does not meet."""
    found = judging.judge(desk, desk.settings.project[0], TAG).readiness.verdicts
    return next(v.rule.id for v in found if v.rule.force is Force.SHOULD and v.outcome is Outcome.FAILED)


def test_a_report_is_judged_anew_and_answered_once(ready: Desk, world: World) -> None:
    ask(ready, world, "Where are we?\n\n/tallyman report")
    (answer,) = answers(world)
    assert answer.startswith("To ada: - /tallyman report: done; Not ready: ")
    assert listen(ready) == 0, "the same comment is not answered again"
    publishing.run(ready)
    assert len(answers(world)) == 1


def test_a_should_is_waived_with_name_and_reason(ready: Desk, world: World) -> None:
    rule = a_should(ready)
    ask(ready, world, f"/tallyman waive {rule} because the second reviewer is away", number=PULL)
    assert answers(world, PULL)[0].endswith(
        f"done; {rule} is waived for v1.3.0; the report says by whom and why"
    )
    verdicts = judging.judge(ready, ready.settings.project[0], TAG).readiness.verdicts
    (waived,) = [v for v in verdicts if v.rule.id == rule]
    assert waived.outcome is Outcome.WAIVED
    assert waived.waiver is not None
    assert waived.waiver.why == "the second reviewer is away"
    assert "the second reviewer is away" in world.comments(ISSUE)[0]


def test_a_must_cannot_be_waived_and_the_answer_says_what_to_do(ready: Desk, world: World) -> None:
    ask(ready, world, "/tallyman waive FRESH because I say so")
    assert "not done; FRESH is a MUST: nobody can waive it: meet it" in answers(world)[0]
    with read_session(ready.engine) as session:
        assert load_rulings(session, "runtime-spec", TAG) == ()


def test_a_stranger_is_refused_politely_and_nothing_happens(ready: Desk, world: World) -> None:
    rule = a_should(ready)
    before = world.comments(ISSUE)[0]
    ask(ready, world, f"/tallyman waive {rule} because I want to\n/tallyman vote open", by="mallory")
    (answer,) = answers(world)
    assert answer.startswith(
        "Thank you, mallory. Commands are carried out for the maintainers of quayside/runtime-spec"
    )
    assert world.comments(ISSUE)[0] == before
    with read_session(ready.engine) as session:
        assert load_rulings(session, "runtime-spec", TAG) == ()


def test_a_stranger_who_goes_on_hears_no_more(ready: Desk, world: World) -> None:
    for _ in range(commanding.MOST_REFUSALS + 3):
        ask(ready, world, "/tallyman report", by="mallory")
    assert len(answers(world)) == commanding.MOST_REFUSALS


def test_whoever_may_write_may_ask_for_a_report_and_only_maintainers_rule(ready: Desk, world: World) -> None:
    ask(ready, world, f"/tallyman report\n/tallyman waive {a_should(ready)} because x", by="wren")
    (answer,) = answers(world)
    assert "/tallyman report: done" in answer
    assert "not done; wren is no maintainer of quayside/runtime-spec" in answer


def test_a_mistake_is_answered_and_a_new_comment_mends_it(ready: Desk, world: World) -> None:
    rule = a_should(ready)
    ask(ready, world, f"/tallyman waive {rule}")
    assert f"not done; say why: \\`/tallyman waive {rule} because REASON\\`" in answers(world)[0]
    ask(ready, world, f"/tallyman waive {rule} because it is small")
    assert "done; " in answers(world)[1]


def test_an_edit_is_answered_in_the_same_place_and_cannot_speak_for_somebody(
    ready: Desk, world: World
) -> None:
    rule = a_should(ready)
    id_ = ask(ready, world, f"/tallyman waive {rule}", at=ready.clock() - timedelta(minutes=5))
    world.store.edit_comment(RUNTIME, id_, f"/tallyman waive {rule} because bo edited this")
    listen(ready)
    publishing.run(ready)
    (answer,) = answers(world)
    assert "an edit does not show who made it" in answer
    with read_session(ready.engine) as session:
        assert load_rulings(session, "runtime-spec", TAG) == ()
    world.store.edit_comment(RUNTIME, id_, "/tallyman report", ready.clock() + timedelta(seconds=2))
    listen(ready)
    publishing.run(ready)
    (answer,) = answers(world)
    assert "/tallyman report: done" in answer


def test_an_edit_of_other_words_changes_nothing(ready: Desk, world: World) -> None:
    id_ = ask(
        ready, world, "/tallyman hold because I want to read it", at=ready.clock() - timedelta(minutes=5)
    )
    before = answers(world)
    world.store.edit_comment(RUNTIME, id_, "Sorry!\n\n/tallyman hold because I want to read it")
    assert listen(ready) == 0
    assert answers(world) == before


def test_a_hold_is_shown_and_taken_back(ready: Desk, world: World) -> None:
    ask(ready, world, "/tallyman hold because I want to read it")
    assert "done; you ask for more time for v1.3.0" in answers(world)[0]
    with read_session(ready.engine) as session:
        assert [each.why for each in load_rulings(session, "runtime-spec", TAG)] == ["I want to read it"]
    ask(ready, world, "/tallyman resume")
    assert "done; your hold on v1.3.0 is taken back" in answers(world)[1]


def test_a_vote_is_opened_told_once_and_not_opened_twice(ready: Desk, world: World) -> None:
    assert events(world) == [], "the community's own vote was opened days ago"
    ask(ready, world, "/tallyman vote open", number=PULL)
    assert "not done; a vote is open already" in answers(world, PULL)[0]
    ask(ready, world, "/tallyman vote cancel because it named another commit", number=PULL)
    assert "done; the vote on v1.3.0 is taken back" in answers(world, PULL)[1]
    ask(ready, world, "/tallyman vote open", number=PULL)
    assert "done; the vote on v1.3.0 is open" in answers(world, PULL)[2]
    follow(ready)  # the roster as of the opening is read by the next sync
    (event,) = events(world)
    assert event.startswith("**The vote on v1.3.0 is open** until ")
    ask(ready, world, "/tallyman vote close because we hurry", number=PULL)
    assert "not done; this vote cannot be closed early" in answers(world, PULL)[3]
    follow(ready)
    assert len(events(world)) == 1
    assert any("### The vote" in body for body in world.comments(PULL))


def test_what_was_wrong_is_said_aloud_and_stays_in_the_report(ready: Desk, world: World) -> None:
    ask(ready, world, "/tallyman wrong because #36 is no part of it")
    (event,) = events(world)
    assert "**What was said here of v1.3.0 was wrong**, ada says:" in event
    assert "It said since " in event
    with read_session(ready.engine) as session:
        (kept,) = load_corrections(session, "runtime-spec", TAG)
    assert (kept.by, kept.why) == ("ada", "#36 is no part of it")
    assert kept.said.startswith("Not ready: ")
    assert "Called wrong by ada" in world.comments(ISSUE)[0]
    assert listen(ready) == 0
    assert len(events(world)) == 1


def test_a_crash_before_the_answer_records_nothing_twice(
    ready: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store.add_comment(RUNTIME, ISSUE, "/tallyman wrong because x\n/tallyman hold because y", by="ada")

    def power_cut(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="power cut"):
        patched.setattr(commanding, "_keep", power_cut)
        listen(ready)
    assert listen(ready) == 1
    publishing.run(ready)
    with read_session(ready.engine) as session:
        assert len(load_corrections(session, "runtime-spec", TAG)) == 1
        assert len(load_rulings(session, "runtime-spec", TAG)) == 1
    assert len(events(world)) == 1
    assert len(answers(world)) == 1


def test_help_lists_the_commands(ready: Desk, world: World) -> None:
    ask(ready, world, "/tallyman help")
    assert "| `/tallyman wrong because REASON` | says aloud" in answers(world)[0]


def test_what_tallyman_says_itself_and_what_is_old_asks_for_nothing(ready: Desk, world: World) -> None:
    body = world.comments(ISSUE)[0]
    world.store.add_comment(RUNTIME, ISSUE, f"/tallyman report\n\n{body}", by="ada")
    world.store.add_comment(
        RUNTIME, ISSUE, "/tallyman report", by="ada", at=ready.clock() - timedelta(days=8)
    )
    assert listen(ready) == 0
    with read_session(ready.engine) as session:
        assert load_outbox(session) == ()


def test_an_action_is_called_done_by_whoever_promised_it(ready: Desk, world: World) -> None:
    id_, _ = record(ready)
    with read_session(ready.engine) as session:
        (action,) = following.actions(session, ready.settings.project[0].repos)
    assert (action.meeting_id, action.item.id, action.owners) == (id_, "L4", ("bo",))
    name = f"{action.meeting_id}/{action.item.id}"
    ask(ready, world, f"/tallyman action done {name} because it is merged", by="bo")
    assert f"done; {name} is done" in answers(world)[0]
    with read_session(ready.engine) as session:
        after = following.actions(session, ready.settings.project[0].repos)
    assert (
        next(a for a in after if a.item.id == action.item.id and a.meeting_id == action.meeting_id).state
        is State.DONE
    )
    ask(ready, world, "/tallyman action done L4", by="ada")
    assert "not done; there is no action 4" in answers(world)[1], (
        "by its line alone only what is open is meant"
    )
    ask(ready, world, f"/tallyman action done {name}", by="ada")
    assert f"{name} is done already" in answers(world)[2]
    ask(ready, world, "/tallyman action done 99999", by="ada")
    assert "not done; there is no action 99999" in answers(world)[3]
