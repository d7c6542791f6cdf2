"""What a post says of a motion: written votes, remarks that a person has to judge, and everything that is neither."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judgement.ballots import NOTHING, Words, gives_concerns, links, read
from bot.model.ballot import Vote

L, R, A = Vote.LGTM, Vote.REJECT, Vote.ABSTAIN
APACHE = Words.of(("+1",), ("-1",), ("0", "+0", "-0"))


@pytest.mark.parametrize(
    ("text", "vote"),
    [
        pytest.param("LGTM", L, id="the word"),
        pytest.param("lgtm", L, id="lower case"),
        pytest.param("REJECT", R, id="reject"),
        pytest.param("Abstain.", A, id="abstain, with a full stop"),
        pytest.param("LGTM 🚀", L, id="with a rocket"),
        pytest.param("...but it's good enough; LGTM", L, id="at the line's end"),
        pytest.param("sorry, thought I LGTM'd already ... LGTM", L, id="an apology and a vote"),
        pytest.param("Read it all again.\n\nLGTM\n\nThanks everybody!", L, id="on a line of its own"),
        pytest.param("**LGTM**", L, id="bold"),
        pytest.param("- LGTM", L, id="a list item"),
        pytest.param("- [x] LGTM", L, id="a ticked box"),
        pytest.param("Yes! LGTM!!!", L, id="with joy"),
        pytest.param("LGTM, thanks", L, id="with thanks"),
        pytest.param("LGTM\nand again: LGTM", L, id="twice the same"),
        pytest.param("> REJECT\n\nLGTM", L, id="a quoted vote answered"),
        pytest.param("On Tue, 3 Nov 2015, a person wrote:\n> please vote\n\nLGTM", L, id="below a quotation"),
        pytest.param("LGTM\n\n-- \nREJECT is my middle name", L, id="above a signature"),
        pytest.param("LGTM\n\n----- Original Message -----\nREJECT", L, id="above a forwarded mail"),
        pytest.param("REJECT: hooks break when the cwd is gone\n- see #12", R, id="reasons may say when"),
        pytest.param("REJECT\n\nif PATH is unset, it hangs: #7", R, id="reasons below may say if"),
        pytest.param("LGTM\r\n", L, id="lines of a mail"),
    ],
)  # fmt: skip
def test_a_written_vote(text: str, vote: Vote) -> None:
    assert read(text).vote is vote


@pytest.mark.parametrize(
    ("text", "may_be", "why"),
    [
        pytest.param("LGTM once CI passes", [L], "it sets a condition", id="once"),
        pytest.param("lgtm (with or without the freebsd pr)", [L], "it sets a condition", id="with or without"),
        pytest.param("If #12 lands: LGTM", [L], "it sets a condition", id="if, in front"),
        pytest.param("LGTM, but the typo must go", [L], "it sets a condition", id="but"),
        pytest.param("LGTM\n\nprovided that the tests pass", [L], "it sets a condition", id="a condition below"),
        pytest.param("LGTM\nLGTM once CI passes", [L], "it sets a condition", id="a vote and a condition"),
        pytest.param("LGTM (non-binding)", [L], "it sets a condition", id="said not to bind"),
        pytest.param("REJECT unless #4 is fixed", [R], "it sets a condition", id="a conditional reject"),
        pytest.param("LGTM?", [L], "it is a question", id="a question"),
        pytest.param("do we all LGTM?", [L], "it is a question", id="a question at the end"),
        pytest.param("not LGTM", [L], "it may say that it is no vote", id="not"),
        pytest.param("I'd not REJECT", [R], "it may say that it is no vote", id="not reject"),
        pytest.param("I will not LGTM this", [L], "the word stands amid a sentence", id="amid a sentence"),
        pytest.param("I REJECT this", [R], "the word stands amid a sentence", id="a reject amid a sentence"),
        pytest.param("Thanks for the LGTM", [L], "the word stands amid a sentence", id="somebody else's"),
        pytest.param("LGTM\nREJECT", [L, R], "it says two different votes", id="two votes"),
        pytest.param("LGTM for 1.0, REJECT for 1.1", [L, R], "it says two different votes", id="two in a line"),
    ],
)  # fmt: skip
def test_what_is_held_for_a_person(text: str, may_be: list[Vote], why: str) -> None:
    found = read(text)
    assert (found.vote, list(found.may_be), found.why) == (None, may_be, why)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("Looks good to me", id="no written form"),
        pytest.param("> LGTM", id="quoted"),
        pytest.param("jd> LGTM", id="quoted by initials"),
        pytest.param("> > REJECT\n>\n> because", id="quoted twice"),
        pytest.param("<blockquote>\nLGTM\n</blockquote>", id="quoted in HTML"),
        pytest.param("`LGTM`", id="code"),
        pytest.param("``a ` LGTM``", id="code with a tick in it"),
        pytest.param("```\nLGTM\n```", id="a fence"),
        pytest.param("~~~ text\nLGTM\n```\nLGTM\n~~~", id="a fence of tildes"),
        pytest.param("```\nLGTM", id="a fence never closed"),
        pytest.param("Look:\n\n    LGTM", id="an indented block"),
        pytest.param("~~LGTM~~", id="struck out"),
        pytest.param("<!-- LGTM -->", id="a comment"),
        pytest.param("<!-- LGTM", id="a comment never closed"),
        pytest.param("- [ ] LGTM", id="an empty box"),
        pytest.param("I LGTM'd it last week", id="in the past"),
        pytest.param("so far 3 LGTMs", id="a plural"),
        pytest.param("/lgtm", id="a command to another bot"),
        pytest.param("see docs/LGTM", id="a path"),
        pytest.param("Please respond LGTM or REJECT (with reasoning).", id="the invitation"),
        pytest.param("LGTM/REJECT?", id="both, to choose from"),
        pytest.param("the auto-reject filter", id="part of a word"),
        pytest.param("lgtm.example.org is down", id="a host"),
        pytest.param("ſ LGTⅯ", id="letters that look alike"),
        pytest.param("+1", id="another family's form"),
        pytest.param("-- \nLGTM", id="a signature"),
    ],
)
def test_a_remark_is_no_vote(text: str) -> None:
    assert read(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "vote"),
    [
        pytest.param("+1", L, id="plus"),
        pytest.param("+1 (binding)", L, id="binding"),
        pytest.param("-1: the licence is missing", R, id="minus with a reason"),
        pytest.param("+0", A, id="plus nought"),
        pytest.param("0", A, id="nought"),
        pytest.param("my vote: +1", L, id="at the end"),
        pytest.param("+1.5 degrees", None, id="a number"),
        pytest.param("+10", None, id="ten"),
        pytest.param("C++1", None, id="in a word"),
        pytest.param("[ ] +1 release it\n[ ] -1 do not, because ...", None, id="the legend"),
        pytest.param("+1 (non-binding)", None, id="held"),
        pytest.param("LGTM", None, id="OCI's form"),
    ],
)
def test_a_family_with_plus_and_minus(text: str, vote: Vote | None) -> None:
    assert read(text, APACHE).vote is vote


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        pytest.param("REJECT", False, id="the word alone"),
        pytest.param("REJECT!", False, id="loud"),
        pytest.param("REJECT sorry", False, id="one more word"),
        pytest.param("REJECT\n\n> it hangs when PATH is unset", False, id="others' words"),
        pytest.param("REJECT #12", True, id="an issue"),
        pytest.param("REJECT https://example.org/why", True, id="a link"),
        pytest.param("REJECT\n- hangs", True, id="a list"),
        pytest.param("REJECT: it hangs when PATH is unset", True, id="words"),
    ],
)
def test_whether_a_reject_gives_its_concerns(text: str, gives: bool) -> None:
    assert gives_concerns(text) is gives


def test_links_are_those_of_the_author_s_own_words() -> None:
    text = "REJECT #12 and opencontainers/image-spec#3\n> #99\n`#98` https://example.org/a #12"
    assert links(text) == ("#12", "opencontainers/image-spec#3", "https://example.org/a")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("`" * 99_999, id="ticks"),
        pytest.param("`a``b```c" * 11_000, id="ticks of all lengths"),
        pytest.param("~~a" * 33_000, id="tildes"),
        pytest.param("<s" * 49_000, id="tags"),
        pytest.param("<!--" * 24_000, id="comments"),
        pytest.param("LGTM " * 19_000, id="votes"),
        pytest.param("LGTM\n" * 19_000, id="lines of votes"),
        pytest.param("once LGTM or\n" * 7_000, id="conditions"),
        pytest.param("#" * 99_999, id="headings"),
        pytest.param("- " * 49_000 + "LGTM", id="lists"),
        pytest.param("*_" * 49_000 + "LGTM", id="emphasis"),
        pytest.param("On " + "wrote " * 16_000, id="attributions"),
        pytest.param("https://" * 12_000, id="links"),
        pytest.param("." * 99_990 + "LGTM", id="dots"),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    read(text)
    gives_concerns(text)
    assert time.process_time() - began < 3


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_only_a_written_form_is_a_vote(text: str) -> None:
    found = read(text)
    assert found.vote is None or found.vote.value in text.upper()
    assert not (found.vote and found.may_be)
    assert bool(found.may_be) is bool(found.why)


@given(st.text(alphabet=st.characters(exclude_characters="\r\n\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e")))
@settings(max_examples=200, deadline=None)
def test_nothing_quoted_is_ever_a_vote(text: str) -> None:
    assert read(f"> LGTM {text}\n> REJECT") == NOTHING
    assert read("```\nLGTM " + text.replace("`", "") + "\n```") == NOTHING
