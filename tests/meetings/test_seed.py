"""The seed meeting of 1 June 2016: what its own bot recorded, and what we keep beyond that."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC
from typing import Any

import pytest

from bot.meetings import logformats
from bot.meetings.minutes import Style, record
from bot.model.meeting import Kind, Line, Meeting, Rule, Status
from bot.reports import minutes
from tests.skips import skip_data

SEED = "seed/2016-06-01-meeting.log"
# order and line of the 28 items, as the bot that ran the meeting recorded them
AS_MEETBOT = [
    (9, "topic"), (10, "topic"), (13, "topic"), (15, "link"), (17, "link"), (20, "link"), (23, "topic"), (25, "link"),
    (26, "link"), (44, "link"), (47, "link"), (48, "action"), (50, "link"), (56, "link"), (64, "link"), (69, "link"),
    (71, "agreed"), (76, "link"), (83, "action"), (123, "link"), (134, "action"), (144, "topic"), (145, "link"),
    (151, "action"), (152, "link"), (153, "topic"), (156, "topic"), (157, "info"),
]  # fmt: skip


@pytest.fixture(scope="module")
def lines() -> tuple[Line, ...]:
    path = skip_data(SEED)
    return logformats.read(logformats.decode(path.read_bytes()), name=path.name, form=None, on=None, zone=UTC)


def of(lines: tuple[Line, ...], style: Style) -> Meeting:
    (meeting,) = record(lines, style=style, home=None, source="seed")
    return meeting


def test_meetbot_s_style_gives_its_28_items_in_order_by_line(lines: tuple[Line, ...]) -> None:
    meeting = of(lines, Style.MEETBOT)
    assert [(item.line, item.kind.value) for item in meeting.items] == AS_MEETBOT
    assert Counter(item.kind for item in meeting.items) == {
        Kind.TOPIC: 7,
        Kind.LINK: 15,
        Kind.ACTION: 4,
        Kind.AGREED: 1,
        Kind.INFO: 1,
    }


def test_the_meeting_is_named_dated_and_chaired_as_the_bot_said(lines: tuple[Line, ...]) -> None:
    document = minutes.to_json(of(lines, Style.MEETBOT), count_lines=True)
    assert document["meeting"] == {
        "name": "2016_07_01_discussion", "title": "2016-07-01 discussion", "channel": "",
        "started_at": "2016-06-01T17:01:55Z", "ended_at": "2016-06-01T18:12:55Z", "chairs": ["RobDolinMS", "vbatts", "wking"],
    }  # fmt: skip
    counts = {person["nick"]: person["lines"] for person in document["people"] if person["lines"]}
    assert counts == {
        "RobDolinMS": 83,
        "wking": 50,
        "mrunalp": 6,
        "vbatts": 5,
        "collabot`": 5,  # MeetBot counts itself
        "duglin": 4,
        "philips": 3,
        "alagalah": 2,
    }


def test_actions_have_the_people_meetbot_gave_them(lines: tuple[Line, ...]) -> None:
    for style in Style:
        given = [item.assignees for item in of(lines, style).items if item.kind is Kind.ACTION]
        assert given == [("wking",), ("wking",), ("wking",), ()]


def test_our_style_also_keeps_the_two_topics_of_the_later_chair(lines: tuple[Line, ...]) -> None:
    meeting = of(lines, Style.TALLYMAN)
    adopted = [(item.line, item.by) for item in meeting.items if item.status is Status.ADOPTED]
    assert adopted == [(49, "RobDolinMS"), (58, "RobDolinMS")]
    assert [item.line for item in meeting.items if item.status is not Status.ADOPTED] == [
        line for line, _ in AS_MEETBOT
    ]
    assert [item.line for item in meeting.items] == sorted(item.line for item in meeting.items)


def test_what_follows_an_adopted_topic_stands_under_it(lines: tuple[Line, ...]) -> None:
    agreed = next(item for item in of(lines, Style.TALLYMAN).items if item.kind is Kind.AGREED)
    assert agreed.topic.startswith("Separate container sandbox lifecycle")


@pytest.mark.parametrize(
    ("line", "repo", "number", "rule"),
    [
        pytest.param(48, "opencontainers/runtime-spec", 412, Rule.TOPIC, id="a bare number by its topic"),
        pytest.param(71, "opencontainers/runtime-spec", 299, Rule.TOPIC, id="the decision's issue"),
        pytest.param(
            134, "opencontainers/runtime-spec", 391, Rule.EXPLICIT, id="a repository without its owner"
        ),
        pytest.param(
            151, "opencontainers/ocitools", 83, Rule.EXPLICIT, id="another repository without its owner"
        ),
        pytest.param(17, "opencontainers/image-spec", 11, Rule.EXPLICIT, id="a link"),
    ],
)
def test_a_reference_finds_its_repository(
    lines: tuple[Line, ...], line: int, repo: str, number: int, rule: Rule
) -> None:
    item = next(item for item in of(lines, Style.TALLYMAN).items if item.line == line)
    assert [(ref.repo, ref.number, ref.rule) for ref in item.references] == [(repo, number, rule)]


def test_the_scribe_s_names_are_people_and_speakers(lines: tuple[Line, ...]) -> None:
    meeting = of(lines, Style.TALLYMAN)
    people = {person.nick: person.present.value for person in meeting.people}
    assert people["crosbymichael"] == "scribed"
    assert people["alagalah"] == "typed"
    assert "collabot`" not in people
    assert meeting.items[-1].speaker == "Michael"


def test_the_command_prints_the_contract_s_document() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli.main", "minutes", str(skip_data(SEED)), "--style", "meetbot", "--format", "json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    document: dict[str, Any] = json.loads(done.stdout)
    assert {"meeting", "items", "people", "warnings"} <= set(document)
    assert len(document["items"]) == 28
    assert {
        "id",
        "line",
        "at",
        "kind",
        "by",
        "speaker",
        "text",
        "topic",
        "assignees",
        "references",
        "status",
    } <= set(document["items"][0])
    assert {"nick", "present", "left_at", "lines"} <= set(document["people"][0])
