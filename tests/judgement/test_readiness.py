"""Whether a release is ready: only FAILED or UNKNOWN at MUST blocks, and nothing that is missing is ever green."""

from dataclasses import replace

import pytest

from bot.judgement import readiness, rules
from bot.judgement.gates import gates
from bot.model.release import Force, Outcome, Readiness, Rule, RuleSet, Verdict
from tests.judgement.made import NOON, ago, evidence, issue, milestone, pull, rule, run, target

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
    assert {verdict.outcome for verdict in found.verdicts} == {Outcome.UNKNOWN}
    assert not found.is_ready


def test_a_release_in_order_is_ready() -> None:
    due = milestone(due_on=NOON)
    own = issue(9, title="version: release v1.0.0", is_pull=True)
    good = evidence(
        target=target(milestone=due, pull=own),
        issues=(own, issue(1, closed=True)),
        pulls=(pull(9, "bo+ cyd+"),),
        runs=(run("PPN"),),
        runtimes=("refrun",),
    )
    found = readiness.judge(good, rules.load("oci", NOON))
    assert {verdict.outcome for verdict in found.verdicts} == {Outcome.PASSED}
    assert found.is_ready

    stale = readiness.judge(replace(good, synced_at=ago(days=2)), rules.load("oci", NOON))
    assert [verdict.rule.id for verdict in stale.blocking] == ["FRESH"]
    undated = readiness.judge(
        replace(good, target=target(milestone=milestone(), pull=own)), rules.load("oci", NOON)
    )
    assert [verdict.rule.id for verdict in undated.blocking] == ["R7"]


def test_every_gate_tells_what_it_judges() -> None:
    for name, judge in gates().items():
        assert judge(evidence(), rule(name)).reason, name
