"""Subjects of votes: what people really write, what we write, and times that mean one moment only."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.subjects import (
    MotionSubject,
    TallySubject,
    motion_line,
    read_motion,
    read_tally,
    read_time,
    shown,
    tally_line,
)

JUNE = datetime(2016, 6, 3, 20, tzinfo=UTC)
TAG = "Tag 0647920 as 1.0.0-rc"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param(f"[runtime-spec VOTE]: {TAG} (closes 2016-06-03 20:00 UTC)", ("runtime-spec", TAG, JUNE), id="GOVERNANCE"),
        pytest.param("[runtime-spec VOTE] tag 9224913 as v1.3.0 (closes Tue Nov  4 05:00:00 UTC 2025)", ("runtime-spec", "tag 9224913 as v1.3.0", datetime(2025, 11, 4, 5, tzinfo=UTC)), id="RELEASES"),
        pytest.param(f"Re: [runtime-spec VOTE]: {TAG} (closes 2016-06-03 20:00 UTC)", ("runtime-spec", TAG, JUNE), id="a reply"),
        pytest.param(f"RE: Aw: [oci-dev] [runtime-spec VOTE]: {TAG} (closes 2016-06-03 20:00 UTC)", ("runtime-spec", TAG, JUNE), id="replies, and the list's tag"),
        pytest.param(f"[runtime-spec vote]:{TAG}(closes: 2016-06-03T20:00:00Z)", ("runtime-spec", TAG, JUNE), id="cramped"),
        pytest.param(f"[runtime-spec]\n [VOTE] {TAG} (closing 2016-06-03 13:00 -0700)", ("runtime-spec", TAG, JUNE), id="two brackets, folded"),
        pytest.param("[VOTE][image-spec] v1.1.0 [closes on June 3, 2016 20:00 UTC]", ("image-spec", "v1.1.0", JUNE), id="the other way round"),
        pytest.param("[VOTE] Release 1.2.0 (rc1)", ("", "Release 1.2.0 (rc1)", None), id="no project, no end"),
        pytest.param("[runc VOTE]: remove (closes when done)", ("runc", "remove", None), id="an end that is none"),
    ],
)  # fmt: skip
def test_a_motion_is_read(subject: str, expected: tuple[str, str, datetime | None]) -> None:
    found = read_motion(subject)
    assert found is not None
    assert (found.project, found.motion, found.closes) == expected


@pytest.mark.parametrize("subject", ["", "VOTE", "[runtime-spec] a bug", "[x VOTE]", "[x VOTE]: ", "vote: x (closes 2016-06-03)", "[runtime-spec adopted]: x (+6 -0 #3)", "[RESULT] [VOTE] Release 1.2", "[VOTE][RESULT] Release 1.2", "[a VOTE]: " + "x" * 2000])  # fmt: skip
def test_another_mail_is_no_motion(subject: str) -> None:
    assert read_motion(subject) is None


def test_an_end_that_cannot_be_read_is_kept_as_it_was_written() -> None:
    assert read_motion("[x VOTE]: y (closes soon)") == MotionSubject("x", "y", None, "soon")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(f"[runtime-spec adopted]: {TAG} (+6 -0 #3)", TallySubject("runtime-spec", True, TAG, 6, 0, 3), id="GOVERNANCE"),
        pytest.param(f"Re: [runtime-spec rejected] {TAG} (+3 -4 #2)", TallySubject("runtime-spec", False, TAG, 3, 4, 2), id="no colon"),
        pytest.param(f"[x adopted]: {TAG} (+6 -0 #3: 0 abstained, 3 silent)", TallySubject("x", True, TAG, 6, 0, 3), id="both readings of #"),
        pytest.param("[x adopted]: y (6 -0 #3)", None, id="no plus"),
        pytest.param("[x accepted]: y (+6 -0 #3)", None, id="another word"),
        pytest.param("[x VOTE]: y (closes 2016-06-03)", None, id="a motion"),
    ],
)  # fmt: skip
def test_a_tally_is_read(line: str, expected: TallySubject | None) -> None:
    assert read_tally(line) == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2016-06-03 20:00 UTC", JUNE, id="GOVERNANCE's"),
        pytest.param("Fri Jun  3 20:00:00 UTC 2016", JUNE, id="of `date`"),
        pytest.param("Fri, 3 Jun 2016 20:00:00 +0000", JUNE, id="a mail's"),
        pytest.param("2016-06-03T13:00:00-07:00", JUNE, id="an offset"),
        pytest.param("2016-06-03 20:00", JUNE, id="no zone is UTC"),
        pytest.param("Fri 2016-06-03 20:00 UTC", JUNE, id="ours"),
        pytest.param("2016-06-03", datetime(2016, 6, 4, tzinfo=UTC), id="a day closes when it ends"),
        pytest.param("June 3rd, 2016", datetime(2016, 6, 4, tzinfo=UTC), id="an American day"),
        pytest.param("2016-06-03 20:00 EST", None, id="a zone that means several"),
        pytest.param("2016-13-03", None, id="no such month"),
        pytest.param("2016-06-31 20:00 UTC", None, id="no such day"),
        pytest.param("9999-12-31", None, id="the end of time"),
        pytest.param("2016-06-03 20:00 +9900", None, id="no such offset"),
        pytest.param("next week", None, id="words"),
        pytest.param("03/06/2016", None, id="two possible days"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_closing_time_is_one_moment_or_none(text: str, moment: datetime | None) -> None:
    assert read_time(text) == moment


def test_our_own_lines_are_read_back() -> None:
    line = motion_line("runtime-spec", TAG, JUNE)
    assert line == "[runtime-spec VOTE]: Tag 0647920 as 1.0.0-rc (closes Fri 2016-06-03 20:00 UTC)"
    assert read_motion(line) == MotionSubject("runtime-spec", TAG, JUNE, "Fri 2016-06-03 20:00 UTC")
    tally = tally_line("runtime-spec", line, True, 6, 0, 3)
    assert tally == "[runtime-spec adopted]: Tag 0647920 as 1.0.0-rc (+6 -0 #3)"
    assert read_tally(tally) == TallySubject("runtime-spec", True, TAG, 6, 0, 3)


def test_a_motion_with_lines_and_escapes_stays_one_line() -> None:
    assert (
        tally_line("x\n", "y\r\nBcc: all\x1b[2J", False, 0, 1, 2) == "[x rejected]: y Bcc: all [2J (+0 -1 #2)"
    )


@pytest.mark.parametrize("text", ["[" * 900, "[x VOTE]: " + "(closes " * 120, "Re: " * 500, "[a] " * 400, "[x adopted]: " + "(+" * 400])  # fmt: skip
def test_no_subject_takes_long(text: str) -> None:
    began = time.process_time()
    read_motion(text), read_tally(text), read_time(text)
    assert time.process_time() - began < 1


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1000 < moment.year < 9000))
def test_every_time_we_show_is_read_back(moment: datetime) -> None:
    at = moment.replace(second=0, microsecond=0)
    assert read_time(shown(at)) == at


@given(st.text(max_size=300))
def test_any_subject_is_read(text: str) -> None:
    read_motion(text)
    read_tally(text)
    read_time(text)
