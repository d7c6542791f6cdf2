"""What each name for a release takes: sizes, candidates, spacing and the earliest date, from the rules in force."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.judgement import rules
from bot.judgement.plan import Past, Plan, is_breaking, plan
from bot.model.clause import Override, Size
from bot.model.repository import Tagged

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NOTHING = Past(())


def past(*names: str, broken: str = "") -> Past:
    """Releases in words: `v2.0.0-rc1:30` landed thirty days ago."""
    tags = [
        Tagged(name, NOW - timedelta(days=float(ago)))
        for name, _, ago in (each.partition(":") for each in names)
    ]
    return Past(tuple(tags), frozenset(broken.split()))


def planned(version: str, landed: Past = NOTHING, *, family: str = "oci", overrides: tuple[Override, ...] = (), **more: bool) -> Plan:  # fmt: skip
    return plan(version, rules.load_clauses(family, NOW, overrides, "runtime-spec"), landed, NOW, 11, **more)


def days(found: Plan) -> float:
    assert found.earliest is not None
    return (found.earliest - NOW) / timedelta(days=1)


@pytest.mark.parametrize(
    ("version", "size"),
    [
        ("v2.0.0", Size.MAJOR), ("v1.4.0", Size.MINOR), ("v1.3.1", Size.PATCH), ("v0.6.0", Size.ZERO),
        ("v2.0.0-rc1", Size.CANDIDATE), ("v1.0.0-rc0", Size.CANDIDATE), ("v1.4.0-rc.1", Size.CANDIDATE),
    ],
)  # fmt: skip
def test_the_size_of_a_name(version: str, size: Size) -> None:
    assert planned(version).size is size


@pytest.mark.parametrize(
    ("version", "landed", "steps", "expected"),
    [
        pytest.param("v1.4.0", past("v1.3.0:200"), "v1.4.0", 7, id="a minor release is a week's vote"),
        pytest.param("v2.0.0", past("v1.3.0:200"), "v2.0.0-rc1 v2.0.0-rc2 v2.0.0-rc3 v2.0.0", 28, id="a major one is a month"),
        pytest.param("v2.0.0", past("v2.0.0-rc1:30", "v2.0.0-rc2:20"), "v2.0.0-rc3 v2.0.0", 14, id="one candidate is missing"),
        pytest.param("v2.0.0", past("v2.0.0-rc1:30", "v2.0.0-rc2:20", "v2.0.0-rc3:10"), "v2.0.0", 7, id="three are enough"),
        pytest.param("v2.0.0", past("v2.0.0-rc1:30", "v2.0.0-rc2:20", "v2.0.0-rc3:10", broken="2.0.0-rc2"), "v2.0.0-rc4 v2.0.0", 14, id="the text's own example: a break in rc2"),
        pytest.param("v2.0.0", past("v2.0.0-rc1:30", "v2.0.0-rc2:20", "v2.0.0-rc3:10", broken="2.0.0-rc3"), "v2.0.0-rc4 v2.0.0-rc5 v2.0.0", 21, id="a break in the last"),
        pytest.param("v2.0.0-rc1", past("v1.3.0:200"), "v2.0.0-rc1", 7, id="the first candidate"),
        pytest.param("v2.0.0-rc0", past("v1.3.0:200"), "v2.0.0-rc0", 7, id="a candidate called 0"),
        pytest.param("v2.0.0-rc.3", past("v2.0.0-rc.1:9"), "v2.0.0-rc.2 v2.0.0-rc.3", 14, id="a candidate is based on the one before"),
        pytest.param("v1.4.0-rc.3", past("v1.4.0-rc.1:9"), "v1.4.0-rc.2 v1.4.0-rc.3", 14, id="also of a minor release"),
        pytest.param("v0.6.0", past("v0.5.0:50"), "v0.6.0", 7, id="before 1.0.0"),
    ],
)  # fmt: skip
def test_the_steps_and_the_earliest_date(version: str, landed: Past, steps: str, expected: float) -> None:
    found = planned(version, landed)
    assert [step.version for step in found.steps] == steps.split()
    assert days(found) == expected


def test_spacing_counts_where_it_ends_later_than_the_vote() -> None:
    wider = (Override("R3", "we want more time", None, {"days": 21}),)
    found = planned("v2.0.0-rc2", past("v2.0.0-rc1:1"), overrides=wider)
    assert (days(found), found.steps[0].why) == (20, "21 days from the one before")
    minor = planned("v1.4.0-rc2", past("v1.4.0-rc1:1"), overrides=wider)
    assert (days(minor), minor.steps[0].why) == (7, "a vote of 7 days"), (
        "only candidates of a major release are spaced"
    )


def test_a_break_that_is_still_to_land_starts_the_count_again() -> None:
    landed = past("v2.0.0-rc1:30", "v2.0.0-rc2:20", "v2.0.0-rc3:10")
    whole, smaller = planned("v2.0.0", landed, breaks=True), planned("v2.0.0", landed)
    assert (days(whole), days(smaller)) == (28, 7)
    assert whole.notes[0].endswith("the count starts again with the next: 3 more")
    assert days(planned("v1.4.0", landed, breaks=True)) == 7, "a minor release counts no candidates"


def test_only_the_rules_for_this_size_are_listed() -> None:
    ids = {
        version: {clause.id for clause in planned(version).clauses}
        for version in ("v2.0.0", "v2.0.0-rc1", "v1.4.0", "v0.6.0")
    }
    assert {"R2", "R3", "R4"} <= ids["v2.0.0"] & ids["v2.0.0-rc1"]
    assert not {"R2", "R3", "R4"} & (ids["v1.4.0"] | ids["v0.6.0"])
    assert ("R5" in ids["v0.6.0"], "R5" in ids["v1.4.0"]) == (True, False)
    assert planned("v1.4.0").needs[0] == "the votes of 8 of 11 maintainers (V5, GOVERNANCE.md#quorum)"


def test_before_any_rule_nothing_stands_in_the_way() -> None:
    seed = datetime(2016, 6, 1, 18, tzinfo=UTC)
    found = plan("v1.0.0-rc0", rules.load_clauses("oci", seed), Past(), seed)
    assert (found.earliest, found.clauses) == (seed, ())
    assert found.notes == (
        "no rule of OCI specification was in force on 2016-06-01; the first came on 2016-07-25",
    )


def test_without_the_releases_there_is_no_date() -> None:
    found = planned("v1.4.0", Past())
    assert (found.earliest, found.unknown) == (
        None,
        "no releases are known: run `tallyman sync`, or give --repository",
    )


def test_what_has_landed_is_said() -> None:
    found = planned("v2.0.0-rc.1", past("v2.0.0-rc1:30"))
    assert (days(found), found.notes, found.steps) == (-30, ("v2.0.0-rc1 has landed",), ())
    late = planned("v2.0.0-rc1", past("v2.0.0-rc2:30"))
    assert "a candidate that comes later has a higher number" in late.notes[0]


def test_before_1_0_0_the_days_since_the_last_release_are_told() -> None:
    assert (
        "v0.5.0 was 50 days ago; a release every 31 days is asked for (SHOULD, R5,"
        in planned("v0.6.0", past("v0.5.0:50")).notes[-1]
    )


@pytest.mark.parametrize(
    ("family", "expected"), [("apache", 3), ("cncf", 7), ("plain", 1), ("oci-project", 7)]
)
def test_every_family_has_its_window(family: str, expected: float) -> None:
    found = planned("v2.0.0", past("v1.3.0:200"), family=family)
    assert (days(found), [step.version for step in found.steps]) == (expected, ["v2.0.0"])


def test_labels_that_break() -> None:
    assert [is_breaking([label]) for label in ("breaking", "kind/Breaking-change", "bug")] == [
        True,
        True,
        False,
    ]
