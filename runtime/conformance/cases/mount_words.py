"""Mount options that the mount table does not show by their name (config.md#linux-mount-options), and mapped mounts."""

import os
from pathlib import Path
from typing import Any

from runtime.conformance.declare import Skipped, case
from runtime.conformance.trial import Trial

ANCHOR = "config.md#linux-mount-options"
TAKEN = {  # options -> the words of the mount table that they bring, and those that they keep away
    ("iversion",): (set(), {"iversion=0"}),
    ("noiversion",): (set(), {"iversion"}),
    ("iversion", "noiversion"): (set(), {"iversion"}),
    ("strictatime", "nostrictatime"): ({"relatime"}, set()),
    ("noatime", "norelatime"): ({"noatime"}, {"relatime"}),
}  # fmt: skip

UNSHARED = ("slave", "rslave", "private", "rprivate")
BACK = {  # a recursive option behind another -> the words of the mount table that stand there, and those that do not
    ("rro", "rrw"): ({"rw"}, {"ro"}),
    ("rnosuid", "rsuid"): (set(), {"nosuid"}),
    ("rnodev", "rdev"): (set(), {"nodev"}),
    ("rnoexec", "rexec"): (set(), {"noexec"}),
    ("rnodiratime", "rdiratime"): (set(), {"nodiratime"}),
    ("rnoatime", "ratime"): (set(), {"noatime"}),
    ("rnoatime", "rstrictatime"): (set(), {"noatime", "relatime"}),
    ("rstrictatime", "rrelatime"): ({"relatime"}, set()),
    ("rstrictatime", "rnostrictatime"): ({"relatime"}, set()),
    ("rnoatime", "rnorelatime"): (set(), {"noatime"}),
}  # fmt: skip


@case(ANCHOR, since="v1.1.0-rc.2")
def options_that_leave_no_name_are_taken(t: Trial) -> None:
    """iversion, noiversion, norelatime and nostrictatime are the mount's, and never handed to the file system as its own."""
    bundle = t.bundle()
    for options in TAKEN:
        bundle.mount(f"/m/{'-'.join(options)}", "tmpfs", "tmpfs", *options)
    report = t.report(bundle)
    for options, (there, away) in TAKEN.items():
        words = ", ".join(options)
        seen = report.mount(f"/m/{'-'.join(options)}")
        t.check(seen is not None, f"{words}: nothing is mounted there")
        found = seen[0] if seen else set()
        t.check(there <= found, f"{words}: {sorted(there - found)} is not among {sorted(found)}")
        t.check(not away & found, f"{words}: {sorted(away & found)} should not be among {sorted(found)}")


@case(ANCHOR)
def what_no_longer_shares_does_not(t: Trial) -> None:
    """slave, rslave, private and rprivate behind shared: the mount shares nothing, as the mount table says."""
    bundle = t.bundle()
    (bundle.folder / "given").mkdir()
    for option in UNSHARED:
        bundle.mount(f"/m/{option}", "bind", str(bundle.folder / "given"), "bind", "shared", option)
    report = t.report(bundle)
    for option in UNSHARED:
        seen = report.propagation(f"/m/{option}")
        t.check("shared:" not in seen, f"{option} behind shared: the mount table says {seen!r}")


@case(ANCHOR, needs=("root",))
def rbind_brings_the_mounts_below(t: Trial) -> None:
    """rbind brings what is mounted below its source, and bind does not."""
    below = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    first = next((point.removeprefix("/sys") for point in below if point.startswith("/sys/")), "")
    if not first:
        raise Skipped("nothing is mounted below /sys on this host")
    bundle = t.bundle()
    bundle.mount("/m/bind", "bind", "/sys", "bind")
    bundle.mount("/m/rbind", "bind", "/sys", "rbind")
    report = t.report(bundle)
    t.check(report.mount(f"/m/rbind{first}") is not None, f"rbind: nothing is mounted on /m/rbind{first}")
    t.check(report.mount(f"/m/bind{first}") is None, f"bind: something is mounted on /m/bind{first}")


@case(ANCHOR)
def remount_changes_the_mount_that_is_there(t: Trial) -> None:
    """remount gives the mount on the destination other options, and mounts nothing over it."""
    bundle = t.bundle()
    bundle.mount("/m", "tmpfs", "tmpfs", "size=64k")
    bundle.mount("/m", "none", "none", "remount", "nosuid", "noexec", "size=128k")
    report = t.report(bundle)
    lines = [line for line in report["mountinfo"].splitlines() if line.split()[4] == "/m"]
    t.equal("mounts on /m", len(lines), 1)
    seen = report.mount("/m")
    found = seen[0] if seen else set()
    t.check(
        {"nosuid", "noexec", "size=128k"} <= found,
        f"nosuid, noexec and size=128k are not among {sorted(found)}",
    )


@case(ANCHOR, level="SHOULD", since="v1.1.0-rc.2", needs=("recursive-attributes", "root"))
def recursive_opposites_take_each_other_back(t: Trial) -> None:
    """rrw, rsuid, rdev, rexec, ratime, rdiratime, rrelatime, rnorelatime, rstrictatime, and what is not: the later one holds."""
    bundle = t.bundle()
    (bundle.folder / "given").mkdir()
    for options in BACK:
        bundle.mount(f"/m/{'-'.join(options)}", "bind", str(bundle.folder / "given"), "rbind", *options)
    report = t.report(bundle)
    for options, (there, away) in BACK.items():
        words = ", ".join(options)
        seen = report.mount(f"/m/{'-'.join(options)}")
        t.check(seen is not None, f"{words}: nothing is mounted there")
        found = set(seen[0]) if seen else set()
        t.check(there <= found, f"{words}: {sorted(there - found)} is not among {sorted(found)}")
        t.check(not (away & found), f"{words}: {sorted(away & found)} should not be among {sorted(found)}")


@case(ANCHOR, level="SHOULD", since="v1.1.0-rc.2", needs=("nosymfollow", "recursive-attributes", "root"))
def recursive_links_are_followed_or_not(t: Trial) -> None:
    """rnosymfollow: a link below the mount leads nowhere; rsymfollow behind it takes it back."""
    bundle = t.bundle()
    folder = bundle.folder / "given"
    folder.mkdir()
    (folder / "real").write_text("read\n")
    (folder / "link").symlink_to("real")
    bundle.mount("/m/not", "bind", str(folder), "rbind", "rnosymfollow")
    bundle.mount("/m/all", "bind", str(folder), "rbind", "rnosymfollow", "rsymfollow")
    t.equal("through rsymfollow", t.output(bundle.args("cat", "/m/all/link")), "read\n")
    t.refused(t.run(bundle.args("cat", "/m/not/link")), "a link on a mount with rnosymfollow")


def _mapping(start: int) -> list[dict[str, int]]:
    return [{"containerID": 0, "hostID": start, "size": 10}]


def _given(bundle: Any) -> str:
    given = bundle.folder / "given"
    given.mkdir()
    return str(given)


@case(f"{ANCHOR} config.md#posix-platform-mounts", level="SHOULD", since="v1.2.0", needs=("idmapped-mounts",))
def ridmap_maps_the_mount_too(t: Trial) -> None:
    """uidMappings and gidMappings with ridmap: files show the mapped owners inside, and keep theirs outside."""
    bundle = t.bundle()
    bundle.mount("/mnt", "bind", _given(bundle), "rbind", "ridmap")
    bundle.config["mounts"][-1].update(uidMappings=_mapping(5000), gidMappings=_mapping(6000))
    container = t.running(bundle)
    inside = os.stat(f"/proc/{container.pid}/root/mnt")
    t.equal("owner inside", (inside.st_uid, inside.st_gid), (5000, 6000))
    outside = (bundle.folder / "given").stat()
    t.equal("owner outside", (outside.st_uid, outside.st_gid), (0, 0))


@case(ANCHOR, since="v1.2.0", needs=("root",))
def a_mapped_mount_without_a_mapping_is_an_error(t: Trial) -> None:
    """idmap or ridmap without mappings, and without a user namespace, MUST be an error."""
    for option in ("idmap", "ridmap"):
        bundle = t.bundle()
        bundle.mount("/mnt", "bind", _given(bundle), "rbind", option)
        t.refused(t.run(bundle), f"{option} without any mapping")


@case("config.md#posix-platform-mounts", since="v1.2.0")
def half_a_mapping_is_an_error(t: Trial) -> None:
    """gidMappings MUST be specified along with uidMappings, as these along with those."""
    for name in ("uidMappings", "gidMappings"):
        bundle = t.bundle()
        bundle.mount("/mnt", "bind", _given(bundle), "bind", "idmap")
        bundle.config["mounts"][-1][name] = _mapping(5000)
        t.refused(t.run(bundle), f"{name} alone")
