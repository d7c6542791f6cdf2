"""Attacks that runtimes fell to: with every defence the host's markers stay as they are; without one, the attack is seen to work."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from runtime.conformance.bundles import Bundle
from tests.runtime.attacks.weakened import without
from tests.runtime.conftest import Yard
from tests.skips import skip_host


@dataclass(frozen=True, slots=True)
class Attack:
    """`prepare` makes the bundle hostile towards a marker folder; `succeeded` says whether the marker shows it."""

    cve: str
    prepare: Callable[[Bundle, Path], None]
    succeeded: Callable[[Bundle, Path], bool]
    file: str  # where the defence is
    text: str
    instead: str
    needs_root: bool = False


def appeared(bundle: Bundle, marker: Path) -> bool:
    """Something that was not there before is in the marker folder."""
    return sorted(path.name for path in marker.iterdir()) != ["untouched"]


def heard(*words: str) -> Callable[[Bundle, Path], bool]:
    """The program wrote one of these words into the journal."""
    return lambda bundle, marker: any(word in line for line in bundle.lines("seen") for word in words)


def no_mount(bundle: Bundle, destination: str) -> None:
    bundle.config["mounts"] = [each for each in bundle.config["mounts"] if each["destination"] != destination]


def mount_through_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "way").symlink_to(marker)
    bundle.mount("/way/deep", "tmpfs", "tmpfs")
    bundle.args("exit", "0")


def bind_a_file_through_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.folder / "given").write_text("given")
    (bundle.rootfs / "way").symlink_to(f"../../../../../../../../../..{marker}")
    bundle.mount("/way/deep/file", "bind", str(bundle.folder / "given"), "bind")
    bundle.args("exit", "0")


def dev_is_a_link(bundle: Bundle, marker: Path) -> None:
    no_mount(bundle, "/dev")
    (bundle.rootfs / "dev").rmdir()
    (bundle.rootfs / "dev").symlink_to(marker)
    bundle.args("exit", "0")


def a_mask_is_a_link(bundle: Bundle, marker: Path) -> None:
    no_mount(bundle, "/dev")
    for name in ("secret", "masked"):
        (bundle.rootfs / "etc" / name).write_text(name)
    (bundle.rootfs / "dev" / "null").symlink_to("/etc/secret")
    bundle.linux["maskedPaths"] = ["/etc/masked"]
    bundle.linux["devices"] = []
    bundle.process["args"] = ["/bin/sh", "-c", "cat /etc/masked > /journal/seen; echo >> /journal/seen"]


def proc_is_a_plain_folder(bundle: Bundle, marker: Path) -> None:
    no_mount(bundle, "/proc")
    bundle.mount("/proc", "bind", str(marker), "bind")
    bundle.process["args"] = ["/bin/sh", "-c", "echo started > /journal/seen"]


def proc_is_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "proc").rmdir()
    (bundle.rootfs / "proc").symlink_to("/tmp")
    bundle.process["args"] = ["/bin/sh", "-c", "echo started > /journal/seen"]


def inside_proc(bundle: Bundle, marker: Path) -> None:
    bundle.mount("/proc/self/attr", "tmpfs", "tmpfs")
    bundle.process["args"] = ["/bin/sh", "-c", "echo started > /journal/seen"]


def the_program_is_the_runtime(bundle: Bundle, marker: Path) -> None:
    bundle.process["args"] = ["/proc/self/exe", "--version"]


def a_script_of_the_runtime(bundle: Bundle, marker: Path) -> None:
    script = bundle.rootfs / "script"
    script.write_text("#!/proc/self/exe\n")
    script.chmod(0o755)
    bundle.process["args"] = ["/script"]


def cwd_outside(bundle: Bundle, marker: Path) -> None:
    """The third descriptor is the root file system's or something of refrun's; one of them may lead out."""
    bundle.process["cwd"] = "/proc/self/fd/3"
    bundle.process["args"] = ["/bin/sh", "-c", "ls > /journal/seen"]


def was_executed(bundle: Bundle, marker: Path) -> bool:
    """The loader of the host's program was asked for inside: it is not in the container, which only execve(2) can say."""
    return (bundle.folder / "err").exists() and "link into a process" not in (
        bundle.folder / "err"
    ).read_text()


ATTACKS = [
    Attack("CVE-2019-18837 a mount through a link", mount_through_a_link, appeared, "inroot.py", "syscalls.RESOLVE_IN_ROOT | syscalls.RESOLVE_NO_MAGICLINKS", "0"),
    Attack("CVE-2024-45310 a file bound through a link", bind_a_file_through_a_link, appeared, "inroot.py", "syscalls.RESOLVE_IN_ROOT | syscalls.RESOLVE_NO_MAGICLINKS", "0"),
    Attack("CVE-2026-41579 /dev is a link", dev_is_a_link, appeared, "inroot.py", "syscalls.RESOLVE_IN_ROOT | syscalls.RESOLVE_NO_MAGICLINKS", "0", needs_root=True),
    Attack("CVE-2019-16884 /proc is a plain folder", proc_is_a_plain_folder, heard("started"), "mounts.py", 'if destination == "/proc" and fstype not in OWN["/proc"]:', "if False:"),
    Attack("CVE-2023-27561 /proc is a link", proc_is_a_link, heard("started"), "mounts.py", "entry.st_mode & 0o170000 != 0o040000", "False"),
    Attack("CVE-2019-19921 a mount inside /proc", inside_proc, heard("started"), "mounts.py", 'if destination.startswith("/proc/") and destination not in INSIDE_PROC:', "if False:"),
    Attack("CVE-2019-5736 the program is the runtime", the_program_is_the_runtime, was_executed, "process.py", "            refuse_magic_links(path)\n", ""),
    Attack("CVE-2019-5736 a script of the runtime", a_script_of_the_runtime, was_executed, "process.py", "            refuse_magic_links(path)\n", ""),
]  # fmt: skip


def attack(yard: Yard, each: Attack) -> tuple[Bundle, Path]:
    """Runs the hostile bundle; whatever it does, only the marker may show it."""
    if each.needs_root and os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    marker = yard.root / "marker"
    marker.mkdir()
    (marker / "untouched").write_text("as it was")
    bundle = yard.trial.bundle()
    each.prepare(bundle, marker)
    bundle.write()
    answer = yard.call("run", "--bundle", str(bundle.folder), yard.trial.new_id())
    (bundle.folder / "err").write_text(answer.err)
    assert "Traceback" not in answer.err
    return bundle, marker


@pytest.mark.parametrize("each", ATTACKS, ids=[each.cve for each in ATTACKS])
def test_the_attack_fails_and_the_host_is_as_it_was(yard: Yard, each: Attack) -> None:
    bundle, marker = attack(yard, each)
    assert each.succeeded(bundle, marker) is False
    assert [path.name for path in marker.iterdir()] == ["untouched"]
    assert (marker / "untouched").read_text() == "as it was"


@pytest.mark.parametrize("each", ATTACKS, ids=[each.cve for each in ATTACKS])
def test_without_its_defence_the_attack_succeeds_on_the_marker(yard: Yard, each: Attack) -> None:
    weak = replace(yard, refrun=without(yard.root, each.file, each.text, each.instead))
    bundle, marker = attack(weak, each)
    assert each.succeeded(bundle, marker) is True, (bundle.folder / "err").read_text()


def test_a_mask_is_the_null_device_and_nothing_else(yard: Yard) -> None:
    """CVE-2025-31133: /dev/null of the root file system is a link to what shall be seen."""
    bundle, _ = attack(yard, Attack("", a_mask_is_a_link, appeared, "", "", ""))
    assert [line for line in bundle.lines("seen") if line] == []


def test_a_working_directory_cannot_lie_outside(yard: Yard) -> None:
    """CVE-2024-21626: /proc/self/fd/N of a descriptor of the runtime's."""
    for number in range(3, 12):
        bundle = yard.trial.bundle()
        bundle.process.update(cwd=f"/proc/self/fd/{number}", args=["/bin/sh", "-c", "ls .. > /journal/seen"])
        answer = yard.call("run", "--bundle", str(bundle.write().folder), yard.trial.new_id())
        assert (answer.code != 0, bundle.lines("seen")) == (True, []), f"descriptor {number}: {answer.err}"
