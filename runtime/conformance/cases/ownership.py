"""Whose a control group of version 2 is (config-linux.md#cgroup-ownership): the user's only where it can be used, and never more of it."""

import os
import sys
from pathlib import Path

from runtime.conformance import host
from runtime.conformance.bundles import Bundle
from runtime.conformance.declare import NotApplicable, Skipped, case
from runtime.conformance.groups import LISTS, ROOT, in_a_version_2_tree
from runtime.conformance.trial import Trial

ANCHOR = "config-linux.md#cgroup-ownership"
SINCE = "v1.1.0-rc.1"
USER = 100000
UNLISTED = {
    "cgroup.procs",
    "cgroup.subtree_control",
    "cgroup.threads",
}  # what goes where the kernel lists nothing


def _bundle(t: Trial, *kinds: str) -> Bundle:
    """A bundle whose root is the host's USER, with new namespaces of these kinds besides."""
    if t.source.kind == "host" and not host.world_may_reach(sys.executable):
        raise Skipped(f"the interpreter {sys.executable} lies where a mapped user cannot reach it")
    bundle = t.bundle()
    bundle.namespaces("pid", "ipc", "uts", "network", "mount", "user", *kinds)
    for name in ("uidMappings", "gidMappings"):
        bundle.linux[name] = [{"containerID": 0, "hostID": USER, "size": 1000}]
    for path in (bundle.folder, bundle.rootfs):
        os.chmod(path, 0o777)
    (bundle.rootfs / "sys" / "fs" / "cgroup").mkdir(parents=True)
    return bundle


def _owned(t: Trial, bundle: Bundle) -> tuple[set[str], set[str]]:
    """The files of a running container's group that are USER's, and all it has; "" is the folder. The container is gone then."""
    try:
        pid = t.running(bundle).pid
        path = next(
            line[3:]
            for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines()
            if line.startswith("0::")
        )
        t.check(path != "/", "the program is in no group of its own")
        folder = f"{ROOT}{path}"
        names = {"", *(name for name in os.listdir(folder) if not os.path.isdir(f"{folder}/{name}"))}
        owners = {name: os.stat(f"{folder}/{name}").st_uid for name in names}
        t.equal("owners besides root and the user", set(owners.values()) - {0, USER}, set())
        return {name for name, uid in owners.items() if uid == USER}, names
    finally:
        t.close()  # here, where the runtime still sees the tree that the group is in


def _usable(t: Trial) -> tuple[set[str], set[str]]:
    """Files of the user and of all, for a container that mounts its group to write to it."""
    bundle = _bundle(t, "cgroup")
    bundle.mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev")
    return _owned(t, bundle)


@case(ANCHOR, level="SHOULD", since=SINCE, needs=("cgroup2",))
def a_group_that_can_be_used_is_the_user_s(t: Trial) -> None:
    """With a writable mount of it the group and those of its files that the kernel lists are the user's, and no others are."""

    def work() -> None:
        owned, names = _usable(t)
        listed = set(Path(LISTS, "delegate").read_text().split())
        t.equal("what is the user's", sorted(owned), sorted({"", *listed} & names))

    in_a_version_2_tree(work)


@case(ANCHOR, level="SHOULD", since=SINCE, needs=("cgroup2",))
def a_group_that_cannot_be_used_stays_root_s(t: Trial) -> None:
    """Without a new cgroup namespace, without a mount of the group, and with a read-only one, nothing of it is the user's."""

    def work() -> None:
        for what, kinds, options in (
            ("without a cgroup namespace", (), ["nosuid"]),
            ("without a mount", ("cgroup",), None),
            ("with a read-only mount", ("cgroup",), ["nosuid", "ro"]),
        ):
            bundle = _bundle(t, *kinds)
            if options is not None:
                bundle.mount("/sys/fs/cgroup", "cgroup", "cgroup", *options)
            t.equal(f"what is the user's {what}", _owned(t, bundle)[0], set())

    in_a_version_2_tree(work)


@case(ANCHOR, since=SINCE, needs=("cgroup2",))
def where_the_kernel_lists_nothing_three_files_are_the_user_s(t: Trial) -> None:
    """If /sys/kernel/cgroup/delegate does not exist, a runtime that gives groups away MUST fall back to three files."""
    found: list[set[str]] = []
    in_a_version_2_tree(lambda: found.append(_usable(t)[0]))
    if not found[0]:
        raise NotApplicable(f"{t.runtime.name} gives no group away")
    in_a_version_2_tree(lambda: found.append(_usable(t)[0]), with_lists=False)
    t.equal("what is the user's", sorted(found[1] - {""}), sorted(UNLISTED))
