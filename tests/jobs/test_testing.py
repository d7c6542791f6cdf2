"""Testing: the results of each release are kept as its own run, and a runtime that is none keeps nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.jobs import testing
from bot.jobs.desk import Desk
from bot.model.errors import WrongRequest
from bot.records.conformance import load_runs
from bot.records.engine import Engine, read_session
from tests.world import World, environment, without_containers

RELEASES = ("v1.0.2", "v1.3.0")
# The errand as a user without namespaces: every case is asked for and none needs the time of a container.
ERRAND = """\
import json, sys
from pathlib import Path
from bot import app, settings
from bot.jobs import testing
from bot.jobs.desk import Desk
from bot.records.engine import open_engine

config, url, *releases = sys.argv[1:]
found = settings.load(Path(config), {})
desk = Desk(found, open_engine(url), app.now, lambda: None, lambda: None, lambda text: None)
print(json.dumps([answer.document for answer in testing.run(desk, found.project[0], releases)]))
"""


def test_each_release_gets_its_own_run_with_every_case(world: World, engine: Engine, tmp_path: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    config = world.folder / "tallyman.toml"
    done = subprocess.run(
        [*without_containers(), sys.executable, "-c", ERRAND, config, url, *RELEASES],
        env=environment(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (document,) = json.loads(done.stdout)
    with read_session(engine) as session:
        kept = {run.release: run for run in load_runs(session)}
    assert sorted(kept) == list(RELEASES)
    for asked in document["runs"]:
        run = kept[asked["release"]]
        assert run.runtime == "refrun"
        assert len(run.results) > 90
        assert {result.case: (result.outcome.value, result.reason) for result in run.results} == {
            result["case"]: (result["outcome"], result["reason"]) for result in asked["results"]
        }


def test_a_program_that_is_no_runtime_keeps_nothing(world: World, engine: Engine) -> None:
    desk = world.desk(engine, runtime="/bin/false")
    with pytest.raises(WrongRequest, match="is it an OCI runtime"):
        testing.run(desk, desk.settings.project[0], RELEASES)
    with read_session(engine) as session:
        assert load_runs(session) == ()


def test_a_project_without_a_suite_is_not_tested(desk: Desk) -> None:
    project = desk.settings.project[0]
    plain = project.model_copy(update={"conformance": type(project.conformance)()})
    assert testing.run(desk, plain, RELEASES) == ()
    assert testing.run(desk, project, ()) == ()
