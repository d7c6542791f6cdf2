"""What an ordinary user's container must not reach of what the host gave that user: control groups and groups."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.conformance import host
from runtime.conformance.bundles import Bundle
from tests.runtime.attacks.attack import only_root
from tests.runtime.attacks.weakened import Defence, without
from tests.runtime.conftest import Yard
from tests.skips import skip_host, skip_tool

SOMEBODY = 12345
BELOW = Defence("mounts.py", 'if f"{destination}/".startswith("/sys/") and options.flags & k.MS_REC', "if False and options.flags")  # fmt: skip
GIVEN_UP = Defence("idmaps.py", '            _put(f"/proc/{pid}/setgroups", "deny")\n', "            pass\n")  # fmt: skip


def interpreter() -> str:
    """One that everybody may execute."""
    for path in (
        os.path.realpath(sys.executable),
        shutil.which("python3.11", path="/usr/local/bin:/usr/bin"),
    ):
        if path and host.world_may_reach(path):
            return os.path.realpath(path)
    return skip_tool("python3.11 where every user may execute it")


def somebody_s(yard: Yard, *defences: Defence) -> Yard:
    """The same yard with a refrun that an ordinary user calls."""
    only_root()
    command = without(yard.root, *defences, python=interpreter())
    become = [skip_tool("setpriv"), "--reuid", str(SOMEBODY), "--regid", str(SOMEBODY), "--clear-groups"]
    state = yard.root / "state"
    state.mkdir()
    os.chown(state, SOMEBODY, SOMEBODY)
    return replace(yard, refrun=[*become, *command])


def bundle_of_somebody(yard: Yard) -> Bundle:
    bundle = yard.trial.bundle()
    kinds = ("pid", "ipc", "uts", "mount", "user")
    bundle.linux["namespaces"] = [{"type": kind} for kind in kinds]
    for name in ("uidMappings", "gidMappings"):
        bundle.linux[name] = [{"containerID": 0, "hostID": SOMEBODY, "size": 1}]
    for path in (yard.root / "trial", bundle.folder, *bundle.folder.rglob("*")):
        os.chown(path, SOMEBODY, SOMEBODY, follow_symlinks=False)
    return bundle


@pytest.fixture
def marker_group() -> Iterator[Path]:
    """A control group that the host gave to the user; only it can ever change."""
    only_root()
    base = Path("/sys/fs/cgroup/unified")
    if not (base / "cgroup.procs").exists():
        base = Path("/sys/fs/cgroup")
    if not (base / "cgroup.procs").exists():
        skip_host("no-cgroup-v2", "no cgroup2 file system is mounted")
    marker = base / f"refrun-marker-{os.getpid()}"
    marker.mkdir()
    os.chown(marker, SOMEBODY, SOMEBODY)
    yield marker
    for group in sorted(marker.rglob("*/"), reverse=True):
        group.rmdir()
    marker.rmdir()


@pytest.mark.parametrize("place", ["/sys", "/sys/fs/cgroup"])
@pytest.mark.parametrize(("defences", "made"), [((), False), ((BELOW,), True)], ids=["with", "without"])
def test_the_user_s_groups_under_a_read_only_sys(
    yard: Yard, marker_group: Path, place: str, defences: tuple[Defence, ...], made: bool
) -> None:
    """CVE-2023-25809: a read-only bind of /sys has the control groups below it, which the user may write to."""
    by = somebody_s(yard, *defences)
    bundle = bundle_of_somebody(yard)
    (bundle.rootfs / "sys/fs/cgroup").mkdir(parents=True)
    bundle.mount(place, "none", place, "rbind", "nosuid", "noexec", "nodev", "ro")
    script = f"mkdir {marker_group}/x; [ -e {marker_group} ] && echo there > /journal/seen"
    bundle.process["args"] = ["/bin/sh", "-c", script]
    answer = by.call("run", "--bundle", str(bundle.write().folder), yard.trial.new_id())
    assert bundle.lines("seen") == ["there"], answer.err
    assert (marker_group / "x").exists() is made, answer.err


def test_groups_are_given_up_before_they_are_mapped(yard: Yard) -> None:
    """CVE-2014-8989: a group that keeps its user out must not be dropped by a new namespace."""
    by = somebody_s(yard)
    bundle = bundle_of_somebody(yard)
    bundle.process["args"] = ["/bin/sh", "-c", "cat /proc/self/setgroups > /journal/seen"]
    answer = by.call("run", "--bundle", str(bundle.write().folder), yard.trial.new_id())
    assert bundle.lines("seen") == ["deny"], answer.err


def test_without_that_the_kernel_itself_refuses(yard: Yard) -> None:
    """Since Linux 3.19 the attack does not work even on a runtime that forgets it: there is no container."""
    by = somebody_s(yard, GIVEN_UP)
    bundle = bundle_of_somebody(yard).args("exit", "0").write()
    answer = by.call("run", "--bundle", str(bundle.folder), yard.trial.new_id())
    assert (answer.code, "gid_map" in answer.err) == (1, True), answer.err
