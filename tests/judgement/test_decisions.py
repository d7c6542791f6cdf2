"""What the words of a decision ask of the tracker, and which words are not guessed at."""

import time

import pytest

from bot.judgement.decisions import Reading, read, same_title
from tests.judgement.made import NOON, REPO, said

TITLES = ("1.0.0", "1.0.1", "v1.1.0", "1.0.0-rc", "Backlog", "Backlog 2", "v2.0.0-rc.1")


def reading(text: str) -> Reading:
    return read(said(text, NOON).item, REPO, TITLES)


def in_words(found: Reading) -> str:
    asked = [
        f"{asked.act} {asked.title + ' ' if asked.title else ''}{','.join(map(str, asked.numbers))}"
        for asked in found.asked
    ]
    return "; ".join(asked + ([found.unclear] if found.unclear else []) + (["open"] if found.is_open else []))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        # into and out of milestones
        pytest.param("Move #299 out of 1.0", "out 1.0 299", id="the decision of 1 June 2016"),
        pytest.param("Move #299 out of 1.0.", "out 1.0 299", id="a full stop ends no version"),
        pytest.param("move #1, #2 and #3 out of v1.1.0", "out v1.1.0 1,2,3", id="several issues"),
        pytest.param("#1 and #2 move to 1.1", "into 1.1 1,2", id="the issues first"),
        pytest.param("#1 to be moved out of the 1.0.1 milestone", "out 1.0.1 1", id="in the passive"),
        pytest.param("punt #1 past 1.0", "out 1.0 1", id="past"),
        pytest.param("defer #1 until after 1.0", "out 1.0 1", id="after a version is no condition"),
        pytest.param("postpone #1 to post-1.0", "out 1.0 1", id="post"),
        pytest.param(
            "push #1 from 1.0.0 to 1.0.1", "out 1.0.0 1; into 1.0.1 1", id="out of one and into another"
        ),
        pytest.param("remove #1 from milestone 1.0", "out 1.0 1", id="milestone before its title"),
        pytest.param("move #1 to the backlog", "into backlog 1", id="a milestone without a version"),
        pytest.param("move #1 out of 1.0.0-rc", "out 1.0.0-rc 1", id="the candidates' milestone"),
        pytest.param("move #1 to backlog 2", "into backlog 2 1", id="the longer of two titles"),
        pytest.param("MOVE #1 OUT OF 1.0", "out 1.0 1", id="out of, in capital letters"),
        pytest.param("keep #1 in 1.0", "into 1.0 1", id="keep"),
        pytest.param("#1 is not urgent, move it out of 1.0", "out 1.0 1", id="it"),
        pytest.param("#1 and #2 can wait: move them to 1.1", "into 1.1 1,2", id="them"),
        pytest.param(
            "move pull request #1 into 1.1 because #2 is not ready", "into 1.1 1", id="a reason is no object"
        ),
        # closing and merging
        pytest.param("Close #1", "close 1", id="close"),
        pytest.param("#1: close", "close 1", id="close behind a colon"),
        pytest.param("CLOSE PULL REQUEST #1 AND #2", "close 1,2", id="in capital letters"),
        pytest.param("#1 IS TO BE CLOSED", "close 1", id="in capital letters, the issue first"),
        pytest.param("#1 WAITS, MOVE IT TO BACKLOG", "into BACKLOG 1", id="it, in capital letters"),
        pytest.param("#1 AND #2 WAIT, MOVE BOTH TO 1.1", "into 1.1 1,2", id="both, in capital letters"),
        pytest.param(
            "CLOSE #2 AND #1 IS FINE",
            "which issue it means is not clear",
            id="a new sentence in capital letters",
        ),
        pytest.param("close #1 in favour of #2", "close 1", id="in favour of another"),
        pytest.param(
            "#1 is closed, #2 merged", "which issue it means is not clear", id="two verbs, one sentence"
        ),
        pytest.param("merge #1 and close #2", "merge 1; close 2", id="two clauses"),
        pytest.param("land #1; move #2 to 1.1", "merge 1; into 1.1 2", id="two sentences"),
        pytest.param("close spec#1 and quay/spec#2", "close 1,2", id="with the repository's name"),
        pytest.param(
            "close #1 and other#2", "which issue it means is not clear", id="one of ours and one of another"
        ),
        pytest.param("close other#1", "which issue it means is not clear", id="another repository's issue"),
        # conditions
        pytest.param("Merge #40 once it has two approvals", "merge 40; open", id="a condition behind"),
        pytest.param("After #2 is merged, close #1", "close 1; open", id="a condition in front"),
        pytest.param("close #1 if nobody objects", "close 1; open", id="if"),
        pytest.param("merge #1 before 1.0", "merge 1; open", id="a term"),
        pytest.param("maybe close #1", "close 1; open", id="not quite decided"),
        # what is not guessed
        pytest.param("do not close #1", "it says what is not to be done", id="a negation"),
        pytest.param("#1 won't be merged", "it says what is not to be done", id="a short negation"),
        pytest.param(
            "#1 is fine as it is", "it names no move, closing or merge", id="about the matter itself"
        ),
        pytest.param("drop #1", "which milestone it means is not clear", id="a move to nowhere"),
        pytest.param("defer #1", "which milestone it means is not clear", id="a move to no milestone"),
        pytest.param(
            "move #1 to 1.0.1 and #2 to 1.1.0",
            "which issue it means is not clear",
            id="two moves with one verb",
        ),
        pytest.param("move #1 to 1.0.1 or 1.1.0", "into 1.0.1 1; open", id="a choice leaves it open"),
        pytest.param("#1 should close #2", "which issue it means is not clear", id="issues on both sides"),
        pytest.param(
            "#1 should add a note for 1.0",
            "which issue it means is not clear",
            id="work on the text, not on the issue",
        ),
        pytest.param(
            "drop support for 1.0 in #1", "which issue it means is not clear", id="something else is dropped"
        ),
        pytest.param(
            "close the gap of #1", "which issue it means is not clear", id="something else is closed"
        ),
        pytest.param("we are close to done with #1", "which issue it means is not clear", id="close to"),
        pytest.param("move it to 1.1, see #1 and #2", "which issue it means is not clear", id="it, of two"),
        pytest.param("close #1 ".ljust(1000, "x"), "close 1", id="as long as it may be"),
        pytest.param(
            "close #1 ".ljust(1001, "x"), "it is too long for a machine to read", id="a very long text"
        ),
        pytest.param("", "it names no move, closing or merge", id="an empty text"),
    ],
)
def test_what_a_decision_asks(text: str, asked: str) -> None:
    assert in_words(reading(text)) == asked


def test_a_link_names_an_issue_as_well() -> None:
    link = f"https://github.com/{REPO}/issues/12"
    item = said("#12", NOON).item
    found = read(
        type(item)("L1", 1, NOON, item.kind, "bo", "bo", f"close {link}", references=item.references),
        REPO,
        (),
    )
    assert in_words(found) == "close 12"


def test_a_title_is_text_even_when_it_looks_like_a_pattern() -> None:
    titles = ("(.*)+$", "[a-", "?", "", "1.0 (final)")
    found = [in_words(read(said(f"move #1 to {title}", NOON).item, REPO, titles)) for title in titles]
    nothing = "which milestone it means is not clear"
    assert found == ["into (.*)+$ 1", "into [a- 1", "into ? 1", nothing, "into 1.0 (final) 1"]


def test_a_repository_s_name_knows_no_case() -> None:
    assert in_words(read(said("close #1", NOON).item, REPO.upper(), TITLES)) == "close 1"


@pytest.mark.parametrize(
    ("said_", "title", "is_same"),
    [
        pytest.param("1.0", "1.0.0", True, id="trailing zeros"),
        pytest.param("1.0", "v1.0", True, id="a v"),
        pytest.param("V1.0.0", "1", True, id="any case"),
        pytest.param("1.0.0-rc1", "v1.0.0-rc.1", True, id="rc1 is rc.1"),
        pytest.param("1.0-rc1", "1.0.0-rc1", True, id="zeros before a candidate"),
        pytest.param("backlog", "Backlog", True, id="a word"),
        pytest.param("1.0", "1.0.1", False, id="a patch release"),
        pytest.param("1.0", "1.0.0-rc1", False, id="a candidate is not the release"),
        pytest.param("1.0.0-rc", "1.0.0-rc1", False, id="all candidates are not one"),
        pytest.param("1.0", "10", False, id="one is not ten"),
        pytest.param("1.1", "1.10", False, id="1.1 is not 1.10"),
        pytest.param("1.0.0-rc1", "1.0.0-rc10", False, id="rc1 is not rc10"),
    ],
)
def test_what_people_call_a_milestone(said_: str, title: str, is_same: bool) -> None:
    assert same_title(said_, title) is is_same


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("move " * 199, id="verbs"),
        pytest.param("move #1 " + "out of " * 130, id="ways"),
        pytest.param("close " + "#1, " * 240, id="numbers"),
        pytest.param("close " + "a/" * 490, id="a path"),
        pytest.param("#1 " + "is " * 320, id="auxiliaries"),
        pytest.param("close " + "https://" * 120, id="half an address"),
        pytest.param("move #1 to " + "1." * 490, id="a version without end"),
    ],
)
def test_no_text_takes_long_to_read(text: str) -> None:
    start = time.process_time()
    reading(text)
    assert time.process_time() - start < 0.2
