"""What the operator decides: `tallyman.toml` and the environment, read once into one frozen Settings."""

import difflib
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.judgement.rules import families, load_clauses
from bot.judgement.rules import load as load_rules
from bot.model import clause
from bot.model.errors import BadInput, BadSettings, WrongRequest
from bot.model.release import Force
from bot.model.schedule import read_cron
from bot.settings.sentences import sentence

FILE = "tallyman.toml"
TOKEN_VARIABLES = ("TALLYMAN_GITHUB_TOKEN", "GITHUB_TOKEN")


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> "Settings":
    """Reads the settings. `path` None: $TALLYMAN_CONFIG, else ./tallyman.toml if it is there, else the defaults.

    Raises BadSettings naming every problem at once, WrongRequest when a named file cannot be read.
    """
    given: Mapping[str, str] = os.environ if environ is None else environ
    file = path or _default_file(given)
    if file is not None and not file.is_file():
        raise WrongRequest(f"there is no settings file {file}", do="run `tallyman init` to write one")

    class Environment(EnvSettingsSource):
        def _load_env_vars(self) -> Mapping[str, str | None]:
            return {name.lower(): value for name, value in given.items()}

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            *_others: Any,
            **_named: Any,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (init_settings, Environment(settings_cls), TomlConfigSettingsSource(settings_cls))

    decided = any(name.upper().startswith("TALLYMAN_") and "__" in name for name in given)
    where = " and ".join(
        ([str(file)] if file else []) + (["the environment"] if decided or file is None else [])
    )
    try:
        found = FromFile()
    except ValidationError as invalid:
        raise BadSettings(where, tuple(sentence(error, Settings) for error in invalid.errors())) from None
    except (
        SettingsError,
        UnicodeDecodeError,
        ValueError,
    ) as broken:  # not TOML at all, or a variable that is not JSON
        raise BadSettings(where, (f"it cannot be read: {broken}",)) from None
    except OSError as failed:
        raise WrongRequest(
            f"{where} cannot be read ({failed.strerror})", do="check its permissions"
        ) from None
    return found


def data_dir(environ: Mapping[str, str] | None = None) -> Path:
    """The user's data folder: $TALLYMAN_DATA, else $XDG_DATA_HOME/tallyman, else ~/.local/share/tallyman.

    Raises WrongRequest for a user without a home.
    """
    environ = os.environ if environ is None else environ
    if own := environ.get("TALLYMAN_DATA"):
        return Path(own)
    base = environ.get("XDG_DATA_HOME")
    try:
        return (Path(base) if base else Path.home() / ".local" / "share") / "tallyman"
    except RuntimeError:  # no HOME, and a user id without a name, as in many containers
        raise WrongRequest(
            "this user has no home folder", do="set TALLYMAN_DATA to a folder to keep the data in"
        ) from None


def _default_file(environ: Mapping[str, str]) -> Path | None:
    if named := environ.get("TALLYMAN_CONFIG"):
        return Path(named)
    here = Path(FILE)
    return here if here.exists() else None


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("write a full address such as https://api.github.com")
    return value.rstrip("/")


def _address(value: str) -> str:
    return _url(value) if value else value


def _repo(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", value):
        raise ValueError("write owner/name, such as opencontainers/runtime-spec")
    return value


def _issue(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+#[1-9]\d{0,8}", value):
        raise ValueError("write an issue as owner/repo#12")
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value.replace("{version}", "1"))
    except re.error as broken:
        raise ValueError(f"it is not a regular expression ({broken})") from None
    return value


def _versioned(value: str) -> str:
    if "{version}" not in value:
        raise ValueError("it must contain {version}, where the release's version is put in")
    return _pattern(value)


def _tag(value: str) -> str:
    if "(?P<version>" not in value:
        raise ValueError("it must contain a group (?P<version>...), which reads the version from a tag")
    return _pattern(value)


def _zone(value: str) -> str:
    if value not in available_timezones():
        near = difflib.get_close_matches(value, available_timezones(), n=1)
        raise ValueError(f"it is no IANA time zone{f'; did you mean {near[0]}?' if near else ''}")
    return value


def _family(value: str) -> str:
    if value not in families():
        raise ValueError(f"there is no such rule set; known are {', '.join(families())}")
    return value


def _send(value: object) -> object:
    if str(value).lower() not in ("true", "false", "1", "0", "shadow"):
        raise ValueError('write true, false or "shadow"')
    return value


def _cron(value: str) -> str:
    read_cron(value)
    return value


Url = Annotated[str, AfterValidator(_url)]
Repo = Annotated[str, AfterValidator(_repo)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Versioned = Annotated[str, AfterValidator(_versioned)]
Cron = Annotated[str, AfterValidator(_cron)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Service(Part):
    database: str = ""
    send: Annotated[bool | Literal["shadow"], BeforeValidator(_send)] = False
    shadow: str = ""  # the private page of "shadow": a file, or an issue as owner/repo#12
    dashboard: Annotated[str, AfterValidator(_address)] = ""  # where people reach the dashboard
    most_writes: int = Field(default=30, gt=0)  # changes on GitHub in one run


class GitHub(Part):
    api: Url = "https://api.github.com"
    token_file: str = ""
    login: str = ""  # the account's name, where the token may not ask for it (GitHub Apps)
    webhook_secret_file: str = ""
    max_requests_per_hour: int = Field(default=2000, gt=0)


class Releases(Part):
    tag: Annotated[str, AfterValidator(_tag)] = r"^v(?P<version>\d+\.\d+\.\d+(-rc\.?\d+)?)$"
    milestone: Versioned = r"^v?{version}$"
    issue: Versioned = r"^(Release|Tracking) v?{version}(?![-+.]?\w)"
    pull: Versioned = r"^(Release v?{version}|version: release v?{version})(?![-+.]?\w)"


class Files(Part):
    roster: str = "MAINTAINERS"
    governance: str = "GOVERNANCE.md"
    releases: str = "RELEASES.md"
    codeowners: str = "CODEOWNERS"


class Conformance(Part):
    suite: Literal["", "runtime"] = ""
    runtimes: tuple[str, ...] = ("refrun",)
    releases: Pattern = r"^v1\."


class Series(Part):
    rrule: str
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Override(Part):
    """A rule or clause of the family as this project has it; every report shows the reason."""

    id: str
    why: Annotated[str, Field(pattern=r"\S")]
    force: Force | None = None
    parameters: dict[str, bool | int | str | tuple[str, ...]] = {}


class Gate(Part):
    """A gate of the project's own: an expression in CEL over the facts that docs/gates.md names; true is passed."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40)]
    expression: Annotated[str, Field(min_length=1, max_length=1000)]
    text: Annotated[str, Field(min_length=1, max_length=300)]
    force: Force = Force.SHOULD


class Publication(Part):
    """What is said about a project besides its reports (docs/reports.md)."""

    check: Literal["", "status", "check-run"] = ""  # on the release pull request, for branch protection
    labels: bool = False
    events: bool = True  # a vote opens, closes soon, has a result; a verdict turns; something was wrong
    meetings: bool = False  # each issue that a meeting discussed gets its decisions
    minutes: Annotated[str, AfterValidator(_issue)] = ""  # where minutes are kept
    log: Annotated[str, AfterValidator(_address)] = ""  # where logs are: https://example.org/logs/{date}
    commands: bool = True  # answers /tallyman in comments


class Project(Part):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    repo: Repo
    also: tuple[Repo, ...] = ()
    family: Annotated[str, AfterValidator(_family)] = "oci"
    kind: Literal["spec", "project"] = "spec"
    channels: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()
    releases: Releases = Releases()
    files: Files = Files()
    conformance: Conformance = Conformance()
    publication: Publication = Publication()
    series: tuple[Series, ...] = ()
    w3c: bool = False  # meetings also use W3C's forms: Topic:, ACTION:, RESOLVED:, s/old/new/
    override: tuple[Override, ...] = ()
    gate: tuple[Gate, ...] = ()

    @model_validator(mode="after")
    def _gates_are_distinct(self) -> "Project":
        ids = [gate.id for gate in self.gate]
        taken = {rule.id for rule in load_rules(self.family, datetime.now(UTC)).rules}
        if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1 or id_ in taken}):
            raise ValueError(f"gate: {', '.join(twice)} is there already: give each gate its own id")
        return self

    @model_validator(mode="after")
    def _overrides_make_sense(self) -> "Project":
        try:
            load_clauses(self.family, datetime.now(UTC), self.overrides)
            load_rules(self.family, datetime.now(UTC), self.overrides)
        except BadInput as wrong:
            raise ValueError(f"override: {wrong}") from None
        return self

    @property
    def overrides(self) -> tuple[clause.Override, ...]:
        """As the rule sets take them."""
        return tuple(
            clause.Override(each.id, " ".join(each.why.split()), each.force, each.parameters)
            for each in self.override
        )

    @property
    def repos(self) -> tuple[str, ...]:
        return (self.repo, *self.also)


class Schedule(Part):
    """When the errands run (cron, UTC)."""

    sync: Cron = "*/15 * * * *"
    conformance: Cron = "30 3 * * *"
    judge: Cron = "5-59/15 * * * *"  # five minutes behind each sync


class Settings(BaseSettings):
    """Everything the operator decided. Environment variables win: TALLYMAN_SERVICE__SEND=true."""

    model_config = SettingsConfigDict(
        env_prefix="TALLYMAN_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    service: Service = Service()
    github: GitHub = GitHub()
    project: tuple[Project, ...] = ()
    schedule: Schedule = Schedule()

    @model_validator(mode="after")
    def _projects_are_distinct(self) -> "Settings":
        ids = [project.id for project in self.project]
        twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
        if twice:
            raise ValueError(f"two projects are called {', '.join(twice)}: give each its own id")
        return self

    def named(self, id_: str | None) -> Project:
        """The project of that id; the only one when `id_` is None. Raises WrongRequest."""
        known = ", ".join(project.id for project in self.project)
        if not self.project:
            raise WrongRequest("no project is set up", do="run `tallyman init` and edit tallyman.toml")
        if id_ is None:
            if len(self.project) == 1:
                return self.project[0]
            raise WrongRequest("there are several projects", do=f"say which with --project: {known}")
        for project in self.project:
            if project.id == id_:
                return project
        raise WrongRequest(f"there is no project {id_}", do=f"the settings name {known}")

    def token(self, environ: Mapping[str, str] | None = None) -> str | None:
        """The GitHub token: from github.token_file, else $TALLYMAN_GITHUB_TOKEN or $GITHUB_TOKEN, else None."""
        environ = os.environ if environ is None else environ
        if self.github.token_file:
            path = Path(self.github.token_file).expanduser()
            try:
                token = path.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as failed:
                raise WrongRequest(
                    f"github.token_file {path} cannot be read ({getattr(failed, 'strerror', 'not text')})",
                    do="write the token into it, readable by this user only",
                ) from None
            if not token:
                raise WrongRequest(f"github.token_file {path} is empty", do="write the token into it")
            return token
        return next((environ[name] for name in TOKEN_VARIABLES if environ.get(name)), None)
