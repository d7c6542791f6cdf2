"""The specification's texts are read from GitHub at a commit in few requests, and the token goes nowhere else."""

import pytest

from bot.demo.github.code import add_commit, pack
from bot.model.errors import BadInput, TrackerFailed, WrongRequest
from bot.sources.gateway import Gateway
from bot.sources.spec_texts import (
    Place,
    find_commit,
    find_start,
    is_merged,
    read_place,
    read_tags,
    read_texts,
)
from tests.hubs import NOON, Answer, Hub, stranger

TEXT = {"config.md": "The runtime MUST pipe aboard.\n", "README.md": "no text\n"}
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def gateway(hub: Hub) -> Gateway:
    return Gateway(hub.url, hub.token, wait=lambda seconds: None)


@pytest.fixture
def first(hub: Hub) -> str:
    return add_commit(
        hub.store, hub.repo, TEXT, "first", by="ada", at=NOON, refs=("tags/v1.0.0", "heads/main")
    )


@pytest.mark.parametrize(
    ("text", "project", "place"),
    [
        pytest.param("runtime-spec@v1.3.0", None, Place("runtime-spec", "v1.3.0"), id="a project's tag"),
        pytest.param("runtime-spec#43", None, Place("runtime-spec", "#43"), id="a project's pull request"),
        pytest.param("harbour/quay@release/1.x", None, Place("harbour/quay", "release/1.x"), id="a repository's branch"),
        pytest.param("v1.3.0", "P", Place("P", "v1.3.0"), id="a tag of the named project"),
        pytest.param("#43", "P", Place("P", "#43"), id="a pull request of the named project"),
        pytest.param("v1.3.0", None, None, id="a tag alone is the suite's"),
        pytest.param("drafts/next", None, None, id="a folder is the suite's"),
    ],
)  # fmt: skip
def test_what_is_typed_names_a_place(text: str, project: str | None, place: Place | None) -> None:
    assert read_place(text, project) == place


@pytest.mark.parametrize(
    "ref",
    ["", "#", "#0", "#x", "a..b", "-x", "a b", "../x", "x.lock", "x/", "@", "x\n", "#1/../2", "a" * 300],
)
def test_what_no_repository_can_have_is_refused_before_anything_is_asked(ref: str) -> None:
    with pytest.raises(BadInput, match=r"no tag, branch or commit|no pull request"):
        read_place(ref, "P")


def test_a_tag_costs_two_requests_and_one_to_where_archives_are_kept(
    hub: Hub, gateway: Gateway, first: str
) -> None:
    texts = read_texts(gateway, find_commit(gateway, hub.repo, "v1.0.0"), at=NOON)
    assert (texts.commit, texts.label, texts.at) == (first, f"{hub.repo}@v1.0.0", NOON)
    assert texts.files == {"config.md": TEXT["config.md"]}
    assert texts.source == f"{hub.url}/{hub.repo}/tree/v1.0.0"
    assert sorted(hub.count().values()) == [1, 1, 1]


def test_a_whole_commit_costs_none_to_find(hub: Hub, gateway: Gateway, first: str) -> None:
    found = find_commit(gateway, hub.repo, first)
    assert (found.sha, found.name, hub.count()) == (first, first[:12], {})


def test_a_pull_request_is_read_where_it_goes_to(hub: Hub, gateway: Gateway, first: str) -> None:
    number = hub.pull("Release v1.1.0", base="main")
    head = hub.store.get("issue", hub.repo, number)["pull"]["head"]
    add_commit(
        hub.store, hub.repo, {"config.md": "draft\n"}, "draft", by="bo", at=NOON, parent=first, sha=head
    )
    found = find_commit(gateway, hub.repo, f"#{number}")
    assert (found.sha, found.base, found.title) == (head, "main", "Release v1.1.0")
    assert read_texts(gateway, found, at=NOON).label == f"{hub.repo}#{number}"
    landed = add_commit(
        hub.store, hub.repo, TEXT, "meanwhile", by="ada", at=NOON, parent=first, refs=("heads/main",)
    )
    assert find_start(gateway, hub.repo, "main", head).sha == first != landed


def test_only_what_is_on_the_default_branch_is_merged(hub: Hub, gateway: Gateway, first: str) -> None:
    second = add_commit(
        hub.store, hub.repo, TEXT, "second", by="ada", at=NOON, parent=first, refs=("heads/main",)
    )
    aside = add_commit(
        hub.store, hub.repo, TEXT, "aside", by="bo", at=NOON, parent=first, refs=("heads/topic",)
    )
    merged = [is_merged(gateway, find_commit(gateway, hub.repo, sha)) for sha in (first, second, aside)]
    assert merged == [True, True, False]


def test_tags_are_read_a_hundred_at_a_time(hub: Hub, gateway: Gateway) -> None:
    for n in range(101):
        add_commit(hub.store, hub.repo, {}, f"c{n}", by="ada", at=NOON, refs=(f"tags/v0.0.{n}",))
    assert len(read_tags(gateway, hub.repo)) == 101
    assert sum(hub.count().values()) == 2


@pytest.mark.parametrize("ref", ["v9", "#9", "ffffffff"])
def test_what_is_not_there_is_a_wrong_request(hub: Hub, gateway: Gateway, first: str, ref: str) -> None:
    with pytest.raises(WrongRequest, match=rf"{hub.repo} has no .*{ref}"):
        find_commit(gateway, hub.repo, ref)


def test_a_repository_without_texts_is_a_wrong_request(hub: Hub, gateway: Gateway) -> None:
    sha = add_commit(hub.store, hub.repo, {"main.go": "package main"}, "x", by="ada", at=NOON)
    with pytest.raises(WrongRequest, match="no file of a runtime specification"):
        read_texts(gateway, find_commit(gateway, hub.repo, sha), at=NOON)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"status": 502}, id="a bad gateway"),
        pytest.param({"kind": "cut"}, id="a cut connection"),
        pytest.param({"status": 403, "kind": "secondary", "retry_after": "1"}, id="a limit"),
    ],
)
@pytest.mark.parametrize("where", ["api", "archives"])
def test_what_passes_is_waited_for(
    hub: Hub, gateway: Gateway, first: str, script: dict[str, object], where: str
) -> None:
    path = f"{hub.api}/tarball" if where == "api" else f"/{hub.repo}/legacy"
    hub.fail(path=path, **script)
    assert read_texts(gateway, find_commit(gateway, hub.repo, first), at=NOON).files


def test_half_an_archive_is_never_taken_for_a_whole(hub: Hub, gateway: Gateway, first: str) -> None:
    hub.fail(kind="broken", path=f"/{hub.repo}/legacy", n=9)
    with pytest.raises(WrongRequest, match="archive cannot be read"):
        read_texts(gateway, find_commit(gateway, hub.repo, first), at=NOON)


def test_what_does_not_pass_is_said_in_words(hub: Hub, gateway: Gateway, first: str) -> None:
    hub.fail(status=403, path=f"{hub.api}/tarball", message=f"no {hub.token}", n=9)
    with pytest.raises(TrackerFailed, match="GitHub refuses") as caught:
        read_texts(gateway, find_commit(gateway, hub.repo, first), at=NOON)
    assert hub.token not in str(caught.value)


def test_the_token_stays_with_github() -> None:
    """The other server gets the request without it; a redirect that would be unsafe is not followed."""
    near: list[dict[str, str]] = []
    far: list[dict[str, str]] = []

    def elsewhere(path: str) -> Answer:
        return 200, {"Content-Type": "application/x-gzip"}, pack({"config.md": "x\n"}, "top", SHA)

    with stranger(elsewhere, far) as other:
        with stranger(lambda path: (302, {"Location": f"{other}/archive"}, b""), near) as api:
            gateway = Gateway(api, "secret-token", wait=lambda seconds: None)
            assert read_texts(gateway, find_commit(gateway, "harbour/quay", SHA), at=NOON).files == {
                "config.md": "x\n"
            }
        for unsafe in ("ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://x/"):
            with (
                stranger(lambda path, to=unsafe: (302, {"Location": to}, b"")) as api,  # type: ignore[misc]
                pytest.raises(TrackerFailed, match="sends us to another server"),
            ):
                Gateway(api, "secret-token", wait=lambda seconds: None).download("/x", 1000)
    assert [each.get("authorization") for each in near] == ["token secret-token"]
    assert [each.get("authorization") for each in far] == [None]


def test_redirects_without_end_and_files_without_end_are_left() -> None:
    with (
        stranger(lambda path: (302, {"Location": path}, b"")) as api,
        pytest.raises(TrackerFailed, match="another server"),
    ):
        Gateway(api, None, wait=lambda seconds: None).download("/x", 1000)
    with (
        stranger(lambda path: (200, {}, bytes(2_000_001))) as api,
        pytest.raises(WrongRequest, match="/x has more than 2 MB"),
    ):
        Gateway(api, None, wait=lambda seconds: None).download("/x", 2_000_000)
