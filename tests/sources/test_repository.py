"""Reading what a repository holds besides its tracker, from the local GitHub: tags, files, commits, checks, talk and releases."""

from datetime import timedelta
from typing import Any

import pytest

from bot.model.errors import WrongRequest
from bot.model.repository import CheckState, Repository, Signature, as_of
from bot.model.tracker import Pull
from bot.sources.gateway import Gateway
from bot.sources.github import read_snapshot
from bot.sources.repository import Wanted, read_repository, read_rosters
from tests.hubs import NOON, Hub, hub, running

__all__ = ["hub", "running"]


def gateway(hub: Hub, token: str | None = None) -> Gateway:
    return Gateway(hub.url, hub.token if token is None else token, wait=lambda _: None, patience=0.0)


def read(hub: Hub, known: Repository | None = None, **wanted: Any) -> Repository:
    return read_repository(gateway(hub), hub.repo, known, Wanted(**wanted), at=NOON)


def commit(hub: Hub, message: str = "a change", **more: Any) -> str:
    facts: dict[str, Any] = {"by": "ada", "at": NOON, **more}
    return str(hub.store.add_commit(hub.repo, message, **facts)["sha"])


def pulls(hub: Hub) -> tuple[Pull, ...]:
    return read_snapshot(gateway(hub), hub.repo, at=NOON).pulls


@pytest.mark.parametrize(
    ("signed", "reason", "signature", "note"),
    [
        pytest.param(True, "", Signature.VERIFIED, "", id="verified"),
        pytest.param(True, "unknown_key", Signature.UNVERIFIED, "unknown key", id="a key nobody knows"),
        pytest.param(False, "", Signature.NONE, "", id="annotated, without a signature"),
        pytest.param(None, "", Signature.NONE, "a lightweight tag", id="lightweight"),
    ],
)
def test_a_tag_is_read_with_its_dates_and_its_signature(
    hub: Hub, signed: bool | None, reason: str, signature: Signature, note: str
) -> None:
    sha = commit(hub, at=NOON - timedelta(days=2), written_at=NOON - timedelta(days=40))
    hub.store.add_tag(hub.repo, "v1.0.0-rc1", sha, by="ada", at=NOON, signed=signed, reason=reason)
    hub.store.add_tag(hub.repo, "nightly", sha, by="ada", at=NOON)
    (tag,) = read(hub).tags or ()
    at = NOON if signed is not None else NOON - timedelta(days=2)
    assert (tag.tag, tag.tagged_at, tag.commit) == ("v1.0.0-rc1", at, sha)
    assert (tag.committed_at, tag.written_at) == (NOON - timedelta(days=2), NOON - timedelta(days=40))
    assert (tag.signature, tag.signature_note) == (signature, note)


def test_what_cannot_change_is_read_once(hub: Hub) -> None:
    for n in (1, 2, 3):
        sha = commit(hub, files={"ChangeLog": f"Changes with v1.{n}.0:"})
        hub.store.add_tag(hub.repo, f"v1.{n}.0", sha, by="ada", at=NOON)
    first = read(hub, at_tags=("ChangeLog",))
    asked = sum(hub.count().values())
    again = read(hub, first, at_tags=("ChangeLog",))
    assert (again.tags, again.files) == (first.tags, first.files)
    assert sum(hub.count().values()) - asked == 4, (
        "the repository, its branch with its rules, the list of tags"
    )
    assert [file.text for file in first.files] == [f"Changes with v1.{n}.0:" for n in (1, 2, 3)]


def test_a_tag_that_was_moved_is_read_anew(hub: Hub) -> None:
    old, new = commit(hub, files={"ChangeLog": "old"}), commit(hub, files={"ChangeLog": "new"})
    hub.store.add_tag(hub.repo, "v1.0.0", old, by="ada", at=NOON)
    first = read(hub, at_tags=("ChangeLog",))
    with hub.store.change():
        hub.store.put(
            "tag", hub.repo, 1, {**hub.store.all("tag", hub.repo)[0], "commit": new, "sha": "c" * 40}
        )
    moved = read(hub, first, at_tags=("ChangeLog",))
    assert [(tag.commit, tag.object_sha) for tag in moved.tags or ()] == [(new, "c" * 40)]
    assert [file.text for file in moved.files] == ["new"]


def test_files_of_the_branch_are_read_again_when_it_moved(hub: Hub) -> None:
    hub.store.add_file(hub.repo, "MAINTAINERS", "Ada <a@x.example> (@ada)\n", at=NOON)
    first = read(hub, on_branch=("MAINTAINERS", "CODEOWNERS"))
    assert [(file.path, file.ref, file.text) for file in first.files] == [
        ("MAINTAINERS", "main", "Ada <a@x.example> (@ada)\n"),
        ("CODEOWNERS", "main", None),
    ]
    hub.store.add_file(hub.repo, "CODEOWNERS", "* @ada\n", at=NOON + timedelta(hours=1))
    again = read(hub, first, on_branch=("MAINTAINERS", "CODEOWNERS"))
    assert [file.text for file in again.files] == ["Ada <a@x.example> (@ada)\n", "* @ada\n"]


def test_the_roster_is_that_of_the_moment(hub: Hub) -> None:
    hub.store.add_file(hub.repo, "MAINTAINERS", "one\n", at=NOON - timedelta(days=9))
    hub.store.add_file(hub.repo, "MAINTAINERS", "two\n", at=NOON - timedelta(days=1))
    moments = [NOON - timedelta(days=n) for n in (10, 5, 0)]
    found = read_rosters(gateway(hub), read(hub), None, "MAINTAINERS", moments)
    assert [found.file("MAINTAINERS", as_of(at)).text for at in moments] == [None, "one\n", "two\n"]  # type: ignore[union-attr]  # each was read
    before = sum(hub.count().values())
    read_rosters(gateway(hub), found, found, "MAINTAINERS", moments)
    assert sum(hub.count().values()) == before


def test_a_pull_request_is_read_with_sign_offs_and_checks(hub: Hub) -> None:
    number = hub.pull("Release v1.0.0")
    signed = commit(
        hub, "one\n\nbody\n\nSigned-off-by: Ada <Ada@Quayside.example>", files={"version.go": "1"}
    )
    bare = commit(
        hub, "two\n\nSigned-off-by: somebody\n", by="bo", files={"version.go": "2", "ChangeLog": "x"}
    )
    hub.store.set_commits(hub.repo, number, [signed, bare])
    for name, conclusion in (("ci", "success"), ("lint", "failure"), ("slow", None), ("odd", "skipped")):
        hub.store.add_check(hub.repo, bare, name, conclusion)
    hub.store.add_check(hub.repo, bare, "old-ci", "error", status=True)
    hub.store.protect(hub.repo, "ci", "lint")
    (pull,) = pulls(hub)
    found = read(
        hub, pulls=(pull,), releases=(pull,), checks=True, at_tags=("ChangeLog",), at_commits=("version.go",)
    )
    facts = found.pull(number)
    assert facts is not None
    assert facts.head == bare
    assert [(each.sha, each.is_signed_off, each.message) for each in facts.commits] == [
        (signed, True, "one"),
        (bare, False, "two"),
    ]
    states = {check.name: check.state for check in facts.checks}
    good, bad = CheckState.PASSED, CheckState.FAILED
    assert states == {"ci": good, "lint": bad, "slow": CheckState.PENDING, "odd": good, "old-ci": bad}
    assert [(each.branch, each.required) for each in found.protections] == [("main", ("ci", "lint"))]
    assert [(file.path, file.ref, file.text) for file in found.files] == [
        ("ChangeLog", bare, "x"), ("version.go", signed, "1"), ("version.go", bare, "2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("protect", "required", "why"),
    [
        pytest.param({}, (), "", id="not protected"),
        pytest.param({"visible": True}, ("ci",), "", id="protected"),
        pytest.param(
            {"visible": False}, None, "the token may not see what main requires", id="not for this token"
        ),
    ],
)
def test_what_a_branch_requires(
    hub: Hub, protect: dict[str, Any], required: tuple[str, ...] | None, why: str
) -> None:
    if protect:
        hub.store.protect(hub.repo, "ci", **protect)
    (found,) = read(hub).protections
    assert (found.required, found.why) == (required, why)


def test_rules_of_a_branch_require_checks_too(hub: Hub) -> None:
    hub.store.protect(hub.repo, "ci")
    hub.store.add_rule(hub.repo, "ci", "dco")
    hub.store.add_rule(hub.repo, "other", branch="release-1.0")
    (found,) = read(hub).protections
    assert found.required == ("ci", "dco")


def test_talk_is_read_with_reviews_and_edits(hub: Hub) -> None:
    number = hub.pull("Release v1.0.0", body="[spec VOTE]: tag 1.0.0")
    first = hub.store.add_comment(hub.repo, number, "LGTM", by="ada", at=NOON)
    hub.store.add_comment(hub.repo, number, "LGTM", by="cyd", at=NOON + timedelta(hours=2))
    hub.store.add_review(
        hub.repo, number, "APPROVED", by="cyd", at=NOON + timedelta(hours=1), body="fine", commit="d" * 40
    )
    hub.store.edit_comment(hub.repo, first["id"], "REJECT: see #1", NOON + timedelta(hours=3))
    (talk,) = read(hub, talks=((number, True),)).talks or ()
    assert (talk.body, talk.by) == ("[spec VOTE]: tag 1.0.0", "bo")
    assert [(c.by, c.text, c.review, c.commit, c.edited_at) for c in talk.comments] == [
        ("ada", "REJECT: see #1", "", "", NOON + timedelta(hours=3)),
        ("cyd", "fine", "APPROVED", "d" * 40, None),
        ("cyd", "LGTM", "", "", None),
    ]


def test_published_releases_have_the_names_of_what_is_attached(hub: Hub) -> None:
    hub.store.add_release(hub.repo, "v1.0.0", "Adopted (+6 -0 #3)", "spec-v1.0.0.pdf", at=NOON)
    (page,) = read(hub, published=True).published or ()
    assert (page.tag, page.text, page.assets) == ("v1.0.0", "Adopted (+6 -0 #3)", ("spec-v1.0.0.pdf",))
    assert read(hub).published is None, "nobody asked"


@pytest.mark.parametrize(
    ("patches", "same"),
    [
        pytest.param(
            ("@@ -1,2 +1,2 @@ a\n-x\n+y", "@@ -9,2 +19,2 @@ b\n-x\n+y"), True, id="moved by a rebase"
        ),
        pytest.param(("@@ -1 +1 @@\n-x\n+y", "@@ -1 +1 @@\n-x\n+z"), False, id="changed"),
        pytest.param(("@@ -1 +1 @@\n+y", ""), None, id="no difference at all says nothing"),
    ],
)
def test_commits_are_compared_by_what_they_change(
    hub: Hub, patches: tuple[str, str], same: bool | None
) -> None:
    number = hub.pull("Release v1.0.0")
    old, new = (commit(hub, f"take {n}", patch=patch) for n, patch in enumerate(patches))
    hub.store.set_commits(hub.repo, number, [new])
    hub.store.add_review(hub.repo, number, "APPROVED", by="ada", at=NOON, commit=old)
    (pull,) = pulls(hub)
    found = read(hub, pulls=(pull,), releases=(pull,))
    assert found.same_change(old, new) is same


def test_what_fails_is_named_and_the_rest_is_read(hub: Hub) -> None:
    hub.store.add_file(hub.repo, "MAINTAINERS", "Ada (@ada)\n", at=NOON)
    hub.fail(status=403, path=f"{hub.api}/git/matching-refs", message="Resource not accessible", n=9)
    found = read(hub, on_branch=("MAINTAINERS",))
    assert found.tags is None
    assert found.why_unread("tags").startswith("GitHub refuses")
    assert [file.text for file in found.files] == ["Ada (@ada)\n"]


def test_a_repository_that_is_not_there_is_a_wrong_request(hub: Hub) -> None:
    with pytest.raises(WrongRequest, match="there is no quay/nowhere"):
        read_repository(gateway(hub), "quay/nowhere", None, Wanted(), at=NOON)


def test_a_renamed_repository_is_read_under_its_new_name(hub: Hub) -> None:
    sha = commit(hub, files={"ChangeLog": "x"})
    hub.store.add_tag(hub.repo, "v1.0.0", sha, by="ada", at=NOON)
    hub.store.add_file(hub.repo, "MAINTAINERS", "Ada (@ada)\n")
    old = hub.repo
    hub.store.rename_repo(old, f"{old}-renamed")
    found = read_repository(
        gateway(hub), old, None, Wanted(on_branch=("MAINTAINERS",), at_tags=("ChangeLog",)), at=NOON
    )
    assert [tag.tag for tag in found.tags or ()] == ["v1.0.0"]
    assert [file.text for file in found.files] == ["Ada (@ada)\n", "x"]
