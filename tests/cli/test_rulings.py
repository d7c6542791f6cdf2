"""`tallyman waive`, `hold`, `rulings` and `vote ...` as they are typed, with their documents and their refusals."""

import json

import pytest

from tests.cli.conftest import Command

ASIDE = ("waive", "C3", "-r", "v1.3.0", "--by", "ada", "--because", "the entry is about no pull request")


def test_a_waiver_is_said_listed_and_judged_by(books_of_the_meeting: Command) -> None:
    command = books_of_the_meeting
    said = command(*ASIDE, "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert {name: found[name] for name in ("project", "release", "act", "about", "by", "because")} == {
        "project": "runtime-spec", "release": "v1.3.0", "act": "waive", "about": "C3", "by": "ada",
        "because": "the entry is about no pull request",
    }  # fmt: skip
    assert json.loads(command("rulings", "-r", "v1.3.0", "--json").out) == [found]
    assert "the entry is about no pull request" in command("rulings", "-r", "v1.3.0").out
    judged = json.loads(command("judge", "-r", "v1.3.0", "--json").out)
    (verdict,) = [each for each in judged["verdicts"] if each["rule"] == "C3"]
    assert verdict["outcome"] == "WAIVED"
    assert "waived by ada" in verdict["reason"]
    assert command(*ASIDE, "--undo").out.startswith("unwaive C3: ")


def test_a_vote_is_shown_with_its_arithmetic(books_of_the_meeting: Command) -> None:
    said = books_of_the_meeting("vote", "show", "-r", "v1.3.0")
    assert said.code == 1, "it is open"
    assert "quorum not met: 2 of 6 voted, 4 needed" in said.out
    found = json.loads(books_of_the_meeting("vote", "show", "-r", "v1.3.0", "--json").out)
    assert (found["outcome"], found["roster"], found["lgtm"]) == ("open", 6, 2)
    nothing = books_of_the_meeting("vote", "show", "-r", "v1.4.0", "--json")
    assert (nothing.code, json.loads(nothing.out)) == (1, None)


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("waive R7 -r v1.3.0 --by ada --because why", 2, "R7 is a MUST: nobody can waive it"),
        ("waive C3 -r v1.3.0 --by stranger --because why", 2, "stranger is no maintainer of quayside/runtime-spec"),
        ("waive C3 -r v1.3.0 --by ada", 2, "Missing option '--because'"),
        ("waive C3 -r nonsense --by ada --because why", 2, "nonsense is no release"),
        ("hold -r v1.3.0 --by ada --because why --undo", 2, "no such hold of ada stands"),
        ("embargo everything --by ada --because why", 2, "'everything' cannot be put under embargo"),
        ("embargo vote --by ada --because why", 2, "which vote is not said: name its release with --release"),
        ("vote open -r v1.3.0 --by ada --closes soon", 2, "--closes soon is no time"),
        ("vote close -r v1.4.0 --by ada --because why", 2, "no vote on v1.4.0 is recorded"),
        ("vote import nowhere.json -r v1.3.0 --by ada", 2, "nowhere.json cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(
    books_of_the_meeting: Command, line: str, code: int, message: str
) -> None:
    said = books_of_the_meeting(*line.split())
    assert (said.code, message in said.err) == (code, True), said.err
