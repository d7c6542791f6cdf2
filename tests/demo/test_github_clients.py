"""PyGithub, which knows only GitHub, reads and writes the local one; and what was told it is still there after a restart."""

import base64
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from github import Auth, BadCredentialsException, Github, GithubException, UnknownObjectException
from github.Repository import Repository

from bot.demo.github import FILE, Store, listen, start
from bot.model.errors import WorldFailed
from tests.hubs import NOON, Hub

DAY = timedelta(days=1)


def client(hub: Hub, token: str | None = None, base: str = "") -> Github:
    auth = Auth.Token(token or hub.token)
    return Github(base_url=base or hub.url, auth=auth, per_page=100, retry=None, seconds_between_requests=0, seconds_between_writes=0)  # fmt: skip


@pytest.fixture(params=["", "/api/v3"], ids=["github.com", "enterprise"])
def repo(hub: Hub, request: pytest.FixtureRequest) -> Iterator[Repository]:
    with client(hub, base=hub.url + request.param) as found:
        yield found.get_repo(hub.repo)


def test_pygithub_reads_issues_over_several_pages(hub: Hub, repo: Repository) -> None:
    with hub.store.change():
        wanted = [hub.issue(f"issue {n}", at=NOON + n * DAY, labels=("bug",)) for n in range(120)]
        hub.store.edit_issue(hub.repo, 3, {"state": "closed"}, by="ada", at=NOON)
    found = list(repo.get_issues(state="all", sort="created", direction="asc"))
    assert [issue.number for issue in found] == wanted
    assert repo.get_issues(state="all").totalCount == 120
    assert [issue.number for issue in repo.get_issues(state="closed")] == [3]
    first = found[0]
    assert (first.title, first.user.login, first.created_at) == ("issue 0", "ada", NOON)
    assert [label.name for label in first.labels] == ["bug"]
    since = [issue.number for issue in repo.get_issues(state="all", since=NOON + 118 * DAY)]
    assert since == [120, 119]


def test_pygithub_reads_a_milestone_with_its_issues(hub: Hub, repo: Repository) -> None:
    hub.store.add_milestone(hub.repo, "1.0", by="ada", at=NOON, due_on=NOON + DAY)
    inside, _outside = hub.issue(milestone=1, assignees=("bo",)), hub.issue()
    (milestone,) = repo.get_milestones(state="all")
    assert (milestone.title, milestone.due_on, milestone.open_issues) == ("1.0", NOON + DAY, 1)
    assert milestone.creator.login == "ada"
    (issue,) = repo.get_issues(milestone=milestone)
    assert (issue.number, issue.milestone.number, [user.login for user in issue.assignees]) == (
        inside,
        1,
        ["bo"],
    )
    assert [event.event for event in issue.get_events()] == ["milestoned"]


def test_pygithub_reads_a_pull_request_with_its_reviews(hub: Hub, repo: Repository) -> None:
    number = hub.pull(mergeable=False, mergeable_state="dirty", reviewers=("ada", "cyd"), looks=1)
    hub.store.add_review(hub.repo, number, "APPROVED", by="cyd", at=NOON, body="Fine.")
    first = repo.get_pull(number)
    assert first.mergeable_state == "unknown", "the first look makes it work it out"
    assert first.raw_data["mergeable"] is None
    pull = repo.get_pull(number)
    assert (pull.mergeable, pull.mergeable_state, pull.merged, pull.draft) == (False, "dirty", False, False)
    assert [user.login for user in pull.requested_reviewers] == ["ada"]
    (review,) = pull.get_reviews()
    assert (review.user.login, review.state, review.commit_id, review.submitted_at) == (
        "cyd",
        "APPROVED",
        pull.head.sha,
        NOON,
    )
    assert repo.get_issue(number).pull_request is not None
    hub.store.merge(hub.repo, number, by="ada", at=NOON + DAY)
    merged = repo.get_pull(number)
    assert (merged.merged, merged.merged_at, merged.state) == (True, NOON + DAY, "closed")
    assert [each.number for each in repo.get_pulls(state="closed", base="main")] == [number]


def test_pygithub_comments_edits_and_deletes(hub: Hub, repo: Repository) -> None:
    issue = repo.get_issue(hub.issue())
    comment = issue.create_comment("A word.")
    assert [each.body for each in issue.get_comments()] == ["A word."]
    comment.edit("Another.")
    assert issue.get_comment(comment.id).body == "Another."
    assert [each.id for each in repo.get_issues_comments()] == [comment.id]
    comment.delete()
    assert issue.get_comments().totalCount == 0


def test_pygithub_opens_closes_and_locks_an_issue(hub: Hub, repo: Repository) -> None:
    issue = repo.create_issue("New", body="Why.", labels=["bug"], assignee="bo")
    issue.edit(state="closed", state_reason="not_planned")
    again = repo.get_issue(issue.number)
    assert (again.state, again.state_reason) == ("closed", "not_planned")
    assert again.closed_by is not None
    assert again.closed_by.login == "bot"
    issue.lock("resolved")
    assert repo.get_issue(issue.number).locked
    issue.unlock()
    assert not repo.get_issue(issue.number).locked


def test_pygithub_asks_again_only_for_what_has_changed(hub: Hub, repo: Repository) -> None:
    issue = repo.get_issue(hub.issue())
    assert issue.update() is False
    hub.store.edit_issue(hub.repo, issue.number, {"title": "changed"}, by="ada", at=NOON + DAY)
    assert issue.update() is True
    assert issue.title == "changed"


def test_pygithub_reads_a_file_a_user_and_rights(hub: Hub, repo: Repository) -> None:
    hub.store.add_file(hub.repo, "docs/MAINTAINERS", "ada ünd bo\n")
    content = repo.get_contents("docs/MAINTAINERS")
    assert not isinstance(content, list)
    assert content.decoded_content.decode() == "ada ünd bo\n"
    assert base64.b64decode(content.content) == content.decoded_content
    assert repo.get_collaborator_permission("guest") == "read"
    assert repo.permissions is not None
    assert repo.permissions.push


def test_pygithub_knows_the_errors_for_what_they_are(hub: Hub) -> None:
    with client(hub) as known, client(hub, "nonsense") as unknown, client(hub, "token-of-the-guest") as guest:
        with pytest.raises(UnknownObjectException):
            known.get_repo("harbour/nowhere")
        with pytest.raises(BadCredentialsException):
            unknown.get_user().login  # noqa: B018  # the attribute is what asks
        issue = known.get_repo(hub.repo).get_issue(hub.issue())
        with pytest.raises(GithubException, match="Body is too long") as caught:
            issue.create_comment("x" * 65_537)
        assert (caught.value.status, caught.value.data["errors"][0]["resource"]) == (422, "IssueComment")
        comment = issue.create_comment("mine")
        with pytest.raises(GithubException, match="Must have admin rights"):
            guest.get_repo(hub.repo).get_issue(issue.number).get_comment(comment.id).edit("not mine")
        assert known.get_rate_limit().rate.limit == 5000


def test_everything_is_still_there_after_a_restart(tmp_path: Path) -> None:
    headers = {"Authorization": "token t0ken"}
    store = Store(tmp_path / FILE)
    store.add_user("bot", "t0ken")
    store.add_repo("harbour/quay", at=NOON)
    store.add_milestone("harbour/quay", "1.0", by="bot", at=NOON)
    store.add_pull("harbour/quay", "first", by="bot", at=NOON, milestone=1)
    with start(store) as server:
        httpx.post(
            f"{server.url}/repos/harbour/quay/issues/1/comments", json={"body": "kept"}, headers=headers
        ).raise_for_status()
        before = httpx.get(f"{server.url}/repos/harbour/quay/issues/comments").json()
        port = int(server.url.rpartition(":")[2])
    store.close()

    store = Store(tmp_path / FILE)
    with start(store, port) as server:
        api = f"{server.url}/repos/harbour/quay"
        assert httpx.get(f"{api}/issues/comments").json() == before
        assert httpx.get(f"{api}/milestones").json()[0]["open_issues"] == 1
        made = httpx.post(f"{api}/issues", json={"title": "second"}, headers=headers)
        assert (made.status_code, made.json()["number"]) == (201, 2)
    store.close()
    with sqlite3.connect(tmp_path / FILE) as raw:
        assert not any("t0ken" in str(row) for row in raw.execute("SELECT * FROM things")), (
            "tokens are kept as hashes"
        )
    raw.close()


def test_a_file_that_is_no_database_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("minutes of the meeting, not a database at all " * 9)
    with pytest.raises(WorldFailed, match=r"github.db cannot be used .*: move it away"):
        Store(tmp_path / FILE)


def test_a_port_that_is_taken_is_told_in_words(hub: Hub) -> None:
    port = int(hub.url.rpartition(":")[2])
    with pytest.raises(WorldFailed, match=f"127.0.0.1:{port} cannot be listened on .*: choose another port"):
        listen("127.0.0.1", port)


def test_a_connection_sends_at_once() -> None:
    with closing(listen("127.0.0.1", 0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP, (
            "asyncio sets TCP_NODELAY only then; each answer would take 40 ms more"
        )


def test_many_who_write_at_once_lose_nothing(hub: Hub) -> None:
    number = hub.issue()

    def talk(who: int) -> None:
        with httpx.Client(
            base_url=hub.url, headers={"Authorization": f"token {hub.token}"}, trust_env=False
        ) as one:
            for n in range(10):
                one.post(
                    f"{hub.api}/issues/{number}/comments", json={"body": f"{who}.{n}"}
                ).raise_for_status()
                one.get(f"{hub.api}/issues/{number}").raise_for_status()

    threads = [threading.Thread(target=talk, args=(who,)) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = hub.store.all("comment", hub.repo)
    assert {doc["body"] for doc in found} == {f"{who}.{n}" for who in range(6) for n in range(10)}
    assert len({doc["id"] for doc in found}) == 60
    assert hub.http.get(f"{hub.api}/issues/{number}").json()["comments"] == 60


def test_threads_that_change_the_store_at_once_get_their_own_numbers(hub: Hub) -> None:
    number = hub.issue()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [
            threading.Thread(
                target=lambda: [hub.store.add_comment(hub.repo, number, "x", by="ada") for _ in range(60)]
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    assert len(hub.store.all("comment", hub.repo)) == 240
