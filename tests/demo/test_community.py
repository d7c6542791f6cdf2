"""The sample community is laid once, dated from its first start, and fit for every part of the circle."""

import os
import sqlite3
import tomllib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import settings
from bot.demo import community
from bot.demo.community import Community, load, open_community
from bot.demo.github import Store, start
from bot.records.engine import default_url
from bot.sources.gateway import Gateway
from bot.sources.github import read_login, read_snapshot

FIRST = datetime(2026, 3, 29, 23, 30, tzinfo=UTC)
LATER = FIRST + timedelta(days=400)


def everything(people: Community) -> list[tuple[object, ...]]:
    return asked(
        people,
        "SELECT * FROM things UNION ALL SELECT 'counter', name, value, '' FROM counters ORDER BY 1, 2, 3",
    )


def asked(people: Community, statement: str) -> list[tuple[object, ...]]:
    """What somebody else who opens the local GitHub's file finds there, or does to it."""
    with closing(sqlite3.connect(people.state / "github.db")) as other, other:
        return other.execute(statement).fetchall()


@pytest.fixture
def people(tmp_path: Path) -> Community:
    return open_community(tmp_path / "state", FIRST)


def test_a_second_start_finds_the_first_ones_day_and_token(people: Community) -> None:
    assert people.epoch == datetime(2026, 3, 29, 12, tzinfo=UTC), "noon of the first day"
    assert open_community(people.state, LATER) == people
    assert len(people.token) == 40


def test_the_token_is_readable_by_its_owner_alone_and_differs_by_folder(
    people: Community, tmp_path: Path
) -> None:
    assert (people.state / "token").stat().st_mode & 0o077 == 0
    assert open_community(tmp_path / "another", FIRST).token != people.token


def test_a_start_that_was_cut_off_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "token.new").write_text("half of a tok")
    assert len(open_community(tmp_path, FIRST).token) == 40
    assert sorted(os.listdir(tmp_path)) == ["epoch", "token"]


def test_laying_the_history_twice_changes_nothing(people: Community) -> None:
    store = Store(people.state / "github.db")
    load(store, people)
    once = everything(people)
    load(store, open_community(people.state, LATER))
    assert everything(people) == once
    assert len(once) > 40
    store.close()


def test_laying_it_is_all_or_nothing(people: Community) -> None:
    store = Store(people.state / "github.db")
    asked(
        people,
        "CREATE TRIGGER full BEFORE INSERT ON things WHEN NEW.repo LIKE '%image%' BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    with pytest.raises(sqlite3.IntegrityError, match="full"):
        load(store, people)
    assert everything(people) == []
    asked(people, "DROP TRIGGER full")
    load(store, people)
    assert len(everything(people)) > 40
    store.close()


def test_every_date_lies_before_the_first_start_except_what_is_due(people: Community) -> None:
    store = Store(people.state / "github.db")
    load(store, people)
    with start(store) as server:
        gateway = Gateway(server.url, people.token)
        found = [read_snapshot(gateway, repo, at=FIRST) for repo in (community.RUNTIME, community.IMAGE)]
        assert read_login(gateway) == community.BOT
    store.close()
    past = [
        moment
        for snapshot in found
        for issue in snapshot.issues
        for moment in (issue.created_at, issue.updated_at)
    ]
    past += [review.at for snapshot in found for pull in snapshot.pulls for review in pull.reviews]
    assert max(past) <= people.epoch - timedelta(days=2)
    assert min(past) >= people.epoch - timedelta(days=120)
    due = {milestone.title: milestone.due_on for snapshot in found for milestone in snapshot.milestones}
    assert due["1.1.0"] == people.epoch + timedelta(days=30)
    assert due["v1.3.0"] is None, "the story: nobody set a date"


def test_the_same_story_is_told_at_any_time(tmp_path: Path) -> None:
    """Shifted to the same day, two communities are alike."""
    told = []
    for name, now in (("a", FIRST), ("b", LATER)):
        people = open_community(tmp_path / name, now)
        store = Store(people.state / "github.db")
        load(store, people)
        told.append(
            [
                (doc["title"], datetime.fromisoformat(doc["created_at"]) - people.epoch)
                for doc in store.all("issue", community.RUNTIME)
            ]
        )
        store.close()
    assert told[0] == told[1]


def test_the_meetings_were_three_weeks_two_weeks_and_two_days_ago(people: Community) -> None:
    logs = people.logs("http://127.0.0.1:1")
    assert [log.name for log in logs] == [
        "quayside.2026-03-08-16.00.log.txt",
        "quayside.2026-03-16-16.00.log.txt",
        "quayside.2026-03-27-16.00.log.txt",
    ]
    for log in logs:
        text = log.read_text(encoding="utf-8")
        assert "{" not in text
        assert "http://127.0.0.1:1/quayside/" in text
    assert people.logs("http://127.0.0.1:1") == logs
    assert "Sun Mar  8 16:00:03 2026" in logs[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["plain", 'with "quotes"', "back\\slash", "größe 🐳"])
def test_its_settings_are_read_whatever_the_folder_is_called(tmp_path: Path, folder: str) -> None:
    people = open_community(tmp_path / folder, FIRST)
    file = people.settings("http://127.0.0.1:8080")
    found = settings.load(file, {})
    assert (found.github.api, found.token({}), found.service.send) == (
        "http://127.0.0.1:8080",
        people.token,
        True,
    )
    assert [project.repo for project in found.project] == [community.RUNTIME, community.IMAGE]
    assert tomllib.loads(file.read_text(encoding="utf-8"))["service"]["database"] == default_url(people.state)
