"""A report is one comment: created once, edited in place, left alone when nothing changed, and never put back in time."""

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.model.errors import PublicationFailed
from bot.model.outgoing import Action, Outgoing, Posted
from bot.publication.comments import MOST_BYTES
from bot.publication.marks import marked
from bot.publication.publisher import Publisher
from tests.hubs import NOON, Hub

AT = datetime(2026, 6, 2, 9, tzinfo=UTC)


def report(
    hub: Hub, number: int, body: str = "Not ready.", sequence: int = 1, *, kind: str = "readiness",
    project: str = "quay", release: str = "v1.0.0", repo: str = "", as_of: datetime = AT, key: str = "",
) -> Outgoing:  # fmt: skip
    return Outgoing(kind, project, release, repo or hub.repo, number, body, sequence, as_of, key)


def publish(hub: Hub, outgoing: Outgoing) -> Posted:
    return Publisher(hub.url, hub.token, wait=lambda _: None).publish(outgoing, AT)


def comments(hub: Hub) -> list[dict[str, Any]]:
    return hub.store.all("comment", hub.repo)


def writes(hub: Hub) -> list[str]:
    return sorted(line.split()[0] for line in hub.count() if not line.startswith("GET"))


def seen(hub: Hub) -> list[str]:
    """What readers see of each comment."""
    return [doc["body"].partition("<!--")[0].strip() for doc in comments(hub)]


def test_the_first_report_is_a_comment_with_a_hidden_mark(hub: Hub) -> None:
    outgoing = report(hub, hub.issue())
    posted = publish(hub, outgoing)
    (comment,) = comments(hub)
    assert comment["body"] == marked(outgoing)
    assert comment["user"] == "bot"
    assert posted == Posted(
        kind="readiness", project="quay", release="v1.0.0", repo=hub.repo, number=outgoing.number, comment_id=comment["id"],
        url=f"{hub.url}/{hub.repo}/issues/{outgoing.number}#issuecomment-{comment['id']}", sha256=outgoing.sha256,
        sequence=1, action=Action.CREATED, at=AT,
    )  # fmt: skip


def test_a_changed_report_is_edited_in_place(hub: Hub) -> None:
    number = hub.issue()
    created = publish(hub, report(hub, number))
    edited = publish(hub, report(hub, number, "Ready.", 2))
    assert (edited.action, edited.comment_id, edited.url) == (Action.EDITED, created.comment_id, created.url)
    assert seen(hub) == ["Ready."]
    assert writes(hub) == ["PATCH", "POST"]


def test_a_report_that_says_the_same_is_left_alone(hub: Hub) -> None:
    number = hub.issue()
    created = publish(hub, report(hub, number))
    again = publish(hub, report(hub, number, sequence=2))
    assert (again.action, again.comment_id) == (Action.UNCHANGED, created.comment_id)
    assert again.sequence == 1, "what its mark says"
    assert writes(hub) == ["POST"]


def test_an_issue_and_a_pull_request_each_get_their_own(hub: Hub) -> None:
    issue, pull = hub.issue(), hub.pull()
    assert publish(hub, report(hub, issue)).action is Action.CREATED
    posted = publish(hub, report(hub, pull))
    assert posted.action is Action.CREATED
    assert f"/{hub.repo}/pull/{pull}#" in posted.url


@pytest.mark.parametrize(
    "other",
    [{"kind": "vote"}, {"project": "image"}, {"release": "v1.0.1"}],
    ids=lambda other: next(iter(other)),
)
def test_another_kind_project_or_release_is_another_comment(hub: Hub, other: dict[str, Any]) -> None:
    number = hub.issue()
    publish(hub, report(hub, number))
    assert publish(hub, report(hub, number, "Other.", 2, **other)).action is Action.CREATED
    assert sorted(seen(hub)) == ["Not ready.", "Other."]


def test_names_that_would_break_the_mark_are_found_again(hub: Hub) -> None:
    number = hub.issue()
    odd = report(hub, number, project="a b --> <b>", release="v1.0.0 (rc)")
    publish(hub, odd)
    assert publish(hub, replace(odd, body="Ready.", sequence=2)).action is Action.EDITED
    assert len(comments(hub)) == 1


def test_a_mark_in_somebody_elses_comment_is_not_ours(hub: Hub) -> None:
    number = hub.issue()
    fake = marked(report(hub, number, "Ready!", 999))
    hub.store.add_comment(hub.repo, number, fake, by="ada")
    assert publish(hub, report(hub, number)).action is Action.CREATED
    assert publish(hub, report(hub, number, "Still not.", 2)).action is Action.EDITED
    assert [(doc["user"], doc["body"]) for doc in comments(hub)] == [
        ("ada", fake),
        ("bot", marked(report(hub, number, "Still not.", 2))),
    ]


def test_a_mark_that_is_quoted_in_our_own_report_is_not_taken_for_its_own(hub: Hub) -> None:
    number = hub.issue()
    quoted = "Somebody wrote: " + marked(report(hub, number, "x", 999, release="v9"))
    publish(hub, report(hub, number, quoted))
    assert publish(hub, report(hub, number, "Ready.", 2)).action is Action.EDITED
    assert seen(hub) == ["Ready."]


def test_our_other_talk_is_left_alone(hub: Hub) -> None:
    number = hub.issue()
    hub.store.add_comment(hub.repo, number, "A word of ours without a mark", by="bot")
    publish(hub, report(hub, number))
    publish(hub, report(hub, number, "Ready.", 2))
    assert seen(hub) == ["A word of ours without a mark", "Ready."]


def test_of_two_duplicates_the_oldest_stays_with_the_newest_text(hub: Hub) -> None:
    number = hub.issue()
    first, second = (
        hub.store.add_comment(hub.repo, number, marked(report(hub, number, f"text {n}", n)), by="bot")["id"] for n in (1, 2)
    )  # fmt: skip
    posted = publish(hub, report(hub, number, "text 3", 3))
    assert (posted.action, posted.comment_id) == (Action.EDITED, first)
    assert [doc["id"] for doc in comments(hub)] == [first]
    assert seen(hub) == ["text 3"]
    assert second != first


def test_of_two_duplicates_a_newer_runs_text_is_kept_although_its_comment_goes(hub: Hub) -> None:
    number = hub.issue()
    old, new = report(hub, number, "old", 1), report(hub, number, "newest", 9)
    first = hub.store.add_comment(hub.repo, number, marked(old), by="bot")["id"]
    hub.store.add_comment(hub.repo, number, marked(new), by="bot")
    posted = publish(hub, report(hub, number, "slow", 5))
    assert (posted.comment_id, posted.sha256) == (first, new.sha256)
    assert [doc["body"] for doc in comments(hub)] == [marked(new)]


def test_duplicates_that_say_the_right_thing_are_still_one_too_many(hub: Hub) -> None:
    number = hub.issue()
    for _ in range(3):
        hub.store.add_comment(hub.repo, number, marked(report(hub, number)), by="bot")
    assert publish(hub, report(hub, number, sequence=2)).action is Action.EDITED
    assert seen(hub) == ["Not ready."]
    assert writes(hub) == ["DELETE"]


@pytest.mark.parametrize(
    "older",
    [
        pytest.param({"sequence": 6}, id="facts of the same time"),
        pytest.param({"sequence": 8, "as_of": AT - timedelta(seconds=1)}, id="facts of an earlier time"),
    ],
)
def test_an_older_run_never_overwrites_a_newer_report(hub: Hub, older: dict[str, Any]) -> None:
    number = hub.issue()
    publish(hub, report(hub, number, "new", 7))
    late = publish(hub, report(hub, number, "old", **older))
    assert (late.action, late.sequence) == (Action.UNCHANGED, 7)
    assert late.sha256 == report(hub, number, "new").sha256, "what stands there is told, not what was wanted"
    assert seen(hub) == ["new"]


def test_after_a_lost_database_the_sequence_goes_on_from_the_comments_own_mark(hub: Hub) -> None:
    number = hub.issue()
    publish(hub, report(hub, number, "before", 57))
    posted = publish(hub, report(hub, number, "after", 1, as_of=AT + timedelta(minutes=15)))
    assert (posted.action, posted.sequence) == (Action.EDITED, 58)
    assert seen(hub) == ["after"]
    assert " sequence=58 " in comments(hub)[0]["body"]


def test_a_mark_that_a_wrong_clock_wrote_does_not_silence_us(hub: Hub) -> None:
    number = hub.issue()
    publish(hub, report(hub, number, "from 2031", 3, as_of=AT + timedelta(days=1800)))
    posted = publish(hub, report(hub, number, "today", 4))
    assert (posted.action, posted.sequence) == (Action.EDITED, 4)
    assert seen(hub) == ["today"]


def test_a_comment_of_an_earlier_version_without_a_time_is_ours_and_older(hub: Hub) -> None:
    number = hub.issue()
    old = re.sub(r" as_of=\S+", "", marked(report(hub, number, "old", 9)))
    assert "as_of" not in old
    first = hub.store.add_comment(hub.repo, number, old, by="bot")["id"]
    posted = publish(hub, report(hub, number, "new", 1))
    assert (posted.comment_id, posted.sequence) == (first, 10)
    assert seen(hub) == ["new"]


def test_two_of_a_kind_with_their_own_keys_are_two_comments(hub: Hub) -> None:
    number = hub.issue()
    publish(hub, report(hub, number, "opened", kind="event", key="vote opened 2026-06-01"))
    publish(hub, report(hub, number, "adopted", 2, kind="event", key="vote adopted 2026-06-08"))
    publish(hub, report(hub, number, "opened!", 3, kind="event", key="vote opened 2026-06-01"))
    assert sorted(seen(hub)) == ["adopted", "opened!"]


def test_a_comment_that_somebody_edited_says_again_what_is_true(hub: Hub) -> None:
    number = hub.issue()
    outgoing = report(hub, number)
    posted = publish(hub, outgoing)
    hub.store.edit_comment(hub.repo, posted.comment_id, marked(outgoing).replace("Not ready", "Ready"))
    assert publish(hub, report(hub, number, sequence=2)).action is Action.EDITED
    assert seen(hub) == ["Not ready."]


def test_other_line_ends_are_no_change(hub: Hub) -> None:
    number = hub.issue()
    outgoing = report(hub, number, "One.\n\n| a | b |\n|---|---|\n")
    posted = publish(hub, outgoing)
    hub.store.edit_comment(hub.repo, posted.comment_id, marked(outgoing).replace("\n", "\r\n").rstrip())
    assert publish(hub, replace(outgoing, sequence=2)).action is Action.UNCHANGED


def test_a_comment_that_somebody_deleted_is_posted_anew(hub: Hub) -> None:
    number = hub.issue()
    hub.store.remove("comment", hub.repo, publish(hub, report(hub, number)).comment_id)
    assert publish(hub, report(hub, number, sequence=2)).action is Action.CREATED
    assert len(comments(hub)) == 1


def test_our_comment_is_found_behind_two_hundred_others(hub: Hub) -> None:
    number = hub.issue()
    with hub.store.change():
        for n in range(110):
            hub.store.add_comment(hub.repo, number, f"talk {n}", by="ada")
        hub.store.add_comment(hub.repo, number, marked(report(hub, number)), by="bot")
        for n in range(110):
            hub.store.add_comment(hub.repo, number, f"more talk {n}", by="ada")
    assert publish(hub, report(hub, number, "Ready.", 2)).action is Action.EDITED


def test_a_renamed_repository_gets_no_second_comment(hub: Hub) -> None:
    number = hub.issue()
    with hub.store.change():
        for n in range(60):
            hub.store.add_comment(hub.repo, number, f"talk {n}", by="ada")
    publish(hub, report(hub, number))
    hub.store.rename_repo(hub.repo, f"{hub.repo}-renamed")
    posted = publish(hub, report(hub, number, "Ready.", 2))
    assert (posted.action, posted.repo) == (Action.EDITED, hub.repo)
    other = hub.store.add_issue(f"{hub.repo}-renamed", "another", by="ada", at=NOON)["number"]
    assert publish(hub, report(hub, other)).action is Action.CREATED


def test_the_text_arrives_as_it_is(hub: Hub) -> None:
    body = "| Gate | ✅ |\n|---|---|\n| 🐳 & <b>`x`</b> | \\|\u200b@ada |\n\n<details>\n\n- [ ] box\n\n</details>"
    publish(hub, report(hub, hub.issue(), body))
    assert comments(hub)[0]["body"].startswith(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("x" * MOST_BYTES, id="ASCII"),
        pytest.param("ü" * (MOST_BYTES // 2), id="two bytes a letter"),
        pytest.param("🐳" * (MOST_BYTES // 4), id="four bytes a letter"),
    ],
)
def test_the_largest_report_fits_and_one_byte_more_is_not_sent(hub: Hub, body: str) -> None:
    number = hub.issue()
    outgoing = report(hub, number, body, project="p" * 100, release="v1.0.0-" + "r" * 100)
    assert publish(hub, outgoing).action is Action.CREATED
    before = sum(hub.count().values())
    with pytest.raises(PublicationFailed, match=f"has {MOST_BYTES + 1} bytes: this is a fault of Tallyman"):
        publish(hub, report(hub, number, body + "x", 2))
    assert sum(hub.count().values()) == before


def test_publishers_that_race_leave_one_comment(hub: Hub) -> None:
    number = hub.issue()
    start = threading.Barrier(6)
    failed: list[Exception] = []

    def run(sequence: int) -> None:
        publisher = Publisher(hub.url, hub.token, wait=lambda _: None)
        start.wait()
        try:
            publisher.publish(report(hub, number, f"text {sequence}", sequence), AT)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(comments(hub)) == 1
    assert all(isinstance(error, PublicationFailed) for error in failed)
    publish(hub, report(hub, number, "text 7", 7))
    assert seen(hub) == ["text 7"]
