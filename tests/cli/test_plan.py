"""`tallyman release plan` as it is typed, over the sample project and over runtime-spec's own history."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import now
from bot.sources.tags import read_past
from tests.cli.conftest import Command
from tests.skips import skip_data, skip_tool
from tests.world import World, harbour

KEYS = ["as", "size", "rules", "needs", "steps", "earliest", "unknown", "notes", "scope", "without"]


def test_each_name_has_its_rules_its_votes_and_its_date(books_of_the_meeting: Command) -> None:
    spec = skip_data("spec")
    roster = spec / "v1.3.0" / "MAINTAINERS"
    said = books_of_the_meeting(
        "release", "plan", "--project", "runtime-spec", "--as", "v1.4.0", "--as", "v2.0.0", "--repository", spec, "--roster", roster,
        "--at", "2026-06-15T12:00:00Z", "--json",
    )  # fmt: skip
    minor, major = json.loads(said.out)
    assert (said.code, list(minor), list(major)) == (0, KEYS, KEYS)
    assert (minor["size"], minor["earliest"], major["size"], major["earliest"]) == (
        "minor", "2026-06-22T12:00:00Z", "major", "2026-07-13T12:00:00Z",
    )  # fmt: skip
    assert [step["version"] for step in major["steps"]] == [
        "v2.0.0-rc1",
        "v2.0.0-rc2",
        "v2.0.0-rc3",
        "v2.0.0",
    ]
    assert minor["needs"][0] == "the votes of 8 of 11 maintainers (V5, GOVERNANCE.md#quorum)"
    assert {"R2", "R4"} <= {rule["id"] for rule in major["rules"]}


def test_the_meeting_of_june_2016_asked_before_there_were_rules(command: Command) -> None:
    said = command("release", "plan", "--as", "v0.6.0", "--as", "v1.0.0-rc0", "--repository", skip_data("spec"), "--at", "2016-06-01T18:00:00Z")  # fmt: skip
    assert said.code == 0
    assert said.out.count("no rule of OCI specification was in force on 2016-06-01") == 2
    assert said.out.count("earliest by the rules: 2016-06-01 18:00 UTC") == 2


def test_at_the_time_of_v1_0_0_two_candidates_were_missing(command: Command) -> None:
    said = command("release", "plan", "--as", "v1.0.0", "--repository", skip_data("spec"), "--at", "2017-07-11T00:00:00Z", "--json")  # fmt: skip
    (found,) = json.loads(said.out)
    assert [step["version"] for step in found["steps"]] == ["v1.0.0-rc7", "v1.0.0-rc8", "v1.0.0"]
    assert "1 of 3 candidates since the last break (SHOULD, R4, RELEASES.md#timelines)" in found["notes"]


@pytest.fixture
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with harbour(tmp_path_factory.mktemp("plan") / "world") as found:
        yield found


def test_what_a_smaller_scope_buys(
    command: Command, own_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLYMAN_CONFIG", str(own_world.settings()))
    world, repo, at = own_world, "quayside/runtime-spec", now()
    number = world.store.add_milestone(repo, "v2.0.0", by="ada", at=at)["number"]
    breaking = world.store.add_issue(repo, "One verb less", by="ada", at=at, milestone=number, labels=("breaking",))["number"]  # fmt: skip
    world.store.add_issue(repo, "A typo", by="ada", at=at, milestone=number)
    (tmp_path / "past").mkdir()
    rows = [f"v2.0.0-rc{n} {'a' * 40} " + f"2026-0{n}-01T00:00:00+00:00 " * 3 for n in (1, 2, 3)]
    (tmp_path / "past" / "TAGS").write_text(
        "\n".join(["# tag commit tagged_at committed_at authored_at", *rows])
    )
    assert command("sync").code == 0
    given = ("release", "plan", "--as", "v2.0.0", "--repository", "past", "--at", "2026-06-15T00:00:00Z")
    said = command(*given, "--without", f"#{breaking}", "--without", "#999999", "--json")
    (found,) = json.loads(said.out)
    assert (found["scope"]["open"], found["earliest"]) == (2, "2026-07-13T00:00:00Z")
    assert found["without"] == {"numbers": [breaking, 999999], "open": 1, "earliest": "2026-06-22T00:00:00Z"}
    assert "#999999 is not open in this release's scope" in found["notes"]
    told = command(*given, "--without", f"{repo}#{breaking}").out
    assert f"without #{breaking}: 1 open; earliest 2026-06-22 00:00 UTC" in told


def test_tags_and_changelogs_come_from_a_checkout(command: Command, tmp_path: Path) -> None:
    skip_tool("git")
    place = tmp_path / "checkout"
    place.mkdir()
    who = {f"GIT_{role}_{what}": "2026-05-01T00:00:00+00:00" if what == "DATE" else "ada" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL", "DATE")}  # fmt: skip
    for words in (
        ["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "x"], ["tag", "-am", "one", "v2.0.0-rc1"], ["tag", "v2.0.0-rc2"], ["tag", "nightly"],
    ):  # fmt: skip
        (place / "ChangeLog").write_text(
            "Changes with v2.0.0-rc2:\n\n\tBreaking changes:\n\n\t* one verb less (#1)\n"
        )
        subprocess.run(
            ["git", "-C", place, *words],
            check=True,
            env={**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull},
        )
    (found,) = json.loads(command("release", "plan", "--as", "v2.0.0", "--repository", place, "--at", "2026-06-15T00:00:00Z", "--json").out)  # fmt: skip
    assert [step["version"] for step in found["steps"]] == ["v2.0.0-rc3", "v2.0.0-rc4", "v2.0.0"]
    assert "1 of 3 candidates since the last break" in found["notes"][0]
    assert [tag.tag for tag in read_past(place)[0]] == ["v2.0.0-rc1", "v2.0.0-rc2"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param("--as nonsense", "nonsense is no release of this project", id="no release"),
        pytest.param("--as v1.4.0 --without later", "--without later is no issue of quayside/runtime-spec: write it as #299", id="no issue"),
        pytest.param("--as v1.4.0 --without other/repo#3", "is no issue of quayside/runtime-spec", id="another's issue"),
        pytest.param("--as v1.4.0 --repository .", "is no git checkout and has no file TAGS", id="no checkout"),
        pytest.param("--as v1.4.0 --repository bad", "TAGS cannot be read", id="a broken list of tags"),
        pytest.param("--as v1.4.0 --at soon", "--at soon is no time", id="no time"),
        pytest.param("--as v1.4.0 --project nope", "there is no project nope", id="no project"),
    ],
)  # fmt: skip
def test_a_wrong_request_says_what_to_do(command: Command, tmp_path: Path, words: str, message: str) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "TAGS").write_text("v1.0.0 abc yesterday today tomorrow\n")
    said = command("release", "plan", *words.split())
    assert (said.code, said.out) == (2, "")
    assert message in said.err


def test_without_the_releases_the_date_is_unknown(command: Command) -> None:
    said = command("release", "plan", "--as", "v1.4.0")
    assert (
        said.code,
        "earliest date unknown: no releases are known: run `tallyman sync`, or give --repository" in said.out,
    ) == (
        0,
        True,
    )


def test_an_override_of_the_settings_is_judged_and_planned_by_and_its_reason_shown(
    books_of_the_meeting: Command, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        world.settings()
        .read_text()
        .replace(
            "[project.conformance]",
            '[[project.override]]\nid = "V8"\nwhy = "a holiday"\nparameters = {hours = 336}\n'
            '[[project.override]]\nid = "R7"\nwhy = "we plan on a wall"\nforce = "INFO"\n[project.conformance]',
        )
    )
    monkeypatch.setenv("TALLYMAN_CONFIG", str(own))
    said = books_of_the_meeting("release", "plan", "--as", "v1.4.0", "--repository", skip_data("spec"), "--at", "2026-06-15T00:00:00Z", "--json")  # fmt: skip
    (found,) = json.loads(said.out)
    assert found["earliest"] == "2026-06-29T00:00:00Z"
    (judged,) = (each for each in json.loads(books_of_the_meeting("judge", "-r", "v1.3.0", "--json").out)["verdicts"] if "R7" in json.dumps(each))  # fmt: skip
    assert "INFO" in json.dumps(judged)
    assert "(rule overridden: we plan on a wall)" in json.dumps(judged)
