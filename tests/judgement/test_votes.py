"""A motion counted: the window, the last vote, what is held, early closing, concerns, commits, and a person's own tally."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.judgement import checking
from bot.judgement.concerns import Resolution
from bot.judgement.electorate import electorate
from bot.judgement.votes import Said
from bot.model.ballot import About, Early, Kind, Outcome, Vote
from bot.model.clause import Override
from tests.judgement.voting import CLOSES, FINAL, OPENED, after, count, motion, post, posts, roster

ADOPTED, NOT, OPEN, UNKNOWN = Outcome.ADOPTED, Outcome.NOT_ADOPTED, Outcome.OPEN, Outcome.UNKNOWN
OLDER = "01de" * 10


def said(tally: object, text: str) -> bool:
    return any(text in reason for reason in tally.reasons)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ballots", "roster", "outcome"),
    [
        pytest.param("LLLLRR", 9, ADOPTED, id="exactly two thirds of both"),
        pytest.param("LLLRRR", 9, NOT, id="quorum without majority"),
        pytest.param("LLLLLA", 9, NOT, id="an abstention is not a vote"),
        pytest.param("LLLLL", 9, NOT, id="no quorum"),
        pytest.param("", 9, NOT, id="nobody posted"),
        pytest.param("-" * 9, 9, NOT, id="nobody voted"),
        pytest.param("LLLLLLLLL", 11, ADOPTED, id="v1.3.0's nine of eleven"),
        pytest.param("L", 1, ADOPTED, id="one maintainer"),
        pytest.param("R", 1, NOT, id="one maintainer against"),
    ],
)
def test_oci_s_rule(ballots: str, roster: int, outcome: Outcome) -> None:
    assert count(ballots, roster).outcome is outcome


def test_a_tally_has_its_numbers_and_its_line() -> None:
    found = count("LLLLLL A")
    assert (found.roster, found.lgtm, found.reject, found.abstain, found.silent) == (9, 6, 0, 1, 2)
    assert (found.quorum_needed, found.quorum_met, found.adopted, found.early) == (6, True, True, False)
    assert found.tally_line == "[runtime-spec adopted]: Tag f1a1f1a as 1.3.0 (+6 -0 #3)"
    assert said(
        found, "the # of the tally line counts everybody who did not vote: 1 abstained, 2 silent (V15,"
    )
    assert [ballot.by for ballot in found.ballots] == ["m1", "m2", "m3", "m4", "m5", "m6", "m8"]
    assert found.silent_names == ("m7", "m9")


def test_only_a_decided_motion_has_a_tally_line() -> None:
    assert count("LLLLLL", hours=100).tally_line == ""
    assert count("LLLLL?").tally_line == ""
    assert count("RRRRRR").tally_line.startswith("[runtime-spec rejected]:")


@pytest.mark.parametrize(
    ("texts", "vote", "history"),
    [
        pytest.param(["LGTM", "REJECT #1"], Vote.REJECT, [Vote.LGTM], id="a change of mind"),
        pytest.param(["REJECT #1", "LGTM", "LGTM"], Vote.LGTM, [Vote.REJECT, Vote.LGTM], id="every vote is kept"),
        pytest.param(["LGTM", "ABSTAIN"], Vote.ABSTAIN, [Vote.LGTM], id="a vote taken back"),
        pytest.param(["LGTM", "I read it again."], Vote.LGTM, [], id="a later remark"),
    ],
)  # fmt: skip
def test_the_last_vote_counts(texts: list[str], vote: Vote, history: list[Vote]) -> None:
    (ballot,) = count([post(1, text, hours) for hours, text in enumerate(texts, 1)]).ballots
    assert (ballot.last.vote, [cast.vote for cast in ballot.history]) == (vote, history)


@pytest.mark.parametrize(
    ("hours", "counts"),
    [
        pytest.param(-0.01, False, id="just before the opening"),
        pytest.param(0, True, id="at the opening"),
        pytest.param(168, True, id="at the closing"),
        pytest.param(168.01, False, id="just after it"),
    ],
)
def test_only_votes_within_the_window_count(hours: float, counts: bool) -> None:
    found = count([*posts("LLLLL"), post(6, "L", hours)])
    assert found.adopted is counts
    assert said(found, "not counted") is not counts


def test_a_late_change_of_mind_changes_nothing() -> None:
    assert count([*posts("LLLLLL"), post(1, "A", 169)]).adopted
    assert not count([*posts("LLLLLL"), post(1, "A", 168)]).adopted


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [(1, OPEN), (167.99, OPEN), (168, ADOPTED), (2000, ADOPTED)],
)
def test_a_motion_is_open_until_its_window_ends(hours: float, outcome: Outcome) -> None:
    assert count([post(n, "L", 0.5) for n in range(1, 7)], hours=hours).outcome is outcome


def test_a_motion_without_an_end_is_open_as_long_as_the_rules_ask() -> None:
    assert count("LLLLLL", motion=motion(closes_at=None), hours=167).outcome is OPEN
    assert count("LLLLLL", motion=motion(closes_at=None), hours=168).outcome is ADOPTED
    assert count("LLL", family="apache", motion=motion(closes_at=None), hours=71).outcome is OPEN


def test_a_short_window_is_said_and_decides_nothing() -> None:
    found = count("LLLLLL", motion=motion(closes_at=after(48)))
    assert found.adopted
    assert said(found, "the window is 48 hours; 168 are asked for (SHOULD, V8, GOVERNANCE.md#voting)")
    assert not said(count("LLLLLL"), "the window is")


@pytest.mark.parametrize(
    ("ballots", "may", "outcome"),
    [
        pytest.param("LLLLLL", True, ADOPTED, id="quorum and unanimous"),
        pytest.param("LLLLLLR", False, OPEN, id="one against"),
        pytest.param("LLLLL", False, OPEN, id="no quorum"),
        pytest.param("LLLLLL?", True, ADOPTED, id="a held LGTM changes nothing"),
    ],
)
def test_only_a_person_closes_early_and_only_a_unanimous_quorum(
    ballots: str, may: bool, outcome: Outcome
) -> None:
    given = [replace(each, at=after(1)) for each in posts(ballots)]
    alone = count(given, hours=24)
    assert (alone.outcome, alone.early) == (OPEN, may)
    asked = count(given, hours=24, said=Said(Early("m1", "a security fix")))
    assert asked.outcome is outcome
    assert said(asked, "adopted early by m1: a security fix (V9," if may else "it cannot be adopted early")


def test_a_held_reject_keeps_a_motion_open_that_somebody_wants_to_close_early() -> None:
    given = [*(post(n, "L", 1) for n in range(1, 7)), post(7, "I may REJECT this", 2)]
    assert count(given, hours=24, said=Said(Early("m1", "haste"))).outcome is OPEN


def test_the_exception_for_projects_is_no_early_closing() -> None:
    found = count("LLL", motion=motion(kind=Kind.PROJECT), hours=24, said=Said(Early("m1", "haste")))
    assert (found.outcome, found.early) == (OPEN, False)


@pytest.mark.parametrize(
    ("kind", "about", "ballots", "outcome"),
    [
        pytest.param(Kind.PROJECT, About.RELEASE, "LLL", ADOPTED, id="a release of a project"),
        pytest.param(Kind.PROJECT, About.RELEASE, "LL", NOT, id="two are too few"),
        pytest.param(Kind.PROJECT, About.RELEASE, "LLLR", NOT, id="one against"),
        pytest.param(Kind.SPEC, About.RELEASE, "LLL", NOT, id="never for a specification"),
        pytest.param(Kind.PROJECT, About.ROSTER, "LLL", NOT, id="never for who is a maintainer"),
    ],
)
def test_three_votes_release_a_project_and_nothing_else(
    kind: Kind, about: About, ballots: str, outcome: Outcome
) -> None:
    assert count(ballots, motion=motion(kind=kind, about=about)).outcome is outcome


def test_a_held_remark_makes_unknown_only_what_it_could_change() -> None:
    decisive = count("LLLLL?")
    assert (decisive.outcome, decisive.lgtm) == (UNKNOWN, 5)
    assert said(decisive, "a remark of m6 may mean LGTM and is not counted: it sets a condition; please ask")
    assert count("LLLLLL?").outcome is ADOPTED
    assert count("LLL?").outcome is NOT


def test_a_later_vote_settles_what_was_held() -> None:
    found = count([*posts("LLLLL?"), post(6, "LGTM", 20)])
    assert (found.outcome, found.held) == (ADOPTED, ())


def test_a_held_remark_does_not_take_a_vote_back() -> None:
    found = count([*posts("LLLLLL"), post(6, "LGTM once CI passes", 20)])
    assert (found.outcome, found.lgtm) == (ADOPTED, 6)
    assert count([*posts("LLLLLL"), post(6, "I think I ABSTAIN here", 20)]).outcome is UNKNOWN


def test_a_remark_that_repeats_a_vote_asks_nobody_anything() -> None:
    given = [*(post(n, "L", 1) for n in range(1, 41)), *(post(n, "?", 2) for n in range(1, 41))]
    found = count(given, 40)
    assert (found.outcome, len(found.held)) == (ADOPTED, 40)
    assert not said(found, "may mean")


def test_of_many_held_remarks_the_newest_is_shown() -> None:
    found = count(
        [*posts("LLLLL"), *(post(6, "?", hours, url=f"https://x.example/{hours}") for hours in (6, 7, 8))]
    )
    assert [reason for reason in found.reasons if "may mean" in reason] == [
        "a remark of m6 may mean LGTM and is not counted: it sets a condition; please ask (https://x.example/8); 2 more like it"
    ]


def test_too_much_that_is_held_is_unknown() -> None:
    assert count([post(n, "?", 1) for n in range(1, 32)], 99).outcome is UNKNOWN
    assert count([post(n, "?", 1) for n in range(1, 31)], 99).outcome is NOT


def test_two_votes_at_one_time_are_held() -> None:
    found = count([*posts("LLLLL"), post(6, "LGTM", 6), post(6, "REJECT #1", 6)])
    assert (found.outcome, found.lgtm, found.reject) == (UNKNOWN, 5, 0)
    assert said(found, "two different votes were posted at the same time")


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        pytest.param({"edited_at": after(20)}, ADOPTED, id="edited within the window"),
        pytest.param({"edited_at": after(169)}, UNKNOWN, id="edited after it, words before unknown"),
        pytest.param({"edited_at": after(169), "earlier": ((after(6), "LGTM"),)}, ADOPTED, id="edited after it, words known"),
        pytest.param({"edited_at": after(20), "earlier": ((after(6), "I read it."),)}, ADOPTED, id="a remark made a vote"),
        pytest.param({"edited_at": after(169), "earlier": ((after(6), "I read it."),)}, NOT, id="a remark made a vote too late"),
    ],
)  # fmt: skip
def test_an_edit_counts_from_its_own_time(change: dict[str, object], outcome: Outcome) -> None:
    assert count([*posts("LLLLL"), post(6, "L", 6, **change)]).outcome is outcome


def test_an_edit_that_keeps_its_vote_does_not_come_last() -> None:
    typo = post(6, "LGTM, thanks", 6, edited_at=after(30), earlier=((after(6), "LGTM, thnaks"),))
    assert count([*posts("LLLLL"), typo, post(6, "R", 20)]).reject == 1
    changed = post(6, "LGTM", 6, edited_at=after(30), earlier=((after(6), "ABSTAIN"),))
    assert count([*posts("LLLLL"), changed, post(6, "R", 20)]).lgtm == 6


def test_an_edit_of_unknown_words_behind_another_vote_is_held() -> None:
    found = count([*posts("LLLLL"), post(6, "A", 6, edited_at=after(30)), post(6, "L", 20)])
    assert (found.outcome, found.lgtm) == (UNKNOWN, 6)
    assert said(found, "it was edited after a later vote of the same person")


def test_who_is_not_on_the_roster_is_heard_and_not_counted() -> None:
    given = [
        *posts("LLLLL"),
        post("guest", "L", 3),
        post("Guest <g@example.net>", "R", 4),
        post("x@example.net", "L", 5),
    ]
    found = count(given)
    assert (found.outcome, found.lgtm, found.reject) == (NOT, 5, 0)
    assert said(found, "also heard, and welcome, from outside the roster: Guest, guest, somebody by mail")
    assert not said(found, "@example.net")


def test_a_vote_under_a_maintainer_s_name_from_elsewhere_is_told_and_not_counted() -> None:
    who = electorate([[("Ada Byron", "ada@example.org", "ada")]])
    found = count([post("Ada Byron <new@example.net>", "L")], who=who)
    assert (found.outcome, found.lgtm) == (NOT, 0)
    assert said(found, "a vote under the name of ada came from an address or name the roster does not have")


def test_a_reject_without_concerns_is_counted_and_asked_about() -> None:
    found = count([*posts("LLLLLL"), post(7, "REJECT", 7)])
    assert (found.reject, found.outcome) == (1, ADOPTED)
    assert said(
        found, "m7's REJECT is counted; its concerns, or a link to them, would help to resolve it (V10,"
    )
    assert not said(count([*posts("LLLLLL"), post(7, "R", 7)]), "would help")


def test_a_concern_is_open_until_its_vote_changes_or_a_person_says_how_it_was_met() -> None:
    given = [post(1, "REJECT: hangs, see #7", 1, url="https://x.example/1"), post(2, "R", 2), post(2, "L", 3)]
    first, second = count(given).concerns
    assert (first.by, first.links, first.is_open) == ("m1", ("#7",), True)
    assert (second.by, second.resolved_at, second.how) == ("m2", after(3), "m2 now says LGTM")
    met = Said(resolutions=(Resolution("M1", "m2", after(9), "fixed by #8", "https://x.example/1"),))
    resolved = count(given, said=met)
    assert (resolved.concerns[0].how, resolved.reject) == ("fixed by #8 (m2)", 1), "the vote itself stands"
    early = Said(resolutions=(Resolution("m1", "m2", after(0.5), "before it was raised"),))
    assert count(given, said=early).concerns[0].is_open


@pytest.mark.parametrize(
    ("commit", "same", "is_other", "sentence"),
    [
        pytest.param(FINAL, None, False, "", id="the commit itself"),
        pytest.param(FINAL[:7], None, False, "", id="its short name"),
        pytest.param("", None, False, "", id="no commit is known"),
        pytest.param(FINAL[:4], None, False, "whether the change is the same was not compared", id="too short a name"),
        pytest.param(OLDER, True, False, "", id="a plain rebase"),
        pytest.param(OLDER, False, True, "1 of 6 votes was given on another change than f1a1f1a1f1a1", id="another change"),
        pytest.param(OLDER, None, False, "whether the change is the same was not compared", id="not compared"),
    ],
)  # fmt: skip
def test_a_vote_is_on_another_commit_only_when_the_changes_differ(
    commit: str, same: bool | None, is_other: bool, sentence: str
) -> None:
    given = [*posts("LLLLL"), post(6, "L", 6, commit=commit)]
    found = count(given, same_change=lambda voted, final: same)
    assert [ballot.on_other_commit for ballot in found.ballots] == [False] * 5 + [is_other]
    assert found.outcome is ADOPTED, "it is flagged, and counts"
    assert said(found, sentence)
    assert bool(sentence) is (said(found, "another commit") or said(found, "another change"))


def test_two_maintainers_propose_a_motion() -> None:
    assert said(count("LLLLLL"), "no co-sponsor is recorded (SHOULD, V1,")
    assert said(count("L", motion=motion(proposer="m1", cosponsor="m1")), "are not two maintainers")
    assert said(count("L", motion=motion(proposer="m1", cosponsor="guest")), "are not two maintainers")
    assert not said(count("L", motion=motion(proposer="m1", cosponsor="@M2")), "sponsor")


def test_before_any_rule_the_answer_is_that_there_was_none() -> None:
    early = motion(opened_at=OPENED.replace(year=2016, month=6, day=1), closes_at=None)
    found = count("LLLLLL", motion=early)
    assert (found.outcome, found.quorum_needed, found.quorum_met) == (UNKNOWN, None, False)
    assert found.reasons == (
        "no rule of OCI specification was in force on 2016-06-01; the first came on 2016-07-25",
    )


def test_without_ballots_nothing_is_known() -> None:
    found = count(None)
    assert (found.outcome, found.reasons) == (UNKNOWN, ("no ballots are recorded for this motion",))


def test_the_governance_is_amended_by_all_projects_together() -> None:
    about = motion(about=About.GOVERNANCE)
    assert count("LLLLLL", motion=about).outcome is UNKNOWN
    assert said(count("LLLLLL", motion=about), "give every roster (V13,")
    both = electorate(
        [[(f"M {n}", "", f"m{n}") for n in range(1, 7)], [(f"M {n}", "", f"m{n}") for n in range(4, 10)]]
    )
    assert count("LLLLLL", motion=about, who=both).outcome is ADOPTED
    assert count("LLLLL", motion=about, who=both).outcome is NOT


def test_in_a_plain_project_nobody_approves_their_own_proposal() -> None:
    own = motion(proposer="m1")
    assert count("LL", family="plain", motion=own).outcome is NOT
    assert count("LLL", family="plain", motion=own).outcome is ADOPTED
    assert said(
        count("LL", family="plain", motion=own), "the proposer's own vote is not counted (OWN, custom)"
    )


def test_an_override_is_counted_by_and_cited() -> None:
    half = Override("V5", "half of us are away", None, {"numerator": 1, "denominator": 2})
    found = count("LLLLL", overrides=(half,))
    assert found.outcome is ADOPTED
    assert said(found, "overridden: half of us are away")


@pytest.mark.parametrize(
    ("line", "differences"),
    [
        pytest.param("[runtime-spec adopted]: Tag f1a1f1a as 1.3.0 (+6 -0 #3)", [], id="the same"),
        pytest.param("[runtime-spec adopted] Tag f1a1f1a as 1.3.0 (+6 -0 #1)", [], id="only ABSTAINs behind the #"),
        pytest.param("[runtime-spec adopted]: Tag f1a1f1a as 1.3.0 (+7 -0 #2)", ["it has 7 in favour, the count 6", "it has #2; 1 abstained and 2 were silent"], id="one too many"),
        pytest.param("[runtime-spec rejected]: Tag f1a1f1a as 1.3.0 (+6 -1 #3)", ["it says rejected, the count says adopted", "it has 1 against, the count 0"], id="the other way"),
        pytest.param("[image-spec adopted]: Tag it (+6 -0 #3)", ["it names the project image-spec, the motion runtime-spec", "it names the motion 'Tag it', the ballots 'Tag f1a1f1a as 1.3.0'"], id="another vote"),
        pytest.param("adopted, thanks!", ["it is no tally line such as [project adopted]: motion (+6 -0 #3)"], id="no tally"),
    ],
)  # fmt: skip
def test_a_person_s_tally_is_compared_and_the_difference_named(line: str, differences: list[str]) -> None:
    assert list(checking.differences(line, count("LLLLLL A"))) == differences


def test_a_tally_posted_while_the_vote_runs_is_named() -> None:
    running = count("LLLLLL A", hours=100)
    line = "[runtime-spec adopted]: Tag f1a1f1a as 1.3.0 (+6 -0 #3)"
    assert checking.differences(line, running) == ("it says adopted, the count says open",)


def test_a_week_is_a_week_across_a_change_of_clocks() -> None:
    assert timedelta(days=7) == CLOSES - OPENED
    assert roster(3).voter("M3@example.org") is not None
