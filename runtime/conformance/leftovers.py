"""What a run may leave on the host, found by the marks that are its own (its folder, its ids), and taken away.

A process counts as the run's when it is in a group that is named by one of its ids, has its root below the run's folder, or is a call
of the runtime or a hook from there. That a path of the folder stands in a mount table says nothing: with shared
mounts it stands in everybody's.
"""

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

GROUPS = "/sys/fs/cgroup"
ROUNDS = 50  # what is killed may have children that were about to be born
PATIENCE = 20.0
MNT_DETACH = 2


def remove(folder: Path, mark: str, command: Sequence[str]) -> list[str]:
    """Takes away whatever is left of the run in `folder` whose ids contain `mark`. Says what it was, one word group each."""
    removed = []
    killed = _end_calls(folder)
    containers = _delete(folder / "state", command)
    killed += _end_all(folder, mark)
    for count, what in (
        (containers, "container"),
        (killed, "process"),
        (_unmount(folder), "mount"),
        (_remove_groups(mark), "control group"),
    ):
        if count:
            plural = {"process": "processes"}.get(what, f"{what}s")
            removed.append(f"{count} {what if count == 1 else plural}")
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)
        removed.append(f"the folder {folder}")
    return removed


def _delete(state: Path, command: Sequence[str]) -> int:
    """`delete --force` of each container that the runtime itself still knows."""
    try:
        ids = sorted(entry.name for entry in os.scandir(state) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return 0
    for id_ in ids:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                [*command, "--root", str(state), "delete", "--force", id_],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False,
            )  # fmt: skip
    return len(ids)


def _end_calls(folder: Path) -> int:
    """Ends calls of the runtime that are under way: they hold locks, and would make what is taken away here."""
    return _end(lambda pid: _is_call(pid, folder))


def _end_all(folder: Path, mark: str) -> int:
    return _end(lambda pid: _is_call(pid, folder) or _is_in_group(pid, mark) or _has_root_in(pid, folder))


def _end(is_ours: Callable[[int], bool]) -> int:
    ended: set[int] = set()
    for _ in range(ROUNDS):
        here = [pid for pid in _processes() if pid != os.getpid() and is_ours(pid)]
        if not here:
            break
        for pid in here:
            with contextlib.suppress(OSError):  # another user's, or it ended meanwhile
                os.kill(pid, signal.SIGKILL)
                ended.add(pid)
        if not ended.intersection(here):
            break
        time.sleep(0.01)
    return len(ended)


def _processes() -> Iterator[int]:
    """Those that run: one that has ended and waits for its parent has no command line and no root."""
    return (int(name) for name in os.listdir("/proc") if name.isdecimal())


def _is_call(pid: int, folder: Path) -> bool:
    words = _read(f"/proc/{pid}/cmdline").split(b"\0")
    root, inside = os.fsencode(folder / "state"), os.fsencode(folder) + b"/"
    if words[0].startswith(inside) or (words[0] == b"/bin/sh" and words[1].startswith(inside)):  # a hook
        return True
    return any(pair == (b"--root", root) for pair in itertools.pairwise(words))


def _is_in_group(pid: int, mark: str) -> bool:
    return mark.encode() in _read(f"/proc/{pid}/cgroup")


def _has_root_in(pid: int, folder: Path) -> bool:
    """By chroot its root is a path below the folder; by pivot_root its root mount is of a folder that ends so."""
    try:
        if os.readlink(f"/proc/{pid}/root").startswith(f"{folder}/"):
            return True
    except OSError:
        return False
    inside = os.fsencode(f"/{folder.name}/")
    rows = (line.split() for line in _read(f"/proc/{pid}/mountinfo").splitlines())
    return any(len(row) > 4 and row[4] == b"/" and inside in row[3] for row in rows)


def _unmount(folder: Path) -> int:
    """Mounts below the folder that a runtime made among the host's own."""
    libc = ctypes.CDLL(None, use_errno=True)
    inside = f"{folder}/"
    lines = _read("/proc/self/mountinfo").decode(errors="replace").splitlines()
    points = [line.split()[4].encode().decode("unicode_escape") for line in lines]
    ours = [point for point in points if point.startswith(inside)]
    return sum(libc.umount2(os.fsencode(point), MNT_DETACH) == 0 for point in reversed(ours))


def _remove_groups(mark: str) -> int:
    """Groups that are named by one of the ids, with everything below them."""
    ours = [
        path
        for path, _, _ in os.walk(GROUPS, topdown=False)  # what is below comes first
        if mark in path
    ]
    removed = 0
    for path in ours:
        for _ in range(ROUNDS):
            try:
                os.rmdir(path)
                removed += 1
            except FileNotFoundError:
                pass  # the runtime did it
            except OSError:
                if _is_plain(path):
                    shutil.rmtree(path, ignore_errors=True)
                    break
                time.sleep(0.01)  # who was in it is still ending
                continue
            break
    return removed


def _is_plain(path: str) -> bool:
    """Whether a folder among the groups is none: where a hierarchy is not mounted a runtime may have made what it looked for."""
    try:
        device = os.stat(path).st_dev
    except OSError:
        return False
    number = f"{os.major(device)}:{os.minor(device)}".encode()
    rows = (line.split() for line in _read("/proc/self/mountinfo").splitlines())
    kinds = [row[row.index(b"-") + 1] for row in rows if row[2] == number]
    return bool(kinds) and not kinds[-1].startswith(b"cgroup")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
