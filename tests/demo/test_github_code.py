"""The local GitHub's commits, tags, comparisons and archives are in GitHub's shapes."""

import gzip
import io
import tarfile

import pytest

from bot.demo.github.code import add_commit
from tests.hubs import NOON, Hub


@pytest.fixture
def history(hub: Hub) -> dict[str, str]:
    """Two commits on main, the first tagged; a pull request's head that left after the first."""
    first = add_commit(
        hub.store,
        hub.repo,
        {"config.md": "one\n", "conformance/a.toml": ""},
        "first",
        by="ada",
        at=NOON,
        refs=("tags/v1.0.0",),
    )
    main = add_commit(
        hub.store,
        hub.repo,
        {"config.md": "two\n"},
        "second",
        by="bo",
        at=NOON,
        parent=first,
        refs=("heads/main",),
    )
    head = add_commit(
        hub.store,
        hub.repo,
        {"config.md": "three\n"},
        "third",
        by="bo",
        at=NOON,
        parent=first,
        refs=("pull/7/head",),
    )
    return {"first": first, "main": main, "head": head}  # fmt: skip


def test_a_commit_goes_by_its_tag_its_branch_its_pull_request_and_its_sha(
    hub: Hub, history: dict[str, str]
) -> None:
    for name, sha in (
        ("v1.0.0", "first"),
        ("main", "main"),
        ("pull/7/head", "head"),
        (history["head"], "head"),
    ):
        found = hub.http.get(f"{hub.api}/commits/{name}").json()
        assert found["sha"] == history[sha]
    assert found["parents"][0]["sha"] == history["first"]
    assert (found["commit"]["message"], found["author"]["login"]) == ("third", "bo")


def test_no_commit_is_a_422_and_no_repository_a_404(hub: Hub) -> None:
    found = hub.http.get(f"{hub.api}/commits/v9")
    assert (found.status_code, found.json()["message"]) == (422, "No commit found for SHA: v9")
    assert hub.http.get("/repos/harbour/nowhere/commits/v9").status_code == 404


def test_tags_are_a_list_with_their_commits(hub: Hub, history: dict[str, str]) -> None:
    add_commit(hub.store, hub.repo, {}, "x", by="ada", at=NOON, refs=("tags/v1.1.0",))
    found = hub.http.get(f"{hub.api}/tags", params={"per_page": "1"})
    assert [each["name"] for each in found.json()] == ["v1.1.0"]
    assert 'rel="next"' in found.headers["link"]
    assert hub.http.get(f"{hub.api}/tags").json()[1]["commit"]["sha"] == history["first"]


@pytest.mark.parametrize(
    ("base", "head", "status", "start"),
    [
        pytest.param("main", "head", "diverged", "first", id="both went on"),
        pytest.param("v1.0.0", "main", "ahead", "first", id="the head went on"),
        pytest.param("main", "first", "behind", "first", id="the base went on"),
        pytest.param("main", "main", "identical", "main", id="the same"),
    ],
)
def test_two_commits_are_compared_by_where_they_parted(
    hub: Hub, history: dict[str, str], base: str, head: str, status: str, start: str
) -> None:
    found = hub.http.get(f"{hub.api}/compare/{base}...{history.get(head, head)}").json()
    assert (found["status"], found["merge_base_commit"]["sha"]) == (status, history[start])


def test_commits_without_a_common_one_are_a_404(hub: Hub, history: dict[str, str]) -> None:
    other = add_commit(hub.store, hub.repo, {}, "an orphan", by="ada", at=NOON)
    assert hub.http.get(f"{hub.api}/compare/main...{other}").status_code == 404
    assert hub.http.get(f"{hub.api}/compare/main").status_code == 404


def test_an_archive_is_behind_a_redirect_and_has_one_folder_and_its_commit(
    hub: Hub, history: dict[str, str]
) -> None:
    sent = hub.http.get(f"{hub.api}/tarball/v1.0.0")
    assert sent.status_code == 302
    found = hub.anyone.get(sent.headers["location"])
    assert found.headers["content-type"] == "application/x-gzip"
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(found.content))) as archive:
        assert archive.pax_headers == {"comment": history["first"]}
        folder = f"{hub.repo.replace('/', '-')}-{history['first'][:7]}"
        assert archive.getnames() == [folder, f"{folder}/config.md", f"{folder}/conformance/a.toml"]


def test_a_renamed_repository_keeps_its_commits(hub: Hub, history: dict[str, str]) -> None:
    old, new = hub.repo, f"{hub.repo}-new"
    hub.store.rename_repo(old, new)
    assert hub.http.get(f"/repos/{new}/commits/main").json()["sha"] == history["main"]
    assert hub.http.get(f"/repos/{old}/commits/main").status_code == 301
