"""lean_os.py and lean_path.py answer like the standard library's, which the runtime does without for its start-up."""

import os
from pathlib import Path

import pytest

from runtime import lean_os, lean_path

PATHS = ["", "/", "//", ".", "..", "a", "/a", "a/", "/a/", "/a/b", "/a//b", "a/./b", "/a/../b", "../a", "/..", "a/..", "/a/b/../../..", "/x y/ü"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "name", ["dirname", "basename", "normpath", "abspath", "exists", "isdir", "realpath"]
)
def test_a_path_is_read_like_os_path(name: str, path: str) -> None:
    expected = getattr(os.path, name)(path)
    if name in ("normpath", "abspath") and path.startswith("//") and not path.startswith("///"):
        expected = expected[1:]  # POSIX leaves two slashes open; for Linux they are one
    assert getattr(lean_path, name)(path) == expected


@pytest.mark.parametrize("first", PATHS)
@pytest.mark.parametrize("second", PATHS)
def test_paths_are_joined_like_os_path(first: str, second: str) -> None:
    assert lean_path.join(first, second) == os.path.join(first, second)


def test_a_real_path_follows_links(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").symlink_to("b")
    assert lean_path.realpath(str(tmp_path / "a" / ".." / "a")) == os.path.realpath(tmp_path / "b")
    assert lean_path.realpath(str(tmp_path / "none")) == str(tmp_path / "none")


def test_names_that_are_not_utf_8_are_kept() -> None:
    assert lean_os.fsencode(lean_os.fsdecode(b"a\xff\xc3")) == b"a\xff\xc3"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lean_os.getenv("PATH") == os.environ.get("PATH")
    assert lean_os.getenv("NOT_SET_ANYWHERE") is None


def test_folders_are_made_with_their_parents(tmp_path: Path) -> None:
    lean_os.makedirs(f"{tmp_path}/a/b/c", 0o711)
    lean_os.makedirs(f"{tmp_path}/a/b/c", 0o711)
    assert (tmp_path / "a" / "b" / "c").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        lean_os.makedirs(f"{tmp_path}/file", 0o711)


def test_a_tree_is_told_the_deepest_first(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    assert list(lean_os.tree(str(tmp_path))) == [f"{tmp_path}/a/b", f"{tmp_path}/a", str(tmp_path)]
    assert list(lean_os.tree(f"{tmp_path}/none")) == [f"{tmp_path}/none"]


def test_a_folder_that_nobody_can_make_is_an_error_and_no_endless_walk() -> None:
    with pytest.raises(OSError):
        lean_os.makedirs("/proc/harbour/quay", 0o711)


def test_where_we_stand_nowhere_no_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(FileNotFoundError):
        lean_os.makedirs("harbour", 0o711)
