"""The short comments, to the byte: events, answers, refusals, and what an issue hears of a meeting; and nothing in them acts."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.jobs.commanding import WHAT
from bot.judgement.occasions import Event
from bot.judgement.requests import USAGE, Want
from bot.model.meeting import Status
from bot.model.telling import Correction
from bot.publication.comments import MOST_BYTES
from bot.reports import answers, meeting
from bot.reports.answers import Answered
from bot.reports.events import event
from tests import goldens
from tests.judgement.made import NOON, WEB, ago
from tests.judgement.voting import count
from tests.reports.samples import FULL
from tests.reports.test_hostile import HOSTILE as CORPUS
from tests.reports.test_hostile import filled
from tests.reports.test_quoting import ACTS, Page
from tests.reports.test_readiness_inert import PARSER, tokens
from tests.reports.variants import HOSTILE, NOT_READY, READY, judged, voted

WRONG = Correction(
    "Ready: nothing that must hold is missing",
    ago(days=3),
    "ada",
    NOON,
    "#5 is open again",
    f"{WEB}/issues/8#1",
)
EVENTS: dict[str, Callable[[], str]] = {
    "vote-opened": lambda: event(Event.VOTE_OPENED, judged(*READY), voted(count("", hours=1))),
    "vote-closing": lambda: event(Event.VOTE_CLOSING, judged(*READY), voted(count("LLLR A", hours=150))),
    "vote-closing.quorum": lambda: event(Event.VOTE_CLOSING, judged(*READY), voted(count("LLLLLLL", hours=150))),
    "vote-result.adopted": lambda: event(Event.VOTE_RESULT, judged(*READY), voted(count("LLLLLL"))),
    "vote-result.not-adopted": lambda: event(Event.VOTE_RESULT, judged(*READY), voted(count("LLLRRR"))),
    "verdict-turned.ready": lambda: event(Event.VERDICT_TURNED, judged(*READY), before=judged(*NOT_READY)),
    "verdict-turned.not-ready": lambda: event(Event.VERDICT_TURNED, judged(*NOT_READY), before=judged(*READY)),
    "correction": lambda: event(Event.CORRECTION, judged(*READY), correction=WRONG),
}  # fmt: skip
ANSWERS: dict[str, Callable[[], str]] = {
    "answer.done": lambda: answers.answer("ada", [Answered("/tallyman report", True, "Not ready: 1 of 7 rules that must hold is not met")]),
    "answer.mixed": lambda: answers.answer("ada", [
        Answered("/tallyman waive C1 because it comes tomorrow", True, "C1 is waived for v1.0.0; the report says by whom and why"),
        Answered("/tallyman waive C2", False, "say why: `/tallyman waive C2 because REASON`"),
    ]),
    "answer.help": lambda: answers.answer("ada", [Answered("/tallyman help", True, "this is what there is")], [(USAGE[want], WHAT[want]) for want in Want]),
    "answer.refusal": lambda: answers.refusal("mallory", "quay/spec"),
    "meeting.comment": lambda: meeting.comment(FULL, meeting.decisions(FULL)["example/runtime-spec", 412], "https://logs.example.org/2016-06-01"),
    "meeting.comment.bare": lambda: meeting.comment(FULL, meeting.decisions(FULL)["example/runtime-spec", 299], ""),
}  # fmt: skip
TEXTS: dict[str, Callable[[], str]] = {**{f"event.{name}": made for name, made in EVENTS.items()}, **ANSWERS}
GOLDENS = frozenset(f"{name}.md" for name in TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_looks_like_its_golden_file(name: str) -> None:
    goldens.check(f"{name}.md", TEXTS[name]())


def test_every_event_has_a_text() -> None:
    assert {name.partition(".")[0] for name in EVENTS} == {each.value for each in Event}


@pytest.mark.parametrize("text", [HOSTILE, *(each for each in CORPUS.values() if len(each) < 1000)])
def test_nothing_that_people_type_acts_in_them(text: str) -> None:
    verdicts = tuple(filled(verdict, text) for verdict in NOT_READY)
    vote = filled(voted(count("LLLLLL")), text)
    decided = meeting.decisions(FULL)["example/runtime-spec", 412]
    texts = [
        *(event(name, judged(*verdicts), vote, judged(*READY), filled(WRONG, text)) for name in Event),
        answers.answer(text, [Answered(text, True, text)]),
        answers.refusal(text, text),
        meeting.comment(filled(FULL, text), filled(decided, text), "javascript:alert(1)"),
        meeting.kept(filled(FULL, text), "javascript:alert(1)"),
    ]
    for each in texts:
        page = Page(PARSER.render(each))
        for what, pattern in ACTS.items():
            assert re.findall(pattern, page.searched) == [], what
        links = [str(token.attrs["href"]) for token in tokens(each) if token.type == "link_open"]
        assert [link for link in links if not link.startswith("https://")] == []


def test_an_issue_hears_only_what_stands_and_names_it() -> None:
    found = meeting.decisions(FULL)
    assert [item.id for item in found["example/runtime-spec", 299]] == ["L8"]
    assert [item.id for item in found["example/image-spec", 3]] == ["L10"]
    taken_back = replace(FULL, items=tuple(replace(item, status=Status.UNDONE) for item in FULL.items))
    assert meeting.decisions(taken_back) == {}


def test_minutes_that_are_too_long_end_at_a_line_and_say_so() -> None:
    long = replace(FULL, items=FULL.items * 400)
    found = meeting.kept(long, "")
    assert len(found.encode()) < MOST_BYTES
    assert found.endswith("and more: `tallyman meeting show` has all of weekly\\_call\n")
