"""Mounts on the kernel: each option of the specification's table, whole trees, mapped ids, copies, and what is refused."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from runtime import mount_options
from runtime.conformance.trial import Container
from runtime.faults import Fault
from tests.runtime.conftest import Yard
from tests.skips import skip_data, skip_host


def mounted(container: Container, point: str) -> tuple[set[str], str]:
    """(options of the mount and its file system, the optional fields) as the kernel shows them."""
    for line in reversed(container.proc("mountinfo").splitlines()):
        before, _, after = line.partition(" - ")
        fields = before.split()
        if fields[4] == point:
            return set(fields[5].split(",")) | set(after.split()[2].split(",")), " ".join(fields[6:])
    return set(), "nothing is mounted there"


def running(yard: Yard, *mounts: dict[str, Any]) -> Container:
    bundle = yard.trial.bundle()
    bundle.config["mounts"] += mounts
    return yard.trial.running(bundle)


def test_every_option_of_the_specification_s_table_is_known() -> None:
    text = skip_data("spec/v1.3.0/config.md").read_text(encoding="utf-8")
    table = text.partition('name="configLinuxMountOptions"')[2].partition("[^1]: ")[0]
    asked = {
        name.strip() for name in re.findall(r"^ `([a-z ]+)` +\| (?:MUST|SHOULD|MAY)", table, re.MULTILINE)
    }
    assert len(asked) == 61
    assert asked - set(mount_options.NAMES) == set()


SHOWN = [  # options, what /proc shows of them
    (["ro"], {"ro"}), (["ro", "rw"], {"rw"}), (["nosuid"], {"nosuid"}), (["nodev"], {"nodev"}), (["noexec"], {"noexec"}),
    (["noatime"], {"noatime"}), (["nodiratime"], {"nodiratime"}), (["nosymfollow"], {"nosymfollow"}), (["relatime"], {"relatime"}),
    (["nosuid", "suid", "nodev", "dev"], {"rw"}), (["size=64k"], {"size=64k"}), (["mode=700", "size=64k"], {"mode=700"}),
]  # fmt: skip


@pytest.mark.parametrize(("options", "shown"), SHOWN, ids=[",".join(row[0]) for row in SHOWN])
@pytest.mark.parametrize("kind", ["tmpfs", "bind"])
def test_an_option_stands_in_the_mount_table(
    yard: Yard, kind: str, options: list[str], shown: set[str]
) -> None:
    source = yard.root / "source"
    source.mkdir()
    if kind == "bind" and any("=" in option for option in options):
        bundle = yard.trial.bundle().args("exit", "0")
        bundle.mount("/mnt", "bind", str(source), "bind", *options)
        assert "is not known for the bind mount" in yard.trial.run(bundle).err
        return
    if kind == "bind" and os.geteuid() != 0 and options[0] in ("noatime", "nodiratime"):
        skip_host(
            "no-root", f"euid is {os.geteuid()}: the access times of the host's mounts are locked for it"
        )
    extra = ["bind"] if kind == "bind" else []
    mount = {"destination": "/mnt", "type": kind, "source": str(source), "options": [*extra, *options]}
    found, _ = mounted(running(yard, mount), "/mnt")
    assert shown <= found, found
    if options[-1] in ("dev", "suid"):
        assert not {"nosuid", "nodev"} & found


RECURSIVE = [("rro", "ro"), ("rnosuid", "nosuid"), ("rnodev", "nodev"), ("rnoexec", "noexec"), ("rnoatime", "noatime"), ("rnodiratime", "nodiratime"), ("rnosymfollow", "nosymfollow")]  # fmt: skip


@pytest.mark.parametrize(("option", "shown"), RECURSIVE)
def test_a_recursive_option_reaches_the_mounts_below(yard: Yard, option: str, shown: str) -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}: the host's /sys is not ours to bind")
    mount = {"destination": "/mnt", "type": "bind", "source": "/sys", "options": ["rbind"]}
    plain = running(yard, mount)
    below = [
        line.split()[4]
        for line in plain.proc("mountinfo").splitlines()
        if line.split()[4].startswith("/mnt/")
    ]
    if not below:
        skip_host("no-cgroup-v1", "nothing is mounted below /sys here")
    found = running(yard, {**mount, "options": ["rbind", option]})
    assert [point for point in ["/mnt", *below] if shown not in mounted(found, point)[0]] == []
    assert [point for point in below if shown not in mounted(plain, point)[0]] != []


@pytest.mark.parametrize(
    ("option", "fields"),
    [
        ("shared", "shared:"),
        ("slave", ""),
        ("private", ""),
        ("unbindable", "unbindable"),
        ("rshared", "shared:"),
    ],
)
def test_the_propagation_is_the_one_asked_for(yard: Yard, option: str, fields: str) -> None:
    seen = mounted(
        running(yard, {"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": [option]}),
        "/mnt",
    )[1]
    assert seen.startswith(fields)
    assert bool(fields) or seen == "" or "master" in seen


def test_tmpcopyup_copies_what_lies_below(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    below = bundle.rootfs / "filled"
    (below / "folder").mkdir(parents=True)
    (below / "folder" / "file").write_text("copied")
    (below / "folder" / "file").chmod(0o640)
    (below / "link").symlink_to("/etc/passwd")
    below.chmod(0o751)
    bundle.mount("/filled", "tmpfs", "tmpfs", "tmpcopyup", "ro")
    container = yard.trial.running(bundle)
    if os.geteuid() != 0:
        assert "ro" in mounted(container, "/filled")[0]
        return
    inside = Path(f"/proc/{container.pid}/root/filled")
    assert (inside / "folder" / "file").read_text() == "copied"
    assert ((inside / "folder" / "file").stat().st_mode & 0o777, inside.stat().st_mode & 0o777) == (
        0o640,
        0o751,
    )
    assert os.readlink(inside / "link") == "/etc/passwd"
    assert "ro" in mounted(container, "/filled")[0]


MAPPING = [{"containerID": 0, "hostID": 100000, "size": 65536}]


@pytest.mark.parametrize("option", ["idmap", "ridmap", None])
def test_a_mapped_mount_shows_other_owners(yard: Yard, option: str | None) -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    source = yard.root / "source"
    source.mkdir()
    (source / "file").touch()
    os.chown(source / "file", 7, 9)
    mount = {
        "destination": "/mnt", "type": "bind", "source": str(source), "options": ["bind", *([option] if option else [])],
        "uidMappings": MAPPING, "gidMappings": MAPPING,
    }  # fmt: skip
    container = running(yard, mount)
    seen = os.stat(f"/proc/{container.pid}/root/mnt/file")
    assert (seen.st_uid, seen.st_gid) == (100007, 100009)


def test_a_mapped_mount_takes_the_container_s_mapping_when_it_has_none(yard: Yard) -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    source = yard.root / "source"
    source.mkdir()
    (source / "file").touch()
    bundle = yard.trial.bundle()
    bundle.namespaces("pid", "ipc", "uts", "network", "mount", "user")
    bundle.linux["uidMappings"] = bundle.linux["gidMappings"] = MAPPING
    bundle.mount("/mnt", "bind", str(source), "bind", "idmap")
    for path in (bundle.folder, bundle.rootfs, bundle.journal, source):
        path.chmod(0o777)
    container = yard.trial.running(bundle)
    assert os.stat(f"/proc/{container.pid}/root/mnt/file").st_uid == 100000


@pytest.mark.parametrize(
    ("mount", "said"),
    [
        pytest.param({"type": "bind", "options": ["bind", "idmap"]}, "asks for mapped ids, but it has no mappings", id="no mapping anywhere"),
        pytest.param({"type": "bind", "options": ["bind"], "uidMappings": MAPPING}, "uidMappings and gidMappings together", id="half a mapping"),
        pytest.param({"type": "tmpfs", "options": ["idmap"]}, "only be mapped to other ids when it is a bind", id="a mapped tmpfs"),
        pytest.param({"type": "bind", "options": ["bind", "tmpcopyup"]}, "tmpcopyup on /mnt is for a tmpfs", id="a copied bind"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_is_refused(yard: Yard, mount: dict[str, Any], said: str) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    if "user" in str(bundle.linux["namespaces"]) and "no mappings" in said:
        skip_host("no-root", f"euid is {os.geteuid()}: the container has a user namespace in any case")
    bundle.config["mounts"].append({"destination": "/mnt", "source": str(yard.root), **mount})
    answer = yard.trial.run(bundle)
    assert (answer.code, said in answer.err) == (1, True), answer.err


@pytest.mark.parametrize(
    ("options", "wanted", "cleared"),
    [
        pytest.param(["rro"], 1, 0, id="set"), pytest.param(["rro", "rrw"], 0, 1, id="cleared later"),
        pytest.param(["rnoatime"], 0x10, 0x70, id="a value of the field"), pytest.param(["rnoatime", "rstrictatime"], 0x20, 0x70, id="the later value"),
    ],
)  # fmt: skip
def test_recursive_options_are_attributes_of_mount_setattr(
    options: list[str], wanted: int, cleared: int
) -> None:
    found = mount_options.parse(options)
    assert (found.all_set, found.all_cleared) == (wanted, cleared)


def test_an_unknown_option_is_the_file_system_s_own() -> None:
    assert mount_options.parse(["size=5", "moon", "ro"]).data == ["size=5", "moon"]
    with pytest.raises(Fault):
        mount_options.check({"destination": "/a", "type": "proc", "options": ["tmpcopyup"]})
