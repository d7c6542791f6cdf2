"""Whether a release is ready: only FAILED or UNKNOWN at MUST blocks, and nothing that is missing is ever green."""

from dataclasses import replace

import pytest

from bot.judgement import readiness, rules
from bot.judgement.gates import gates
from bot.model.release import Force, Outcome, Readiness, Rule, RuleSet, Verdict
from bot.model.ruling import Act, Ruling, standing
from tests.judgement.made import (
    NOON,
    ago,
    evidence,
    issue,
    milestone,
    pull,
    repository,
    rule,
    run,
    tagged,
    target,
    voted,
)

BLOCKING = {(Force.MUST, Outcome.FAILED), (Force.MUST, Outcome.UNKNOWN)}


def judged(*verdicts: Verdict) -> Readiness:
    return Readiness(target(), NOON, "oci", verdicts, NOON)


@pytest.mark.parametrize(("force", "outcome"), [(f, o) for f in Force for o in Outcome])
def test_only_a_must_that_failed_or_is_unknown_blocks(force: Force, outcome: Outcome) -> None:
    verdict = Verdict(rule("due_date", force), outcome, "because")
    found = judged(Verdict(rule("freshness", Force.MUST), Outcome.PASSED, "read"), verdict)
    assert verdict.blocks is ((force, outcome) in BLOCKING)
    assert found.is_ready is not verdict.blocks
    assert found.blocking == ((verdict,) if verdict.blocks else ())


def test_without_a_verdict_a_release_is_not_ready() -> None:
    assert not judged().is_ready


def test_a_rule_whose_gate_does_not_exist_is_unknown() -> None:
    strange = Rule("R99", "phase_of_the_moon", Force.MUST, "The moon is new.", "custom")
    found = readiness.judge(evidence(), RuleSet("ours", "Ours", (strange,)))
    (verdict,) = found.verdicts
    assert (verdict.outcome, verdict.reason) == (
        Outcome.UNKNOWN,
        "this version of Tallyman has no gate phase_of_the_moon",
    )
    assert not found.is_ready


def test_every_rule_gets_one_verdict_in_the_order_of_the_rule_set() -> None:
    asked = rules.load("oci", NOON)
    found = readiness.judge(evidence(), asked)
    assert [verdict.rule for verdict in found.verdicts] == list(asked.rules)
    assert (found.family, found.at, found.synced_at) == ("oci", NOON, ago(hours=1))


def test_before_any_rule_a_release_is_neither_ready_nor_blocked() -> None:
    found = readiness.judge(evidence(), rules.load("oci", ago(days=365 * 12)))
    assert (found.verdicts, found.blocking, found.is_ready) == ((), (), False)
    assert found.note.startswith("no rule of OCI specification was in force on 2014-")


@pytest.mark.parametrize("family", rules.families())
def test_with_nothing_recorded_no_gate_is_green_and_the_release_is_not_ready(family: str) -> None:
    nothing = evidence(synced_at=None, meetings=0, target=target(milestone=None), runtimes=("refrun",))
    found = readiness.judge(nothing, rules.load(family, NOON))
    assert {verdict.outcome for verdict in found.verdicts} <= {Outcome.UNKNOWN, Outcome.NOT_APPLICABLE}
    assert {verdict.outcome for verdict in found.blocking} == {Outcome.UNKNOWN}
    assert not found.is_ready


def test_a_release_in_order_is_ready() -> None:
    due = milestone(due_on=NOON)
    own = issue(9, title="version: release v1.0.0", is_pull=True)
    candidates = tuple(tagged(f"v1.0.0-rc{n}", 40 - 8 * n) for n in (1, 2, 3))
    good = evidence(
        target=target(milestone=due, pull=own),
        issues=(own, issue(1, closed=True)),
        pulls=(pull(9, "bo+ cyd+"),),
        runs=(run("PPN"),),
        runtimes=("refrun",),
        repository=repository(tags=candidates),
        landed=candidates,
        logs={"v1.0.0-rc3": "Changes with v1.0.0-rc3:"},
        vote=voted("LLLLLLL"),
    )
    found = readiness.judge(good, rules.load("oci", NOON))
    musts = {v.rule.id: v.outcome for v in found.verdicts if v.rule.force is Force.MUST}
    assert musts == dict.fromkeys(("VOTE", "R7", "FRESH", "R1", "R2", "R3"), Outcome.PASSED)
    assert found.is_ready
    assert not readiness.judge(replace(good, vote=None), rules.load("oci", NOON)).is_ready

    stale = readiness.judge(replace(good, synced_at=ago(days=2)), rules.load("oci", NOON))
    assert [verdict.rule.id for verdict in stale.blocking] == ["FRESH"]
    undated = readiness.judge(
        replace(good, target=target(milestone=milestone(), pull=own)), rules.load("oci", NOON)
    )
    assert [verdict.rule.id for verdict in undated.blocking] == ["R7"]


def test_every_gate_tells_what_it_judges() -> None:
    for name, judge in gates().items():
        assert judge(evidence(), rule(name)).reason, name


WAIVED_BY = Ruling("spec", "v1.0.0", Act.WAIVE, "c1", "bo", ago(days=2), "it is decided on the list")


@pytest.mark.parametrize(
    ("force", "about", "outcome"),
    [
        pytest.param(Force.SHOULD, "C1", Outcome.WAIVED, id="a SHOULD, by its id"),
        pytest.param(Force.SHOULD, "Release_Pull", Outcome.WAIVED, id="a SHOULD, by its gate"),
        pytest.param(Force.SHOULD, "C2", Outcome.FAILED, id="another one"),
        pytest.param(Force.MUST, "C1", Outcome.FAILED, id="never a MUST"),
        pytest.param(Force.INFO, "C1", Outcome.FAILED, id="there is nothing to waive of information"),
    ],
)
def test_a_should_is_waived_by_a_person_with_a_reason(force: Force, about: str, outcome: Outcome) -> None:
    asked = replace(rule("release_pull", force), id="C1")
    given = evidence(waivers=(replace(WAIVED_BY, about=about),))
    (verdict,) = readiness.judge(given, RuleSet("ours", "Ours", (asked,))).verdicts
    assert verdict.outcome is outcome
    if outcome is Outcome.WAIVED:
        assert verdict.waiver is not None
        assert (verdict.waiver.by, verdict.waiver.why) == ("bo", "it is decided on the list")
        assert verdict.waiver.was == "no open pull request is titled as the release of v1.0.0 yet"
        assert verdict.reason.endswith("; waived by bo on 2026-06-13: it is decided on the list")
        assert not verdict.blocks


def test_what_passes_needs_no_waiver() -> None:
    asked = replace(rule("release_pull"), id="C1")
    given = evidence(waivers=(WAIVED_BY,), target=target(pull=issue(9, is_pull=True)))
    (verdict,) = readiness.judge(given, RuleSet("ours", "Ours", (asked,))).verdicts
    assert (verdict.outcome, verdict.waiver) == (Outcome.PASSED, None)


@pytest.mark.parametrize(
    ("version", "sizes", "is_asked"),
    [
        ("1.0.0", ("major",), True),
        ("1.0.0-rc2", ("major",), True),
        ("1.1.0-rc2", ("major",), False),
        ("1.3.0", ("major",), False),
        ("0.9.0", ("zero",), True),
        ("1.3.1", (), True),
    ],
)
def test_a_rule_may_be_asked_of_some_sizes_of_release_only(
    version: str, sizes: tuple[str, ...], is_asked: bool
) -> None:
    asked = replace(rule("release_pull"), releases=sizes)
    found = readiness.judge(evidence(target=target(version=version)), RuleSet("ours", "Ours", (asked,)))
    assert (found.verdicts[0].outcome is not Outcome.NOT_APPLICABLE) is is_asked


def test_a_ruling_holds_until_it_is_taken_back_and_a_newer_one_takes_its_place() -> None:
    newer = replace(WAIVED_BY, at=ago(days=1), about="C1", why="the list decided")
    back = replace(WAIVED_BY, act=Act.UNWAIVE, at=ago(hours=3))
    assert standing((newer, WAIVED_BY), Act.WAIVE) == (newer,)
    assert standing((back, newer, WAIVED_BY), Act.WAIVE) == ()
    assert standing((back, replace(newer, at=NOON)), Act.WAIVE) == (replace(newer, at=NOON),)
    assert standing((newer,), Act.HOLD) == ()
