"""The gates about texts of a release: its ChangeLog section, its version file, its check-list, its rosters and its README."""

from dataclasses import replace
from typing import Any

import pytest

from bot.judgement import rules
from bot.judgement.gates import gates
from bot.model.release import Outcome, Verdict
from bot.model.repository import Commit, PullFacts, Repository, Talk
from tests.judgement.made import (
    HEAD,
    NOON,
    WEB,
    ago,
    evidence,
    file,
    issue,
    pull,
    repository,
    rule,
    tagged,
    target,
)
from tests.skips import skip_data

PASSED, FAILED, UNKNOWN, NOT_APPLICABLE = (
    Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE,
)  # fmt: skip
OWN = issue(9, title="version: release v1.0.0", is_pull=True)
GROUPS = ("Additions", "Minor fixes", "Breaking changes")


def asked(
    gate: str, known: Repository | None, parameters: dict[str, Any] | None = None, **more: Any
) -> Verdict:
    facts = {"target": target(pull=OWN), "pulls": (pull(9),), **more}
    return gates()[gate](
        evidence(repository=known, **facts), replace(rule(gate), parameters=parameters or {})
    )


def log(*entries: str, group: str = "Additions", version: str = "1.0.0") -> Repository:
    """A ChangeLog at the head of the release's pull request."""
    text = f"OpenContainers Specifications\n\nChanges with v{version}:\n\n\t{group}:\n\n"
    text += "".join(f"\t* {entry}\n" for entry in entries)
    return repository(
        files=(file("ChangeLog", HEAD, text + "\nChanges with v0.9.0:\n\n\tAdditions:\n\n\t* old (#1)\n"),)
    )


@pytest.mark.parametrize(
    ("entry", "is_right"),
    [
        ("config: a thing (#498)", True),
        ("config: things (#481, #498, #519)", True),
        ("config: a thing (#695).", True),
        ("config: a thing (#880).  This partially reverses #673", True),
        ("config: a thing\n\t  on two lines (#12)", True),
        ("config: a thing #1197", False),
        ("config: a thing ()#1233)", False),
        ("config: a thing, #384, #450", False),
        ("config: a thing (#12) and more", False),
        ("config: a thing", False),
        ("(#)", False),
    ],
)
def test_an_entry_ends_with_its_pull_requests(entry: str, is_right: bool) -> None:
    verdict = asked("changelog_entries", log("fine (#1)", entry))
    assert verdict.outcome is (PASSED if is_right else FAILED)
    assert verdict.reason == (
        "all 2 entries do" if is_right else "1 of 2 entries names no pull request at the end"
    )


@pytest.mark.parametrize(
    ("tag", "bad"),
    [("v1.0.2", 2), ("v1.1.0", 0), ("v1.2.0", 2), ("v1.2.1", 0), ("v1.3.0", 0)],
)
def test_the_changelogs_that_were_released(tag: str, bad: int) -> None:
    text = skip_data(f"spec/{tag}/ChangeLog").read_text(encoding="utf-8")
    given = repository(files=(file("ChangeLog", tag, text),))
    more: dict[str, Any] = {"target": target(version=tag[1:]), "landed": (tagged(tag),)}
    verdict = asked("changelog_entries", given, **more)
    assert (verdict.outcome, len(verdict.links)) == ((FAILED, bad) if bad else (PASSED, 1))
    (groups,) = [each for each in rules.load("oci", NOON).rules if each.id == "C2-GROUPS"]
    known = asked("changelog_groups", given, dict(groups.parameters), **more)
    assert known.outcome is (FAILED if tag == "v1.1.0" else PASSED), (
        known.reason
    )  # it has a remark behind one


@pytest.mark.parametrize("gate", ["changelog_entries", "changelog_groups", "changelog_complete"])
@pytest.mark.parametrize(
    ("known", "outcome", "reason"),
    [
        pytest.param(log("x (#1)", version="0.8.0"), FAILED, "ChangeLog has no section `Changes with v1.0.0:`", id="no section"),
        pytest.param(log(), FAILED, "ChangeLog has an empty section for v1.0.0", id="an empty one"),
        pytest.param(repository(files=(file("ChangeLog", HEAD, None),)), FAILED, "there is no ChangeLog", id="no file"),
        pytest.param(repository(), UNKNOWN, "ChangeLog of aaaaaaaaaaaa was not read; run `tallyman sync`", id="not read"),
        pytest.param(None, UNKNOWN, "ChangeLog of aaaaaaaaaaaa was not read; run `tallyman sync`", id="nothing read"),
    ],
)  # fmt: skip
def test_without_a_section_there_is_nothing_green(
    gate: str, known: Repository | None, outcome: Outcome, reason: str
) -> None:
    verdict = asked(gate, known, {"groups": GROUPS}, landed=())
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_without_a_pull_request_and_a_tag_there_is_no_text_to_read() -> None:
    verdict = asked("changelog_entries", log("x (#1)"), target=target(), pulls=())
    assert (verdict.outcome, verdict.reason) == (
        UNKNOWN,
        "the release has neither a tag nor an open pull request yet",
    )


@pytest.mark.parametrize(
    ("group", "outcome", "reason"),
    [
        pytest.param("Additions", PASSED, "known groups: Additions", id="known"),
        pytest.param("Breaking changes", PASSED, "known groups: Breaking changes; 1 breaks the specification", id="a break is said"),
        pytest.param("Sundry", FAILED, "not among the known groups: Sundry", id="another"),
    ],
)  # fmt: skip
def test_groups_are_those_the_project_knows(group: str, outcome: Outcome, reason: str) -> None:
    verdict = asked("changelog_groups", log("x (#1)", group=group), {"groups": GROUPS})
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def merged(number: int, days: float, **more: Any) -> Any:
    return issue(number, is_pull=True, closed=True, merged_at=ago(days=days), **more)


BEFORE = (tagged("v0.9.0", 50, committed_at=ago(days=57)),)


@pytest.mark.parametrize(
    ("entries", "outcome", "reason"),
    [
        pytest.param("(#11) (#12)", PASSED, "it names all that was merged since v0.9.0: 2", id="all of them"),
        pytest.param("(#11)", FAILED, "1 merged since v0.9.0 not named", id="one is missing"),
        pytest.param("(#11) (#12) (#13)", FAILED, "1 named that were never merged", id="one was closed without a merge"),
        pytest.param("(#11) (#12) (#4711)", PASSED, "it names all that was merged since v0.9.0: 2", id="one of another repository, perhaps"),
        pytest.param("(#11) (#12) (#10)", PASSED, "it names all that was merged since v0.9.0: 2", id="one that the last release forgot"),
    ],
)  # fmt: skip
def test_the_section_names_what_was_merged(entries: str, outcome: Outcome, reason: str) -> None:
    issues = (
        merged(10, 57.5), merged(11, 56), merged(12, 1), issue(13, is_pull=True, closed=True),
        merged(14, 52, title="Release v0.9.0"), OWN,
    )  # fmt: skip
    verdict = asked(
        "changelog_complete", log(*(f"x {each}" for each in entries.split())), issues=issues, landed=BEFORE
    )
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_the_first_release_has_nothing_to_be_compared_with() -> None:
    assert asked("changelog_complete", log("x (#1)"), landed=()).outcome is NOT_APPLICABLE
    assert asked("changelog_complete", log("x (#1)"), landed=None).outcome is UNKNOWN


def go(version: str, dev: str = "") -> str:
    major, minor, patch = version.split(".")
    return f'package specs\n\nconst (\n\tVersionMajor = {major}\n\tVersionMinor = {minor}\n\tVersionPatch = {patch}\n\tVersionDev = "{dev}"\n)\n'


def commits(*versions: str) -> Repository:
    """The release's pull request with a commit for each, such as `1.0.0+dev`; `-` leaves the file out."""
    shas = [f"{n:040x}" for n in range(1, len(versions))] + [HEAD]
    made = tuple(Commit(sha, "version", "ada", ("a@x",), ("a@x",)) for sha in shas)
    files = tuple(
        file(
            "version.go", sha, None if each == "-" else go(each.partition("+")[0].partition("-")[0], each[5:])
        )
        for sha, each in zip(shas, versions, strict=True)
    )
    return repository(files=files, pulls=(PullFacts(9, HEAD, made, ()),))


@pytest.mark.parametrize(
    ("version", "said", "bumped", "back"),
    [
        pytest.param("1.0.0", ("1.0.0", "1.0.0+dev"), PASSED, PASSED, id="bumped and put back"),
        pytest.param("1.0.0", ("1.0.0",), PASSED, FAILED, id="not put back"),
        pytest.param("1.0.0", ("0.9.0+dev", "1.0.0+dev"), FAILED, FAILED, id="never without the suffix"),
        pytest.param("1.0.0", ("1.0.0+dev", "1.0.0"), PASSED, FAILED, id="put back in front of it"),
        pytest.param("1.0.0-rc2", ("1.0.0-rc2", "1.0.0-rc2+dev"), PASSED, PASSED, id="a candidate"),
        pytest.param("1.0.0-rc2", ("1.0.0-rc.2", "1.0.0+dev"), PASSED, PASSED, id="however it is spelled"),
        pytest.param("1.0.0-rc2", ("1.0.0", "1.0.0+dev"), FAILED, FAILED, id="a candidate's file must say so"),
        pytest.param("1.0.0", ("-", "-"), UNKNOWN, UNKNOWN, id="no such file"),
    ],
)  # fmt: skip
def test_the_version_file_says_the_version_and_then_the_suffix(
    version: str, said: tuple[str, ...], bumped: Outcome, back: Outcome
) -> None:
    asks: dict[str, Any] = {"path": "version.go", "suffix": "+dev"}
    about = target(pull=OWN, version=version)
    assert asked("version_file", commits(*said), asks, target=about).outcome is bumped
    assert asked("dev_suffix", commits(*said), asks, target=about).outcome is back


def test_a_landed_release_is_asked_at_its_tag_and_the_branch_for_the_suffix() -> None:
    asks: dict[str, Any] = {"path": "version.go", "suffix": "+dev"}
    landed = (tagged("v1.0.0"),)
    at_tag = file("version.go", "v1.0.0", go("1.0.0"))
    for branch, outcome in ((go("1.0.0", "+dev"), PASSED), (go("1.0.0"), FAILED), ("nothing", UNKNOWN)):
        known = repository(files=(at_tag, file("version.go", "main", branch)))
        assert asked("version_file", known, asks, landed=landed).outcome is PASSED
        assert asked("dev_suffix", known, asks, landed=landed).outcome is outcome


def test_commits_of_an_older_head_are_not_the_release_s() -> None:
    verdict = asked(
        "version_file", commits("1.0.0"), {"path": "version.go"}, pulls=(pull(9, head_sha="b" * 40),)
    )
    assert (verdict.outcome, verdict.reason) == (
        UNKNOWN,
        "the commits of #9 were not read; run `tallyman sync`",
    )


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        pytest.param("- [x] one\n- [X] two", PASSED, "all 2 steps are ticked", id="all"),
        pytest.param("* [x] one\n  * [ ] two", FAILED, "1 of 2 steps are ticked", id="one is open"),
        pytest.param("- [x] one\n- [ ] OPTIONAL find an animal", PASSED, "all 1 steps are ticked", id="what is optional does not count"),
        pytest.param("no boxes", UNKNOWN, "neither the release's issue nor its pull request has a check-list", id="none"),
    ],
)  # fmt: skip
def test_the_steps_are_ticked(body: str, outcome: Outcome, reason: str) -> None:
    known = repository(talks=(Talk(9, "ada", ago(days=1), body, f"{WEB}/pull/9", ()),))
    verdict = asked("checklist", known)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_check_list_that_nobody_read_is_not_ticked() -> None:
    assert asked("checklist", repository()).outcome is UNKNOWN
    assert asked("checklist", None).outcome is UNKNOWN


@pytest.mark.parametrize(
    ("roster", "owners", "outcome", "reason"),
    [
        pytest.param("Ada <a@x> (@Ada)\nBo <b@x> (@bo)", "# @old\n* @bo @ada", PASSED, "the same 2 people", id="the same"),
        pytest.param("Ada <a@x> (@ada)", "* @ada @bo", FAILED, "only in CODEOWNERS: bo", id="one too many"),
        pytest.param("A <a@x> (@ada)\nB <b@x> (@bo)", "* @bo @cy", FAILED, "only in the roster: ada; only in CODEOWNERS: cy", id="both ways"),
        pytest.param("A <a@x> (@ada)", None, UNKNOWN, "there is no CODEOWNERS", id="no file"),
        pytest.param("A <a@ada.example> (@ada)", "* @ada @quay/team", PASSED, "the same 1 people", id="addresses and teams are no logins"),
    ],
)  # fmt: skip
def test_owners_are_the_maintainers(roster: str, owners: str | None, outcome: Outcome, reason: str) -> None:
    known = repository(files=(file("MAINTAINERS", "main", roster), file("CODEOWNERS", "main", owners)))
    verdict = asked("rosters_agree", known)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("## Meetings\n\nEvery week.", PASSED),
        ("See the [weekly meeting][1].", PASSED),
        ("We love meetings.", FAILED),
        ("", FAILED),
        (None, FAILED),
    ],
)
def test_the_readme_tells_of_meetings(text: str | None, outcome: Outcome) -> None:
    assert (
        asked("meeting_advertised", repository(files=(file("README.md", "main", text),))).outcome is outcome
    )


def test_a_readme_that_nobody_read_says_nothing() -> None:
    for known in (None, repository()):
        assert asked("meeting_advertised", known).outcome is UNKNOWN
        assert asked("rosters_agree", known).outcome is UNKNOWN
