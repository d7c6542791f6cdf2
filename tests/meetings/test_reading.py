"""Logs as they come: other clocks, odd bytes, no date, no meeting; and whom an action is given to."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.meetings import logformats
from bot.meetings.minutes import Style, record
from bot.meetings.people import assignees, assignees_as_meetbot
from bot.meetings.references import Home, find, repo_of_topic
from bot.model.errors import BadInput
from bot.model.meeting import Line, Rule

DAY = date(2026, 6, 3)
LOG = "10:00:00 <ada> #startmeeting x\n10:00:10 <ada> #info y\n10:00:20 <ada> #endmeeting"


def read(text: str, name: str = "x.log", on: date | None = DAY) -> tuple[Line, ...]:
    return logformats.read(text, name=name, form=None, on=on, zone=UTC)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param("10:00:00 <a> ü".encode(), "10:00:00 <a> ü", id="UTF-8"),
        pytest.param(b"10:00:00 <a> \x93hi\x94", "10:00:00 <a> \u201chi\u201d", id="cp1252"),
        pytest.param(b"\xef\xbb\xbf10:00:00 <a> x\r\n", "10:00:00 <a> x\n", id="byte order mark and CRLF"),
        pytest.param(
            b"10:00:00 <a> \x0304,01red\x0f \x02bold\x02\x00", "10:00:00 <a> red bold", id="colours and NUL"
        ),
    ],
)
def test_bytes_become_plain_text(raw: bytes, text: str) -> None:
    assert logformats.decode(raw) == text


@pytest.mark.parametrize(
    ("text", "name", "on", "said"),
    [
        pytest.param("", "x.log", DAY, "is empty", id="empty"),
        pytest.param("Dear all,\nthe harbour is closed.\n", "x.log", DAY, "is not a log", id="a letter"),
        pytest.param(LOG, "x.log", None, "--date", id="no day anywhere"),
        pytest.param(
            "25:00:00 <a> #startmeeting x", "x.log", DAY, "has the time 25:00", id="an impossible time"
        ),
    ],
)
def test_what_is_no_log_is_answered_with_what_to_do(text: str, name: str, on: date | None, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(text, name, on)


def test_a_log_without_a_meeting_gives_none() -> None:
    assert record(read("10:00:00 <ada> good morning"), style=Style.TALLYMAN, home=None, source="x") == ()


def test_the_day_may_stand_in_the_file_s_name() -> None:
    assert read(LOG, "chan.2016-06-01-17.01.log.txt", None)[0].at == datetime(2016, 6, 1, 10, tzinfo=UTC)


def test_the_log_s_own_clock_is_turned_into_utc() -> None:
    lines = logformats.read(LOG, name="x", form=None, on=DAY, zone=ZoneInfo("America/Los_Angeles"))
    assert lines[0].at == datetime(2026, 6, 3, 17, tzinfo=UTC)


def test_a_line_of_ten_million_characters_is_read() -> None:
    (meeting,) = record(
        read(LOG.replace("#info y", "#info " + "y" * 10_000_000)), style=Style.TALLYMAN, home=None, source="x"
    )
    assert len(meeting.items[0].text) == 10_000_000


@pytest.mark.parametrize(
    ("text", "given"),
    [
        pytest.param("bo to mend it", ("bo",), id="a name in front"),
        pytest.param("Bo to mend it", ("bo",), id="in other case"),
        pytest.param("bo: mend it", ("bo",), id="with a colon"),
        pytest.param("@bo will mend it", ("bo",), id="with an at sign"),
        pytest.param("ada, bo and zoe to mend it", ("ada", "bo", "zoe"), id="three, one of them absent"),
        pytest.param("I will mend it", ("cyd",), id="the speaker"),
        pytest.param("ask bo about it", ("bo",), id="named in the text"),
        pytest.param("mend the bobbin", (), id="a name inside a word"),
        pytest.param("need to mend it", (), id="no name at all"),
        pytest.param("more discussion in ocitools#83", (), id="nobody"),
    ],
)
def test_an_action_is_given_to_whom_it_names(text: str, given: tuple[str, ...]) -> None:
    assert assignees(text, "cyd", ["ada", "bo", "cyd"]) == given


def test_meetbot_s_own_rule_swallows_words_that_are_nicks() -> None:
    assert assignees_as_meetbot("bo goes in there", ["in", "bo"]) == ("bo", "in")


HOME = Home("quay/runtime-spec", ("quay/runtime-spec", "quay/image-spec"))


@pytest.mark.parametrize(
    ("text", "topic", "last", "found"),
    [
        pytest.param("see #7", "", "", [("quay/runtime-spec", 7, Rule.DEFAULT)], id="nothing said"),
        pytest.param(
            "see #7", "quay/image-spec", "", [("quay/image-spec", 7, Rule.TOPIC)], id="by the topic"
        ),
        pytest.param(
            "see #7", "", "quay/image-spec", [("quay/image-spec", 7, Rule.LAST_NAMED)], id="by the last one"
        ),
        pytest.param("image-spec#7", "", "", [("quay/image-spec", 7, Rule.EXPLICIT)], id="without the owner"),
        pytest.param("a/b#7", "", "", [("a/b", 7, Rule.EXPLICIT)], id="in full"),
        pytest.param("https://x.org/g#!topic/dev/7", "", "", [], id="a fragment is no reference"),
        pytest.param("&#7; x#y #7th", "", "", [], id="what only looks like one"),
        pytest.param(
            "https://github.com/a/b/pull/3 and #3",
            "a/b",
            "",
            [("a/b", 3, Rule.EXPLICIT)],
            id="the same twice",
        ),
    ],
)
def test_a_number_finds_its_repository(
    text: str, topic: str, last: str, found: list[tuple[str, int, Rule]]
) -> None:
    assert [(ref.repo, ref.number, ref.rule) for ref in find(text, HOME, topic, last)] == found


@pytest.mark.parametrize(
    ("topic", "repo"),
    [
        pytest.param("image 1.0 issues", "quay/image-spec", id="a telling word"),
        pytest.param("When to cut runtime-spec", "quay/runtime-spec", id="the name"),
        pytest.param("image and runtime", "", id="both is neither"),
        pytest.param("the spec", "", id="a word that tells nothing"),
    ],
)
def test_a_topic_is_about_a_repository(topic: str, repo: str) -> None:
    assert repo_of_topic(topic, HOME) == repo
