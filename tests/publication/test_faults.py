"""Whatever happens on the way, nothing is said twice, nothing gets lost, and a failure says what to do."""

import random
import re
import time

import pytest

from bot.model.errors import PublicationFailed, TallymanError, WrongRequest
from bot.model.outgoing import Action
from bot.publication.github import ATTEMPTS
from bot.publication.marks import marked
from bot.publication.publisher import Publisher
from tests.hubs import Answer, Hub, free_port, stranger
from tests.publication.test_comment import AT, comments, publish, report, seen
from tests.soaking import seeds

SEEDS = seeds(8, 300)
JSON = {"Content-Type": "application/json"}


def failure(hub: Hub, number: int, token: str = "", timeout: int = 30) -> TallymanError:
    publisher = Publisher(hub.url, token or hub.token, wait=lambda _: None, timeout=timeout)
    with pytest.raises(TallymanError) as caught:
        publisher.publish(report(hub, number), AT)
    assert caught.value.do, "an error says what to do"
    return caught.value


@pytest.mark.parametrize("kind", ["lost", "broken"])
def test_a_comment_whose_answer_got_lost_is_not_posted_again(hub: Hub, kind: str) -> None:
    number = hub.issue()
    hub.fail(kind=kind, method="POST")
    error = failure(hub, number)
    assert isinstance(error, PublicationFailed)
    assert len(comments(hub)) == 1, "the server has it, and we do not know"
    posted = publish(hub, report(hub, number, sequence=2))
    assert (posted.action, posted.comment_id) == (Action.UNCHANGED, comments(hub)[0]["id"])
    assert len(comments(hub)) == 1


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"status": 502}, id="a bad gateway"),
        pytest.param({"status": 429, "retry_after": "1"}, id="a limit"),
        pytest.param({"status": 403, "kind": "secondary"}, id="the secondary limit"),
        pytest.param({"kind": "cut"}, id="a cut connection"),
    ],
)
def test_a_post_is_never_repeated_by_itself(hub: Hub, script: dict[str, object]) -> None:
    number = hub.issue()
    hub.fail(method="POST", n=99, **script)
    assert isinstance(failure(hub, number), PublicationFailed)
    assert sum(n for line, n in hub.count().items() if line.startswith("POST")) == 1


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"status": 502}, id="a bad gateway"),
        pytest.param({"status": 429}, id="a limit"),
        pytest.param({"kind": "cut"}, id="a cut connection"),
        pytest.param({"kind": "lost"}, id="a lost answer"),
    ],
)
def test_what_does_no_harm_twice_is_repeated(hub: Hub, method: str, script: dict[str, object]) -> None:
    number = hub.issue()
    for n in (1, 2):
        hub.store.add_comment(hub.repo, number, marked(report(hub, number, f"text {n}", n)), by="bot")
    hub.fail(method=method, **script)
    assert publish(hub, report(hub, number, "text 3", 3)).action is Action.EDITED
    assert seen(hub) == ["text 3"]


def test_a_limit_is_waited_for_as_long_as_it_says_and_no_longer_than_our_patience(hub: Hub) -> None:
    number = hub.issue()
    waited: list[float] = []
    publisher = Publisher(hub.url, hub.token, patience=10, minute=4, wait=waited.append)
    hub.fail(status=403, kind="secondary", method="GET")
    hub.fail(status=429, retry_after="7", method="GET")
    publisher.publish(report(hub, number), AT)
    assert waited == [4.0, 7.0]
    hub.fail(status=429, retry_after="11", method="GET")
    with pytest.raises(PublicationFailed, match="has to wait: GitHub asks us to slow down"):
        publisher.publish(report(hub, number, "Ready.", 2), AT)
    assert waited == [4.0, 7.0]


def test_a_locked_issue_says_so_and_what_to_do(hub: Hub) -> None:
    number = hub.issue()
    hub.http.put(f"{hub.api}/issues/{number}/lock")
    error = failure(hub, number, token="token-of-the-guest")
    assert isinstance(error, PublicationFailed)
    assert str(error) == (
        f"GitHub answered 403 to the comment on {hub.repo}#{number} (Unable to create comment because issue is locked.): "
        "unlock it, or give the token the right to write"
    )
    assert comments(hub) == []
    assert publish(hub, report(hub, number)).action is Action.CREATED, (
        "who may push may speak in a locked issue"
    )


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        pytest.param({"status": 404}, PublicationFailed, "check that it is there", id="no such issue"),
        pytest.param({"status": 410}, PublicationFailed, "check that it is there", id="a deleted issue"),
        pytest.param({"status": 422, "message": "Body is too long"}, PublicationFailed, r"answered 422 .*Body is too long", id="a refused text"),
        pytest.param({"status": 401}, WrongRequest, "does not take the token", id="a token that ended"),
        pytest.param({"status": 500, "n": 99}, PublicationFailed, "answered 500 .*tried again", id="server errors"),
        pytest.param({"status": 200, "kind": "html"}, PublicationFailed, "not GitHub's", id="a login page of some network"),
        pytest.param({"kind": "cut", "n": 99}, PublicationFailed, "could not be posted .*check the network", id="no network"),
    ],
)  # fmt: skip
def test_a_failure_is_told_in_words_and_writes_nothing(
    hub: Hub, script: dict[str, object], kind: type[TallymanError], said: str
) -> None:
    number = hub.issue()
    hub.fail(path=f"{hub.api}/issues", **script)
    error = failure(hub, number)
    assert type(error) is kind
    assert re.search(said, str(error)), str(error)
    assert hub.token not in str(error)
    assert comments(hub) == []


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_write_that_was_answered_by_somebody_else_is_no_write(hub: Hub, method: str) -> None:
    number = hub.issue()
    for n in (1, 2):
        hub.store.add_comment(hub.repo, number, marked(report(hub, number, f"text {n}", n)), by="bot")
    hub.fail(status=200, kind="html", method=method)
    assert "not GitHub's" in str(failure(hub, number))


def test_a_comment_that_was_made_after_we_had_left_is_not_posted_again(hub: Hub) -> None:
    number = hub.issue()
    hub.fail(kind="slow", seconds=1.3, method="POST")
    assert "ReadTimeout" in str(failure(hub, number, timeout=1))
    for _ in range(500):
        if comments(hub):
            break
        time.sleep(0.01)
    assert publish(hub, report(hub, number)).action is Action.UNCHANGED
    assert len(comments(hub)) == 1


def test_nobody_listening_is_told_in_words(hub: Hub) -> None:
    publisher = Publisher(f"http://127.0.0.1:{free_port()}", hub.token, wait=lambda _: None)
    with pytest.raises(
        PublicationFailed, match=r"could not be posted \(ConnectionError\): check the network"
    ):
        publisher.publish(report(hub, 1), AT)


@pytest.mark.parametrize("token", [None, "", "two words", "ü"])
def test_without_a_usable_token_nothing_is_even_begun(token: str | None) -> None:
    with pytest.raises(WrongRequest, match=r"github.token_file or TALLYMAN_GITHUB_TOKEN"):
        Publisher("http://127.0.0.1:1", token)


def test_who_we_are_is_known_before_anything_is_posted(hub: Hub) -> None:
    number = hub.issue()
    hub.fail(status=403, message="Resource not accessible by integration", path="/user", n=99)
    failure(hub, number)
    assert comments(hub) == [], "a comment that could not be found again would be posted again and again"


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param(lambda _url: (200, JSON, b""), id="nothing"),
        pytest.param(lambda _url: (200, JSON, b'{"data": []}'), id="no list"),
        pytest.param(lambda _url: (200, JSON, b'""'), id="an empty text"),
        pytest.param(lambda _url: (200, JSON, b"[1]"), id="a list of numbers"),
        pytest.param(lambda url: (200, {**JSON, "Link": f'<{url}/repos/a/b/issues/1/comments>; rel="next"'}, b"[]"), id="a list in a circle"),
        pytest.param(lambda _url: (200, {**JSON, "Link": '<http://127.0.0.1:1/>; rel="next"'}, b"[]"), id="a list that goes on elsewhere"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_never_an_empty_one(hub: Hub, listed: object) -> None:
    where: list[str] = []
    asked: list[str] = []

    def answer(path: str) -> Answer:
        asked.append(path)
        if path.endswith("/user"):
            return 200, JSON, b'{"login": "bot"}'
        if path == "/repos/a/b":
            return 200, JSON, b'{"full_name": "a/b"}'
        found: Answer = listed(where[0])  # type: ignore[operator]  # pytest hands the table's functions on as objects
        return found

    with stranger(answer) as url:
        where.append(url)
        publisher = Publisher(url, hub.token, wait=lambda _: None)
        with pytest.raises(PublicationFailed, match="an answer that is not GitHub's"):
            publisher.publish(report(hub, 1, repo="a/b"), AT)
    assert len(asked) <= 2 + 2 * ATTEMPTS  # and a POST would have been a 501


KINDS: tuple[dict[str, object], ...] = (
    {"kind": "cut"}, {"kind": "lost"}, {"kind": "broken"}, {"kind": "html", "status": 200}, {"kind": "html", "status": 502},
    {"status": 500}, {"status": 502}, {"status": 429}, {"status": 403, "kind": "secondary"}, {"status": 403, "kind": "primary"},
    {"status": 503, "retry_after": "1"},
)  # fmt: skip


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_faults_leave_one_comment_with_the_newest_text(hub: Hub, seed: int) -> None:
    chance = random.Random(seed)
    number = hub.issue()
    sequence = 0
    for _ in range(8):
        sequence += 1
        text = f"text {chance.randrange(3)}"
        for _attempt in range(chance.randrange(1, 4)):
            for _fault in range(chance.randrange(4)):
                method = chance.choice(("", "GET", "POST", "PATCH"))
                hub.fail(
                    method=method, skip=chance.randrange(4), n=chance.randrange(1, 4), **chance.choice(KINDS)
                )
            try:
                publish(hub, report(hub, number, text, sequence))
            except PublicationFailed:
                continue
            finally:
                assert len(comments(hub)) <= 1
                hub.anyone.get("/_count", params={"reset": "1"})
            assert seen(hub) == [text]
    posted = publish(hub, report(hub, number, "the last word", sequence + 1))
    assert [doc["id"] for doc in comments(hub)] == [posted.comment_id]
    assert seen(hub) == ["the last word"]
