"""Exports in JSON: Matrix with edits and redactions, Slack with names and links, hcoop-meetbot; read entry by entry."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.meetings import logformats
from bot.meetings.logformats import Log
from bot.meetings.logformats.reading.entries import entries
from bot.model.errors import BadInput
from bot.model.meeting import Event

AT = 1464800515000  # 1 June 2016, 17:01:55 UTC


def opened(document: Any, name: str = "x.json", form: str | None = None) -> Log:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return logformats.open_log(io.BytesIO(raw), name=name, form=form)


def told(log: Log) -> list[tuple[int, str, str]]:
    return [(line.number, line.nick, line.text) for line in log.lines if line.event is Event.SAID]


def event(id_: str, body: str, by: str = "@ada:one.example", **more: Any) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": body, **more.pop("content", {})}
    return {
        "type": "m.room.message",
        "sender": by,
        "event_id": id_,
        "origin_server_ts": AT,
        "content": content,
        **more,
    }


def edit(id_: str, of: str, body: str, by: str = "@ada:one.example") -> dict[str, Any]:
    new = {
        "m.new_content": {"msgtype": "m.text", "body": body},
        "m.relates_to": {"rel_type": "m.replace", "event_id": of},
    }
    return event(id_, f"* {body}", by, content=new)


def redaction(of: str, where: str = "redacts") -> dict[str, Any]:
    place: dict[str, Any] = {"redacts": of} if where == "redacts" else {"content": {"redacts": of}}
    return {
        "type": "m.room.redaction",
        "sender": "@ada:one.example",
        "event_id": f"r{of}",
        "origin_server_ts": AT,
        "content": {},
        **place,
    }


def member(who: str, membership: str, before: str = "", shown: str = "") -> dict[str, Any]:
    return {
        "type": "m.room.member", "sender": "@op:one.example", "state_key": who, "event_id": f"m{who}{membership}", "origin_server_ts": AT,
        "content": {"membership": membership, "displayname": shown}, "unsigned": {"prev_content": {"membership": before}} if before else {},
    }  # fmt: skip


REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "1"}}}
PILL = {"formatted_body": '#action <a href="https://matrix.to/#/@bo:one.example">Bo the Pilot</a> to mend it'}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([event("1", "frist"), event("2", "x"), edit("3", "1", "first")], [(1, "ada", "first"), (2, "ada", "x")], id="an edit stands where it was first said"),
        pytest.param([event("1", "a"), edit("2", "1", "b"), edit("3", "1", "c")], [(1, "ada", "c")], id="the last edit counts"),
        pytest.param([event("1", "a"), edit("2", "1", "b"), edit("3", "1", "c"), redaction("3")], [(1, "ada", "b")], id="a redacted edit does not"),
        pytest.param([event("1", "a"), edit("2", "1", "evil", by="@bo:one.example")], [(1, "ada", "a")], id="nor somebody else's"),
        pytest.param([edit("1", "2", "b"), event("2", "a")], [(2, "ada", "b")], id="an edit that comes before"),
        pytest.param([event("1", "a"), event("2", "b"), redaction("1")], [(2, "ada", "b")], id="what was redacted is gone"),
        pytest.param([event("1", "a"), redaction("1", "content")], [], id="redacted, as newer rooms say it"),
        pytest.param([event("1", "a"), edit("2", "1", "b"), redaction("1")], [], id="edited, then redacted"),
        pytest.param([event("1", "> <@bo:one.example> first\n> second\n\nyes", content=REPLY)], [(1, "ada", "yes")], id="a reply without what it quotes"),
        pytest.param([event("1", "> * <@bo:one.example> waves\n\nyes", content=REPLY)], [(1, "ada", "yes")], id="a reply to a /me"),
        pytest.param([event("1", "> <- look")], [(1, "ada", "> <- look")], id="no reply, but a quotation by hand"),
        pytest.param([event("1", "#action Bo the Pilot to mend it", content=PILL)], [(1, "ada", "#action bo to mend it")], id="a person named by a click"),
        pytest.param([event("1", "#topic a\n\n#action b"), event("2", "c")], [(1, "ada", "#topic a"), (3, "ada", "#action b"), (4, "ada", "c")], id="several lines in one message"),
        pytest.param([event("1", "x\n[off] y\nz"), event("2", "c")], [(1, "ada", "x"), (4, "ada", "c")], id="off the record from there on"),
        pytest.param([event("1", "a"), event("2", "b", by="@ada:two.example"), event("3", "c")], [(1, "ada", "a"), (2, "@ada:two.example", "b"), (3, "ada", "c")], id="two people with one nick"),
        pytest.param([event("1", "pier.png", content={"msgtype": "m.image"}), event("2", "b")], [(2, "ada", "b")], id="a picture is nothing said"),
        pytest.param([event("1", "a \ud800 b")], [(1, "ada", "a \ufffd b")], id="half a character"),
        pytest.param([{"type": "m.reaction", "origin_server_ts": AT}, event("2", "b")], [(2, "ada", "b")], id="a reaction"),
    ],
)  # fmt: skip
def test_a_matrix_room_is_read_as_it_stood_in_the_end(
    events: list[dict[str, Any]], expected: list[tuple[int, str, str]]
) -> None:
    assert told(opened({"room_name": "Harbour", "messages": [event("0", "[off]"), *events]})) == [
        (number + 1, nick, text) for number, nick, text in expected
    ]


def test_people_come_and_go_in_matrix_but_a_new_display_name_is_no_coming() -> None:
    log = opened({"room_name": "Harbour", "messages": [
        member("@bo:one.example", "invite"), member("@bo:one.example", "join", "invite", "Bo"), member("@bo:one.example", "join", "join", "Bo!"),
        member("@cyd:one.example", "join"), member("@cyd:one.example", "join"), event("1", "x", content={"msgtype": "m.emote"}),
        member("@bo:one.example", "leave", "join"), member("@dan:one.example", "leave", "invite"), member("@cyd:one.example", "ban", "join"),
    ]})  # fmt: skip
    assert [(line.nick, line.event, line.emote) for line in log.lines] == [
        ("bo", Event.JOINED, False), ("cyd", Event.JOINED, False), ("ada", Event.SAID, True),
        ("bo", Event.LEFT, False), ("cyd", Event.LEFT, False),
    ]  # fmt: skip
    assert (log.channel, log.names) == ("Harbour", {"bo": "Bo!"})


def test_messages_nobody_could_decrypt_are_counted_aloud() -> None:
    log = opened({"messages": [event("1", "x"), {"type": "m.room.encrypted", "origin_server_ts": AT}]})
    assert told(log) == [(1, "ada", "x")]
    assert log.warnings == ["1 messages could not be decrypted when the room was exported"]


USERS = [{"id": "U1", "name": "ada", "profile": {"real_name": "Ada of the Quay"}}, {"id": "U2", "name": "bo"}]


def message(text: str, user: str = "U1", **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": "1464800515.000200", **more}


def export(days: dict[str, Any]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in days.items():
            archive.writestr(name, json.dumps(content))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("said", "read"),
    [
        pytest.param(message("<@U2>: look"), ("ada", "bo: look"), id="a person"),
        pytest.param(message("<@U9|cyd> and <@U8>"), ("ada", "cyd and U8"), id="people nobody knows"),
        pytest.param(message("<https://x.example/a>"), ("ada", "https://x.example/a"), id="a link"),
        pytest.param(message("<http://x.example|x.example>"), ("ada", "x.example"), id="what only looks like a link"),
        pytest.param(message("<https://x.example|the spec> is out"), ("ada", "https://x.example (the spec) is out"), id="a link with a name"),
        pytest.param(message("<mailto:a@x.example|a@x.example>"), ("ada", "a@x.example"), id="an address"),
        pytest.param(message("<#C1|general> &lt;b&gt; &amp;amp;"), ("ada", "#general <b> &amp;"), id="a channel and characters in disguise"),
        pytest.param(message("<!here> <!subteam^S1|@pilots>"), ("ada", "@here @pilots"), id="groups"),
        pytest.param(message("done", subtype="bot_message", user="", username="clerk"), ("clerk", "done"), id="a bot"),
        pytest.param(message("x", thread_ts="1464800000.000100"), ("ada", "x"), id="a reply in a thread"),
        pytest.param(message("x", subtype="thread_broadcast"), ("ada", "x"), id="a reply shown to all"),
        pytest.param(message("x", "U3", user_profile={"name": "cyd"}), ("cyd", "x"), id="a guest who is not among the users"),
        pytest.param(message("right", edited={"user": "U1", "ts": "1464800600.000000"}), ("ada", "right"), id="edited"),
        pytest.param(message("set the topic", subtype="channel_topic"), None, id="the client's own words"),
        pytest.param(message("[off] x"), None, id="off the record"),
        pytest.param(message("x", hidden=True), None, id="hidden"),
    ],
)  # fmt: skip
def test_slack_s_text_reads_as_it_was_typed(said: dict[str, Any], read: tuple[str, str] | None) -> None:
    log = opened(export({"users.json": USERS, "general/2016-06-01.json": [said]}), "x.zip")
    assert [(nick, text) for _, nick, text in told(log)] == ([read] if read else [])


def test_a_slack_channel_is_read_day_after_day_with_what_was_changed_later() -> None:
    first, second = message("frist"), message("x") | {"ts": "1464886915.000100"}
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "ts": "1464886916.000100",
        "message": message("first"),
    }
    deleted = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "ts": "1464886917.000100",
        "deleted_ts": "1464886915.000100",
    }
    log = opened(export({
        "export/general/2016-06-02.json": [second, changed, deleted], "export/general/2016-06-01.json": [first],
        "export/users.json": USERS, "export/channels.json": [{"name": "general"}],
    }), "x.zip")  # fmt: skip
    assert [(line.text, line.at) for line in log.lines] == [
        ("first", datetime(2016, 6, 1, 17, 1, 55, 200, tzinfo=UTC))
    ]
    assert (log.format, log.channel, log.names) == ("slack", "general", {"ada": "Ada of the Quay"})


def test_the_days_of_a_slack_channel_come_in_their_order() -> None:
    days = {f"general/2016-06-0{day}.json": [message(f"day {day}")] for day in (2, 3, 1)}
    assert [text for _, _, text in told(opened(export(days), "x.zip"))] == ["day 1", "day 2", "day 3"]


def test_of_several_slack_channels_one_must_be_chosen() -> None:
    raw = export(
        {"users.json": USERS, "a/2016-06-01.json": [message("x")], "b/2016-06-01.json": [message("y")]}
    )
    with pytest.raises(
        BadInput, match=r"x.zip holds 2 channels: choose one with --log-format slack:CHANNEL \(a, b\)"
    ):
        opened(raw, "x.zip")
    with pytest.raises(BadInput, match=r"has no channel c: choose one .*\(a, b\)"):
        opened(raw, "x.zip", "slack:c")
    assert told(opened(raw, "x.zip", "slack:b")) == [(1, "ada", "y")]


def test_a_channel_s_folder_is_read_like_the_zip() -> None:
    files = {"general/2016-06-01.json": [message("x")], "users.json": USERS}
    folder: dict[str, Any] = {
        name: (lambda content=content: io.BytesIO(json.dumps(content).encode()))
        for name, content in files.items()
    }
    assert told(logformats.open_export(folder, name="general")) == [(1, "ada", "x")]
    del folder["users.json"]
    assert told(logformats.open_export(folder, name="general")) == [(1, "U1", "x")]


def test_hcoop_s_messages_are_read_and_its_events_are_not() -> None:
    said = {
        "id": "1",
        "sender": "ada",
        "payload": "#info x",
        "action": False,
        "timestamp": "2016-06-01T17:01:55",
    }
    waved = said | {"payload": "waves", "action": True, "timestamp": "2016-06-01T19:01:55+02:00"}
    log = opened(
        {
            "channel": "#c",
            "messages": [said, waved],
            "events": [{"event_type": "INFO", "message": said, "operand": "x"}],
        }
    )
    at = datetime(2016, 6, 1, 17, 1, 55, tzinfo=UTC)
    assert [(line.number, line.at, line.text, line.emote) for line in log.lines] == [
        (1, at, "#info x", False),
        (2, at, "waves", True),
    ]
    assert log.channel == "#c"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(b'[{"type":"message","ts":"1464800515.0"},{"type":"mes', "x.json ends in the middle, behind entry 1", id="cut off"),
        pytest.param(b'[{"type":"message","ts":"1464800515.0"}', "ends in the middle", id="cut off between entries"),
        pytest.param(b'[{"type":"message","ts":"1464800515.0"} {}]', "is no valid JSON behind entry 1", id="a comma missing"),
        pytest.param(b'[{"type":"message","ts":"yesterday","subtype":"channel_join"}]', "entry 1 of x.json has the time yesterday", id="a time in words"),
        pytest.param(b'[{"type":"message","ts":"9999999999999","text":"x"}]', "has the time 9999999999999", id="a time in another age"),
        pytest.param(b'[{"type":"message","ts":null,"text":"x"}]', "has the time None", id="no time"),
        pytest.param(b'[{"type":"message","ts":1e999,"text":"x"}]', "has the time inf", id="an endless time"),
        pytest.param(b'[{"a":' + b"[" * 100_000, "nested too deep", id="nested too deep"),
        pytest.param(b'[{"type":"message","ts":' + b"9" * 5000 + b"}]", "a number too long", id="a number too long"),
        pytest.param(b'{"messages": [{"type": "m.room.message", "origin_server_ts": 1}]} {}', "something follows its end", id="two documents"),
        pytest.param(b"PK\x03\x04 and then nothing", "is a damaged zip", id="a damaged zip"),
    ],
)  # fmt: skip
def test_broken_exports_are_answered_with_what_to_do(raw: bytes, said: str) -> None:
    with pytest.raises(BadInput) as broken:
        list(opened(raw).lines)
    assert said in str(broken.value)


def test_a_zip_that_holds_no_slack_channel_is_no_log() -> None:
    with pytest.raises(BadInput, match="holds no log"):
        opened(export({"a.txt": "x"}), "x.zip")
    with pytest.raises(BadInput, match="no irssi log"):
        opened(export({"a.txt": "x"}), "x.zip", "irssi")


DOCUMENT: dict[str, Any] = {
    "name": 'é \u2028 \\ "',
    "messages": [{"a": [1, {"b": "x]},"}]}, "text", 12, None, []],
    "deep": {"a": {}},
    "number": 12,
}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("most", [1, 2, 5, 1000])
def test_entries_are_the_same_however_little_is_read_at_once(indent: int | None, most: int) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(most)

    raw = json.dumps(DOCUMENT, indent=indent, ensure_ascii=False).encode()
    assert list(entries(Trickle(raw), "x")) == [
        ("name", DOCUMENT["name"]), *(("messages", entry) for entry in DOCUMENT["messages"]),
        ("deep", DOCUMENT["deep"]), ("number", 12),
    ]  # fmt: skip


def test_a_document_cut_at_any_place_says_that_it_was_cut() -> None:
    raw = json.dumps(DOCUMENT).encode()
    for cut in range(len(raw)):
        with pytest.raises(BadInput, match="ends in the middle"):
            list(entries(io.BytesIO(raw[:cut]), "x"))
