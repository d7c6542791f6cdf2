"""What the cases of a release say of it: skipped, missing and disputed are never the same as passed."""

from dataclasses import replace

import pytest

from bot.judgement.gates.conformance import judge
from bot.model.conformance import Disputed, Explained, ReleaseRun
from bot.model.release import Link, Outcome
from tests.judgement.made import evidence, rule, run

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN
BOTH = ("refrun", "runc")


@pytest.mark.parametrize(
    ("runtimes", "runs", "outcome", "reason"),
    [
        pytest.param(
            (), [run("PP")], Outcome.NOT_APPLICABLE, "the project has no conformance suite", id="no suite"
        ),
        pytest.param(("refrun",), [], UNKNOWN, "refrun was not run", id="not run"),
        pytest.param(
            ("refrun",), [run("PPN")], PASSED, "refrun: 2 of 2 cases pass", id="all that apply pass"
        ),
        pytest.param(
            ("refrun",),
            [run("PF")],
            FAILED,
            "our runtime refrun fails 1 case: 1 of 2 cases pass",
            id="one fails",
        ),
        pytest.param(
            ("refrun",),
            [run("E")],
            FAILED,
            "our runtime refrun fails 1 case: 0 of 1 cases pass",
            id="an error is no pass",
        ),
        pytest.param(
            ("refrun",), [run("PPS")], UNKNOWN, "refrun: 2 of 2 cases pass, 1 skipped", id="a skipped MUST"
        ),
        pytest.param(
            ("refrun",),
            [run("PPs")],
            PASSED,
            "refrun: 2 of 2 cases pass, 1 skipped",
            id="a skipped SHOULD is said",
        ),
        pytest.param(
            ("refrun",),
            [run("SS")],
            UNKNOWN,
            "refrun could not be tested (why 0)",
            id="all skipped, with the reason",
        ),
        pytest.param(
            ("refrun",),
            [run("NN")],
            UNKNOWN,
            "refrun could not be tested (no case applies)",
            id="nothing applies",
        ),
        pytest.param(
            ("refrun",),
            [run("CC")],
            UNKNOWN,
            "refrun could not be tested (why 0)",
            id="the runtime claims nothing",
        ),
        pytest.param(
            ("refrun",), [run("")], UNKNOWN, "refrun could not be tested (no case applies)", id="an empty run"
        ),
        pytest.param(
            ("refrun",),
            [run("PPDCN")],
            PASSED,
            "refrun: 2 of 2 cases pass, 1 disputed, 1 not claimed",
            id="disputed and not claimed are said",
        ),
        pytest.param(
            ("refrun",),
            [run("P", release="v1.0.1")],
            UNKNOWN,
            "refrun was not run",
            id="another release's run",
        ),
        pytest.param(
            ("refrun",), [run("P", runtime="runc")], UNKNOWN, "refrun was not run", id="another runtime"
        ),
        pytest.param(
            BOTH,
            [run("PP")],
            UNKNOWN,
            "refrun: 2 of 2 cases pass; runc was not run",
            id="one of two is missing",
        ),
        pytest.param(
            BOTH,
            [run("PP"), run("SS", runtime="runc")],
            UNKNOWN,
            "refrun: 2 of 2 cases pass; runc could not be tested (why 0)",
            id="one of two could not be tested",
        ),
        pytest.param(
            BOTH,
            [run("PP"), run("NN", runtime="runc")],
            UNKNOWN,
            "refrun: 2 of 2 cases pass; runc could not be tested (no case applies)",
            id="nothing applies to one of two",
        ),
        pytest.param(
            BOTH,
            [run("FF", runtime="runc")],
            FAILED,
            "runc fails 2 cases: 0 of 2 cases pass; refrun was not run",
            id="a failure outweighs what was not run",
        ),
        pytest.param(
            BOTH,
            [run("PP"), run("PPS", runtime="runc"), run("F", runtime="crun")],
            UNKNOWN,
            "refrun: 2 of 2 cases pass; runc: 2 of 2 cases pass, 1 skipped",
            id="a runtime nobody asked for does not count",
        ),
    ],
)
def test_the_cases_of_the_release_on_the_named_runtimes(
    runtimes: tuple[str, ...], runs: list[ReleaseRun], outcome: Outcome, reason: str
) -> None:
    verdict = judge(evidence(runtimes=runtimes, runs=tuple(runs)), rule("conformance", peers=True))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("outcomes", "links"),
    [
        pytest.param("PFSE", ("refrun: topic/1: why 1", "refrun: topic/3: why 3"), id="the failing ones"),
        pytest.param("PSsN", ("refrun: topic/1: why 1",), id="what keeps the answer open"),
        pytest.param("PsDCN", (), id="nothing when it passed"),
    ],
)
def test_the_cases_to_look_at_are_named(outcomes: str, links: tuple[str, ...]) -> None:
    verdict = judge(evidence(runtimes=("refrun",), runs=(run(outcomes),)), rule("conformance"))
    assert verdict.links == tuple(Link(text, "") for text in links)


def test_peers_count_only_where_the_project_asks() -> None:
    given = evidence(runtimes=BOTH, runs=(run("PP"), run("FF", runtime="runc")))
    verdict = judge(given, rule("conformance"))
    assert (verdict.outcome, verdict.reason) == (PASSED, "refrun: 2 of 2 cases pass")
    assert judge(given, rule("conformance", peers=True)).outcome is FAILED


def test_a_failing_should_is_named_and_fails_nothing() -> None:
    given = evidence(runtimes=("refrun",), runs=(run("PPf"),))
    verdict = judge(given, rule("conformance"))
    assert (verdict.outcome, verdict.reason) == (
        PASSED,
        "refrun: 2 of 3 cases pass, 1 of a SHOULD or MAY does not",
    )


@pytest.mark.parametrize("outcomes", ["F", "E", "FFF", "PFDS"])
def test_it_is_never_the_release_that_fails(outcomes: str) -> None:
    given = evidence(runtimes=("refrun",), runs=(run(outcomes),))
    verdict = judge(given, rule("conformance"))
    assert "our runtime refrun fails" in verdict.reason
    assert "release fails" not in verdict.reason


def test_what_is_explained_or_disputed_counts_against_nobody() -> None:
    first, second, *rest = run("FFP").results
    known = replace(first, explained=Explained("the kernel is too old", "", "kernel"))
    read = replace(second, disputed=Disputed("bo", "https://x.example", "MAY"))
    given = evidence(runtimes=("refrun",), runs=(replace(run("FFP"), results=(known, read, *rest)),))
    verdict = judge(given, rule("conformance"))
    assert (verdict.outcome, verdict.links) == (PASSED, ())
    assert "2 explained or disputed" in verdict.reason
    assert "our runtime" not in verdict.reason
