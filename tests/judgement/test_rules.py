"""Rule sets as data: every one loads, is dated, and what is not whole is named."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.judgement import rules
from bot.judgement.gates import gates
from bot.model.clause import Override
from bot.model.errors import BadInput
from bot.model.release import Force
from tests.skips import skip_data

TODAY = datetime(2026, 6, 15, 12, tzinfo=UTC)
ROW = """
[[rule]]
id = "R1"
gate = "due_date"
force = "MUST"
text = "It has a date."
source = "RULES.md#dates"
commit = "abc1234"
in_force_from = 2020-01-01
"""
HEAD = 'title = "Ours"\nrepository = "https://example.org/ours"\nwritten_from = 2019-01-01\n'


def ids(family: str, day: str) -> list[str]:
    return [rule.id for rule in rules.load(family, datetime.fromisoformat(f"{day}T12:00:00+00:00")).rules]


@pytest.mark.parametrize("family", rules.families())
def test_every_rule_set_loads_and_asks_gates_that_exist(family: str) -> None:
    found = rules.load(family, TODAY)
    assert found.rules
    assert found.note == ""
    assert {rule.gate for rule in found.rules} <= set(gates())
    assert all(
        isinstance(value, int | str | tuple) for rule in found.rules for value in rule.parameters.values()
    )


@pytest.mark.parametrize("family", rules.families())
def test_every_rule_set_asks_for_a_fresh_tracker(family: str) -> None:
    fresh = [rule for rule in rules.load(family, TODAY).rules if rule.gate == "freshness"]
    assert [rule.force for rule in fresh] == [Force.MUST], "an old tracker must never give a ready release"


def test_every_gate_is_asked_by_some_rule_set() -> None:
    asked = {rule.gate for family in rules.families() for rule in rules.load(family, TODAY).rules}
    assert asked | {"expression"} == set(gates()), "an expression is asked by a project itself"


FIRST = (
    "VOTE R7 R8 REVIEW ACTIONS DECISIONS V-COMMIT HOLD DCO M2 M4 M5 CONFORMANCE REGRESSIONS NEW-REQUIREMENTS TOOLING FRESH"
    " V8 V11 R1 R2 R3 R4 R5"
).split()
CHECKLIST = "C1 CHECKLIST C2-GROUPS C3 C4 C5-FILE C6-DEV C13-SIGNED C13-COMMIT C14 C15".split()
CHECKED = [*FIRST[:16], *CHECKLIST, *FIRST[16:]]
OWNED = [*CHECKED[:8], "CHECKS", "DCO", "CODEOWNERS", *CHECKED[9:]]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2016-06-01", [], id="the meeting of 1 June 2016"),
        pytest.param("2016-07-24", [], id="the day before"),
        pytest.param("2016-07-25", FIRST, id="the day of the merge"),
        pytest.param("2020-02-03", FIRST, id="before the checklist"),
        pytest.param("2020-02-04", CHECKED, id="with the checklist"),
        pytest.param("2021-11-02", OWNED, id="after PullApprove"),
    ],
)
def test_oci_rules_count_from_the_day_their_text_was_merged(day: str, expected: list[str]) -> None:
    assert ids("oci", day) == expected


def test_before_any_rule_the_answer_is_a_note() -> None:
    found = rules.load("oci", datetime(2016, 6, 1, 18, tzinfo=UTC))
    assert found.rules == ()
    assert (
        found.note == "no rule of OCI specification was in force on 2016-06-01; the first came on 2016-07-25"
    )


def test_the_day_is_counted_in_utc() -> None:
    evening = datetime.fromisoformat("2016-07-24T19:00:00-07:00")  # the 25th in UTC
    assert rules.load("oci", evening).rules != ()


def test_the_milestone_rules_have_their_force_and_their_pinned_text() -> None:
    found = {rule.id: rule for rule in rules.load("oci", TODAY).rules}
    assert (found["R7"].force, found["R8"].force) == (Force.MUST, Force.INFO)
    assert found["R7"].url == (
        "https://github.com/opencontainers/runtime-spec/blob/92249139eea7161e13745abd4cb6d0ea02a3227a/"
        "RELEASES.md#planning-a-release"
    )
    assert found["CONFORMANCE"].url == "", "what nobody wrote down cites nothing"


@pytest.mark.parametrize("day", ["2018-01-01", "2026-06-15"])
def test_every_cited_commit_is_a_tag_that_holds_the_cited_file_and_heading(day: str) -> None:
    tags = {
        line.split()[1]: line.split()[0]
        for line in skip_data("spec/TAGS").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    }
    for rule in rules.load("oci", datetime.fromisoformat(f"{day}T12:00:00+00:00")).rules:
        if rule.url:
            commit, _, place = rule.url.partition("/blob/")[2].partition("/")
            name, _, anchor = place.partition("#")
            text = Path(skip_data(f"spec/{tags[commit]}/{name}")).read_text(encoding="utf-8")
            headings = {
                line.strip("# ").lower().replace(" ", "-") for line in text.splitlines() if line[:1] == "#"
            }
            assert anchor in headings | {""}, rule.id


def test_a_family_that_does_not_exist_is_answered_with_those_that_do() -> None:
    for name in ("oki", "", "../rules/oci", "oci.toml"):
        with pytest.raises(
            BadInput, match=r"there is no rule set .*: known are apache, cncf, oci, oci-project, plain"
        ):
            rules.load(name, TODAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("title = ", "the rule set ours cannot be read", id="no TOML"),
        pytest.param("", "the rule set ours cannot be read ('title')", id="empty"),
        pytest.param('title = "Ours"\n' + ROW, "cannot be read ('written_from')", id="no first day"),
        pytest.param(HEAD, "cannot be read ('rule')", id="no rule"),
        pytest.param(HEAD + "rule = 3", "the rule set ours cannot be read", id="a number for rules"),
        pytest.param(HEAD + "rule = [3]", "the rule set ours cannot be read", id="a number for a rule"),
        pytest.param(
            HEAD.replace("2019-01-01", '"2019"') + ROW,
            "the rule set ours has no day in written_from",
            id="a word",
        ),
        pytest.param(
            HEAD + ROW.replace('text = "It has a date."', "").replace('gate = "due_date"', ""),
            "the rule R1 of ours lacks gate, text: add it",
            id="a rule that is not whole",
        ),
        pytest.param(HEAD + "[[rule]]\n", "the rule ? of ours lacks id, gate", id="a rule without a name"),
        pytest.param(
            HEAD + ROW.replace("MUST", "must"),
            "the rule R1 of ours has the force must: write one of MUST, SHOULD, INFO",
            id="a force that is none",
        ),
        pytest.param(
            HEAD + ROW.replace("2020-01-01", '"2020-01-01"'),
            "R1 of ours has no day in its dates",
            id="a date in quotes",
        ),
        pytest.param(
            HEAD + ROW.replace("2020-01-01", "2020-01-01T00:00:00Z"),
            "R1 of ours has no day in its dates",
            id="a moment",
        ),
        pytest.param(
            HEAD + ROW + 'until = "2021"', "R1 of ours has no day in its dates", id="an end that is none"
        ),
        pytest.param(
            HEAD + ROW + ROW, "ours has the rule R1 twice on 2026-06-15: end one with `until`", id="twice"
        ),
    ],
)
def test_a_broken_rule_set_is_named_with_what_to_mend(text: str, message: str) -> None:
    with pytest.raises(BadInput) as failed:
        rules.read(text, "ours", TODAY)
    assert message in str(failed.value)


@pytest.mark.parametrize(
    ("dates", "day", "is_in_force"),
    [
        pytest.param("", "2019-12-31", False, id="the day before"),
        pytest.param("", "2020-01-01", True, id="the first day"),
        pytest.param("until = 2021-01-01", "2020-12-31", True, id="the last day"),
        pytest.param("until = 2021-01-01", "2021-01-01", False, id="the day it ends"),
    ],
)
def test_a_rule_counts_from_a_day_until_a_day(dates: str, day: str, is_in_force: bool) -> None:
    found = rules.read(HEAD + ROW + dates, "ours", datetime.fromisoformat(f"{day}T00:00:00+00:00"))
    assert (len(found.rules) == 1) is is_in_force
    assert bool(found.note) is not is_in_force


def test_a_rule_is_read_with_all_it_says() -> None:
    text = HEAD + ROW.replace("due_date", "freshness") + "[rule.parameters]\nhours = 3\n"
    (rule,) = rules.read(text, "ours", TODAY).rules
    facts: dict[str, Any] = {"hours": 3}
    assert (rule.id, rule.gate, rule.force, rule.text) == ("R1", "freshness", Force.MUST, "It has a date.")
    assert (rule.source, rule.url) == (
        "RULES.md#dates",
        "https://example.org/ours/blob/abc1234/RULES.md#dates",
    )
    assert rule.parameters == facts


@pytest.mark.parametrize(
    ("gate", "parameters", "message"),
    [
        pytest.param("due_date", 'hours = 3', "R1 of ours has the parameter hours: the gate due_date takes none", id="one it does not take"),
        pytest.param("tooling", 'polcy = "follows"', "has the parameter polcy: the gate tooling takes policy, days, match", id="misspelled"),
        pytest.param("tooling", 'policy = "sometimes"', "has 'sometimes' as policy: write one of in-step, follows", id="another word"),
        pytest.param("spacing", 'days = 0', "has 0 as days: write a whole number of at least 1", id="no days"),
        pytest.param("conformance", 'peers = 1', "has 1 as peers: write true or false", id="a number for a yes"),
        pytest.param("version_file", 'path = ""', "has '' as path: write a text", id="no path"),
        pytest.param("changelog_groups", 'groups = "Additions"', "has 'Additions' as groups: write a list of words", id="a word for a list"),
    ],
)  # fmt: skip
def test_a_rule_s_parameters_are_those_of_its_gate(gate: str, parameters: str, message: str) -> None:
    text = HEAD + ROW.replace("due_date", gate) + f"[rule.parameters]\n{parameters}\n"
    with pytest.raises(BadInput) as failed:
        rules.read(text, "ours", TODAY)
    assert message in str(failed.value)


def test_an_override_s_parameters_are_too() -> None:
    with pytest.raises(BadInput, match="the rule TOOLING of oci has 'never' as policy"):
        rules.load("oci", TODAY, (Override("TOOLING", "we do it so", None, {"policy": "never"}),))
    found = rules.load("oci", TODAY, (Override("CONFORMANCE", "both", None, {"peers": True}),))
    (rule,) = [each for each in found.rules if each.id == "CONFORMANCE"]
    assert (rule.parameters, rule.why) == ({"peers": True}, "both")


def test_a_clause_may_be_asked_of_releases_and_a_project_s_rules_of_that_project_alone() -> None:
    by_id = {rule.id: rule for rule in rules.load("oci", TODAY, (), "runtime-spec").rules}
    assert (by_id["R4"].gate, by_id["R4"].force, by_id["R4"].releases) == (
        "restart",
        Force.SHOULD,
        ("major",),
    )
    image = {rule.id for rule in rules.load("oci", TODAY, (), "image-spec").rules}
    assert {"C2-GROUPS", "C3", "C4"} & image == set(), "image-spec has no ChangeLog"
    assert {"C2-GROUPS", "C3", "C4"} <= set(by_id)
