"""What a comment asks of Tallyman: only its author's own lines, and a mistake is answered with what to write instead."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.judgement.requests import MOST, USAGE, Mistake, Request, Want, read
from tests.soaking import ALWAYS_THE_SAME, seeds


@pytest.mark.parametrize(
    ("line", "want", "about", "why"),
    [
        ("/tallyman report", Want.REPORT, "", ""),
        ("/Tallyman  REPORT ", Want.REPORT, "", ""),
        ("   /tallyman help", Want.HELP, "", ""),
        ("/tallyman waive C1 because the pull request comes tomorrow", Want.WAIVE, "C1", "the pull request comes tomorrow"),
        ("/tallyman waive R7-PLAN Because: it is due", Want.WAIVE, "R7-PLAN", "it is due"),
        ("/tallyman unwaive C1 because it came", Want.UNWAIVE, "C1", "it came"),
        ("/tallyman action done 12", Want.ACTION_DONE, "12", ""),
        ("/tallyman action done L12", Want.ACTION_DONE, "12", ""),
        ("/tallyman action done 3/L48", Want.ACTION_DONE, "3/48", ""),
        ("/tallyman action done 12 because #7 is merged", Want.ACTION_DONE, "12", "#7 is merged"),
        ("/tallyman vote open", Want.VOTE_OPEN, "", ""),
        ("/tallyman vote close because of CVE-2026-1", Want.VOTE_CLOSE, "", "of CVE-2026-1"),
        ("/tallyman vote cancel because the hash was wrong", Want.VOTE_CANCEL, "", "the hash was wrong"),
        ("/tallyman hold because I need to read it because", Want.HOLD, "", "I need to read it because"),
        ("/tallyman resume", Want.RESUME, "", ""),
        ("/tallyman wrong because #5 is no part of it", Want.WRONG, "", "#5 is no part of it"),
    ],
)  # fmt: skip
def test_a_command_is_read(line: str, want: Want, about: str, why: str) -> None:
    (found,) = read(f"Hello,\n\n{line}\n\nbye")
    assert isinstance(found, Request)
    assert (found.want, found.about, found.why) == (want, about, why)


@pytest.mark.parametrize("want", Want)
def test_the_usage_of_every_command_is_a_command(want: Want) -> None:
    (found,) = read(USAGE[want].replace("RULE", "C1"))
    assert isinstance(found, Request)
    assert found.want is want


@pytest.mark.parametrize(
    ("line", "do"),
    [
        ("/tallyman", "say what to do; `/tallyman help` lists what there is"),
        ("/tallyman waive C1", "say why: `/tallyman waive C1 because REASON`"),
        ("/tallyman waive because", "say why: `/tallyman waive RULE because REASON`"),
        ("/tallyman waive because it is late", "name one rule of the report by its id: `/tallyman waive RULE because REASON`"),
        ("/tallyman waive C1 C2 because it is late", "name one rule of the report by its id: `/tallyman waive RULE because REASON`"),
        ("/tallyman hold", "say why: `/tallyman hold because REASON`"),
        ("/tallyman wrong", "say why: `/tallyman wrong because REASON`"),
        ("/tallyman vote close", "say why: `/tallyman vote close because REASON`"),
        ("/tallyman vote", "did you mean `/tallyman vote open`? `/tallyman help` lists what there is"),
        ("/tallyman action done the hooks", "name one action as the report does: `/tallyman action done 3/L48`"),
        ("/tallyman report now", "nothing else belongs there: `/tallyman report`"),
        ("/tallyman wave C1 because x", "did you mean `/tallyman waive RULE because REASON`? `/tallyman help` lists what there is"),
        ("/tallyman sing", "that is no command `/tallyman help` lists what there is"),
        (f"/tallyman hold because {'x' * 1001}", "a reason may have 1000 characters; put the rest into your comment"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_to_write(line: str, do: str) -> None:
    (found,) = read(line)
    assert isinstance(found, Mistake)
    assert found.do == do


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("please /tallyman report", id="amid a sentence"),
        pytest.param("/tallymanic report", id="another word"),
        pytest.param("/tallyman/report", id="a path"),
        pytest.param("> /tallyman report", id="quoted"),
        pytest.param("> she wrote\n/tallyman report", id="a quotation that runs on"),
        pytest.param("```\n/tallyman report\n```", id="a fenced block"),
        pytest.param("~~~~\n/tallyman report\n~~~\n/tallyman help\n~~~~", id="a fence of another length"),
        pytest.param("```\n/tallyman report", id="a fence without an end"),
        pytest.param("    /tallyman report", id="an indented block"),
        pytest.param("`/tallyman report`", id="a code span"),
        pytest.param("`see\n/tallyman report\nhere`", id="a code span over three lines"),
        pytest.param("~~/tallyman report~~", id="struck out"),
        pytest.param("<!--\n/tallyman report\n-->", id="hidden"),
        pytest.param("<blockquote>\n\n/tallyman report\n\n</blockquote>", id="an HTML quotation"),
        pytest.param("-- \n/tallyman report", id="a signature"),
        pytest.param("On Monday bo wrote:\n> /tallyman hold because no", id="a mail's quotation"),
        pytest.param("- /tallyman report", id="a list of commands, as in a help text"),
        pytest.param("x" * 200_000 + "\n/tallyman report", id="a text nobody typed"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_asks_for_nothing(text: str) -> None:
    assert read(text) == ()


def test_several_commands_are_read_in_order_and_each_once() -> None:
    found = read("/tallyman report\n/tallyman action done 12\n/tallyman report\r\n\r\n/tallyman hold")
    assert [each.line for each in found] == ["/tallyman report", "/tallyman action done 12", "/tallyman hold"]


def test_a_flood_is_one_mistake() -> None:
    (found,) = read("\n".join(f"/tallyman action done {n}" for n in range(MOST + 1)))
    assert isinstance(found, Mistake)


PARTS = st.sampled_from(
    (
        "/tallyman report", "/tallyman hold because x", "text", "> quoted", ">", "```", "~~~", "`", "``", "    /tallyman help", "",
        "", "- item", "  /tallyman help", "1. x", "# h", "<!--", "-->", "<details>", "</details>", "<b>", "---", "* * *", "\t/tallyman help",
        "> /tallyman report", "`a", "b`", "| a | b |", "|---|---|", "[x]: /tallyman", "~~", "<pre>", "</pre>", "$$", "--",
    )
)  # fmt: skip


def own_words(text: str) -> str:
    """What a CommonMark reader shows as plain text outside of quotations and code."""
    shown: list[str] = []
    depth = 0
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        depth += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if token.type == "inline" and not depth:
            shown += [_plain(child) for child in token.children or ()] + ["\n"]
        if token.type == "html_block" and not depth:  # what stands between tags is read as well
            shown.append(re.sub(r"(?s)<!--.*?(-->|\Z)|<pre>.*?(</pre>|\Z)", "", token.content) + "\n")
    return "".join(shown)


def _plain(token: Token) -> str:
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content if token.type == "text" else ""


@settings(max_examples=seeds(300, 20_000), derandomize=ALWAYS_THE_SAME, deadline=None)
@given(st.lists(PARTS, max_size=9))
def test_nothing_is_read_that_a_reader_sees_as_quotation_or_code(parts: list[str]) -> None:
    text = "\n".join(parts)
    shown = [" ".join(line.split()) for line in own_words(text).split("\n")]
    for each in read(text):
        assert each.line in shown, text
