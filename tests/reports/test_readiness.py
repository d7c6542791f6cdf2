"""The readiness report in its four forms, to the byte; how it is kept small; what changed; what is never left out."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.conformance import CaseOutcome
from bot.model.release import Beside, Force, Outcome, Readiness, Verdict
from bot.reports.readiness import MOST_BYTES, SIZES, Report, changes, columns, left_out, render, to_json
from bot.reports.wording import headline, standing, state, who_can_act
from tests import goldens
from tests.judgement.made import rule, run
from tests.reports.variants import NOT_READY, READY, UNSURE, VARIANTS, judged

ENDINGS = {"markdown": "md", "html": "html", "text": "txt"}
TOO_LONG_FOR_JSON = {"huge", "ten-thousand"}  # JSON leaves nothing out; counted below instead
GOLDENS = frozenset(
    {f"readiness.{name}.{ending}" for name in VARIANTS for ending in ENDINGS.values()}
    | {f"readiness.{name}.json" for name in set(VARIANTS) - TOO_LONG_FOR_JSON}
)


def rendered(name: str, form: str) -> str:
    return render(VARIANTS[name], form)


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_report_looks_like_its_golden_file(name: str, form: str) -> None:
    goldens.check(f"readiness.{name}.{ENDINGS[form]}", rendered(name, form))


@pytest.mark.parametrize("name", sorted(set(VARIANTS) - TOO_LONG_FOR_JSON))
def test_a_judgement_as_json_looks_like_its_golden_file(name: str) -> None:
    document = to_json(VARIANTS[name])
    goldens.check(f"readiness.{name}.json", json.dumps(document, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", sorted(TOO_LONG_FOR_JSON))
def test_json_leaves_nothing_out(name: str) -> None:
    readiness = VARIANTS[name].readiness
    document = json.loads(json.dumps(to_json(VARIANTS[name])))
    for verdict, found in zip(readiness.verdicts, document["verdicts"], strict=True):
        assert [link["text"] for link in found["links"]] == [link.text for link in verdict.links]
        assert (found["reason"], found["who"]) == (verdict.reason, list(verdict.who))


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_report_fits_into_a_comment(name: str, form: str) -> None:
    text = rendered(name, form)
    assert len(text.encode()) < MOST_BYTES
    for verdict in VARIANTS[name].readiness.verdicts:
        assert verdict.rule.id in text, "every rule is there, however little of its evidence fits"


@pytest.mark.parametrize("form", ENDINGS)
def test_what_is_left_out_is_counted(form: str) -> None:
    assert "and 9990 more" in rendered("ten-thousand", form)


@pytest.mark.parametrize("form", ENDINGS)
def test_everything_that_is_left_out_is_named_with_its_number(form: str) -> None:
    few, most, _ = next(
        size for size in SIZES if (", ".join(left_out(VARIANTS["huge"], *size[:2]))) in rendered("huge", form)
    )
    found = left_out(VARIANTS["huge"], few, most)
    assert [each.split(" ", 1)[1] for each in found] == [
        "pieces of evidence", "votes", "concerns", "moves", "actions", "runs",
    ]  # fmt: skip
    assert found[1] == f"{500 - most} votes"


@pytest.mark.parametrize("form", ENDINGS)
def test_of_many_runs_the_rest_is_counted(form: str) -> None:
    assert "and 41 more" in rendered("huge", form), "of 50"


@pytest.mark.parametrize("form", ENDINGS)
def test_a_long_rule_set_with_long_evidence_fits_too(form: str) -> None:
    verdict = VARIANTS["huge"].readiness.verdicts[0]
    many = judged(*(replace(verdict, rule=replace(verdict.rule, id=f"R{n}")) for n in range(30)))
    text = render(Report(many), form)
    assert len(text.encode()) < MOST_BYTES
    assert all(f"R{n}" in text for n in range(30))
    assert re.search(r"eft out here: (2940|3000) pieces of evidence", text), "of 3,000"


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", VARIANTS)
def test_the_same_facts_give_the_same_bytes_at_any_time(name: str, form: str) -> None:
    variant = VARIANTS[name]
    now = replace(variant.readiness, beside=_read_later(variant.readiness.beside, timedelta()))
    later = replace(
        now,
        at=variant.readiness.at + timedelta(days=3),
        synced_at=variant.readiness.at + timedelta(days=3),
        beside=_read_later(variant.readiness.beside, timedelta(days=3)),
    )
    assert render(replace(variant, readiness=later), form) == render(replace(variant, readiness=now), form)


def _read_later(beside: Beside, later: timedelta) -> Beside:
    """Every source that was read was read again, as syncs do; meetings are as old as they are."""
    sources = tuple(
        replace(source, at=source.at + later) if source.at and source.name != "meetings" else source
        for source in beside.sources
        if source.at is None or source.name in ("tracker", "meetings")
    )
    return replace(beside, sources=sources)


def test_markdown_has_no_line_that_is_no_part_of_it() -> None:
    for name in VARIANTS:
        text = rendered(name, "markdown")
        assert "\n\n\n" not in text, name
        assert text.startswith("## Is v1.0.0 ready?\n\n**"), name


@pytest.mark.parametrize(
    ("verdicts", "line", "word"),
    [
        pytest.param(READY, "Ready: nothing that must hold is missing", "ready", id="ready"),
        pytest.param(
            (*READY[:1], *NOT_READY[1:4], READY[4]),
            "Ready: nothing that must hold is missing; 3 more to look at",
            "ready",
            id="ready, with more to look at",
        ),
        pytest.param(
            NOT_READY,
            "Not ready: 1 of 2 rules that must hold is not met, 1 is unknown",
            "not ready",
            id="one failed and one unknown",
        ),
        pytest.param(
            NOT_READY[:1],
            "Not ready: 1 of 1 rule that must hold is not met",
            "not ready",
            id="the only one failed",
        ),
        pytest.param(
            UNSURE, "Unknown: 1 of 2 rules that must hold cannot be judged yet", "unknown", id="only unknown"
        ),
        pytest.param((), "Unknown: no rule was applied", "unknown", id="no verdict at all"),
    ],
)
def test_the_verdict_in_one_line(verdicts: tuple[Verdict, ...], line: str, word: str) -> None:
    found = judged(*verdicts)
    assert (headline(found), standing(found)) == (line, word)
    assert headline(found).lower().startswith(f"{word}: "), "pages show the part before the colon as a label"


def test_without_rules_the_line_says_since_when_there_are_some() -> None:
    note = "no rule of Quay was in force on 2015-01-01; the first came on 2016-07-25"
    assert headline(judged(note=note)) == f"Unknown: {note}"


@pytest.mark.parametrize(
    ("force", "outcome", "word", "who"),
    [
        pytest.param(Force.MUST, Outcome.FAILED, "failed", ("any maintainer",), id="a MUST that failed"),
        pytest.param(Force.SHOULD, Outcome.FAILED, "failed", ("any maintainer",), id="a SHOULD that failed"),
        pytest.param(Force.INFO, Outcome.FAILED, "noted", (), id="information never fails"),
        pytest.param(Force.MUST, Outcome.UNKNOWN, "unknown", (), id="unknown"),
        pytest.param(Force.MUST, Outcome.PASSED, "passed", (), id="passed"),
        pytest.param(Force.SHOULD, Outcome.WAIVED, "waived", (), id="waived"),
        pytest.param(Force.MUST, Outcome.NOT_APPLICABLE, "not applicable", (), id="not applicable"),
    ],
)
def test_every_state_is_a_word(force: Force, outcome: Outcome, word: str, who: tuple[str, ...]) -> None:
    verdict = Verdict(rule("due_date", force), outcome, "because")
    assert (state(verdict), who_can_act(verdict)) == (word, who)
    assert who_can_act(replace(verdict, who=("bo",))) == ("bo",)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(None, judged(*READY), [], id="the first report"),
        pytest.param(judged(*READY), judged(*READY), [], id="nothing"),
        pytest.param(
            judged(READY[0]), judged(NOT_READY[0]),
            ["DUE: passed: due 2026-07-01 -> failed: the milestone v1.0.0 has no due date yet"], id="another outcome",
        ),
        pytest.param(
            judged(UNSURE[1]), judged(replace(UNSURE[1], reason="not yet")),
            ["OPEN: unknown: no milestone matches ^v?{version}$ for 1.0.0 -> unknown: not yet"], id="another reason",
        ),
        pytest.param(judged(), judged(READY[0]), ["DUE: not asked -> passed: due 2026-07-01"], id="a new rule"),
        pytest.param(judged(READY[0]), judged(), ["DUE: passed: due 2026-07-01 -> not asked"], id="a rule that ended"),
    ],
)  # fmt: skip
def test_what_changed(before: Readiness | None, now: Readiness, expected: list[str]) -> None:
    assert [f"{each.rule}: {each.before} -> {each.now}" for each in changes(now, before)] == expected


def test_a_table_of_runs_has_a_column_for_every_case() -> None:
    plain = (CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.ERROR, CaseOutcome.SKIPPED)
    assert columns((run("PF"),)) == plain
    assert columns((run("P"), run("D"))) == (*plain, CaseOutcome.DISPUTED)
    every = run("PFESNCD")
    assert sum(every.count(column) for column in columns((every,))) == len(every.results)
