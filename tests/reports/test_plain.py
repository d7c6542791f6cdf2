"""Plain text as a terminal shows it: one line, wrapped by what the eye sees, nothing that steers."""

from datetime import date

import pytest

from bot.reports.plain import hang, keep_lines, listed, long_day, pad, short, typed, underlined, width


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="as it is"),
        pytest.param("a\nb\r\nc\td", "a b c d", id="lines and tabs are blanks"),
        pytest.param("\x1b[31mred\x9b", "\ufffd[31mred\ufffd", id="an escape has a place and does nothing"),
        pytest.param("a\u202eb\u2066c", "abc", id="nothing turns round"),
        pytest.param("a\u200fb\u200d", "a\u200fb\u200d", id="marks and joiners are writing"),
        pytest.param("\ud800\uffff", "\ufffd\ufffd", id="what cannot be written has a place"),
        pytest.param("one two three", "one two…", id="cut at a word"),
    ],
)
def test_a_short_text_is_one_line(text: str, expected: str) -> None:
    assert short(text, 10) == expected


def test_a_text_can_keep_its_lines_or_its_blanks() -> None:
    assert keep_lines("a\r\nb  c\x1b") == "a\nb  c\ufffd"
    assert typed("a\r\nb  c\x1b") == "a b  c\ufffd"


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("言葉", 4), ("🏳️‍🌈", 3), ("e\u0301", 1), ("مرحبا", 5), ("", 0)]
)
def test_a_width_is_what_the_eye_sees(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "lead", "expected"),
    [
        pytest.param("a b", "- ", "- a b", id="short"),
        pytest.param("aaaa bbbb cccc dddd eeee", "- ", "- aaaa bbbb cccc\n  dddd eeee", id="below its first word"),
        pytest.param("言葉 言葉 言葉 言葉 言葉", "", "言葉 言葉 言葉 言葉\n言葉", id="wide letters"),
        pytest.param("x" * 45, "", "x" * 20 + "\n" + "x" * 20 + "\n" + "x" * 5, id="a long word is broken"),
        pytest.param("a https://example.org/very/long/address b", "", "a\nhttps://example.org/very/long/address\nb", id="a link is not"),
        pytest.param("", "- ", "-", id="nothing"),
    ],
)  # fmt: skip
def test_a_text_hangs_behind_its_lead(text: str, lead: str, expected: str) -> None:
    assert hang(text, lead, 20) == expected


def test_columns_stand_below_each_other() -> None:
    assert [pad("言葉", 6), pad("abc", 6), pad("longer than that", 6)] == [
        "言葉  ",
        "abc   ",
        "longer than that",
    ]


def test_a_heading_is_underlined_as_far_as_it_goes() -> None:
    assert underlined("言葉", "=") == "言葉\n===="
    assert underlined("word " * 30).splitlines()[-1] == "-" * 99


def test_a_day_has_its_weekday() -> None:
    assert long_day(date(2016, 6, 10)) == "Friday 10 June 2016"


@pytest.mark.parametrize(
    ("names", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_listed(names: list[str], words: str) -> None:
    assert listed(names) == words
