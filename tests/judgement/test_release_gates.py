"""The gates about releases that have landed: candidates, their distance, breaks, the base, cadence, tags and pages."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.judgement.gates import gates
from bot.judgement.versions import fold
from bot.model.release import Outcome, Verdict
from bot.model.repository import Change, Published, Signature, Tagged
from tests.judgement.made import NOON, WEB, ago, evidence, repository, rule, tagged, target, voted
from tests.judgement.voting import FINAL, motion

PASSED, FAILED, UNKNOWN, NOT_APPLICABLE = (
    Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE,
)  # fmt: skip
NEVER = "the tags of quay/spec were never read; run `tallyman sync`"
LOG = {"v1.0.0-rc1": "Changes with v1.0.0-rc1:"}


def asked(
    gate: str, version: str, tags: list[Tagged] | None, parameters: dict[str, Any] | None = None, **more: Any
) -> Verdict:
    landed = None if tags is None else fold(tags)
    given = evidence(
        target=target(version=version),
        landed=landed,
        repository=more.pop("repository", repository(tags=landed)),
        **more,
    )
    return gates()[gate](given, replace(rule(gate), parameters=parameters or {}))


def tags(*named: tuple[str, float]) -> list[Tagged]:
    return [tagged(name, days) for name, days in named]


THREE = tags(("v1.0.0-rc1", 30), ("v1.0.0-rc2", 20), ("v1.0.0-rc3", 10))
TAGGED = ("candidates", "restart", "spacing", "based_on", "release_cadence", "tag_signed", "tag_voted", "release_documents", "release_notice")  # fmt: skip


@pytest.mark.parametrize("gate", TAGGED)
def test_without_tags_nothing_is_known_of_releases(gate: str) -> None:
    verdict = asked(gate, "1.0.0", None, repository=None)
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, NEVER)


@pytest.mark.parametrize(
    ("version", "given", "outcome", "reason"),
    [
        pytest.param("1.0.0", THREE, PASSED, "3 of 3 candidates", id="enough"),
        pytest.param("1.0.0", THREE[:2], FAILED, "2 of 3 candidates", id="one is missing"),
        pytest.param("1.0.0", [*THREE[:2], tagged("v1.0.0-rc.2", 19.9)], FAILED, "2 of 3 candidates", id="two spellings are one"),
        pytest.param("2.0.0", THREE, FAILED, "0 of 3 candidates", id="another version's do not count"),
        pytest.param("1.0.0-rc4", THREE, NOT_APPLICABLE, "they are counted when the release itself is decided", id="a candidate"),
    ],
)  # fmt: skip
def test_a_major_release_has_candidates(
    version: str, given: list[Tagged], outcome: Outcome, reason: str
) -> None:
    verdict = asked("candidates", version, given)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("broken", "outcome", "reason"),
    [
        pytest.param((), PASSED, "3 of 3 candidates", id="no break"),
        pytest.param(("1.0.0-rc1",), PASSED, "3 of 3 candidates since the break in 1.0.0-rc1", id="the first one is the first of three"),
        pytest.param(("1.0.0-rc2",), FAILED, "2 of 3 candidates since the break in 1.0.0-rc2", id="the count starts again"),
        pytest.param(("1.0.0-rc1", "1.0.0-rc3"), FAILED, "1 of 3 candidates since the break in 1.0.0-rc3", id="and again"),
        pytest.param(("0.9.0", "1.1.0"), PASSED, "3 of 3 candidates", id="breaks of other releases"),
    ],
)  # fmt: skip
def test_a_break_starts_the_count_again(broken: tuple[str, ...], outcome: Outcome, reason: str) -> None:
    verdict = asked("restart", "1.0.0", THREE, broken=frozenset(broken), logs=LOG)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_without_a_changelog_nobody_knows_what_broke() -> None:
    verdict = asked("restart", "1.0.0", THREE)
    assert (verdict.outcome, verdict.reason) == (
        UNKNOWN,
        "the ChangeLogs of quay/spec were never read; run `tallyman sync`",
    )


@pytest.mark.parametrize(
    ("version", "given", "outcome", "reason"),
    [
        pytest.param("1.0.0", THREE, PASSED, "it may come since 2026-06-12, 7 days after v1.0.0-rc3", id="ten days each"),
        pytest.param("1.0.0", tags(("v1.0.0-rc1", 14), ("v1.0.0-rc2", 7)), PASSED, "it may come since 2026-06-15, 7 days after v1.0.0-rc2", id="a week to the second"),
        pytest.param("1.0.0", tags(("v1.0.0-rc1", 14), ("v1.0.0-rc2", 6.9)), FAILED, "it may come on 2026-06-15, 7 days after v1.0.0-rc2", id="the release itself, too early"),
        pytest.param("1.0.0", tags(("v1.0.0-rc1", 30), ("v1.0.0-rc2", 24), ("v1.0.0", 10)), FAILED, "v1.0.0-rc2 came 6.0 days after v1.0.0-rc1; 7 are asked for", id="two that landed"),
        pytest.param("1.0.0", tags(("v0.9.0", 1)), NOT_APPLICABLE, "no candidate came before v1.0.0", id="none came before"),
        pytest.param("1.0.0-rc2", tags(("v1.0.0-rc1", 3)), FAILED, "it may come on 2026-06-19, 7 days after v1.0.0-rc1", id="a candidate after a candidate"),
    ],
)  # fmt: skip
def test_candidates_are_a_week_apart(
    version: str, given: list[Tagged], outcome: Outcome, reason: str
) -> None:
    verdict = asked("spacing", version, given, {"days": 7})
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("version", "given", "outcome", "reason"),
    [
        pytest.param("1.0.0-rc2", THREE[:1], PASSED, "v1.0.0-rc1 has landed", id="the candidate before"),
        pytest.param("1.0.0-rc3", THREE[:1], FAILED, "the candidate before v1.0.0-rc3 has not landed yet", id="one is not decided yet"),
        pytest.param("1.0.0-rc.2", tags(("v1.0.0-rc1", 9)), PASSED, "v1.0.0-rc1 has landed", id="however it is spelled"),
        pytest.param("1.0.1", tags(("v1.0.0", 9)), PASSED, "v1.0.0 has landed", id="the release before"),
        pytest.param("0.1.0", [], NOT_APPLICABLE, "it is the first release", id="the first of all"),
        pytest.param("1.0.0", tags(("v1.1.0", 9)), NOT_APPLICABLE, "it is the first release", id="a later one is no base"),
    ],
)  # fmt: skip
def test_a_release_builds_on_one_that_landed(
    version: str, given: list[Tagged], outcome: Outcome, reason: str
) -> None:
    verdict = asked("based_on", version, given)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("days", "outcome", "reason"),
    [
        pytest.param(31, PASSED, "the last one was v0.4.0 on 2026-05-15, at most 31 days are asked for", id="to the second"),
        pytest.param(31.5, FAILED, "the last one was v0.4.0 on 2026-05-15, at most 31 days are asked for", id="half a day late"),
    ],
)  # fmt: skip
def test_releases_come_in_time(days: float, outcome: Outcome, reason: str) -> None:
    verdict = asked("release_cadence", "0.5.0", tags(("v0.4.0", days)), {"days": 31})
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_landed_release_is_judged_by_its_own_tag() -> None:
    verdict = asked("release_cadence", "0.5.0", tags(("v0.4.0", 400), ("v0.5.0", 380)), {"days": 31})
    assert (verdict.outcome, verdict.reason) == (PASSED, "20 days since v0.4.0, at most 31 asked for")


@pytest.mark.parametrize(
    ("met", "outcome", "reason"),
    [
        pytest.param((28, 1), PASSED, "the longest gap was 27 days from 2026-05-18 to 2026-06-14, at most 28 asked for", id="within"),
        pytest.param((56, 28), PASSED, "the longest gap was 28 days from 2026-04-20 to 2026-05-18, at most 28 asked for", id="four weeks to the second"),
        pytest.param((90, 59, 28), FAILED, "31 days from 2026-03-17 to 2026-04-17, at most 28 asked for; is a meeting not imported?", id="one too long"),
        pytest.param((35,), FAILED, "none since 2026-05-11, at most 28 days apart asked for; is a meeting not imported?", id="until now"),
        pytest.param((400,), FAILED, "no meeting of the last half year is recorded", id="none for long"),
    ],
)  # fmt: skip
def test_a_project_meets(met: tuple[int, ...], outcome: Outcome, reason: str) -> None:
    verdict = asked(
        "meeting_cadence", "1.0.0", [], {"days": 28}, met_at=tuple(ago(days=days) for days in met)
    )
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_without_meetings_nobody_knows_whether_there_were_any() -> None:
    assert asked("meeting_cadence", "1.0.0", [], meetings=0).outcome is UNKNOWN


@pytest.mark.parametrize(
    ("signature", "note", "outcome", "reason"),
    [
        pytest.param(Signature.VERIFIED, "", PASSED, "signed, and the signature is verified", id="verified"),
        pytest.param(Signature.UNVERIFIED, "unknown key", UNKNOWN, "signed, but the signature could not be verified (unknown key)", id="nobody knows the key"),
        pytest.param(Signature.NONE, "a lightweight tag", FAILED, "v1.0.0 has no signature (a lightweight tag)", id="lightweight"),
        pytest.param(Signature.UNKNOWN, "", UNKNOWN, "nobody looked for a signature of v1.0.0", id="never looked"),
    ],
)  # fmt: skip
def test_a_tag_is_signed(signature: Signature, note: str, outcome: Outcome, reason: str) -> None:
    verdict = asked("tag_signed", "1.0.0", [tagged("v1.0.0", signature=signature, signature_note=note)])
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize("gate", ["tag_signed", "tag_voted", "release_documents", "release_notice"])
def test_what_comes_behind_the_tag_is_not_asked_before(gate: str) -> None:
    verdict = asked(gate, "1.0.0", THREE)
    assert (verdict.outcome, verdict.reason) == (NOT_APPLICABLE, "v1.0.0 is not tagged yet")


OTHER = "0dd" * 13 + "0"


@pytest.mark.parametrize(
    ("commit", "voted_on", "changes", "outcome", "reason"),
    [
        pytest.param(FINAL, FINAL, (), PASSED, "on f1a1f1a1f1a1, which was voted on", id="that commit"),
        pytest.param(OTHER, FINAL, (), UNKNOWN, "on 0dd0dd0dd0dd; the vote was on f1a1f1a1f1a1, and whether the change is the same was not compared", id="nobody compared"),
        pytest.param(OTHER, FINAL, ("one", "one"), PASSED, "on 0dd0dd0dd0dd, a rebase of f1a1f1a1f1a1, which was voted on", id="a rebase"),
        pytest.param(OTHER, FINAL, ("one", "two"), FAILED, "on 0dd0dd0dd0dd; the vote was on f1a1f1a1f1a1", id="another change"),
        pytest.param(OTHER, "", (), UNKNOWN, "v1.0.0 is on 0dd0dd0dd0dd; no vote names a commit", id="no commit was voted on"),
    ],
)  # fmt: skip
def test_the_tag_is_on_the_commit_that_was_voted_on(
    commit: str, voted_on: str, changes: tuple[str, ...], outcome: Outcome, reason: str
) -> None:
    known = repository(changes=tuple(map(Change, (FINAL, OTHER), changes)))
    vote = voted("LLLLLLL", motion=motion(commit=voted_on))
    verdict = asked("tag_voted", "1.0.0", [tagged("v1.0.0", commit=commit)], vote=vote, repository=known)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def page(text: str = "", *assets: str) -> tuple[Published, ...]:
    return (Published("v1.0.0", text, assets, f"{WEB}/releases/tag/v1.0.0"),)


@pytest.mark.parametrize(
    ("published", "outcome", "reason"),
    [
        pytest.param(page("", "spec-v1.0.0.pdf", "spec-1.0.0.HTML"), PASSED, "spec-v1.0.0.pdf, spec-1.0.0.HTML", id="both"),
        pytest.param(page("", "spec-v1.0.0.pdf"), FAILED, "no .html with 1.0.0 in its name", id="one is missing"),
        pytest.param(page("", "spec.pdf", "spec.html"), FAILED, "no .pdf and no .html with 1.0.0 in its name", id="without the version"),
        pytest.param((), FAILED, "v1.0.0 has no published release", id="not published"),
        pytest.param(None, UNKNOWN, "the published releases of quay/spec were never read; run `tallyman sync`", id="never read"),
    ],
)  # fmt: skip
def test_documents_are_attached(
    published: tuple[Published, ...] | None, outcome: Outcome, reason: str
) -> None:
    known = repository(published=published)
    verdict = asked("release_documents", "1.0.0", tags(("v1.0.0", 1)), repository=known)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("text", "outcome", "reason"),
    [
        pytest.param("Adopted (+6 -0 #3), see #1302.", PASSED, "its page has both", id="both"),
        pytest.param("9 of 11 voted: https://github.com/quay/spec/pull/12", PASSED, "its page has both", id="in words and with an address"),
        pytest.param("Adopted (+6 -0 #3).", FAILED, "its page lacks a link to its pull request", id="the # of a count is no pull request"),
        pytest.param("See #1302.", FAILED, "its page lacks the count of its vote", id="no count"),
        pytest.param("Here it is.", FAILED, "its page lacks a link to its pull request and the count of its vote", id="neither"),
    ],
)  # fmt: skip
def test_the_page_of_a_release_tells_of_its_vote(text: str, outcome: Outcome, reason: str) -> None:
    verdict = asked(
        "release_notice", "1.0.0", tags(("v1.0.0", 1)), repository=repository(published=page(text))
    )
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


SPEC = tags(("v1.0.0", 100), ("v1.1.0-rc1", 5))


@pytest.mark.parametrize(
    ("policy", "tool", "outcome", "reason"),
    [
        pytest.param("follows", [("v1.0.0", 90)], PASSED, "within 30 days with v1.0.0: quay/tools: v1.0.0, 10 days behind v1.0.0", id="ten days behind"),
        pytest.param("follows", [("v1.0.0", 69.9)], FAILED, "1 of 1 not within 30 days with v1.0.0: quay/tools: v1.0.0, 30 days behind v1.0.0", id="a little more than allowed"),
        pytest.param("follows", [("v0.9.0", 50)], FAILED, "1 of 1 not within 30 days with v1.0.0: quay/tools: no release yet since v1.0.0 of 2026-03-07", id="none yet"),
        pytest.param("in-step", [("v1.0.0", 99.5)], PASSED, "in step with v1.0.0: quay/tools: v1.0.0, 0 days behind v1.0.0", id="the same day"),
        pytest.param("in-step", [("v1.0.0", 98)], FAILED, "1 of 1 not in step with v1.0.0: quay/tools: v1.0.0, 2 days behind v1.0.0", id="two days late"),
        pytest.param("follows", [("v1.1.0", 100)], PASSED, "within 30 days with v1.0.0: quay/tools: v1.1.0, 0 days behind v1.0.0", id="a newer version answers too"),
    ],
)  # fmt: skip
def test_tools_keep_step(policy: str, tool: list[tuple[str, float]], outcome: Outcome, reason: str) -> None:
    given = {"quay/tools": fold(tags(*tool))}
    verdict = asked("tooling", "1.1.0", SPEC, {"policy": policy, "days": 30, "match": "version"}, tools=given)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_tools_with_versions_of_their_own_are_matched_by_date() -> None:
    given = {"quay/tools": fold(tags(("v0.3.0", 95)))}
    asks = {"policy": "follows", "days": 30, "match": "date"}
    assert asked("tooling", "1.1.0", SPEC, asks, tools=given).outcome is PASSED
    assert asked("tooling", "1.1.0", SPEC, {**asks, "match": "version"}, tools=given).outcome is FAILED


def test_tools_that_nobody_read_or_named_are_never_in_step() -> None:
    assert asked("tooling", "1.1.0", SPEC, tools={"quay/tools": None}).outcome is UNKNOWN
    assert asked("tooling", "1.1.0", SPEC).outcome is NOT_APPLICABLE


def test_gaps_are_counted_in_utc() -> None:
    late = replace(THREE[1], tagged_at=(NOON - timedelta(days=23)).astimezone(None))
    assert asked("spacing", "1.0.0", [THREE[0], late], {"days": 7}).outcome is PASSED


def test_a_page_that_nobody_read_tells_of_nothing() -> None:
    verdict = asked("release_notice", "1.0.0", tags(("v1.0.0", 1)), repository=repository(published=None))
    assert (verdict.outcome, verdict.reason) == (
        UNKNOWN,
        "the published releases of quay/spec were never read; run `tallyman sync`",
    )


def test_a_landed_release_is_not_its_own_base() -> None:
    verdict = asked("based_on", "1.0.1", tags(("v1.0.0", 9), ("v1.0.1", 2)))
    assert (verdict.outcome, verdict.reason) == (PASSED, "v1.0.0 has landed")
    assert asked("based_on", "1.0.0", tags(("v1.0.0", 9))).outcome is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("gate", "version", "parameters"),
    [("spacing", "1.0.0", {"days": 70}), ("spacing", "1.0.0", {"days": 7}), ("release_cadence", "1.0.0", {"days": 7}),
     ("meeting_cadence", "1.0.0", {"days": 28}), ("meeting_cadence", "1.0.0", {"days": 5}), ("tooling", "1.0.0", {"days": 5, "policy": "follows"})],
)  # fmt: skip
def test_an_hour_that_brings_nothing_new_changes_no_word(
    gate: str, version: str, parameters: dict[str, Any]
) -> None:
    known = {"met_at": (ago(days=30), ago(days=10)), "tools": {"quay/tools": ()}}
    landed = fold([*tags(("v0.9.0", 60)), *THREE])
    said = set()
    for hours in (0, 1, 30):
        given = evidence(
            target=target(version=version), landed=landed, repository=repository(tags=landed), **known
        )
        later = replace(given, at=NOON + timedelta(hours=hours))
        verdict = gates()[gate](later, replace(rule(gate), parameters=parameters))
        said.add((verdict.outcome, verdict.reason, verdict.links))
    assert len(said) == 1, said


def test_before_anything_landed_no_tool_is_late_and_no_page_is_missing() -> None:
    given = {"quay/tools": fold(tags(("v1.0.0", 95)))}
    assert asked("tooling", "1.0.0", tags(("v1.0.0-rc1", 5)), tools=given).outcome is NOT_APPLICABLE
    verdict = asked("release_notice", "1.0.0", tags(("v1.0.0", 1)), repository=repository(published=()))
    assert (verdict.outcome, verdict.reason) == (FAILED, "v1.0.0 has no published release")
