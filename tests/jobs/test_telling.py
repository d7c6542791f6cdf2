"""Behind a meeting: each issue that it decided about hears so once, where the project wants it; minutes go where they are kept."""

from bot import app, settings
from bot.demo.community import RUNTIME
from bot.jobs import correcting, publishing, telling
from bot.jobs.desk import Desk
from bot.jobs.recording import Reading
from bot.meetings.references import Home
from bot.publication.marks import seen as shown
from bot.records.engine import Engine, read_session
from bot.records.outbox import load_outbox
from tests.jobs.said import record
from tests.world import World

MINUTES = 90
WANTED = f"""
[project.publication]
meetings = true
minutes = "quayside/runtime-spec#{MINUTES}"
log = "https://logs.example.org/{{date}}"
"""


def desk_of(world: World, engine: Engine, more: str = WANTED) -> Desk:
    text = (
        world.settings(send=True)
        .read_text()
        .replace("[project.conformance]", f"{more}\n[project.conformance]")
    )
    world.store.add_issue(RUNTIME, "Minutes", by="ada", at=app.now(), number=MINUTES)
    (world.folder / "tallyman.toml").write_text(text)
    return app.open_desk(settings.load(world.folder / "tallyman.toml", {}), world.told.append, engine)


def tell(desk: Desk) -> list[str]:
    telling.run(desk, desk.settings.project[0])
    return [f"{post.action} {post.kind} {post.number}" for post in publishing.run(desk)]


def test_issues_hear_once_of_what_was_decided_about_them_and_the_minutes_are_kept(
    world: World, engine: Engine
) -> None:
    desk = desk_of(world, engine)
    id_, meeting = record(desk)
    assert sorted(tell(desk)) == ["created meeting 36", "created meeting 42", f"created minutes {MINUTES}"]
    (comment,) = world.comments(36)
    assert shown(comment).startswith("**quayside, ")
    assert f"([log](https://logs.example.org/{meeting.started_at:%Y-%m-%d}))" in comment
    assert "- agreed: Move #\u200b36 out of 1.3" in comment
    assert "- action: bo to mend #\u200b36 and tell #\u200b42 (bo)" in comment
    assert "we meet again" not in comment
    assert "we meet again" in world.comments(MINUTES)[0]
    assert tell(desk) == []
    correcting.amend(
        desk,
        id_,
        "L3",
        "Move #36 out of 1.3 for good",
        by="ada",
        why="clearer",
        home=Home(RUNTIME, (RUNTIME,)),
    )
    assert sorted(tell(desk)) == ["edited meeting 36", f"edited minutes {MINUTES}"]
    assert "for good" in world.comments(36)[0]
    assert len(world.comments(36)) == 1


def test_what_is_older_than_a_week_or_still_runs_is_told_nobody(world: World, engine: Engine) -> None:
    desk = desk_of(world, engine)
    record(desk, days=8)
    record(desk, days=0.01, said=("#startmeeting quayside", "#agreed Move #36 out of 1.3"))
    assert tell(desk) == []


def test_without_the_setting_nothing_is_said(world: World, engine: Engine) -> None:
    desk = desk_of(world, engine, "")
    record(desk)
    assert tell(desk) == []
    with read_session(engine) as session:
        assert load_outbox(session) == ()


def test_a_line_that_is_taken_out_is_taken_out_of_the_comments(world: World, engine: Engine) -> None:
    desk = desk_of(world, engine)
    id_, _ = record(desk)
    tell(desk)
    reading = Reading(Home(RUNTIME, (RUNTIME,)), "quayside.log", "#quayside")
    correcting.redact(desk, id_, "L3", by="ada", why="a name", reading=reading)
    tell(desk)
    for number in (36, 42, MINUTES):
        assert all("out of 1.3" not in body for body in world.comments(number)), number
