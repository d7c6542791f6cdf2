"""Root, mounts and devices (config.md#root, config.md#mounts, config-linux.md): what stands where, and how."""

import os
import stat
from pathlib import Path

from runtime.conformance.bundles import Bundle
from runtime.conformance.declare import case
from runtime.conformance.trial import Trial

OPTIONS = "config.md#mounts"
DEVICES = (
    ("null", "1:3"),
    ("zero", "1:5"),
    ("full", "1:7"),
    ("random", "1:8"),
    ("urandom", "1:9"),
    ("tty", "5:0"),
)


def touched(t: Trial, bundle: Bundle, path: str) -> str:
    """ "yes" if the program could write to `path`, "no" if it could not."""
    return t.output(bundle.args("touch", path)).strip()


@case("config.md#root")
def the_root_is_the_bundle_s(t: Trial) -> None:
    """root.path is the program's root."""
    bundle = t.bundle()
    (bundle.rootfs / "tmp" / "here").write_text("the bundle's\n")
    t.equal("a file of the root", t.output(bundle.args("cat", "/tmp/here")), "the bundle's\n")


@case("config.md#root")
def a_readonly_root_cannot_be_written(t: Trial) -> None:
    """root.readonly true: the program cannot write there; false: it can, and what it writes is in the bundle."""
    bundle = t.bundle()
    t.equal("a writable root", touched(t, bundle, "/tmp/x"), "yes")
    bundle.config["root"]["readonly"] = True
    t.equal("a read-only root", touched(t, bundle, "/tmp/y"), "no")
    t.equal("what is in the bundle's root", os.listdir(bundle.rootfs / "tmp"), ["x"])


@case(OPTIONS)
def mounts_are_made_in_the_listed_order(t: Trial) -> None:
    """A later mount lies over an earlier one."""
    bundle = t.bundle()
    for name in ("first", "second"):
        (bundle.folder / name).mkdir()
        (bundle.folder / name / "who").write_text(name)
        bundle.mount("/mnt", "bind", str(bundle.folder / name), "bind")
    t.equal("what lies on top", t.output(bundle.args("cat", "/mnt/who")), "second")


@case(OPTIONS)
def a_missing_destination_is_made(t: Trial) -> None:
    """A mount whose destination is not in the root file system gets it."""
    bundle = t.bundle()
    bundle.mount("/made/for/this", "tmpfs", "tmpfs")
    t.check(t.report(bundle).mount("/made/for/this") is not None, "nothing is mounted on /made/for/this")


@case(OPTIONS)
def mount_options_are_applied(t: Trial) -> None:
    """nosuid, nodev, noexec, ro and the file system's own options stand in the mount table."""
    bundle = t.bundle()
    bundle.mount("/mnt", "tmpfs", "tmpfs", "nosuid", "nodev", "noexec", "ro", "size=128k")
    seen = t.report(bundle).mount("/mnt")
    t.check(seen is not None, "nothing is mounted on /mnt")
    options = seen[0] if seen else set()
    for option in ("nosuid", "nodev", "noexec", "ro", "size=128k"):
        t.check(option in options, f"{option} is not among {sorted(options)}")


@case(OPTIONS)
def a_read_only_bind_cannot_be_written(t: Trial) -> None:
    """bind with ro: the program reads it and cannot write it; the same folder bound without ro it can."""
    bundle = t.bundle()
    given = bundle.folder / "given"
    given.mkdir()
    (given / "note").write_text("bound\n")
    bundle.mount("/mnt", "bind", str(given), "bind", "ro")
    bundle.mount("/open", "bind", str(given), "bind")
    t.equal("what it reads", t.output(bundle.args("cat", "/mnt/note")), "bound\n")
    t.equal("a read-only bind", touched(t, bundle, "/mnt/x"), "no")
    t.equal("what is in the folder", os.listdir(given), ["note"])
    t.equal("the same folder without ro", touched(t, bundle, "/open/y"), "yes")
    t.equal("what is in the folder then", sorted(os.listdir(given)), ["note", "y"])


@case(OPTIONS)
def a_file_can_be_bound(t: Trial) -> None:
    """A file may be the source of a bind mount; its destination is made."""
    bundle = t.bundle()
    (bundle.folder / "note").write_text("bound\n")
    bundle.mount("/etc/made/note", "bind", str(bundle.folder / "note"), "bind")
    t.equal("the bound file", t.output(bundle.args("cat", "/etc/made/note")), "bound\n")


@case(OPTIONS, since="v1.0.0-rc3")
def a_relative_destination_does_what_its_release_says(t: Trial) -> None:
    """rc3 to v1.1: a mount destination MUST be absolute. Since v1.2 a relative one is read from "/"."""
    bundle = t.bundle()
    bundle.mount("relative", "tmpfs", "tmpfs")
    if t.since("v1.2.0"):
        t.check(t.report(bundle).mount("/relative") is not None, "nothing is mounted on /relative")
    else:
        t.refused(t.run(bundle), "a relative mount destination")


@case(OPTIONS)
def a_mount_that_cannot_be_made_is_an_error(t: Trial) -> None:
    """A source that does not exist MUST be an error."""
    bundle = t.bundle()
    bundle.mount("/mnt", "bind", "/no/such/source", "bind")
    t.refused(t.run(bundle), "a bind of nothing")


@case(OPTIONS, escape=True)
def a_link_in_the_root_cannot_lead_a_mount_outside(t: Trial) -> None:
    """A destination that is a symbolic link is followed inside the root only (CVE-2019-18837, CVE-2021-30465)."""
    bundle = t.bundle()
    outside = bundle.folder / "outside"
    outside.mkdir()
    (bundle.rootfs / "way").symlink_to(outside)
    bundle.mount("/way/deep", "tmpfs", "tmpfs")
    t.run(bundle)  # an error or a mount inside: both keep the host as it was
    t.equal("what appeared outside the root", os.listdir(outside), [])
    mounts = Path("/proc/self/mountinfo").read_text()
    t.check(str(outside) not in mounts, "something is mounted outside the root")


@case("config-linux.md#masked-paths", since="v0.5.0")
def masked_paths_cannot_be_read(t: Trial) -> None:
    """A masked file is empty, and a masked folder too, and the host's own are as they were."""
    bundle = t.bundle()
    (bundle.rootfs / "etc" / "secret").write_text("hidden\n")
    (bundle.rootfs / "etc" / "folder").mkdir()
    (bundle.rootfs / "etc" / "folder" / "inner").write_text("hidden\n")
    bundle.linux["maskedPaths"] = ["/etc/secret", "/etc/folder", "/etc/not-there"]
    t.equal("a masked file", t.output(bundle.args("cat", "/etc/secret")), "")
    answer = t.run(bundle.args("cat", "/etc/folder/inner"))
    t.check("hidden" not in answer.out, "a file in a masked folder could be read")
    inside = f"/proc/{t.running(bundle).pid}/root/etc"
    t.equal("what is in the masked folder", os.listdir(f"{inside}/folder"), [])
    t.equal("what is not masked", sorted(os.listdir(inside)), ["folder", "secret"])
    t.equal("the file on the host", (bundle.rootfs / "etc" / "secret").read_text(), "hidden\n")
    t.equal("the folder on the host", os.listdir(bundle.rootfs / "etc" / "folder"), ["inner"])


@case("config-linux.md#readonly-paths", since="v0.5.0")
def readonly_paths_cannot_be_written(t: Trial) -> None:
    """A read-only path cannot be written, one that is not there is no error, and the rest can be written."""
    bundle = t.bundle()
    bundle.linux["readonlyPaths"] = ["/etc", "/not-there"]
    t.equal("a read-only path", touched(t, bundle, "/etc/x"), "no")
    t.equal("what is in it", os.listdir(bundle.rootfs / "etc"), [])
    t.equal("another path", touched(t, bundle, "/tmp/x"), "yes")
    t.equal("what is in that", os.listdir(bundle.rootfs / "tmp"), ["x"])


@case("config-linux.md#masked-paths", since="v1.0.0-rc3")
def relative_masked_paths_are_an_error(t: Trial) -> None:
    """maskedPaths MUST be absolute."""
    bundle = t.bundle()
    bundle.linux["maskedPaths"] = ["etc/secret"]
    t.refused(t.run(bundle), "a relative masked path")


@case("config-linux.md#default-devices")
def the_default_devices_are_there(t: Trial) -> None:
    """null, zero, full, random, urandom and tty are there, and are what they are called."""
    bundle = t.bundle().args("stay")
    container = t.running(bundle)
    for name, number in DEVICES:
        path = f"/proc/{container.pid}/root/dev/{name}"
        t.equal(f"/dev/{name}", _device(path), number)
    for name in ("null", "zero", "full", "random", "urandom"):
        t.equal(f"opening /dev/{name} to write", touched(t, t.bundle(), f"/dev/{name}"), "yes")


def _device(path: str) -> str:

    try:
        found = os.stat(path)
    except OSError as failed:
        return failed.strerror or "missing"
    if not stat.S_ISCHR(found.st_mode):
        return "no character device"
    return f"{os.major(found.st_rdev):x}:{os.minor(found.st_rdev):x}"


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError as failed:
        return failed.strerror or "missing"


@case("runtime-linux.md#dev-symbolic-links", since="v1.0.0-rc1")
def the_links_in_dev_are_there(t: Trial) -> None:
    """fd, stdin, stdout and stderr lead to the program's own descriptors."""

    container = t.running(t.bundle())
    for name, target in (
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ):
        t.equal(f"/dev/{name}", _link(f"/proc/{container.pid}/root/dev/{name}"), target)


@case("config-linux.md#devices", needs=("root",))
def devices_of_the_config_are_made(t: Trial) -> None:
    """linux.devices: type, number and mode are the config's."""

    bundle = t.bundle()
    bundle.linux["devices"] = [
        {"path": "/dev/barge", "type": "c", "major": 1, "minor": 5, "fileMode": 0o640, "uid": 7, "gid": 9}
    ]
    container = t.running(bundle)
    found = os.stat(f"/proc/{container.pid}/root/dev/barge")
    t.equal("number", (os.major(found.st_rdev), os.minor(found.st_rdev)), (1, 5))
    t.equal("mode and owner", (found.st_mode & 0o7777, found.st_uid, found.st_gid), (0o640, 7, 9))


@case("config-linux.md#devices", needs=("root",))
def every_kind_of_device_is_made(t: Trial) -> None:
    """linux.devices makes character and block devices and FIFOs."""
    bundle = t.bundle()
    bundle.linux["devices"] = [
        {"path": "/dev/crane", "type": "u", "major": 1, "minor": 7},
        {"path": "/dev/hold", "type": "b", "major": 7, "minor": 77},
        {"path": "/dev/pipe", "type": "p"},
    ]
    container = t.running(bundle)
    for device, kind in zip(bundle.linux["devices"], (stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO), strict=True):
        path = f"/proc/{container.pid}/root{device['path']}"
        t.check(os.path.lexists(path), f"{device['path']} is not there")
        found = os.stat(path)
        t.equal(f"kind of {device['path']}", stat.S_IFMT(found.st_mode), kind)
        number = (device.get("major", 0), device.get("minor", 0))
        t.equal(f"number of {device['path']}", (os.major(found.st_rdev), os.minor(found.st_rdev)), number)


@case("config-linux.md#devices", since="v1.0.0-rc4", needs=("root",))
def another_file_in_a_device_s_place_is_an_error(t: Trial) -> None:
    """If a file already exists at path and does not match the device, the runtime MUST generate an error."""
    bundle = t.bundle()
    (bundle.rootfs / "etc" / "barge").write_text("a plain file\n")
    bundle.linux["devices"] = [{"path": "/etc/barge", "type": "c", "major": 1, "minor": 5}]
    t.refused(t.run(bundle), "a device in the place of a plain file")


@case("config-linux.md#readonly-paths", since="v1.0.0-rc3")
def relative_readonly_paths_are_an_error(t: Trial) -> None:
    """readonlyPaths MUST be absolute."""
    bundle = t.bundle()
    bundle.linux["readonlyPaths"] = ["etc"]
    t.refused(t.run(bundle), "a relative read-only path")
