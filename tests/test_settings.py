"""Settings: every problem at once, in words, with the fix."""

from pathlib import Path

import pytest

from bot import settings
from bot.model.clause import Override
from bot.model.errors import BadSettings, WrongRequest
from bot.model.release import Force

PROJECT = '[[project]]\nid = "runtime-spec"\nrepo = "opencontainers/runtime-spec"\n'


def read(tmp_path: Path, text: str) -> settings.Settings:
    file = tmp_path / "tallyman.toml"
    file.write_text(text, encoding="utf-8")
    return settings.load(file, {})


def test_no_file_at_all_gives_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = settings.load(None, {})
    assert (found.github.api, found.service.send, found.project) == ("https://api.github.com", False, ())


def test_a_project_gets_the_patterns_of_the_house(tmp_path: Path) -> None:
    project = read(tmp_path, PROJECT).named("runtime-spec")
    assert project.releases.milestone == "^v?{version}$"
    assert project.repos == ("opencontainers/runtime-spec",)


def test_a_project_overrides_a_rule_with_its_reason(tmp_path: Path) -> None:
    text = PROJECT + '[[project.override]]\nid = "C1"\nwhy = "we tag by hand"\nforce = "INFO"\n'
    text += '[[project.override]]\nid = "V8"\nwhy = "a  holiday"\nparameters = {hours = 336}\n'
    assert read(tmp_path, text).named("runtime-spec").overrides == (
        Override("C1", "we tag by hand", Force.INFO, {}),
        Override("V8", "a holiday", None, {"hours": 336}),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[service]\nsned = true", "did you mean send?", id="a misspelt setting"),
        pytest.param('[github]\napi = "github"', "write a full address", id="no address"),
        pytest.param("[github]\nmax_requests_per_hour = 0", "greater than 0", id="no budget"),
        pytest.param('[[project]]\nid = "x"', "project[1].repo: it is missing", id="a missing setting"),
        pytest.param('[[project]]\nid = "x"\nrepo = "x"', "write owner/name", id="half a repository"),
        pytest.param(PROJECT + PROJECT, "two projects are called runtime-spec", id="one id twice"),
        pytest.param(
            PROJECT + '[project.releases]\ntag = "v.*"', "(?P<version>", id="a tag that reads no version"
        ),
        pytest.param(PROJECT + '[project.releases]\npull = "["', "{version}", id="a pattern without version"),
        pytest.param(PROJECT + '[[project.series]]\nrrule = "x"\nzone = "Mars"', "IANA", id="no zone"),
        pytest.param('[schedule]\nsync = "61 * * * *"', "61 is no minute", id="an impossible minute"),
        pytest.param('[schedule]\nsync = "daily"', "five cron fields", id="a word for a schedule"),
        pytest.param(
            '[schedule]\nsync = "50-10 * * * *"', "the smaller number comes first", id="a range backwards"
        ),
        pytest.param(
            '[schedule]\nsync = "0 0 31 2,4 *"', "no month of it has a day 31", id="a day that never comes"
        ),
        pytest.param(
            PROJECT + 'family = "ocl"', "known are apache, cncf, oci, oci-project, plain", id="no rule set"
        ),
        pytest.param(
            PROJECT + '[[project.override]]\nid = "V99"\nwhy = "x"',
            "oci has no rule V99 to override",
            id="no rule",
        ),
        pytest.param(PROJECT + '[[project.override]]\nid = "V8"\nwhy = " "', "why", id="no reason"),
        pytest.param(
            PROJECT + '[[project.override]]\nid = "V8"\nwhy = "x"\nparameters = {hours = 0}',
            "has 0 as hours: write a whole number of at least 1",
            id="a window of nothing",
        ),
        pytest.param('[service]\nsend = "maybe"', 'send: write true, false or "shadow"', id="half a promise"),
        pytest.param("[service", "cannot be read", id="not TOML"),
    ],
)
def test_a_problem_is_named_with_its_place_and_its_fix(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, '[service]\nsned = 1\n[github]\napi = "x"\n[schedule]\nsync = "x"')
    assert len(caught.value.problems) == 3


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "tallyman.toml"
    file.write_text("[service]\nsend = false\n")
    assert settings.load(file, {"TALLYMAN_SERVICE__SEND": "true"}).service.send is True


def test_only_the_environment_that_was_given_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALLYMAN_SERVICE__SEND", "true")
    assert read(tmp_path, "[service]\nsend = false").service.send is False


def test_a_problem_of_the_environment_is_not_blamed_on_the_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "tallyman.toml"
    file.write_text("[service]\nsend = false\n")
    with pytest.raises(BadSettings, match=r"tallyman\.toml and the environment has 1 problem"):
        settings.load(file, {"TALLYMAN_GITHUB__API": "nowhere"})


def test_a_user_without_a_home_is_told_how_to_name_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.data_dir({"XDG_DATA_HOME": "/srv/data"}) == Path("/srv/data/tallyman")
    assert settings.data_dir({"TALLYMAN_DATA": "/srv/books"}) == Path("/srv/books")


def test_a_named_file_that_is_not_there_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(WrongRequest, match="tallyman init"):
        settings.load(tmp_path / "nowhere.toml", {})


def test_an_unknown_project_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WrongRequest, match="the settings name runtime-spec"):
        read(tmp_path, PROJECT).named("image-spec")


def test_a_token_comes_from_its_file_first(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("from-file\n")
    found = read(tmp_path, f'[github]\ntoken_file = "{secret}"')
    assert found.token({"GITHUB_TOKEN": "from-environment"}) == "from-file"


def test_a_missing_token_file_is_an_error_and_not_an_anonymous_request(tmp_path: Path) -> None:
    found = read(tmp_path, f'[github]\ntoken_file = "{tmp_path}/nowhere"')
    with pytest.raises(WrongRequest, match="cannot be read"):
        found.token({"GITHUB_TOKEN": "from-environment"})
