"""A project's own expressions: what they give, and that a mistake or a greedy one harms nobody and says where it stands."""

import time

import pytest

from bot.judgement import named
from bot.model.evidence import Answer
from bot.sources.expressions import MOST_CHARACTERS, evaluate
from tests.judgement.made import evidence, issue, pull, tagged, voted

VALUES = {
    "release": {"version": "1.0.0", "is_candidate": False},
    "pulls": [{"number": n, "approvals": n % 3} for n in range(500)],
}
MISSING = {"vote": "no vote is recorded"}


def one(text: str) -> Answer:
    return evaluate({"own": text}, VALUES, MISSING)["own"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("!release.is_candidate", True),
        ("size(pulls) == 0", False),
        ("pulls.all(p, p.approvals >= 0) && release.version.startsWith('1.')", True),
        ("pulls.exists(p, p.number == 7 && p.approvals == 2)", False),
        ("release.version.matches('^[0-9]+[.]0[.]0$')", True),
        ("has(release.nothing) || release.version == '1.0.0'", True),
    ],
)
def test_an_expression_is_true_or_false(text: str, holds: bool) -> None:
    assert one(text) == Answer(holds)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("size(pulls) ==", "the expression cannot be read, at 1:15: Syntax error: mismatched input '<EOF>'", id="not whole"),
        pytest.param("release.version ==\n  = '1'", "the expression cannot be read, at 2:3: Syntax error: ", id="on the second line"),
        pytest.param("true && vote.quorum_met", "vote is not known, at 1:9: no vote is recorded", id="a fact that is missing"),
        pytest.param("true\n && nope > 1", "there is no nope, at 2:5", id="a name that nobody knows"),
        pytest.param("release.colour == 'red'", "there is no field colour, at 1:9", id="a field that nobody knows"),
        pytest.param("frobnicate(release)", "there is no frobnicate, at 1:1", id="a function that nobody knows"),
        pytest.param("release.version > 1", "No such overload", id="words beside numbers"),
        pytest.param("size(pulls)", "the expression gives int, not true or false, at 1:1", id="a number"),
        pytest.param("1 / 0 == 1", "division by zero in CEL expression, at 1:1", id="no result"),
        pytest.param("", "the expression cannot be read, at 1:1", id="nothing"),
        pytest.param("(" * 400 + "true" + ")" * 400, "the expression cannot be read, at 1:97", id="too deep"),
        pytest.param("true || " * 200 + "true", f"the expression has more than {MOST_CHARACTERS} characters, at 1:1001", id="too long"),
        pytest.param("__import__('os').system('true') == 0", "there is no __import__, at 1:1", id="Python"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(text: str, problem: str) -> None:
    found = one(text)
    assert found.holds is None
    assert found.problem.startswith(problem)
    assert ", at " in found.problem


def test_a_greedy_expression_is_ended_and_spoils_no_other() -> None:
    greedy = "pulls.all(a, pulls.all(b, pulls.all(c, pulls.all(d, a.number + b.number + c.number + d.number >= 0))))"
    began = time.monotonic()
    found = evaluate({"greedy": greedy, "fine": "size(pulls) == 500"}, VALUES, MISSING)
    assert time.monotonic() - began < 30
    assert found["greedy"] == Answer(None, "the expression takes more than 2 seconds or its memory, at 1:1")
    assert found["fine"] == Answer(True)


def test_a_hungry_expression_is_ended() -> None:
    hungry = "pulls.map(a, pulls.map(b, pulls.map(c, [a, b, c, pulls]))).size() > 0"
    assert one(hungry).holds is None


def test_every_fact_can_be_spoken_of() -> None:
    given = evidence(
        issues=(issue(1), issue(5, is_pull=True)),
        pulls=(pull(5, "bo+"),),
        landed=(tagged("v0.9.0"),),
        vote=voted("LLL"),
    )
    known = named.facts(given)
    assert set(known.values) | set(known.missing) == set(named.NAMES)
    assert {"checks", "conformance", "meetings"} <= set(known.missing)
    for name, value in known.values.items():
        rows = value if isinstance(value, list) else [value]
        assert all(set(row) == set(named.NAMES[name].fields) for row in rows), name
    found = evaluate(
        {"a": "pulls[0].approvals == 1 && issues.size() == 1", "b": "previous.name == 'v0.9.0' && vote.in_favour == 3"},
        known.values, known.missing,
    )  # fmt: skip
    assert {answer.holds for answer in found.values()} == {True}, found
