"""Every log format tells the same meeting: who said what when, who came and went, and how the format was recognised."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.meetings import logformats
from bot.meetings.logformats import Log
from bot.meetings.logformats.reading.shapes import TextFormat
from bot.model.errors import BadInput
from bot.model.meeting import Event, Line

FOLDER = Path(__file__).resolve().parent.parent / "transcripts"
DAY = date(2026, 6, 3)
SAID, JOINED, LEFT, RENAMED = Event.SAID, Event.JOINED, Event.LEFT, Event.RENAMED
# minute, nick, text, emote, event: minute 5 was off the record
MEETING = [
    (0, "ada", "#startmeeting harbour call", False, SAID),
    (1, "bo", "", False, JOINED),
    (2, "ada", "#topic the pier", False, SAID),
    (3, "bo", "#info the lamp is broken", False, SAID),
    (4, "bo", "waves", True, SAID),
    (6, "cyd", "#action bo to mend the lamp", False, SAID),
    (7, "bo", "bo_", False, RENAMED),
    (8, "bo_", "https://example.org/lamps", False, SAID),
    (9, "ada", "#agreed we meet again on Friday", False, SAID),
    (10, "cyd", "tide", False, LEFT),
    (11, "ada", "#endmeeting", False, SAID),
]
PEOPLE_KEEP_ONE_NAME = {"matrix", "slack", "slack-one-day"}
NOBODY_COMES = {JOINED, LEFT, RENAMED}  # formats in which only talk is written down


def opened(text: str | bytes, name: str = "x.log", form: str | None = None, on: date | None = DAY) -> Log:
    raw = text if isinstance(text, bytes) else text.encode()
    return logformats.open_log(io.BytesIO(raw), name=name, form=form, on=on)


@pytest.mark.parametrize(
    ("stem", "form", "without"),
    [
        pytest.param("meetbot", "meetbot", NOBODY_COMES, id="MeetBot"),
        pytest.param("irssi", "irssi", set(), id="irssi"),
        pytest.param("irssi-long-stamps", "irssi", set(), id="irssi with long stamps"),
        pytest.param("weechat", "weechat", set(), id="WeeChat"),
        pytest.param("weechat-pasted-2026-06-03", "weechat-pasted", set(), id="WeeChat, pasted"),
        pytest.param("znc-2026-06-03", "znc", set(), id="ZNC"),
        pytest.param("energymech-2026-06-03", "energymech", set(), id="EnergyMech"),
        pytest.param("limnoria", "limnoria", set(), id="Limnoria"),
        pytest.param("hcoop", "hcoop", NOBODY_COMES, id="hcoop-meetbot"),
        pytest.param("matrix", "matrix", {RENAMED}, id="Matrix"),
        pytest.param("matrix-as-text", "matrix-text", NOBODY_COMES, id="Matrix as text"),
        pytest.param("slack", "slack", {RENAMED}, id="Slack zip"),
        pytest.param("slack-one-day", "slack", {RENAMED}, id="Slack, one day"),
        pytest.param("irccloud", "irccloud", set(), id="IRCCloud"),
        pytest.param("thelounge", "thelounge", set(), id="The Lounge"),
        pytest.param("rrsagent-2026-06-03", "rrsagent", set(), id="RRSAgent"),
        pytest.param("hexchat", "hexchat", set(), id="HexChat"),
        pytest.param("mirc", "mirc", set(), id="mIRC"),
        pytest.param("textual", "textual", set(), id="Textual"),
        pytest.param("textual-older-2026-06-03", "textual", set(), id="Textual, older"),
        pytest.param("quassel", "quassel", set(), id="Quassel"),
        pytest.param("eggdrop", "eggdrop", set(), id="Eggdrop"),
        pytest.param("bip", "bip", set(), id="bip"),
        pytest.param("konversation", "konversation", set(), id="Konversation"),
        pytest.param("pidgin", "pidgin", set(), id="Pidgin"),
        pytest.param("limechat-2026-06-03", "limechat", set(), id="LimeChat"),
        pytest.param("qwebirc-2026-06-03", "qwebirc", set(), id="qwebirc"),
        pytest.param("bracket-and-tabs", "iso-tab", NOBODY_COMES, id="bracket and tabs"),
    ],
)
def test_the_same_meeting_is_read_from_every_format(stem: str, form: str, without: set[Event]) -> None:
    (path,) = (each for each in FOLDER.glob(f"format-{stem}.*") if each.suffix != ".txt")
    with path.open("rb") as stream:
        log = logformats.open_log(stream, name=path.name)
        lines = [line for line in log.lines if line.nick != "clerk"]
    assert log.format == form
    assert log.warnings == []
    renamed = stem not in PEOPLE_KEEP_ONE_NAME
    assert [
        (line.at.replace(microsecond=0), line.nick, line.text, line.emote, line.event) for line in lines
    ] == [
        (
            datetime(2026, 6, 3, 10, minute, tzinfo=UTC),
            nick if renamed else nick.rstrip("_"),
            _told(text, event, stem),
            emote,
            event,
        )
        for minute, nick, text, emote, event in MEETING
        if event not in without and not (emote and form == "limechat")  # LimeChat writes no /me
    ]
    numbers = [line.number for line in lines]
    assert numbers == sorted(set(numbers))


def _told(text: str, event: Event, stem: str) -> str:
    return "" if event is LEFT and stem.startswith("slack") else text  # Slack gives no reasons


def test_every_format_has_a_transcript() -> None:
    told = set()
    for path in FOLDER.glob("format-*"):
        if path.suffix != ".txt":
            with path.open("rb") as stream:
                told.add(logformats.open_log(stream, name=path.name).format)
    assert told == set(logformats.formats())


@pytest.mark.parametrize(
    "form",
    [f for f in logformats.formats().values() if isinstance(f, TextFormat)],
    ids=lambda form: form.name,
)
def test_the_sample_by_which_a_format_is_known_has_its_shape(form: TextFormat) -> None:
    (line,) = opened(form.sample, form=form.name).lines
    assert (line.nick, line.text) == ("nick", "text")


@pytest.mark.parametrize(
    ("form", "line", "event", "nick", "text"),
    [
        pytest.param("irssi", "10:00 -!- bo [b@h] has left #c [bye]", LEFT, "bo", "bye", id="irssi, left"),
        pytest.param("irssi", "10:00 -!- bo was kicked from #c by ada [spam]", LEFT, "bo", "by ada [spam]", id="irssi, kicked"),
        pytest.param("weechat", "2026-06-03 10:00:00\t<--\tbo (b@h) has left #c", LEFT, "bo", "", id="WeeChat, left"),
        pytest.param("weechat", "2026-06-03 10:00:00\t<--\tada has kicked bo (spam)", LEFT, "bo", "spam", id="WeeChat, kicked"),
        pytest.param("znc", "[10:00:00] *** Parts: bo (b@h) (bye)", LEFT, "bo", "bye", id="ZNC, left"),
        pytest.param("znc", "[10:00:00] *** bo was kicked by ada (spam)", LEFT, "bo", "spam", id="ZNC, kicked"),
        pytest.param("limnoria", "2026-06-03T10:00:00  *** bo <bo!b@h> has left #c (bye)", LEFT, "bo", "bye", id="Limnoria, left"),
        pytest.param("limnoria", "2026-06-03T10:00:00  *** bo was kicked by ada (spam)", LEFT, "bo", "spam", id="Limnoria, kicked"),
        pytest.param("hexchat", "Jun 03 10:00:00 *\tbo (b@h) has left (bye)", LEFT, "bo", "bye", id="HexChat, left"),
        pytest.param("hexchat", "Jun 03 10:00:00 *\tada has kicked bo from #c (spam)", LEFT, "bo", "spam", id="HexChat, kicked"),
        pytest.param("mirc", "[10:00] * bo (b@h) has left #c (bye)", LEFT, "bo", "bye", id="mIRC, left"),
        pytest.param("mirc", "[10:00] * bo was kicked by ada (spam)", LEFT, "bo", "spam", id="mIRC, kicked"),
        pytest.param("mirc", "* bo is now known as bo_", RENAMED, "bo", "bo_", id="mIRC without stamps, renamed"),
        pytest.param("textual", "[10:00:00] bo (b@h) left the channel.", LEFT, "bo", "", id="Textual, left"),
        pytest.param("quassel", "[10:00:00] <-- bo (b@h) has left #c (bye)", LEFT, "bo", "bye", id="Quassel, left"),
        pytest.param("eggdrop", "[10:00] bo (b@h) left #c (bye).", LEFT, "bo", "bye", id="Eggdrop, left"),
        pytest.param("eggdrop", "[10:00] bo kicked from #c by ada: spam", LEFT, "bo", "spam", id="Eggdrop, kicked"),
        pytest.param("bip", "03-06-2026 10:00:00 -!- bo!b@h has left #c [bye]", LEFT, "bo", "bye", id="bip, left"),
        pytest.param("thelounge", "[2026-06-03T10:00:00.000Z] *** bo (b@h) left (bye)", LEFT, "bo", "bye", id="The Lounge, left"),
        pytest.param("irccloud", "[2026-06-03 10:00:00] ← bo left (b@h): bye", LEFT, "bo", "bye", id="IRCCloud, left"),
        pytest.param("rrsagent", "10:00:00 <bo> bo has left #c", LEFT, "bo", "", id="RRSAgent, left"),
        pytest.param("konversation", "[Wednesday 3 June 2026] [10:00:00] Part\tbo (b@h) has left the channel #c (bye).", LEFT, "bo", "bye", id="Konversation, left"),
        pytest.param("limechat", "10:00 bo has left (bye)", LEFT, "bo", "bye", id="LimeChat, left"),
        pytest.param("qwebirc", "[10:00] == bo [b@h] has left #c [bye]", LEFT, "bo", "bye", id="qwebirc, left"),
    ],
)  # fmt: skip
def test_who_comes_and_goes_is_told_as_such(form: str, line: str, event: Event, nick: str, text: str) -> None:
    assert [(x.event, x.nick, x.text) for x in opened(line, form=form).lines] == [(event, nick, text)]


@pytest.mark.parametrize(
    ("form", "line"),
    [
        pytest.param("irssi", "10:00 -!- mode/#c [+o bo] by ada", id="irssi, a mode"),
        pytest.param("irssi", "10:00 -!- ada changed the topic of #c to: bo to mend", id="irssi, a topic"),
        pytest.param("irssi", "10:00 -NickServ(n@s)- you are identified", id="irssi, a notice"),
        pytest.param("weechat", "2026-06-03 10:00:00\t--\tTopic for #c is \"x\"", id="WeeChat, a topic"),
        pytest.param("weechat", "2026-06-03 10:00:00\t=!=\tNo such nick", id="WeeChat, an error"),
        pytest.param("znc", "[10:00:00] *** ada sets mode: +o bo", id="ZNC, a mode"),
        pytest.param("znc", "[10:00:00] -NickServ- you are identified", id="ZNC, a notice"),
        pytest.param("limnoria", "2026-06-03T10:00:00  *** ada sets mode: +o bo", id="Limnoria, a mode"),
        pytest.param("mirc", "[10:00] * ada sets mode: +o bo", id="mIRC, a mode"),
        pytest.param("mirc", "[10:00] * Topic is 'x'", id="mIRC, a topic"),
        pytest.param("hexchat", "Jun 03 10:00:00 *\tada gives channel operator status to bo", id="HexChat, a mode"),
        pytest.param("quassel", "[10:00:00] *** Mode #c +o bo by ada", id="Quassel, a mode"),
        pytest.param("thelounge", "[2026-06-03T10:00:00.000Z] *** ada set mode +o bo", id="The Lounge, a mode"),
        pytest.param("eggdrop", "[10:00] #c: mode change '+o bo' by ada!a@h", id="Eggdrop, a mode"),
        pytest.param("bip", "03-06-2026 10:00:00 -!- mode/#c [+o bo] by ada", id="bip, a mode"),
        pytest.param("qwebirc", "[10:00] == Channel modes on #c are: +nt", id="qwebirc, modes"),
    ],
)  # fmt: skip
def test_what_the_client_says_itself_is_no_talk(form: str, line: str) -> None:
    sample = logformats.formats()[form].sample
    log = opened(f"{sample}\n{line}\n{sample}", form=form)
    assert [(x.number, x.text) for x in log.lines] == [(1, "text"), (3, "text")]
    assert log.warnings == []


@pytest.mark.parametrize(
    ("lines", "form", "why"),
    [
        pytest.param("[10:00:00] <ada> x\n[10:01:00] *** Joins: bo (b@h)", "znc", "line 2, `[10:01:00] *** Joins", id="Joins: is ZNC"),
        pytest.param("[10:00:00] <ada> x\n[10:01:00] * bo (b@h) has joined #c", "mirc", "line 2", id="a star is mIRC"),
        pytest.param("[10:00:00] <ada> x\n[10:01:00] --> bo (b@h) has joined #c", "quassel", "2 of the first 2", id="an arrow is Quassel"),
        pytest.param("[10:00:00] <ada> x\n[10:01:00] bo (b@h) joined #c.", "eggdrop", "2 of the first 2", id="joined is Eggdrop"),
        pytest.param("[10:00:00] <ada> x", "znc", "nothing tells these apart, and ZNC comes first", id="nothing decides"),
        pytest.param("10:00:00 <ada> x\n10:01:00 <bo> bo has joined #c", "rrsagent", "is of RRSAgent", id="joins that are said"),
        pytest.param("10:00:00 <ada> x\n10:01:00 -!- bo [b@h] has joined #c", "irssi", "2 of the first 2", id="irssi's mark"),
        pytest.param("[10:00:00] <@ada> x\n[10:01:00] -!- bo [b@h] has joined #c", "irssi", "2 of the first 2", id="irssi with brackets"),
        pytest.param("10:00:00 <ada> x", "meetbot", "MeetBot, RRSAgent and irssi; nothing tells", id="MeetBot's own shape"),
    ],
)  # fmt: skip
def test_formats_that_share_a_shape_are_told_apart_by_their_events(lines: str, form: str, why: str) -> None:
    log = opened(lines)
    assert log.format == form
    assert why in log.decided_by


def test_a_format_that_is_asked_for_is_taken_without_looking() -> None:
    log = opened("[10:00:00] <ada> x\n[10:01:00] *** Joins: bo (b@h)", form="mirc")
    assert (log.format, log.decided_by) == ("mirc", "--log-format says so")


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        pytest.param("10:00:00 <ada> x", "morse", "there is no log format morse: known are", id="an unknown format"),
        pytest.param("10:00:00 <ada> x", "weechat", "no line of the form `2016-06-01 17:01:55 @nick text`", id="another format"),
        pytest.param("10:00:00 <ada> x", "matrix", "is no valid JSON", id="no JSON"),
        pytest.param("{}", None, "is JSON, but no log", id="JSON of another kind"),
        pytest.param("\n \n", None, "is empty", id="nothing but blanks"),
        pytest.param("## Notes\n- (vb) we met\n", None, "is not a log", id="notes"),
        pytest.param("Dear all,\nthis was said:\n17:01:55 <ada> x\nWhat now?\n", None, "is not a log", id="a letter that quotes one"),
        pytest.param(b"\x00\x01\x02\x03" * 100, None, "is no text", id="a binary file"),
        pytest.param(b"\x1f\x8b\x08\x00", None, "is packed by gzip: unpack it first", id="packed"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_with_what_to_do(
    text: str | bytes, form: str | None, said: str
) -> None:
    with pytest.raises(BadInput) as told:
        list(opened(text, form=form).lines)
    assert said in str(told.value)


def test_lines_of_no_known_shape_are_counted_aloud() -> None:
    log = opened("10:00:00 <ada> x\nwho wrote this?\n\n10:02:00 <ada> y\nand this?\n10:03:00 <ada> z")
    assert [line.number for line in log.lines] == [1, 4, 6]
    assert log.warnings == [
        "2 of 6 lines have no shape of a MeetBot log and were passed over, the first is line 2: who wrote this?"
    ]


def said(log: Log) -> list[tuple[str, str, bool]]:
    return [(line.nick, line.text, line.emote) for line in log.lines]


def test_a_bridge_passes_on_what_others_say() -> None:
    log = opened(
        "10:00:00 <bridge> <alice> good morning\n10:01:00 <bridge> <@b\u200bob> hello\n10:02:00 <bridge> <alice> #info x\n"
        "10:03:00 <bridge> * bob waves\n10:04:00 <bridge> <bob> [off] between us\n10:05:00 <ada> <bob> hello, he said\n"
        "10:06:00 <bridge> disconnected"
    )
    assert said(log) == [
        ("alice", "good morning", False), ("bob", "hello", False), ("alice", "#info x", False), ("bob", "waves", True),
        ("ada", "<bob> hello, he said", False), ("bridge", "disconnected", False),
    ]  # fmt: skip


def test_who_only_quotes_is_no_bridge() -> None:
    quotes = "".join(f"10:0{n}:00 <ada> <bob> {n}\n" for n in range(4))
    log = opened(
        quotes + "10:05:00 <ada> so he said\n10:06:00 <ada> again and again\n10:07:00 <ada> and he is right\n"
    )
    assert {nick for nick, _, _ in said(log)} == {"ada"}


@pytest.mark.parametrize(
    ("nick", "read"),
    [
        pytest.param("@ada", "ada", id="an operator"),
        pytest.param("~&ada", "ada", id="several modes"),
        pytest.param(" ada", "ada", id="irssi's blank"),
        pytest.param("collabot`", "collabot`", id="a backquote"),
        pytest.param("vbatts|work", "vbatts|work", id="a bar"),
        pytest.param("[z]{}\\^_", "[z]{}\\^_", id="brackets"),
    ],
)
def test_modes_are_no_part_of_a_nick_but_odd_characters_are(nick: str, read: str) -> None:
    (line,) = opened(f"10:00:00 <{nick}> x").lines
    assert line.nick == read


def test_a_nick_with_a_bar_is_read_from_a_weechat_window() -> None:
    log = opened("10:00:00   @vbatts|work | a | b\n10:00:05            ada | x")
    assert said(log) == [("vbatts|work", "a | b", False), ("ada", "x", False)]


def test_wrapped_lines_are_joined_and_off_the_record_ones_stay_away_whole() -> None:
    log = opened(
        "Session Start: Wed Jun 03 10:00:00 2026\n<@ada> #info a long\n  line that\n  was wrapped\n<bo> [off] not\n  for you\n"
        "* cyd (c@h) has joined\n  #harbour\n<bo> y\n",
        on=None,
    )
    assert [(x.number, x.at.hour, x.nick, x.text) for x in log.lines if x.event is SAID] == [
        (2, 10, "ada", "#info a long line that was wrapped"), (9, 10, "bo", "y"),
    ]  # fmt: skip


def test_lines_are_plain_values() -> None:
    (line,) = opened("10:00:00 <ada> x").lines
    assert line == Line(1, datetime(2026, 6, 3, 10, tzinfo=UTC), "ada", "x")
    assert type(line) is Line
