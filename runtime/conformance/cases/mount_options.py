"""Mount options (config.md#linux-mount-options): each row of the table, as the kernel's own mount table shows it."""

import os
from pathlib import Path

from runtime.conformance.declare import Skipped, case
from runtime.conformance.trial import Trial

ANCHOR = "config.md#linux-mount-options"
POSIX = "config.md#posix-platform-mounts"
FLAGS = {  # option -> the words of the mount table that it brings, and those that it keeps away
    "ro": ({"ro"}, set()),
    "nosuid": ({"nosuid"}, set()),
    "nodev": ({"nodev"}, set()),
    "noexec": ({"noexec"}, set()),
    "noatime": ({"noatime"}, {"relatime"}),
    "nodiratime": ({"nodiratime"}, set()),
    "relatime": ({"relatime"}, {"noatime"}),
    "strictatime": (set(), {"relatime", "noatime"}),
    "sync": ({"sync"}, set()),
    "dirsync": ({"dirsync"}, set()),
    "lazytime": ({"lazytime"}, set()),
    "defaults": ({"rw"}, {"nosuid", "nodev", "noexec", "sync"}),
    "silent": ({"rw"}, {"silent"}),
    "loud": ({"rw"}, {"loud"}),
}
OPPOSITES = {  # option -> what takes it back
    "ro": "rw", "nosuid": "suid", "nodev": "dev", "noexec": "exec", "noatime": "atime", "nodiratime": "diratime", "sync": "async",
    "lazytime": "nolazytime",
}  # fmt: skip
RECURSIVE = {"rro": "ro", "rnosuid": "nosuid", "rnodev": "nodev", "rnoexec": "noexec", "rnoatime": "noatime", "rnodiratime": "nodiratime"}  # fmt: skip
PROPAGATION = {  # option -> how the optional fields of the mount table begin
    "shared": "shared:", "rshared": "shared:", "private": "", "rprivate": "", "unbindable": "unbindable", "runbindable": "unbindable",
}  # fmt: skip


@case(f"{ANCHOR} config.md#mounts", since="v1.1.0-rc.2")
def each_option_sets_its_flag(t: Trial) -> None:
    """Each option for all file systems does what mount(8) says."""
    bundle = t.bundle()
    for option in FLAGS:
        bundle.mount(f"/m/{option}", "tmpfs", "tmpfs", option)
    report = t.report(bundle)
    for option, (there, away) in FLAGS.items():
        seen = report.mount(f"/m/{option}")
        words = seen[0] if seen else set()
        t.check(seen is not None, f"{option}: nothing is mounted on /m/{option}")
        t.check(there <= words, f"{option}: {sorted(there - words)} is not among {sorted(words)}")
        t.check(not away & words, f"{option}: {sorted(away & words)} should not be among {sorted(words)}")


@case(ANCHOR)
def the_later_of_two_opposites_holds(t: Trial) -> None:
    """An option's opposite behind it takes it back, and before it does not."""
    bundle = t.bundle()
    for option, opposite in OPPOSITES.items():
        bundle.mount(f"/m/{opposite}", "tmpfs", "tmpfs", option, opposite)
        bundle.mount(f"/m/{option}", "tmpfs", "tmpfs", opposite, option)
    report = t.report(bundle)
    for option, opposite in OPPOSITES.items():
        for point, expected in ((f"/m/{opposite}", False), (f"/m/{option}", True)):
            seen = report.mount(point)
            words = seen[0] if seen else set()
            t.check(
                (option in words) is expected, f"{option} and {opposite}: on {point} stand {sorted(words)}"
            )


@case(ANCHOR, level="SHOULD", since="v1.1.0-rc.2", needs=("nosymfollow",))
def nosymfollow_keeps_links_from_being_followed(t: Trial) -> None:
    """nosymfollow (since v1.1): a link below the mount leads nowhere; symfollow behind it takes it back."""
    bundle = t.bundle()
    folder = bundle.folder / "given"
    folder.mkdir()
    (folder / "real").write_text("read\n")
    (folder / "link").symlink_to("real")
    bundle.mount("/m/not", "bind", str(folder), "bind", "nosymfollow")
    bundle.mount("/m/all", "bind", str(folder), "bind", "nosymfollow", "symfollow")
    t.equal("through symfollow", t.output(bundle.args("cat", "/m/all/link")), "read\n")
    t.refused(t.run(bundle.args("cat", "/m/not/link")), "a link on a mount with nosymfollow")


@case(ANCHOR, level="SHOULD", since="v1.1.0-rc.2", needs=("recursive-attributes", "root"))
def recursive_options_reach_the_mounts_below(t: Trial) -> None:
    """rro, rnosuid, rnodev, rnoexec, rnoatime and rnodiratime (since v1.1) hold for every mount of an rbind."""
    below = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    below = [point for point in below if point.startswith("/sys/")]
    if not below:
        raise Skipped("nothing is mounted below /sys on this host")
    bundle = t.bundle()
    for option in RECURSIVE:
        bundle.mount(f"/m/{option}", "bind", "/sys", "rbind", option)
    report = t.report(bundle)
    for option, word in RECURSIVE.items():
        for point in (f"/m/{option}", f"/m/{option}{below[0].removeprefix('/sys')}"):
            seen = report.mount(point)
            words = seen[0] if seen else set()
            t.check(word in words, f"{option}: {word} is not among {sorted(words)} on {point}")


@case(ANCHOR)
def propagation_options_are_the_mount_s(t: Trial) -> None:
    """shared, private and unbindable, recursive or not, are what the mount table says of the mount."""
    bundle = t.bundle()
    for option in PROPAGATION:
        (bundle.folder / option).mkdir()
        bundle.mount(f"/m/{option}", "bind", str(bundle.folder / option), "bind", option)
    report = t.report(bundle)
    for option, start in PROPAGATION.items():
        seen = report.propagation(f"/m/{option}")
        t.check(
            seen.startswith(start) and bool(seen) is bool(start), f"{option}: the mount table says {seen!r}"
        )


@case(ANCHOR)
def unknown_options_are_the_file_system_s(t: Trial) -> None:
    """What the table does not name goes to the file system: its size and mode are as asked, an unknown one is refused."""
    bundle = t.bundle()
    bundle.mount("/mnt", "tmpfs", "tmpfs", "size=64k", "mode=711")
    seen = t.report(bundle).mount("/mnt")
    words = seen[0] if seen else set()
    t.check({"size=64k", "mode=711"} <= words, f"size=64k and mode=711 are not among {sorted(words)}")
    bundle.mount("/mnt/more", "tmpfs", "tmpfs", "planet=mars")
    t.refused(t.run(bundle), "an option that tmpfs does not know")


@case(ANCHOR, level="MAY", since="v1.1.0-rc.2")
def tmpcopyup_copies_what_lies_below(t: Trial) -> None:
    """tmpcopyup (since v1.1): the tmpfs begins with what stood there, and writing to it leaves that alone."""
    bundle = t.bundle()
    (bundle.rootfs / "etc" / "note").write_text("below\n")
    bundle.mount("/etc", "tmpfs", "tmpfs", "tmpcopyup")
    t.equal("a copied file", t.output(bundle.args("cat", "/etc/note")), "below\n")
    t.equal("the program may write", t.output(bundle.args("touch", "/etc/new")).strip(), "yes")
    t.equal("what stands in the root", os.listdir(bundle.rootfs / "etc"), ["note"])


@case(f"{POSIX} config.md#mounts", since="v1.0.0-rc6")
def a_relative_source_is_read_from_the_bundle(t: Trial) -> None:
    """The source of a bind mount is an absolute path, or relative to the bundle."""
    bundle = t.bundle()
    (bundle.folder / "given").mkdir()
    (bundle.folder / "given" / "note").write_text("the bundle's\n")
    bundle.mount("/mnt", "none", "given", "bind")
    t.equal("the bound file", t.output(bundle.args("cat", "/mnt/note")), "the bundle's\n")


def _mapping(start: int) -> list[dict[str, int]]:
    return [{"containerID": 0, "hostID": start, "size": 10}]


@case(f"{POSIX} {ANCHOR}", level="SHOULD", since="v1.2.0", needs=("idmapped-mounts",))
def a_mapped_mount_shows_other_owners(t: Trial) -> None:
    """uidMappings and gidMappings with idmap: files show the mapped owners inside, and keep theirs outside."""
    bundle = t.bundle()
    given = bundle.folder / "given"
    given.mkdir()
    bundle.mount("/mnt", "bind", str(given), "bind", "idmap")
    bundle.config["mounts"][-1].update(uidMappings=_mapping(5000), gidMappings=_mapping(6000))
    container = t.running(bundle)
    inside = os.stat(f"/proc/{container.pid}/root/mnt")
    t.equal("owner inside", (inside.st_uid, inside.st_gid), (5000, 6000))
    outside = given.stat()
    t.equal("owner outside", (outside.st_uid, outside.st_gid), (0, 0))


@case(POSIX, since="v1.2.0")
def one_mapping_without_the_other_is_an_error(t: Trial) -> None:
    """uidMappings MUST be specified along with gidMappings; without any, and without a user namespace, idmap MUST fail."""
    bundle = t.bundle()
    (bundle.folder / "given").mkdir()
    bundle.mount("/mnt", "bind", str(bundle.folder / "given"), "bind", "idmap")
    bundle.config["mounts"][-1]["uidMappings"] = _mapping(5000)
    t.refused(t.run(bundle), "uidMappings without gidMappings")
    if os.geteuid() == 0:
        del bundle.config["mounts"][-1]["uidMappings"]
        t.refused(t.run(bundle), "idmap without any mapping")


@case("config-linux.md#rootfs-mount-propagation")
def the_root_s_propagation_is_the_config_s(t: Trial) -> None:
    """rootfsPropagation shared, private and slave are what the mount table says of the root."""
    for asked, start in (("shared", "shared:"), ("private", ""), ("slave", "master:")):
        bundle = t.bundle()
        bundle.linux["rootfsPropagation"] = asked
        seen = t.report(bundle).propagation("/")
        if asked == "slave":  # of a group that exists on the host, or of none
            t.check(not seen.startswith("shared:"), f"{asked}: the root is {seen!r}")
        else:
            t.check(seen.startswith(start) and bool(seen) is bool(start), f"{asked}: the root is {seen!r}")


@case("config-linux.md#rootfs-mount-propagation", since="v1.0.0-rc6")
def an_unbindable_root_is_unbindable(t: Trial) -> None:
    """rootfsPropagation unbindable (since rc6) is what the mount table says of the root."""
    bundle = t.bundle()
    bundle.linux["rootfsPropagation"] = "unbindable"
    t.equal("the root", t.report(bundle).propagation("/"), "unbindable")


@case("config-linux.md#default-filesystems", level="SHOULD")
def the_usual_file_systems_can_be_mounted(t: Trial) -> None:
    """/proc, /sys, /dev/pts and /dev/shm are there, each with its type, when the config asks for them."""
    bundle = t.bundle()
    bundle.mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro")
    bundle.mount(
        "/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"
    )
    bundle.mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k")
    report = t.report(bundle)
    for point, fstype in (
        ("/proc", "proc"),
        ("/sys", "sysfs"),
        ("/dev/pts", "devpts"),
        ("/dev/shm", "tmpfs"),
    ):
        seen = report.mount(point)
        t.equal(f"the file system on {point}", seen and seen[1], fstype)
