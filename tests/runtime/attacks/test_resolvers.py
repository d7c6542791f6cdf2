"""Two ways to resolve a path inside a root, openat2(2) and step by step, give the same answer for every tree and path."""

import errno
import os
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime import inroot, stepwise, syscalls
from tests.soaking import ALWAYS_THE_SAME, seeds

NAMES = st.sampled_from(["a", "b", "c"])
PLACES = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
STEPS = st.sampled_from(["a", "b", "c", "..", ".", "", "missing"])
PATHS = st.builds(lambda slash, parts, end: slash + "/".join(parts) + end, st.sampled_from(["", "/", "//"]), st.lists(STEPS, max_size=6), st.sampled_from(["", "/", "/."]))  # fmt: skip
ENTRIES = st.one_of(
    st.just(("folder", "")),
    st.just(("file", "")),
    st.tuples(st.just("link"), PATHS.filter(bool)),
)
TREES = st.lists(st.tuples(PLACES, ENTRIES), max_size=8)
FLAGS = st.sampled_from([
    os.O_PATH, os.O_PATH | os.O_DIRECTORY, os.O_PATH | os.O_NOFOLLOW, os.O_RDONLY, os.O_RDONLY | os.O_DIRECTORY,
    os.O_RDONLY | os.O_NOFOLLOW, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW,
])  # fmt: skip


def plant(root: Path, tree: list[tuple[str, tuple[str, str]]]) -> None:
    """Makes what can be made of a tree; an entry whose place is taken or cannot be is left out."""
    for place, (kind, text) in tree:
        path = root / place
        parents = [root / part for part in Path(place).parents]
        if os.path.lexists(path) or any(os.path.lexists(p) and not stat.S_ISDIR(p.lstat().st_mode) for p in parents):  # fmt: skip
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "folder":
            path.mkdir()
        elif kind == "file":
            path.write_text(place)
        else:
            path.symlink_to(text)


def answer(root: int, path: str, flags: int, by: str) -> object:
    """(device, inode) of what was found, else the error's name."""
    try:
        if by == "kernel":
            fd = syscalls.openat2(root, path, flags, inroot.RESOLVE)
        else:
            fd = stepwise.open_path(root, path, flags)
    except OSError as failed:
        return errno.errorcode[failed.errno or 0]
    found = os.fstat(fd)
    assert os.get_inheritable(fd) is False
    os.close(fd)
    return found.st_dev, found.st_ino


def compared(root: Path, path: str, flags: int) -> tuple[object, object]:
    fd = os.open(root, os.O_PATH | os.O_DIRECTORY)
    before = len(os.listdir("/proc/self/fd"))
    try:
        both = answer(fd, path, flags, "kernel"), answer(fd, path, flags, "steps")
        assert len(os.listdir("/proc/self/fd")) == before, "a descriptor was left open"
        return both
    finally:
        os.close(fd)


@settings(
    max_examples=seeds(300, 6000), deadline=None, derandomize=ALWAYS_THE_SAME,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(
    TREES, st.lists(st.tuples(PATHS.map(lambda path: path.lstrip("/") or "."), FLAGS), min_size=1, max_size=8)
)
def test_random_trees(tree: list[tuple[str, tuple[str, str]]], asked: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "outer" / "root"
        root.mkdir(parents=True)
        (Path(folder) / "a").mkdir()  # where `..` would lead if it could leave
        (root.parent / "b").mkdir()
        plant(root, tree)
        for path, flags in asked:
            kernel, steps = compared(root, path, flags)
            assert steps == kernel, (path, oct(flags))


WAYS = [
    "a", "a/b", "a/b/", "a/b/.", "a/b/..", "a/file", "a/file/", "a/file/.", "a/file/..", "a/file/../b", "a/file/x", "a/missing",
    "a/missing/", "a/missing/..", "..", "../..", "../a", "a/../../../a/b", "absolute", "absolute/file", "a/absolute", "a/absolute/b",
    "a/relative", "a/relative/..", "out", "out/a", "a/out", "dangling", "dangling/", "dangling/x", "loop", "loop/x", "to-file", "to-file/",
    "to-file/..", "to-root", "to-root/a/file", "a/b/up", "a/b/up/b", "empty//a", ".", "./a",
]  # fmt: skip


@pytest.mark.parametrize("flags", [os.O_PATH, os.O_PATH | os.O_NOFOLLOW, os.O_PATH | os.O_DIRECTORY, os.O_RDONLY | os.O_NOFOLLOW])  # fmt: skip
@pytest.mark.parametrize("path", WAYS)
def test_every_kind_of_way(tmp_path: Path, path: str, flags: int) -> None:
    root = tmp_path / "outer" / "root"
    (root / "a" / "b").mkdir(parents=True)
    (root / "empty").mkdir()
    (root.parent / "a").mkdir()
    (root / "a" / "file").write_text("file")
    for name, text in (
        ("absolute", "/a"), ("a/absolute", "/a"), ("a/relative", "b/../b"), ("out", "../../.."), ("a/out", f"{root.parent}/a"),
        ("dangling", "/nowhere"), ("loop", "loop"), ("to-file", "a/file"), ("to-root", "/"), ("a/b/up", ".."),
    ):  # fmt: skip
        (root / name).symlink_to(text)
    kernel, steps = compared(root, path, flags)
    assert steps == kernel


PROC = ["self", "self/exe", "self/cwd/x", "self/root", "self/fd/0", "self/ns/mnt", "thread-self/status", "mounts", "net/dev", "self/task/../status", "1/exe", "self/exe/", "self/../self/fd/../exe"]  # fmt: skip


@pytest.mark.parametrize("flags", [os.O_PATH, os.O_PATH | os.O_NOFOLLOW])
@pytest.mark.parametrize("path", PROC)
def test_the_links_of_proc(path: str, flags: int) -> None:
    """A link into a process is refused, an ordinary one is followed."""
    kernel, steps = compared(Path("/proc"), path, flags)
    assert steps == kernel


@pytest.mark.parametrize("length", [39, 40, 41])
def test_as_many_links_as_the_kernel_follows(tmp_path: Path, length: int) -> None:
    (tmp_path / "0").write_text("end")
    for n in range(length):
        (tmp_path / str(n + 1)).symlink_to(str(n))
    kernel, steps = compared(tmp_path, str(length), os.O_PATH)
    assert steps == kernel
    assert (kernel == "ELOOP") is (length > 40)
