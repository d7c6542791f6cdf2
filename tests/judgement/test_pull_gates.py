"""The gates about pull requests' checks and sign-offs, about regressions and new requirements, and a project's own expressions."""

from dataclasses import replace
from typing import Any

import pytest

from bot.judgement.gates import gates
from bot.model.evidence import Answer
from bot.model.release import Outcome, Verdict
from bot.model.repository import Check, CheckState, Commit, Protection, PullFacts, Repository, Unread
from tests.judgement.made import HEAD, evidence, issue, pull, repository, rule, run, tagged

PASSED, FAILED, UNKNOWN, NOT_APPLICABLE = (
    Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE,
)  # fmt: skip
STATES = {"+": CheckState.PASSED, "-": CheckState.FAILED, "?": CheckState.PENDING}
OPEN = issue(5, is_pull=True)


def checks(words: str) -> tuple[Check, ...]:
    """`ci+ dco- lint?`: passed, failed, still running."""
    return tuple(Check(word[:-1], STATES[word[-1]]) for word in words.split())


def facts(given: str = "", signed: str = "") -> PullFacts:
    """Commits in letters: S signed off by its author, O by another, - not at all."""
    by = {"S": ("ada@x.example",), "O": ("bo@x.example",), "-": ()}
    made = tuple(
        Commit(f"{n:040x}", "x", "ada", ("Ada@x.example",), by[letter]) for n, letter in enumerate(signed)
    )
    return PullFacts(5, HEAD, made, checks(given))


def known(given: str, required: tuple[str, ...] | None, why: str = "") -> Repository:
    return repository(pulls=(facts(given),), protections=(Protection("main", required, why),))


def asked(gate: str, read: Repository | None, **more: Any) -> Verdict:
    given = {"issues": (OPEN,), "pulls": (pull(5),), **more}
    return gates()[gate](evidence(repository=read, **given), rule(gate))


@pytest.mark.parametrize(
    ("read", "outcome", "reason"),
    [
        pytest.param(known("ci+ lint-", ("ci",)), PASSED, "passed on all 1 that are open", id="what is not required may fail"),
        pytest.param(known("ci-", ("ci",)), FAILED, "1 of 1 have a required check that failed", id="failed"),
        pytest.param(known("ci?", ("ci",)), UNKNOWN, "1 of 1 not known: #5: ci not finished", id="still running"),
        pytest.param(known("", ("ci",)), UNKNOWN, "1 of 1 not known: #5: ci not finished", id="has not reported"),
        pytest.param(known("ci-", ()), PASSED, "passed on all 1 that are open", id="nothing is required"),
        pytest.param(known("ci+", None, "the token may not see it"), UNKNOWN, "1 of 1 not known: #5: the token may not see it", id="not visible"),
        pytest.param(known("ci-", None, "the token may not see it"), UNKNOWN, "1 of 1 not known: #5: the token may not see it; ci failed", id="not visible, and something failed"),
        pytest.param(repository(pulls=(facts("ci+"),)), UNKNOWN, "1 of 1 not known: #5: the branch's protection was not read", id="no protection read"),
        pytest.param(repository(pulls=()), UNKNOWN, "1 of 1 not known: #5: its checks were not read", id="not this one"),
        pytest.param(repository(unread=(Unread("checks", "GitHub refuses them"),)), UNKNOWN, "GitHub refuses them", id="refused"),
        pytest.param(None, UNKNOWN, "the checks of quay/spec were never read; run `tallyman sync`", id="never read"),
    ],
)  # fmt: skip
def test_required_checks_have_passed(read: Repository | None, outcome: Outcome, reason: str) -> None:
    verdict = asked("required_checks", read)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("signed", "outcome", "reason"),
    [
        pytest.param("SS", PASSED, "all commits of all 1 that are open", id="all"),
        pytest.param("S-", FAILED, "1 of 1 open pull requests have commits that their author did not sign off", id="one is not"),
        pytest.param("O", FAILED, "1 of 1 open pull requests have commits that their author did not sign off", id="somebody else's sign-off"),
        pytest.param("", UNKNOWN, "#5: its commits were not read", id="no commits"),
    ],
)  # fmt: skip
def test_commits_are_signed_off_by_their_author(signed: str, outcome: Outcome, reason: str) -> None:
    verdict = asked("signed_off", repository(pulls=(facts(signed=signed),)))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert verdict.who == (("ada",) if outcome is FAILED else ())


@pytest.mark.parametrize("gate", ["required_checks", "signed_off"])
def test_closed_pull_requests_are_not_asked(gate: str) -> None:
    assert asked(gate, None, issues=(issue(5, is_pull=True, closed=True),)).outcome is PASSED
    assert asked(gate, None).outcome is UNKNOWN


@pytest.mark.parametrize(
    ("now", "then", "outcome", "reason"),
    [
        pytest.param("PPP", "PPF", PASSED, "none of the 2 cases that refrun passes at v0.9.0 fails", id="better"),
        pytest.param("PFP", "PPP", FAILED, "our runtime refrun fails 1 of 3 cases that it passes at v0.9.0", id="worse"),
        pytest.param("PEP", "PPP", FAILED, "our runtime refrun fails 1 of 3 cases that it passes at v0.9.0", id="an error is worse"),
        pytest.param("PSD", "PPP", PASSED, "none of the 3 cases that refrun passes at v0.9.0 fails", id="skipped and disputed are no failure"),
        pytest.param("PF", "PF", PASSED, "none of the 1 cases that refrun passes at v0.9.0 fails", id="what failed before is no news"),
        pytest.param("", "PP", UNKNOWN, "refrun was not run at v1.0.0", id="not run now"),
        pytest.param("PP", "", UNKNOWN, "refrun was not run at v0.9.0", id="not run then"),
    ],
)  # fmt: skip
def test_our_runtime_gets_no_worse(now: str, then: str, outcome: Outcome, reason: str) -> None:
    given = evidence(
        runtimes=("refrun",),
        runs=(run(now),),
        before=(run(then, release="v0.9.0"),),
        landed=(tagged("v0.9.0"),),
    )
    verdict = gates()["regressions"](given, rule("regressions"))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("untested", "outcome"), [((), PASSED), (("config.md#x-1",), FAILED), (None, UNKNOWN)]
)
def test_what_a_release_adds_has_cases(untested: tuple[str, ...] | None, outcome: Outcome) -> None:
    given = evidence(runtimes=("refrun",), untested=untested)
    assert gates()["new_requirements"](given, rule("new_requirements")).outcome is outcome


@pytest.mark.parametrize("gate", ["regressions", "new_requirements"])
def test_a_project_without_a_suite_is_not_asked(gate: str) -> None:
    assert gates()[gate](evidence(), rule(gate)).outcome is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        pytest.param(Answer(True), PASSED, "size(pulls) == 0 is true", id="true"),
        pytest.param(Answer(False), FAILED, "size(pulls) == 0 is false", id="false"),
        pytest.param(Answer(None, "there is no pulls, at 1:6"), UNKNOWN, "there is no pulls, at 1:6", id="a mistake, with its place"),
        pytest.param(None, UNKNOWN, "it was not evaluated: size(pulls) == 0", id="nobody evaluated it"),
    ],
)  # fmt: skip
def test_a_project_s_own_gate_is_green_only_when_true(
    answer: Answer | None, outcome: Outcome, reason: str
) -> None:
    asks = replace(rule("expression"), id="OWN", parameters={"expression": "size(pulls) == 0"})
    verdict = gates()["expression"](evidence(answers={"OWN": answer} if answer else {}), asks)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
