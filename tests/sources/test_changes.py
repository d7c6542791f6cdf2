"""Commits compared by git itself: a plain rebase is the same change, an amended commit is another."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model.errors import WrongRequest
from bot.sources.changes import same_change, text_as_of
from tests.skips import skip_tool


class Checkout:
    """A repository with a main branch and a branch of two commits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        skip_tool("git")
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("README", "one\n" * 9)
        self.git("checkout", "--quiet", "-b", "release")
        self.commit("ChangeLog", "Changes with v1.3.0\n")
        self.first = self.commit("version.go", "1.3.0\n")

    def git(self, *words: str) -> str:
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "ada"), ("EMAIL", "ada@example.org"))}  # fmt: skip
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(["git", "-C", str(self.folder), *words], capture_output=True, text=True, env={**os.environ, **who, **alone})  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, name: str, text: str, *how: str) -> str:
        (self.folder / name).write_text(text)
        self.git("add", name)
        self.git("commit", "--quiet", "-m", name, *how)
        return self.git("rev-parse", "HEAD")

    def rebase(self) -> str:
        """Something lands on main, and the branch is put on top of it."""
        self.git("checkout", "--quiet", "main")
        self.commit("config.md", "new\n")
        self.git("checkout", "--quiet", "release")
        self.git("rebase", "--quiet", "main")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_plain_rebase_is_the_same_change(checkout: Checkout) -> None:
    rebased = checkout.rebase()
    assert rebased != checkout.first
    compare = same_change(checkout.folder, "main")
    assert compare(checkout.first, rebased) is True
    assert compare(checkout.first[:9], rebased) is True


def test_an_amended_commit_is_another_change(checkout: Checkout) -> None:
    amended = checkout.commit("version.go", "1.3.1\n", "--amend")
    assert same_change(checkout.folder, "main")(checkout.first, amended) is False


def test_a_commit_more_is_another_change(checkout: Checkout) -> None:
    more = checkout.commit("more.md", "more\n")
    assert same_change(checkout.folder, "main")(checkout.first, more) is False


def test_a_change_further_down_the_branch_is_seen_though_the_last_commit_is_the_same(
    checkout: Checkout,
) -> None:
    checkout.git("reset", "--quiet", "--hard", "HEAD~1")
    checkout.commit("ChangeLog", "Changes with v1.3.0, and one more\n", "--amend")
    again = checkout.commit("version.go", "1.3.0\n")
    assert same_change(checkout.folder, "main")(checkout.first, again) is False


def test_a_file_is_read_as_it_was_when_it_was_merged(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    git, file = checkout.git, checkout.folder / "MAINTAINERS"
    git("checkout", "--quiet", "-b", "more", "main")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2040-01-01T00:00:00Z")
    checkout.commit("MAINTAINERS", "Ada <ada@example.org> (@ada)\n")
    git("checkout", "--quiet", "main")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2050-01-01T00:00:00Z")
    git("merge", "--quiet", "--no-ff", "-m", "merge", "more")
    file.write_text("nobody committed this\n")
    found = text_as_of(file, datetime(2050, 1, 2, tzinfo=UTC))
    assert found == ("Ada <ada@example.org> (@ada)\n", git("rev-parse", "HEAD"))
    with pytest.raises(WrongRequest, match="there was no MAINTAINERS at 2049"):
        text_as_of(file, datetime(2049, 12, 31, tzinfo=UTC))


def test_a_file_outside_any_checkout_has_no_past(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(WrongRequest, match="is in no git checkout"):
        text_as_of(tmp_path_factory.mktemp("plain") / "MAINTAINERS", datetime(2030, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("commit", ["", "0" * 40, "main", "--output=/x", "HEAD~1", "zz"])
def test_what_git_does_not_know_is_not_compared(checkout: Checkout, commit: str) -> None:
    assert same_change(checkout.folder, "main")(commit, checkout.first) is None


def test_what_is_merged_already_cannot_be_compared(checkout: Checkout) -> None:
    assert same_change(checkout.folder, "release")(checkout.first, checkout.first) is None


def test_a_checkout_that_is_none_is_said(
    checkout: Checkout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(WrongRequest, match="is no git checkout"):
        same_change(tmp_path_factory.mktemp("empty"))
    with pytest.raises(WrongRequest, match="has no trunk"):
        same_change(checkout.folder, "trunk")
    with pytest.raises(WrongRequest, match="is no branch or tag"):
        same_change(checkout.folder, "--output=/x")


def test_the_checkout_s_own_settings_run_no_program(checkout: Checkout) -> None:
    trap = checkout.folder / "ran"
    checkout.git("config", "diff.external", f"touch {trap}")
    (checkout.folder / ".gitattributes").write_text("* diff=evil\n")
    checkout.git("config", "diff.evil.textconv", f"touch {trap}; cat")
    checkout.git("config", "diff.evil.command", f"touch {trap}")
    rebased = checkout.commit("version.go", "1.3.2\n")
    assert same_change(checkout.folder, "main")(checkout.first, rebased) is False
    assert not trap.exists()
