"""The vote on a release from what was synced: roster as of the opening, edits kept, commits compared, people's words counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs import covering, judging, planning, release_vote, ruling, sync
from bot.jobs.desk import Desk
from bot.jobs.ruling import Said
from bot.model.ballot import Outcome, Tally, Vote
from bot.model.errors import WrongRequest
from bot.model.release import Force
from bot.model.release import Outcome as Found
from bot.model.ruling import Act
from bot.records.engine import read_session
from bot.records.repository import load_repository
from tests.world import World

REPO, TAG = "quayside/runtime-spec", "v1.3.0"


def later(desk: Desk, days: float) -> Desk:
    return replace(desk, clock=lambda: datetime.now(UTC) + timedelta(days=days))


def counted(desk: Desk) -> Tally:
    found = release_vote.shown(desk, desk.settings.project[0], TAG)
    assert found is not None
    return found.voted.tally


def say(desk: Desk, act: Act, by: str = "ada", why: str = "because", **more: object) -> None:
    ruling.rule(desk, desk.settings.project[0], TAG, Said(act, by, why, **more))  # type: ignore[arg-type]  # a test's shorthand


@pytest.fixture
def synced(desk: Desk) -> Desk:
    sync.run(desk, desk.settings.project[0])
    return desk


def test_comments_and_reviews_of_the_release_are_ballots(synced: Desk) -> None:
    tally = counted(synced)
    assert (tally.outcome, tally.roster, tally.lgtm, tally.reject) == (Outcome.OPEN, 6, 2, 0)
    assert [(ballot.by, ballot.last.vote) for ballot in tally.ballots] == [
        ("dot", Vote.LGTM),
        ("fay", Vote.LGTM),
    ]
    assert [(held.by, held.why) for held in tally.held] == [("cyd", "it sets a condition")]
    assert tally.ballots[0].last.url.startswith("http://127.0.0.1")
    assert tally.motion.proposer == "ada"


def test_the_gate_and_the_report_say_the_same(synced: Desk, world: World) -> None:
    for by in ("ada", "bo", "eli"):
        world.store.add_comment(REPO, 43, "LGTM", by=by)
    sync.run(synced, synced.settings.project[0])
    judged = judging.judge(later(synced, 5), synced.settings.project[0], TAG).readiness
    vote = next(verdict for verdict in judged.verdicts if verdict.rule.gate == "vote")
    assert (vote.outcome, vote.rule.force) == (Found.PASSED, Force.MUST)
    assert vote.reason == "adopted: 5 of 6 voted, 4 needed; 5 in favour, 0 against, 0 abstained, 1 silent"
    assert judged.beside.vote is not None
    assert judged.beside.vote.tally.tally_line == "[runtime-spec adopted]: tag 1.3.0 (+5 -0 #1)"
    assert judged.beside.earliest is not None
    assert judged.beside.earliest.why == "it is adopted"


def test_an_edited_vote_keeps_its_earlier_words(synced: Desk, world: World) -> None:
    comment = next(c for c in world.store.all("comment", REPO) if c["issue"] == 43 and c["user"] == "dot")
    at = datetime.now(UTC)
    world.store.edit_comment(REPO, comment["id"], "REJECT: see #41", at)
    sync.run(synced, synced.settings.project[0])
    tally = counted(synced)
    assert (tally.lgtm, tally.reject) == (1, 1)
    with read_session(synced.engine) as session:
        talk = load_repository(session, REPO).talk(43)  # type: ignore[union-attr]  # it was read
    assert talk is not None
    (edited,) = [each for each in talk.comments if each.by == "dot"]
    assert [text for _, text in edited.earlier] == ["LGTM"]
    assert edited.edited_at is not None


def test_an_edit_after_the_closing_changes_nothing(synced: Desk, world: World) -> None:
    comment = next(c for c in world.store.all("comment", REPO) if c["issue"] == 43 and c["user"] == "dot")
    world.store.edit_comment(REPO, comment["id"], "REJECT: too late", datetime.now(UTC) + timedelta(days=4))
    after = later(synced, 5)
    sync.run(after, synced.settings.project[0])
    tally = counted(after)
    assert (tally.lgtm, tally.reject, tally.outcome) == (2, 0, Outcome.NOT_ADOPTED)


def test_who_became_a_maintainer_since_has_no_vote_until_a_person_says_so(synced: Desk, world: World) -> None:
    now = datetime.now(UTC)
    roster = "".join(
        f"{n.title()} <{n}@quayside.example> (@{n})\n"
        for n in ("ada", "bo", "cyd", "dot", "eli", "fay", "gus")
    )
    world.store.add_user("gus")
    world.store.add_file(REPO, "MAINTAINERS", roster, at=now - timedelta(hours=1))
    world.store.add_comment(REPO, 43, "LGTM", by="gus")
    sync.run(synced, synced.settings.project[0])
    tally = counted(synced)
    assert (tally.roster, tally.lgtm, tally.foreign) == (6, 2, ("gus",))
    say(synced, Act.ROSTER, by="gus", why="gus was voted in")
    sync.run(synced, synced.settings.project[0])
    tally = counted(synced)
    assert (tally.roster, tally.lgtm, tally.foreign) == (7, 3, ())
    assert "the roster was refreshed by gus: gus was voted in" in tally.reasons


def test_a_vote_on_an_older_change_is_named_and_one_on_a_rebase_is_not(synced: Desk, world: World) -> None:
    store, at = world.store, datetime.now(UTC)
    store.add_review(
        REPO, 43, "APPROVED", by="eli", at=at, commit=store.get("issue", REPO, 43)["pull"]["head"]
    )
    for n, patch in enumerate(("+1.3.0 +dev", "+1.3.0 and more")):  # a rebase first, then a change
        head = store.add_commit(REPO, f"again {n}", by="ada", at=at, patch=patch)["sha"]
        store.set_commits(REPO, 43, [head])
        sync.run(synced, synced.settings.project[0])
        others = {
            ballot.by: ballot.on_other_commit for ballot in counted(synced).ballots if ballot.last.commit
        }
        assert others["eli"] is bool(n), "the same change" if n == 0 else "another change"


def test_a_person_closes_it_early_only_with_quorum_and_nobody_against(synced: Desk, world: World) -> None:
    say(synced, Act.CLOSE, why="everybody has voted")
    assert counted(synced).outcome is Outcome.OPEN
    for by in ("ada", "bo", "eli"):
        world.store.add_comment(REPO, 43, "LGTM", by=by)
    sync.run(synced, synced.settings.project[0])
    tally = counted(synced)
    assert tally.outcome is Outcome.ADOPTED
    assert any("adopted early by ada: everybody has voted" in reason for reason in tally.reasons)


def test_a_concern_is_open_until_it_is_met(synced: Desk, world: World) -> None:
    world.store.add_comment(REPO, 43, "REJECT: the list may not be empty, see #41", by="bo")
    sync.run(synced, synced.settings.project[0])
    (concern,) = counted(synced).concerns
    assert (concern.by, concern.is_open, concern.links) == ("bo", True, ("#41",))
    say(synced, Act.RESOLVE, by="cyd", why="#41 is merged", about="bo")
    (met,) = counted(synced).concerns
    assert (met.is_open, met.how) == (False, "#41 is merged (cyd)")


def test_a_person_opens_cancels_and_brings_ballots_from_elsewhere(synced: Desk) -> None:
    project = synced.settings.project[0]
    say(synced, Act.CANCEL, why="the wrong commit")
    assert release_vote.shown(synced, project, TAG) is None
    say(synced, Act.OPEN, facts={"commit": "c" * 40})
    sync.run(synced, project)
    assert counted(synced).lgtm == 0, "what was posted before the opening does not count"
    mail = {"by": "Bo <bo@quayside.example>", "at": datetime.now(UTC).isoformat(), "text": "LGTM"}
    say(synced, Act.POSTS, about="list.json", facts={"posts": [mail]})
    tally = counted(synced)
    assert [(ballot.by, ballot.last.vote) for ballot in tally.ballots] == [("bo", Vote.LGTM)]
    assert tally.motion.commit == "c" * 40


@pytest.mark.parametrize(
    ("said", "message"),
    [
        pytest.param(Said(Act.WAIVE, "ada", " ", "C3"), "this needs a reason", id="no reason"),
        pytest.param(Said(Act.WAIVE, "guest", "why", "C3"), "guest is no maintainer of quayside/runtime-spec", id="a stranger"),
        pytest.param(Said(Act.WAIVE, "ada", "why", "R7"), "R7 is a MUST: nobody can waive it", id="a MUST"),
        pytest.param(Said(Act.WAIVE, "ada", "why", "vote"), "VOTE is a MUST: nobody can waive it", id="a MUST by its gate"),
        pytest.param(Said(Act.WAIVE, "ada", "why", "R8"), "R8 is information and stands in no way", id="information"),
        pytest.param(Said(Act.WAIVE, "ada", "why", "R99"), "there is no rule R99: its rules are ACTIONS, C1,", id="no such rule"),
        pytest.param(Said(Act.UNWAIVE, "ada", "why", "C3"), "no such waive of C3 stands", id="nothing to take back"),
        pytest.param(Said(Act.EMBARGO, "ada", "why", "milestone:"), "'milestone:' cannot be put under embargo", id="an embargo of nothing"),
        pytest.param(Said(Act.OPEN, "ada", "why", facts={"closes_at": "2016-06-03T20:00:00+00:00"}), "the vote would close before it opens", id="a vote that is over"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(synced: Desk, said: Said, message: str) -> None:
    with pytest.raises(WrongRequest) as refused:
        ruling.rule(synced, synced.settings.project[0], TAG, said)
    assert str(refused.value).startswith(message)
    assert ruling.rulings(synced, synced.settings.project[0], TAG, embargoed=True) == ()


def test_before_a_sync_nobody_is_known_to_be_a_maintainer(desk: Desk) -> None:
    with pytest.raises(WrongRequest, match="its MAINTAINERS was never read: run `tallyman sync`"):
        say(desk, Act.HOLD)


def test_only_of_a_recorded_vote_can_something_be_said(synced: Desk) -> None:
    for act in (Act.CLOSE, Act.RESOLVE, Act.ROSTER, Act.CANCEL):
        with pytest.raises(WrongRequest, match=r"no vote on v1\.4\.0 is recorded"):
            ruling.rule(synced, synced.settings.project[0], "v1.4.0", Said(act, "ada", "why"))


def test_a_waiver_and_a_hold_are_shown_and_can_be_taken_back(synced: Desk) -> None:
    project = synced.settings.project[0]
    say(synced, Act.WAIVE, by="@Bo", why="the entry is about\n no pull request", about="changelog_entries")
    say(synced, Act.HOLD, by="cyd", why="reading it tonight")
    found = {v.rule.id: v for v in judging.judge(synced, project, TAG).readiness.verdicts}
    waiver = found["C3"].waiver
    assert waiver is not None
    assert (found["C3"].outcome, waiver.by, waiver.why) == (
        Found.WAIVED,
        "bo",
        "the entry is about no pull request",
    )
    assert found["HOLD"].reason == "cyd asks for more time"
    say(synced, Act.UNWAIVE, about="C3")
    say(synced, Act.UNHOLD, by="cyd", why="read")
    found = {v.rule.id: v for v in judging.judge(synced, project, TAG).readiness.verdicts}
    assert (found["C3"].outcome, found["HOLD"].outcome) == (Found.FAILED, Found.NOT_APPLICABLE)
    assert [each.act for each in ruling.rulings(synced, project, TAG)] == [
        Act.WAIVE,
        Act.HOLD,
        Act.UNWAIVE,
        Act.UNHOLD,
    ]


OWN = """
[[project.gate]]
id = "QUIET"
expression = "size(issues) < 3"
text = "No more than two issues."
force = "MUST"
[[project.gate]]
id = "ODD"
expression = "issues.exists(i, i.colour == 'red')"
text = "Something is red."
"""


def test_a_project_s_own_gates_are_judged_behind_the_rules(world: World, synced: Desk) -> None:
    desk = world.desk(synced.engine, more=OWN)
    verdicts = judging.judge(desk, desk.settings.project[0], TAG).readiness.verdicts[-2:]
    assert [(v.rule.id, v.outcome, v.blocks, v.reason) for v in verdicts] == [
        ("QUIET", Found.FAILED, True, "size(issues) < 3 is false"),
        ("ODD", Found.UNKNOWN, False, "there is no field colour, at 1:20"),
    ]
    assert verdicts[0].rule.source == "tallyman.toml"


def test_a_plan_knows_what_a_sync_read(synced: Desk) -> None:
    project = synced.settings.project[0]
    (planned,) = planning.plans(synced, project, ["v1.4.0"], synced.clock())
    assert planned.plan.unknown == ""
    assert planned.plan.needs[0].startswith("the votes of 4 of 6 maintainers")
    (landed,) = planning.plans(synced, project, ["v1.2.1"], synced.clock())
    assert landed.plan.notes == ("v1.2.1 has landed",)


def test_what_a_release_adds_is_compared_with_the_release_before(synced: Desk) -> None:
    project = synced.settings.project[0]
    unasked = {v.rule.gate: v for v in judging.judge(synced, project, TAG).readiness.verdicts}
    assert unasked["new_requirements"].outcome is Found.UNKNOWN
    assert covering.run(synced, project, TAG) is not None
    asked = {v.rule.gate: v for v in judging.judge(synced, project, TAG).readiness.verdicts}
    assert asked["new_requirements"].outcome in (Found.PASSED, Found.FAILED)
    assert covering.run(synced, project, "v1.2.0") is None, "nothing before it is known"
    assert covering.run(synced, project, "v9.9.9") is None, "the suite does not know it"
