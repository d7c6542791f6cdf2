"""The history of runtime-spec, replayed: rosters, quorum, gaps, ages of commits and candidates since the last break."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.judgement import readiness, rules, votes
from bot.judgement.changelog import breaks, late
from bot.judgement.counting import share
from bot.judgement.electorate import electorate
from bot.judgement.versions import candidates_of, fold, since_break
from bot.meetings.rosters import read_roster
from bot.model.ballot import Motion, Outcome
from bot.model.clause import Predicate
from bot.model.release import Verdict
from bot.model.repository import Repository, Tagged
from tests.judgement import made
from tests.skips import skip_data


def history() -> tuple[Tagged, ...]:
    rows = skip_data("spec/TAGS").read_text(encoding="utf-8").splitlines()
    return tuple(_tagged(*row.split()) for row in rows if not row.startswith("#"))


def _tagged(tag: str, commit: str, tagged: str, committed: str, written: str) -> Tagged:
    at, committed_at, written_at = (
        datetime.fromisoformat(text).astimezone(UTC) for text in (tagged, committed, written)
    )
    return Tagged(tag, at, commit, committed_at, written_at)


def text_of(tag: str, name: str) -> str:
    return Path(skip_data(f"spec/{tag}/{name}")).read_text(encoding="utf-8")


def changelogs() -> dict[str, str]:
    """By tag; the oldest tags had none yet."""
    spec = skip_data("spec")
    return {
        tag.tag: text_of(tag.tag, "ChangeLog") for tag in history() if (spec / tag.tag / "ChangeLog").exists()
    }


def tagged(name: str) -> Tagged:
    return next(tag for tag in history() if tag.tag == name)


@pytest.mark.parametrize(
    ("tag", "before", "gap", "size", "quorum", "run"),
    [
        ("v1.0.0-rc1", None, None, 9, 6, 1),
        ("v1.0.0-rc2", "v1.0.0-rc1", 102, 9, 6, 2),
        ("v1.0.0-rc3", "v1.0.0-rc2", 90, 9, 6, 3),
        ("v1.0.0-rc4", "v1.0.0-rc3", 54, 9, 6, 4),
        ("v1.0.0-rc5", "v1.0.0-rc4", 30, 9, 6, 1),
        ("v1.0.0-rc6", "v1.0.0-rc5", 124, 8, 6, 1),
        ("v1.0.0", "v1.0.0-rc6", 9, 8, 6, 1),
        ("v1.1.0-rc.1", None, None, 11, 8, 1),
        ("v1.1.0-rc.2", "v1.1.0-rc.1", 75, 11, 8, 2),
        ("v1.1.0-rc.3", "v1.1.0-rc.2", 54, 12, 8, 3),
        ("v1.1.0", "v1.1.0-rc.3", 41, 12, 8, 3),
        ("v1.3.0", None, None, 11, 8, 0),
    ],
)
def test_a_release_of_the_golden_table(
    tag: str, before: str | None, gap: int | None, size: int, quorum: int, run: int
) -> None:
    roster = read_roster(text_of(tag, "MAINTAINERS"))
    assert (len(roster.entries), roster.unread) == (size, ())
    assert share(2, 3, size) == quorum
    if before is not None:
        days = (tagged(tag).tagged_at - tagged(before).tagged_at) / timedelta(days=1)
        assert round(days) == gap
    assert since_break(tag, history(), breaks(changelogs())) == run


@pytest.mark.parametrize(
    ("sizes", "size"),
    [("v0.1.1", 8), ("v0.2.0 v0.3.0 v0.4.0 v0.5.0", 9), ("v1.0.1", 8), ("v1.0.2", 6), ("v1.2.0", 12), ("v1.2.1 v1.3.0", 11)],
)  # fmt: skip
def test_the_other_rosters(sizes: str, size: int) -> None:
    for tag in sizes.split():
        entries = read_roster(text_of(tag, "MAINTAINERS")).entries
        who = electorate([[(entry.name, entry.mail, entry.login) for entry in entries]])
        assert len(who.maintainers) == size, tag
        assert all(who.voter(f"@{entry.login.upper()}") for entry in entries)


@pytest.mark.parametrize(
    ("tag", "by_committer", "by_author"),
    [
        ("v1.0.0-rc1", 1.7, 1.7), ("v1.0.0-rc2", 7.4, 7.9), ("v1.0.0-rc3", 2.0, 7.1), ("v1.0.0-rc4", 7.2, 9.9),
        ("v1.0.0-rc5", 2.2, 2.2), ("v1.0.0-rc6", 0.0, 52.0), ("v1.0.0", 6.6, 6.9), ("v1.0.1", 8.5, 60.3), ("v1.0.2", 2.2, 78.0),
        ("v1.1.0-rc.1", 6.8, 7.6), ("v1.1.0-rc.2", 11.5, 11.5), ("v1.1.0-rc.3", 18.7, 18.7), ("v1.1.0", 23.0, 25.7),
        ("v1.2.0", 18.0, 39.0), ("v1.2.1", 2.0, 2.1), ("v1.3.0", 2.1, 2.1),
    ],
)  # fmt: skip
def test_how_old_a_tagged_commit_was(tag: str, by_committer: float, by_author: float) -> None:
    found = tagged(tag)
    ages = [(found.tagged_at - at) / timedelta(days=1) for at in (found.committed_at, found.written_at) if at]
    assert [round(age, 1) for age in ages] == [by_committer, by_author]


def test_the_breaks_are_those_of_the_table_and_a_merged_section_is_none() -> None:
    found = {each for each in breaks(changelogs()) if each.startswith("1.")}
    assert found == {"1.0.0-rc1", "1.0.0-rc5", "1.0.0-rc6", "1.0.0", "1.1.0-rc.1"}


def test_rc5_had_no_section_of_its_own_when_it_was_tagged() -> None:
    assert "v1.0.0-rc5" in late(changelogs())
    only_its_own = {
        tag: text for tag, text in changelogs().items() if tag <= "v1.0.0-rc5" and tag != "v1.0.0"
    }
    assert since_break("v1.0.0-rc5", history(), breaks(only_its_own)) == 5, (
        "read only then, it shows no break"
    )


def test_v1_0_0_had_one_candidate_of_three_and_a_vote_that_nobody_recorded() -> None:
    at = tagged("v1.0.0").tagged_at
    clauses = rules.load_clauses("oci", at, project="runtime-spec")
    (least,), (restart,) = clauses.of(Predicate.CANDIDATES), clauses.of(Predicate.RESTART)
    assert len(candidates_of("v1.0.0", history())) >= least.number("least")
    assert since_break("v1.0.0", history(), breaks(changelogs())) < least.number("least")
    assert (least.force, restart.force) == ("MUST", "SHOULD")
    entries = read_roster(text_of("v1.0.0", "MAINTAINERS")).entries
    who = electorate([[(entry.name, entry.mail, entry.login) for entry in entries]])
    motion = Motion("runtime-spec", "Tag 02137cd as v1.0.0", at - timedelta(days=7))
    tally = votes.tally(motion, None, who, clauses, at)
    assert (tally.outcome, tally.roster) == (Outcome.UNKNOWN, 8)


@pytest.mark.parametrize(
    ("tag", "has_rules"), [("v0.5.0", False), ("v1.0.0-rc1", False), ("v1.0.0-rc2", True)]
)
def test_the_first_release_under_rules_is_rc2(tag: str, has_rules: bool) -> None:
    assert bool(rules.load_clauses("oci", tagged(tag).tagged_at).clauses) is has_rules


def test_duplicates_are_folded_and_numbers_are_numbers() -> None:
    noon = datetime(2022, 1, 1, 12, tzinfo=UTC)
    names = ["v1.1.0-rc10", "v1.1.0-rc2", "v1.1.0-rc.2", "v1.1.0", "v1.1.0-rc.3", "latest", "v1.1.0-rc3"]
    tags = [Tagged(name, noon + timedelta(minutes=n)) for n, name in enumerate(names)]
    assert [tag.tag for tag in fold(tags)] == ["v1.1.0-rc2", "v1.1.0-rc.3", "v1.1.0-rc10", "v1.1.0"]


def test_a_section_counts_as_it_was_written_last() -> None:
    broke = (
        "Changes with v1.0.0-rc1:\n\n\tBreaking changes:\n\n\t* runtime: one verb less\n\t  for all (#1)\n"
    )
    mended = broke.replace("Breaking changes", "Additions")
    assert breaks({"v1.0.0-rc1": broke}) == {"1.0.0-rc1"}
    assert breaks({"v1.0.0-rc1": broke, "v1.0.0-rc2": mended}) == frozenset()
    assert breaks({"v1.0.0-rc1": mended, "v1.0.0-rc2": broke}) == {"1.0.0-rc1"}


def test_a_final_that_breaks_something_is_the_first_of_a_new_count() -> None:
    noon = datetime(2022, 1, 1, 12, tzinfo=UTC)
    tags = [Tagged(f"v2.0.0-rc{n}", noon + timedelta(days=8 * n)) for n in (1, 2, 3)]
    assert since_break("v2.0.0", tags, ()) == 3
    assert since_break("v2.0.0", tags, ("2.0.0",)) == 1
    assert since_break("v2.0.0", tags, ("2.0.0-rc2",)) == 2


def replayed(version: str, day: str = "", **more: Any) -> dict[str, Verdict]:
    """The verdicts of OCI's rules on a release at the moment of its tag, by what had landed and was written by then."""
    own = tagged(f"v{version}")
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00") if day else own.tagged_at
    landed = fold(tag for tag in history() if tag.tagged_at <= at)
    names = {tag.tag for tag in landed}
    logs = {tag: text for tag, text in changelogs().items() if tag in names}
    read = Repository(
        made.REPO,
        at,
        "main",
        tags=landed,
        files=tuple(made.file("ChangeLog", tag, text) for tag, text in logs.items()),
    )
    given = replace(
        made.evidence(target=made.target(version=version, milestone=None), synced_at=at, repository=read, landed=landed, **more),
        at=at, logs=logs, broken=breaks(logs),
    )  # fmt: skip
    asked = rules.load("oci", at, (), "runtime-spec")
    return {verdict.rule.id: verdict for verdict in readiness.judge(given, asked).verdicts}


def test_the_verdicts_on_v1_0_0() -> None:
    found = replayed("1.0.0")
    said = {
        id_: (found[id_].outcome, found[id_].rule.force, found[id_].reason)
        for id_ in ("R1", "R2", "R3", "R4")
    }
    assert said == {
        "R1": ("PASSED", "MUST", "v1.0.0-rc6 has landed"),
        "R2": ("PASSED", "MUST", "6 of 3 candidates"),
        "R3": ("PASSED", "MUST", "at least 9 days apart"),
        "R4": ("FAILED", "SHOULD", "1 of 3 candidates since the break in 1.0.0"),
    }
    vote = found["VOTE"]
    assert (vote.outcome, vote.rule.force, vote.blocks) == ("UNKNOWN", "MUST", True)
    assert vote.reason.startswith("no ballots are recorded")
    assert not found["R4"].blocks


def test_the_verdicts_on_v1_1_0_know_of_no_new_break() -> None:
    found = replayed("1.1.0")
    assert [found[id_].outcome for id_ in ("R1", "R2", "R3", "R4")] == ["PASSED", *["NOT_APPLICABLE"] * 3]
    assert {each for each in breaks(changelogs()) if each.startswith("1.1.")} == {"1.1.0-rc.1"}
    assert found["C3"].outcome == "PASSED"


@pytest.mark.parametrize(
    ("version", "base", "spacing"),
    [
        ("1.0.0-rc2", "v1.0.0-rc1 has landed", "at least 102 days apart"),
        ("1.0.0-rc5", "v1.0.0-rc4 has landed", "at least 30 days apart"),
        ("1.0.0-rc6", "v1.0.0-rc5 has landed", "at least 30 days apart"),
    ],
)
def test_the_verdicts_on_candidates(version: str, base: str, spacing: str) -> None:
    found = replayed(version)
    assert (found["R1"].reason, found["R3"].reason) == (base, spacing)
    assert found["R2"].outcome == found["R4"].outcome == "NOT_APPLICABLE"


def test_the_verdicts_on_v1_3_0() -> None:
    found = replayed("1.3.0")
    assert (found["C3"].outcome, found["C3"].reason) == ("PASSED", "all 23 entries do")
    assert found["C2-GROUPS"].outcome == "PASSED"
    assert found["R1"].reason == "v1.2.1 has landed"
    assert found["M4"].outcome == "NOT_APPLICABLE"


def test_no_rule_was_in_force_at_rc1() -> None:
    assert replayed("1.0.0-rc1") == {}
