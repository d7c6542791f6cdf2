"""The schedule: cron lines mean what cron means by them, and every errand of every project is there once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import settings
from bot.app import scheduler, trigger
from bot.records.engine import Engine
from tests.world import World

WEDNESDAY = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
SECOND_PROJECT = '[[project]]\nid = "image-spec"\nrepo = "quayside/image-spec"\n'


def firings(cron: str, count: int) -> list[str]:
    """The next times after a Wednesday noon, such as `Wed 03 12:15`."""
    found, now = trigger(cron), WEDNESDAY
    times: list[str] = []
    before: datetime | None = None
    while len(times) < count:
        fired = found.get_next_fire_time(before, now)
        assert fired is not None
        times.append(f"{fired:%a %d %H:%M}")
        before, now = fired, fired + timedelta(seconds=1)
    return times


@pytest.mark.parametrize(
    ("cron", "times"),
    [
        pytest.param("*/15 * * * *", "Wed 03 12:00, Wed 03 12:15, Wed 03 12:30", id="every quarter"),
        pytest.param("5-59/15 * * * *", "Wed 03 12:05, Wed 03 12:20, Wed 03 12:35", id="behind the quarter"),
        pytest.param("30 3 * * *", "Thu 04 03:30, Fri 05 03:30, Sat 06 03:30", id="every night"),
        pytest.param("0 9 * * 0", "Sun 07 09:00, Sun 14 09:00, Sun 21 09:00", id="0 is Sunday"),
        pytest.param("0 9 * * 7", "Sun 07 09:00, Sun 14 09:00, Sun 21 09:00", id="7 is Sunday too"),
        pytest.param("0 9 * * 1-5", "Thu 04 09:00, Fri 05 09:00, Mon 08 09:00", id="working days"),
        pytest.param("0 9 * * 5-7", "Fri 05 09:00, Sat 06 09:00, Sun 07 09:00", id="over the week's end"),
        pytest.param("0 9 * * 0-2", "Sun 07 09:00, Mon 08 09:00, Tue 09 09:00", id="over the week's beginning"),
        pytest.param("0 9 * * */2", "Thu 04 09:00, Sat 06 09:00, Sun 07 09:00", id="every second weekday"),
        pytest.param("0 9 * * 1-5/2", "Fri 05 09:00, Mon 08 09:00, Wed 10 09:00", id="a weekday range in steps"),
        pytest.param("0 9 8 * 5", "Fri 05 09:00, Mon 08 09:00, Fri 12 09:00", id="either the day or the weekday"),
        pytest.param("*/60 */24 * * *", "Thu 04 00:00, Fri 05 00:00, Sat 06 00:00", id="steps beyond the end"),
        pytest.param("0 0 1 */6 *", "Wed 01 00:00, Fri 01 00:00, Thu 01 00:00", id="twice a year"),
    ],
)  # fmt: skip
def test_a_cron_line_fires_when_cron_would(cron: str, times: str) -> None:
    assert firings(cron, 3) == times.split(", ")


def test_every_project_has_each_errand_once_at_the_times_of_the_settings(
    world: World, engine: Engine
) -> None:
    errands = scheduler(world.desk(engine, more=SECOND_PROJECT + '[schedule]\nsync = "7 * * * 1"\n'))
    errands.start(paused=True)  # a job has its properties once the scheduler runs
    jobs = errands.get_jobs()
    errands.shutdown()
    assert sorted(job.id for job in jobs) == [
        f"{name}:{project}"
        for name in ("conformance", "judge", "sync")
        for project in ("image-spec", "runtime-spec")
    ]
    (sync,) = (job for job in jobs if job.id == "sync:image-spec")
    assert sync.trigger.get_next_fire_time(None, WEDNESDAY) == datetime(2026, 6, 8, 0, 7, tzinfo=UTC)
    assert all((job.max_instances, job.coalesce) == (1, True) for job in jobs)


@pytest.mark.parametrize("name", ["sync", "conformance", "judge"])
def test_the_times_of_the_house_can_be_read(name: str, tmp_path: Path) -> None:
    times = settings.load(None, {}).schedule
    assert len(firings(getattr(times, name), 2)) == 2
