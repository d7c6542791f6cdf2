"""From a meeting and the local GitHub to a verdict: what gates are told is what was truly said and read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import open_database
from bot.demo import github
from bot.jobs import judging, recording, sync
from bot.jobs.desk import Desk
from bot.meetings import logformats
from bot.meetings.references import Home
from bot.model.release import Outcome, Verdict
from bot.publication.publisher import Publisher
from bot.settings import Project, Service, Settings
from bot.sources.gateway import Gateway

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
REPO = "quay/spec"
LOG = """\
16:00:00 <ada> #startmeeting quay
16:00:00 <clerk> Meeting started Wed Jun  3 16:00:00 2026 UTC.  The chair is ada. Information about MeetBot at http://wiki.debian.org/MeetBot.
16:01:00 <ada> #topic spec v1.0.0
16:02:00 <ada> #agreed Merge #4
16:03:00 <ada> #agreed Merge #5
16:04:00 <ada> #agreed Move #6 out of 1.0
16:05:00 <ada> #action bo to write down #6
16:06:00 <ada> #endmeeting
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose GitHub has a release with a merged pull request (4), one closed without a merge (5) and an issue (6)."""
    store = github.Store(tmp_path / github.FILE)
    at = NOON - timedelta(days=60)
    with store.change():
        for login in ("ada", "bo"):
            store.add_user(login)
        store.add_repo(REPO, at=at)
        release = store.add_milestone(REPO, "v1.0.0", by="ada", at=at)["number"]
        for number in (4, 5):
            store.add_pull(REPO, f"part {number}", by="bo", at=at, milestone=release, number=number)
        store.merge(REPO, 4, by="ada", at=at)
        store.edit_issue(REPO, 5, {"state": "closed"}, by="ada", at=at)
        store.add_issue(REPO, "What is left", by="bo", at=at, milestone=release, number=6)
    settings = Settings(
        service=Service(database=f"sqlite:///{tmp_path / 'tallyman.db'}"),
        project=(Project(id="spec", repo=REPO),),
    )
    engine = open_database(settings)
    with github.start(store, 0) as server:
        gateway = Gateway(server.url, None)
        yield Desk(
            settings,
            engine,
            lambda: NOON,
            lambda: gateway,
            lambda: Publisher(server.url, "none"),
            lambda _: None,
        )
    engine.dispose()
    store.close()


def verdicts(desk: Desk) -> dict[str, Verdict]:
    judged = judging.judge(desk, desk.settings.named("spec"), "v1.0.0")
    return {verdict.rule.gate: verdict for verdict in judged.readiness.verdicts}


def test_what_was_decided_is_compared_with_what_was_read(desk: Desk) -> None:
    project = desk.settings.named("spec")
    nothing = verdicts(desk)
    assert {nothing[gate].outcome for gate in nothing if gate != "conformance"} <= {
        Outcome.UNKNOWN,
        Outcome.NOT_APPLICABLE,
    }

    sync.run(desk, project)
    unspoken = verdicts(desk)
    for gate in ("decisions_seen", "open_actions"):
        assert unspoken[gate].outcome is Outcome.UNKNOWN
        assert unspoken[gate].reason.startswith(f"no meeting about {REPO} is recorded")

    lines = logformats.read(LOG, name="quay.log", form=None, on=None, zone=UTC)
    recording.run(desk, lines, recording.Reading(Home(REPO, (REPO,)), "quay.log", "#quay"))
    found = verdicts(desk)
    assert found["decisions_seen"].reason == "2 decisions are not seen in the tracker yet"
    assert [link.text.partition("): ")[2] for link in found["decisions_seen"].links] == [
        "#5 is closed, and no merge of it is recorded",
        "#6 is still in v1.0.0",
    ]
    assert found["open_actions"].reason == "1 action is not called done yet"
