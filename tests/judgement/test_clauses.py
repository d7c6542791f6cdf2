"""Clauses as data: every family's are whole, dated and cited; a project overrides one only with a reason."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.judgement import rules
from bot.model.clause import Override, Predicate, Size
from bot.model.errors import BadInput
from bot.model.release import Force
from tests.skips import skip_data

TODAY = datetime(2026, 6, 15, 12, tzinfo=UTC)
HEAD = 'title = "Ours"\nrepository = "https://example.org/ours"\nwritten_from = 2019-01-01\n'
ROW = """
[[clause]]
id = "Q"
predicate = "quorum"
force = "MUST"
text = "Half have voted."
source = "RULES.md#quorum"
commit = "abc1234"
in_force_from = 2020-01-01
[clause.parameters]
numerator = 1
denominator = 2
"""
MORE_VOTES = Override("V5", "half of us are away", None, {"numerator": 1, "denominator": 2})


@pytest.mark.parametrize("family", rules.families())
def test_every_family_says_how_votes_are_written_and_what_carries_a_motion(family: str) -> None:
    found = rules.load_clauses(family, TODAY)
    assert found.note == ""
    assert found.one(Predicate.WORDS) is not None
    assert found.one(Predicate.WINDOW) is not None
    assert found.one(Predicate.MAJORITY) or found.one(Predicate.MINIMUM)
    assert all(clause.text and clause.source for clause in found.clauses)


@pytest.mark.parametrize(
    ("day", "count", "note"),
    [
        pytest.param("2016-06-01", 0, "the first came on 2016-07-25", id="the meeting of 1 June 2016"),
        pytest.param("2016-07-24", 0, "no rule of OCI specification was in force on 2016-07-24", id="the day before"),
        pytest.param("2016-07-25", 19, "", id="the day of the merge"),
        pytest.param("2020-02-04", 22, "", id="with the checklist"),
        pytest.param("2023-05-22", 23, "", id="with +dev"),
    ],
)  # fmt: skip
def test_oci_clauses_count_from_the_day_their_text_was_merged(day: str, count: int, note: str) -> None:
    found = rules.load_clauses("oci", datetime.fromisoformat(f"{day}T12:00:00+00:00"), project="runtime-spec")
    assert len(found.clauses) == count
    assert note in found.note


def test_image_spec_has_no_changelog_and_a_step_of_its_own() -> None:
    runtime, image = (
        {clause.id for clause in rules.load_clauses("oci", TODAY, project=name).clauses}
        for name in ("runtime-spec", "image-spec")
    )
    assert runtime - image == {"C2", "C6"}
    assert image - runtime == {"C17"}


def test_what_is_for_major_releases_says_so() -> None:
    found = {clause.id: clause for clause in rules.load_clauses("oci", TODAY).clauses}
    assert found["R2"].releases == (Size.MAJOR,)
    assert (found["R2"].force, found["R4"].force) == (Force.MUST, Force.SHOULD)
    assert found["R2"].number("least") == 3


def test_every_clause_of_oci_cites_a_heading_that_stands_in_the_cited_file() -> None:
    tags = {
        line.split()[1]: line.split()[0]
        for line in skip_data("spec/TAGS").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    }
    cited = [clause for clause in rules.load_clauses("oci", TODAY).clauses if clause.url]
    assert len(cited) > 20
    for clause in cited:
        commit, _, place = clause.url.partition("/blob/")[2].partition("/")
        name, _, anchor = place.partition("#")
        text = Path(skip_data(f"spec/{tags[commit]}/{name}")).read_text(encoding="utf-8")
        headings = {
            line.strip("# ").lower().replace(" ", "-") for line in text.splitlines() if line[:1] == "#"
        }
        assert anchor in headings, clause.id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(ROW.replace('predicate = "quorum"\n', ""), "the rule Q of ours lacks predicate", id="none"),
        pytest.param(ROW.replace('"quorum"', '"quorom"'), "has the predicate quorom: write one of words,", id="unknown"),
        pytest.param(ROW.replace("numerator = 1", "numerator = 0"), "has 0 as numerator: write a whole number of at least 1", id="nothing"),
        pytest.param(ROW.replace("numerator = 1", "numerator = 0.5"), "has 0.5 as numerator", id="a float"),
        pytest.param(ROW.replace("numerator = 1", "numerator = true"), "has True as numerator", id="a yes"),
        pytest.param(ROW.replace("numerator = 1", "numerator = 3"), "asks for more than all", id="three halves"),
        pytest.param(ROW.replace("numerator = 1\n", ""), "lacks the parameter numerator: quorum needs it", id="missing"),
        pytest.param(ROW + "hours = 3\n", "has the parameter hours: quorum takes numerator, denominator", id="another's"),
        pytest.param(ROW.replace("[clause.parameters]", 'releases = ["huge"]\n[clause.parameters]'), "is for releases", id="no size"),
        pytest.param(ROW + ROW, "ours has the rule Q twice on 2026-06-15", id="twice"),
        pytest.param("clause = 3", "the rule set ours cannot be read", id="a number for clauses"),
    ],
)  # fmt: skip
def test_a_broken_clause_is_named_with_what_to_mend(text: str, message: str) -> None:
    with pytest.raises(BadInput) as failed:
        rules.read_clauses(HEAD + text, "ours", TODAY)
    assert message in str(failed.value)


def test_an_override_changes_one_clause_and_keeps_its_reason() -> None:
    before = rules.load_clauses("oci", TODAY)
    after = rules.load_clauses("oci", TODAY, (MORE_VOTES,))
    quorum = after.one(Predicate.QUORUM)
    assert quorum is not None
    assert (quorum.number("numerator"), quorum.number("denominator")) == (1, 2)
    assert quorum.cited == "V5, GOVERNANCE.md#quorum; overridden: half of us are away"
    assert [c for c in before.clauses if c.id != "V5"] == [c for c in after.clauses if c.id != "V5"]


def test_an_override_of_a_rule_keeps_its_reason() -> None:
    relaxed = Override("C1", "we tag by hand", Force.INFO)
    (rule,) = (each for each in rules.load("oci", TODAY, (relaxed,)).rules if each.id == "C1")
    assert rule.force is Force.INFO
    assert rule.why == "we tag by hand"


def test_an_override_of_nothing_is_a_mistake_and_one_of_an_ended_rule_is_none() -> None:
    with pytest.raises(BadInput, match=r"oci has no rule V99 to override: its rules are ACTIONS"):
        rules.load_clauses("oci", TODAY, (Override("V99", "why not"),))
    long_ago = datetime(2016, 6, 1, tzinfo=UTC)
    assert rules.load_clauses("oci", long_ago, (MORE_VOTES,)).clauses == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("extends = 3", "names no rule set", id="no family"),
        pytest.param('extends = "oki"', "there is no rule set oki", id="an unknown family"),
        pytest.param('extends = "oci"\noverride = 3', "no list of [[override]]", id="no list"),
        pytest.param('extends = "oci"\n[[override]]\nid = "V5"', "has no id or no reason", id="no reason"),
        pytest.param('extends = "oci"\n[[override]]\nid = "V5"\nwhy = " "', "has no id or no reason", id="a blank reason"),
        pytest.param('extends = "oci"\n[[override]]\nid = "V5"\nwhy = "x"\nforce = "MAY"', "has the force MAY", id="no force"),
        pytest.param("extends = ", "cannot be read", id="no TOML"),
    ],
)  # fmt: skip
def test_a_project_s_own_file_says_what_is_missing(text: str, message: str) -> None:
    with pytest.raises(BadInput) as failed:
        rules.read_overrides(text, "ours.toml")
    assert message in str(failed.value)


def test_a_project_s_own_file_is_read() -> None:
    text = 'extends = "oci"\n[[override]]\nid = "V8"\nwhy = "a holiday"\n[override.parameters]\nhours = 336\n'
    family, (override,) = rules.read_overrides(text, "ours.toml")
    assert (family, override) == ("oci", Override("V8", "a holiday", None, {"hours": 336}))
