"""The arithmetic of votes at every boundary: all rosters of 1 to 15, against a count on fingers that shares no code with it."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import product

import pytest

from bot.judgement import rules
from bot.judgement.counting import Numbers, count
from bot.model.ballot import About, Kind

TODAY = datetime(2026, 6, 15, tzinfo=UTC)
CLAUSES = {family: rules.load_clauses(family, TODAY) for family in rules.families()}
TWO_THIRDS = Fraction(2, 3)


def every(roster: int) -> list[Numbers]:
    """Every way in which a roster can have voted."""
    numbers = product(range(roster + 1), repeat=3)
    return [Numbers(roster, *each) for each in numbers if sum(each) <= roster]


def oci(n: Numbers, is_exempt: bool) -> bool:
    """As GOVERNANCE.md says it, with fractions and people instead of cross-multiplied numbers."""
    voters = ["L"] * n.in_favour + ["R"] * n.against
    has_quorum = Fraction(len(voters), n.roster) >= TWO_THIRDS
    if has_quorum and Fraction(voters.count("L"), len(voters)) >= TWO_THIRDS:
        return True
    return is_exempt and voters.count("L") >= 3 and "R" not in voters


@pytest.mark.parametrize("roster", range(1, 16))
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("about", [About.RELEASE, About.ROSTER])
def test_oci_at_every_boundary(roster: int, kind: Kind, about: About) -> None:
    is_exempt = kind is Kind.PROJECT and about is About.RELEASE
    for numbers in every(roster):
        found = count(CLAUSES["oci"], numbers, kind, about)
        assert found.carried is oci(numbers, is_exempt), numbers
        assert found.quorum_met is (Fraction(numbers.cast, roster) >= TWO_THIRDS), numbers
        enough = [votes for votes in range(roster + 1) if Fraction(votes, roster) >= TWO_THIRDS]
        assert found.needed == min(enough)


@pytest.mark.parametrize(
    ("family", "carries"),
    [
        pytest.param("cncf", lambda n: Fraction(n.in_favour, n.roster) >= Fraction(66, 100), id="a share of all"),
        pytest.param("apache", lambda n: n.in_favour >= 3 and n.in_favour > n.against, id="three +1"),
        pytest.param("plain", lambda n: n.in_favour >= 2 and n.against == 0, id="two approvals"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("roster", range(1, 16))
def test_the_other_families_at_every_boundary(family: str, carries: object, roster: int) -> None:
    assert callable(carries)
    for numbers in every(roster):
        found = count(CLAUSES[family], numbers, Kind.PROJECT, About.RELEASE)
        assert found.carried is bool(carries(numbers)), numbers


@pytest.mark.parametrize(
    ("roster", "quorum", "passes", "fails"),
    [(6, 4, "3-1", "2-2"), (7, 5, "4-1", "3-2"), (8, 6, "4-2", "3-3"), (9, 6, "4-2", "3-3"), (11, 8, "6-2", "5-3"), (12, 8, "6-2", "5-3")],
)  # fmt: skip
def test_the_boundary_table(roster: int, quorum: int, passes: str, fails: str) -> None:
    for votes, carried in ((passes, True), (fails, False)):
        numbers = Numbers(roster, *map(int, votes.split("-")))
        found = count(CLAUSES["oci"], numbers, Kind.SPEC, About.RELEASE)
        assert (found.needed, found.quorum_met, found.carried) == (quorum, True, carried)


def test_the_sentences_show_the_arithmetic_and_cite_the_clause() -> None:
    found = count(CLAUSES["oci"], Numbers(9, 4, 2, 1), Kind.SPEC, About.RELEASE)
    assert found.sentences == (
        "quorum met: 6 of 9 voted, 6 needed (3 × 6 = 18 ≥ 2 × 9 = 18; V5, GOVERNANCE.md#quorum)",
        "majority reached: 4 of 6 votes cast in favour, 4 needed (3 × 4 = 12 ≥ 2 × 6 = 12; V6, GOVERNANCE.md#voting)",
    )


def test_an_exception_is_named() -> None:
    found = count(CLAUSES["oci"], Numbers(9, 3, 0), Kind.PROJECT, About.RELEASE)
    assert (found.quorum_met, found.carried, found.exception) == (False, True, "V7")
    assert "3 in favour and 0 against are enough for a project motion about a release" in found.sentences[-1]


def test_nobody_s_votes_carry_nothing() -> None:
    for family, clauses in CLAUSES.items():
        assert not count(clauses, Numbers(1, 0, 0), Kind.PROJECT, About.RELEASE).carried, family


def test_a_majority_of_no_votes_at_all_is_none() -> None:
    alone = replace(CLAUSES["oci"], clauses=tuple(each for each in CLAUSES["oci"].clauses if each.id == "V6"))
    assert not count(alone, Numbers(9, 0, 0), Kind.SPEC, About.RELEASE).carried
    assert count(alone, Numbers(9, 1, 0), Kind.SPEC, About.RELEASE).carried
