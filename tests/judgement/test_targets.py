"""Where a release is decided: versions, milestones, issues and pull requests, found by patterns among anybody's titles."""

import time
from typing import Any

import pytest

from bot.judgement.targets import find_target, in_play, version_of
from bot.model.errors import WrongRequest
from bot.model.release import Patterns, Target
from bot.model.tracker import Issue, Milestone, State
from bot.settings import Releases
from tests.judgement.made import REPO, issue, milestone

USUAL = Patterns(**Releases().model_dump())
NO_V = Patterns(
    r"^(?P<version>\d+\.\d+\.\d+)$", "^{version}$", "^Checklist for {version}$", "^image-spec {version}$"
)


def found(
    tag: str,
    milestones: list[Milestone] | None = None,
    issues: list[Issue] | None = None,
    patterns: Patterns = USUAL,
) -> Target:
    return find_target("spec", REPO, tag, patterns, milestones or [], issues or [])


def titled(number: int, title: str, **more: Any) -> Issue:
    return issue(number, title=title, in_=None, **more)


@pytest.mark.parametrize(
    ("tag", "patterns", "version"),
    [
        pytest.param("v1.0.0", USUAL, "1.0.0", id="a tag"),
        pytest.param("1.0.0", USUAL, "1.0.0", id="a bare version"),
        pytest.param("v1.0.0-rc1", USUAL, "1.0.0-rc1", id="a candidate"),
        pytest.param("v1.0.0-rc.1", USUAL, "1.0.0-rc.1", id="a candidate with a dot"),
        pytest.param("1.0.0", NO_V, "1.0.0", id="a project without v"),
    ],
)
def test_a_tag_names_a_version(tag: str, patterns: Patterns, version: str) -> None:
    assert version_of(tag, patterns) == version


@pytest.mark.parametrize("tag", ["v1.0", "main", "", "v1.0.0-beta1", "xv1.0.0", "v1.0.0 ", "v1.0.0-rc"])
def test_what_is_no_tag_is_answered_with_the_pattern(tag: str) -> None:
    with pytest.raises(WrongRequest, match=r"is no release of this project: its tags look like \^v"):
        version_of(tag, USUAL)


@pytest.mark.parametrize(
    ("tag", "titles", "number", "notes"),
    [
        pytest.param("v1.0.0", ["1.0.0"], 1, (), id="the version"),
        pytest.param("v1.0.0", ["v1.0.0"], 1, (), id="with a v"),
        pytest.param("v1.0.0", ["1.0.1", "11.0.0", "1.0.0-rc1", "1x0x0", "1.0.0"], 5, (), id="no lookalike"),
        pytest.param(
            "v1.0.0", ["1.0"], None, ("no milestone matches ^v?{version}$ for 1.0.0",), id="none is said"
        ),
        pytest.param(
            "v1.0.0",
            ["v1.0.0", "1.0.0"],
            1,
            ("2 milestones match 1.0.0; this is v1.0.0 (number 1)",),
            id="several: the lowest number, named",
        ),
        pytest.param("v1.0.0-rc1", ["v1.0.0-rc.1"], 1, (), id="rc1 finds rc.1"),
        pytest.param("v1.0.0-rc.1", ["1.0.0-rc1"], 1, (), id="rc.1 finds rc1"),
        pytest.param("v1.0.0-rc1", ["1.0.0-rc10", "1.0.0-rc1"], 2, (), id="rc1 is not rc10"),
        pytest.param("v1.0.0-rc2", ["1.0.0", "v1.0.0-rc"], 2, (), id="a bare -rc holds every candidate"),
        pytest.param("v1.0.0-rc2", ["v1.0.0-rc", "1.0.0-rc2"], 2, (), id="a candidate's own comes first"),
        pytest.param(
            "v1.0.0-rc2",
            ["1.0.0", "1.1.0-rc"],
            None,
            ("no milestone matches ^v?{version}$ for 1.0.0-rc2",),
            id="a candidate is not in the release's milestone",
        ),
        pytest.param(
            "v1.0.0",
            ["v1.0.0-rc"],
            None,
            ("no milestone matches ^v?{version}$ for 1.0.0",),
            id="a release is not in its candidates' milestone",
        ),
    ],
)
def test_the_milestone_of_a_release(
    tag: str, titles: list[str], number: int | None, notes: tuple[str, ...]
) -> None:
    target = found(tag, [milestone(title, n) for n, title in enumerate(titles, start=1)])
    assert (target.milestone.number if target.milestone else None) == number
    assert tuple(note for note in target.notes if "milestone" in note) == notes


def test_of_several_milestones_an_open_one_comes_first() -> None:
    target = found(
        "v1.0.0",
        [milestone("1.0.0", 1, state=State.CLOSED), milestone("v1.0.0", 3), milestone("1.0.0", 2)],
    )
    assert target.milestone is not None
    assert target.milestone.number == 2
    assert "3 milestones match 1.0.0; this is 1.0.0 (number 2)" in target.notes


@pytest.mark.parametrize(
    ("title", "is_release"),
    [
        pytest.param("Release v1.0.0", True, id="plain"),
        pytest.param("Release 1.0.0", True, id="without v"),
        pytest.param("Tracking v1.0.0", True, id="tracking"),
        pytest.param("Release v1.0.0: what is left", True, id="with more behind"),
        pytest.param("Release v1.0.0.", True, id="a full stop"),
        pytest.param("Release v1.0.0-rc1", False, id="a candidate"),
        pytest.param("Release v1.0.0-beta", False, id="a beta"),
        pytest.param("Release v1.0.0.1", False, id="a fourth number"),
        pytest.param("Release v1.0.01", False, id="more digits"),
        pytest.param("Release v1.0.0+dev", False, id="a build"),
        pytest.param("Undo Release v1.0.0", False, id="something in front"),
        pytest.param("Release v1x0x0", False, id="dots are dots"),
    ],
)
def test_the_issue_of_a_release_by_its_title(title: str, is_release: bool) -> None:
    target = found("v1.0.0", issues=[titled(7, title)])
    assert (target.issue is not None) is is_release


def test_what_is_not_found_is_said() -> None:
    assert found("v1.0.0").notes == (
        "no milestone matches ^v?{version}$ for 1.0.0",
        "no open issue is titled as the release of 1.0.0",
        "no open pull request is titled as the release of 1.0.0",
    )


def test_of_several_open_issues_the_lowest_is_taken_and_named() -> None:
    target = found(
        "v1.0.0",
        issues=[titled(n, "Release v1.0.0", closed=n == 3) for n in (9, 7, 3)]
        + [titled(8, "Release v1.0.0", is_pull=True)],
    )
    assert target.issue is not None
    assert target.pull is not None
    assert (target.issue.number, target.pull.number) == (7, 8)
    assert "2 open issues are titled as the release of 1.0.0; this is #7" in target.notes


@pytest.mark.parametrize("asked", ["v1.0.0-rc1", "v1.0.0-rc.1", "1.0.0-rc1"])
def test_a_release_has_one_name_however_it_is_asked_for(asked: str) -> None:
    target = found(asked, issues=[titled(7, "Release v1.0.0-rc.1")])
    assert (target.tag, target.version) == ("v1.0.0-rc.1", "1.0.0-rc.1")


def test_a_project_without_v_keeps_its_own_tags() -> None:
    target = found("1.0.0", [milestone("1.0.0")], [titled(7, "Checklist for 1.0.0")], NO_V)
    assert target.issue is not None
    assert (target.tag, target.notes) == (
        "1.0.0",
        ("no open pull request is titled as the release of 1.0.0",),
    )


def test_a_pattern_without_an_anchor_is_found_anywhere_in_a_title() -> None:
    loose = Patterns(
        r"(?P<version>\d+\.\d+\.\d+(-rc\d)?)$", "for {version}", "cut {version}$", "cut {version}$"
    )
    issues = [titled(7, "How to cut 1.0.0-rc1"), titled(8, "Let us cut 1.0.0-rc1", is_pull=True)]
    target = found("spec-1.0.0-rc1", [milestone("all for 1.0.0-rc")], issues, loose)
    assert target.notes == ()
    assert (target.version, target.tag) == ("1.0.0-rc1", "spec-1.0.0-rc1")
    assert in_play(loose, issues) == ("1.0.0-rc1",)
    assert found("1.0.0-rc1", [milestone("all for 1.0.0-rc1")], issues, loose).notes == ()


@pytest.mark.parametrize(
    ("issues", "versions"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param(
            [titled(9, "Release v1.1.0"), titled(4, "version: release v1.0.1", is_pull=True)],
            ("1.0.1", "1.1.0"),
            id="an issue or a pull request, lowest number first",
        ),
        pytest.param([titled(9, "Release v1.1.0", closed=True)], (), id="closed ones are past"),
        pytest.param(
            [titled(4, "Release v1.0.0-rc1"), titled(5, "version: release v1.0.0-rc.1", is_pull=True)],
            ("1.0.0-rc1",),
            id="rc1 and rc.1 are one",
        ),
        pytest.param(
            [titled(4, "Release v1.1.0 (not v1.0.9)")], ("1.1.0",), id="the version the pattern means"
        ),
        pytest.param([titled(4, "Release v1.1.0-beta1")], (), id="a beta is no release"),
        pytest.param([titled(4, "Why Release v1.1.0?")], (), id="a question about one"),
        pytest.param(
            [titled(4, "Tracking v1.1.0", is_pull=True)], (), id="an issue's title on a pull request"
        ),
        pytest.param([titled(4, "Release v١.٢.٣")], (), id="digits of another script"),
    ],
)
def test_what_is_in_play(issues: list[Issue], versions: tuple[str, ...]) -> None:
    assert in_play(USUAL, issues) == versions


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("1." * 30_000, id="a version without end"),
        pytest.param("9" * 60_000, id="a number without end"),
        pytest.param("Release v" + "0.0.0-rc." * 8_000, id="candidates without end"),
        pytest.param("Release " * 8_000, id="a word again and again"),
        pytest.param("Release v1.0.0" + "-" * 60_000, id="dashes without end"),
        pytest.param("(?P<version>.*)+$ [a-", id="half a regular expression"),
        pytest.param("Release v1.0.0\n\x00\u202e", id="control characters"),
    ],
)
def test_no_title_takes_long_or_breaks_the_search(title: str) -> None:
    start = time.process_time()
    in_play(USUAL, [titled(1, title), titled(2, title, is_pull=True)])
    found("v1.0.0-rc1", [milestone(title)], [titled(1, title)])
    assert time.process_time() - start < 1


def test_a_version_is_put_into_a_pattern_as_text() -> None:
    odd = Patterns(r"^(?P<version>.+)$", "^{version}$", "^{version}$", "^{version}$")
    target = found("1.+(x)", [milestone("1.+(x)", 1), milestone("1111x", 2)], [], odd)
    assert target.milestone is not None
    assert (target.milestone.number, target.version) == (1, "1.+(x)")


def test_a_pattern_whose_version_is_empty_names_no_release() -> None:
    with pytest.raises(WrongRequest, match="is no release"):
        version_of("v", Patterns(r"^v(?P<version>\d+)?$", "{version}", "{version}", "{version}"))
